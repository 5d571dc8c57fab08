"""Anthropic's rules for the schemas of tools and of response formats."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit_tests.emulator.client import CLAUDE, Client, takes, tool

STRING: dict[str, Any] = {"type": "string"}


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        (
            {"type": "object", "anyOf": [{"required": ["a"]}]},
            "input_schema does not support oneOf, allOf, or anyOf at the top level",
        ),
        (
            {"type": "object", "allOf": []},
            "input_schema does not support oneOf, allOf, or anyOf at the top level",
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
