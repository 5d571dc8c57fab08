"""OpenAI's strict mode: what it takes and what it refuses, on both routes, in tools and formats."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from langchain_cometapi.emulator._errors import GatewayError
from langchain_cometapi.emulator._schemas.strict import check_strict_schema
from tests.unit_tests.emulator.client import GPT, user

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

    from tests.unit_tests.emulator.client import Client

STRING: dict[str, Any] = {"type": "string"}
MISSING = (
    "'required' is required to be supplied and to be an array including every key in properties."
    " Missing 'b'"
)
EXTRA = MISSING.replace("Missing", "Extra required key") + " supplied"
OPEN = "'additionalProperties' is required to be supplied and to be false"


def strict(**properties: Any) -> dict[str, Any]:
    """A schema with these properties as strict mode takes it."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def send(
    client: Client, schema: dict[str, Any], *, is_strict: bool = True
) -> Iterator[tuple[str, httpx.Response]]:
    """Send a schema by both routes, as tool and as format; say which of the two it is."""
    function = {"name": "f", "parameters": schema, "strict": is_strict}
    text = {"name": "f", "schema": schema, "strict": is_strict}
    nested = {"type": "json_schema", "json_schema": text}
    for kind, path, body in (
        ("function", "chat/completions", {"tools": [{"type": "function", "function": function}]}),
        ("response_format", "chat/completions", {"response_format": nested}),
        ("function", "responses", {"tools": [{"type": "function", **function}]}),
        ("response_format", "responses", {"text": {"format": {"type": "json_schema", **text}}}),
    ):
        prompt = {"input": "hello"} if path == "responses" else {"messages": [user("hello")]}
        yield kind, client.send("POST", f"/v1/{path}", json={"model": GPT, **prompt, **body})


def assert_refused(client: Client, schema: dict[str, Any], flaw: str) -> None:
    for kind, response in send(client, schema):
        assert response.status_code == 400, kind
        error = response.json()["error"]
        assert error["message"].startswith(f"Invalid schema for {kind} 'f': {flaw}."), kind
        is_tool = kind == "function"
        assert error["code"] == "invalid_" + ("function_parameters" if is_tool else "json_schema")


FLAWS: list[tuple[dict[str, Any], str]] = [
    ({}, "schema must have a 'type' key"),
    ({"const": 1}, "schema must have a 'type' key"),
    ({"type": "object", "properties": {}, "required": []}, OPEN),
    ({**strict(), "additionalProperties": True}, OPEN),
    ({"type": "object", "additionalProperties": False}, "object schema missing properties"),
    ({**strict(a=STRING, b=STRING), "required": ["a"]}, MISSING),
    ({**strict(a=STRING), "required": ["a", "b"]}, EXTRA),
    ({"type": "array"}, "array schema missing items"),
    ({"type": "string", "format": "uri"}, "'uri' is not a valid format"),
    ({"type": "string", "enum": ["a", 1]},
     "enum value 1 does not validate against {'type': 'string'}"),
    ({"type": "integer", "const": 1.5},
     "enum value 1.5 does not validate against {'type': 'integer'}"),
    ({"$ref": "#/$defs/Nothing"},
     "reference to component '#/$defs/Nothing' which was not found in the schema"),
    ({"type": "string", "minLength": 1}, "'minLength' is not permitted"),
    ({"type": "string", "oneOf": [STRING]}, "'oneOf' is not permitted"),
]  # fmt: skip


KEYWORDS = (
    *("oneOf", "allOf", "not", "if", "default", "examples", "minLength", "maxLength", "nullable"),
    *("uniqueItems", "prefixItems", "patternProperties", "propertyNames", "minProperties"),
    *("discriminator", "x-order"),
)


@pytest.mark.parametrize("keyword", KEYWORDS)
def test_keyword_outside_the_subset_is_refused(keyword: str) -> None:
    schema = strict(a={"type": "string", keyword: {}})
    with pytest.raises(GatewayError, match=f"'{keyword}' is not permitted"):
        check_strict_schema(schema, "Invalid schema", "invalid_json_schema")


@pytest.mark.parametrize(("schema", "flaw"), FLAWS)
def test_schema_outside_the_subset_is_refused_if_it_is_strict(
    client: Client, schema: dict[str, Any], flaw: str
) -> None:
    whole = strict(b=schema)
    assert_refused(client, whole, f"In context=('properties', 'b'), {flaw}")
    for kind, response in send(client, whole, is_strict=False):
        assert response.status_code == 200 or kind == "function", response.text


NO_TYPE = "In context={!r}, schema must have a 'type' key"
NO_OBJECT = "schema must be a JSON Schema of 'type: \"object\"', got 'type: \"{}\"'"
REF = {"$ref": "#/$defs/A"}
DEEP = strict(a=strict(b={"type": "array", "items": strict(c={})}))


