"""Parsers of structured output, which comes as JSON in the text or as a tool call.

The SDK's `parse()` validates within the request, so that fenced JSON, or JSON in a sentence,
raises even with `include_raw=True`. Here the message arrives whole and is parsed afterwards.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from langchain_core.exceptions import OutputParserException
from langchain_core.output_parsers import BaseCumulativeTransformOutputParser
from langchain_core.output_parsers.openai_tools import (
    JsonOutputKeyToolsParser,
    PydanticToolsParser,
)
from langchain_core.outputs import Generation
from langchain_core.runnables import RunnableGenerator
from langchain_core.utils.json import parse_json_markdown
from langchain_openai.chat_models.base import OpenAIRefusalError

from langchain_cometapi._chat.request.response_format import is_pydantic_class
from langchain_cometapi._content.finish_reasons import is_cut

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from langchain_core.messages import AIMessage
    from langchain_core.runnables import Runnable


_FENCE = re.compile(r"```(?:json)?\s*(.*?)```", re.DOTALL)


def _load_complete(text: str) -> Any:
    """Return the JSON in a text, fenced or not.

    Raises:
        ValueError: If there is none, or it is cut off: core would close what is open.
    """
    try:
        return parse_json_markdown(text, parser=_load_json)
    except ValueError:
        fenced = _FENCE.search(text)  # core does not expect a sentence after the fence
        if fenced is None:
            raise
        return _load_json(fenced[1])


def _load_json(text: str) -> Any:
    return json.loads(text, strict=False)  # a raw line break in a string is unambiguous


def _check_finished(generation: Generation, text: str) -> None:
    """Refuse a message that its model did not finish.

    Raises:
        OutputParserException: If it was cut off, even where its JSON is complete.
    """
    metadata = getattr(getattr(generation, "message", None), "response_metadata", {})
    reason = metadata.get("finish_reason")
    if is_cut(reason):
        msg = f"The output was cut off (finish_reason {reason!r}), so it may be incomplete."
        raise OutputParserException(msg, llm_output=text)


class StructuredOutputParser(BaseCumulativeTransformOutputParser[Any]):
    """Parser of the JSON in a message, fenced or not; partial JSON while it streams.

    Returns `None` where the model called a tool instead.
    """

    schema_class: Any = None
    """A Pydantic class to return an instance of; dicts are returned without one."""

    @property
    def OutputType(self) -> Any:  # noqa: N802 - LangChain's name
        """The type of the parsed output."""
        return self.schema_class or dict[str, Any]

    def parse(self, text: str) -> Any:
        """Return the JSON of a text."""
        return self.parse_result([Generation(text=text)])

    def parse_result(self, result: list[Generation], *, partial: bool = False) -> Any:
        """Return the JSON of a model's message, as an instance of the class if there is one.

        Raises:
            OpenAIRefusalError: If the model refused.
            OutputParserException: If the text is no JSON, is cut off or does not fit the schema.
        """
        message = getattr(result[0], "message", None)
        if message is not None:
            if refusal := message.additional_kwargs.get("refusal"):
                raise OpenAIRefusalError(refusal)
            if message.tool_calls:
                return None
        text = result[0].text.strip()
        _check_finished(result[0], text)
        try:
            parsed = parse_json_markdown(text) if partial else _load_complete(text)
            return parsed if self.schema_class is None else self._create_instance(parsed)
        except ValueError as error:  # no JSON, or the error of either major version of Pydantic
            if partial:
                return None
            msg = f"The output does not have the requested form: {error}"
            raise OutputParserException(msg, llm_output=text) from error

    def _create_instance(self, parsed: Any) -> Any:
        validate = getattr(self.schema_class, "model_validate", None)
        return (validate or self.schema_class.parse_obj)(parsed)

    @property
    def _type(self) -> str:
        return "cometapi_structured_output"


def create_tool_call_parser(schema: Any, name: str) -> Runnable[Any, Any]:
    """Return a parser of the arguments of a message's tool call.

    It raises where there is no call; core's parsers return `None` then, which a caller takes for
    an output.

    Args:
        schema: A Pydantic class to return an instance of; dicts are returned for any other schema.
        name: The name of the tool.
    """
    require_call: Runnable[Any, Any] = RunnableGenerator(_require_call, _arequire_call)
    if is_pydantic_class(schema):
        return require_call | PydanticToolsParser(tools=[schema], first_tool_only=True)
    return require_call | JsonOutputKeyToolsParser(key_name=name, first_tool_only=True)


def _require_call(messages: Iterator[AIMessage]) -> Iterator[AIMessage]:
    """Yield messages or chunks, and raise at the end if none of them was a call."""
    merged: Any = None
    for message in messages:
        merged = message if merged is None else merged + message
        yield message
    _check_call(merged)


async def _arequire_call(messages: AsyncIterator[AIMessage]) -> AsyncIterator[AIMessage]:
    merged: Any = None
    async for message in messages:
        merged = message if merged is None else merged + message
        yield message
    _check_call(merged)


def _check_call(message: AIMessage) -> None:
    if message.tool_calls:
        return
    errors = [call["error"] for call in message.invalid_tool_calls]
    found = f"broken arguments: {errors}" if errors else "text instead of a call"
    msg = f"The model did not return the requested form, but {found}."
    raise OutputParserException(msg, llm_output=message.text)
