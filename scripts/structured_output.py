"""Write the tables of `docs/structured-output.md`: what is sent for which schema and family.

    python -m scripts.structured_output

Nothing is sent: the tables say what `explain()` says. The text around them is written by hand.
`python -m scripts.structured_output -` prints the page.
"""

from __future__ import annotations

import datetime as dt
import sys
import warnings
from enum import IntEnum
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, HttpUrl, RootModel, create_model

from langchain_cometapi import ChatCometAPI
from langchain_cometapi.exceptions import CometAPIUnsentRequestError

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "structured-output.md"
BEGIN, END = "<!-- tables -->\n", "<!-- end of tables -->\n"

MODELS: dict[str, dict[str, Any]] = {
    "GPT": {"model": "gpt-5.4-mini"},
    "GPT, Responses route": {"model": "gpt-5.4-mini", "endpoint": "responses"},
    "Claude": {"model": "claude-sonnet-5-5"},
    "Gemini": {"model": "gemini-3.8-flash"},
    "DeepSeek": {"model": "deepseek-v4-pro"},
    "Grok": {"model": "grok-4.7"},
    "Qwen": {"model": "qwen3.8-max"},
    "GLM": {"model": "glm-5.3"},
    "Kimi": {"model": "kimi-k2.6"},
}
_REFUSED = "an error before anything is sent"
METHODS = (None, "json_schema", "function_calling", "json_mode")


class City(BaseModel):
    """A city."""

    name: str


class Tree(BaseModel):
    """A tree."""

    children: list[Tree]


class Cat(BaseModel):
    """A cat."""

    kind: Literal["cat"]


class Dog(BaseModel):
    """A dog."""

    kind: Literal["dog"]


class Level(IntEnum):
    """A level."""

    LOW = 1
    HIGH = 10


class Open(BaseModel):
    """Any fields besides."""

    model_config = ConfigDict(extra="allow")

    name: str


class Words(RootModel[list[str]]):
    """Some words."""


def _hold(annotation: Any) -> type[BaseModel]:
    """Return a class with one field."""
    return create_model("Held", held=(annotation, ...))


SCHEMAS: dict[str, Any] = {
    "a field of a plain type, a class or a list": _hold(list[City]),
    "a default": create_model("Held", held=(str, "x")),
    "`str \\| None = None`": create_model("Held", held=(str | None, None)),
    "a recursive class": Tree,
    "a union": _hold(City | str),
    "a discriminated union": _hold(Annotated[Cat | Dog, Field(discriminator="kind")]),
    "an enumeration of numbers": _hold(Level),
    "literals of several types": _hold(Literal["a", 1]),
    "a tuple": _hold(tuple[int, str]),
    "a set": _hold(set[str]),
    "a date": _hold(dt.date),
    "a URL": _hold(HttpUrl),
    "a longest and a shortest text": _hold(Annotated[str, Field(min_length=2, max_length=5)]),
    "a pattern": _hold(Annotated[str, Field(pattern="^[A-Z]+$")]),
    "bounds of a number": _hold(Annotated[int, Field(ge=1, le=9)]),
    "a least number of items": _hold(Annotated[list[str], Field(min_length=2)]),
    "a free dict": _hold(dict[str, int]),
    "`Any`": _hold(Any),
    "further fields": Open,
    "a list as the root": Words,
}
"""A schema of each kind."""


def explain(family: str, schema: Any, method: str | None, **kwargs: Any) -> Any:
    """Return what a model of a family is sent for a schema.

    Raises:
        CometAPIUnsentRequestError: If nothing is sent.
    """
    chosen: dict[str, Any] = {"method": method} if method else {}
    model = ChatCometAPI(api_key="unused", **MODELS[family])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        structured: Any = model.with_structured_output(schema, **chosen, **kwargs)
        return structured.first.explain("Which city?")


