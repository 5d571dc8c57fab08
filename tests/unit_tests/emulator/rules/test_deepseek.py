"""DeepSeek's rules for the schemas of strict tools."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit_tests.emulator.client import DEEPSEEK, Client, takes

STRING: dict[str, Any] = {"type": "string"}
INVALID = "Invalid tool parameters schema : "


def closed(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "additionalProperties": False}


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "object", "properties": {}}, "`additionalProperties` must be false"),
        (closed(a=STRING), "property `a` must be in `required`"),
        ({**closed(a={"const": 1}), "required": ["a"]},
         "one of `type`, `anyOf`, `$ref` field is required"),
        ({**closed(a={"anyOf": [STRING, {"$ref": "#"}]}), "required": ["a"]},
         "field `anyOf`: missing field `type`"),
        ({**closed(a={"type": "string", "minLength": 1}), "required": ["a"]},
         "property 'minLength' is not supported"),
        ({**closed(a={"type": "array", "items": STRING, "minItems": 1}), "required": ["a"]},
         "property 'minItems' is not supported"),
    ],
)  # fmt: skip
def test_deepseek_is_strict_where_it_is_asked(
    client: Client, schema: dict[str, Any], words: str
) -> None:
    offered = takes(schema)
    assert client.post(model=DEEPSEEK, tools=[offered]).status_code == 200
    offered["function"]["strict"] = True
    assert client.refusal(model=DEEPSEEK, tools=[offered])[1] == INVALID + words


def test_deepseek_takes_a_strict_tool_within_its_rules(client: Client) -> None:
    properties = {
        "a": {"type": "string", "enum": ["x"]},
        "b": {"anyOf": [STRING, {"type": "null"}]},
        "c": {"type": "array", "items": {"$ref": "#/$defs/C"}},
        "d": {"type": "integer", "minimum": 1, "multipleOf": 2},
    }
    schema = {**closed(**properties), "required": list(properties), "$defs": {"C": STRING}}
    offered = takes(schema)
    offered["function"]["strict"] = True
    assert client.post(model=DEEPSEEK, tools=[offered]).status_code == 200
