"""Tools and tool choices that are refused or accepted, besides what `test_page.py` has."""

from __future__ import annotations

from typing import Any

from tests.unit_tests.emulator.client import tool
from tests.unit_tests.emulator.refusals import accepts, refuses

F = tool("f")


def offered(**function: Any) -> dict[str, Any]:
    """A request with a tool that has these fields."""
    return {"tools": [{"type": "function", "function": {"name": "f", **function}}]}


test_request_is_refused = refuses(
    ({"tools": []}, "Invalid 'tools': empty array"),
    ({"tools": {}}, "'tools'"),
    ({"tools": ["f"]}, "'tools[0]'"),
    ({"tools": [{"type": "web_search"}]}, "Invalid value: 'web_search'"),
    ({"tools": [{"type": "function"}]}, "'tools[0].function'"),
    ({"tools": [{"type": "function", "function": {}}]}, ".function.name'"),
    ({"tools": [tool("not good")]}, "string does not match pattern"),
    ({"tools": [F, F]}, "unique"),
    (offered(parameters=3), "'tools[0].function.parameters'"),
    (offered(parameters={"type": "string"}), "Invalid schema for function 'f'"),
    ({"tool_choice": "auto"}, "only allowed when 'tools'"),
    ({"tools": [F], "tool_choice": "any"}, "Invalid value: 'any'"),
    ({"tools": [F], "tool_choice": {**F, "function": {"name": "g"}}}, "no function named 'g'"),
    ({"tools": [F], "tool_choice": {"type": "tool"}}, "'tool_choice'"),
)


test_request_is_accepted = accepts(
    ("nulls", {"temperature": None, "tools": None, "stop": None, "stream_options": None}),
    ("tools, effort none", {"model": "gpt-6.1-sol", "tools": [F], "reasoning_effort": "none"}),
    ("tool without parameters", offered()),
)
