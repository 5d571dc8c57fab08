"""Limits of the size of a schema."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_cometapi._schemas.merge import DEFINITIONS

if TYPE_CHECKING:
    from langchain_cometapi._schemas.merge import JSONSchema
    from langchain_cometapi._vendors.registry import SchemaDialect


def find_excess(schema: JSONSchema, dialect: SchemaDialect) -> str:
    """Return which limit of a dialect a schema exceeds, an empty text if none."""
    limits = {
        "levels of objects": dialect.max_depth,
        "properties": dialect.max_properties,
        "values in enumerations": dialect.max_enum_values,
        "characters in names and enumerations": dialect.max_characters,
    }
    if not any(limits.values()):
        return ""
    sizes = dict.fromkeys(limits, 0)
    pending: list[tuple[Any, int]] = [(schema, 0)]
    while pending:
        node, depth = pending.pop()
        if isinstance(node, list):
            pending += [(item, depth) for item in node]
        if not isinstance(node, dict):
            continue
        named = node.get("properties")
        names = list(named) if isinstance(named, dict) else []
        for keyword in DEFINITIONS:
            if isinstance(node.get(keyword), dict):
                names += node[keyword]
                pending += [(item, 0) for item in node[keyword].values()]
        values = list(node.get("enum") or ()) + ([node["const"]] if "const" in node else [])
        inner = depth + (node.get("type") == "object")
        sizes["levels of objects"] = max(sizes["levels of objects"], inner)
        sizes["properties"] += len(named) if isinstance(named, dict) else 0
        sizes["values in enumerations"] += len(values)
        sizes["characters in names and enumerations"] += sum(map(len, names))
        sizes["characters in names and enumerations"] += sum(len(str(value)) for value in values)
        pending += [(item, inner) for item in (named or {}).values()]
        pending += [(node.get(keyword), inner) for keyword in ("items", "anyOf")]
    for name, limit in limits.items():
        if limit is not None and sizes[name] > limit:
            return f"it has {sizes[name]} {name}, and {limit} are the most"
    return ""
