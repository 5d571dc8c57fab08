"""Schemas of tools and of response formats against the vendors' own subsets of JSON Schema."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit_tests.emulator.client import (
    CLAUDE,
    DEEPSEEK,
    GEMINI,
    GLM,
    GPT,
    GROK,
    KIMI,
    QWEN,
    Client,
    format_of,
    takes,
    tool,
)
from tests.unit_tests.emulator.nested import NESTED, STRING

KEYWORDS: dict[str, Any] = {
    "$ref": "#/$defs/a",
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "additionalProperties": False,
    "allOf": [STRING],
    "const": "x",
    "examples": ["x"],
    "exclusiveMaximum": 5,
    "exclusiveMinimum": 0,
    "multipleOf": 2,
    "oneOf": [STRING],
    "propertyNames": {"pattern": "^a"},
    "uniqueItems": True,
}
UNKNOWN = "Invalid JSON payload received. Unknown name \"{}\" at '{}': Cannot find field."
LIST = (
    "Invalid JSON payload received. Unknown name \"type\" at '{}': Proto field is not repeating,"
    " cannot start list."
)
ROOT = "tools[0].function_declarations[0].parameters"


@pytest.mark.parametrize("keyword", KEYWORDS)
def test_gemini_knows_no_such_keyword(client: Client, keyword: str) -> None:
    for parameters, path in (
        ({"type": "object", keyword: KEYWORDS[keyword]}, ROOT),
        *(
            (tool("f", **build({"type": "integer", keyword: KEYWORDS[keyword]})), ROOT + where)
            for build, where, _ in NESTED.values()
        ),
    ):
        offered = parameters if "function" in parameters else takes(parameters)
        refusal = client.refusal(model=GEMINI, tools=[offered])
        assert refusal == (400, UNKNOWN.format(keyword, path), "invalid_request_error")


@pytest.mark.parametrize("place", NESTED)
def test_gemini_takes_no_list_of_types(client: Client, place: str) -> None:
    build, where, _ = NESTED[place]
    offered = tool("f", **build({"type": ["string", "null"]}))
    _, message, _ = client.refusal(model=GEMINI, tools=[offered])
    assert message == LIST.format(ROOT + where)


def test_gemini_names_the_tool_and_the_first_flaw(client: Client) -> None:
    bad = tool("g", x={"const": 1, "multipleOf": 2}, y={"examples": []})
    _, message, _ = client.refusal(model=GEMINI, tools=[tool("f"), bad])
    path = "tools[0].function_declarations[1].parameters.properties[0].value"
    assert message == UNKNOWN.format("const", path)
    _, message, _ = client.refusal(model=GEMINI, tools=[takes({"type": ["object"]})])
    assert message == LIST.format(ROOT)


GOOGLE_ACCEPTS: dict[str, dict[str, Any]] = {
    "names of properties": dict.fromkeys((*KEYWORDS, "type", "properties", "items"), STRING),
    "names in deeper properties": {
        "a": {"type": "object", "properties": {"const": {"type": "integer"}, "type": STRING}}
    },
    "values of an enum": {"a": {"type": "string", "enum": ["const", "$ref", "oneOf"]}},
    "default": {"a": {"type": "object", "default": {"const": 1, "type": ["x"], "$ref": "y"}}},
    "options": {"a": {"anyOf": [STRING, {"type": "null"}], "default": None}},
    "options beside a type": {"a": {"type": "string", "anyOf": [STRING, {"type": "null"}]}},
    "bounds": {"a": {"type": "integer", "minimum": 1, "maximum": 3, "title": "A"}},
    "array": {"a": {"type": "array", "items": STRING, "minItems": 1, "maxItems": 3}},
    "format": {"a": {"type": "string", "format": "date-time", "nullable": True}},
}


@pytest.mark.parametrize("case", GOOGLE_ACCEPTS)
def test_gemini_takes_what_only_looks_like_a_keyword(client: Client, case: str) -> None:
    offered = tool("f", **GOOGLE_ACCEPTS[case])
    response = client.post(model=GEMINI, tools=[offered])
    assert response.status_code == 200, response.text


@pytest.mark.parametrize("model", [GPT, CLAUDE, DEEPSEEK, GLM, QWEN, GROK])
def test_other_vendors_take_all_of_it(client: Client, model: str) -> None:
    properties: dict[str, Any] = {
        "a": {"type": "string", "anyOf": [STRING]},
        "b": {"enum": ["a"]},
        "c": {"type": ["string", "null"]},
        **{f"the {keyword}": {keyword: value} for keyword, value in KEYWORDS.items()},
    }
    offered = takes({"type": "object", "properties": properties})
    response = client.post(model=model, tools=[offered])
    assert response.status_code == 200, response.text


DEEP: dict[str, Any] = STRING
for _ in range(150):
    DEEP = {"type": "object", "properties": {"a": DEEP}}


@pytest.mark.parametrize("model", [GEMINI, KIMI, CLAUDE, GROK])
def test_deep_schema_gets_a_response(client: Client, model: str) -> None:
    assert client.post(model=model, tools=[takes(DEEP)]).status_code == 200


@pytest.mark.parametrize("model", [GEMINI, KIMI, CLAUDE, GROK, GPT, DEEPSEEK])
def test_odd_schemas_get_a_response(client: Client, model: str) -> None:
    odd: dict[str, Any] = {"properties": [1], "items": [STRING], "anyOf": "x", "required": 3}
    for schema in (odd, {"properties": {"a": None, "b": True, "c": {"items": 3}}}, {"enum": 3}):
        offered = takes({"type": "object", "properties": {"x": schema}})
        for strict in (False, True):
            offered["function"]["strict"] = strict
            assert client.post(model=model, tools=[offered]).status_code in (200, 400)


NODE: dict[str, Any] = {
    "type": "object",
    "properties": {"next": {"anyOf": [{"$ref": "#/$defs/Node"}, {"type": "null"}]}},
    "required": ["next"],
    "additionalProperties": False,
}
RECURSIVE: dict[str, dict[str, Any]] = {
    "a definition": {
        "type": "object",
        "properties": {"node": {"$ref": "#/$defs/Node"}},
        "additionalProperties": False,
        "$defs": {"Node": NODE},
    },
    "the root": {
        "type": "object",
        "properties": {"next": {"type": "array", "items": {"$ref": "#"}}},
        "additionalProperties": False,
    },
    "two definitions": {
        "type": "object",
        "properties": {"node": {"$ref": "#/$defs/Leaf"}},
        "additionalProperties": False,
        "$defs": {
            "Leaf": {"anyOf": [{"$ref": "#/$defs/Node"}, STRING]},
            "Node": NODE | {"properties": {"next": {"$ref": "#/$defs/Leaf"}}},
        },
    },
}
TWICE = {
    "type": "object",
    "properties": {"a": {"$ref": "#/$defs/A"}, "b": {"$ref": "#/$defs/A"}},
    "additionalProperties": False,
    "$defs": {"A": {"anyOf": [{"$ref": "#/$defs/B"}, {"type": "null"}]}, "B": STRING},
}


@pytest.mark.parametrize("case", RECURSIVE)
def test_recursion_is_refused_where_references_must_not_be_circular(
    client: Client, case: str
) -> None:
    schema = RECURSIVE[case]
    for body in ({"tools": [takes(schema)]}, {"response_format": format_of(schema)}):
        _, message, _ = client.refusal(model=GROK, **body)
        assert message.startswith("Invalid schema: circular references are not supported: #")
    assert client.post(model=CLAUDE, tools=[takes(schema)]).status_code == 200
    _, message, _ = client.refusal(model=CLAUDE, response_format=format_of(schema))
    assert "Recursive schemas are not supported" in message


@pytest.mark.parametrize("model", [GROK, CLAUDE])
def test_reference_that_is_used_twice_is_no_recursion(client: Client, model: str) -> None:
    assert client.post(model=model, tools=[takes(TWICE)]).status_code == 200
    assert client.post(model=model, response_format=format_of(TWICE)).status_code == 200


FORMAT_ROOT = "generation_config.response_schema"


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"enum": [1]}, "Invalid value at '{}.enum[0]' (TYPE_STRING), 1"),
        ({"type": "string", "enum": ["a", None]}, "'{}.enum[1]' (TYPE_STRING), null"),
        ({"type": "integer", "enum": ["1"]}, "{}.enum: only allowed for STRING type"),
        ({"enum": ["a"]}, "{}.enum: only allowed for STRING type"),
        ({"type": "array"}, "{}.items: missing field."),
        ({"type": "ARRAY", "items": {}}, "{}.items: missing field."),
        ({"type": "object", "required": ["z"]}, "{}.required[0]: property is not defined"),
        *(
            ({"type": "object", keyword: {}}, UNKNOWN.format(keyword, "{}"))
            for keyword in ("not", "patternProperties", "$id", "prefixItems", "if", "x-own")
        ),
    ],
)
def test_gemini_takes_documented_fields_and_values_alone(
    client: Client, schema: dict[str, Any], words: str
) -> None:
    _, message, _ = client.refusal(model=GEMINI, tools=[tool("f", a=schema)])
    assert words.format(f"{ROOT}.properties[0].value") in message
    body = {"response_format": format_of({"type": "object", "properties": {"a": schema}})}
    _, message, _ = client.refusal(model=GEMINI, **body)
    assert words.format(f"{FORMAT_ROOT}.properties[0].value") in message


def test_name_of_a_response_format_with_a_blank_is_refused(client: Client) -> None:
    body = {"response_format": format_of({"type": "object"}, name="a b")}
    _, message, _ = client.refusal(model=GPT, **body)
    assert "'response_format.json_schema.name'" in message
