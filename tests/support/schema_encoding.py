"""The way of a value that `Rewritten.decode` goes back: from the user's form to the one sent."""

from __future__ import annotations

import json
from typing import Any

import jsonschema

from langchain_cometapi._schemas import codecs

Schema = dict[str, Any]


def encode(value: Any, rewritten: Any) -> Any:
    """Return a value of the user's own schema as a model would return it.

    Raises:
        LookupError: If it fits no branch of a union that is sent.
    """
    root = rewritten.schema
    return _complete(_encode(rewritten._codec, value, root, root), root, root)


def _complete(value: Any, schema: Any, root: Schema) -> Any:
    """Return a value with null for what must be there and is not."""
    schema = _open(schema, root)
    if not isinstance(schema, dict):
        return value
    if choices := schema.get("anyOf"):
        completed = [_complete(value, one, root) for one in choices]
        pairs = zip(completed, choices, strict=True)
        return next((one for one, choice in pairs if fits(one, choice, root)), value)
    if isinstance(value, list):
        return [_complete(item, schema.get("items"), root) for item in value]
    if not isinstance(value, dict):
        return value
    parts = schema.get("properties", {})
    others = schema.get("additionalProperties")
    whole = {**dict.fromkeys(schema.get("required", ())), **value}
    return {name: _complete(item, parts.get(name, others), root) for name, item in whole.items()}


def fits(value: Any, schema: Any, root: Schema) -> bool:
    """Return whether a value fits a part of a schema; Google's `nullable` says null, too."""
    full = {**_spell_nulls(schema), "$defs": _spell_nulls(root).get("$defs", {})}
    if "#" in json.dumps(schema) and '"$ref": "#"' in json.dumps(root):
        full = {**full, "$defs": {**full["$defs"], "": _spell_nulls(root)}}
    return bool(jsonschema.Draft202012Validator(full).is_valid(value))


def _spell_nulls(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_spell_nulls(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    spelt = {name: _spell_nulls(one) for name, one in schema.items()}
    if spelt.get("nullable") is True:
        spelt.pop("nullable")
        return {"anyOf": [spelt, {"type": "null"}]}
    return spelt


def _open(schema: Any, root: Schema) -> Any:
    while isinstance(schema, dict) and isinstance(reference := schema.get("$ref"), str):
        schema = root if reference == "#" else root["$defs"][reference.removeprefix("#/$defs/")]
    return schema


def _without_null(schema: Any, root: Schema) -> Any:
    """Return the part of a nullable schema that is not null."""
    schema = _open(schema, root)
    choices = [one for one in schema.get("anyOf", ()) if one != {"type": "null"}]
    return _open(choices[0], root) if len(choices) == 1 else schema


def _encode(codec: Any, value: Any, schema: Any, root: Schema) -> Any:  # noqa: PLR0911 - by class
    if codec is None:
        return value
    if isinstance(codec, codecs.ReferenceCodec):
        return _encode(codec.table.get(codec.name), value, _without_null(schema, root), root)
    if isinstance(codec, codecs.RootCodec):
        return {"value": _encode(codec.codec, value, schema["properties"]["value"], root)}
    if isinstance(codec, codecs.UnionCodec):
        return _encode_union(codec, value, root)
    if isinstance(codec, codecs.TextCodec):
        return json.dumps(value) if isinstance(value, dict | list) else value
    if isinstance(codec, codecs.EnumCodec):
        texts = {json.dumps(own): text for text, own in codec.values.items()}
        return texts.get(json.dumps(value), value)
    return (
        value if value is None else _encode_parts(codec, value, _without_null(schema, root), root)
    )


def _encode_parts(codec: Any, value: Any, schema: Any, root: Schema) -> Any:
    is_list = isinstance(codec, codecs.ArrayCodec | codecs.TupleCodec)
    has_form = isinstance(value, list if is_list else dict)
    if not has_form:
        raise LookupError(codec)
    if isinstance(codec, codecs.PairsCodec):
        return _encode_pairs(codec, value, schema, root)
    if isinstance(codec, codecs.ArrayCodec):
        return [_encode(codec.codec, item, schema["items"], root) for item in value]
    if isinstance(codec, codecs.TupleCodec):
        return _encode_tuple(codec, value, schema, root)
    return _encode_object(codec, value, schema, root)


def _encode_union(codec: codecs.UnionCodec, value: Any, root: Schema) -> Any:
    for branch in codec.branches:
        try:
            encoded = _encode(branch.codec, value, branch.schema, root)
        except (LookupError, AttributeError, TypeError, AssertionError):
            continue
        if fits(_complete(encoded, branch.schema, root), branch.schema, root):
            return encoded
    raise LookupError


def _encode_pairs(codec: codecs.PairsCodec, value: Any, schema: Schema, root: Schema) -> Any:
    part = schema["items"]["properties"]["value"]
    return [
        {"key": name, "value": _encode(codec.codec, item, part, root)}
        for name, item in value.items()
    ]


def _encode_tuple(codec: codecs.TupleCodec, value: Any, schema: Schema, root: Schema) -> Any:
    encoded: dict[str, Any] = {}
    for number, (name, inner) in enumerate(codec.places.items()):
        if number < len(value):
            encoded[name] = _encode(inner, value[number], schema["properties"][name], root)
    if codec.rest:
        part = schema["properties"][codec.rest]
        encoded[codec.rest] = _encode(codec.items, value[len(codec.places) :], part, root)
    return encoded


def _encode_object(codec: codecs.ObjectCodec, value: Any, schema: Schema, root: Schema) -> Any:
    encoded: dict[str, Any] = {}
    parts = schema.get("properties", {})
    for name, field in codec.fields.items():
        if field.name in value:
            encoded[name] = _encode(field.codec, value[field.name], parts[name], root)
    own = {field.name for field in codec.fields.values()}
    others = {name: item for name, item in value.items() if name not in own}
    if codec.rest is not None and codec.pairs is not None:
        encoded[codec.rest] = _encode(codec.pairs, others, parts[codec.rest], root)
    else:
        part = schema.get("additionalProperties", {})
        encoded |= {name: _encode(codec.others, one, part, root) for name, one in others.items()}
    return encoded
