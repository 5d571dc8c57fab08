"""Arguments of tool calls: the one object that is meant, or the reason why there is none."""

from __future__ import annotations

import json
import math
import re
from typing import Any

from langchain_cometapi._json import TooDeepError, check_depth, replace_surrogates

_MAX_ENCODINGS = 5
"""How often an object may have been encoded; twice and thrice were seen."""

_TOO_DEEP = f"the arguments are {TooDeepError()}"

_STRUCTURE = re.compile(r'["{}\[\]]')
_STRING_END = re.compile(r'["\\]')
_CLOSING = {"{": "}", "[": "]"}


class ArgumentsError(ValueError):
    """Arguments that are not a JSON object."""


def _refuse_constant(name: str) -> None:
    msg = f"the arguments are not JSON, which does not have {name}"
    raise ArgumentsError(msg)


def _parse_float(digits: str) -> float:
    number = float(digits)
    if math.isinf(number):
        _refuse_constant(digits[:20])
    return number


# Like core, accept a raw line break in a string, but refuse what could never be sent again.
_decoder = json.JSONDecoder(strict=False, parse_float=_parse_float, parse_constant=_refuse_constant)


def parse_arguments(arguments: object) -> dict[str, Any]:
    """Return the arguments of a call, read strictly.

    `""`, `null`, `"null"` and a missing field mean no arguments. An object that was not encoded is
    taken as it is, and one that was encoded several times is decoded. Some hosts send `{}` before
    the object, or the same object twice.

    Raises:
        ArgumentsError: If they are cut, broken, ambiguous, nested too deeply or not an object.
    """
    try:
        text = arguments if isinstance(arguments, str) else json.dumps(arguments)
        value = _decode(text)
        if value is None:
            return {}
        if not isinstance(value, dict):
            msg = f"the arguments are not a JSON object but {type(value).__name__}"
            raise ArgumentsError(msg)
        check_depth(value)
    except (RecursionError, TooDeepError):
        raise ArgumentsError(_TOO_DEEP) from None
    if "\\u" in text or not text.isascii():
        return replace_surrogates(value)  # type: ignore[no-any-return]
    return value


def _decode(arguments: str) -> Any:
    """Return the value of the arguments, or `None` if there are none.

    Raises:
        ArgumentsError: If they are not JSON.
    """
    value: Any = arguments
    for _ in range(_MAX_ENCODINGS):
        if not isinstance(value, str):
            return value
        if value.strip() in {"", "null"}:
            return None
        try:
            value = _load_one(value)
        except ArgumentsError:
            raise
        except ValueError as error:
            if value is not arguments:
                return value  # a text in which there is no JSON
            msg = f"the arguments are not JSON: {error}"
            raise ArgumentsError(msg) from None
    return value


def _load_one(text: str) -> Any:
    """Return the one value in a text, which may follow placeholders or be repeated.

    Raises:
        ValueError: If it is not JSON, or has different values.
    """
    value, end = _decoder.raw_decode(text, _skip_space(text, 0))
    first_end = end
    while (end := _skip_space(text, end)) < len(text):
        following, end = _decoder.raw_decode(text, end)
        means_something = isinstance(following, (dict, str))
        if means_something and value in ({}, None, ""):
            value = following
        elif not means_something or _canonical(following) != _canonical(value):
            msg = "Extra data"
            raise json.JSONDecodeError(msg, text, first_end)
    return value


def _skip_space(text: str, start: int) -> int:
    while start < len(text) and text[start] in " \t\r\n":
        start += 1
    return start


def _canonical(value: object) -> str:
    return json.dumps(value, sort_keys=True)  # `==` takes `1` and `true` for the same


class BracketScanner:
    """Tracks the open brackets of arguments that come in pieces; each piece is read once."""

    __slots__ = ("_escaped", "_has_value", "_in_string", "_open", "_unread")

    def __init__(self) -> None:
        """Start before the first piece."""
        self._unread: list[str] = []
        self._open: list[str] = []
        """The brackets that are to close what is open."""
        self._in_string = False
        self._escaped = False
        self._has_value = False

    def push(self, piece: str) -> None:
        """Take in a piece, to be read when it is needed."""
        self._unread.append(piece)

    @property
    def is_at_rest(self) -> bool:
        """Whether there is a value, and no bracket or string is open."""
        self._read("")
        return self._has_value and not (self._open or self._in_string)

    def find_end(self, piece: str) -> int | None:
        """Take in a piece; return where in it the last open bracket closes, if it does."""
        return self._read(piece)

    def get_spoiler(self) -> str:
        """Return a text that makes the arguments invalid when it is appended.

        Core reads streamed arguments with a parser that closes whatever is open, and takes the
        first of several values; only a closing bracket that fits nothing makes it give up.
        """
        self._read("")
        quotes = '"' * (1 + self._escaped) if self._in_string else ""
        return quotes + ("}" if self._open and self._open[-1] == "]" else "]")

    def _read(self, piece: str) -> int | None:
        before = "".join(self._unread)
        self._unread.clear()
        text = before + piece
        end = None
        place = 0
        self._has_value = self._has_value or bool(text.strip())
        while place < len(text):
            if self._escaped:
                self._escaped = False
                place += 1
                continue
            found = (_STRING_END if self._in_string else _STRUCTURE).search(text, place)
            if found is None:
                break
            place = found.end()
            self._read_mark(found[0])
            if end is None and not (self._open or self._in_string) and found[0] in "]}":
                end = place - len(before)
        return end

    def _read_mark(self, mark: str) -> None:
        if mark == "\\":
            self._escaped = True
        elif mark == '"':
            self._in_string = not self._in_string
        elif mark in _CLOSING:
            self._open.append(_CLOSING[mark])
        elif self._open and self._open[-1] == mark:
            self._open.pop()


_ESCAPE = re.compile(
    r"""
      \\u[dD][89abAB][0-9a-fA-F]{2} \\u[dD][c-fC-F][0-9a-fA-F]{2}           # a pair
    | (?P<wait> \\u[dD][89abAB][0-9a-fA-F]{2}
                (?: \\ (?: u (?: [dD] (?: [c-fC-F] [0-9a-fA-F]? )? )? )? )? \Z
              | \\ (?: u [0-9a-fA-F]{0,3} )? \Z )                             # the end may follow
    | (?P<half> \\u[dD][89a-fA-F][0-9a-fA-F]{2} )
    | \\.
    """,
    re.VERBOSE | re.DOTALL,
)
r"""An escape in JSON, as far as half a surrogate pair (`\ud83d`) may be in it."""

_REPLACEMENT = r"\ufffd"


class EscapedSurrogates:
    r"""Replaces escaped halves of surrogate pairs in arguments, as in `{"a": "\ud83d"}`, by U+FFFD.

    Core decodes the arguments itself, and a decoded half could never be sent again.
    """

    __slots__ = ("_waiting",)

    def __init__(self) -> None:
        """Start before the first piece."""
        self._waiting = ""

    def push(self, piece: str) -> str:
        """Take in a piece and return the text that further pieces cannot change."""
        if not self._waiting and "\\" not in piece:
            return piece
        text, self._waiting = self._waiting + piece, ""
        return _ESCAPE.sub(self._replace, text)

    def close(self) -> str:
        """Return the text that waited for more."""
        escape, self._waiting = self._waiting, ""
        return _REPLACEMENT + escape[6:] if escape[1:2] == "u" and len(escape) >= 6 else escape  # noqa: PLR2004

    def _replace(self, found: re.Match[str]) -> str:
        if found["wait"]:
            self._waiting = found["wait"]
            return ""
        return _REPLACEMENT if found["half"] else found[0]
