"""From the events of one stream to LangChain's chunks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from langchain_core.outputs import ChatGenerationChunk

from langchain_cometapi._chat.response.decode import (
    convert_delta_to_message_chunk,
    convert_end_to_generation_chunk,
)
from langchain_cometapi._chat.response.stream import StreamGuard
from langchain_cometapi._content.blocks import BlockIndexer

if TYPE_CHECKING:
    from langchain_core.messages import AIMessageChunk

    from langchain_cometapi._client.errors import Failure
    from langchain_cometapi._client.responses import ResponseInfo
    from langchain_cometapi._context import CallContext
    from langchain_cometapi.exceptions import CometAPIError


class ChunkConverter:
    """Converts the events of one stream of the chat route, sync or async."""

    __slots__ = ("_blocks", "_context", "_guard")

    def __init__(self, failure: Failure, context: CallContext) -> None:
        """Start a stream.

        Args:
            failure: Builds the errors of the request.
            context: The call.
        """
        self._guard = StreamGuard(
            failure,
            context.stream_truncation,
            think_tags=context.think_tags,
            tool_names=context.tool_names,
        )
        self._blocks = BlockIndexer() if context.output_version == "v1" else None
        self._context = context

    def convert(self, event: dict[str, Any]) -> ChatGenerationChunk | None:
        """Return the chunk of an event, or `None` if it adds nothing to the message.

        Raises:
            CometAPIError: If the event carries an error.
        """
        delta = self._guard.push(event)
        if delta is None:
            return None
        message = convert_delta_to_message_chunk(delta)
        if self._blocks is not None:
            self._blocks.convert(message)
        return ChatGenerationChunk(message=message)

    def convert_end(self, info: ResponseInfo) -> ChatGenerationChunk:
        """Return the last chunk, which carries all metadata once.

        Args:
            info: The headers of the response.

        Raises:
            CometAPIStreamTruncatedError: If the stream has ended before the message.
        """
        chunk = convert_end_to_generation_chunk(self._guard.close(), info, self._context)
        if self._blocks is not None:
            self._blocks.convert_end(cast("AIMessageChunk", chunk.message))
        return chunk

    def raise_unless_finished(self, error: CometAPIError) -> None:
        """Raise an error of the connection or the reader, unless the message is whole.

        Raises:
            CometAPIError: The same, with what has come of the message so far.
        """
        self._guard.raise_unless_finished(error)
