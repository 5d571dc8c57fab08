"""Parameters by the rules of the vendor: renamed, dropped with a word, or refused."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from langchain_cometapi._chat.request.schemas import adapt_schema
from langchain_cometapi._context import Action, Change

if TYPE_CHECKING:
    from collections.abc import Mapping

    from langchain_cometapi._context import CallContext
    from langchain_cometapi._vendors.registry import SchemaDialect, Vendor

logger = logging.getLogger(__name__)

_LOSSY = ("dropped", "replaced")
_SAMPLING = ("temperature", "top_p")
_PLAIN_CHOICES = {"auto": "auto", "none": "none", "any": "required", "required": "required"}

_warned: set[tuple[str, str]] = set()
"""Model and parameter of the warnings that were given: one is enough."""


TOKEN_LIMITS = ("max_tokens", "max_completion_tokens")
"""The two names of one limit."""

INFERRED = "inferred_parameters"
"""Holds the parameters that are not the user's but follow from a schema; never sent."""


def apply_rules(payload: dict[str, Any], context: CallContext) -> list[Change]:
    """Make the parameters of a payload fit its model, in place.

    Args:
        payload: The request.
        context: Its model.

    Returns:
        What was changed.

    Raises:
        ValueError: If a parameter is refused.
    """
    vendor = context.vendor
    inferred = payload.pop(INFERRED, {})
    _check_types(payload)
    _check_response_format(payload, vendor)
    _read_tool_choice(payload)
    changes = [
        *_name_token_limit(payload, vendor),
        *_drop_sampling(payload, vendor),
        *_drop_stop(payload, vendor),
        *_drop_parallel_tool_calls(payload, vendor, inferred),
        *_drop_strict(payload, vendor),
        *_leave_out_cache_control(payload, vendor),
        *_rewrite_schemas(payload, vendor),
        *_relax_tool_choice(payload, vendor, inferred),
    ]
    lossy = [change for change in changes if change.action in _LOSSY]
    if context.strict_params and lossy:
        reasons = " ".join(f"`{change.parameter}`: {change.reason}." for change in lossy)
        msg = f"With `strict_params=True` nothing is dropped or replaced. {reasons}"
        raise ValueError(msg)
    return changes


def warn(changes: list[Change], model: str) -> None:
    """Log each loss once for each model."""
    for change in changes:
        key = (model, change.parameter)
        if change.action in _LOSSY and key not in _warned:
            _warned.add(key)
            logger.warning("`%s` was %s: %s.", change.parameter, change.action, change.reason)


def _check_types(payload: dict[str, Any]) -> None:
    """Refuse what no rule could be applied to.

    Raises:
        ValueError: If a parameter is of the wrong type.
    """
    stop, n, extra_body = (payload.get(name) for name in ("stop", "n", "extra_body"))
    wrong = None
    if stop is not None and not isinstance(stop, (str, list, tuple)):
        wrong = ("stop", stop, "a text or a list of texts")
    elif n is not None and (isinstance(n, bool) or not isinstance(n, int)):
        wrong = ("n", n, "a whole number")
    elif extra_body is not None and not isinstance(extra_body, dict):
        wrong = ("extra_body", extra_body, "a dict")
    if wrong:
        name, value, expected = wrong
        msg = f"`{name}` is a {type(value).__name__}; expected {expected}."
        raise ValueError(msg)


def _name_token_limit(payload: dict[str, Any], vendor: Vendor) -> list[Change]:
    field = vendor.max_tokens_field
    other = "max_tokens" if field == "max_completion_tokens" else "max_completion_tokens"
    if field is None or other not in payload or field in payload:
        return []
    payload[field] = payload.pop(other)
    return [Change(other, "renamed", f"{payload['model']} takes it as `{field}`")]


