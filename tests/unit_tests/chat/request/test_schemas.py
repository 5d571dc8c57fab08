"""JSON Schema in the dialects of vendors: the same meaning, in keywords that they know."""

from __future__ import annotations

import copy
import json
from enum import StrEnum
from typing import Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field

from langchain_cometapi._chat.request.schemas import adapt_schema
from langchain_cometapi._vendors.registry import SchemaDialect, get_vendor
from tests.support import Gateway, answer, completion

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


# -- definitions with mutual references ------------------------------------------------------------


def mutual(count: int) -> dict[str, Any]:
    """Return a schema with `count` definitions, each with two references to all of them."""
    names = [f"N{number}" for number in range(count)]
    any_of = {"anyOf": [{"$ref": f"#/$defs/{name}"} for name in names]}
    properties = {"l": any_of, "r": any_of, "kind": {"$ref": "#/$defs/Kind"}}
    node = {"type": "object", "description": "A node.", "properties": properties}
    kind = {"type": "string", "enum": ["a"]}
    return {
        "type": "object",
        "properties": {"e": any_of, "last": {"$ref": "#/$defs/N0"}},
        "$defs": {**dict.fromkeys(names, node), "Kind": kind},
    }


@pytest.mark.parametrize("count", [2, 4, 6, 7, 12, 40])
def test_definitions_with_mutual_references_stay_small(count: int) -> None:
    adapted = adapt_schema(mutual(count), dialect(GEMINI))
    text = json.dumps(adapted)
    assert len(text) < 1_000_000
    assert "$ref" not in text
    # Every branch is opened alike, and an end says what it is.
    for node in (adapted["properties"]["e"]["anyOf"][-1], adapted["properties"]["last"]):
        assert node["properties"]["kind"] == {"type": "string", "enum": ["a"]}
        assert len(node["properties"]["l"]["anyOf"]) == count
    assert '{"type": "object", "description": "A node."}' in text


def test_definitions_with_two_references_each_stay_small() -> None:
    last = {"type": "object", "description": "The last."}
    defs: dict[str, Any] = {"N40": last}
    for number in range(40):
        ref = {"$ref": f"#/$defs/N{number + 1}"}
        defs[f"N{number}"] = {"type": "object", "properties": {"l": ref, "r": ref}}
    adapted = adapt_schema({"$ref": "#/$defs/N0", "$defs": defs}, dialect(GEMINI))
    assert len(json.dumps(adapted)) < 1_000_000


def test_definition_that_refers_to_itself_in_all_of_ends() -> None:
    itself = {"allOf": [{"$ref": "#/$defs/A"}], "description": "Next."}
    schema = {**itself, "$defs": {"A": {"type": "object", "properties": {"next": itself}}}}
    assert adapt_schema(schema, dialect(GEMINI)) == {
        "type": "object",
        "description": "Next.",
        "properties": {"next": {"type": "object", "description": "Next."}},
    }


def test_large_schema_without_references_is_not_changed() -> None:
    properties = {f"p{number}": {"type": "string"} for number in range(10_000)}
    schema = {"type": "object", "properties": properties}
    assert adapt_schema(schema, dialect(GEMINI)) == schema


# -- on the wire -------------------------------------------------------------------------------


class Kind(StrEnum):
    """A kind."""

    BIG = "big"
    SMALL = "small"


class Place(BaseModel):
    """A place."""

    model_config = ConfigDict(extra="forbid")

    name: str
    kind: Kind
    inside: Place | None = None


class Plan(BaseModel):
    """Plan a journey."""

    stops: list[Place]
    by: Literal["train"] = "train"
    days: int = Field(gt=0, multiple_of=1)


def keywords(schema: Any) -> set[str]:
    """Return the keywords in a schema, less the names of properties."""
    found: set[str] = set()
    for name, value in schema.items() if isinstance(schema, dict) else ():
        found.add(name)
        if name in ("properties", "$defs"):
            found |= {word for part in value.values() for word in keywords(part)}
        elif name not in ("enum", "default", "const", "required"):
            parts = value if isinstance(value, list) else [value]
            found |= {word for part in parts for word in keywords(part)}
    return found


@pytest.mark.parametrize("method", ["function_calling", "json_schema"])
def test_schema_for_gemini_is_sent_without_refused_keywords(method: Any) -> None:
    served = Gateway(answer(completion()))
    model = served.model(GEMINI, strict_params=True)  # nothing of it counts as a loss
    structured = model.with_structured_output(Plan, method=method, include_raw=True)
    structured.invoke("Hi")
    (body,) = served.bodies
    if method == "json_schema":
        schema = body["response_format"]["json_schema"]["schema"]
    else:
        schema = body["tools"][0]["function"]["parameters"]
    refused = {"$ref", "$defs", "const", "exclusiveMinimum", "multipleOf", "additionalProperties"}
    assert not keywords(schema) & refused
    place = schema["properties"]["stops"]["items"]["properties"]
    assert place["kind"]["enum"] == ["big", "small"]
    assert place["name"]["type"] == "string"
    assert schema["properties"]["by"]["enum"] == ["train"]


def test_rewritten_schema_is_explained() -> None:
    model = Gateway(answer(completion())).model(GEMINI)
    bound: Any = model.bind_tools([Plan])
    before = json.dumps(bound.kwargs["tools"])
    (change,) = model.explain("Hi", **bound.kwargs).changes
    assert (change.parameter, change.action) == ("tools", "rewritten")
    assert json.dumps(bound.kwargs["tools"]) == before

    def plain(city: str) -> str:
        """Say where."""
        return city

    simple: Any = model.bind_tools([plain])
    assert model.explain("Hi", **simple.kwargs).changes == ()


def test_schema_without_a_dialect_is_not_changed() -> None:
    for model_id in ("gpt-5.4-mini", "claude-sonnet-5-5", "some-new-thing"):
        served = Gateway(answer(completion()))
        bound: Any = served.model(model_id).bind_tools([Plan])
        bound.invoke("Hi")
        assert served.bodies[0]["tools"] == bound.kwargs["tools"]
        assert "exclusiveMinimum" in json.dumps(served.bodies[0])


def test_removed_keywords_are_explained_and_an_explanation_may_be_changed() -> None:
    schema = {
        "type": "object",
        "properties": {"a": {"type": "string", "not": {"const": "x"}}},
        "patternProperties": {"^b": {"type": "string"}},
    }
    tools = [{"type": "function", "function": {"name": "f", "parameters": schema}}]
    model = Gateway(answer(completion())).model(GEMINI)
    explained = model.explain("Hi", tools=tools)
    (change,) = explained.changes
    assert change.reason.endswith("without `not`, `patternProperties`")
    explained.body["tools"][0]["function"]["parameters"].clear()
    again = model.explain("Hi", tools=tools).body["tools"][0]["function"]["parameters"]
    assert again == {"type": "object", "properties": {"a": {"type": "string"}}}
