"""Anthropic's rules for the schemas of tools and of response formats."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit_tests.emulator.client import CLAUDE, Client, format_of, takes, tool

STRING: dict[str, Any] = {"type": "string"}


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        (
            {"type": "object", "allOf": []},
            "does not support oneOf, allOf, or anyOf at the top level",
        ),
        ({"properties": {"a": STRING}}, "tools.1.custom.input_schema.type: Field required"),
        *(
            (
                {"type": "object", "properties": {"a": schema}},
                (
                    "tools.1.custom.input_schema: JSON schema is invalid. It must match JSON Schema"
                    " draft 2020-12"
                ),
            )
            for schema in (
                "string",
                {"type": "str"},
                {"type": "array", "items": [STRING]},
                {"type": "integer", "minimum": 1, "exclusiveMinimum": True},
                {"type": "object", "required": "a"},
            )
        ),
    ],
)
def test_claude_takes_tools_of_its_draft_alone(
    client: Client, schema: dict[str, Any], words: str
) -> None:
    _, message, _ = client.refusal(model=CLAUDE, tools=[tool("f"), takes(schema)])
    assert words in message


FORMAT = "output_config.format.schema: "


def closed(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "additionalProperties": False}


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        (
            {"type": "object"},
            "For 'object' type, 'additionalProperties' must be explicitly set to false",
        ),
        (
            {"type": "object", "additionalProperties": True},
            (
                "For 'object' type, 'additionalProperties: true' is not supported. Please set"
                " 'additionalProperties' to false"
            ),
        ),
        (
            {"type": "integer", "minimum": 1, "maximum": 2},
            "For 'integer' type, properties maximum, minimum are not supported",
        ),
        (
            {"type": "number", "multipleOf": 2},
            "For 'number' type, property 'multipleOf' is not supported",
        ),
        (
            {"type": ["string", "null"], "minLength": 2},
            "For 'string' type, property 'minLength' is not supported",
        ),
        (
            {"type": "array", "items": STRING, "maxItems": 2},
            "For 'array' type, property 'maxItems' is not supported",
        ),
        (
            {"type": "array", "items": STRING, "minItems": 2},
            "For 'array' type, 'minItems' values other than 0 or 1 are not supported",
        ),
        ({"type": "string", "format": "binary"}, "String format 'binary' is not supported"),
        ({"oneOf": [STRING]}, "Schema type 'oneOf' is not supported"),
        ({"description": "anything"}, "Schema must have a 'type'"),
    ],
)
def test_claude_takes_response_formats_within_its_limits(
    client: Client, schema: dict[str, Any], words: str
) -> None:
    for root in (closed(a=schema), closed(a={"type": "array", "items": closed(b=schema)})):
        _, message, _ = client.refusal(model=CLAUDE, response_format=format_of(root))
        assert message == FORMAT + words
        client.chat(model=CLAUDE, tools=[takes(root)])


def test_claude_takes_what_its_guide_lists(client: Client) -> None:
    root = closed(
        a={"type": "array", "items": STRING, "minItems": 1},
        b={"type": "string", "format": "uri", "pattern": "^h"},
        c={"type": ["integer", "null"], "enum": [1, None]},
        d={"const": "x", "type": "string"},
        e={"anyOf": [STRING, closed()]},
        f={"allOf": [STRING], "type": "string"},
    )
    client.chat(model=CLAUDE, response_format=format_of(root))
