"""What the commands print with: consoles, JSON, and texts that no terminal takes for commands."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

from rich.console import Console

if TYPE_CHECKING:
    from rich.text import Text

INTERRUPTED = 130
"""The exit code of a command that Ctrl-C has ended, as shells have it."""

_PRINTED_CONTROLS = "\n\t"


def prepare_streams() -> None:
    """Have what a terminal cannot show written as an escape: an error would lose all of it."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")


def create_console(*, stderr: bool = False) -> Console:
    """Return a console that colours on a terminal alone, as NO_COLOR and FORCE_COLOR say."""
    return Console(stderr=stderr, highlight=False, markup=False, emoji=False)


def is_terminal(stream: Any) -> bool:
    """Whether somebody looks at a stream: only then are lines made to fit."""
    try:
        return bool(stream.isatty())
    except ValueError:  # it was closed
        return False


def print_text(console: Console, text: Text | str) -> None:
    """Print a text in whole lines, which a terminal may wrap and a pipe does not."""
    console.print(text, soft_wrap=True)


def make_printable(text: str) -> str:
    """Return a text with control characters as escapes: a server may send some to a terminal."""
    return "".join(
        character
        if character.isprintable() or character in _PRINTED_CONTROLS
        else character.encode("unicode_escape").decode()
        for character in text.replace("\r\n", "\n")
    )


def dump_json(value: Any) -> str:
    """Return JSON that the encoding of the standard output can carry."""
    encoding = (getattr(sys.stdout, "encoding", None) or "").lower().replace("-", "")
    return json.dumps(value, indent=2, ensure_ascii=encoding != "utf8", default=_isoformat)


def _isoformat(value: Any) -> str:
    text: str = value.isoformat()  # of a date; anything else is a mistake
    return text
