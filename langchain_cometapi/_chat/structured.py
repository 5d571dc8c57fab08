"""Structured output: a model bound to a schema, with the parser of its messages."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, Any

from langchain_core.runnables import RunnableAssign, RunnableLambda, RunnableParallel
from langchain_core.utils.function_calling import convert_to_openai_tool

from langchain_cometapi._chat.request.parameters import INFERRED
from langchain_cometapi._chat.request.response_format import (
    create_response_format,
    is_pydantic_class,
)
from langchain_cometapi._chat.structured_parsers import (
    StructuredOutputParser,
    create_tool_call_parser,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from langchain_core.language_models import BaseChatModel, LanguageModelInput
    from langchain_core.runnables import Runnable


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
    """Return a model that calls a tool with the schema, and the parser of the call.

    Args:
        model: The model to bind.
        schema: A Pydantic class, a `TypedDict`, or a JSON or function schema.
        tool_choice: How to ask for the call; by the tool's name if `None`.
        include_raw: Whether to return `raw`, `parsed` and `parsing_error`.
        strict: Whether the vendor shall enforce the schema.
        disabled: Removes the parameters that the model's `disabled_params` name.
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
    return _combine(bound, create_tool_call_parser(schema, name), include_raw=include_raw)


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
    """Return a model whose vendor makes its output fit a JSON schema, and the output's parser.

    Args:
        model: The model to bind.
        schema: See `create_response_format`.
        include_raw: Whether to return `raw`, `parsed` and `parsing_error`.
        strict: See `create_response_format`.
        tools: Tools the model may call instead.
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
    """Return a model that returns some JSON object, and the object's parser.

    Args:
        model: The model to bind.
        schema: A Pydantic class to return an instance of, any other schema, or `None`.
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


def _combine(
    model: Runnable[Any, Any], parser: Runnable[Any, Any], *, include_raw: bool
) -> Runnable[Any, Any]:
    """Return a model with its parser; with `raw`, `parsed` and `parsing_error` if wanted."""
    if not include_raw:
        return model | parser
    nothing = RunnableLambda(_return_none)
    # Not `RunnablePassthrough.assign`, whose class has no name that pickle could find.
    parsed = RunnableAssign(
        RunnableParallel(parsed=itemgetter("raw") | parser, parsing_error=nothing)
    )
    failed = RunnableAssign(RunnableParallel(parsed=nothing))
    return RunnableParallel(raw=model) | parsed.with_fallbacks(
        [failed], exception_key="parsing_error"
    )


def _return_none(_: object) -> None:
    """Return `None`; unlike a lambda, it has a name and can be pickled."""
