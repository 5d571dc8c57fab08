"""The value of an unfinished JSON text, as if its open brackets and strings were closed.

Core's parser drops one character after the other until the rest is JSON, and parses all of it each
time: at each chunk of a stream, and for minutes where a long text has a mistake in it. Here a text
is looked through once, and parsed three times at most.
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


def parse_partial(text: str) -> Any:
    """Return the value so far, or `None`; an unfinished key or literal is left out.

    Args:
        text: JSON from its start, in a fence or not; more may follow.
    """
    if text.startswith("```"):
        text = text[3:].removeprefix("json").partition("```")[0].strip()
    for candidate in _complete(text):
        try:
            return json.loads(candidate, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _complete(text: str) -> Iterator[str]:
    """Yield texts that may be JSON, the one that loses least first."""
    closing: list[str] = []
    cut = 0
    closed_since_cut: list[str] = []
    open_string: re.Match[str] | None = None
    for token in _TOKEN.finditer(text):
        kind = token[0][0]
        if kind == '"':
            open_string = None if token["end"] else token
        elif kind in _CLOSING:
            closing.append(_CLOSING[kind])
            cut, closed_since_cut = token.end(), []
        elif kind == ",":
            cut, closed_since_cut = token.start(), []
        elif closing:
            closed_since_cut.append(closing.pop())
    end = "".join(reversed(closing))
    if open_string is None:
        yield text + end
    else:
        yield f'{text[: open_string.end()]}"{end}'
        if (escape := text.rfind("\\", open_string.start())) >= 0:
            yield f'{text[:escape]}"{end}'
    yield text[:cut] + "".join(closed_since_cut[::-1]) + end
