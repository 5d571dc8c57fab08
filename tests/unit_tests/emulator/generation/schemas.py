"""Hypothesis strategies of JSON schemas that have values."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.support.schema_instances import LEAVES, Schema, nest

_INTEGER: Schema = {"type": "integer"}
_STRING: Schema = {"type": "string"}
_ONE: Schema = {"type": "object", "properties": {"one": _INTEGER}, "required": ["one"]}
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
_FORMS: list[Schema] = [
    {"type": "integer", "nullable": True},
    {"type": "string", "default": 3},
    {"anyOf": [_STRING, {"type": "null"}], "default": None},
    {"type": ["string", "integer"], "not": _STRING},
    {"type": "array", "items": _STRING, "uniqueItems": True, "minItems": 3},
    {"type": "array", "items": {}, "uniqueItems": True, "minItems": 2, "maxItems": 3},
    {"type": "array", "items": {"$ref": "#/$defs/List"}, "minItems": 1, "maxItems": 2},
    {"type": "object", "properties": {"a b": _STRING}, "minProperties": 3},
    {"type": "object", "patternProperties": {"^x-": _INTEGER}, "minProperties": 2},
    {"type": "object", "additionalProperties": _ONE, "minProperties": 1},
    {"allOf": [_ONE, {"type": "object", "properties": {"two": _STRING}, "minProperties": 1}]},
    {"allOf": [{"type": "integer", "minimum": 2}, {"type": "number", "maximum": 2.5}]},
    {
        "type": "object",
        "properties": {"kind": {"enum": ["one", "other"]}, "value": {}},
        "required": ["kind", "value"],
        "if": {"properties": {"kind": {"const": "one"}}},
        "then": {"properties": {"value": _INTEGER}},
        "else": {"properties": {"value": {"type": "array", "items": _STRING}}},
    },
]


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


_STRINGS = st.one_of(
    st.sampled_from(_PATTERNS).map(lambda pattern: {**_STRING, "pattern": pattern}),
    st.sampled_from(_FORMATS).map(lambda name: {**_STRING, "format": name}),
    _bounds(("minLength", "maxLength"), 0, 30).map(lambda bounds: {**_STRING, **bounds}),
)

SCHEMAS = nest(LEAVES | _numbers() | _STRINGS | st.sampled_from(_FORMS))
"""Schemas of any kind; each has a value."""
