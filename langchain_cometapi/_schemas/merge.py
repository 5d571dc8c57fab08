"""Schemas that all hold at once, as one schema without `allOf`."""

from __future__ import annotations

from typing import Any

JSONSchema = dict[str, Any]

DEFINITIONS = ("$defs", "definitions")
NAMED_SUBSCHEMAS = frozenset({"properties", "patternProperties", *DEFINITIONS})
"""Keywords with a subschema under each name."""

# Keywords with a subschema for each item or property: two of them hold as one that has both.
_PER_ITEM = frozenset({"items", "additionalProperties"})

_LISTS = frozenset({"allOf", "anyOf", "oneOf", "enum", "required"})

# Of two bounds the narrower one holds.
_BOUNDS = {
    f"{side}{what}": narrower
    for side, narrower in (("min", max), ("max", min))
    for what in ("imum", "Length", "Items", "Properties")
}


def merge_schemas(*schemas: JSONSchema) -> JSONSchema:
    """Return a schema that holds where all of these do; the last wins where two contradict."""
    merged: JSONSchema = {}
    for schema in schemas:
        for name, value in schema.items():
            merged[name] = _merge_values(name, merged[name], value) if name in merged else value
    return merged


def _merge_values(name: str, one: Any, other: Any) -> Any:
    """Return the value of a keyword that two schemas have."""
    if one == other:
        return one
    if name in NAMED_SUBSCHEMAS or name in _PER_ITEM:
        return _merge_subschemas(name, one, other)
    if name == "type":
        return _merge_types(one, other)
    if name in _LISTS:
        return _merge_lists(name, one, other)
    if name in _BOUNDS and _is_number(one) and _is_number(other):
        return _BOUNDS[name](one, other)
    return other


def _merge_subschemas(name: str, one: Any, other: Any) -> Any:
    if not isinstance(one, dict) or not isinstance(other, dict):
        return one if isinstance(one, dict) else other
    if name in _PER_ITEM:
        return {"allOf": [one, other]}  # merged when the subschema itself is rewritten
    common = {key: _merge_values("items", one[key], other[key]) for key in one.keys() & other}
    return {key: common.get(key, value) for key, value in {**one, **other}.items()}


def _merge_types(one: Any, other: Any) -> Any:
    """Return the types that both have; an integer is a number, too."""
    firsts, seconds = ([value] if isinstance(value, str) else value for value in (one, other))
    if not isinstance(firsts, list) or not isinstance(seconds, list):
        return one if isinstance(firsts, list) else other
    if "number" in firsts:
        firsts = [*firsts, "integer"]
    if "number" in seconds:
        seconds = [*seconds, "integer"]
    common = [type_ for type_ in firsts if type_ in seconds]
    if "number" in common:
        common = [type_ for type_ in common if type_ != "integer"]
    return (common[0] if len(common) == 1 else common) or other


def _merge_lists(name: str, one: Any, other: Any) -> Any:
    if not isinstance(one, list) or not isinstance(other, list):
        return one if isinstance(one, list) else other
    if name == "allOf":
        return one + other
    if name == "required":
        return one + [item for item in other if item not in one]
    # Two lists of choices: those in both, else the shorter list, as all pairs are too many.
    return [item for item in one if item in other] or min(one, other, key=len)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
