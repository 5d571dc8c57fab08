"""Hypothesis strategies of JSON schemas that have values."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

Schema = dict[str, Any]

_NAMES = st.sampled_from(["name", "age", "tags", "kind", "when", "a b", "Ünï", "$ref", "type"])
_JSON = st.one_of(st.none(), st.booleans(), st.integers(-5, 5), st.text(max_size=5))
_PATTERNS = [
    r"^\d{5}$",
    r"^[A-Z]{2}-[0-9]+$",
    r"^(?:foo|bar)?baz\.txt$",
    r"(a|b){2}c*",
    r"^#[0-9a-fA-F]{6}$",
    r"^[^a]x?$",
    r"^(?!^[-+.]*$)[+-]?0*\d*\.?\d*$",
    r"^https?://\S+$",
    r"^\+?[1-9]\d{1,14}$",
    r"\bword\b",
    r"^[\w.-]{3,}@x$",
    r"^(?=.*\d)[a-z0-9]{4,8}$",
    "^$|^x+$",
]
_FORMATS = ["date", "date-time", "time", "email", "uuid", "ipv4", "ipv6", "uri", "duration", "x"]


@st.composite
def _bounds(draw: st.DrawFn, names: tuple[str, str], low: int, high: int) -> Schema:
    ends = sorted(draw(st.lists(st.integers(low, high), min_size=2, max_size=2)))
    drawn = draw(st.sets(st.sampled_from(names)))
    return {name: end for name, end in zip(names, ends, strict=True) if name in drawn}


@st.composite
def _numbers(draw: st.DrawFn) -> Schema:
    kind = draw(st.sampled_from(["integer", "number"]))
    schema: Schema = {"type": kind, **draw(_bounds(("minimum", "maximum"), -50, 50))}
    if "minimum" not in schema and draw(st.booleans()):
        schema["exclusiveMinimum"] = schema.get("maximum", 10) - draw(st.integers(2, 9))
    if len(schema) == 1 and draw(st.booleans()):
        schema["multipleOf"] = draw(st.sampled_from([1, 2, 7, 0.5, 0.25]))
    return schema


@st.composite
def _strings(draw: st.DrawFn) -> Schema:
    what = draw(st.sampled_from(["length", "pattern", "format", "default"]))
    schema: Schema = {"type": "string"}
    if what == "length":
        schema |= draw(_bounds(("minLength", "maxLength"), 0, 30))
    elif what == "pattern":
        schema["pattern"] = draw(st.sampled_from(_PATTERNS))
    elif what == "format":
        schema["format"] = draw(st.sampled_from(_FORMATS))
    else:
        schema["default"] = draw(_JSON)
    return schema


@st.composite
def _choices(draw: st.DrawFn) -> Schema:
    values = draw(st.lists(_JSON, min_size=1, max_size=4))
    return draw(st.sampled_from([{"enum": values}, {"const": values[0]}]))


_SIMPLE: st.SearchStrategy[Schema] = st.one_of(
    _numbers(),
    _strings(),
    _choices(),
    st.sampled_from(
        [
            {},
            {"type": "boolean"},
            {"type": "null"},
            {"type": ["string", "null"]},
            {"type": ["integer", "string"]},
            {"type": "integer", "nullable": True},
        ]
    ),
)


@st.composite
def _objects(draw: st.DrawFn, children: st.SearchStrategy[Schema]) -> Schema:
    properties = draw(st.dictionaries(_NAMES, children, max_size=4))
    schema: Schema = {"type": "object", "properties": properties}
    if properties:
        schema["required"] = sorted(draw(st.sets(st.sampled_from(sorted(properties)))))
    extra = draw(st.one_of(st.none(), st.booleans(), children))
    if extra is not None:
        schema["additionalProperties"] = extra
    if extra is not False and draw(st.booleans()):
        schema["minProperties"] = draw(st.integers(0, 3))
    if draw(st.booleans()):
        schema["patternProperties"] = {"^x-": draw(children)}
    return schema


@st.composite
def _arrays(draw: st.DrawFn, children: st.SearchStrategy[Schema]) -> Schema:
    schema: Schema = {"type": "array", **draw(_bounds(("minItems", "maxItems"), 0, 4))}
    form = draw(st.sampled_from(["items", "tuple", "set", "anything"]))
    if form == "items":
        schema["items"] = draw(children)
    elif form == "tuple":
        items = draw(st.lists(children, min_size=1, max_size=3))
        schema = {
            "type": "array",
            "prefixItems": items,
            "items": draw(st.sampled_from([False, {}])),
        }
        schema |= {"minItems": len(items), "maxItems": len(items)}
    elif form == "set":
        schema["items"] = draw(st.sampled_from([{"type": "string"}, {"type": "integer"}, {}]))
        schema["uniqueItems"] = True
    return schema


@st.composite
def _combined(draw: st.DrawFn, children: st.SearchStrategy[Schema]) -> Schema:
    form = draw(st.sampled_from(["anyOf", "oneOf", "allOf", "optional", "if", "not"]))
    one, other = draw(children), draw(children)
    whole: dict[str, Schema] = {
        "anyOf": {"anyOf": [one, other], "description": "either"},
        # Only one of the two can be valid: they differ in a constant.
        "oneOf": {
            "oneOf": [
                {
                    "type": "object",
                    "properties": {"kind": {"const": kind}, "value": child},
                    "required": ["kind", "value"],
                }
                for kind, child in (("one", one), ("other", other))
            ]
        },
        "allOf": {
            "allOf": [
                {"type": "object", "properties": {"one": one}, "required": ["one"]},
                {"type": "object", "properties": {"other": other}, "minProperties": 1},
            ]
        },
        "optional": {"anyOf": [one, {"type": "null"}], "default": None},
        "if": {
            "type": "object",
            "properties": {"kind": {"enum": ["one", "other"]}, "value": {}},
            "required": ["kind", "value"],
            "if": {"properties": {"kind": {"const": "one"}}},
            "then": {"properties": {"value": one}},
            "else": {"properties": {"value": other}},
        },
        "not": {"type": ["string", "integer"], "not": {"type": "string"}},
    }
    return whole[form]


_NODE: Schema = {"$ref": "#/$defs/Node"}
_RECURSIVE: list[Schema] = [
    _NODE,
    {"type": "array", "items": _NODE, "minItems": 1},
    {"$ref": "#/$defs/Tree", "description": "next to a reference"},
    {"anyOf": [{"$ref": "#/$defs/Tree"}, _NODE]},
]
_DEFINITIONS: Schema = {
    "Node": {
        "type": "object",
        "properties": {"value": {"type": "integer"}, "next": {"anyOf": [_NODE, {"type": "null"}]}},
        "required": ["value", "next"],
        "additionalProperties": False,
    },
    "Tree": {
        "type": "object",
        "properties": {
            "children": {"type": "array", "items": {"$ref": "#/$defs/Tree"}},
            "by_name": {"type": "object", "additionalProperties": {"$ref": "#/$defs/Tree"}},
        },
        "required": ["children", "by_name"],
    },
}

_ANY: st.SearchStrategy[Schema] = st.recursive(
    _SIMPLE | st.sampled_from(_RECURSIVE),
    lambda children: st.one_of(_objects(children), _arrays(children), _combined(children)),
    max_leaves=8,
)

SCHEMAS = _ANY.map(lambda schema: {**schema, "$defs": _DEFINITIONS})
"""Schemas of any kind; each has a value."""
