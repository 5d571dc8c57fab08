"""One schema in place of several that must all hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_cometapi.emulator._schemas.nodes import resolve
from langchain_cometapi.emulator._schemas.types import listed_types

if TYPE_CHECKING:
    from collections.abc import Callable

_MAX_STEPS = 50
_JOINED = ("items", "additionalProperties", "propertyNames", "contains")
_NAMED = ("properties", "patternProperties", "$defs", "definitions")
_BOTH_HOLD = ("anyOf", "oneOf", "not", "if", "const", "pattern", "multipleOf", "format")
_LISTS: dict[str, Callable[[list[Any], list[Any]], list[Any]]] = {
    "enum": lambda own, other: [item for item in own if item in other],
    "required": lambda own, other: [*own, *(name for name in other if name not in own)],
    "allOf": lambda own, other: [*own, *other],
}
_NARROWER: dict[str, Callable[[Any, Any], Any]] = {
    **dict.fromkeys(
        ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties", "minContains"),
        max,
    ),
    **dict.fromkeys(
        ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties", "maxContains"),
        min,
    ),
}


def merge(first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    """Return a schema whose values are valid for both schemas.

    What cannot be merged stays in `allOf`. Annotations are those of the first schema.

    Args:
        first: A schema.
        second: Another one.
    """
    merged = {**second, **first}
    rest: dict[str, Any] = {}
    for keyword in first.keys() & second.keys():
        own, other = first[keyword], second[keyword]
        if own == other:
            continue
        if keyword == "type":
            merged[keyword] = _common_types(first, second)
        elif keyword in _NARROWER and not isinstance(own, bool) and not isinstance(other, bool):
            merged[keyword] = _NARROWER[keyword](own, other)
        elif keyword in _LISTS:
            merged[keyword] = _LISTS[keyword](own, other)
        elif keyword in _NAMED:
            merged[keyword] = _merge_named(own, other)
        elif keyword in _JOINED:
            merged[keyword] = False if False in (own, other) else {"allOf": [own, other]}
        elif keyword in _BOTH_HOLD:
            rest[keyword] = other
    if rest:
        merged["allOf"] = [*merged.get("allOf", ()), rest]
    return merged


def _common_types(first: dict[str, Any], second: dict[str, Any]) -> list[str]:
    mine, others = listed_types(first), listed_types(second)
    common = [kind for kind in mine if kind in others]
    if "integer" in (*mine, *others) and "number" in (*mine, *others):
        common = [*(kind for kind in common if kind != "number"), "integer"]
    return list(dict.fromkeys(common))


def _merge_named(first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    merged = dict(first)
    for name, schema in second.items():
        if name in merged and merged[name] != schema:
            merged[name] = {"allOf": [merged[name], schema]}
        else:
            merged[name] = schema
    return merged


def flatten(schema: dict[str, Any], root: dict[str, Any]) -> dict[str, Any]:
    """Return a schema without `$ref`, and with `allOf` only for what cannot be merged.

    Args:
        schema: The schema.
        root: The schema that references point into.
    """
    node = schema
    for _ in range(_MAX_STEPS):
        if "$ref" in node:
            target = resolve(node["$ref"], root)
            node = {keyword: value for keyword, value in node.items() if keyword != "$ref"}
            if isinstance(target, dict):
                node = merge(node, target)
        elif node.get("allOf"):
            parts = [part for part in node["allOf"] if isinstance(part, dict)]
            merged = {keyword: value for keyword, value in node.items() if keyword != "allOf"}
            for part in parts:
                merged = merge(merged, part)
            if merged.get("allOf") and _is_settled(merged["allOf"], parts):
                return merged
            node = merged
        else:
            break
    return node


def _is_settled(rest: list[Any], parts: list[Any]) -> bool:
    """Return whether merging changes nothing any more."""
    return all("$ref" not in part and "allOf" not in part for part in rest) and rest == parts
