"""`response_format=<Pydantic class>`: an instance of it in `additional_kwargs["parsed"]`.

As `ChatOpenAI` has it from the SDK; `None` where the model refused or called a tool.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_core.messages import AIMessage, AIMessageChunk

from langchain_cometapi._structured.output_schema import OutputSchema
from langchain_cometapi._structured.parsers import StructuredOutputParser
from langchain_cometapi.exceptions import CometAPIContentFilterError, CometAPIRefusalError

if TYPE_CHECKING:
    from langchain_core.outputs import ChatGenerationChunk, ChatResult

    from langchain_cometapi._client.responses import ResponseInfo
    from langchain_cometapi._context import CallContext
    from langchain_cometapi.exceptions import CometAPIError

PARSED = "parsed"


def add_parsed(result: ChatResult, context: CallContext) -> ChatResult:
    """Return a result whose messages have the parsed output, if a class is asked for.

    Args:
        result: The result; its messages are changed.
        context: The call, which knows the class.

    Raises:
        CometAPIError: If a message has no output of the class, or was cut off.
    """
    schema_class = context.schema_class
    for generation in result.generations if schema_class is not None else ():
        message = generation.message
        if isinstance(message, AIMessage):
            message.additional_kwargs[PARSED] = _parse(message, schema_class)
    return result


def _parse(message: AIMessage, schema_class: Any) -> Any:
    try:
        return _create_parser(schema_class).parse_message(message)
    except CometAPIRefusalError as error:
        if isinstance(error, CometAPIContentFilterError):
            raise
        return None


def _create_parser(schema_class: Any) -> StructuredOutputParser:
    schema = OutputSchema(schema_class)
    return StructuredOutputParser(
        own_schema=schema, schema_name=schema_class.__name__, other_tools=None
    )


class ParsedConverter:
    """Converts the events of a stream as another converter does, and adds the parsed output."""

    def __init__(self, converter: Any, schema_class: Any) -> None:
        """Start a stream.

        Args:
            converter: The converter of the route.
            schema_class: The Pydantic class.
        """
        self._converter = converter
        self._schema_class = schema_class
        self._chunks: list[Any] = []

    def convert(self, event: dict[str, Any], /) -> ChatGenerationChunk | None:
        """Return the chunk of an event, or `None` if it adds nothing to the message."""
        chunk: ChatGenerationChunk | None = self._converter.convert(event)
        if chunk is not None:
            self._chunks.append(chunk.message)
        return chunk

    def convert_end(self, info: ResponseInfo, /) -> ChatGenerationChunk:
        """Return the last chunk, with the parsed output of all of them.

        Raises:
            CometAPIError: If there is no output of the class, or it was cut off.
        """
        last: ChatGenerationChunk = self._converter.convert_end(info)
        message: Any = AIMessageChunk(content="")
        message += [*self._chunks, last.message]
        last.message.additional_kwargs[PARSED] = _parse(message, self._schema_class)
        return last

    def raise_unless_finished(self, error: CometAPIError, /) -> None:
        """Raise an error of the connection or the reader, unless the message is whole."""
        self._converter.raise_unless_finished(error)
