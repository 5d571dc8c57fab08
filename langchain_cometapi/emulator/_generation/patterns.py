"""Texts that match a regular expression of the kind JSON schemas commonly use."""

from __future__ import annotations

import re

_ATOM = re.compile(r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?:|\(\?P?<\w+>|.", re.DOTALL)
_QUANTIFIER = re.compile(r"(\*|\+|\?|\{(\d+)(?:,\d*)?\})\??")
_ESCAPED = {"d": "0", "w": "a", "s": " ", "D": "a", "W": "-", "S": "a", "b": "", "n": "\n"}
_CANDIDATES = "a0A-_ .:/@x"


def text_for(pattern: str) -> str | None:
    """Return a short text that contains a match, or `None` for an unsupported pattern.

    Args:
        pattern: A regular expression.
    """
    text, rest = _alternatives(pattern)
    return text if not rest and re.search(pattern, text) else None


def _alternatives(pattern: str) -> tuple[str, str]:
    """Return a text for the first alternative of a group, and the pattern after the group."""
    first: str | None = None
    text = ""
    while pattern and not pattern.startswith(")"):
        found = _ATOM.match(pattern)
        if found is None:
            return text, pattern
        atom, pattern = found.group(), pattern[found.end() :]
        if atom == "|":
            first = text if first is None else first
            text = ""
            continue
        if atom.startswith("("):
            atom_text, pattern = _alternatives(pattern)
            pattern = pattern[1:]
        else:
            atom_text = _single(atom)
        quantifier = _QUANTIFIER.match(pattern)
        if quantifier is not None:
            pattern = pattern[quantifier.end() :]
            atom_text *= int(quantifier.group(2) or quantifier.group(1) == "+")
        text += atom_text
    return (text if first is None else first), pattern


def _single(atom: str) -> str:
    if atom in ("^", "$"):
        return ""
    if atom.startswith("\\"):
        return _ESCAPED.get(atom[1], atom[1])
    if atom.startswith("["):
        options = _CANDIDATES + atom
        return next((option for option in options if re.fullmatch(atom, option)), "")
    return "a" if atom == "." else atom
