"""The page `docs/differences.md`: where our classes differ from those of langchain-openai.

Each probe of the modules beside this one and each constructor argument is tried on both classes. A
test does the same, and compares.
"""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from typing import Any

from pydantic_core import PydanticUndefined

from scripts.differences import chat, chat_responses, other_models  # noqa: F401 - they fill the table
from scripts.differences.side import DIFFERENCES, PAIRS, Side, run

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "differences.md"

TITLES = {
    "chat": "`ChatCometAPI` and `ChatOpenAI`",
    "embeddings": "`CometAPIEmbeddings` and `OpenAIEmbeddings`",
    "text": "`CometAPILLM` and `OpenAI`",
}
_INTERNAL = frozenset({"client", "async_client", "root_client", "root_async_client"})
_VALUES: dict[str, Any] = {
    "allowed_special": set(),
    "batch_size": 20,
    "best_of": 2,
    "check_embedding_ctx_length": True,
    "disallowed_special": "all",
    "embedding_ctx_length": 8191,
    "headers": {"X-Mine": "1"},
    "retry_max_seconds": 20,
    "retry_min_seconds": 4,
    "skip_empty": True,
    "tiktoken_enabled": True,
}
"""Values to pass for arguments whose type is not a text."""

Rows = dict[str, tuple[str, str]]


def compare_behaviour(kind: str) -> dict[str, Rows]:
    """Return what each probe says of both classes, by section, where that is not the same."""
    theirs, ours = PAIRS[kind]
    sections: dict[str, Rows] = {}
    for each in DIFFERENCES:
        if each.kind == kind:
            cells = (run(each.probe, theirs, kind), run(each.probe, ours, kind))
            if cells[0] != cells[1]:
                sections.setdefault(each.section, {})[each.what] = cells
    return sections


def compare_arguments(kind: str) -> Rows:
    """Return the arguments that one class has alone, and those whose defaults differ."""
    theirs: Any
    ours: Any
    theirs, ours = PAIRS[kind]
    rows: Rows = {}
    names = {**theirs.model_fields, **ours.model_fields}
    for name in sorted(names.keys() - _INTERNAL):
        cells = (_describe(theirs, name, kind), _describe(ours, name, kind))
        if cells[0] != cells[1]:
            rows[f"`{name}`"] = cells
    return rows


def _describe(cls: Any, name: str, kind: str) -> str:
    """Return the default of an argument, or what becomes of one that the class has not."""
    field = cls.model_fields.get(name)
    if field is not None and field.annotation is not type(None):
        if field.default_factory is not None and field.default is PydanticUndefined:
            return _describe_factory(name, field)
        return f"`{field.default!r}`"
    if cls is PAIRS[kind][0]:
        return "-"
    return run(lambda side: _try(side, name), cls, kind)


def _describe_factory(name: str, field: Any) -> str:
    value = field.default_factory()
    return f"`{value!r}`" if name == "model_kwargs" or value else "`None`"


def _try(side: Side, name: str) -> str:
    side.make(**{name: _VALUES.get(name, "x")})
    if not side.warnings:
        return "taken under another name"
    reason = side.warnings[0].rpartition("`: ")[2].rstrip(".")
    return f"left out, with a warning: {reason}"


def versions() -> str:
    """Return the versions that the page is about."""
    return f"langchain-openai {version('langchain-openai')} (openai {version('openai')})"


def render() -> str:
    """Return the page."""
    lines = [
        "# Differences from langchain-openai",
        "",
        "What is not listed here is as in langchain-openai. [wire-shapes.md](wire-shapes.md) shows",
        "what becomes of each shape of a response, and [lifecycle.md](lifecycle.md) what holds in",
        "threads, processes and event loops.",
        "",
        f"Each cell is what a program saw with {versions()}, and a test looks again.",
        "This page is generated: `python -m scripts.differences`.",
    ]
    for kind, title in TITLES.items():
        ours, theirs = title.split(" and ")
        lines += ["", f"## {title}"]
        sections = compare_behaviour(kind)
        sections["Arguments, with their defaults"] = compare_arguments(kind)
        for section, rows in sections.items():
            lines += ["", f"### {section}", "", f"| | {theirs} | {ours} |", "| --- | --- | --- |"]
            lines += [f"| {what} | {' | '.join(cells)} |" for what, cells in rows.items()]
    return "\n".join(lines) + "\n"


def read_rows(page: str) -> dict[tuple[str, str], tuple[str, str]]:
    """Return the cells of a page, by heading and first cell.

    Args:
        page: The page's text.
    """
    rows: dict[tuple[str, str], tuple[str, str]] = {}
    heading = ""
    for line in page.splitlines():
        if line.startswith("## "):
            heading = line.removeprefix("## ")
        elif line.startswith("| ") and not line.startswith(("| | ", "| --- ")):
            what, theirs, ours = line.removeprefix("| ").removesuffix(" |").split(" | ")
            rows[heading, what] = (theirs, ours)
    return rows
