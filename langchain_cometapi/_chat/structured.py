"""Structured output by JSON schema, parsed here instead of inside the SDK's call.

The SDK's `parse()` validates within the request, so that a fenced or chatty reply raises
even with `include_raw=True`. Here the answer arrives whole and is parsed afterwards.
"""

from __future__ import annotations

import json
import re
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from langchain_core.exceptions import OutputParserException
from langchain_core.output_parsers import BaseCumulativeTransformOutputParser
from langchain_core.output_parsers.openai_tools import (
    JsonOutputKeyToolsParser,
    PydanticToolsParser,
)
from langchain_core.outputs import Generation
from langchain_core.runnables import (
    RunnableAssign,
    RunnableGenerator,
    RunnableLambda,
    RunnableParallel,
)
from langchain_core.utils.function_calling import (
    convert_to_openai_tool,
)
from langchain_core.utils.json import parse_json_markdown
from langchain_openai.chat_models.base import OpenAIRefusalError

from langchain_cometapi._chat.request.parameters import INFERRED
from langchain_cometapi._chat.request.response_format import (
    create_response_format,
    is_pydantic_class,
)

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from langchain_core.language_models import BaseChatModel, LanguageModelInput
    from langchain_core.messages import AIMessage
    from langchain_core.runnables import Runnable


_FENCED = re.compile(r"```(?:json)?\s*(.*?)```", re.DOTALL)


def _load_strictly(text: str) -> Any:
    """Return the JSON in a text, fenced or not; what was cut off is none."""
    try:
        return parse_json_markdown(text, parser=_load_whole)
    except ValueError:
        fenced = _FENCED.search(text)  # with words behind it, which core does not expect
        if fenced is None:
            raise
        return _load_whole(fenced[1])


def _load_whole(text: str) -> Any:
    return json.loads(text, strict=False)  # a line break within a string is clear enough


def _check_whole(generation: Generation, text: str) -> None:
    """Refuse an answer that its model did not finish."""
    metadata = getattr(getattr(generation, "message", None), "response_metadata", {})
    reason = metadata.get("finish_reason")
    if reason in ("length", "content_filter"):
        msg = f"The answer was cut off (finish_reason {reason!r}) and is not whole."
        raise OutputParserException(msg, llm_output=text)


class StructuredOutputParser(BaseCumulativeTransformOutputParser[Any]):
    """Reads the JSON in an answer, fenced or not, partial ones while they stream.

    `None` is returned when the model called a tool instead of answering.
    """

    schema_class: Any = None
    """A Pydantic class to make an instance of; dicts are returned without one."""

    @property
    def OutputType(self) -> Any:  # noqa: N802 - LangChain's name
        """What is returned."""
        return self.schema_class or dict[str, Any]

    def parse(self, text: str) -> Any:
        """Parse a text."""
        return self.parse_result([Generation(text=text)])

    def parse_result(self, result: list[Generation], *, partial: bool = False) -> Any:
        """Parse the answer of a model.

        Raises:
            OpenAIRefusalError: If the model refused to answer.
            OutputParserException: If the answer is no JSON or does not fit the schema.
        """
        message = getattr(result[0], "message", None)
        if message is not None:
            if refusal := message.additional_kwargs.get("refusal"):
                raise OpenAIRefusalError(refusal)
            if message.tool_calls:
                return None
        text = result[0].text.strip()
        _check_whole(result[0], text)
        try:
            # Core's own parser closes what is open, which makes a cut-off answer a whole one.
            parsed = parse_json_markdown(text) if partial else _load_strictly(text)
            return parsed if self.schema_class is None else self._to_instance(parsed)
        except ValueError as error:  # no JSON, or pydantic's error, of either major
            if partial:
                return None
            msg = f"The answer does not have the form that was asked for: {error}"
            raise OutputParserException(msg, llm_output=text) from error

    def _to_instance(self, parsed: Any) -> Any:
        read = getattr(self.schema_class, "model_validate", None) or self.schema_class.parse_obj
        return read(parsed)

    @property
    def _type(self) -> str:
        return "cometapi_structured_output"


def _create_tool_parser(schema: Any, name: str) -> Runnable[Any, Any]:
    if is_pydantic_class(schema):
        return PydanticToolsParser(tools=[schema], first_tool_only=True)
    return JsonOutputKeyToolsParser(key_name=name, first_tool_only=True)


def _demand_call(message: AIMessage) -> None:
    if message.tool_calls:
        return
    reasons = [call["error"] for call in message.invalid_tool_calls]
    said = f"broken arguments: {reasons}" if reasons else "text instead of a call"
    msg = f"The model did not answer in the form that was asked for, but with {said}."
    raise OutputParserException(msg, llm_output=message.text)


