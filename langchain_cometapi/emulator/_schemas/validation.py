"""Whether a value is valid for a JSON schema, which what the emulator generates must be.

Formats are not looked at. A boolean schema is valid for everything or for nothing.
"""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

from langchain_cometapi.emulator._schemas.nodes import resolve
from langchain_cometapi.emulator._schemas.types import has_type, listed_types

if TYPE_CHECKING:
    from collections.abc import Iterator


def is_valid(value: Any, schema: Any, root: Any) -> bool:
    """Return whether a value is valid for a schema.

    Args:
        value: A JSON value.
        schema: The schema.
        root: The schema that references point into.
    """
    return _Validator(root).check(value, schema)


def same(first: Any, second: Any) -> bool:
    """Return whether two JSON values are equal; true is not 1.

    Args:
        first: A JSON value.
        second: Another one.
    """
    if isinstance(first, bool) or isinstance(second, bool):
        return first is second
    if isinstance(first, list) and isinstance(second, list):
        return len(first) == len(second) and all(map(same, first, second))
    if isinstance(first, dict) and isinstance(second, dict):
        return first.keys() == second.keys() and all(
            same(item, second[name]) for name, item in first.items()
        )
    return bool(first == second)


class _Validator:
    def __init__(self, root: Any) -> None:
        self._root = root
        self._open: set[tuple[int, int]] = set()

    def check(self, value: Any, schema: Any) -> bool:
        if not isinstance(schema, dict):
            return schema is not False
        # A reference that comes round to itself with the same value says nothing more.
        visit = (id(schema), id(value))
        if visit in self._open:
            return True
        self._open.add(visit)
        try:
            return all(self._checks(value, schema))
        finally:
            self._open.discard(visit)

    def _checks(self, value: Any, schema: dict[str, Any]) -> Iterator[bool]:
        if value is None and schema.get("nullable") is True:
            return
        kinds = listed_types(schema)
        if "type" in schema:
            yield any(has_type(value, kind) for kind in kinds)
        if "$ref" in schema:
            yield self.check(value, resolve(schema["$ref"], self._root))
        if "const" in schema:
            yield same(value, schema["const"])
        if "enum" in schema:
            yield any(same(value, option) for option in schema["enum"])
        yield from self._combinations(value, schema)
        if isinstance(value, dict):
            yield from self._object(value, schema)
        elif isinstance(value, list):
            yield from self._array(value, schema)
        elif isinstance(value, str):
            yield schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", math.inf)
            yield "pattern" not in schema or re.search(schema["pattern"], value) is not None
        elif has_type(value, "number"):
            yield is_within(value, schema)

    def _combinations(self, value: Any, schema: dict[str, Any]) -> Iterator[bool]:
        yield all(self.check(value, part) for part in schema.get("allOf", ()))
        if "anyOf" in schema:
            yield any(self.check(value, option) for option in schema["anyOf"])
        if "oneOf" in schema:
            yield sum(self.check(value, option) for option in schema["oneOf"]) == 1
        if "not" in schema:
            yield not self.check(value, schema["not"])
        if "if" in schema:
            branch = "then" if self.check(value, schema["if"]) else "else"
            yield self.check(value, schema.get(branch, {}))

    def _object(self, value: dict[str, Any], schema: dict[str, Any]) -> Iterator[bool]:
        yield all(name in value for name in schema.get("required", ()))
        yield schema.get("minProperties", 0) <= len(value) <= schema.get("maxProperties", math.inf)
        properties = schema.get("properties", {})
        patterns = schema.get("patternProperties", {})
        for name, item in value.items():
            yield self.check(name, schema.get("propertyNames", {}))
            found = [child for pattern, child in patterns.items() if re.search(pattern, name)]
            if name in properties:
                found.append(properties[name])
            if not found:
                found.append(schema.get("additionalProperties", {}))
            yield all(self.check(item, child) for child in found)
        for name, others in schema.get("dependentRequired", {}).items():
            yield name not in value or all(other in value for other in others)
        for name, child in schema.get("dependentSchemas", {}).items():
            yield name not in value or self.check(value, child)

    def _array(self, value: list[Any], schema: dict[str, Any]) -> Iterator[bool]:
        yield schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", math.inf)
        first, rest = positional_items(schema)
        yield all(map(self.check, value, first))
        yield all(self.check(item, rest) for item in value[len(first) :])
        if schema.get("uniqueItems"):
            yield not any(
                same(item, other)
                for index, item in enumerate(value)
                for other in value[index + 1 :]
            )
        if "contains" in schema:
            count = sum(self.check(item, schema["contains"]) for item in value)
            yield schema.get("minContains", 1) <= count <= schema.get("maxContains", math.inf)


def positional_items(schema: dict[str, Any]) -> tuple[list[Any], Any]:
    """Return the schemas of the first items of an array, and that of all others.

    Args:
        schema: The schema of the array; as a tuple it may have the form of either draft.
    """
    items = schema.get("items", {})
    if isinstance(items, list):
        return items, schema.get("additionalItems", {})
    return list(schema.get("prefixItems") or ()), items


def is_within(value: float, schema: dict[str, Any]) -> bool:
    """Return whether a number is within the bounds that a schema sets.

    Args:
        value: The number.
        schema: The schema.
    """
    step = schema.get("multipleOf")
    return bool(
        value >= schema.get("minimum", -math.inf)
        and value <= schema.get("maximum", math.inf)
        and value > exclusive_bound(schema, "Minimum")
        and value < exclusive_bound(schema, "Maximum")
        and (not step or float(value / step).is_integer())
    )


def exclusive_bound(schema: dict[str, Any], side: str) -> float:
    """Return the exclusive bound that a schema sets; infinity if there is none.

    Args:
        schema: The schema.
        side: "Minimum" or "Maximum".
    """
    none = -math.inf if side == "Minimum" else math.inf
    bound = schema.get(f"exclusive{side}", none)
    # Draft 4 schemas (pydantic 1) have a boolean here, which makes the other bound exclusive.
    if isinstance(bound, bool):
        bound = schema.get(side.lower(), none) if bound else none
    return float(bound)
