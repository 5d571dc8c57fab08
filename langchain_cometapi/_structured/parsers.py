"""The parser of structured output, which comes as JSON in the text or as a tool call.

The SDK's `parse()` validates within the request, so that fenced JSON, or JSON in a sentence,
raises even with `include_raw=True`. Here the message arrives whole and is parsed afterwards. A
stream yields what can be read so far, and ends with what the whole message gives: an output or an
error.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from langchain_core.messages import AIMessage, AIMessageChunk
from langchain_core.output_parsers import BaseCumulativeTransformOutputParser

from langchain_cometapi._structured.candidates import (
    find_groups,
    find_start,
    list_forms,
)
from langchain_cometapi._structured.failures import check_finished, create_misfit, create_missing
from langchain_cometapi._structured.partial_json import PartialReader
from langchain_cometapi._structured.repair import find_repaired

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from langchain_core.outputs import Generation

# A value that does not fit, or the error of either major version of Pydantic; or more brackets than
# Python reads.
_MISFIT = (ValueError, RecursionError)


class OutputReader:
    """Reads the chunks of one message: what is new so far, and at the end the output."""

    def __init__(self, parser: StructuredOutputParser) -> None:
        """Start a message."""
        self._parser = parser
        self._message: Any = None
        self._reader = PartialReader()
        self._outputs: list[Any] = []

    def push(self, chunk: Any) -> list[Any]:
        """Return the output so far, if this chunk has changed it."""
        self._message = chunk if self._message is None else self._message + chunk
        if not isinstance(self._message, AIMessageChunk):
            return []  # it is whole
        return self._keep_new(self._parser.parse_partial(self._message, self._reader))

    def close(self) -> list[Any]:
        """Return the output of the whole message, unless the last one was the same.

        Raises:
            CometAPIError: If the message has no output of the requested form.
        """
        if self._message is None:
            return []
        output = self._parser.parse_message(self._message)
        return [] if self._outputs == [output] else [output]  # which may be null

    def _keep_new(self, output: Any) -> list[Any]:
        if output is None or self._outputs == [output]:
            return []
        self._outputs = [output]
        return [output]


class StructuredOutputParser(BaseCumulativeTransformOutputParser[Any]):
    """Parser of a message into what its schema makes of it."""

    own_schema: Any = None
    """The `OutputSchema`; without one, any JSON is returned as it is."""

    schema_name: str | None = None
    """The name of the schema, which is that of the tool."""

    by_call: bool = False
    """Whether the output is asked for as a tool call; in the text, if it is not."""

    other_tools: tuple[str, ...] | None = ()
    """The tools that the model may call instead, which is no output; `None` for any."""

    repair: bool = False
    """Whether broken JSON is repaired, where nothing else is the output."""

    decode: Any = None
    """Returns a value of the user's own schema for one of the schema that was sent; it also takes
    `partial`, whether the value has not come whole."""

    @property
    def OutputType(self) -> Any:  # noqa: N802 - LangChain's name
        """The type of the parsed output."""
        return dict[str, Any] if self.own_schema is None else self.own_schema.output_type

    @property
    def _type(self) -> str:
        return "cometapi_structured_output"

    def parse(self, text: str) -> Any:
        """Return the output in a text."""
        return self.parse_message(AIMessage(text))

    def parse_result(self, result: list[Generation], *, partial: bool = False) -> Any:
        """Return the output of a model's message; see `parse_message` and `parse_partial`."""
        message = getattr(result[0], "message", None) or AIMessage(result[0].text)
        return self.parse_partial(message) if partial else self.parse_message(message)

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

    # -- whole messages --------------------------------------------------------------------------

    def parse_message(self, message: AIMessage) -> Any:
        """Return the output of a whole message, or `None` where it calls another tool instead.

        Raises:
            CometAPIRefusalError: If the model refused, or a filter stopped it.
            CometAPIStructuredOutputError: If there is no JSON in it, or none that fits, or several
                that do; or if it was cut off.
        """
        check_finished(message)
        if self._calls_other_tool(message):
            return None
        misfit: Exception | None = None
        for values in self._find_values(message):
            try:
                return self._load_one(values)
            except _NoOutputError as error:
                misfit = misfit or error.misfit
        tool = self.schema_name if self.by_call else None
        if misfit is None:
            raise create_missing(message, tool)
        raise create_misfit(message, misfit, tool) from misfit

    def _calls_other_tool(self, message: AIMessage) -> bool:
        others = self.other_tools
        return any(others is None or call["name"] in others for call in message.tool_calls)

    def _find_values(self, message: AIMessage) -> Iterator[list[Any]]:
        """Yield the values that may be the output; of those in one list, one should fit."""
        readers = (self._find_in_calls, lambda one: find_groups(one.text))
        for find in readers if self.by_call else reversed(readers):
            yield from find(message)
        if self.repair:
            for text in (*(call["args"] for call in message.invalid_tool_calls), message.text):
                yield from find_repaired(text or "")

    def _find_in_calls(self, message: AIMessage) -> Iterator[list[Any]]:
        """Yield the arguments of calls: those of the schema first, as it is the only tool."""
        calls = sorted(message.tool_calls, key=lambda call: call["name"] != self.schema_name)
        yield from ([call["args"]] for call in calls)
        for invalid in message.invalid_tool_calls:
            yield from find_groups(invalid["args"] or "")

    def _load_one(self, values: list[Any]) -> Any:
        """Return the one output in a list of values.

        Raises:
            _NoOutputError: If none fits, or several do.
        """
        outputs: dict[str, Any] = {}
        misfit: Exception | None = None
        for value in values:
            try:
                output = self._load(value)
            except _MISFIT as error:
                misfit = misfit or error
            else:
                outputs[json.dumps(value, sort_keys=True)] = output
        if len(outputs) > 1:
            misfit = ValueError(f"{len(outputs)} different outputs have it")
        elif outputs:
            return outputs.popitem()[1]
        raise _NoOutputError(misfit)

    def _load(self, value: Any) -> Any:
        """Return the output of a value, in the first of its forms that fits.

        Raises:
            ValueError: If none does: the error of the value as it is.
        """
        schema = self.own_schema
        if schema is None:
            return value
        misfits: list[tuple[bool, Exception]] = []
        for form in list_forms(value, self.schema_name, schema.properties):
            try:
                return schema.load(form if self.decode is None else self.decode(form))
            except _MISFIT as error:
                misfits.append((form is not value, error))
        raise min(misfits, key=lambda misfit: misfit[0])[1]

    # -- parts of messages -----------------------------------------------------------------------

    def parse_partial(self, message: AIMessage, reader: PartialReader | None = None) -> Any:
        """Return the output that a message has so far, or `None`.

        An instance of a class comes as soon as the part fits; a dict grows.

        Args:
            message: What has come of the message.
            reader: The reader of its text, which remembers what it has read of it before.
        """
        if self._calls_other_tool(message):
            return None
        value = self._read_part(message, reader or PartialReader())
        if value is None:
            return None
        schema = self.own_schema
        try:
            if self.decode is not None:
                value = self.decode(value, partial=True)
            if schema is None:
                return value
            if schema.is_class:
                return schema.load(value)
        except _MISFIT:
            return None
        properties = schema.properties
        is_part = not properties or (isinstance(value, dict) and value.keys() <= properties)
        return value if is_part else None

    def _read_part(self, message: AIMessage, reader: PartialReader) -> Any:
        if self.by_call and message.tool_calls:
            return message.tool_calls[0]["args"]
        return reader.read(find_start(message.text))


class _NoOutputError(Exception):
    """None of several values is the output."""

    def __init__(self, misfit: Exception | None) -> None:
        super().__init__(misfit)
        self.misfit = misfit