def _pass_on_calls(messages: Iterator[AIMessage]) -> Iterator[AIMessage]:
    """Pass messages or chunks on, and raise at the end if none of them was a call.

    Core's parsers return `None` then, which a caller takes for an answer.
    """
    whole: Any = None
    for message in messages:
        whole = message if whole is None else whole + message
        yield message
    _demand_call(whole)


async def _apass_on_calls(messages: AsyncIterator[AIMessage]) -> AsyncIterator[AIMessage]:
    whole: Any = None
    async for message in messages:
        whole = message if whole is None else whole + message
        yield message
    _demand_call(whole)


def bind_function_calling(
    model: BaseChatModel,
    schema: Any,
    /,  # a further parameter of the request may be called `model`
    *,
    tool_choice: str | None,
    include_raw: bool,
    strict: bool | None,
    disabled: Callable[..., dict[str, Any]],
    **kwargs: Any,
) -> Runnable[LanguageModelInput, Any]:
    """Return a model that answers by calling a tool of the schema's form, and its parser.

    Args:
        model: The model to bind.
        schema: A Pydantic class, a `TypedDict`, or a JSON or function schema.
        tool_choice: How to ask for the call; by the tool's name if `None`.
        include_raw: Whether to return `raw`, `parsed` and `parsing_error`.
        strict: Whether the vendor shall enforce the schema.
        disabled: Takes the parameters out that the model is told never to send.
        **kwargs: Further parameters of the request.
    """
    name = convert_to_openai_tool(schema)["function"]["name"]
    inferred: dict[str, Any] = {"parallel_tool_calls": False}
    if tool_choice is None:
        inferred["tool_choice"] = {"type": "function", "function": {"name": name}}
    options = {
        "tool_choice": tool_choice or name,
        "parallel_tool_calls": False,
        INFERRED: inferred,
        "strict": strict,
        "ls_structured_output_format": {
            "kwargs": {"method": "function_calling", "strict": strict},
            "schema": schema,
        },
        **kwargs,
    }
    bound = model.bind_tools([schema], **disabled(**options))
    demand: Runnable[Any, Any] = RunnableGenerator(_pass_on_calls, _apass_on_calls)
    return _combine(bound, demand | _create_tool_parser(schema, name), include_raw=include_raw)


def _nothing(_: object) -> None:
    """Say nothing; by a name, unlike a lambda, it can be pickled."""


def _combine(
    model: Runnable[Any, Any], parser: Runnable[Any, Any], *, include_raw: bool
) -> Runnable[Any, Any]:
    if not include_raw:
        return model | parser
    nothing = RunnableLambda(_nothing)
    # Not `RunnablePassthrough.assign`, whose class has no name that pickle could find.
    parsed = RunnableAssign(
        RunnableParallel(parsed=itemgetter("raw") | parser, parsing_error=nothing)
    )
    failed = RunnableAssign(RunnableParallel(parsed=nothing))
    return RunnableParallel(raw=model) | parsed.with_fallbacks(
        [failed], exception_key="parsing_error"
    )


def bind_json_schema(
    model: BaseChatModel,
    schema: Any,
    /,
    *,
    include_raw: bool,
    strict: bool | None,
    tools: list[Any] | None,
    **kwargs: Any,
) -> Runnable[LanguageModelInput, Any]:
    """Return a model whose answers the vendor holds to a JSON schema, and their parser.

    Args:
        model: The model to bind.
        schema: See `create_response_format`.
        include_raw: Whether to return `raw`, `parsed` and `parsing_error`.
        strict: See `create_response_format`.
        tools: Tools the model may call instead of answering.
        **kwargs: Further parameters of the request.
    """
    if tools:
        kwargs["tools"] = [convert_to_openai_tool(tool, strict=strict) for tool in tools]
    bound = model.bind(
        response_format=create_response_format(schema, strict=strict),
        ls_structured_output_format={
            "kwargs": {"method": "json_schema", "strict": strict},
            "schema": convert_to_openai_tool(schema),
        },
        **kwargs,
    )
    parser = StructuredOutputParser(schema_class=schema if is_pydantic_class(schema) else None)
    return _combine(bound, parser, include_raw=include_raw)


def bind_json_mode(
    model: BaseChatModel,
    schema: Any,
    /,
    *,
    include_raw: bool,
    **kwargs: Any,
) -> Runnable[LanguageModelInput, Any]:
    """Return a model that answers with some JSON object, and its parser.

    Args:
        model: The model to bind.
        schema: A Pydantic class to make an instance of, any other schema, or `None`.
        include_raw: Whether to return `raw`, `parsed` and `parsing_error`.
        **kwargs: Further parameters of the request.
    """
    options = {
        "response_format": {"type": "json_object"},
        "ls_structured_output_format": {"kwargs": {"method": "json_mode"}, "schema": schema},
        **kwargs,
    }
    bound = model.bind(**options)
    parser = StructuredOutputParser(schema_class=schema if is_pydantic_class(schema) else None)
    return _combine(bound, parser, include_raw=include_raw)
