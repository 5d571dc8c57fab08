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
KIMIS = ["kimi-k2.6", "kimi-k2.7-code", "kimi-k3"]


@pytest.mark.parametrize("model", KIMIS)
@pytest.mark.parametrize("place", NESTED)
@pytest.mark.parametrize(
    ("schema", "flaw"),
    [
        ({"type": "string", "anyOf": [STRING, {"type": "null"}]}, ANY_OF),
        ({"type": ["string", "null"], "anyOf": [STRING]}, ANY_OF),
        ({"enum": ["a", "b"]}, NO_TYPE),
        ({"enum": [1, "b"], "description": "either"}, NO_TYPE),
    ],
)
def test_kimi_wants_types_where_they_belong(
    client: Client, model: str, place: str, schema: dict[str, Any], flaw: str
) -> None:
    build, _, where = NESTED[place]
    refusal = client.refusal(model=model, tools=[tool("f", **build(schema))])
    assert refusal == (400, MOONSHOT.format(where, flaw), "invalid_request_error")


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"type": "object", "anyOf": [{"type": "object"}]}, MOONSHOT.format("root", ANY_OF)),
        ({}, NO_ROOT),
        ({"properties": {}}, NO_ROOT),
        ({"anyOf": [{"type": "object"}]}, NO_ROOT),
        ({"type": "string"}, NO_ROOT),
    ],
)
def test_kimi_wants_an_object(client: Client, parameters: dict[str, Any], words: str) -> None:
    refusal = client.refusal(model=KIMI, tools=[takes(parameters)])
    assert refusal == (400, words, "invalid_request_error")


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
def test_kimi_takes_the_rest(client: Client, case: str) -> None:
    offered = tool("f", **MOONSHOT_ACCEPTS[case])
    response = client.post(model=KIMI, tools=[offered])
    assert response.status_code == 200, response.text


def test_kimi_takes_a_tool_without_parameters(client: Client) -> None:
    offered = {"type": "function", "function": {"name": "f"}}
    assert client.post(model=KIMI, tools=[offered]).status_code == 200


A = "properties.a"
MOONSHOT_REFUSES: list[tuple[dict[str, Any], str, str]] = [
    ({"properties": {"a": {}}}, A, NO_TYPE),
    ({"properties": {"a": {"description": "anything"}}}, A, NO_TYPE),
    ({"properties": {"a": {"const": 1}}}, A, NO_TYPE),
    ({"properties": {"a": {"oneOf": [STRING]}}}, A, NO_TYPE),
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
def test_kimi_takes_its_flavor_alone(
    client: Client, schema: dict[str, Any], where: str, flaw: str
) -> None:
    schema = {"type": "object", **schema}
    refusal = client.refusal(model=KIMI, tools=[takes(schema)])
    assert refusal == (400, MOONSHOT.format(where, flaw), "invalid_request_error")
    _, message, _ = client.refusal(model=KIMI, response_format=format_of(schema))
    assert message == MOONSHOT.format(where, flaw).replace(
        "tools.function.parameters", "response_format.json_schema.schema"
    )


def test_kimi_takes_any_root_as_response_format(client: Client) -> None:
    for schema in ({}, STRING, {"type": "array", "items": STRING}, {"anyOf": [STRING]}):
        assert client.post(model=KIMI, response_format=format_of(schema)).status_code == 200
