"""Tool parameters against the vendors' own subsets of JSON Schema."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit_tests.emulator.client import CLAUDE, DEEPSEEK, GEMINI, GPT, KIMI, Client, tool, user

STRING: dict[str, Any] = {"type": "string"}
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
MOONSHOT = (
    "tools.function.parameters is not a valid moonshot flavored json schema, details:"
    " <At path '{}': {}>"
)
ANY_OF = "when using anyOf, type should be defined in anyOf items instead of the parent schema"
NO_TYPE = "type is not defined"
NO_ROOT = 'tools.function.parameters.type is required and must be "object"'
KIMIS = ["kimi-k2.6", "kimi-k2.7-code", "kimi-k3"]


def takes(parameters: dict[str, Any]) -> dict[str, Any]:
    return {"type": "function", "function": {"name": "f", "parameters": parameters}}


# A whole schema around one, and where Google and Moonshot say it is.
NESTED: dict[str, tuple[Any, str, str]] = {
    "property": (lambda s: {"a": STRING, "b": s}, ".properties[1].value", "properties.b"),
    "item": (
        lambda s: {"a": {"type": "array", "items": s}},
        ".properties[0].value.items",
        "properties.a.items",
    ),
    "option": (
        lambda s: {"a": {"anyOf": [STRING, s]}},
        ".properties[0].value.any_of[1]",
        "properties.a.anyOf.1",
    ),
    "deep": (
        lambda s: {"a": {"type": "array", "items": {"type": "object", "properties": {"b": s}}}},
        ".properties[0].value.items.properties[0].value",
        "properties.a.items.properties.b",
    ),
}


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
    "anything": {"a": {}, "b": {"description": "whatever"}},
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


@pytest.mark.parametrize("model", [GPT, CLAUDE, DEEPSEEK, "glm-5.2", "qwen3.8-max", "grok-4.7"])
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


@pytest.mark.parametrize("model", [GEMINI, KIMI])
def test_odd_schemas_get_a_response(client: Client, model: str) -> None:
    odd: dict[str, Any] = {"properties": [1], "items": [STRING], "anyOf": "x", "required": 3}
    for schema in (odd, {"properties": {"a": None, "b": True, "c": {"items": 3}}}):
        offered = takes({"type": "object", "properties": {"x": schema}})
        assert client.post(model=model, tools=[offered]).status_code == 200
    deep: dict[str, Any] = STRING
    for _ in range(150):
        deep = {"type": "object", "properties": {"a": deep}}
    assert client.post(model=model, tools=[takes(deep)]).status_code == 200


def format_of(schema: dict[str, Any], name: str = "x") -> dict[str, Any]:
    return {"type": "json_schema", "json_schema": {"name": name, "schema": schema}}


def test_response_format_is_not_checked_as_a_tool_by_kimi(client: Client) -> None:
    schema = {"properties": {"a": {"enum": ["x"]}, "b": {"type": ["string", "null"]}}}
    body = {"response_format": format_of({**schema, "additionalProperties": False})}
    assert client.post(model=KIMI, messages=[user("hi")], **body).status_code == 200


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
