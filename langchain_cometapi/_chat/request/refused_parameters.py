"""Parameters that a model refuses: dropped, or an error where fewer outputs would come back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_cometapi._chat.request.sampling import get_effort
from langchain_cometapi.exceptions import CometAPIUnsentRequestError

if TYPE_CHECKING:
    from langchain_cometapi._context import CallContext

# Values that ask for what happens anyway.
_NEUTRAL: dict[str, tuple[Any, ...]] = {
    "frequency_penalty": (0,),
    "logit_bias": ({},),
    "logprobs": (False,),
    "presence_penalty": (0,),
    "top_logprobs": (0,),
}


def drop_refused(payload: dict[str, Any], context: CallContext) -> None:
    """Drop the parameters that a model does not take, with any value or while it reasons.

    Raises:
        CometAPIUnsentRequestError: If `n` is too high.
    """
    vendor = context.vendor
    for name in _find(payload, vendor.refused_parameters):
        _drop(payload, name, "does not take it", context)
    refused = _find(payload, vendor.refused_while_reasoning)
    if refused and get_effort(payload, vendor) != "none":
        reason = 'takes it with `reasoning_effort="none"` alone'
        for name in refused:
            _drop(payload, name, reason, context)
    n, limit = payload.get("n"), vendor.max_choices
    if limit is not None and n is not None and n > limit:
        msg = (
            f"`n` is {n}; {context.model} gives {limit} at most. Call it {n} times instead, for "
            "example with `batch`."
        )
        raise CometAPIUnsentRequestError(msg)


def _find(payload: dict[str, Any], names: frozenset[str] | None) -> list[str]:
    """Return the parameters among these that are set, in their order."""
    if not names or payload.keys().isdisjoint(names):
        return []
    return [name for name, value in payload.items() if value is not None and name in names]


def _drop(payload: dict[str, Any], name: str, reason: str, context: CallContext) -> None:
    is_neutral = payload.pop(name) in _NEUTRAL.get(name, ())
    context.record_change(name, "left out" if is_neutral else "dropped", reason)
