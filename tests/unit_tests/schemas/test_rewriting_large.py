"""Schemas with many references stay small, and what of a schema is sent."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest
from pydantic import BaseModel

from langchain_cometapi._schemas.rewriting import Rewritten, Use, rewrite, rewrite_for
from langchain_cometapi._schemas.sources import read_schema
from langchain_cometapi._vendors.registry import get_vendor
from tests.support import Gateway, answer, completion, get_weather

GEMINI = "gemini-3.8-flash"


def rewrite_for_gemini(schema: dict[str, Any]) -> dict[str, Any]:
    dialect = get_vendor(GEMINI).schema_dialect
    assert dialect is not None
    return rewrite(schema, dialect, lossless=True).schema


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


@pytest.mark.parametrize("count", [2, 7, 40])
def test_definitions_with_mutual_references_stay_small(count: int) -> None:
    adapted = rewrite_for_gemini(mutual(count))
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
    adapted = rewrite_for_gemini({"$ref": "#/$defs/N0", "$defs": defs})
    assert len(json.dumps(adapted)) < 1_000_000


def test_definition_that_refers_to_itself_in_all_of_ends() -> None:
    itself = {"allOf": [{"$ref": "#/$defs/A"}], "description": "Next."}
    schema = {**itself, "$defs": {"A": {"type": "object", "properties": {"next": itself}}}}
    level = rewrite_for_gemini(schema)
    for _ in range(3):
        level = level["properties"]["next"]
        assert (level["type"], level["description"]) == ("object", "Next.")
    assert level["properties"] == {}


def test_large_schema_without_references_is_not_changed() -> None:
    properties = {f"p{number}": {"type": "string"} for number in range(10_000)}
    schema = {"type": "object", "properties": properties}
    assert rewrite_for_gemini(schema) == schema


# -- what of it is sent ------------------------------------------------------------------------


@pytest.mark.parametrize("model", ["gpt-5.4-mini", "claude-sonnet-5-5", "some-new-thing"])
def test_schema_for_a_vendor_without_a_dialect_is_not_changed(model: str) -> None:
    days = {"type": "integer", "exclusiveMinimum": 0, "multipleOf": 1}
    schema = {"type": "object", "properties": {"days": days, "by": {"const": "train"}}}
    assert rewrite_for(get_vendor(model), schema, "tool") == Rewritten(schema)


def test_removed_keywords_are_explained_and_an_explanation_may_be_changed() -> None:
    schema = {
        "type": "object",
        "properties": {"a": {"type": "string", "not": {"const": "x"}}},
        "patternProperties": {"^b": {"type": "string"}},
    }
    tools = [{"type": "function", "function": {"name": "f", "parameters": schema}}]
    before = copy.deepcopy(tools)
    model = Gateway(answer(completion())).model(GEMINI)
    explained = model.explain("Hi", tools=tools)
    (change,) = explained.changes
    assert (change.parameter, change.action) == ("tools", "rewritten")
    assert "`not` in the description; free dicts as objects with a description" in change.reason
    assert tools == before
    explained.body["tools"][0]["function"]["parameters"].clear()
    again = model.explain("Hi", tools=tools).body["tools"][0]["function"]["parameters"]
    assert again["properties"]["a"] == {"type": "string", "description": 'not: {"const": "x"}.'}
    plain: Any = model.bind_tools([get_weather])
    assert model.explain("Hi", **plain.kwargs).changes == ()
