"""Parameters by the rules of the vendor: renamed, dropped with a word, or refused."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from langchain_cometapi._vendors import Vendor

logger = logging.getLogger(__name__)

_SAMPLING = ("temperature", "top_p")

_warned: set[tuple[str, str]] = set()
"""Model and parameter of the warnings that were given: one is enough."""


@dataclass(frozen=True)
class Change:
    """One thing that is sent other than the user wrote it.

    Attributes:
        parameter: Its name.
        action: What became of it.
        reason: Why.
    """

    parameter: str
    action: Literal["renamed", "dropped", "replaced"]
    reason: str


def apply_rules(payload: dict[str, Any], vendor: Vendor, *, strict: bool) -> list[Change]:
    """Make the parameters of a payload fit its model, in place.

    Args:
        payload: The request.
        vendor: The row of its model.
        strict: Whether to refuse where a parameter would be dropped or replaced.

    Returns:
        What was changed.

    Raises:
        ValueError: If a parameter is refused.
    """
    changes = [
        *_name_token_limit(payload, vendor),
        *_drop_sampling(payload, vendor),
        *_relax_tool_choice(payload, vendor),
    ]
    lossy = [change for change in changes if change.action != "renamed"]
    if strict and lossy:
        reasons = " ".join(f"`{change.parameter}`: {change.reason}." for change in lossy)
        msg = f"With `strict_params=True` nothing is dropped or replaced. {reasons}"
        raise ValueError(msg)
    return changes


def warn(changes: list[Change], model: str) -> None:
    """Log each loss once for each model."""
    for change in changes:
        key = (model, change.parameter)
        if change.action != "renamed" and key not in _warned:
            _warned.add(key)
            logger.warning("`%s` was %s: %s.", change.parameter, change.action, change.reason)


def _name_token_limit(payload: dict[str, Any], vendor: Vendor) -> list[Change]:
    field = vendor.max_tokens_field
    other = "max_tokens" if field == "max_completion_tokens" else "max_completion_tokens"
    if field is None or other not in payload or field in payload:
        return []
    payload[field] = payload.pop(other)
    return [Change(other, "renamed", f"{payload['model']} takes it as `{field}`")]


def _drop_sampling(payload: dict[str, Any], vendor: Vendor) -> list[Change]:
    given = [name for name in _SAMPLING if payload.get(name) not in (None, 1)]
    model = payload["model"]
    if vendor.sampling == "one_of" and len(given) > 1:
        given, reason = ["top_p"], f"{model} takes `temperature` or `top_p`, not both"
    elif vendor.sampling == "refused":
        reason = f"{model} takes the default alone"
    elif vendor.sampling == "effort_none" and _effort(payload, vendor) != "none":
        reason = f'{model} takes it with `reasoning_effort="none"` alone'
    else:
        return []
    for name in given:
        del payload[name]
    return [Change(name, "dropped", reason) for name in given]


def _effort(payload: dict[str, Any], vendor: Vendor) -> object:
    extra = payload.get("extra_body") or {}
    return payload.get("reasoning_effort") or extra.get("reasoning_effort") or vendor.default_effort


def _relax_tool_choice(payload: dict[str, Any], vendor: Vendor) -> list[Change]:
    """Keep a forced tool choice from a thinking model that refuses one.

    Raises:
        ValueError: If the user asked for a tool by name.
    """
    choice, model = payload.get("tool_choice"), payload["model"]
    refuses_any = choice == "required" and vendor.forced_any_while_thinking is False
    refuses_one = isinstance(choice, dict) and vendor.forced_one_while_thinking is False
    if not (refuses_any or refuses_one) or _thinking_is_off(payload, vendor):
        return []
    how = ""
    if vendor.thinking_off:
        how = f"; to force one, switch thinking off: `extra_body={dict(vendor.thinking_off)}`"
    if refuses_one:
        msg = f"{model} refuses a tool choice that names a tool while it thinks{how}."
        raise ValueError(msg)
    payload["tool_choice"] = "auto"
    reason = f"{model} refuses a forced tool choice while it thinks{how}"
    return [Change("tool_choice", "replaced", reason)]


def _thinking_is_off(payload: dict[str, Any], vendor: Vendor) -> bool:
    body = {**payload, **(payload.get("extra_body") or {})}
    if body.get("reasoning_effort") == "none":
        return True
    off = vendor.thinking_off or {}
    return bool(off) and all(body.get(name) == value for name, value in off.items())
