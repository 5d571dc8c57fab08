"""Schemas of functions and of responses."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

import pytest

from tests.unit_tests.emulator.generate_content_client import (
    JSON,
    GenerateContentClient,
    calling,
    config,
    functions,
)
from tests.unit_tests.emulator.nested import NESTED

if TYPE_CHECKING:
    from collections.abc import Callable

UNKNOWN = "Invalid JSON payload received. Unknown name \"{}\" at '{}': Cannot find field."

FLAWS: list[tuple[dict[str, Any], str]] = [
    ({"type": "string", "const": "a"}, UNKNOWN.format("const", "{}")),
    ({"type": "object", "$ref": "#"}, UNKNOWN.format("$ref", "{}")),
    ({"type": "object", "additionalProperties": False}, "additionalProperties"),
    ({"type": "object", "additional_properties": False}, "additionalProperties"),
    ({"type": ["string", "null"]}, "Proto field is not repeating, cannot start list."),
    ({"type": "text"}, "Invalid value at '{}.type' (type.googleapis.com/google.ai.generative"),
    ({"type": "ARRAY"}, "* GenerateContentRequest.{}.items: missing field."),
    ({"type": "STRING", "enum": [1]}, "Invalid value at '{}.enum[0]' (TYPE_STRING), 1"),
    ({"type": "INTEGER", "enum": ["1"]}, "{}.enum: only allowed for STRING type"),
    ({"type": "OBJECT", "required": ["a"]}, "{}.required[0]: property is not defined"),
    ({"type": "OBJECT", "required": [[]]}, "Invalid value at '{}.required[0]' (TYPE_STRING), "),
    ({"type": "OBJECT", "propertyOrdering": [1]}, "'{}.property_ordering[0]' (TYPE_STRING), 1"),
    ({"type": "OBJECT", "required": 1}, "Invalid value at '{}.required[0]' (TYPE_STRING), 1"),
    ({"type": "STRING", "minLength": "x"}, "Invalid value at '{}.min_length' (TYPE_INT64), "),
    ({"type": "STRING", "max_length": [1]}, "Invalid value at '{}.max_length' (TYPE_INT64), "),
    ({"type": "STRING", "maxLength": 1.5}, "Invalid value at '{}.max_length' (TYPE_INT64), 1.5"),
]


def as_parameters(schema: Any) -> tuple[dict[str, Any], str]:
    """Return a request with a schema of parameters, and where it is."""
    body = {"tools": functions({"name": "f", "parameters": schema})}
    return body, "tools[0].function_declarations[0].parameters"


def as_response(schema: Any) -> tuple[dict[str, Any], str]:
    return config(**JSON, responseSchema=schema), "generation_config.response_schema"


Place: TypeAlias = "Callable[[Any], tuple[dict[str, Any], str]]"


@pytest.mark.parametrize(
    ("place", "nested", "schema", "words"),
    [
        *((as_parameters, "property", *flaw) for flaw in FLAWS),
        *((as_parameters, nested, *flaw) for nested in NESTED for flaw in FLAWS[-2:]),
        *((as_response, nested, *flaw) for nested in NESTED for flaw in FLAWS[:2]),
    ],
)
def test_schema_is_refused_wherever_it_stands(
    client: GenerateContentClient, place: Place, nested: str, schema: dict[str, Any], words: str
) -> None:
    build, inner, _ = NESTED[nested]
    body, path = place({"type": "OBJECT", "properties": build(schema)})
    message = client.error(**body)
    assert words.format(f"{path}{inner}") in message


@pytest.mark.parametrize("place", [as_parameters, as_response])
def test_schema_that_is_no_object_is_refused(client: GenerateContentClient, place: Place) -> None:
    body, path = place("STRING")
    assert f"Invalid value at '{path}' (" in client.error(**body)


GOOD: list[dict[str, Any]] = [
    {"type": "OBJECT", "properties": {"a": {"type": "STRING", "nullable": True}}},
    {"type": "object", "properties": {"a": {"type": "array", "items": {"type": "number"}}}},
    {
        "type": "OBJECT",
        "properties": {"a": {"any_of": [{"type": "STRING"}, {"type": "INTEGER"}]}},
        "property_ordering": ["a"],
    },
    {"type": "OBJECT", "properties": {"a": {"type": "STRING", "max_length": "3"}}},
    {"type": "OBJECT", "properties": {"a": {"type": "STRING", "description": None}}},
]


@pytest.mark.parametrize("schema", GOOD)
@pytest.mark.parametrize("place", [as_parameters, as_response])
def test_schema_of_googles_form_is_accepted(
    client: GenerateContentClient, place: Place, schema: dict[str, Any]
) -> None:
    client.generate(**place(schema)[0])


ANY_SCHEMA = {
    "$defs": {"a": {"const": 1}},
    "type": "object",
    "properties": {"a": {"$ref": "#/$defs/a"}, "b": {"type": ["string", "null"]}},
    "required": ["a"],
    "additionalProperties": False,
}


def test_json_schema_may_be_any(client: GenerateContentClient) -> None:
    tools = functions({"name": "f", "parametersJsonSchema": ANY_SCHEMA})
    (part,) = client.parts(tools=tools, **calling("ANY"))
    assert part["functionCall"]["args"]["a"] == 1
    text = client.text(**config(**JSON, responseJsonSchema=ANY_SCHEMA))
    assert text.startswith('{"a":1')


@pytest.mark.parametrize("given", [["a"], "{}", 1])
def test_json_schema_that_is_no_object_is_refused(
    client: GenerateContentClient, given: Any
) -> None:
    tools = functions({"name": "f", "parametersJsonSchema": given})
    assert "parameters_json_schema: must be a JSON object" in client.error(tools=tools)


@pytest.mark.parametrize(
    "flaw",
    [{"properties": 1}, {"required": [[]]}, {"properties": {"a": {"enum": 1}}, "required": ["a"]}],
)
def test_json_schema_that_is_none_is_refused_in_googles_form(
    client: GenerateContentClient, flaw: dict[str, Any]
) -> None:
    body = config(**JSON, responseJsonSchema={"type": "object", **flaw})
    status, words, name = client.refusal(**body)
    assert (status, name) == (400, "INVALID_ARGUMENT")
    assert words.startswith("Invalid schema: ")
