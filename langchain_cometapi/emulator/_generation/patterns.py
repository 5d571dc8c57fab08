"""A text for a regular expression, for the constructs that JSON schemas commonly use."""

from __future__ import annotations

import re

_ATOM = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?:|\(\?P?<\w+>|.", re.DOTALL)
_QUANTIFIER = re.compile(r"(\*|\+|\?|\{(\d+)(?:,\d*)?\})\??")
_ESCAPED = {"d": "0", "w": "a", "s": " ", "D": "a", "W": "-", "S": "a", "b": "", "n": "\n"}
_CANDIDATES = "a0A-_ .:/@x"


def text_for(pattern: str) -> str | None:
    """Return a short text in which a pattern is found.

    Args:
        pattern: A regular expression.

    Returns:
        The text, or `None` if the pattern is beyond this simple reading of it.
    """
    text, rest = _alternatives(pattern)
    return text if not rest and re.search(pattern, text) else None


def _alternatives(pattern: str) -> tuple[str, str]:
    """Read up to the end of a group; of several alternatives the first is taken."""
    first: str | None = None
    made = ""
    while pattern and not pattern.startswith(")"):
        found = _ATOM.match(pattern)
        if found is None:
            return made, pattern
        atom, pattern = found.group(), pattern[found.end() :]
        if atom == "|":
            first = made if first is None else first
            made = ""
            continue
        if atom.startswith("("):
            piece, pattern = _alternatives(pattern)
            pattern = pattern[1:]
        else:
            piece = _single(atom)
        quantifier = _QUANTIFIER.match(pattern)
        if quantifier is not None:
            pattern = pattern[quantifier.end() :]
            piece *= int(quantifier.group(2) or quantifier.group(1) == "+")
        made += piece
    return (made if first is None else first), pattern


def _single(atom: str) -> str:
    if atom in ("^", "$"):
        return ""
    if atom.startswith("\\"):
        return _ESCAPED.get(atom[1], atom[1])
    if atom.startswith("["):
        options = _CANDIDATES + atom
        return next((option for option in options if re.fullmatch(atom, option)), "")
    return "a" if atom == "." else atom
