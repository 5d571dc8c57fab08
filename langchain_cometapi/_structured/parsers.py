"""Parsers of structured output, which comes as JSON in the text or as a tool call.

The SDK's `parse()` validates within the request, so that fenced JSON, or JSON in a sentence,
raises even with `include_raw=True`. Here the message arrives whole and is parsed afterwards. A
stream yields what can be read so far, and ends with what the whole message gives: an output or an
error.
"""

from __future__ import annotations

import json
import re
from abc import abstractmethod
from typing import TYPE_CHECKING, Any

from langchain_core.messages import AIMessage, AIMessageChunk
from langchain_core.output_parsers import BaseCumulativeTransformOutputParser
from langchain_core.utils.json import parse_json_markdown

from langchain_cometapi._structured.failures import check_finished, create_error
from langchain_cometapi._structured.partial_json import parse_partial

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from langchain_core.outputs import Generation

# Not JSON, or more brackets than Python reads, or the error of either major version of Pydantic.
_NO_OUTPUT = (ValueError, RecursionError)

_FENCE = re.compile(r"```(?:json)?\s*(.*?)```", re.DOTALL)


def _load_complete(text: str) -> Any:
    """Return the JSON in a text: all of it, in a fence, or one object in a sentence.

    Raises:
        ValueError: If there is none, or it is cut off: core would close what is open.
    """
    try:
        return parse_json_markdown(text, parser=_load_json)
    except ValueError:
        fenced = _FENCE.search(text)  # core does not expect a sentence after the fence
        return _load_json(fenced[1] if fenced else text[text.find("{") : text.rfind("}") + 1])


def _load_json(text: str) -> Any:
    return json.loads(text, strict=False)  # a raw line break in a string is unambiguous


class OutputReader:
    """Reads the chunks of one message: what is new so far, and at the end the output."""

    def __init__(self, parser: MessageParser) -> None:
        """Start a message."""
        self._parser = parser
        self._message: Any = None
        self._outputs: list[Any] = []

    def push(self, chunk: Any) -> list[Any]:
        """Return the output so far, if this chunk has changed it."""
        self._message = chunk if self._message is None else self._message + chunk
        if not isinstance(self._message, AIMessageChunk):
            return []  # it is whole
        return self._keep_new(self._parser.parse_partial(self._message))

    def close(self) -> list[Any]:
        """Return the output of the whole message, unless the last one was the same.

        Raises:
            CometAPIError: If the message has no output of the requested form.
            ValueError: If it does not fit the class.
        """
        if self._message is None:
            return []
        output = self._parser.parse_message(self._message)
        return self._keep_new(output) or ([] if self._outputs else [output])

    def _keep_new(self, output: Any) -> list[Any]:
        if output is None or self._outputs == [output]:
            return []
        self._outputs = [output]
        return [output]


class MessageParser(BaseCumulativeTransformOutputParser[Any]):
    """Parser of a message into a dict, or an instance of a class."""

    schema_class: Any = None
    """A Pydantic class to return an instance of; dicts are returned without one."""

    @property
    def OutputType(self) -> Any:  # noqa: N802 - LangChain's name
        """The type of the parsed output."""
        return self.schema_class or dict[str, Any]

    def parse(self, text: str) -> Any:
        """Return the output in a text."""
        return self.parse_message(AIMessage(text))

    def parse_result(self, result: list[Generation], *, partial: bool = False) -> Any:
        """Return the output of a model's message; see `parse_message` and `parse_partial`."""
        message = getattr(result[0], "message", None) or AIMessage(result[0].text)
        return self.parse_partial(message) if partial else self.parse_message(message)

    @abstractmethod
    def parse_message(self, message: AIMessage) -> Any:
        """Return the output of a whole message."""

    @abstractmethod
    def parse_partial(self, message: AIMessage) -> Any:
        """Return the output that a message has so far, or `None`."""

    def _transform(self, input: Iterator[Any]) -> Iterator[Any]:  # noqa: A002 - core's name
        reader = OutputReader(self)
        for chunk in input:
            yield from reader.push(chunk)
        yield from reader.close()

    async def _atransform(
        self,
        input: AsyncIterator[Any],  # noqa: A002 - core's name
    ) -> AsyncIterator[Any]:
        reader = OutputReader(self)
        async for chunk in input:
            for output in reader.push(chunk):
                yield output
        for output in reader.close():
            yield output

    def _create_instance(self, parsed: Any) -> Any:
        if self.schema_class is None:
            return parsed
        validate = getattr(self.schema_class, "model_validate", None)
        return (validate or self.schema_class.parse_obj)(parsed)


class StructuredOutputParser(MessageParser):
    """Parser of the JSON in a message, fenced or not.

    Returns `None` where the model called a tool instead.
    """

    def parse_message(self, message: AIMessage) -> Any:
        """Return the JSON of a message, as an instance of the class if there is one.

        Raises:
            CometAPIRefusalError: If the model refused, or a filter stopped it.
            CometAPIStructuredOutputError: If the text is not JSON, is cut off or does not fit.
        """
        check_finished(message)
        if message.tool_calls:
            return None
        try:
            return self._create_instance(_load_complete(message.text.strip()))
        except _NO_OUTPUT as error:
            msg = f"The output does not have the requested form: {error}"
            raise create_error(msg, message) from error

    def parse_partial(self, message: AIMessage) -> Any:
        """Return the JSON that a message has so far, or `None`."""
        parsed = None if message.tool_calls else parse_partial(message.text.strip())
        if parsed is None:
            return None
        try:
            return self._create_instance(parsed)
        except _NO_OUTPUT:
            return None

    @property
    def _type(self) -> str:
        return "cometapi_structured_output"


class ToolCallParser(MessageParser):
    """Parser of the arguments of a message's tool call.

    It raises where there is no call; core's parsers return `None`, which a caller would take for
    an output.
    """

    name: str
    """The name of the tool."""

    def parse_message(self, message: AIMessage) -> Any:
        """Return the arguments of the tool's first call, as an instance if there is a class.

        Raises:
            CometAPIRefusalError: If the model refused, or a filter stopped it.
            CometAPIStructuredOutputError: If there is no call of the tool, or it was cut off.
            ValueError: Pydantic's error, if the arguments do not fit the class.
        """
        check_finished(message)
        for call in message.tool_calls:
            if call["name"] == self.name:
                return self._create_instance(call["args"])
        msg = f"The model did not return the requested form, but {_find(message)}."
        raise create_error(msg, message)

    def parse_partial(self, message: AIMessage) -> Any:
        """Return the arguments so far, as an instance as soon as they fit the class."""
        for call in message.tool_calls:
            if call["name"] == self.name:
                try:
                    return self._create_instance(call["args"])
                except ValueError:
                    return None
        return None

    @property
    def _type(self) -> str:
        return "cometapi_tool_call"


def _find(message: AIMessage) -> str:
    """Return what a message without a call of the tool has instead."""
    if errors := [call["error"] for call in message.invalid_tool_calls]:
        return f"broken arguments: {errors}"
    if names := [call["name"] for call in message.tool_calls]:
        return f"a call of {', '.join(map(repr, names))}"
    return "text instead of a call" if message.text.strip() else "nothing"
