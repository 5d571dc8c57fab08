"""Moonshot's own flavor of JSON Schema, in tools and in response formats."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit_tests.emulator.client import KIMI, Client, format_of, takes, tool
from tests.unit_tests.emulator.nested import NESTED, STRING

MOONSHOT = (
    "tools.function.parameters is not a valid moonshot flavored json schema, details:"
    " <At path '{}': {}>"
)
ANY_OF = "when using anyOf, type should be defined in anyOf items instead of the parent schema"
NO_TYPE = "type is not defined"
NO_ROOT = 'tools.function.parameters.type is required and must be "object"'


@pytest.mark.parametrize("place", NESTED)
def test_schema_without_a_type_is_refused_wherever_it_stands(client: Client, place: str) -> None:
    build, _, where = NESTED[place]
    refusal = client.refusal(model="kimi-k2.7-code", tools=[tool("f", **build({"enum": ["a"]}))])
    assert refusal == (400, MOONSHOT.format(where, NO_TYPE), "invalid_request_error")


@pytest.mark.parametrize("parameters", [{}, {"anyOf": [{"type": "object"}]}, {"type": "string"}])
def test_tool_parameters_that_are_no_object_are_refused(
    client: Client, parameters: dict[str, Any]
) -> None:
    refusal = client.refusal(model="kimi-k3", tools=[takes(parameters)])
    assert refusal == (400, NO_ROOT, "invalid_request_error")


MOONSHOT_ACCEPTS: dict[str, dict[str, Any]] = {
    "options": {"a": {"anyOf": [STRING, {"type": "null"}], "default": None}},
    "enum with a type": {"a": {"type": "string", "enum": ["a"]}},
    "options with an enum": {"a": {"anyOf": [{"type": "string", "enum": ["a"]}, STRING]}},
    "names of properties": {
        "o": {"type": "object", "properties": {"anyOf": STRING, "type": STRING, "enum": STRING}}
    },
    "default": {"a": {"type": "object", "default": {"enum": ["a"], "anyOf": [], "type": "b"}}},
    "any other properties": {"a": {"type": "object", "additionalProperties": {}}},
    "a description next to a reference": {"a": {"$ref": "#", "description": "the same again"}},
    "list of types": {"a": {"type": ["string", "null"]}},
    "Google's unknown keywords": {
        "a": {"type": "integer", "exclusiveMinimum": 0, "multipleOf": 2, "const": 4}
    },
}


@pytest.mark.parametrize("case", MOONSHOT_ACCEPTS)
def test_schema_of_the_flavor_is_accepted(client: Client, case: str) -> None:
    client.chat(model=KIMI, tools=[tool("f", **MOONSHOT_ACCEPTS[case])])


def test_tool_without_parameters_is_accepted(client: Client) -> None:
    client.chat(model=KIMI, tools=[{"type": "function", "function": {"name": "f"}}])


A = "properties.a"
MOONSHOT_REFUSES: list[tuple[dict[str, Any], str, str]] = [
    ({"anyOf": [{"type": "object"}]}, "root", ANY_OF),
    ({"properties": {"a": {"type": ["string", "null"], "anyOf": [STRING]}}}, A, ANY_OF),
    ({"properties": {"a": {}}}, A, NO_TYPE),
    ({"properties": {"a": {"const": 1}}}, A, NO_TYPE),
    (
        {"properties": {"a": {"type": "object", "additionalProperties": {"minimum": 1}}}},
        f"{A}.additionalProperties",
        NO_TYPE,
    ),
    (
        {"$defs": {"A": {"title": "A"}}, "properties": {"a": {"$ref": "#/$defs/A"}}},
        "$defs.A",
        NO_TYPE,
    ),
    (
        {"properties": {"a": {"type": "string", "$ref": "#"}}},
        A,
        (
            "when using $ref, type should be defined in the referenced schema instead of the parent"
            " schema"
        ),
    ),
    (
        {"properties": {"a": {"$ref": "#/definitions/A"}}, "definitions": {"A": STRING}},
        A,
        "references must start with #/$defs/",
    ),
    (
        {"properties": {"a": {"$ref": "#/$defs/B"}}, "$defs": {"A": STRING}},
        f"{A}.$ref",
        "$defs not found for reference: #/$defs/B",
    ),
    (
        {"properties": {"a": STRING}, "required": ["b"]},
        "required",
        "required property 'b' is not defined in properties",
    ),
    (
        {"properties": {"a": {"type": "string", "enum": ["x", 1]}}},
        f"{A}.enum",
        "enum value (1) does not match any type in [string]",
    ),
]


@pytest.mark.parametrize(("schema", "where", "flaw"), MOONSHOT_REFUSES)
def test_schema_outside_the_flavor_is_refused_in_tools_and_formats(
    client: Client, schema: dict[str, Any], where: str, flaw: str
) -> None:
    schema = {"type": "object", **schema}
    refusal = client.refusal(model=KIMI, tools=[takes(schema)])
    assert refusal == (400, MOONSHOT.format(where, flaw), "invalid_request_error")
    _, message, _ = client.refusal(model=KIMI, response_format=format_of(schema))
    assert message == MOONSHOT.format(where, flaw).replace(
        "tools.function.parameters", "response_format.json_schema.schema"
    )


def test_response_format_of_any_root_is_accepted(client: Client) -> None:
    for schema in ({}, STRING, {"anyOf": [STRING]}):
        client.chat(model=KIMI, response_format=format_of(schema))
