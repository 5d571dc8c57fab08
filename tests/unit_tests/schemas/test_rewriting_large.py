"""Schemas with many references stay small, and what of a schema is sent."""

from __future__ import annotations

import json
from enum import StrEnum
from typing import Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field

from langchain_cometapi._schemas.rewriting import Use, rewrite, rewrite_for
from langchain_cometapi._schemas.sources import read_schema
from langchain_cometapi._vendors.registry import SchemaDialect, get_vendor
from tests.support import Gateway, answer, completion

GEMINI, KIMI = "gemini-3.8-flash", "kimi-k3"


def dialect(model: str) -> SchemaDialect:
    found = get_vendor(model).schema_dialect
    assert found is not None
    return found


# -- definitions with mutual references ------------------------------------------------------------


def mutual(count: int) -> dict[str, Any]:
    """Return a schema with `count` definitions, each with two references to all of them."""
    names = [f"N{number}" for number in range(count)]
    any_of = {"anyOf": [{"$ref": f"#/$defs/{name}"} for name in names]}
    properties = {"l": any_of, "r": any_of, "kind": {"$ref": "#/$defs/Kind"}}
    nodes = {
        name: {"type": "object", "description": f"{name}.", "properties": properties}
        for name in names
    }
    kind = {"type": "string", "enum": ["a"]}
    return {
        "type": "object",
        "properties": {"e": any_of, "last": {"$ref": "#/$defs/N0"}},
        "$defs": {**nodes, "Kind": kind},
    }


@pytest.mark.parametrize("count", [2, 4, 6, 7, 12, 40])
def test_definitions_with_mutual_references_stay_small(count: int) -> None:
    adapted = rewrite(mutual(count), dialect(GEMINI), lossless=True).schema
    text = json.dumps(adapted)
    assert len(text) < 1_000_000
    assert "$ref" not in text
    # Every branch is opened alike.
    for node in (adapted["properties"]["e"]["anyOf"][-1], adapted["properties"]["last"]):
        assert node["properties"]["kind"] == {"type": "string", "enum": ["a"]}
        assert len(node["properties"]["l"]["anyOf"]) == count


class Owner(BaseModel):
    name: str
    cat: Cat | None = None
    cats: dict[str, Cat] | None = None


class Cat(BaseModel):
    lives: int
    owner: Owner | None = None
    friends: list[Owner | Cat] | None = None


@pytest.mark.parametrize("model", ["claude-sonnet-5-5", "grok-4.7", "deepseek-v4-pro"])
def test_mutual_recursion_that_is_too_deep_ends_in_fewer_levels_of_the_same_types(
    model: str,
) -> None:
    schema = read_schema(Owner).schema
    use: Use = "tool" if model.startswith("deepseek") else "format"
    sent = rewrite_for(get_vendor(model), schema, use, strict=True)
    assert sent.fits
    inner = sent.schema["properties"]["cat"]["anyOf"][0]
    assert inner["properties"]["lives"] == {"type": "integer"}
    # What the recursion ends in is null, never an object of any form.
    assert "any type" not in " ".join(sent.changes)
    assert "Any text" not in json.dumps(sent.schema)


def test_definitions_with_two_references_each_stay_small() -> None:
    last = {"type": "object", "description": "The last."}
    defs: dict[str, Any] = {"N40": last}
    for number in range(40):
        ref = {"$ref": f"#/$defs/N{number + 1}"}
        defs[f"N{number}"] = {"type": "object", "properties": {"l": ref, "r": ref}}
    adapted = rewrite({"$ref": "#/$defs/N0", "$defs": defs}, dialect(GEMINI), lossless=True).schema
    assert len(json.dumps(adapted)) < 1_000_000


def test_definition_that_refers_to_itself_in_all_of_ends() -> None:
    itself = {"allOf": [{"$ref": "#/$defs/A"}], "description": "Next."}
    schema = {**itself, "$defs": {"A": {"type": "object", "properties": {"next": itself}}}}
    level = rewrite(schema, dialect(GEMINI), lossless=True).schema
    for _ in range(3):
        level = level["properties"]["next"]
        assert (level["type"], level["description"]) == ("object", "Next.")
    assert level["properties"] == {}


def test_large_schema_without_references_is_not_changed() -> None:
    properties = {f"p{number}": {"type": "string"} for number in range(10_000)}
    schema = {"type": "object", "properties": properties}
    assert rewrite(schema, dialect(GEMINI), lossless=True).schema == schema


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
    assert "`not` in the description; free dicts as objects with a description" in change.reason
    explained.body["tools"][0]["function"]["parameters"].clear()
    again = model.explain("Hi", tools=tools).body["tools"][0]["function"]["parameters"]
    assert again["properties"]["a"] == {"type": "string", "description": 'not: {"const": "x"}.'}
