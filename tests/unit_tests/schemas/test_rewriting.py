"""JSON Schema in the dialects of vendors: the same meaning, in keywords that they know."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from langchain_cometapi._schemas.rewriting import rewrite
from langchain_cometapi._vendors.registry import SchemaDialect, get_vendor

Schema = dict[str, Any]

GEMINI, KIMI, CLAUDE, GROK = "gemini-3.8-flash", "kimi-k3", "claude-sonnet-5-5", "grok-4.5"

STRING, INTEGER, NUMBER = {"type": "string"}, {"type": "integer"}, {"type": "number"}
OBJECT, NULL = {"type": "object"}, {"type": "null"}
ONE = {"type": "integer", "minimum": 1, "maximum": 1, "description": "One of: 1."}
TYPES = ["string", "number", "integer", "boolean", "array", "object", "null"]


def obj(properties: Schema, *required: str, **more: Any) -> Schema:
    """Return an object with these properties."""
    demanded = {"required": list(required)} if required else {}
    return {"type": "object", "properties": properties, **demanded, **more}


def inside(schema: Schema, **definitions: Any) -> Schema:
    """Return an object with a schema in it."""
    return obj({"x": schema}, "x", **({"$defs": definitions} if definitions else {}))


def lists(items: Any, **more: Any) -> Schema:
    """Return an array of a schema."""
    return {"type": "array", "items": items, **more}


def any_of(*choices: Schema, **more: Any) -> Schema:
    """Return a union."""
    return {"anyOf": list(choices), **more}


def all_of(*parts: Schema, **more: Any) -> Schema:
    """Return a conjunction."""
    return {"allOf": list(parts), **more}


def enum(*values: str) -> Schema:
    """Return an enumeration of texts."""
    return {"type": "string", "enum": list(values)}


def ref(name: str, **more: Any) -> Schema:
    """Return a reference to a definition."""
    return {"$ref": f"#/$defs/{name}", **more}


def nested(schema: Schema) -> Schema:
    """Return a level of a recursion."""
    return obj({"next": schema}, title="N")


CASES: list[tuple[str, Schema, Schema]] = [
    # keywords that all know are not changed
    *(
        (model, inside(schema), inside(schema))
        for model in (GEMINI, KIMI, CLAUDE, GROK)
        for schema in (
            obj({"a": STRING}, "a"),
            any_of(STRING, INTEGER),
            {**enum("a", "b"), "description": "One."},
            lists({"type": "number", "minimum": 0}),
        )
    ),
    *((model, {}, {}) for model in (GEMINI, KIMI, CLAUDE, GROK)),
    # a reference with a keyword beside it; definitions are removed
    (
        GEMINI,
        obj(
            {"home": ref("City", description="Here.")},
            **{"$defs": {"City": {"type": "object", "description": "A city."}}},
        ),
        obj({"home": {"type": "object", "description": "Here."}}),
    ),
    # one that leads to another, by the older name and an escaped one
    (
        GEMINI,
        {
            "items": {"$ref": "#/definitions/a~1b"},
            "definitions": {"a/b": {"$ref": "#/definitions/c"}, "c": STRING},
        },
        lists(STRING),
    ),
    # one that leads to itself ends after three more, one that leads nowhere as an object
    (
        GEMINI,
        ref("Node", **{"$defs": {"Node": obj({"next": ref("Node", title="N")})}}),
        obj({"next": nested(nested(obj({}, title="N")))}),
    ),
    (GEMINI, {"items": {"$ref": "https://a.example/b"}}, lists(OBJECT)),
    (GEMINI, {"$ref": "#"}, OBJECT),
    # a constant, types in a list
    (GEMINI, {"const": "a", "type": "string"}, enum("a")),
    (
        GEMINI,
        {"type": ["string", "null"], "maxLength": 3, "description": "D", "default": None},
        {**STRING, "maxLength": 3, "description": "D", "default": None, "nullable": True},
    ),
    (GEMINI, {"type": ["string"], "maxLength": 3}, {"type": "string", "maxLength": 3}),
    # choices and conjunctions
    (GEMINI, {"oneOf": [{"const": 1}, STRING]}, any_of(ONE, STRING)),
    (
        GEMINI,
        all_of(
            ref("A"),
            {"properties": {"b": STRING}, "required": ["b"]},
            description="Both.",
            **{"$defs": {"A": {"properties": {"a": {"const": 1}}, "required": ["a"]}}},
        ),
        obj({"a": ONE, "b": STRING}, "a", "b", description="Both."),
    ),
    # keywords that are refused become the description; what only has their name stays
    (
        GEMINI,
        {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "additionalProperties": False,
            "properties": {
                "const": {"type": "integer", "exclusiveMinimum": 0, "multipleOf": 2},
                "examples": {"enum": ["$ref", "const"], "examples": ["const"]},
            },
            "default": {"uniqueItems": True},
        },
        obj(
            {
                "const": {"type": "integer", "minimum": 1, "description": "multipleOf: 2."},
                "examples": {**enum("$ref", "const"), "description": 'examples: ["const"].'},
            },
            default={"uniqueItems": True},
        ),
    ),
    # a reference through a list, and one with percent signs
    (
        GEMINI,
        {
            "properties": {
                "from": any_of(enum("a"), INTEGER),
                "to": {"$ref": "#/properties/from/anyOf/0"},
                "via": {"$ref": "#/properties/from/anyOf/2"},
                "by": {"$ref": "#/$defs/A%5BB%5D"},
            },
            "$defs": {"A[B]": {"type": "boolean"}},
        },
        obj(
            {
                "from": any_of(enum("a"), INTEGER),
                "to": enum("a"),
                "via": OBJECT,
                "by": {"type": "boolean"},
            }
        ),
    ),
    # an integer is a number, too, on either side
    *(
        (GEMINI, all_of({"type": one}, {"type": other}), INTEGER)
        for one, other in (
            (["number", "string"], ["integer", "null"]),
            (["integer", "null"], ["number", "string"]),
            ("integer", "number"),
        )
    ),
    # what does not contradict is kept, the narrower of what does
    (
        GEMINI,
        all_of(
            {"properties": {"x": {"type": "string", "minLength": 2, "maxLength": 9}}},
            {"properties": {"x": {"description": "D", "minLength": 1, "maxLength": 5}}},
        ),
        obj({"x": {"type": "string", "minLength": 2, "maxLength": 5, "description": "D"}}),
    ),
    (
        GEMINI,
        all_of(
            {"properties": {"x": ref("A")}, "type": "object"},
            {"properties": {"x": ref("B")}, "items": NUMBER},
            {"properties": None, "required": True, "enum": None, "items": {"minimum": 1}},
            {"required": ["x"]},
            **{
                "$defs": {
                    "A": {"type": ["integer", "string"], "properties": {"a": STRING}},
                    "B": {"type": "number", "properties": {"b": STRING}},
                }
            },
        ),
        obj({"x": INTEGER}, "x"),  # the rest is of another type
    ),
    (
        GEMINI,
        all_of(any_of(STRING, INTEGER, NULL), any_of(INTEGER, STRING)),
        any_of(STRING, INTEGER),
    ),
    (
        GEMINI,
        all_of(
            any_of({"required": ["a"]}, {"required": ["b"]}),
            any_of({"required": ["c"]}, {"required": ["d"]}, {"required": ["e"]}),
        ),
        OBJECT,  # it demands properties of another schema, which Gemini refuses
    ),
    (GEMINI, all_of({"enum": ["a", "b"]}, {"enum": ["b", "c"]}), enum("b")),
    # beside a reference, too
    (
        GEMINI,
        ref("A", properties={"b": STRING}, **{"$defs": {"A": {"properties": {"a": STRING}}}}),
        obj({"a": STRING, "b": STRING}),
    ),
    # each type has its own values of an enumeration
    (
        GEMINI,
        {"type": ["string", "null"], "enum": ["a", None]},
        {**enum("a"), "nullable": True},
    ),
    (
        GEMINI,
        {"type": ["string", "number", "boolean"], "enum": ["a", 1, 1.5]},
        any_of(
            enum("a"), {**NUMBER, "minimum": 1, "maximum": 1.5, "description": "One of: 1, 1.5."}
        ),
    ),
    # what is no schema at all is no reason to fail
    (GEMINI, {"oneOf": None, "allOf": None}, {}),
    (GEMINI, {"anyOf": None, "oneOf": [{"const": 1}]}, ONE),
    # an enumeration has texts alone, and a type
    (GEMINI, {"enum": ["a"]}, enum("a")),
    (GEMINI, {"type": "string", "enum": ["a", None, 1]}, enum("a")),
    (
        GEMINI,
        {"type": "integer", "enum": [3, 1], "description": "How many."},
        {**INTEGER, "minimum": 1, "maximum": 3, "description": "How many. One of: 3, 1."},
    ),
    (GEMINI, {"const": True}, {"type": "boolean", "description": "One of: true."}),
    (GEMINI, {"const": None}, NULL),
    (GEMINI, {"enum": ["a", 1, None]}, any_of(enum("a"), ONE, NULL)),
    # arrays have one schema for all of their items
    (GEMINI, {"type": "array"}, lists(STRING)),
    (GEMINI, {"type": "array", "items": {}}, lists(STRING)),
    (GEMINI, lists(True), lists(STRING)),
    (
        GEMINI,
        lists(False, prefixItems=[INTEGER, STRING, INTEGER], minItems=3, maxItems=3),
        lists(
            any_of(INTEGER, STRING),
            minItems=3,
            maxItems=3,
            description="Items in this order: integer, string, integer.",
        ),
    ),
    (
        GEMINI,
        {"type": "array", "prefixItems": [ref("N")] * 2, "$defs": {"N": ONE}},
        lists(ONE, maxItems=2),
    ),
    (
        GEMINI,
        lists([INTEGER], additionalItems=NULL),
        lists({**INTEGER, "nullable": True}, description="Items in this order: integer."),
    ),
    # nothing but what Google documents
    (
        GEMINI,
        {
            "$id": "https://a.example/b",
            "$comment": "c",
            "type": "object",
            "properties": {
                "a": {"type": "string", "not": {"const": "x"}, "contentEncoding": "base64"},
                "b": True,
                "c": False,
                "d": {"type": "object", "patternProperties": {"^x": STRING}},
                "e": {"type": "string", "format": "date", "deprecated": True, "x-own": 1},
                "f": {"type": "any", "title": "F", "readOnly": True},
                "not": {"type": "string", "nullable": True, "example": "x"},
            },
            "required": ["a", "c", "z"],
            "propertyOrdering": ["a"],
            "if": {"required": ["a"]},
            "then": {},
            "dependentRequired": {"a": ["b"]},
            "unevaluatedProperties": False,
        },
        obj(
            {
                "a": {**STRING, "description": 'not: {"const": "x"}. contentEncoding: "base64".'},
                "b": {},
                "d": {
                    "type": "object",
                    "description": "Any names; each value is a string. "
                    'patternProperties: {"^x": {"type": "string"}}.',
                },
                "e": {"type": "string", "format": "date"},
                "f": {"title": "F"},
                "not": {"type": "string", "nullable": True, "example": "x"},
            },
            "a",
            propertyOrdering=["a"],
            description='if: {"required": ["a"]}. then: {}. dependentRequired: {"a": ["b"]}.',
        ),
    ),
    (GEMINI, {"properties": None, "type": []}, obj({})),
    (KIMI, inside({"enum": None}), inside({"type": TYPES})),
    # Moonshot's: a type everywhere, nothing beside a reference, little beside `anyOf`
    (KIMI, inside({"enum": ["a", "b"]}), inside(enum("a", "b"))),
    (
        KIMI,
        inside({"enum": [1, "b"], "title": "T", "description": "D"}),
        inside(any_of({"type": "integer", "enum": [1], "description": "D"}, enum("b"))),
    ),
    (KIMI, inside({"const": True}), inside({"type": "boolean", "enum": [True]})),
    (
        KIMI,
        inside(any_of({"properties": {"a": ONE}, "required": ["a"]}, type="object")),
        inside(obj({"a": ONE}, "a")),
    ),
    (
        KIMI,
        inside(ref("A", description="D"), A={"const": 1}),
        inside(any_of(ref("A"), description="D"), A={"type": "integer", "enum": [1]}),
    ),
    (
        KIMI,
        inside({"$ref": "#/definitions/A"}) | {"definitions": {"A": STRING}},
        inside(ref("A"), A=STRING),
    ),
    (
        KIMI,
        inside({"type": ["string", "null"], "maxLength": 3, "format": "date"}),
        inside(any_of({**STRING, "maxLength": 3, "description": 'format: "date".'}, NULL)),
    ),
    (
        KIMI,
        inside({"type": "object", "patternProperties": {"^x": INTEGER}}),
        inside(
            {
                "type": "object",
                "additionalProperties": True,
                "description": 'patternProperties: {"^x": {"type": "integer"}}.',
            }
        ),
    ),
    (KIMI, inside({}), inside({"type": TYPES})),
    (KIMI, inside(lists({})), inside({"type": "array"})),
    # Anthropic's: no union at the root; the rest as it is
    (
        CLAUDE,
        {"oneOf": [obj({"a": ONE, "c": ONE}, "a", "c"), obj({"b": ONE, "c": ONE}, "b", "c")]},
        obj(
            {"a": ONE, "c": ONE, "b": ONE},
            "c",
            description="One of these sets of properties: a, c; b, c.",
        ),
    ),
    (
        CLAUDE,
        inside(STRING) | any_of({"required": ["a"]}, {"required": ["b"]}),
        inside(STRING) | {"description": "One of these sets of properties: a; b."},
    ),
    (
        CLAUDE,
        inside({"oneOf": [{"const": 1}, {"not": {}}]}),
        inside({"oneOf": [{"const": 1}, {"not": {}}]}),
    ),
    # xAI's: no circle of references
    (GROK, inside(ref("A"), A=ONE), inside(ref("A"), A=ONE)),
    (
        GROK,
        inside(ref("A"), A=lists(ref("A"))),
        inside(lists(lists(lists(lists(STRING, maxItems=0))))),
    ),
    (GROK, inside(all_of(INTEGER, {"minimum": 1})), inside({"type": "integer", "minimum": 1})),
]


def dialect(model: str) -> SchemaDialect:
    found = get_vendor(model).schema_dialect
    assert found is not None
    return found


@pytest.mark.parametrize(("model", "schema", "expected"), CASES)
def test_schema_in_a_dialect_has_the_same_meaning(
    model: str, schema: Schema, expected: Schema
) -> None:
    before = copy.deepcopy(schema)
    assert rewrite(schema, dialect(model), lossless=True).schema == expected
    assert schema == before
    assert rewrite(expected, dialect(model), lossless=True).schema == expected
