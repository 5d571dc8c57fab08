"""Values for JSON schemas."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from langchain_cometapi.emulator._generation.facts import read_facts
from langchain_cometapi.emulator._generation.schema_values import fill_schema
from tests.unit_tests.emulator.generation.schemas import SCHEMAS

PROMPTS = [
    "Nothing",
    "Ann is 33 and lives in Oslo since 2024-05-01; name, age, tags and kind, please.",
    'No tags. The name is "Bo", kind = other, when: 2026-02-30',
]

INTEGER: dict[str, Any] = {"type": "integer"}
STRING: dict[str, Any] = {"type": "string"}
NUMBERS = {"type": "object", "properties": {"x": INTEGER, "y": INTEGER}, "required": ["x"]}
NODE = {"$ref": "#/$defs/Node"}
NODES = {
    "type": "object",
    "properties": {"value": INTEGER, "next": {"anyOf": [NODE, {"type": "null"}]}},
    "required": ["value", "next"],
}
TREE = {"$ref": "#/$defs/Tree"}
TREES = {
    "type": "object",
    "properties": {
        "children": {"type": "array", "items": TREE},
        "by_name": {"type": "object", "additionalProperties": TREE},
    },
    "required": ["children", "by_name"],
}
DEFINITIONS = {"Node": NODES, "Tree": TREES, "Big": {**INTEGER, "$anchor": "big", "minimum": 50}}
PATTERNS = [
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
FORMATS = ["date", "date-time", "time", "email", "uuid", "ipv4", "ipv6", "uri", "duration", "x"]
FORMS: list[dict[str, Any]] = [
    *({"type": "string", "pattern": pattern} for pattern in PATTERNS),
    *({"type": "string", "format": name} for name in FORMATS),
    {"type": "string", "pattern": "^a|b", "minLength": 300},
    {"type": "string", "default": 3},
    {"anyOf": [STRING, {"type": "null"}], "default": None},
    {"type": ["string", "integer"], "not": STRING},
    {"enum": ["x", [1, True], {"k": 1}], "not": {"enum": ["x"]}},
    {"type": "array", "items": STRING, "uniqueItems": True, "minItems": 3},
    {"type": "array", "items": {}, "uniqueItems": True, "minItems": 2, "maxItems": 3},
    {"const": {"k": [1, True]}},
    {"$ref": "#big"},
    TREE,
    {"type": "array", "items": NODE, "minItems": 1, "maxItems": 2},
    {"type": "object", "properties": {"a": {"anyOf": [NODE, TREE]}, "b": NODE}, "minProperties": 1},
    {"type": "object", "properties": {"a b": STRING, "c": INTEGER}, "minProperties": 3},
    {"type": "object", "properties": {"a": NODE, "c": STRING}, "minProperties": 1},
    {"type": "object", "patternProperties": {"^ab$": INTEGER, "^a": {}}, "minProperties": 3},
    {"type": "object", "additionalProperties": NUMBERS, "minProperties": 1},
    {"allOf": [NUMBERS, {"properties": {"x": {"minimum": 40}, "z": {}}, "required": ["y"]}]},
    {"allOf": [{"type": "integer", "minimum": 2}, {"type": "number", "maximum": 2.5}]},
    {"allOf": [{**INTEGER, "minimum": 2}, {"minimum": 3, "maximum": 9}, {"maximum": 4}]},
    {
        "type": "object",
        "properties": {"kind": {"enum": ["one", "other"]}, "value": {}},
        "required": ["kind", "value"],
        "if": {"properties": {"kind": {"const": "one"}}},
        "then": {"properties": {"value": INTEGER}},
        "else": {"properties": {"value": {"type": "array", "items": STRING}}},
    },
]


def check_value(schema: dict[str, Any], prompt: str) -> None:
    validator = jsonschema.Draft202012Validator(
        schema, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
    )
    value = fill_schema(schema, read_facts(prompt))
    assert [error.message for error in validator.iter_errors(value)] == []


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(SCHEMAS, st.sampled_from(PROMPTS))
def test_value_is_valid_for_its_schema(schema: dict[str, Any], prompt: str) -> None:
    check_value(schema, prompt)


@pytest.mark.parametrize("schema", FORMS)
def test_value_has_the_form_that_its_schema_asks_for(schema: dict[str, Any]) -> None:
    for prompt in PROMPTS:
        check_value({**schema, "$defs": DEFINITIONS}, prompt)
        inside = {"type": "object", "properties": {"a": schema, "b": schema}, "required": ["a"]}
        check_value({**inside, "$defs": DEFINITIONS}, prompt)


def test_number_that_may_be_null_in_googles_words_is_one() -> None:
    assert fill_schema({"type": "integer", "nullable": True}, read_facts("Take 5")) == 5


def test_bounds_as_pydantic_1_writes_them_are_kept() -> None:
    schema = {"type": "integer", "minimum": 5, "exclusiveMinimum": True, "maximum": 6}
    assert fill_schema(schema, read_facts("Take 5")) == 6


def test_enum_arrays_take_the_options_in_the_prompt() -> None:
    schema = {"type": "array", "items": {"enum": ["red", "green", "blue"]}}
    assert fill_schema(schema, read_facts("green and red")) == ["red", "green"]


@pytest.mark.parametrize(
    ("schema", "entries"),
    [
        ({}, 2),
        ({"additionalProperties": INTEGER}, 2),
        ({"properties": {}}, 0),
        ({"properties": {"a": INTEGER}}, 0),
        ({"properties": {"a": INTEGER}, "additionalProperties": True}, 0),
    ],
)
def test_free_object_has_two_entries(schema: dict[str, Any], entries: int) -> None:
    assert len(fill_schema({"type": "object", **schema}, read_facts("Nothing"))) == entries


def test_schema_without_an_end_ends() -> None:
    endless = {"type": "object", "properties": {"a": {"$ref": "#"}}, "required": ["a"]}
    assert str(fill_schema(endless, read_facts("Nothing"))).count("a") < 30
