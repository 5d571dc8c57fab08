"""Structured output: a model bound to a schema, with the parser of its messages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_core.runnables import RunnableParallel
from langchain_core.utils.function_calling import convert_to_openai_tool

from langchain_cometapi._chat.binding import keep_cache_control
from langchain_cometapi._chat.request.parameters import INFERRED, STATEMENT
from langchain_cometapi._chat.request.response_format import (
    create_response_format,
    find_class,
    state_schema,
)
from langchain_cometapi._structured.parsers import (
    MessageParser,
    StructuredOutputParser,
    ToolCallParser,
)
from langchain_cometapi._structured.raw_output import RawOutput
from langchain_cometapi.exceptions import CometAPIUnsentRequestError

if TYPE_CHECKING:
    from collections.abc import Callable

    from langchain_core.language_models import BaseChatModel, LanguageModelInput
    from langchain_core.runnables import Runnable

    from langchain_cometapi._vendors.registry import Vendor


STATED_METHODS = ("json_mode", "prompt")
"""The methods of a row for which the schema is stated in the prompt."""


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
    options = {
        "tool_choice": tool_choice or name,
        "parallel_tool_calls": False,
        INFERRED: {"parallel_tool_calls": False},
        "strict": strict,
        "ls_structured_output_format": {
            "kwargs": {"method": "function_calling", "strict": strict},
            "schema": schema,
        },
        **kwargs,
    }
    bound = model.bind_tools([schema], **disabled(**options))
    parser = ToolCallParser(schema_class=find_class(schema), name=name)
    return _combine(bound, parser, include_raw=include_raw)


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
        kwargs["tools"] = keep_cache_control(
            tools, [convert_to_openai_tool(tool, strict=strict) for tool in tools]
        )
    bound = model.bind(
        response_format=create_response_format(schema, strict=strict),
        ls_structured_output_format={
            "kwargs": {"method": "json_schema", "strict": strict},
            "schema": convert_to_openai_tool(schema),
        },
        **kwargs,
    )
    parser = StructuredOutputParser(schema_class=find_class(schema))
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
    parser = StructuredOutputParser(schema_class=find_class(schema))
    return _combine(bound, parser, include_raw=include_raw)


def bind_statement(
    model: BaseChatModel,
    schema: Any,
    /,
    *,
    include_raw: bool,
    strict: bool | None,
    vendor: Vendor,
    **kwargs: Any,
) -> Runnable[LanguageModelInput, Any]:
    """Return a model that is asked for JSON of a schema in its prompt, and the JSON's parser.

    Args:
        model: The model to bind.
        schema: See `create_response_format`.
        include_raw: Whether to return `raw`, `parsed` and `parsing_error`.
        strict: Whether the vendor shall enforce the schema, which it cannot in this way.
        vendor: The model's row, which says whether there is a JSON mode besides.
        **kwargs: Further parameters of the request.

    Raises:
        CometAPIUnsentRequestError: If `strict` is true.
    """
    if strict:
        msg = (
            f"`strict=True` has no effect on {vendor.family} models here: the schema is stated in "
            "the prompt. Leave it out; what does not fit the schema's class is an error all the "
            "same."
        )
        raise CometAPIUnsentRequestError(msg)
    options = {
        INFERRED: {STATEMENT: state_schema(schema)},
        "ls_structured_output_format": {"kwargs": {"method": "json_mode"}, "schema": schema},
        **kwargs,
    }
    if vendor.structured_output == "json_mode":
        options = {"response_format": {"type": "json_object"}, **options}
    parser = StructuredOutputParser(schema_class=find_class(schema))
    return _combine(model.bind(**options), parser, include_raw=include_raw)


def explain_tools(method: str, vendor: Vendor) -> str:
    """Return why `tools` do not go with a method, and what does."""
    msg = f'`tools` go with `method="json_schema"`, not with {method!r}.'
    if vendor.json_schema is False:
        msg = (
            f"`tools` go with a JSON schema, which {vendor.family} models do not take. Pass the "
            "schema as a tool among them: `bind_tools([*tools, schema])`."
        )
    return msg


def _combine(
    model: Runnable[Any, Any], parser: MessageParser, *, include_raw: bool
) -> Runnable[Any, Any]:
    """Return a model with its parser; with `raw`, `parsed` and `parsing_error` if wanted."""
    if not include_raw:
        return model | parser
    return RunnableParallel(raw=model) | RawOutput(parser=parser)
