"""The tables of `docs/emulator.md`."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

PAGE = (Path(__file__).parents[3] / "docs" / "emulator.md").read_text(encoding="utf-8")


def rows(title: str = "## What is refused", head: str = "| refused | by") -> list[str]:
    """Return the rows of a table."""
    table = PAGE.partition(title)[2].partition("\n## ")[0].partition(head)[2]
    lines = [line for line in table.splitlines() if line.startswith("| ")]
    return [line.removeprefix("| ") for line in lines[1:]]


def find_examples(row: str, examples: dict[str, list[T]]) -> list[T]:
    """Return the requests that break the rule of a row, by its beginning."""
    return [
        example for start, found in examples.items() if row.startswith(start) for example in found
    ]
