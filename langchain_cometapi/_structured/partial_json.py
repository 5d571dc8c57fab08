"""The value of an unfinished JSON text, as if its open brackets and strings were closed.

Core's parser drops one character after the other until the rest is JSON, and parses all of it each
time: at each chunk of a stream, and for minutes where a long text has a mistake in it. Here the
brackets of a text are looked for once, also where it grows, and it is parsed three times at most.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

# A string, whose last quotation mark may be still to come, or what JSON is divided by.
_TOKEN = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*(?P<end>"?)|[{}\[\],]', re.DOTALL)
_CLOSING = {"{": "}", "[": "]"}


class PartialReader:
    """Reads a text that grows: what it was the last time is not looked through again."""

    def __init__(self) -> None:
        """Start a text."""
        self._start("")

    def _start(self, text: str) -> None:
        self._text = text
        self._position = 0
        self._closing: list[str] = []
        self._cut = 0
        self._closed_since_cut: list[str] = []

    def read(self, text: str) -> Any:
        """Return the value so far, or `None`; an unfinished key or literal is left out.

        Args:
            text: JSON from its start, in a fence or not; more may follow.
        """
        if text.startswith("```"):
            text = text[3:].removeprefix("json").partition("```")[0].strip()
        if not text.startswith(self._text[: self._position]):
            self._start(text)
        self._text = text
        for candidate in self._complete(self._scan()):
            try:
                return json.loads(candidate, strict=False)
            except (ValueError, RecursionError):
                continue
        return None

    def _scan(self) -> re.Match[str] | None:
        """Note the open brackets, and return the string at the end that is still open."""
        for token in _TOKEN.finditer(self._text, self._position):
            kind = token[0][0]
            if kind == '"':
                if not token["end"]:
                    self._position = token.start()
                    return token
            elif kind in _CLOSING:
                self._closing.append(_CLOSING[kind])
                self._cut, self._closed_since_cut = token.end(), []
            elif kind == ",":
                self._cut, self._closed_since_cut = token.start(), []
            elif self._closing:
                self._closed_since_cut.append(self._closing.pop())
            self._position = token.end()
        return None

    def _complete(self, open_string: re.Match[str] | None) -> Iterator[str]:
        """Yield texts that may be JSON, the one that loses least first."""
        text, end = self._text, "".join(reversed(self._closing))
        if open_string is None:
            yield text + end
        else:
            yield f'{text[: open_string.end()]}"{end}'
            if (escape := text.rfind("\\", open_string.start())) >= 0:
                yield f'{text[:escape]}"{end}'
        yield text[: self._cut] + "".join(self._closed_since_cut[::-1]) + end
