"""Numbers within the bounds that a JSON schema sets."""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import count, islice
from typing import TYPE_CHECKING, Any

from langchain_cometapi.emulator._schemas.validation import exclusive_bound, is_within

if TYPE_CHECKING:
    from collections.abc import Iterator

_MAX_TRIES = 200


def fits(value: float, node: dict[str, Any], *, whole: bool) -> bool:
    """Return whether a number satisfies a schema's bounds.

    Args:
        value: The number.
        node: The schema.
        whole: Whether it must be an integer.
    """
    return (not whole or float(value).is_integer()) and is_within(value, node)


def numbers(node: dict[str, Any], *, whole: bool) -> Iterator[float]:
    """Yield numbers that satisfy a schema's bounds, those near zero first.

    Args:
        node: The schema.
        whole: Whether they must be integers.
    """
    for value in islice(_candidates(node, whole=whole), _MAX_TRIES):
        number = int(value) if value.denominator == 1 else float(value)
        if fits(number, node, whole=whole):
            yield number


def _candidates(node: dict[str, Any], *, whole: bool) -> Iterator[Fraction]:
    low = max(node.get("minimum", -math.inf), exclusive_bound(node, "Minimum"))
    high = min(node.get("maximum", math.inf), exclusive_bound(node, "Maximum"))
    step = Fraction(str(node["multipleOf"])) if node.get("multipleOf") else None
    if whole:
        # A whole multiple of p/q is a multiple of p.
        step = Fraction(step.numerator if step is not None else 1)
    elif step is None and math.isfinite(low + high):
        yield from _between(Fraction(str(low)), Fraction(str(high)))
        return
    step = step or Fraction(1, 2)
    start = Fraction(0)
    if low > 0:
        start = math.ceil(Fraction(str(low)) / step) * step
    elif high < 0:
        start = math.floor(Fraction(str(high)) / step) * step
    yield start
    for index in count(1):
        yield start + index * step
        yield start - index * step


def _between(low: Fraction, high: Fraction) -> Iterator[Fraction]:
    """Yield numbers of a finite range: zero, whole ones, the middle, both ends, all parts."""
    yield Fraction(0)
    first = math.ceil(low)
    yield from (Fraction(value) for value in range(first, min(math.floor(high), first + 20) + 1))
    yield (low + high) / 2
    yield low
    yield high
    for parts in count(3):
        yield from (low + (high - low) * index / parts for index in range(1, parts))
