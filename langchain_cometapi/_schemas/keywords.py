"""Keywords of JSON Schema that a vendor does not know, in others that it knows."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from langchain_cometapi._json import write_json

if TYPE_CHECKING:
    from langchain_cometapi._schemas.merge import JSONSchema

TYPE_NAMES = ("string", "number", "integer", "boolean", "array", "object", "null")
"""The types of JSON Schema."""

_TYPES = {str: "string", bool: "boolean", int: "integer", float: "number", type(None): "null"}
_TYPES |= {list: "array", dict: "object"}

# Keywords about the property rather than about its type.
_ANNOTATIONS = frozenset({"title", "description", "default"})

# Keywords whose names are the user's.
_NAMED = frozenset({"properties", "$defs", "definitions"})


def type_of(value: Any) -> str:
    """Return the type of a JSON value."""
    return _TYPES.get(type(value), "")


def without(schema: JSONSchema, *names: str) -> JSONSchema:
    """Return a schema without these keywords."""
    return {name: value for name, value in schema.items() if name not in names}


def describe(schema: JSONSchema, text: str) -> JSONSchema:
    """Return a schema with a sentence added to its description."""
    known = schema.get("description")
    if isinstance(known, str) and text in known:
        return schema
    return {**schema, "description": f"{known} {text}" if known else text}


def drop_infinite_defaults(schema: JSONSchema) -> JSONSchema:
    """Return the schema of a class or a function without defaults that JSON does not have.

    It may be part of another dict, such as a tool. A class or a function with such a default is
    as good as any other, and who fills its fields is free to leave them out.
    """
    return schema if _is_json(schema) else _drop_infinite_defaults(schema)


def _drop_infinite_defaults(node: Any, *, is_schema: bool = True) -> Any:
    if isinstance(node, list):
        return [_drop_infinite_defaults(one) for one in node]
    if not isinstance(node, dict):
        return node
    return {
        name: _drop_infinite_defaults(one, is_schema=not (is_schema and name in _NAMED))
        for name, one in node.items()
        if not (is_schema and name == "default" and not _is_json(one))
    }


def _is_json(value: Any) -> bool:
    try:
        write_json(value)
    except ValueError:
        return False
    return True


def modernize(schema: JSONSchema) -> JSONSchema:
    """Return a schema of an older draft in the words of 2020-12."""
    if isinstance(places := schema.get("items"), list):
        rest = schema.get("additionalItems")
        schema = {name: value for name, value in schema.items() if name != "additionalItems"}
        schema["prefixItems"] = places
        del schema["items"]
        if rest is not None:
            schema["items"] = rest
    for name in ("Minimum", "Maximum"):
        exclusive, bound = f"exclusive{name}", name.lower()
        if isinstance(flag := schema.get(exclusive), bool):
            schema = without(schema, exclusive)
            if flag and bound in schema:
                schema = without(schema, bound) | {exclusive: schema[bound]}
    return schema


def replace_exclusive_bounds(schema: JSONSchema) -> JSONSchema:
    """Return a schema of whole numbers with `minimum` and `maximum` for exclusive bounds."""
    for name, step in (("Minimum", 1), ("Maximum", -1)):
        bound = schema.get(f"exclusive{name}")
        if not isinstance(bound, int | float) or name.lower() in schema:
            continue
        if not math.isfinite(bound):
            continue
        whole = math.floor(bound) if step > 0 else math.ceil(bound)
        schema = without(schema, f"exclusive{name}") | {name.lower(): whole + step}
    return schema


def split_types(schema: JSONSchema) -> JSONSchema:
    """Return a schema with its list of types as `anyOf`, each type with the keywords about it."""
    annotations = {name: schema[name] for name in _ANNOTATIONS & schema.keys()}
    rest = without(schema, "type", *_ANNOTATIONS)
    choices = [_create_choice(type_, rest) for type_ in schema["type"]]
    # A type without any value of the enumeration is left out.
    choices = [choice for choice in choices if choice.get("enum") != []] or choices
    if not choices:
        return without(schema, "type")
    if len(choices) == 1:
        return {**annotations, **choices[0]}
    return {**annotations, "anyOf": choices}


def _create_choice(type_: Any, rest: JSONSchema) -> JSONSchema:
    if type_ == "null":
        return {"type": type_}
    if not isinstance(rest.get("enum"), list):
        return {"type": type_, **rest}
    types = {"number", "integer"} if type_ == "number" else {type_}
    values = [value for value in rest["enum"] if type_of(value) in types]
    return {"type": type_, **rest, "enum": values}


def create_constant(value: Any) -> JSONSchema:
    """Return a schema of one value, of keywords that hold for lists and objects, too."""
    if isinstance(value, dict):
        properties = {name: create_constant(item) for name, item in value.items()}
        return {
            "type": "object",
            "properties": properties,
            "required": list(value),
            "additionalProperties": False,
        }
    if isinstance(value, list):
        places = [create_constant(item) for item in value]
        size = {"minItems": len(value), "maxItems": len(value)}
        return {"type": "array", "prefixItems": places, "items": False, **size}
    return {"type": type_of(value), "enum": [value]}
