"""Tools and tool choices that are refused or accepted."""

from __future__ import annotations

from typing import Any

from tests.unit_tests.emulator.client import tool
from tests.unit_tests.emulator.refusals import accepts, refuses

F = tool("f")
OBJECT: dict[str, Any] = {"type": "object", "properties": {"a": {"type": "string"}}}


def offered(**function: Any) -> dict[str, Any]:
    """A request with a tool that has these fields."""
    return {"tools": [{"type": "function", "function": {"name": "f", **function}}]}


test_request_is_refused = refuses(
    ("tools empty", {"tools": []}, "Invalid 'tools': empty array"),
    ("tools as object", {"tools": {}}, "'tools'"),
    ("tool as text", {"tools": ["f"]}, "'tools[0]'"),
    ("tool type", {"tools": [{"type": "web_search"}]}, "Invalid value: 'web_search'"),
    ("tool without function", {"tools": [{"type": "function"}]}, "'tools[0].function'"),
    ("tool without name", {"tools": [{"type": "function", "function": {}}]}, ".function.name'"),
    ("tool name", {"tools": [tool("not good")]}, "string does not match pattern"),
    ("tool names twice", {"tools": [F, F]}, "unique"),
    ("tool parameters", offered(parameters=3), "'tools[0].function.parameters'"),
    (
        "tool schema no object",
        offered(parameters={"type": "string"}),
        "Invalid schema for function 'f'",
    ),
    (
        "tool strict schema",
        offered(strict=True, parameters=OBJECT),
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
)


test_request_is_accepted = accepts(
    ("nulls", {"temperature": None, "tools": None, "stop": None, "stream_options": None}),
    ("tools, effort none", {"model": "gpt-6.1-sol", "tools": [F], "reasoning_effort": "none"}),
    ("tool without parameters", offered()),
)
