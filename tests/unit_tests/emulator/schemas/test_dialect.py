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
    "additionalProperties": False,
    "const": "x",
    "multipleOf": 2,
    "oneOf": [STRING],
}
UNKNOWN = "Invalid JSON payload received. Unknown name \"{}\" at '{}': Cannot find field."
LIST = (
    "Invalid JSON payload received. Unknown name \"type\" at '{1}': Proto field is not repeating,"
    " cannot start list."
)
ROOT = "tools[0].function_declarations[0].parameters"


@pytest.mark.parametrize("place", NESTED)
@pytest.mark.parametrize(
    ("flaw", "words"),
    [({"type": "integer", "const": 1}, UNKNOWN), ({"type": ["string", "null"]}, LIST)],
)
def test_gemini_says_where_a_flaw_stands(
    client: Client, place: str, flaw: dict[str, Any], words: str
) -> None:
    build, where, _ = NESTED[place]
    refusal = client.refusal(model=GEMINI, tools=[tool("f", **build(flaw))])
    assert refusal == (400, words.format("const", ROOT + where), "invalid_request_error")


def test_gemini_names_the_tool_and_the_first_flaw(client: Client) -> None:
    bad = tool("g", x={"const": 1, "multipleOf": 2}, y={"examples": []})
    _, message, _ = client.refusal(model=GEMINI, tools=[tool("f"), bad])
    path = "tools[0].function_declarations[1].parameters.properties[0].value"
    assert message == UNKNOWN.format("const", path)
    _, message, _ = client.refusal(model=GEMINI, tools=[takes({"type": ["object"]})])
    assert message == LIST.format("", ROOT)


GOOGLE_ACCEPTS: dict[str, dict[str, Any]] = {
    "names of properties": dict.fromkeys((*KEYWORDS, "type", "properties", "items"), STRING),
    "names in deeper properties": {
        "a": {"type": "object", "properties": {"const": {"type": "integer"}, "type": STRING}}
    },
    "values of an enum": {"a": {"type": "string", "enum": ["const", "$ref", "oneOf"]}},
    "default": {"a": {"type": "object", "default": {"const": 1, "type": ["x"], "$ref": "y"}}},
    "options beside a type": {"a": {"type": "string", "anyOf": [STRING, {"type": "null"}]}},
    "array": {"a": {"type": "array", "items": STRING, "minItems": 1, "maxItems": 3}},
}


@pytest.mark.parametrize("case", GOOGLE_ACCEPTS)
def test_gemini_takes_what_only_looks_like_a_keyword(client: Client, case: str) -> None:
    client.chat(model=GEMINI, tools=[tool("f", **GOOGLE_ACCEPTS[case])])


@pytest.mark.parametrize("model", [GPT, CLAUDE, DEEPSEEK, GLM, QWEN, GROK])
def test_other_vendors_take_all_of_it(client: Client, model: str) -> None:
    properties: dict[str, Any] = {
        "a": {"type": "string", "anyOf": [STRING]},
        "b": {"enum": ["a"]},
        "c": {"type": ["string", "null"]},
        **{f"the {keyword}": {keyword: value} for keyword, value in KEYWORDS.items()},
    }
    client.chat(model=model, tools=[takes({"type": "object", "properties": properties})])


DEEP: dict[str, Any] = STRING
for _ in range(150):
    DEEP = {"type": "object", "properties": {"a": DEEP}}


@pytest.mark.parametrize("model", [GEMINI, KIMI, CLAUDE, GROK])
def test_deep_schema_gets_a_response(client: Client, model: str) -> None:
    client.chat(model=model, tools=[takes(DEEP)])


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
    client.chat(model=model, tools=[takes(TWICE)])
    client.chat(model=model, response_format=format_of(TWICE))


FORMAT_ROOT = "generation_config.response_schema"


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"enum": [1]}, "Invalid value at '{}.enum[0]' (TYPE_STRING), 1"),
        ({"type": "string", "enum": ["a", None]}, "'{}.enum[1]' (TYPE_STRING), null"),
        ({"type": "integer", "enum": ["1"]}, "{}.enum: only allowed for STRING type"),
        ({"enum": ["a"]}, "{}.enum: only allowed for STRING type"),
        ({"type": "ARRAY", "items": {}}, "{}.items: missing field."),
        ({"type": "object", "required": ["z"]}, "{}.required[0]: property is not defined"),
        *(
            ({"type": "object", keyword: {}}, UNKNOWN.format(keyword, "{}"))
            for keyword in ("not", "patternProperties", "x-own")
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
