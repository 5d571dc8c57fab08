"""Parameters of a call in place of those of its model, under whichever name each was passed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_cometapi._chat.request.other_routes import EQUALS, TOKEN_LIMITS

if TYPE_CHECKING:
    from collections.abc import Mapping

_LIMITS = frozenset({*TOKEN_LIMITS, "max_output_tokens"})


def without_overridden(parameters: dict[str, Any], passed: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parameters of a model without those that a call sets under another name.

    Args:
        parameters: The parameters of the model; they are not changed.
        passed: Those of the call.
    """
    left_out: set[str] = set()
    if any(passed[name] is not None for name in passed.keys() & _LIMITS):
        left_out.update(_LIMITS)
    replaced: dict[str, Any] = {}
    for outer, fields in EQUALS.items():
        value, inner = passed.get(outer), parameters.get(outer)
        if value is None and inner is None:
            continue
        for field, name in fields.items():
            if isinstance(value, dict) and value.get(field) is not None:
                left_out.add(name)
            elif isinstance(inner, dict) and field in inner and passed.get(name) is not None:
                inner = {key: item for key, item in inner.items() if key != field}
                replaced[outer] = inner or None
    if not left_out and not replaced:
        return parameters
    return {k: v for k, v in parameters.items() if k not in left_out} | replaced
