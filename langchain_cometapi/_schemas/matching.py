"""Whether a value fits a schema, as far as the branch of a union must be found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from langchain_cometapi._schemas.merge import JSONSchema


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


_TYPES: dict[str, Callable[[Any], bool]] = {
    "string": lambda value: isinstance(value, str),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
    "number": _is_number,
    "integer": lambda value: _is_number(value) and value % 1 == 0,
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
}


class Matcher:
    """Compares the parts of one value with the parts of one schema, each pair once."""

    def __init__(self, root: JSONSchema, *, partial: bool = False) -> None:
        """Start with a schema.

        Args:
            root: The schema; references lead into its `$defs`.
            partial: Whether a value may lack what is required.
        """
        self._root = root
        self._partial = partial
        self._known: dict[tuple[int, int], bool] = {}

    def fits(self, value: Any, schema: Any) -> bool:
        """Return whether a value fits a part of the schema; bounds and patterns are ignored.

        Args:
            value: The value, which must live as long as this object.
            schema: The part, too.
        """
        if not isinstance(schema, dict):
            return schema is not False
        key = (id(value), id(schema))
        known = self._known.get(key)
        if known is None:
            self._known[key] = True  # where it comes back to itself
            known = self._known[key] = self._compare(value, schema)
        return known

    def _compare(self, value: Any, schema: JSONSchema) -> bool:
        if value is None and schema.get("nullable") is True:
            return True
        if isinstance(reference := schema.get("$ref"), str):
            return self.fits(value, self._find(reference))
        choices = schema.get("anyOf")
        if isinstance(choices, list) and not any(self.fits(value, one) for one in choices):
            return False
        if not _is_one_of(value, schema):
            return False
        if isinstance(value, dict):
            return self._compare_object(value, schema)
        items = schema.get("items", True)
        return not isinstance(value, list) or all(self.fits(item, items) for item in value)

    def _compare_object(self, value: dict[str, Any], schema: JSONSchema) -> bool:
        properties = schema.get("properties") or {}
        if not self._partial and not value.keys() >= set(schema.get("required") or ()):
            return False
        others = schema.get("additionalProperties")
        return all(self.fits(item, properties.get(name, others)) for name, item in value.items())

    def _find(self, reference: str) -> Any:
        if reference == "#":
            return self._root
        return self._root.get("$defs", {}).get(reference.removeprefix("#/$defs/"))


def _is_one_of(value: Any, schema: JSONSchema) -> bool:
    """Return whether a value has the type of a schema, and is one of its values."""
    types = schema.get("type")
    if types is not None and not any(_has_type(value, type_) for type_ in _list(types)):
        return False
    if "const" in schema and not _equals(value, schema["const"]):
        return False
    values = schema.get("enum")
    return not isinstance(values, list) or any(_equals(value, one) for one in values)


def _list(types: Any) -> list[Any]:
    return types if isinstance(types, list) else [types]


def _has_type(value: Any, type_: Any) -> bool:
    return type_ not in _TYPES or _TYPES[type_](value)


def _equals(one: Any, other: Any) -> bool:
    """Return whether two JSON values are equal; Python's `True` is 1, which is another one."""
    return bool(one == other) and isinstance(one, bool) is isinstance(other, bool)
