"""JSON Schema in the dialects of vendors: the same meaning, in keywords that they know."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from langchain_cometapi._schemas.rewriting import rewrite
from langchain_cometapi._vendors.registry import SchemaDialect, get_vendor

GEMINI, KIMI, CLAUDE, GROK = "gemini-3.8-flash", "kimi-k3", "claude-sonnet-5-5", "grok-4.5"

ONE = {"type": "integer", "minimum": 1, "maximum": 1, "description": "One of: 1."}


def inside(schema: dict[str, Any], **definitions: Any) -> dict[str, Any]:
    """Return an object with a schema in it."""
    root = {"type": "object", "properties": {"x": schema}, "required": ["x"]}
    return {**root, "$defs": definitions} if definitions else root


TYPES = ["string", "number", "integer", "boolean", "array", "object", "null"]


def lists(schema: dict[str, Any]) -> dict[str, Any]:
    """Return an array of a schema."""
    return {"type": "array", "items": schema}


LAST: dict[str, Any] = {"type": "object", "properties": {}, "title": "N"}


def nested(schema: dict[str, Any]) -> dict[str, Any]:
    """Return a level of a recursion."""
    return {"type": "object", "properties": {"next": schema}, "title": "N"}


CASES: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    # keywords that all know are not changed
    *(
        (model, inside(schema), inside(schema))
        for model in (GEMINI, KIMI, CLAUDE, GROK)
        for schema in (
            {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]},
            {"anyOf": [{"type": "string"}, {"type": "integer"}]},
            {"type": "string", "enum": ["a", "b"], "description": "One."},
            {"type": "array", "items": {"type": "number", "minimum": 0}},
        )
    ),
    *((model, {}, {}) for model in (GEMINI, KIMI, CLAUDE, GROK)),
    # a reference with a keyword beside it; definitions are removed
    (
        GEMINI,
        {
            "type": "object",
            "properties": {"home": {"$ref": "#/$defs/City", "description": "Here."}},
            "$defs": {"City": {"type": "object", "description": "A city."}},
        },
        {"type": "object", "properties": {"home": {"type": "object", "description": "Here."}}},
    ),
    # one that leads to another, by the older name and an escaped one
    (
        GEMINI,
        {
            "items": {"$ref": "#/definitions/a~1b"},
            "definitions": {"a/b": {"$ref": "#/definitions/c"}, "c": {"type": "string"}},
        },
        {"type": "array", "items": {"type": "string"}},
    ),
    # one that leads to itself ends after three more, one that leads nowhere as an object
    (
        GEMINI,
        {
            "$ref": "#/$defs/Node",
            "$defs": {
                "Node": {
                    "type": "object",
                    "properties": {"next": {"$ref": "#/$defs/Node", "title": "N"}},
                }
            },
        },
        {"type": "object", "properties": {"next": nested(nested(LAST))}},
    ),
    (
        GEMINI,
        {"items": {"$ref": "https://a.example/b"}},
        {"type": "array", "items": {"type": "object"}},
    ),
    (GEMINI, {"$ref": "#"}, {"type": "object"}),
    # a constant, types in a list
    (GEMINI, {"const": "a", "type": "string"}, {"enum": ["a"], "type": "string"}),
    (
        GEMINI,
        {"type": ["string", "null"], "maxLength": 3, "description": "D", "default": None},
        {
            "type": "string",
            "maxLength": 3,
            "description": "D",
            "default": None,
            "nullable": True,
        },
    ),
    (GEMINI, {"type": ["string"], "maxLength": 3}, {"type": "string", "maxLength": 3}),
    # choices and conjunctions
    (
        GEMINI,
        {"oneOf": [{"const": 1}, {"type": "string"}]},
        {"anyOf": [ONE, {"type": "string"}]},
    ),
    (
        GEMINI,
        {
            "allOf": [
                {"$ref": "#/$defs/A"},
                {"properties": {"b": {"type": "string"}}, "required": ["b"]},
            ],
            "description": "Both.",
            "$defs": {"A": {"properties": {"a": {"const": 1}}, "required": ["a"]}},
        },
        {
            "type": "object",
            "properties": {"a": ONE, "b": {"type": "string"}},
            "required": ["a", "b"],
            "description": "Both.",
        },
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
        {
            "type": "object",
            "properties": {
                "const": {"type": "integer", "minimum": 1, "description": "multipleOf: 2."},
                "examples": {
                    "type": "string",
                    "enum": ["$ref", "const"],
                    "description": 'examples: ["const"].',
                },
            },
            "default": {"uniqueItems": True},
        },
    ),
    # a reference through a list, and one with percent signs
    (
        GEMINI,
        {
            "properties": {
                "from": {"anyOf": [{"type": "string", "enum": ["a"]}, {"type": "integer"}]},
                "to": {"$ref": "#/properties/from/anyOf/0"},
                "via": {"$ref": "#/properties/from/anyOf/2"},
                "by": {"$ref": "#/$defs/A%5BB%5D"},
            },
            "$defs": {"A[B]": {"type": "boolean"}},
        },
        {
            "type": "object",
            "properties": {
                "from": {"anyOf": [{"type": "string", "enum": ["a"]}, {"type": "integer"}]},
                "to": {"type": "string", "enum": ["a"]},
                "via": {"type": "object"},
                "by": {"type": "boolean"},
            },
        },
    ),
    # an integer is a number, too, on either side
    *(
        (GEMINI, {"allOf": [{"type": one}, {"type": other}]}, {"type": "integer"})
        for one, other in (
            (["number", "string"], ["integer", "null"]),
            (["integer", "null"], ["number", "string"]),
            ("integer", "number"),
        )
    ),
    # what does not contradict is kept, the narrower of what does
    (
        GEMINI,
        {
            "allOf": [
                {"properties": {"x": {"type": "string", "minLength": 2, "maxLength": 9}}},
                {"properties": {"x": {"description": "D", "minLength": 1, "maxLength": 5}}},
            ]
        },
        {
            "type": "object",
            "properties": {
                "x": {"type": "string", "minLength": 2, "maxLength": 5, "description": "D"}
            },
        },
    ),
    (
        GEMINI,
        {
            "allOf": [
                {"properties": {"x": {"$ref": "#/$defs/A"}}, "type": "object"},
                {"properties": {"x": {"$ref": "#/$defs/B"}}, "items": {"type": "number"}},
                {"properties": None, "required": True, "enum": None, "items": {"minimum": 1}},
                {"required": ["x"]},
            ],
            "$defs": {
                "A": {"type": ["integer", "string"], "properties": {"a": {"type": "string"}}},
                "B": {"type": "number", "properties": {"b": {"type": "string"}}},
            },
        },
        {
            "type": "object",
            "properties": {"x": {"type": "integer"}},  # the rest is of another type
            "required": ["x"],
        },
    ),
    (
        GEMINI,
        {
            "allOf": [
                {"anyOf": [{"type": "string"}, {"type": "integer"}, {"type": "null"}]},
                {"anyOf": [{"type": "integer"}, {"type": "string"}]},
            ]
        },
        {"anyOf": [{"type": "string"}, {"type": "integer"}]},
    ),
    (
        GEMINI,
        {
            "allOf": [
                {"anyOf": [{"required": ["a"]}, {"required": ["b"]}]},
                {"anyOf": [{"required": ["c"]}, {"required": ["d"]}, {"required": ["e"]}]},
            ]
        },
        {"type": "object"},  # it demands properties of another schema, which Gemini refuses
    ),
    (
        GEMINI,
        {"allOf": [{"enum": ["a", "b"]}, {"enum": ["b", "c"]}]},
        {"type": "string", "enum": ["b"]},
    ),
    # beside a reference, too
    (
        GEMINI,
        {
            "$ref": "#/$defs/A",
            "properties": {"b": {"type": "string"}},
            "$defs": {"A": {"properties": {"a": {"type": "string"}}}},
        },
        {"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "string"}}},
    ),
    # each type has its own values of an enumeration
    (
        GEMINI,
        {"type": ["string", "null"], "enum": ["a", None]},
        {"type": "string", "enum": ["a"], "nullable": True},
    ),
    (
        GEMINI,
        {"type": ["string", "number", "boolean"], "enum": ["a", 1, 1.5]},
        {
            "anyOf": [
                {"type": "string", "enum": ["a"]},
                {
                    "type": "number",
                    "minimum": 1,
                    "maximum": 1.5,
                    "description": "One of: 1, 1.5.",
                },
            ]
        },
    ),
    # what is no schema at all is no reason to fail
    (GEMINI, {"oneOf": None, "allOf": None}, {}),
    (GEMINI, {"anyOf": None, "oneOf": [{"const": 1}]}, ONE),
    # an enumeration has texts alone, and a type
    (GEMINI, {"enum": ["a"]}, {"type": "string", "enum": ["a"]}),
    (GEMINI, {"type": "string", "enum": ["a", None, 1]}, {"type": "string", "enum": ["a"]}),
    (
        GEMINI,
        {"type": "integer", "enum": [3, 1], "description": "How many."},
        {
            "type": "integer",
            "minimum": 1,
            "maximum": 3,
            "description": "How many. One of: 3, 1.",
        },
    ),
    (GEMINI, {"const": True}, {"type": "boolean", "description": "One of: true."}),
    (GEMINI, {"const": None}, {"type": "null"}),
    (
        GEMINI,
        {"enum": ["a", 1, None]},
        {"anyOf": [{"type": "string", "enum": ["a"]}, ONE, {"type": "null"}]},
    ),
    # arrays have one schema for all of their items
    (GEMINI, {"type": "array"}, {"type": "array", "items": {"type": "string"}}),
    (GEMINI, {"type": "array", "items": {}}, {"type": "array", "items": {"type": "string"}}),
    (GEMINI, {"type": "array", "items": True}, {"type": "array", "items": {"type": "string"}}),
    (
        GEMINI,
        {
            "type": "array",
            "prefixItems": [{"type": "integer"}, {"type": "string"}, {"type": "integer"}],
            "items": False,
            "minItems": 3,
            "maxItems": 3,
        },
        {
            "type": "array",
            "items": {"anyOf": [{"type": "integer"}, {"type": "string"}]},
            "minItems": 3,
            "maxItems": 3,
            "description": "Items in this order: integer, string, integer.",
        },
    ),
    (
        GEMINI,
        {"type": "array", "prefixItems": [{"$ref": "#/$defs/N"}] * 2, "$defs": {"N": ONE}},
        {"type": "array", "items": ONE, "maxItems": 2},
    ),
    (
        GEMINI,
        {"type": "array", "items": [{"type": "integer"}], "additionalItems": {"type": "null"}},
        {
            "type": "array",
            "items": {"type": "integer", "nullable": True},
            "description": "Items in this order: integer.",
        },
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
                "d": {"type": "object", "patternProperties": {"^x": {"type": "string"}}},
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
        {
            "type": "object",
            "properties": {
                "a": {
                    "type": "string",
                    "description": 'not: {"const": "x"}. contentEncoding: "base64".',
                },
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
            "required": ["a"],
            "propertyOrdering": ["a"],
            "description": 'if: {"required": ["a"]}. then: {}. dependentRequired: {"a": ["b"]}.',
        },
    ),
    (GEMINI, {"properties": None, "type": []}, {"type": "object", "properties": {}}),
    (KIMI, inside({"enum": None}), inside({"type": TYPES})),
    # Moonshot's: a type everywhere, nothing beside a reference, little beside `anyOf`
    (KIMI, inside({"enum": ["a", "b"]}), inside({"type": "string", "enum": ["a", "b"]})),
    (
        KIMI,
        inside({"enum": [1, "b"], "title": "T", "description": "D"}),
        inside(
            {
                "anyOf": [
                    {"type": "integer", "enum": [1], "description": "D"},
                    {"type": "string", "enum": ["b"]},
                ],
            }
        ),
    ),
    (KIMI, inside({"const": True}), inside({"type": "boolean", "enum": [True]})),
    (
        KIMI,
        inside({"type": "object", "anyOf": [{"properties": {"a": ONE}, "required": ["a"]}]}),
        inside({"type": "object", "properties": {"a": ONE}, "required": ["a"]}),
    ),
    (
        KIMI,
        inside({"$ref": "#/$defs/A", "description": "D"}, A={"const": 1}),
        inside(
            {"anyOf": [{"$ref": "#/$defs/A"}], "description": "D"},
            A={"type": "integer", "enum": [1]},
        ),
    ),
    (
        KIMI,
        inside({"$ref": "#/definitions/A"}) | {"definitions": {"A": {"type": "string"}}},
        inside({"$ref": "#/$defs/A"}, A={"type": "string"}),
    ),
    (
        KIMI,
        inside({"type": ["string", "null"], "maxLength": 3, "format": "date"}),
        inside(
            {
                "anyOf": [
                    {"type": "string", "maxLength": 3, "description": 'format: "date".'},
                    {"type": "null"},
                ]
            }
        ),
    ),
    (
        KIMI,
        inside({"type": "object", "patternProperties": {"^x": {"type": "integer"}}}),
        inside(
            {
                "type": "object",
                "additionalProperties": True,
                "description": 'patternProperties: {"^x": {"type": "integer"}}.',
            }
        ),
    ),
    (KIMI, inside({}), inside({"type": TYPES})),
    (KIMI, inside({"type": "array", "items": {}}), inside({"type": "array"})),
    # Anthropic's: no union at the root; the rest as it is
    (
        CLAUDE,
        {
            "oneOf": [
                {"type": "object", "properties": {"a": ONE, "c": ONE}, "required": ["a", "c"]},
                {"type": "object", "properties": {"b": ONE, "c": ONE}, "required": ["b", "c"]},
            ]
        },
        {
            "type": "object",
            "properties": {"a": ONE, "c": ONE, "b": ONE},
            "required": ["c"],
            "description": "One of these sets of properties: a, c; b, c.",
        },
    ),
    (
        CLAUDE,
        inside({"type": "string"}) | {"anyOf": [{"required": ["a"]}, {"required": ["b"]}]},
        inside({"type": "string"}) | {"description": "One of these sets of properties: a; b."},
    ),
    (
        CLAUDE,
        inside({"oneOf": [{"const": 1}, {"not": {}}]}),
        inside({"oneOf": [{"const": 1}, {"not": {}}]}),
    ),
    # xAI's: no circle of references
    (
        GROK,
        inside({"$ref": "#/$defs/A"}, A=ONE),
        inside({"$ref": "#/$defs/A"}, A=ONE),
    ),
    (
        GROK,
        inside({"$ref": "#/$defs/A"}, A={"type": "array", "items": {"$ref": "#/$defs/A"}}),
        inside(lists(lists(lists({"type": "array", "items": {"type": "string"}, "maxItems": 0})))),
    ),
    (
        GROK,
        inside({"allOf": [{"type": "integer"}, {"minimum": 1}]}),
        inside({"type": "integer", "minimum": 1}),
    ),
]


def dialect(model: str) -> SchemaDialect:
    found = get_vendor(model).schema_dialect
    assert found is not None
    return found


@pytest.mark.parametrize(("model", "schema", "expected"), CASES)
def test_schema_in_a_dialect_has_the_same_meaning(
    model: str, schema: dict[str, Any], expected: dict[str, Any]
) -> None:
    before = copy.deepcopy(schema)
    assert rewrite(schema, dialect(model), lossless=True).schema == expected
    assert schema == before
    again = rewrite(expected, dialect(model), lossless=True).schema
    assert again == expected
