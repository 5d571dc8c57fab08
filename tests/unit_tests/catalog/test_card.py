"""Every field of a card is documented, in its docstring and on its page."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

from langchain_cometapi.catalog import ModelCard

PAGE = Path(__file__).parents[3] / "docs" / "catalogue.md"


def test_every_field_is_documented() -> None:
    names = [field.name for field in fields(ModelCard)]
    documented = re.findall(r"^ {8}(\w+):", ModelCard.__doc__ or "", re.MULTILINE)
    assert documented == names
    section = PAGE.read_text(encoding="utf-8").partition("## A card")[2].partition("\n## ")[0]
    rows = [line.split("|")[1] for line in section.splitlines() if line.startswith("| `")]
    assert re.findall(r"`(\w+)`", " ".join(rows)) == names