def _drop_sampling(payload: dict[str, Any], vendor: Vendor) -> list[Change]:
    said = [name for name in _SAMPLING if payload.get(name) is not None]
    given = [name for name in said if payload[name] != 1]  # all take 1, which is the default
    model = payload["model"]
    action: Action = "dropped"
    if vendor.sampling == "one_of" and len(said) > 1:
        given = ["temperature"] if payload["temperature"] == 1 else ["top_p"]
        reason = f"{model} takes `temperature` or `top_p`, not both"
        if payload[given[0]] == 1:
            action = "left out"  # it is the default
    elif vendor.sampling == "fixed":
        given, reason = said, f"{model} has fixed values of its own"
    elif vendor.sampling == "refused":
        reason = f"{model} takes the default alone"
    elif vendor.sampling == "effort_none" and _effort(payload, vendor) != "none":
        reason = f'{model} takes it with `reasoning_effort="none"` alone'
    else:
        return []
    for name in given:
        del payload[name]
    return [Change(name, action, reason) for name in given]


def _effort(payload: dict[str, Any], vendor: Vendor) -> object:
    extra = payload.get("extra_body") or {}
    return payload.get("reasoning_effort") or extra.get("reasoning_effort") or vendor.default_effort


def _drop_stop(payload: dict[str, Any], vendor: Vendor) -> list[Change]:
    stop, limit, model = payload.get("stop"), vendor.stop_limit, payload["model"]
    if stop is None or limit is None:
        return []
    if limit == 0:
        del payload["stop"]
        return [Change("stop", "dropped", f"{model} takes none")]
    if not isinstance(stop, str) and len(stop) > limit:
        msg = f"`stop` has {len(stop)} sequences; {model} takes {limit} at most."
        raise ValueError(msg)
    return []


def _drop_parallel_tool_calls(
    payload: dict[str, Any], vendor: Vendor, inferred: Mapping[str, Any]
) -> list[Change]:
    if vendor.parallel_tool_calls is not False or "parallel_tool_calls" not in payload:
        return []
    if inferred.get("parallel_tool_calls") is payload.pop("parallel_tool_calls"):
        return []
    return [Change("parallel_tool_calls", "dropped", f"{payload['model']} refuses it")]


def _drop_strict(payload: dict[str, Any], vendor: Vendor) -> list[Change]:
    """Say that `strict` will not be kept to where a tool asks for it in vain."""
    tools = payload.get("tools") or ()
    if vendor.strict_tools is not False or not any(map(_is_strict, tools)):
        return []
    payload["tools"] = [
        _with_function(tool, without="strict") if _is_strict(tool) else tool for tool in tools
    ]
    return [Change("strict", "dropped", f"{payload['model']} does not keep to it in tools")]


def _is_strict(tool: Any) -> bool:
    function = tool.get("function") if isinstance(tool, dict) else None
    return isinstance(function, dict) and "strict" in function


def _with_function(tool: dict[str, Any], *, without: str = "", **fields: Any) -> dict[str, Any]:
    function = {name: value for name, value in tool["function"].items() if name != without}
    return {**tool, "function": {**function, **fields}}


def _leave_out_cache_control(payload: dict[str, Any], vendor: Vendor) -> list[Change]:
    """Leave it out of the request and its tools where it is an error; messages see to theirs."""
    if vendor.cache_control is not False:
        return []
    left_out = payload.pop("cache_control", None) is not None
    tools = payload.get("tools") or ()
    if any(isinstance(tool, dict) and "cache_control" in tool for tool in tools):
        payload["tools"] = [
            {key: value for key, value in tool.items() if key != "cache_control"}
            if isinstance(tool, dict)
            else tool
            for tool in tools
        ]
        left_out = True
    reason = f"{payload['model']} refuses it"
    return [Change("cache_control", "left out", reason)] if left_out else []


def _check_response_format(payload: dict[str, Any], vendor: Vendor) -> None:
    """Refuse a format that the model does not know: dropped, it would answer in any other.

    Raises:
        ValueError: If it does not.
    """
    response_format = payload.get("response_format")
    kind = response_format.get("type") if isinstance(response_format, dict) else None
    taken = {"json_schema": vendor.json_schema, "json_object": vendor.json_object}
    if taken.get(str(kind)) is not False:
        return
    others = [f'`response_format={{"type": "{name}"}}`' for name in taken if taken[name]]
    ways = ['`with_structured_output(..., method="function_calling")`', *others]
    msg = f"{payload['model']} takes no `response_format` of the type {kind!r}. Use "
    raise ValueError(msg + " or ".join(ways) + ".")


