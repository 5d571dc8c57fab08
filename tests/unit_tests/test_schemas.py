"""Schemas in the dialects of vendors: the same meaning, in words that are taken."""

from __future__ import annotations

import copy
import json
from enum import Enum
from typing import Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field

from langchain_cometapi._schemas import adapt_schema
from langchain_cometapi._vendors import SchemaDialect, get_vendor
from tests.support import Gateway, answer, completion

GEMINI, KIMI = "gemini-3.8-flash", "kimi-k3"

CASES: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    # what all know stays as it is
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
    # a reference, with what is said beside it; definitions go
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
        {"anyOf": [{"enum": [1]}, {"type": "string"}]},
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
            "properties": {"a": {"enum": [1]}, "b": {"type": "string"}},
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
            "properties": {"const": {"type": "integer"}, "examples": {"enum": ["$ref", "const"]}},
            "default": {"uniqueItems": True},
        },
    ),
    # Moonshot's: a type beside an enumeration, none beside `anyOf`
    (KIMI, {"enum": ["a", "b"]}, {"type": "string", "enum": ["a", "b"]}),
    (KIMI, {"enum": [1, "b"]}, {"enum": [1, "b"]}),
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
def test_rewritten(model: str, schema: dict[str, Any], expected: dict[str, Any]) -> None:
    before = copy.deepcopy(schema)
    assert adapt_schema(schema, dialect(model)) == expected
    assert schema == before
    again = adapt_schema(expected, dialect(model))
    assert again == expected


# -- on the wire -------------------------------------------------------------------------------


class Kind(str, Enum):
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
def test_gemini_is_told_what_it_knows(method: Any) -> None:
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


def test_explain_tells() -> None:
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


def test_others_get_the_schema_as_it_is() -> None:
    for model_id in ("gpt-5.4-mini", "claude-sonnet-5-5", "some-new-thing"):
        served = Gateway(answer(completion()))
        bound: Any = served.model(model_id).bind_tools([Plan])
        bound.invoke("Hi")
        assert served.bodies[0]["tools"] == bound.kwargs["tools"]
        assert "exclusiveMinimum" in json.dumps(served.bodies[0])
