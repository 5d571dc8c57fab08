"""Numbers within the bounds that a JSON schema sets."""

from __future__ import annotations

import math
from typing import Any


def fits(value: float, node: dict[str, Any], *, whole: bool) -> bool:
    """Return whether a number satisfies a schema's bounds.

    Args:
        value: The number.
        node: The schema.
        whole: Whether it must be an integer.
    """
    if whole and not float(value).is_integer():
        return False
    step = node.get("multipleOf")
    return bool(
        value >= node.get("minimum", -math.inf)
        and value <= node.get("maximum", math.inf)
        and value > _exclusive(node, "exclusiveMinimum", -math.inf)
        and value < _exclusive(node, "exclusiveMaximum", math.inf)
        and (not step or math.isclose(value / step, round(value / step)))
    )


def _exclusive(node: dict[str, Any], key: str, default: float) -> float:
    # Draft 4 schemas (pydantic 1) have a boolean here, which makes the other bound exclusive.
    bound = node.get(key, default)
    if isinstance(bound, bool):
        return float(node.get(key.replace("exclusive", "").lower(), default)) if bound else default
    return float(bound)


def nearest_to_zero(node: dict[str, Any], *, whole: bool) -> float:
    """Return a number near zero that satisfies a schema's bounds.

    Args:
        node: The schema.
        whole: Whether it must be an integer.
    """
    step = node.get("multipleOf") or (1 if whole else 0.5)
    low = max(node.get("minimum", -math.inf), _exclusive(node, "exclusiveMinimum", -math.inf))
    high = min(node.get("maximum", math.inf), _exclusive(node, "exclusiveMaximum", math.inf))
    start: float = 0
    if low > 0:
        start = math.floor(low / step) * step
    elif high < 0:
        start = math.ceil(high / step) * step
    for offset in (0, step, -step):
        if fits(start + offset, node, whole=whole):
            return start + offset
    return (low + high) / 2 if math.isfinite(low + high) else start
