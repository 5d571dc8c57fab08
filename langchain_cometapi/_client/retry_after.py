"""Reads how long a gateway or the vendor behind it asks to wait: headers, fields, words."""

from __future__ import annotations

import email.utils
import math
import re
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_MAX_LENGTH = 100
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86_400.0}
_NUMBER = r"\d{1,12}(?:\.\d{1,12})?"
_WORD = r"(?:ms|milliseconds?|s(?:ec(?:ond)?s?)?|m(?:in(?:ute)?s?)?|h(?:ours?|rs?)?|d(?:ays?)?)\b"
_DURATION = rf"(?:{_NUMBER}\s*{_WORD}\s*)+"
_PART = re.compile(rf"({_NUMBER})\s*([a-z]+)")
_COMPACT = re.compile(rf"(?:{_NUMBER}(?:ms|s|m|h|d))+")
_COMPACT_PART = re.compile(rf"({_NUMBER})(ms|s|m|h|d)")
_IN_WORDS = re.compile(
    rf"(?:retry|retrying|try again|resets?|wait)\W+(?:\w+\W+)?(?:(?:in|after|for)\s+)?(?:about\s+)?"
    rf"((?:{_NUMBER}(?:ms|s|m|h|d))+|{_DURATION})"
)
_BARE_NUMBER = re.compile(rf"retry[-_ ]after\W{{1,4}}({_NUMBER})(?![\w.])(?!\s*{_WORD})")
_FOREIGN_UNITS = {
    **dict.fromkeys(("秒", "초", "сек", "sek", "sec", "seg"), 1.0),
    **dict.fromkeys(("分", "분", "мин", "min"), 60.0),
    **dict.fromkeys(("小时", "時間", "시간", "час", "stund", "heure", "hora"), 3600.0),
}
_FOREIGN_UNIT = f"({'|'.join(_FOREIGN_UNITS)})"
_IN_FOREIGN_WORDS = (
    # Chinese, Japanese, Korean
    re.compile(rf"({_NUMBER})\s*{_FOREIGN_UNIT}(?:钟|間)?(?:\s?(?:之?后|後|以降|再|후))"),
    # Russian, French, German, Spanish, Portuguese
    re.compile(
        r"(?:повтор|попроб|réessay|wiederhol|erneut|intént|reintent|tente)[^.\n\d]{0,40}"
        rf"({_NUMBER})\s*{_FOREIGN_UNIT}"
    ),
    re.compile(rf"in ({_NUMBER})\s*{_FOREIGN_UNIT}\w* (?:erneut|wieder)"),
)

# Fields of error bodies, with how many seconds one of their number is.
_FIELDS = {
    "retryDelay": 1.0,  # Google: `google.rpc.RetryInfo`, as "34.07s"
    "quotaResetDelay": 1.0,  # Google: metadata of `google.rpc.ErrorInfo`
    "retry_after": 1.0,
    "retryAfter": 1.0,
    "retry_after_seconds": 1.0,  # OpenRouter
    "retry_after_ms": 0.001,
}


def get_retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds to wait that the headers of a response ask for, or `None`."""
    for name, factor in (("retry-after-ms", 0.001), ("retry-after", 1.0)):
        if (seconds := _read_duration(headers.get(name), factor)) is not None:
            return seconds
    return _read_date(headers.get("retry-after"))


def read_retry_after(layer: Mapping[Any, Any]) -> float | None:
    """Return the seconds that an object of an error body has in a field of its own, or `None`."""
    for name, factor in _FIELDS.items():
        if (seconds := _read_duration(layer.get(name), factor)) is not None:
            return seconds
    headers = layer.get("headers")  # OpenRouter: those of the vendor
    if isinstance(headers, dict):
        lowered = {str(name).lower(): value for name, value in list(headers.items())[:50]}
        return get_retry_after(lowered)
    return None


def read_retry_words(words: str) -> float | None:
    """Return the seconds that a message in lower case asks for, or `None`."""
    if found := _IN_WORDS.search(words):
        return _sum_parts(found[1])
    if found := _BARE_NUMBER.search(words):
        return _bound(float(found[1]))
    for pattern in _IN_FOREIGN_WORDS:
        if found := pattern.search(words):
            return _bound(float(found[1]) * _FOREIGN_UNITS[found[2]])
    return None


def _sum_parts(duration: str) -> float | None:
    """Return the seconds of a duration such as "1m30s" or "5 seconds"."""
    is_compact = _COMPACT.fullmatch(duration)
    parts = (_COMPACT_PART if is_compact else _PART).findall(duration)
    return _bound(sum(float(number) * _unit(unit) for number, unit in parts))


def _unit(word: str) -> float:
    return _UNITS["ms"] if word.startswith(("ms", "milli")) else _UNITS[word[0]]


def _read_duration(value: object, factor: float) -> float | None:
    """Return the seconds of a number, of a text such as "34.07s" or of Google's two numbers."""
    if isinstance(value, dict):
        seconds, nanos = (_read_number(value.get(name, 0)) for name in ("seconds", "nanos"))
        return None if seconds is None else _bound(seconds + (nanos or 0) / 1e9)
    if isinstance(value, str):
        text = value[:_MAX_LENGTH].strip().lower()
        if _COMPACT.fullmatch(text) or re.fullmatch(_DURATION, text):
            return _sum_parts(text)
    number = _read_number(value)
    return None if number is None else _bound(number * factor)


def _read_number(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    if isinstance(value, str) and len(value) > _MAX_LENGTH:
        return None
    try:
        return float(value)
    except (ValueError, OverflowError):
        return None


def _read_date(text: object) -> float | None:
    if not isinstance(text, str):
        return None
    try:
        date = email.utils.parsedate_tz(text[:_MAX_LENGTH])
        return None if date is None else _bound(max(0.0, email.utils.mktime_tz(date) - time.time()))
    except (TypeError, ValueError, OverflowError, IndexError):
        return None


def _bound(seconds: float) -> float | None:
    return seconds if math.isfinite(seconds) and seconds >= 0 else None
