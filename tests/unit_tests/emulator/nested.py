"""Where a schema can stand in another one, and what the vendors call the place."""

from __future__ import annotations

from typing import Any

STRING: dict[str, Any] = {"type": "string"}

# A whole schema around one, and where Google and Moonshot say it is.
NESTED: dict[str, tuple[Any, str, str]] = {
    "property": (lambda s: {"a": STRING, "b": s}, ".properties[1].value", "properties.b"),
    "item": (
        lambda s: {"a": {"type": "array", "items": s}},
        ".properties[0].value.items",
        "properties.a.items",
    ),
    "option": (
        lambda s: {"a": {"anyOf": [STRING, s]}},
        ".properties[0].value.any_of[1]",
        "properties.a.anyOf",
    ),
    "deep": (
        lambda s: {"a": {"type": "array", "items": {"type": "object", "properties": {"b": s}}}},
        ".properties[0].value.items.properties[0].value",
        "properties.a.items.properties.b",
    ),
}
