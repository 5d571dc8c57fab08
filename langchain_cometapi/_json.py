"""Reads the gateway's JSON and the values in it, so that none of them raises an internal error.

A gateway sends what its vendors and their models write: half an emoji, counts of 400 digits, a
thousand brackets. All code that turns such a value into a number or a text uses these readers.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any

from pydantic_core import from_json

MAX_DEPTH = 200
"""Levels of nesting that are read; the limit of the fast parser, too. No vendor sends over 20."""

write_json = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode
"""Writes JSON; a value that JSON does not have is an error, of one of several classes."""

_MAX_COUNT = 2**63 - 1

# Strings, so that brackets in them do not count. One without an end goes to the end of the text: it
# is looked at once.
_BRACKETS = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[\[\]{}]', re.DOTALL)


class TooDeepError(ValueError):
    """JSON that is nested too deeply to be copied, merged and written again."""

    def __init__(self, limit: int = MAX_DEPTH) -> None:
        """State the limit in the message.

        Args:
            limit: Levels of nesting that are taken.
        """
        super().__init__(f"nested more than {limit} levels deep")


def load_json(data: bytes | str) -> Any:
    """Return parsed JSON whose texts can all be encoded: half a surrogate pair becomes U+FFFD.

    Raises:
        ValueError: If it is not JSON.
        TooDeepError: If it is nested too deeply; also a `ValueError`.
    """
    try:
        return from_json(data)
    except ValueError:
        return replace_surrogates(load_with_surrogates(data))


def load_with_surrogates(data: bytes | str) -> Any:
    """Return parsed JSON that the fast parser refuses but that has only one possible meaning.

    It may have half a surrogate pair, which some hosts send when they cut an emoji into two
    chunks; bytes that are not UTF-8, which the standard of event streams has replaced; line breaks
    inside of strings; and whole numbers too long for Python, which become text.

    Raises:
        ValueError: If it is not JSON.
        TooDeepError: If it is nested too deeply; also a `ValueError`.
    """
    try:
        value = json.loads(_decode(data), strict=False, parse_int=_parse_int)
    except RecursionError:
        raise TooDeepError from None
    check_depth(value)
    return value


def cut_depth(data: bytes | str) -> str:
    """Return JSON with `null` for each part of it that is nested too deeply to be read.

    Args:
        data: Text of JSON.
    """
    kept: list[str] = []
    depth = start = 0
    text = _decode(data)
    for found in _BRACKETS.finditer(text):
        char = found[0][0]
        if char in "[{":
            depth += 1
            if depth == MAX_DEPTH + 1:
                kept.append(text[start : found.start()])
                kept.append("null")
        elif char in "]}":
            depth -= 1
            if depth == MAX_DEPTH:
                start = found.end()
    return "".join(kept) + ("" if depth > MAX_DEPTH else text[start:])


def _decode(data: bytes | str) -> str:
    if isinstance(data, str):
        return data
    try:
        return data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return data.decode("utf-8", "replace")


def _parse_int(digits: str) -> int | str:
    try:
        return int(digits)
    except ValueError:  # more digits than Python converts
        return digits


def check_depth(value: object, limit: int = MAX_DEPTH) -> None:
    """Refuse a value that is nested too deeply.

    Args:
        value: A value of JSON.
        limit: Levels of nesting that are taken.

    Raises:
        TooDeepError: If it is.
    """
    level = [value]
    for _ in range(limit + 1):
        level = [
            inner
            for outer in level
            if isinstance(outer, (dict, list))
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
        if not level:
            return
    raise TooDeepError(limit)


def replace_surrogates(value: Any) -> Any:
    """Return a value of JSON whose texts and keys can be encoded.

    Two halves of a pair become the character, a half alone U+FFFD.
    """
    if isinstance(value, str):
        return join_surrogates(value, "replace") if has_surrogates(value) else value
    if isinstance(value, dict):
        return {replace_surrogates(k): replace_surrogates(v) for k, v in value.items()}
    if isinstance(value, (list, tuple)):
        return [replace_surrogates(item) for item in value]
    return value


def has_surrogates(text: str) -> bool:
    """Whether a text holds halves of surrogate pairs, so that it cannot be encoded."""
    if text.isascii():
        return False
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def join_surrogates(text: str, alone: str = "surrogatepass") -> str:
    """Return a text with adjacent halves of a pair as one character.

    Args:
        text: The text.
        alone: What becomes of a half alone: `"surrogatepass"` keeps it, `"replace"` makes it
            U+FFFD.
    """
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", alone)


def read_count(value: object) -> int | None:
    """Return a value as a count, or `None` if it is not one.

    Some hosts send floats; a text, or a negative, infinite or absurdly large number says nothing.
    """
    number = read_number(value)
    return None if number is None or not 0 <= number <= _MAX_COUNT else int(number)


def read_number(value: object) -> float | None:
    """Return a value as a finite number, or `None` if it is not one."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    if isinstance(value, int):
        return value if -_MAX_COUNT <= value <= _MAX_COUNT else None
    return value if math.isfinite(value) else None
