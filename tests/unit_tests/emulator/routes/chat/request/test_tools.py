"""Tools and tool choices that are refused or accepted."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit_tests.emulator.client import (
    Client,
    tool,
)

F = tool("f")


OBJECT: dict[str, Any] = {"type": "object", "properties": {"a": {"type": "string"}}}


def schema(**holder: Any) -> dict[str, Any]:
    return {"type": "json_schema", "json_schema": holder}


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("tools empty", {"tools": []}, "Invalid 'tools': empty array"),
    ("tools as object", {"tools": {}}, "'tools'"),
    ("tool as text", {"tools": ["f"]}, "'tools[0]'"),
    ("tool type", {"tools": [{"type": "web_search"}]}, "Invalid value: 'web_search'"),
    ("tool without function", {"tools": [{"type": "function"}]}, "'tools[0].function'"),
    ("tool without name", {"tools": [{"type": "function", "function": {}}]}, ".function.name'"),
    ("tool name", {"tools": [tool("not good")]}, "string does not match pattern"),
    ("tool names twice", {"tools": [F, F]}, "unique"),
    (
        "tool parameters",
        {"tools": [{"type": "function", "function": {"name": "f", "parameters": 3}}]},
        "'tools[0].function.parameters'",
    ),
    (
        "tool schema no object",
        {
            "tools": [
                {"type": "function", "function": {"name": "f", "parameters": {"type": "string"}}}
            ]
        },
        "Invalid schema for function 'f'",
    ),
    (
        "tool strict schema",
        {
            "tools": [
                {
                    "type": "function",
                    "function": {"name": "f", "strict": True, "parameters": OBJECT},
                }
            ]
        },
        "'additionalProperties' is required to be supplied and to be false",
    ),
    ("choice without tools", {"tool_choice": "auto"}, "only allowed when 'tools'"),
    ("choice any", {"tools": [F], "tool_choice": "any"}, "Invalid value: 'any'"),
    (
        "choice of an absent tool",
        {"tools": [F], "tool_choice": {"type": "function", "function": {"name": "g"}}},
        "no function named 'g'",
    ),
    ("choice malformed", {"tools": [F], "tool_choice": {"type": "tool"}}, "'tool_choice'"),
    ("tools while thinking", {"tools": [F], "reasoning_effort": "low"}, "use /v1/responses"),
    ("tools, thinks by default", {"model": "gpt-6-astra", "tools": [F]}, "for gpt-6-astra in"),
]


@pytest.mark.parametrize(
    ("body", "words"), [row[1:] for row in REFUSED], ids=[r[0] for r in REFUSED]
)
def test_refused(client: Client, body: dict[str, Any], words: str) -> None:
    status, message, _ = client.refusal(**body)
    assert status == 400
    assert words in message


ACCEPTED: list[tuple[str, dict[str, Any]]] = [
    ("nulls", {"temperature": None, "tools": None, "stop": None, "stream_options": None}),
    ("tools, effort none", {"model": "gpt-6.1-sol", "tools": [F], "reasoning_effort": "none"}),
    ("tool without parameters", {"tools": [{"type": "function", "function": {"name": "f"}}]}),
]


@pytest.mark.parametrize("body", [row[1] for row in ACCEPTED], ids=[row[0] for row in ACCEPTED])
def test_accepted(client: Client, body: dict[str, Any]) -> None:
    assert client.post(**body).status_code == 200
