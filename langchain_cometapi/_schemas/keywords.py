"""Keywords of JSON Schema that a vendor does not know, in others that it knows."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from langchain_cometapi._schemas.merge import JSONSchema

# Keywords about the property rather than about its type.
_ANNOTATIONS = frozenset({"title", "description", "default"})

_TYPES = {str: "string", bool: "boolean", int: "integer", float: "number", type(None): "null"}
_TYPES |= {list: "array", dict: "object"}


def without(schema: JSONSchema, *names: str) -> JSONSchema:
    """Return a schema without these keywords."""
    return {name: value for name, value in schema.items() if name not in names}


def replace_one_of(schema: JSONSchema) -> JSONSchema:
    """Return a schema with the choices of `oneOf` in `anyOf`."""
    if "oneOf" not in schema:
        return schema
    lists = (schema.get("anyOf"), schema["oneOf"])
    choices = [choice for one in lists if isinstance(one, list) for choice in one]
    rest = without(schema, "oneOf")
    return rest | {"anyOf": choices} if choices else rest


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
    values = [value for value in rest["enum"] if _TYPES.get(type(value)) in types]
    return {"type": type_, **rest, "enum": values}


def add_types(schema: JSONSchema) -> JSONSchema:
    """Return a schema with a `type` next to `enum`, and inside of `anyOf` instead of next to it."""
    values = schema.get("enum")
    if isinstance(values, list) and "type" not in schema:
        types = list(dict.fromkeys(_TYPES.get(type(value), "") for value in values))
        if len(types) == 1 and types[0]:
            return {"type": types[0], **schema}
        if all(types) and "anyOf" not in schema:
            return split_types({**schema, "type": types})
    if "type" in schema and isinstance(schema.get("anyOf"), list):
        type_ = schema["type"]
        choices = [{"type": type_, **one} for one in schema["anyOf"] if isinstance(one, dict)]
        return without(schema, "type") | {"anyOf": choices}
    return schema


# -- an allow-list of keywords -------------------------------------------------------------------


def replace_tuples(schema: JSONSchema) -> JSONSchema:
    """Return an array with one schema for all items, which may be any of those of a tuple."""
    places = schema.get("prefixItems")
    if not isinstance(places, list):
        places = schema.get("items")
    if not isinstance(places, list):
        return schema
    places = [place if isinstance(place, dict) else {} for place in places]
    items: list[JSONSchema] = []
    for place in places:
        if place not in items:
            items.append(place)
    if isinstance(schema.get("items"), dict) and schema["items"] not in items:
        items.append(schema["items"])
    schema = without(schema, "prefixItems", "items")
    if not items:
        return schema
    if len(items) == 1:
        return {**schema, "items": items[0]}
    order = ", ".join(str(place.get("type", "any")) for place in places)
    return describe({**schema, "items": {"anyOf": items}}, f"Items in this order: {order}.")


def add_items(schema: JSONSchema) -> JSONSchema:
    """Return an array with a schema for its items; text if they may be anything."""
    items = schema.get("items")
    if str(schema.get("type")).lower() != "array" or (items and isinstance(items, dict)):
        return schema
    return {**schema, "items": {"type": "string"}}


def restrict_enum(schema: JSONSchema) -> JSONSchema:
    """Return a schema whose enumeration has texts alone; other values are described.

    As texts, numbers would come back as texts, which the tool's own schema refuses.
    """
    values = schema.get("enum")
    if not isinstance(values, list):
        return schema
    types = list(dict.fromkeys(_TYPES.get(type(value), "") for value in values))
    type_ = schema.get("type")
    if isinstance(type_, str):
        names = {"number", "integer"} if type_ == "number" else {type_.lower()}
        fitting = [value for value in values if _TYPES.get(type(value)) in names]
        values = fitting or values
    elif len(types) == 1:
        type_ = types[0]
    else:
        return split_types({**schema, "type": types})
    schema = {"type": type_, **schema}
    if all(isinstance(value, str) for value in values):
        return {**schema, "enum": values}
    schema = without(schema, "enum")
    if type_ == "null":
        return schema
    if all(type(value) in (int, float) for value in values):
        schema = {"minimum": min(values), "maximum": max(values), **schema}
    shown = ", ".join(json.dumps(value, ensure_ascii=False) for value in values)
    return describe(schema, f"One of: {shown}.")


def restrict_required(schema: JSONSchema) -> JSONSchema:
    """Return a schema that demands no properties but its own."""
    required, properties = schema.get("required"), schema.get("properties")
    if required is None:
        return schema
    known = properties if isinstance(properties, dict) else {}
    names = required if isinstance(required, list) else []
    kept = [name for name in names if isinstance(name, str) and name in known]
    return {**schema, "required": kept} if kept else without(schema, "required")


def describe(schema: JSONSchema, text: str) -> JSONSchema:
    """Return a schema with a sentence added to its description."""
    known = schema.get("description")
    if isinstance(known, str) and text in known:
        return schema
    return {**schema, "description": f"{known} {text}" if known else text}
