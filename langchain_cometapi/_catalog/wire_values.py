"""Reads the values of a catalogue entry, in each form that they come in."""

from __future__ import annotations

import math
import re
from datetime import UTC, date, datetime
from typing import Any

from langchain_cometapi._json import load_json

_TOKENS = re.compile(r"([0-9][0-9,_]*(?:\.[0-9]+)?)\s*([kmb]?)(?:\s*tokens?)?", re.IGNORECASE)
_FACTORS = {"": 1, "k": 1_000, "m": 1_000_000, "b": 1_000_000_000}
_MAX_TOKENS = 10**12

_MONEY = re.compile(
    r"(?:USD\s*)?\$?\s*([0-9][0-9,]*(?:\.[0-9]+)?(?:e[+-]?[0-9]{1,3})?)", re.IGNORECASE
)
_MAX_PRICE = 1e9

_ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})(?:$|[T ])")
_DIGITS = re.compile(r"\d{9,13}")
_MILLISECONDS = 10**11
"""From here on, a moment is in milliseconds: in seconds it would be the year 5138."""


def read_text(value: object) -> str | None:
    """Return a text without blanks around it; `None` if there is none."""
    return (value.strip() or None) if isinstance(value, str) else None


def read_json(value: object) -> Any:
    """Return a value, or what is in it if it is a text of JSON; `None` if that is broken."""
    if not isinstance(value, str) or value.lstrip()[:1] not in {"{", "[", '"'}:
        return value
    try:
        return load_json(value)
    except ValueError:
        return None


def _read_number(value: object) -> float | None:
    """Return a finite number above 0."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    if isinstance(value, int):
        return value if 0 < value < _MAX_TOKENS else None
    return value if math.isfinite(value) and value > 0 else None


def read_tokens(value: object) -> int | None:
    """Return a number of tokens.

    It comes as a number or as a text such as `"200K"`, `"1.05M"` or `"131,072"`. A `K` counts as
    1000, although some vendors mean 1024 by it: a limit that is a little too low does no harm.
    """
    number = _read_number(value)
    if isinstance(value, str) and (found := _TOKENS.fullmatch(value.strip())):
        digits = re.sub(r"[,_]", "", found[1])[:20]
        number = float(digits) * _FACTORS[found[2].lower()]
        number = round(number, 3)
    return int(number) if number is not None and 1 <= number <= _MAX_TOKENS else None


def read_price(value: object) -> float | None:
    """Return a price, which comes as a number or a text; `None` for 0 and what is not a price."""
    number = _read_number(value)
    if isinstance(value, str) and (found := _MONEY.fullmatch(value.strip())):
        number = _read_number(float(found[1].replace(",", "")))
    return None if number is None or number > _MAX_PRICE else float(number)


def read_date(value: object) -> date | None:
    """Return a day, which comes as seconds or milliseconds since 1970, or as an ISO date."""
    if isinstance(value, str):
        if found := _ISO_DATE.match(value.strip()):
            try:
                return date(int(found[1]), int(found[2]), int(found[3]))
            except ValueError:
                return None
        value = int(value) if _DIGITS.fullmatch(value.strip()) else None
    seconds = _read_number(value)
    if seconds is None and isinstance(value, int) and not isinstance(value, bool):
        seconds = float(value) if 0 < value < 10**15 else None
    if seconds is None:
        return None
    if seconds >= _MILLISECONDS:
        seconds /= 1000
    try:
        return datetime.fromtimestamp(seconds, tz=UTC).date()
    except (OverflowError, ValueError, OSError):
        return None
