"""`temperature` and `top_p` by the rules of the vendor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from langchain_cometapi._context import CallContext
    from langchain_cometapi._vendors.registry import Vendor

DEFAULT = 1
"""The default of both, which models take that refuse every other value."""


def drop_sampling(payload: dict[str, Any], context: CallContext) -> None:
    """Drop the sampling parameters that a model does not take."""
    values = {n: payload[n] for n in ("temperature", "top_p") if payload.get(n) is not None}
    if not values:
        return
    names, reason = _find_refused(values, payload, context.vendor)
    for name in names:
        del payload[name]
        # Of two parameters that exclude each other, one at its default changes nothing.
        is_lossless = context.vendor.sampling == "one_of" and values[name] == DEFAULT
        context.record_change(name, "left out" if is_lossless else "dropped", reason)


def _find_refused(
    values: dict[str, Any], payload: dict[str, Any], vendor: Vendor
) -> tuple[list[str], str]:
    """Return the names of the parameters that are refused, and why."""
    changed = [name for name, value in values.items() if value != DEFAULT]
    match vendor.sampling:
        case "refused":
            return changed, "takes the default alone"
        case "fixed":
            return list(values), "has fixed values of its own"
        case "effort_none" if get_effort(payload, vendor) != "none":
            return changed, 'takes it with `reasoning_effort="none"` alone'
        case "one_of" if len(values) > 1:
            refused = "temperature" if values["temperature"] == DEFAULT else "top_p"
            return [refused], "takes `temperature` or `top_p`, not both"
    return [], ""


def get_effort(payload: dict[str, Any], vendor: Vendor) -> object:
    """Return the reasoning effort of a request; the default of the model if it has none."""
    extra_body = payload.get("extra_body")
    body = {**payload, **extra_body} if extra_body else payload
    effort = body.get("reasoning_effort")
    if effort is None and isinstance(reasoning := body.get("reasoning"), dict):  # of Responses
        effort = reasoning.get("effort")
    return effort or vendor.default_effort
