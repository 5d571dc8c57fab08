"""The types of JSON Schema."""

from __future__ import annotations

from typing import Any

TYPES: dict[str, tuple[type, ...]] = {
    "array": (list,),
    "boolean": (bool,),
    "integer": (int, float),
    "null": (type(None),),
    "number": (int, float),
    "object": (dict,),
    "string": (str,),
}
"""The Python types of the values of each type."""


def listed_types(schema: dict[str, Any]) -> list[str]:
    """Return the types that a schema names, in lower case: Google writes them in capitals.

    Args:
        schema: The schema.
    """
    kind = schema.get("type")
    kinds = kind if isinstance(kind, list) else [kind]
    return [item.lower() for item in kinds if isinstance(item, str)]


def has_type(value: Any, kind: str) -> bool:
    """Return whether a value is of a type of JSON Schema.

    Args:
        value: A parsed JSON value.
        kind: The name of the type.
    """
    if isinstance(value, bool):
        return kind == "boolean"
    if kind == "integer" and isinstance(value, float):
        return value.is_integer()
    return isinstance(value, TYPES.get(kind, ()))
