"""What the description of a schema says about its values, which a model reads, too.

Vendors advise to write constraints that they do not know into the description: "minLength: 2", as
Anthropic's SDK does (anthropics/anthropic-sdk-python, `lib/_parse/_transform.py`).
"""

from __future__ import annotations

import json
import re
from typing import Any

from langchain_cometapi.emulator._schemas.merging import merge
from langchain_cometapi.emulator._schemas.types import TYPES, has_type

_NUMBERS = (
    *("exclusiveMaximum", "exclusiveMinimum", "maxItems", "maxLength", "maxProperties", "maximum"),
    *("minItems", "minLength", "minProperties", "minimum", "multipleOf"),
)
_KINDS: dict[str, str] = {
    **dict.fromkeys(_NUMBERS, "number"),
    **dict.fromkeys(("format", "pattern"), "string"),
    "uniqueItems": "boolean",
}
_KEYWORD = re.compile(rf"\b(const|{'|'.join(_KINDS)})\b['\"`]?\s*[:=]\s*")
_OPTIONS = re.compile(r"\bone of:\s*", re.IGNORECASE)
_VALUE = re.compile(r"\beach value is (?:an? )?(\w+)", re.IGNORECASE)
_ITEMS = re.compile(r"\bitems in this order:\s*", re.IGNORECASE)
_TYPES = {**{name: name for name in TYPES}, "text": "string", "list": "array", "dict": "object"}
_DECODER = json.JSONDecoder()


def read_hints(description: Any) -> dict[str, Any]:
    """Return the keywords of JSON Schema that a description has, with their values.

    Args:
        description: The description of a schema, if it has one.
    """
    hints: dict[str, Any] = {}
    if not isinstance(description, str):
        return hints
    for found in _KEYWORD.finditer(description):
        keyword, (value, _) = found.group(1), _read(description, found.end())
        if keyword == "const" or has_type(value, _KINDS[keyword]):
            hints[keyword] = value
    for found in _OPTIONS.finditer(description):
        options = _read_list(description, found.end())
        if options:
            hints["enum"] = options
    for found in _ITEMS.finditer(description):
        items = [_name_type(word) for word in _read_list(description, found.end())]
        hints["prefixItems"] = items
    for found in _VALUE.finditer(description):
        hints["additionalProperties"] = _name_type(found.group(1))
    return hints


def with_hints(schema: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a schema with the constraints in its description, if any, and the schema itself.

    Args:
        schema: The schema.
    """
    hints = read_hints(schema.get("description"))
    return [merge(schema, hints), schema] if hints else [schema]


def _name_type(word: Any) -> dict[str, Any]:
    """Return the schema of the type that a word names, or that of any value."""
    kind = _TYPES.get(word.lower()) if isinstance(word, str) else None
    return {} if kind is None else {"type": kind}


def _read(text: str, start: int) -> tuple[Any, int]:
    """Return the JSON value at a place of a text, or the word there, and where it ends."""
    try:
        return _DECODER.raw_decode(text, start)
    except ValueError:
        found = re.compile(r"[\w-]*").match(text, start)
        return (found.group(), found.end()) if found is not None else ("", start)


def _read_list(text: str, start: int) -> list[Any]:
    values: list[Any] = []
    while True:
        value, end = _read(text, start)
        if end == start:
            return values
        values.append(value)
        comma = re.compile(r"\s*,\s*").match(text, end)
        if comma is None:
            return values
        start = comma.end()
