"""Structured output by each method: a model bound to a schema, with the parser of its messages."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from langchain_core.runnables import RunnableParallel
from langchain_core.utils.function_calling import convert_to_openai_tool

from langchain_cometapi._chat.binding import keep_cache_control
from langchain_cometapi._chat.request.parameters import INFERRED, STATEMENT
from langchain_cometapi._chat.request.response_format import create_response_format, state_schema
from langchain_cometapi._structured.output_schema import OutputSchema
from langchain_cometapi._structured.parsers import StructuredOutputParser
from langchain_cometapi._structured.raw_output import RawOutput
from langchain_cometapi._structured.repeating import RepeatingModel
from langchain_cometapi._vendors.registry import UNKNOWN
from langchain_cometapi.exceptions import CometAPIUnsentRequestError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from langchain_cometapi._vendors.registry import Vendor

Method = Literal["function_calling", "json_mode", "json_schema"]

_STATED_METHODS = ("json_mode", "prompt")
"""The methods of a row for which the schema is stated in the prompt."""


@dataclass(frozen=True, kw_only=True)
class OutputRequest:
    """What `with_structured_output` was asked for.

    Attributes:
        schema: A schema of any kind, or `None` for any JSON.
        method: How to ask for it; `None` for one that the model can keep.
        include_raw: Whether to return `raw`, `parsed` and `parsing_error`.
        strict: Whether the vendor shall enforce the schema.
        tools: Tools that the model may call instead.
        repair: Whether broken JSON is repaired.
        max_repairs: How often the model is asked again, with the error of its output.
        parameters: Further parameters of the request.
    """

    schema: Any
    method: Method | None = None
    include_raw: bool = False
    strict: bool | None = None
    tools: list[Any] | None = None
    repair: bool = False
    max_repairs: int = 0
    parameters: Mapping[str, Any] = field(default_factory=dict)


def create_sequence(
    model: Any, request: OutputRequest, vendor: Vendor, profile: Mapping[str, Any] | None
) -> Any:
    """Return the sequence of a model that is asked for an output, and a parser of its messages.

    Args:
        model: The chat model.
        request: What is asked for.
        vendor: The row of the model that is called.
        profile: Its profile, if there is one.

    Raises:
        CometAPIUnsentRequestError: If the request contradicts itself.
    """
    method = request.method or choose_method(request, vendor, profile)
    if request.tools and method != "json_schema":
        raise CometAPIUnsentRequestError(_explain_tools(method, vendor))
    if request.method is None and request.schema is not None and method in _STATED_METHODS:
        options = _state(request, vendor, method)
    elif method == "json_schema":
        options = _request_json_schema(request)
    elif method == "json_mode":
        options = _request_json_mode(request)
    else:
        return _combine(_bind_tool(model, request), request, by_call=True)
    return _combine(model.bind(**options), request)


def choose_method(request: OutputRequest, vendor: Vendor, profile: Mapping[str, Any] | None) -> str:
    """Return the method for a model: that of its row, unless its profile rules it out.

    Args:
        request: What is asked for.
        vendor: The model's row.
        profile: Its profile on the route that is called. Where the row knows nothing, the profile
            decides.
    """
    known = profile or {}
    takes_schema = vendor.json_schema is not False and known.get("structured_output")
    chosen = vendor.structured_output or "function_calling"
    if takes_schema and (vendor is UNKNOWN or vendor.structured_output is None):
        chosen = "json_schema"
    if request.tools and vendor.json_schema:
        return "json_schema"
    if chosen == "json_schema" and known.get("structured_output") is False:
        chosen = "function_calling"
    if chosen == "function_calling" and known.get("tool_calling") is False:
        if takes_schema:
            return "json_schema"
        return "json_mode" if vendor.json_object else "prompt"
    return chosen


def _bind_tool(model: Any, request: OutputRequest) -> Any:
    """Return a model that calls a tool with the schema."""
    schema, strict = request.schema, request.strict
    parameters = dict(request.parameters)
    options = {
        "tool_choice": parameters.pop("tool_choice", None) or _find_name(schema),
        "parallel_tool_calls": False,
        INFERRED: {"parallel_tool_calls": False},
        "strict": strict,
        "ls_structured_output_format": {
            "kwargs": {"method": "function_calling", "strict": strict},
            "schema": schema,
        },
        **parameters,
    }
    return model.bind_tools([schema], **model._filter_disabled_params(**options))


def _request_json_schema(request: OutputRequest) -> dict[str, Any]:
    """Return the parameters with which the vendor makes the output fit the schema."""
    schema, strict, tools = request.schema, request.strict, request.tools
    converted = [convert_to_openai_tool(tool, strict=strict) for tool in tools or ()]
    return {
        "response_format": create_response_format(schema, strict=strict),
        "ls_structured_output_format": {
            "kwargs": {"method": "json_schema", "strict": strict},
            "schema": convert_to_openai_tool(schema),
        },
        **({"tools": keep_cache_control(tools or (), converted)} if tools else {}),
        **request.parameters,
    }


def _request_json_mode(request: OutputRequest) -> dict[str, Any]:
    """Return the parameters with which the model returns some JSON object."""
    return {
        "response_format": {"type": "json_object"},
        "ls_structured_output_format": {
            "kwargs": {"method": "json_mode"},
            "schema": request.schema,
        },
        **request.parameters,
    }


def _state(request: OutputRequest, vendor: Vendor, method: str) -> dict[str, Any]:
    """Return the parameters with which the prompt states the schema.

    Raises:
        CometAPIUnsentRequestError: If `strict` is true.
    """
    if request.strict:
        msg = (
            f"`strict=True` has no effect on {vendor.family} models here: the schema is stated in "
            "the prompt. Leave it out; what does not fit the schema is an error all the same."
        )
        raise CometAPIUnsentRequestError(msg)
    options = {
        INFERRED: {STATEMENT: state_schema(request.schema)},
        "ls_structured_output_format": {
            "kwargs": {"method": "json_mode"},
            "schema": request.schema,
        },
        **request.parameters,
    }
    if method == "json_mode":
        options = {"response_format": {"type": "json_object"}, **options}
    return options


def _explain_tools(method: str, vendor: Vendor) -> str:
    """Return why `tools` do not go with a method, and what does."""
    msg = f'`tools` go with `method="json_schema"`, not with {method!r}.'
    if vendor.json_schema is False:
        msg = (
            f"`tools` go with a JSON schema, which {vendor.family} models do not take. Pass the "
            "schema as a tool among them: `bind_tools([*tools, schema])`."
        )
    return msg


def _find_name(schema: Any) -> str:
    name: str = convert_to_openai_tool(schema)["function"]["name"]
    return name


def _combine(model: Any, request: OutputRequest, *, by_call: bool = False) -> Any:
    """Return a model with its parser; with `raw`, `parsed` and `parsing_error` if wanted."""
    schema = request.schema
    tools = [convert_to_openai_tool(tool)["function"]["name"] for tool in request.tools or ()]
    parser = StructuredOutputParser(
        own_schema=None if schema is None else OutputSchema(schema),
        schema_name=None if schema is None else _find_name(schema),
        by_call=by_call,
        other_tools=tuple(tools),
        repair=request.repair,
    )
    if request.max_repairs:
        model = RepeatingModel(bound=model, parser=parser, max_repairs=request.max_repairs)
    if request.include_raw:
        return RunnableParallel(raw=model) | RawOutput(parser=parser)
    return model | parser
