"""From the events of one stream to LangChain's chunks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from langchain_core.messages import AIMessageChunk
from langchain_core.outputs import ChatGenerationChunk

from langchain_cometapi._content.limits import warn_if_limit_spent
from langchain_cometapi._content.origin import PROVIDER
from langchain_cometapi._content.responses_blocks import translate_chunk
from langchain_cometapi._responses.response.items import read_str
from langchain_cometapi._responses.response.metadata import create_usage, describe
from langchain_cometapi._responses.response.stream import ResponseGuard
from langchain_cometapi._responses.response.v0_content import V0Converter

if TYPE_CHECKING:
    from langchain_cometapi._client.errors import Failure
    from langchain_cometapi._client.responses import ResponseInfo
    from langchain_cometapi._context import CallContext
    from langchain_cometapi._responses.response.output_reader import OutputDelta
    from langchain_cometapi.exceptions import CometAPIError

_PROVIDER_METADATA = {"model_provider": PROVIDER}
_TEXT_CHUNK = AIMessageChunk(content=[], response_metadata=_PROVIDER_METADATA)
_MUTABLE_FIELDS = [
    (name, type(value))
    for name, value in vars(_TEXT_CHUNK).items()
    if isinstance(value, (dict, list)) and not value
]


class ChunkConverter:
    """Converts the events of one stream of the Responses route, sync or async."""

    __slots__ = ("_context", "_guard", "_has_id", "_is_v1", "_v0")

    def __init__(self, failure: Failure, context: CallContext) -> None:
        """Start a stream.

        Args:
            failure: Builds the errors of the request.
            context: The call.
        """
        self._guard = ResponseGuard(failure, context.stream_truncation, context.tool_names)
        self._context = context
        self._v0 = V0Converter() if context.output_version == "v0" else None
        self._is_v1 = context.output_version == "v1"
        self._has_id = False

    def convert(self, event: dict[str, Any]) -> ChatGenerationChunk | None:
        """Return the chunk of an event, or `None` if it adds nothing to the message.

        Raises:
            CometAPIError: If the event carries an error.
        """
        if (text := self._guard.push_text(event)) is not None:
            return ChatGenerationChunk(message=self._create_text_chunk(*text))
        delta = self._guard.push(event)
        id_ = self._take_id(delta)
        if not (delta.content or delta.tool_call_chunks or id_):
            return None
        return ChatGenerationChunk(message=self._create_chunk(delta, id_, dict(_PROVIDER_METADATA)))

    def _take_id(self, delta: OutputDelta) -> str | None:
        """Return the id of the message, once."""
        if self._has_id:
            return None
        if self._v0:
            id_ = delta.message_id or self._v0.message_id
        else:
            id_ = read_str(self._guard.response.get("id"))
        self._has_id = bool(id_)
        return id_ or None

    def _create_text_chunk(self, text: str, index: int) -> AIMessageChunk:
        """Return a message chunk of text alone: nearly all chunks are.

        It is a copy of one that core has validated; see `_chat/response/decode.py`.
        """
        chunk = _TEXT_CHUNK.__copy__()
        fields = chunk.__dict__
        for name, empty in _MUTABLE_FIELDS:
            fields[name] = empty()
        metadata = fields["response_metadata"] = _PROVIDER_METADATA.copy()
        block: dict[str, Any] = {"type": "text", "text": text, "index": index}
        if self._is_v1:
            block["index"] = f"lc_txt_{index}"
            metadata["output_version"] = "v1"
        fields["content"] = [block]
        return chunk

    def _create_chunk(
        self, delta: OutputDelta, id_: str | None, metadata: dict[str, Any], **fields: Any
    ) -> AIMessageChunk:
        content: list[Any] = delta.content
        extras: dict[str, Any] = {}
        if self._v0 is not None:
            content, extras = self._v0.convert(delta.content)
        message = AIMessageChunk(
            content=content,
            id=id_,
            additional_kwargs=extras,
            tool_call_chunks=delta.tool_call_chunks,
            response_metadata=metadata,
            **fields,
        )
        if self._is_v1:
            message.content = cast("list[str | dict[str, Any]]", translate_chunk(message))
            message.response_metadata["output_version"] = "v1"
        return message

    def convert_end(self, info: ResponseInfo) -> ChatGenerationChunk:
        """Return the last chunk, which carries all metadata once.

        Args:
            info: The headers of the response.

        Raises:
            CometAPIStreamTruncatedError: If the stream has stopped before the response had ended.
        """
        end = self._guard.close()
        reader = self._guard.reader
        described = describe(end.response, reader, info, self._context, end.errors)
        warn_if_limit_spent(described["finish_reason"], is_empty=reader.is_empty)
        message = self._create_chunk(
            end.delta,
            self._take_id(end.delta),
            {**_PROVIDER_METADATA, **described},
            usage_metadata=create_usage(end.response),
        )
        return ChatGenerationChunk(message=message, generation_info=described)

    def raise_unless_finished(self, error: CometAPIError) -> None:
        """Raise an error of the connection or the reader, unless the response has ended.

        Raises:
            CometAPIError: The same, with what has come of the message so far.
        """
        self._guard.raise_unless_finished(error)