def _rewrite_schemas(payload: dict[str, Any], vendor: Vendor) -> list[Change]:
    if vendor.schema_dialect is None:
        return []
    changed = []
    tools = [_adapt_tool(tool, vendor.schema_dialect) for tool in payload.get("tools") or ()]
    if tools != (payload.get("tools") or []):
        payload["tools"] = tools
        changed.append("tools")
    response_format = _adapt_response_format(payload.get("response_format"), vendor.schema_dialect)
    if response_format != payload.get("response_format"):
        payload["response_format"] = response_format
        changed.append("response_format")
    reason = f"{payload['model']} takes a dialect of JSON Schema"
    return [Change(name, "rewritten", reason) for name in changed]


def _adapt_tool(tool: Any, dialect: SchemaDialect) -> Any:
    function = tool.get("function") if isinstance(tool, dict) else None
    if not isinstance(function, dict) or not isinstance(function.get("parameters"), dict):
        return tool
    return _with_function(tool, parameters=adapt_schema(function["parameters"], dialect))


def _adapt_response_format(response_format: Any, dialect: SchemaDialect) -> Any:
    inner = response_format.get("json_schema") if isinstance(response_format, dict) else None
    if not isinstance(inner, dict) or not isinstance(inner.get("schema"), dict):
        return response_format
    adapted = {**inner, "schema": adapt_schema(inner["schema"], dialect)}
    return {**response_format, "json_schema": adapted}


def _relax_tool_choice(
    payload: dict[str, Any], vendor: Vendor, inferred: Mapping[str, Any]
) -> list[Change]:
    """Keep a forced tool choice from a thinking model that refuses one.

    Raises:
        ValueError: If the user asked for a tool by name.
    """
    choice, model = payload.get("tool_choice"), payload["model"]
    names_one = isinstance(choice, dict) and choice.get("type") == "function"
    refuses_any = vendor.forced_any_while_thinking is False
    refuses_one = vendor.forced_one_while_thinking is False
    refused = (names_one and refuses_one) or (choice == "required" and refuses_any)
    if not refused or _thinking_is_off(payload, vendor):
        return []
    users_own = choice != inferred.get("tool_choice")
    if names_one and not users_own and not refuses_any:
        payload["tool_choice"] = "required"  # there is one tool: it is the same choice
        return [Change("tool_choice", "rewritten", f"{model} takes no name while it thinks")]
    how = ""
    if vendor.thinking_off:
        how = f"; to force one, switch thinking off: `extra_body={dict(vendor.thinking_off)}`"
    if names_one and users_own:
        msg = f"{model} refuses a tool choice that names a tool while it thinks{how}."
        raise ValueError(msg)
    payload["tool_choice"] = "auto"
    reason = f"{model} refuses a forced tool choice while it thinks{how}"
    return [Change("tool_choice", "replaced", reason)]


def _read_tool_choice(payload: dict[str, Any]) -> None:
    """Say a tool choice in Anthropic's form, or one that core has no word for, as OpenAI does."""
    choice = payload.get("tool_choice")
    kind = choice.get("type") if isinstance(choice, dict) else choice
    if kind == "tool" and isinstance(choice, dict):
        payload["tool_choice"] = {"type": "function", "function": {"name": choice.get("name")}}
    elif isinstance(kind, str) and kind in _PLAIN_CHOICES:
        payload["tool_choice"] = _PLAIN_CHOICES[kind]


def _thinking_is_off(payload: dict[str, Any], vendor: Vendor) -> bool:
    body = {**payload, **(payload.get("extra_body") or {})}
    if body.get("reasoning_effort") == "none":
        return True
    off = vendor.thinking_off or {}
    return bool(off) and all(body.get(name) == value for name, value in off.items())
