"""Parameters and tools of a vendor's own protocol, which the chat route does not carry."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from langchain_cometapi.exceptions import CometAPIUnsentRequestError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from langchain_cometapi._context import CallContext
    from langchain_cometapi._vendors.registry import Vendor

REASONING_FIELDS = (
    "thinking",
    "enable_thinking",
    "thinking_budget",
    "reasoning",
    "reasoning_effort",
)
"""What asks a model to reason, in one dialect or another."""

EFFORTS = ("reasoning", "reasoning_effort")
"""Those of them that the chat route has for every model, so that code passes them to all."""

_REFUSED_WITH_REASONING = frozenset(REASONING_FIELDS) - {*EFFORTS}


def asks_for_reasoning(value: Any) -> bool:
    """Return whether the value of such a field switches reasoning on."""
    if isinstance(value, dict):
        return not (
            value.get("type") == "disabled"
            or value.get("enabled") is False
            or value.get("effort") == "none"
        )
    return bool(value) and value != "none"


def advise_native(vendor: Vendor, instead: str = "") -> str:
    """Return the sentence that names the class of a vendor's own protocol.

    Args:
        vendor: The row.
        instead: What to do without the class, if nothing else says it.
    """
    native = vendor.native
    if native is None:
        return instead[:1].upper() + instead[1:]
    use = f"Use `{native.class_name}` (`{native.install}`)"
    return f"{use} or {instead}" if instead else use


def refuse_native_features(parameters: Mapping[str, Any], model: str, vendor: Vendor) -> None:
    """Check that no parameter and no tool is one that the chat route does not carry.

    Args:
        parameters: The parameters of a request, or the arguments of a model.
        model: The id of the model.
        vendor: Its row.

    Raises:
        CometAPIUnsentRequestError: If one is; the message names the class that carries it.
    """
    native, is_silent = vendor.native, _cannot_reason(vendor)
    if native is None and not is_silent:
        return
    extra_body = parameters.get("extra_body")
    refused = native.parameters if native else frozenset()
    for place in (parameters, extra_body if isinstance(extra_body, dict) else {}):
        for name, value in place.items():
            is_refused = name in refused or (is_silent and name in _REFUSED_WITH_REASONING)
            if is_refused and _asks_for_something(value):
                raise CometAPIUnsentRequestError(_describe(f"`{name}`", model, vendor))
    for name in _list_native_tools(parameters.get("tools"), vendor):
        raise CometAPIUnsentRequestError(_describe(f"The tool {name!r}", model, vendor))


def drop_effort(payload: dict[str, Any], context: CallContext) -> None:
    """Drop a reasoning effort that does nothing, as the model cannot reason on this route."""
    if not _cannot_reason(context.vendor):
        return
    extra_body = payload.get("extra_body")
    for name in EFFORTS:
        for place in (payload, extra_body if isinstance(extra_body, dict) else {}):
            if not asks_for_reasoning(place.get(name)):
                continue
            if place is payload:
                del payload[name]
            else:
                payload["extra_body"] = {k: v for k, v in place.items() if k != name}
            advice = advise_native(context.vendor)
            reason = f"cannot reason on CometAPI's chat route. {advice}".rstrip(". ")
            context.record_change(name, "dropped", reason)


def _asks_for_something(value: Any) -> bool:
    if isinstance(value, dict):
        return bool(value) and asks_for_reasoning(value)
    return value is not None and value is not False and value != []


def _cannot_reason(vendor: Vendor) -> bool:
    return vendor.reasoning_endpoints is not None and "chat" not in vendor.reasoning_endpoints


def _list_native_tools(tools: Any, vendor: Vendor) -> Iterator[str]:
    if vendor.native is None or not isinstance(tools, (list, tuple)):
        return
    for tool in tools:
        if not isinstance(tool, dict):
            continue
        kind = tool.get("type", next(iter(tool)) if len(tool) == 1 else None)
        if isinstance(kind, str) and re.fullmatch(vendor.native.tools, kind):
            yield kind


def _describe(what: str, model: str, vendor: Vendor) -> str:
    native = vendor.native
    why = f"CometAPI's chat route does not carry it for {model}"
    if native is not None:
        why = f"CometAPI's chat route carries no {_join(native.features)} for {model}"
    return f"{what} would do nothing: {why}. {advise_native(vendor, 'leave it out')}."


def _join(features: str) -> str:
    return features.replace(" and ", " or ")
