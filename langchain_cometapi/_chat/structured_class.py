"""`response_format=<Pydantic class>`: an instance of it in `additional_kwargs["parsed"]`.

As `ChatOpenAI` has it from the SDK; `None` where the model refused or called a tool.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_core.messages import AIMessage, AIMessageChunk

from langchain_cometapi._chat.structured_parsers import StructuredOutputParser
from langchain_cometapi.exceptions import CometAPIContentFilterError, CometAPIRefusalError

if TYPE_CHECKING:
    from collections.abc import Callable

    from langchain_core.outputs import ChatGenerationChunk, ChatResult

PARSED = "parsed"


def add_parsed(result: ChatResult, schema_class: Any) -> ChatResult:
    """Return a result whose messages have the parsed output.

    Args:
        result: The result; its messages are changed.
        schema_class: The Pydantic class.

    Raises:
        CometAPIError: If a message has no output of the class, or was cut off.
    """
    for generation in result.generations:
        message = generation.message
        if isinstance(message, AIMessage):
            message.additional_kwargs[PARSED] = _parse(message, schema_class)
    return result


def _parse(message: AIMessage, schema_class: Any) -> Any:
    try:
        return StructuredOutputParser(schema_class=schema_class).parse_message(message)
    except CometAPIRefusalError as error:
        if isinstance(error, CometAPIContentFilterError):
            raise
        return None


class StreamedClass:
    """Collects the chunks of one stream, and adds the parsed output to the last."""

    def __init__(self, schema_class: Any) -> None:
        """Start a stream.

        Args:
            schema_class: The Pydantic class.
        """
        self._schema_class = schema_class
        self._chunks: list[AIMessageChunk] = []

    def collecting(
        self, convert: Callable[..., ChatGenerationChunk | None]
    ) -> Callable[..., ChatGenerationChunk | None]:
        """Return the function that makes chunks of events, which keeps each chunk now."""

        def converted(*args: Any) -> ChatGenerationChunk | None:
            chunk = convert(*args)
            if chunk is not None and isinstance(chunk.message, AIMessageChunk):
                self._chunks.append(chunk.message)
            return chunk

        return converted

    def complete(self, last: ChatGenerationChunk) -> ChatGenerationChunk:
        """Return the last chunk with the parsed output of all of them.

        Raises:
            CometAPIError: If there is no output of the class, or it was cut off.
        """
        message: Any = AIMessageChunk(content="")
        message += [*self._chunks, last.message]
        last.message.additional_kwargs[PARSED] = _parse(message, self._schema_class)
        return last
