"""Constraints that the description of a schema says."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest

from langchain_cometapi.emulator._generation.facts import read_facts
from langchain_cometapi.emulator._generation.hints import read_hints
from langchain_cometapi.emulator._generation.schema_values import fill_schema


@pytest.mark.parametrize(
    ("description", "hints"),
    [
        ("A code. maxLength: 5. minLength: 2.", {"maxLength": 5, "minLength": 2}),
        ("A number\n\n{minimum: 1, maximum: 10}", {"minimum": 1, "maximum": 10}),
        ("`multipleOf`: 0.5", {"multipleOf": 0.5}),
        ('pattern: "^a: \\"b\\"$"', {"pattern": '^a: "b"$'}),
        ("format: uri", {"format": "uri"}),
        ("uniqueItems: true", {"uniqueItems": True}),
        ("const: null", {"const": None}),
        ('Numbers. One of: 1, "b", true.', {"enum": [1, "b", True]}),
        ("One of: red, blue.", {"enum": ["red", "blue"]}),
        ("Any names; each value is an integer.", {"additionalProperties": {"type": "integer"}}),
        (
            "Items in this order: string, number.",
            {"prefixItems": [{"type": "string"}, {"type": "number"}]},
        ),
        ("minLength: long, maximum: null", {}),
        ("The minimum of the month", {}),
        (None, {}),
    ],
)
def test_constraints_are_read(description: str | None, hints: dict[str, Any]) -> None:
    assert read_hints(description) == hints


@pytest.mark.parametrize(
    ("schema", "wanted"),
    [
        ({"type": "string", "description": "minLength: 90"}, {"minLength": 90}),
        ({"type": "integer", "description": "One of: 7, 9."}, {"enum": [7, 9]}),
        ({"type": "array", "description": "minItems: 3. uniqueItems: true"},
         {"minItems": 3, "uniqueItems": True}),
        ({"type": "array", "items": {"type": ["string", "integer"]}, "minItems": 2,
          "description": "Items in this order: integer, string."},
         {"prefixItems": [{"type": "integer"}, {"type": "string"}]}),
        ({"anyOf": [{"type": "string", "description": 'format: "time".'}, {"type": "null"}]},
         {"type": "string", "pattern": r"^\d\d:\d\d"}),
        ({"type": "object", "description": "each value is a number"},
         {"additionalProperties": {"type": "number"}, "minProperties": 1}),
    ],
)  # fmt: skip
def test_value_keeps_to_the_description(schema: dict[str, Any], wanted: dict[str, Any]) -> None:
    value = fill_schema(schema, read_facts("Nothing"))
    jsonschema.validate(value, {**schema, **wanted})


def test_description_that_contradicts_its_schema_is_left_alone() -> None:
    schema = {"type": "string", "maxLength": 3, "description": "minLength: 9"}
    assert len(fill_schema(schema, read_facts("Nothing"))) <= 3
