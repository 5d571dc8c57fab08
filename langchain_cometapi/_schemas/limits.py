"""Limits of the size of a schema."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_cometapi._schemas.merge import DEFINITIONS

if TYPE_CHECKING:
    from langchain_cometapi._schemas.merge import JSONSchema
    from langchain_cometapi._vendors.registry import SchemaDialect

LEVELS = "levels"
"""What of a schema that recursion can exceed."""


def find_excess(schema: JSONSchema, dialect: SchemaDialect) -> str:
    """Return which limit of a dialect a schema exceeds, an empty text if none.

    It begins with `LEVELS` if fewer levels would do.
    """
    if dialect.max_depth is not None:
        levels = _count_levels(schema, schema, {})
        if levels > dialect.max_depth:
            return f"{LEVELS}: it has {levels}, and {dialect.max_depth} are the most"
    limits = {
        "properties": dialect.max_properties,
        "values in enumerations": dialect.max_enum_values,
        "characters in names and enumerations": dialect.max_characters,
    }
    if not any(limits.values()):
        return ""
    sizes = _measure(schema)
    for (name, limit), size in zip(limits.items(), sizes, strict=True):
        if limit is not None and size > limit:
            return f"{name}: it has {size}, and {limit} are the most"
    return ""


def _measure(schema: JSONSchema) -> tuple[int, int, int]:
    """Return the number of properties, of values in enumerations, and of their characters."""
    properties = values = characters = 0
    pending: list[Any] = [schema]
    while pending:
        node = pending.pop()
        if not isinstance(node, dict):
            continue
        named = [node[name] for name in DEFINITIONS if isinstance(node.get(name), dict)]
        if isinstance(own := node.get("properties"), dict):
            properties += len(own)
            named.append(own)
        listed = [*(node.get("enum") or ()), *([node["const"]] if "const" in node else ())]
        values += len(listed)
        characters += sum(len(name) for one in named for name in one)
        characters += sum(len(str(value)) for value in listed)
        pending += [part for one in named for part in one.values()]
        pending += [node.get("items"), *(node.get("anyOf") or ())]
    return properties, values, characters


def _count_levels(node: Any, root: JSONSchema, known: dict[str, int]) -> int:
    """Return how many objects and arrays are inside of each other; a recursion counts once.

    What counts is not documented: this is the most that it can be.
    """
    if not isinstance(node, dict):
        return 0
    reference = node.get("$ref")
    if isinstance(reference, str):
        if reference not in known:
            known[reference] = 0
            target = root.get("$defs", {}).get(reference.removeprefix("#/$defs/"))
            known[reference] = _count_levels(target, root, known)
        return known[reference]
    parts = [*(node.get("properties") or {}).values(), node.get("items")]
    parts += node.get("anyOf") or ()
    deepest = max((_count_levels(part, root, known) for part in parts), default=0)
    types = node.get("type")
    is_level = {"object", "array"} & {*(types if isinstance(types, list) else [types])}
    return deepest + bool(is_level)
