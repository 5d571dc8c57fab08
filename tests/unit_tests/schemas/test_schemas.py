"""JSON Schema in the dialects of vendors: the same meaning, in keywords that they know."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from langchain_cometapi._schemas.schemas import adapt_schema
from langchain_cometapi._vendors.registry import SchemaDialect, get_vendor

GEMINI, KIMI = "gemini-3.8-flash", "kimi-k3"

ONE = {"type": "integer", "minimum": 1, "maximum": 1, "description": "One of: 1."}

CASES: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    # keywords that all know are not changed
    *(
        (model, schema, schema)
        for model in (GEMINI, KIMI)
        for schema in (
            {},
            {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["a"]},
            {"anyOf": [{"type": "string"}, {"type": "null"}], "default": None},
            {"type": "string", "enum": ["a", "b"], "description": "One."},
            {"type": "array", "items": {"type": "number", "minimum": 0}},
        )
    ),
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
        {"items": {"type": "string"}},
    ),
    # one that leads to itself ends as an object, one that leads nowhere too
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
        {"type": "object", "properties": {"next": {"type": "object", "title": "N"}}},
    ),
    (GEMINI, {"items": {"$ref": "https://a.example/b"}}, {"items": {"type": "object"}}),
    (GEMINI, {"$ref": "#"}, {"type": "object"}),
    # a constant, types in a list
    (GEMINI, {"const": "a", "type": "string"}, {"enum": ["a"], "type": "string"}),
    (
        GEMINI,
        {"type": ["string", "null"], "maxLength": 3, "description": "D", "default": None},
        {
            "anyOf": [{"type": "string", "maxLength": 3}, {"type": "null"}],
            "description": "D",
            "default": None,
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
            "properties": {"a": ONE, "b": {"type": "string"}},
            "required": ["a", "b"],
            "description": "Both.",
        },
    ),
    # keywords that are refused go; what only has their name stays
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
            "properties": {
                "const": {"type": "integer"},
                "examples": {"type": "string", "enum": ["$ref", "const"]},
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
            "properties": {
                "from": {"anyOf": [{"type": "string", "enum": ["a"]}, {"type": "integer"}]},
                "to": {"type": "string", "enum": ["a"]},
                "via": {"type": "object"},
                "by": {"type": "boolean"},
            }
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
            "properties": {
                "x": {"type": "string", "minLength": 2, "maxLength": 5, "description": "D"}
            }
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
            "properties": {
                "x": {
                    "type": "integer",
                    "properties": {"a": {"type": "string"}, "b": {"type": "string"}},
                }
            },
            "items": {"type": "number", "minimum": 1},
            "required": ["x"],
            "enum": None,
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
        {},  # it demands properties of another schema, which Gemini refuses
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
        {"properties": {"a": {"type": "string"}, "b": {"type": "string"}}},
    ),
    # each type has its own values of an enumeration
    (
        GEMINI,
        {"type": ["string", "null"], "enum": ["a", None]},
        {"anyOf": [{"type": "string", "enum": ["a"]}, {"type": "null"}]},
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
    (GEMINI, {"anyOf": None, "oneOf": [{"const": 1}]}, {"anyOf": [ONE]}),
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
        {"type": "array", "items": ONE},
    ),
    (
        GEMINI,
        {"type": "array", "items": [{"type": "integer"}], "additionalItems": {"type": "null"}},
        {"type": "array", "items": {"type": "integer"}},
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
                "a": {"type": "string"},
                "b": {},
                "d": {"type": "object"},
                "e": {"type": "string", "format": "date"},
                "f": {"title": "F"},
                "not": {"type": "string", "nullable": True, "example": "x"},
            },
            "required": ["a"],
            "propertyOrdering": ["a"],
        },
    ),
    (GEMINI, {"properties": None, "type": []}, {"properties": None}),
    (KIMI, {"enum": None}, {"enum": None}),
    # Moonshot's: a type beside an enumeration, none beside `anyOf`
    (KIMI, {"enum": ["a", "b"]}, {"type": "string", "enum": ["a", "b"]}),
    (
        KIMI,
        {"enum": [1, "b"], "title": "T"},
        {
            "title": "T",
            "anyOf": [{"type": "integer", "enum": [1]}, {"type": "string", "enum": ["b"]}],
        },
    ),
    (
        KIMI,
        {"properties": {"x": {"type": "object", "anyOf": [{"required": ["a"]}]}}},
        {"properties": {"x": {"anyOf": [{"type": "object", "required": ["a"]}]}}},
    ),
    (
        KIMI,
        {"items": {"$ref": "#/$defs/A"}, "$defs": {"A": {"const": 1}}},
        {"items": {"$ref": "#/$defs/A"}, "$defs": {"A": {"const": 1}}},
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
    assert adapt_schema(schema, dialect(model)) == expected
    assert schema == before
    again = adapt_schema(expected, dialect(model))
    assert again == expected
