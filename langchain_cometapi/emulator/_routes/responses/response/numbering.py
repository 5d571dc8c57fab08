"""Server-sent events, numbered from zero on."""

from __future__ import annotations

from typing import Any

from langchain_cometapi.emulator._json import to_json


class Numbering:
    """Numbers the events of one stream."""

    def __init__(self, first: int = 0) -> None:
        """Start with a number.

        Args:
            first: The number of the first event.
        """
        self._next = first

    def event(self, kind: str, /, **fields: Any) -> str:
        """Return an event as text.

        Args:
            kind: Its type.
            **fields: Its other fields.
        """
        data = {"type": kind, "sequence_number": self._next, **fields}
        self._next += 1
        return f"event: {kind}\ndata: {to_json(data)}\n\n"
