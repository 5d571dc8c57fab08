"""The models that CometAPI has retired, or will retire."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from fnmatch import fnmatchcase
from functools import lru_cache
from importlib.resources import files

from langchain_cometapi._catalog.names import spellings


@dataclass(frozen=True, slots=True)
class Retirement:
    """When a model is no longer served, and what to use instead.

    Attributes:
        id: The id that was asked for.
        on: The day from which on it is not served. None: it is not known.
        replacement: The id that CometAPI or the vendor recommends. None: neither does.
        source: Where this was announced.
    """

    id: str
    on: date | None
    replacement: str | None
    source: str

    @property
    def is_over(self) -> bool:
        """Whether the day has come; true where it is not known."""
        return self.on is None or self.on <= datetime.now(UTC).date()

    def describe(self) -> str:
        """Return a sentence with the day and the replacement, as far as they are known."""
        when = "" if self.on is None else f" on {self.on.isoformat()}"
        verb = "retired" if self.is_over else "will retire"
        advice = "" if self.replacement is None else f" Use `{self.replacement}` instead."
        return f"CometAPI {verb} `{self.id}`{when}.{advice}"


@dataclass(frozen=True, slots=True)
class _Entry:
    patterns: tuple[str, ...]
    on: date | None
    replacement: str | None
    source: str


@lru_cache(maxsize=1)
def _entries() -> tuple[_Entry, ...]:
    text = (files("langchain_cometapi.data") / "retirements.json").read_text(encoding="utf-8")
    return tuple(
        _Entry(
            tuple(entry["ids"]),
            None if entry["on"] is None else date.fromisoformat(entry["on"]),
            entry["replacement"],
            entry["source"],
        )
        for entry in json.loads(text)
    )


@lru_cache(maxsize=1024)
def get_retirement(model: str) -> Retirement | None:
    """Return the retirement of a model, or None if none is announced.

    Args:
        model: The id, in any case, with or without a prefix; that of a dated snapshot, and one that
            ends with `-thinking`, is retired with its model.
    """
    names = spellings(model)
    for entry in _entries():
        if any(fnmatchcase(name, pattern) for name in names for pattern in entry.patterns):
            return Retirement(model, entry.on, entry.replacement, entry.source)
    return None