def name_method(family: str, method: str | None) -> str:
    """Return what is asked of a family by a method, in a few words."""
    try:
        explained = explain(family, City, method)
    except CometAPIUnsentRequestError:
        return _REFUSED
    body = explained.body
    format_ = body.get("response_format") or body.get("text", {}).get("format") or {}
    inner = format_.get("json_schema", format_)
    if body.get("tools"):
        tool = body["tools"][0]
        words = "a tool" + _strict(tool.get("function", tool))
    elif format_.get("type") == "json_schema":
        words = "a JSON schema" + _strict(inner)
    else:
        words = "JSON mode" if format_ else "a prompt"
        if "JSON Schema" in str(body.get("messages")):
            words += ", with the schema in the prompt"
    is_off = any("its thinking is off" in change.reason for change in explained.changes)
    return f"{words}; thinking off" if is_off else words


def _strict(holder: dict[str, Any]) -> str:
    return ", strict" if holder.get("strict") else ""


def name_changes(family: str, schema: Any, method: str, **kwargs: Any) -> str:
    """Return what is rewritten in a schema for a family, in a few words."""
    try:
        explained = explain(family, schema, method, **kwargs)
    except CometAPIUnsentRequestError:
        return _REFUSED
    words = []
    for change in explained.changes:
        if change.parameter == "strict":
            reason = change.reason.partition("with it: ")[2]
            words.append(f"without `strict`: {reason}" if reason else "without `strict`")
        elif change.action == "rewritten":
            words.append(change.reason.partition("JSON Schema: ")[2])
    return "; ".join(filter(None, words)) or "as it is"


def method_rows() -> dict[str, list[str]]:
    """Return the cells of the table of methods, by family."""
    return {family: [name_method(family, method) for method in METHODS] for family in MODELS}


Rows = dict[str, str]


def schema_rows() -> dict[tuple[str, ...], Rows]:
    """Return what is rewritten by kind of schema, by the families and methods of which it is true.

    Kinds that are sent as they are have no row.
    """
    tables: dict[tuple[tuple[str, str], ...], tuple[str, ...]] = {}
    for title, (family, method, kwargs) in _list_tables().items():
        rows = tuple(
            (kind, words)
            for kind, schema in SCHEMAS.items()
            if (words := name_changes(family, schema, method, **kwargs)) != "as it is"
        )
        tables[rows] = (*tables.get(rows, ()), title)
    return {titles: dict(rows) for rows, titles in tables.items()}


def _list_tables() -> dict[str, tuple[str, str, dict[str, Any]]]:
    """Return the family, the method and the arguments of each table."""
    tables: dict[str, tuple[str, str, dict[str, Any]]] = {}
    for family in MODELS:
        for method in ("json_schema", "function_calling"):
            if name_method(family, method) != _REFUSED:
                tables[f"{family}: `{method}`"] = (family, method, {})
        if family == "GPT":
            tables["GPT: `json_schema`, `strict=False`"] = (
                family,
                "json_schema",
                {"strict": False},
            )
            tables["GPT: `function_calling`, `strict=True`"] = (
                *(family, "function_calling"),
                {"strict": True},
            )
    return tables


def render_tables() -> str:
    """Return the generated part of the page."""
    lines = [
        "| | no `method` | `json_schema` | `function_calling` | `json_mode` |",
        "| --- | --- | --- | --- | --- |",
        *(f"| {family} | {' | '.join(cells)} |" for family, cells in method_rows().items()),
        "",
        "## What is rewritten",
        "",
        "A kind of schema that a table does not list is sent as it is.",
    ]
    for titles, cells in schema_rows().items():
        lines += ["", *(f"- {title}" for title in titles), ""]
        if cells:
            lines += ["| schema | what is sent |", "| --- | --- |"]
        else:
            lines += ["Every kind is sent as it is."]
        lines += [f"| {kind} | {words} |" for kind, words in cells.items()]
    return "\n".join(["", *lines, ""])


def render() -> str:
    """Return the page with its tables rewritten."""
    page = PAGE.read_text(encoding="utf-8")
    head, _, rest = page.partition(BEGIN)
    _, _, tail = rest.partition(END)
    return f"{head}{BEGIN}{render_tables()}\n{END}{tail}"


def main() -> int:
    """Write the page."""
    page = render()
    if "-" in sys.argv[1:]:
        sys.stdout.write(page)
    else:
        PAGE.write_text(page, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
