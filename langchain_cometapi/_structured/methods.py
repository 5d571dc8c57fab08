"""Structured output by each method: a model bound to a schema, with the parser of its messages."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from langchain_core.runnables import RunnableParallel

from langchain_cometapi._chat.binding import keep_cache_control
from langchain_cometapi._chat.request.parameters import CHANGES, INFERRED, STATEMENT
from langchain_cometapi._chat.request.response_format import create_response_format, state_schema
from langchain_cometapi._chat.request.tool_parameters import get_function
from langchain_cometapi._chat.tool_schemas import convert_tool
from langchain_cometapi._schemas.rewriting import IN_OTHER_WORDS, Use, rewrite_for
from langchain_cometapi._schemas.sources import read_schema
from langchain_cometapi._structured.output_schema import OutputSchema
from langchain_cometapi._structured.parsers import StructuredOutputParser
from langchain_cometapi._structured.raw_output import RawOutput
from langchain_cometapi._structured.repeating import RepeatingModel
from langchain_cometapi._vendors.registry import UNKNOWN
from langchain_cometapi.exceptions import CometAPIUnsentRequestError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

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
        strict: Whether the vendor must enforce the schema.
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
    sent = _Sent()
    if request.method is None and request.schema is not None and method in _STATED_METHODS:
        bound = model.bind(**_state(request, vendor, method, sent))
    elif method == "json_schema":
        bound = model.bind(**_request_json_schema(request, vendor, sent))
    elif method == "json_mode":
        bound = model.bind(**_request_json_mode(request))
    else:
        bound = _bind_tool(model, request, vendor, sent)
    return _combine(bound, request, sent, by_call=method == "function_calling")


@dataclass
class _Sent:
    """What became of the schema.

    Attributes:
        decode: Returns a value of the user's schema for one of the schema that is sent, if that is
            another one.
        changes: What was changed, as the arguments of `CallContext.record_change`.
    """

    decode: Callable[[Any], Any] | None = None
    changes: list[tuple[str, str, str]] = field(default_factory=list)

    def rewrite(
        self, parameter: str, holder: dict[str, Any], vendor: Vendor, *, asks_for_strict: bool
    ) -> dict[str, Any]:
        """Return a function or a JSON schema format as the vendor takes it.

        Args:
            parameter: `"tools"` or `"response_format"`.
            holder: The function or the format.
            vendor: The row of the vendor.
            asks_for_strict: Whether the user has asked for `strict`.
        """
        key, use = _USES[parameter]
        schema = holder.get(key)
        if not isinstance(schema, dict):
            return holder
        is_strict = holder.get("strict") is True
        rewritten = rewrite_for(vendor, schema, use, strict=is_strict)
        changes = rewritten.changes
        if not rewritten.fits:
            holder = {name: value for name, value in holder.items() if name != "strict"}
            reason = f"does not take this schema with it: {changes[0]}"
            action = "dropped" if asks_for_strict else "left out"
            self.changes.append(("strict", action, reason))
            changes = changes[1:]
        if rewritten.schema == schema:
            return holder
        self.decode = rewritten.decode
        if changes != IN_OTHER_WORDS:
            reason = f"takes a dialect of JSON Schema: {'; '.join(changes)}"
            self.changes.append((parameter, "rewritten", reason))
        return {**holder, key: rewritten.schema}


_USES: dict[str, tuple[str, Use]] = {
    "tools": ("parameters", "tool"),
    "response_format": ("schema", "format"),
}


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


def _bind_tool(model: Any, request: OutputRequest, vendor: Vendor, sent: _Sent) -> Any:
    """Return a model that calls a tool with the schema."""
    source = read_schema(request.schema)
    strict = source.strict if request.strict is None else request.strict
    function: dict[str, Any] = {"name": source.name, "parameters": source.schema}
    if source.description:
        function["description"] = source.description
    if strict is not None:
        function["strict"] = strict
    function = sent.rewrite("tools", function, vendor, asks_for_strict=True)
    parameters = dict(request.parameters)
    options = {
        "tool_choice": parameters.pop("tool_choice", None) or source.name,
        "parallel_tool_calls": False,
        INFERRED: {"parallel_tool_calls": False, CHANGES: sent.changes},
        "ls_structured_output_format": {
            "kwargs": {"method": "function_calling", "strict": request.strict},
            "schema": _describe_tool(request.schema),
        },
        **parameters,
    }
    tools = keep_cache_control([request.schema], [{"type": "function", "function": function}])
    return model.bind_tools(tools, **model._filter_disabled_params(**options))


def _request_json_schema(request: OutputRequest, vendor: Vendor, sent: _Sent) -> dict[str, Any]:
    """Return the parameters with which the vendor makes the output fit the schema."""
    schema, strict, tools = request.schema, request.strict, request.tools
    format_ = create_response_format(schema, strict=strict)
    if isinstance(inner := format_.get("json_schema"), dict):
        is_own = isinstance(schema, dict)  # which may say `strict` itself
        inner = sent.rewrite(
            "response_format", inner, vendor, asks_for_strict=is_own or bool(strict)
        )
        format_ = {**format_, "json_schema": inner}
    converted = [convert_tool(tool, strict=strict) for tool in tools or ()]
    return {
        "response_format": format_,
        INFERRED: {CHANGES: sent.changes},
        "ls_structured_output_format": {
            "kwargs": {"method": "json_schema", "strict": strict},
            "schema": _describe_tool(schema),
        },
        **({"tools": keep_cache_control(tools or (), converted)} if tools else {}),
        **request.parameters,
    }


def _describe_tool(schema: Any) -> dict[str, Any]:
    """Return the schema as traces show it, as a tool in OpenAI's form.

    Of a class, core makes one itself, and fails on recursions and on `NotRequired`.
    """
    source = read_schema(schema)
    function = {"name": source.name, "description": source.description}
    return {"type": "function", "function": {**function, "parameters": source.schema}}


def _request_json_mode(request: OutputRequest) -> dict[str, Any]:
    """Return the parameters with which the model returns some JSON object."""
    return {
        "response_format": {"type": "json_object"},
        "ls_structured_output_format": {
            "kwargs": {"method": "json_mode"},
            "schema": None if request.schema is None else _describe_tool(request.schema),
        },
        **request.parameters,
    }


def _state(request: OutputRequest, vendor: Vendor, method: str, sent: _Sent) -> dict[str, Any]:
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
    inner = create_response_format(request.schema, strict=False)["json_schema"]
    inner = sent.rewrite("response_format", inner, vendor, asks_for_strict=False)
    options = {
        INFERRED: {STATEMENT: state_schema(inner), CHANGES: sent.changes},
        "ls_structured_output_format": {
            "kwargs": {"method": "json_mode"},
            "schema": None if request.schema is None else _describe_tool(request.schema),
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


def _combine(model: Any, request: OutputRequest, sent: _Sent, *, by_call: bool) -> Any:
    """Return a model with its parser; with `raw`, `parsed` and `parsing_error` if wanted."""
    schema = request.schema
    tools = [get_function(convert_tool(tool)).get("name") for tool in request.tools or ()]
    parser = StructuredOutputParser(
        own_schema=None if schema is None else OutputSchema(schema),
        schema_name=None if schema is None else read_schema(schema).name,
        by_call=by_call,
        other_tools=tuple(filter(None, tools)),
        repair=request.repair,
        decode=sent.decode,
    )
    if request.max_repairs:
        model = RepeatingModel(bound=model, parser=parser, max_repairs=request.max_repairs)
    if request.include_raw:
        return RunnableParallel(raw=model) | RawOutput(parser=parser)
    return model | parser
