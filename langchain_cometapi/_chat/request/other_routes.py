"""Parameters of other routes: under the chat route's own name where it has one, else refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_cometapi._chat.request.response_format import create_response_format
from langchain_cometapi.exceptions import CometAPIUnsentRequestError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from langchain_cometapi._vendors.registry import Vendor

TOKEN_LIMITS = ("max_tokens", "max_completion_tokens")
"""The two names that the chat route has for the limit of output tokens."""

# Parameter of the Responses route -> what does the same on the chat route, if anything.
RESPONSES_ONLY: dict[str, str] = {
    "background": "",
    "context_management": "",
    "conversation": "the whole history as messages",
    "include": "",
    "instructions": "a `SystemMessage`",
    "max_output_tokens": "`max_tokens`",
    "max_tool_calls": "",
    "previous_response_id": "the whole history as messages",
    "prompt": "",
    "reasoning": "`reasoning_effort`",
    "text": "`verbosity` and `response_format`",
    "truncation": "",
    "use_previous_response_id": "the whole history as messages",
}

# Parameter of the Responses route -> fields of it that have a name on the chat route.
EQUALS: dict[str, dict[str, str]] = {
    "reasoning": {"effort": "reasoning_effort"},
    "text": {"verbosity": "verbosity", "format": "response_format"},
}

# No document of CometAPI's and no report says that responses can be fetched later.
_UNSERVED = {"background": "Call `ainvoke` in a task instead"}

_REPLACED_BY_TOOLS = ("functions", "function_call")
_LEGACY_PARAMETERS = ("best_of", "echo", "suffix")
"""Parameters of the legacy completions route that the chat route does not have."""

_ALL = frozenset((*RESPONSES_ONLY, *_REPLACED_BY_TOOLS, *_LEGACY_PARAMETERS))

RESPONSES_OUTPUT = "responses/v1"
"""The `output_version` of the Responses route alone."""


def refuse_other_routes(parameters: Mapping[str, Any], model: str, vendor: Vendor) -> None:
    """Check that no parameter belongs to another route than the chat route.

    Args:
        parameters: The parameters of a request, or the arguments of a model.
        model: The id of the model.
        vendor: Its row.

    Raises:
        CometAPIUnsentRequestError: If one does; the message names what works.
    """
    if parameters.keys().isdisjoint(_ALL):
        return
    refuse_functions(parameters)
    refuse_background(parameters)
    for name, equal in RESPONSES_ONLY.items():
        # `False` is the default of a field.
        value = parameters.get(name)
        if value is None or value is False or name == "max_output_tokens":
            continue
        if vendor.native is not None and name in vendor.native.parameters:
            continue  # `refuse_native_features` knows a better class for it
        if name in _UNSERVED:
            msg = (
                f"`{name}` belongs to the Responses route, and is not known to work on CometAPI. "
                f"{_UNSERVED[name]}."
            )
            raise CometAPIUnsentRequestError(msg)
        shown = f"`{name}`"
        if name in EQUALS and isinstance(value, dict):
            others = [field for field in value if field not in EQUALS[name]]
            if not others:
                continue
            shown, equal = f"`{name}[{others[0]!r}]`", ""  # noqa: PLW2901
        raise CometAPIUnsentRequestError(_describe(shown, equal, model, vendor))


def refuse_background(parameters: Mapping[str, Any]) -> None:
    """Check that background mode is not asked for; no route has it.

    Raises:
        CometAPIUnsentRequestError: If it is.
    """
    if parameters.get("background"):
        # No document of CometAPI's and no report says that responses can be fetched later.
        msg = "`background` is not known to work on CometAPI; call `ainvoke` in a task instead."
        raise CometAPIUnsentRequestError(msg)


def refuse_functions(parameters: Mapping[str, Any]) -> None:
    """Check that no parameter is one that `tools` replaced, or of the legacy completions route.

    Raises:
        CometAPIUnsentRequestError: If one is.
    """
    refuse_legacy_parameters(parameters)
    for name in _REPLACED_BY_TOOLS:
        if parameters.get(name) is not None:
            way = "`tools`" if name == "functions" else "`tool_choice`"
            msg = f"`{name}` was replaced by {way}: use `bind_tools`, which takes functions too."
            raise CometAPIUnsentRequestError(msg)


def translate_equals(payload: dict[str, Any]) -> dict[str, str]:
    """Give parameters of the Responses route the names that the chat route has for them, in place.

    Returns:
        The parameters that had another name, with their names on the chat route.

    Raises:
        CometAPIUnsentRequestError: If a parameter is set under both names, to different values.
    """
    translated: dict[str, str] = {}
    if not payload.get("background"):  # the default
        payload.pop("background", None)
    if (limit := payload.pop("max_output_tokens", None)) is not None:
        name = next((n for n in TOKEN_LIMITS if payload.get(n) is not None), "max_tokens")
        _set(payload, name, limit, "`max_output_tokens`")
        translated["max_output_tokens"] = name
    for outer, fields in EQUALS.items():
        if outer not in payload:
            continue
        value = payload.pop(outer)
        if value is not None and not isinstance(value, dict):
            msg = f"`{outer}` is a {type(value).__name__}; expected a dict."
            raise CometAPIUnsentRequestError(msg)
        rest = dict(value or {})
        for field, name in fields.items():
            if (inner := rest.pop(field, None)) is not None:
                format_ = _nest_format(inner) if field == "format" else inner
                _set(payload, name, format_, f"`{outer}[{field!r}]`")
                translated[f"{outer}.{field}"] = name
        if rest:
            payload[outer] = rest
    return translated


def _set(payload: dict[str, Any], name: str, value: Any, other: str) -> None:
    known = payload.get(name)
    if name == "response_format" and known is not None:
        known = create_response_format(known)
    if known is not None and known != value:
        msg = f"`{name}` and {other} set the same thing to different values. Pass one of the two."
        raise CometAPIUnsentRequestError(msg)
    payload[name] = value


def _nest_format(format_: Any) -> Any:
    """Return a `text.format` as a `response_format`."""
    is_schema = isinstance(format_, dict) and format_.get("type") == "json_schema"
    if not is_schema or "json_schema" in format_:
        return format_
    inner = {name: value for name, value in format_.items() if name != "type"}
    return {"type": "json_schema", "json_schema": inner}


def refuse_legacy_parameters(parameters: Mapping[str, Any]) -> None:
    """Check that no parameter belongs to the legacy completions route.

    Raises:
        CometAPIUnsentRequestError: If one does.
    """
    for name in _LEGACY_PARAMETERS:
        if parameters.get(name) is not None:
            msg = f"`{name}` belongs to the legacy completions route; the chat route lacks it."
            if name == "best_of":
                msg += " Pass `n` and choose among the texts."
            raise CometAPIUnsentRequestError(msg)


def check_output_version(version: str | None, model: str, vendor: Vendor) -> None:
    """Check that the chat route has this version of output.

    Raises:
        CometAPIUnsentRequestError: If only the Responses route has it.
    """
    if version == RESPONSES_OUTPUT:
        name = f"`output_version={version!r}`"
        raise CometAPIUnsentRequestError(_describe(name, '`output_version="v1"`', model, vendor))


def _describe(name: str, equal: str, model: str, vendor: Vendor) -> str:
    ways = [f"pass {equal}"] if equal else []
    if vendor.endpoints is None or "responses" in vendor.endpoints:
        ways.append('set `endpoint="responses"` on the model')
    advice = " or ".join(ways) or "leave it out"
    advice = advice[0].upper() + advice[1:]
    return f"{name} belongs to the Responses route, and {model} is called on chat. {advice}."
