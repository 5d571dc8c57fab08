"""Hypothesis strategies of structures that a schema can say, and of values for any schema."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

Schema = dict[str, Any]

_NAMES = st.sampled_from(["a", "b c", "value", "key", "type", "$ref", "required", "Ünï"])
_TEXTS = st.text("ab0 {é", max_size=4).filter(lambda text: text.lstrip()[:1] != "{")
_ANY = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | _TEXTS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(_TEXTS, inner, max_size=2),
    max_leaves=4,
)

# -- schemas --------------------------------------------------------------------------------------

LEAVES: st.SearchStrategy[Schema] = st.sampled_from(
    [
        {},
        {"type": "string"},
        {"type": "integer"},
        {"type": "boolean"},
        {"type": "null"},
        {"type": ["string", "null"]},
        {"type": ["integer", "array"], "items": {"type": "string"}},
        {"const": 3},
        {"const": "x"},
        {"const": True},
        {"enum": ["x", "y"]},
        {"enum": ["x", 1, None]},
        {"enum": [1, 2]},
        {"enum": [True, "true"]},
        {"enum": [[1, "a"], {"k": 1}]},
        {"$ref": "#/$defs/List"},
        {"$ref": "#/$defs/Dict", "description": "D"},
        {"$ref": "#/$defs/Tree"},
        {"type": "array"},
        {"type": "object"},
    ]
)

_DEFINITIONS: Schema = {
    "List": {
        "type": "object",
        "properties": {
            "item": {"type": "integer"},
            "next": {"anyOf": [{"$ref": "#/$defs/List"}, {"type": "null"}]},
        },
        "required": ["item"],
        "additionalProperties": False,
    },
    "Dict": {
        "type": "object",
        "additionalProperties": {"anyOf": [{"type": "integer"}, {"$ref": "#/$defs/Dict"}]},
    },
    "Tree": {
        "type": "object",
        "properties": {
            "leaves": {"type": "array", "items": {"$ref": "#/$defs/Tree"}},
            "pair": {
                "type": "array",
                "prefixItems": [{"type": "integer"}, {"type": "string"}],
                "items": False,
                "minItems": 2,
                "maxItems": 2,
            },
        },
        "required": ["leaves"],
        "additionalProperties": False,
    },
}


@st.composite
def _objects(draw: st.DrawFn, inner: st.SearchStrategy[Schema]) -> Schema:
    others = draw(st.sampled_from([False, True, None]))
    names = _NAMES if others is False else st.sampled_from("abc")  # nobody takes all of them
    properties = draw(st.dictionaries(names, inner, max_size=3))
    required = draw(st.sets(st.sampled_from(sorted(properties)))) if properties else set()
    schema: Schema = {"type": "object", "properties": properties, "required": sorted(required)}
    schema["additionalProperties"] = draw(inner) if others is None else others
    return schema


@st.composite
def _tuples(draw: st.DrawFn, inner: st.SearchStrategy[Schema]) -> Schema:
    places = draw(st.lists(inner, min_size=1, max_size=3))
    least = draw(st.integers(0, len(places)))
    rest = draw(st.booleans())
    schema: Schema = {"type": "array", "prefixItems": places, "minItems": least}
    if rest:
        return {**schema, "minItems": len(places), "items": draw(inner)}
    return {**schema, "items": False, "maxItems": len(places)}


def _unions(inner: st.SearchStrategy[Schema]) -> st.SearchStrategy[Schema]:
    tagged = st.builds(
        lambda parts: {
            "oneOf": [
                {
                    "type": "object",
                    "properties": {"kind": {"const": f"k{number}"}, "of": part},
                    "required": ["kind"],
                    "additionalProperties": False,
                }
                for number, part in enumerate(parts)
            ],
            "discriminator": {"propertyName": "kind"},
        },
        st.lists(inner, min_size=1, max_size=3),
    )
    plain = st.lists(inner, min_size=1, max_size=3).filter(_are_distinct)
    return tagged | plain.map(lambda parts: {"anyOf": parts})


def _are_distinct(parts: list[Schema]) -> bool:
    """Return whether the parts of a union are of other types: no text tells others apart."""
    types = [_find_type(part) for part in parts]
    return len(set(types)) == len(types) and (len(types) == 1 or "any" not in str(types))


def _find_type(part: Schema) -> str:
    text = str(part)
    if "{}" in text or "'array'}" in text or "'object'}" in text or "True" in text:
        return "any"
    return str(part.get("type", part.get("$ref", "any")))


def nest(leaves: st.SearchStrategy[Schema]) -> st.SearchStrategy[Schema]:
    """Return schemas of structures of these."""
    return st.recursive(
        leaves,
        lambda inner: (
            _objects(inner)
            | _tuples(inner)
            | _unions(inner)
            | inner.map(lambda part: {"type": "array", "items": part})
            | inner.map(lambda part: {"type": "object", "additionalProperties": part})
            | inner.map(lambda part: {"allOf": [part], "description": "D"})
        ),
        max_leaves=6,
    ).map(lambda schema: {**schema, "$defs": _DEFINITIONS})


SCHEMAS = nest(LEAVES)
"""Schemas of structures; they have no bounds and patterns, which most dialects lose."""


# -- values ---------------------------------------------------------------------------------------


@st.composite
def instances(draw: st.DrawFn, schema: Schema) -> Any:
    """Return a value that fits a schema, as far as it has these keywords: `assume` the rest."""
    return _draw(draw, schema, schema, 0)


def _draw(draw: st.DrawFn, schema: Any, root: Schema, depth: int) -> Any:
    schema = _choose(draw, schema, root, depth)
    if not isinstance(schema, dict):
        return draw(_ANY)
    if values := schema.get("enum", [schema["const"]] if "const" in schema else None):
        return draw(st.sampled_from(values))
    if schema.get("nullable") and draw(st.booleans()):
        return None
    types = schema.get("type")
    type_ = draw(st.sampled_from(types)) if isinstance(types, list) else types
    return _draw_type(draw, type_, schema, root, depth)


def _choose(draw: st.DrawFn, schema: Any, root: Schema, depth: int) -> Any:
    """Return a schema without a reference and without a union."""
    while isinstance(schema, dict):
        reference = schema.get("$ref")
        if isinstance(reference, str):
            name = reference.removeprefix("#/$defs/")
            schema = root if reference == "#" else root["$defs"][name]
            depth += 1
        elif listed := schema.get("anyOf", schema.get("oneOf", schema.get("allOf"))):
            choices = sorted(listed, key=lambda one: "$ref" in str(one))
            schema = draw(st.sampled_from(choices[:1] if depth > _DEEP else choices))
        else:
            break
    return schema


_DEEP = 3


def _draw_type(draw: st.DrawFn, type_: Any, schema: Schema, root: Schema, depth: int) -> Any:
    if type_ == "object":
        return _draw_object(draw, schema, root, depth)
    if type_ == "array":
        places = [_draw(draw, place, root, depth + 1) for place in schema.get("prefixItems", ())]
        items = schema.get("items", True)
        most = 0 if items is False or depth > _DEEP else schema.get("maxItems", len(places) + 2)
        least = schema.get("minItems", 0)
        size = draw(st.integers(min(least, most), max(most, least)))
        rest = [_draw(draw, items, root, depth + 1) for _ in range(size - len(places))]
        return places[: max(size, least if items is False else size)] + rest
    low, high = schema.get("minimum", -9), schema.get("maximum", 9)
    leaves: dict[Any, st.SearchStrategy[Any]] = {
        "string": _TEXTS,
        "integer": st.integers(int(low), int(high)),
        "number": st.integers(int(low), int(high)) | st.just((low + high) / 2),
        "boolean": st.booleans(),
        "null": st.none(),
    }
    return draw(leaves.get(type_, _ANY))


def _draw_object(draw: st.DrawFn, schema: Schema, root: Schema, depth: int) -> Any:
    value = {}
    for name, part in schema.get("properties", {}).items():
        is_needed = name in schema.get("required", ())
        if is_needed or (depth <= _DEEP and draw(st.booleans())):
            value[name] = _draw(draw, part, root, depth + 1)
    others = schema.get("additionalProperties", False)
    if others is not False and depth <= _DEEP:
        for name in draw(st.lists(_NAMES, max_size=2)):
            value.setdefault(name, _draw(draw, others, root, depth + 1))
    return value
