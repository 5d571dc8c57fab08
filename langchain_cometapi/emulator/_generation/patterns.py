"""Texts that match a regular expression of the kind JSON schemas commonly use."""

from __future__ import annotations

import re
import string
from itertools import product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_LOOK_AROUND = re.compile(r"\(\?<?[=!]")
_GROUP = re.compile(r"\((?:\?:|\?P?<\w+>|\?[aiLmsux-]+:?)?")
_ATOM = re.compile(
    r"\\x[0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|.", re.DOTALL
)
_QUANTIFIER = re.compile(r"(?:([*+?])|\{(\d*)(,?)(\d*)\})[?+]?")
_EDGES = frozenset({"^", "$", r"\b", r"\B", r"\A", r"\Z", r"\z"})
# Of each kind of character in turn, so that a text of several has them all.
_CANDIDATES = (
    "".join(
        f"{letter}{index % 10}{letter.upper()}"
        for index, letter in enumerate(string.ascii_lowercase)
    )
    + string.punctuation
    + " \n\u00e9"
)
_REPEATS = (0, 1, 2, 3, 5, 8, 13, 21, 34, 55, 89, 144, 233)
_CHOICES = range(12)


def texts_for(pattern: str) -> Iterator[str]:
    """Yield texts that contain a match: short ones first, then longer and other ones.

    Args:
        pattern: A regular expression.
    """
    expression = re.compile(pattern)
    seen: set[str] = set()
    for choice, is_varied, repeat in product(_CHOICES, (False, True), _REPEATS):
        writer = _Writer(pattern, repeat, choice, is_varied=is_varied)
        text = writer.write()
        if not writer.rest and text not in seen and expression.search(text):
            seen.add(text)
            yield text


class _Writer:
    """Writes one text for a pattern.

    Attributes:
        rest: What is left of the pattern.
    """

    def __init__(self, pattern: str, repeat: int, choice: int, *, is_varied: bool) -> None:
        self.rest = pattern
        self._repeat = repeat
        self._choice = choice
        self._is_varied = is_varied

    def write(self) -> str:
        """Return a text for the alternatives up to the end of a group."""
        options = [""]
        while self.rest and not self.rest.startswith(")"):
            if self._take("|"):
                options.append("")
            else:
                options[-1] += self._group() if self.rest.startswith("(") else self._characters()
        return options[self._choice % len(options)]

    def _take(self, text: str) -> bool:
        found = self.rest.startswith(text)
        if found:
            self.rest = self.rest.removeprefix(text)
        return found

    def _group(self) -> str:
        found = _LOOK_AROUND.match(self.rest)
        is_empty = found is not None
        found = found or _GROUP.match(self.rest)
        self.rest = self.rest[found.end() if found is not None else 1 :]
        text = self.write()
        self._take(")")
        count = self._count()
        return "" if is_empty else text * count

    def _characters(self) -> str:
        found = _ATOM.match(self.rest)
        atom = found.group() if found is not None else self.rest
        self.rest = self.rest[len(atom) :]
        count = self._count()
        if atom in _EDGES:
            return ""
        if len(atom) == 1 and atom != ".":
            return atom * count
        options = [option for option in _CANDIDATES + atom if re.fullmatch(atom, option)] or [""]
        first, step = self._choice, int(self._is_varied)
        return "".join(options[(first + step * index) % len(options)] for index in range(count))

    def _count(self) -> int:
        found = _QUANTIFIER.match(self.rest)
        if found is None:
            return 1
        self.rest = self.rest[found.end() :]
        sign, least, comma, most = found.groups()
        if sign:
            return {"*": self._repeat, "+": max(self._repeat, 1), "?": min(self._repeat, 1)}[sign]
        low = int(least or 0)
        if not comma:
            return low
        return min(low + self._repeat, int(most)) if most else low + self._repeat