@pytest.mark.parametrize(
    ("schema", "flaw"),
    [
        *(
            (schema, NO_TYPE.format(tuple(context.split("."))))
            for schema, context in (
                (strict(a={"type": "array", "items": {}}), "properties.a.items"),
                (strict(a={"anyOf": [STRING, {}]}), "properties.a.anyOf.1"),
                ({**strict(a=REF), "$defs": {"A": {}}}, "$defs.A"),
                (DEEP, "properties.a.properties.b.items.properties.c"),
            )
        ),
        (
            {**strict(a={**REF, "description": "the first"}), "$defs": {"A": STRING}},
            "context=('properties', 'a'), $ref cannot have keywords {'description'}",
        ),
        ({"type": "array", "items": STRING}, NO_OBJECT.format("array")),
        ({"anyOf": [strict(), STRING]}, NO_OBJECT.format("None")),
        ({**REF, "$defs": {"A": strict()}}, NO_OBJECT.format("None")),
    ],
)
def test_refusal_says_where_and_what_the_flaw_is(
    client: Client, schema: dict[str, Any], flaw: str
) -> None:
    assert_refused(client, schema, flaw)


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        (
            {**strict(a=STRING), "oneOf": [strict(a=STRING)]},
            "schema must have type 'object' and not have 'oneOf'/'anyOf'/'allOf'/'enum'/",
        ),
        (
            strict(a={"type": "array", "prefixItems": [STRING]}),
            "In context=('properties', 'a'), array schema missing items.",
        ),
    ],
)
def test_tool_that_is_not_strict_is_refused_for_its_root_and_its_arrays(
    client: Client, schema: dict[str, Any], words: str
) -> None:
    for kind, response in send(client, schema, is_strict=False):
        if kind == "function":
            assert words in response.json()["error"]["message"]
        else:
            assert response.status_code == 200, response.text


def nested(levels: int) -> dict[str, Any]:
    """Objects and arrays in each other, so many levels deep."""
    schema = STRING
    for level in range(levels):
        is_object = (levels - level) % 2
        schema = strict(a=schema) if is_object else {"type": "array", "items": schema}
    return schema


def properties(count: int) -> dict[str, Any]:
    return strict(**{f"a{index}": STRING for index in range(count)})


def enum(count: int, length: int) -> dict[str, Any]:
    values = [f"{index:0{length}d}" for index in range(count)]
    return {"type": "string", "enum": values}


LIMITS: dict[str, tuple[dict[str, Any], dict[str, Any], str]] = {
    "levels": (nested(10), nested(11), "11 levels of nesting exceeds limit of 10"),
    "levels by a reference": (
        {**strict(a=REF), "$defs": {"A": nested(9)}},
        {**strict(a=REF), "$defs": {"A": nested(10)}},
        "11 levels of nesting exceeds limit of 10",
    ),
    "properties": (properties(5000), properties(5001), "5001 parameters exceeds limit of 5000"),
    "values": (
        strict(a=enum(500, 3), b=enum(500, 3)),
        strict(a=enum(500, 3), b=enum(501, 3)),
        "1001 enum values exceeds limit of 1000",
    ),
    "one enum": (
        strict(a=enum(250, 100)),
        strict(a=enum(251, 100)),
        "enum of 25100 characters exceeds limit of 15000",
    ),
    "characters": (
        strict(a={"type": "string", "const": "x" * 119_999}),
        strict(a={"type": "string", "const": "x" * 120_000}),
        "schema of 120001 characters exceeds limit of 120000",
    ),
}


@pytest.mark.parametrize("limit", LIMITS)
def test_strict_schema_has_limits(limit: str) -> None:
    within, beyond, flaw = LIMITS[limit]
    check_strict_schema(within, "Invalid schema", "invalid_json_schema")
    with pytest.raises(GatewayError, match=f"Invalid schema: {flaw}."):
        check_strict_schema(beyond, "Invalid schema", "invalid_json_schema")


ACCEPTED: dict[str, dict[str, Any]] = {
    "recursion": {
        **strict(node={"$ref": "#/$defs/Node"}),
        "$defs": {"Node": strict(next={"anyOf": [{"$ref": "#/$defs/Node"}, {"type": "null"}]})},
    },
    "recursion of the root": strict(children={"type": "array", "items": {"$ref": "#"}}),
    "names of properties": strict(default=STRING, oneOf=STRING, **{"$ref": STRING}),
    "lists of types": strict(
        a={"type": ["string", "null"], "enum": ["x", None]}, b={"type": ["integer", "string"]}
    ),
    "constraints": strict(
        a={"type": "string", "pattern": "^a", "format": "date-time"},
        b={"type": "number", "minimum": 1, "exclusiveMaximum": 3, "multipleOf": 0.5},
        c={"type": "array", "items": STRING, "minItems": 1, "maxItems": 3},
        d={"type": "string", "const": "x", "title": "D", "description": "an x"},
    ),
    "older definitions": {
        **strict(a={"$ref": "#/definitions/A"}),
        "definitions": {"A": strict()},
        "$schema": "http://json-schema.org/draft-07/schema#",
    },
}


@pytest.mark.parametrize("case", ACCEPTED)
def test_strict_schema_within_the_subset_is_accepted(client: Client, case: str) -> None:
    for kind, response in send(client, ACCEPTED[case]):
        assert response.status_code == 200, (kind, response.text)
