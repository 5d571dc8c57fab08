"""Tools and the choice among them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit_tests.emulator.messages_client import (
    BOTH,
    MIDDLE,
    SONNET,
    STOCKS,
    WEATHER,
    MessagesClient,
    said,
    tool,
)
from tests.unit_tests.emulator.refusals import accepts, refuses

SEARCH = {"type": "web_search_20250305", "name": "web_search"}
DOMAINS = {"allowed_domains": ["a"], "blocked_domains": ["b"]}
FETCH = {"type": "web_fetch_20250910", "name": "web_fetch"}
EMPTY = {"type": "object", "properties": {}}
UNFORCED = "Forced tool use is not supported for this model."


def takes(schema: Any, **fields: Any) -> dict[str, Any]:
    return {"tools": [{"name": "f", "input_schema": schema, **fields}]}


def object_of(**properties: Any) -> dict[str, Any]:
    return takes({"type": "object", "properties": properties})


def chosen(kind: str, **fields: Any) -> dict[str, Any]:
    return {"model": MIDDLE, "tools": [WEATHER], "tool_choice": {"type": kind, **fields}}


test_tools_are_refused = refuses(
    ({"tools": {}}, "tools: Input should be a valid array"),
    ({"tools": ["f"]}, "tools.0.custom: Input should be a valid dictionary"),
    ({"tools": [{"name": "f"}]}, "tools.0.custom.input_schema: Field required"),
    ({"tools": [{"input_schema": {}}]}, "tools.0.custom.name: Field required"),
    ({"tools": [{"type": "function", "function": {}}]}, "tools.0: Input tag 'function' found"),
    ({"tools": [{**WEATHER, "parameters": {}}]}, "tools.0.custom.parameters: Extra inputs are"),
    ({"tools": [{**WEATHER, "name": "get weather"}]}, "tools.0.custom.name: String should"),
    ({"tools": [{**WEATHER, "name": "f" * 129}]}, "'^[a-zA-Z0-9_-]{1,128}$'"),
    ({"tools": [{**WEATHER, "description": None}]}, "description: Input should be a valid"),
    ({"tools": [WEATHER, WEATHER]}, "tools: Tool names must be unique."),
    (takes("object"), "tools.0.custom.input_schema: Input should be a valid dictionary"),
    (takes({}), "tools.0.custom.input_schema.type: Field required"),
    (takes({"type": "string"}), "tools.0.custom.input_schema.type: Input should be 'object'"),
    (takes({"type": "object", "anyOf": []}), "input_schema does not support oneOf, allOf, or"),
    (object_of(a={"type": "array", "items": [{}]}), "input_schema: JSON schema is invalid."),
    (takes({**EMPTY, "required": [None]}), "JSON schema is invalid"),
    (takes({**EMPTY, "required": [[]]}), "JSON schema is invalid"),
    (takes(EMPTY, strict=True), "input_schema: For 'object' type, 'additionalProperties' must be"),
    ({"tools": [{**SEARCH, "name": "search"}]}, "web_search_20250305.name: Input should be"),
    ({"tools": [{**SEARCH, "query": "x"}]}, "web_search_20250305.query: Extra inputs are not"),
    ({"tools": [{**SEARCH, **DOMAINS}]}, "Only one of `allowed_domains` and `blocked_domains` can"),
    ({"tools": [{"type": "web_search_1", "name": "web_search"}]}, "Input tag 'web_search_1'"),
    ({"tools": [FETCH]}, "'web_fetch_20250910' is not supported on this model"),
    ({"tool_choice": {"type": "auto"}}, "may only be specified while providing tools."),
    (chosen("required"), "tool_choice: Input tag 'required' found using 'type' does not match"),
    (chosen("tool"), "tool_choice.tool.name: Field required"),
    (chosen("tool", name="g"), "Tool 'g' not found in provided tools"),
    (chosen("any", name="g"), "tool_choice.any.name: Extra inputs are not permitted"),
    (chosen("none", disable_parallel_tool_use=True), "Extra inputs are not permitted"),
    ({"tools": [WEATHER], "tool_choice": "any"}, "tool_choice: Input should be a valid"),
    ({**chosen("any"), "model": SONNET}, UNFORCED),
    ({**chosen("tool", name="get_weather"), "model": "claude-opus-5-5"}, UNFORCED),
)


test_tools_are_accepted = accepts(
    ("no properties", takes({"type": "object"})),
    ("property without a type", object_of(a={"enum": [1]})),
    ("type custom", takes(EMPTY, type="custom")),
    ("strict", takes({"type": "object", "additionalProperties": False}, strict=True)),
    ("examples", takes(EMPTY, input_examples=[{}])),
    ("search", {"tools": [{**SEARCH, "max_uses": 2, "user_location": {"type": "approximate"}}]}),
    ("fetch", {"model": SONNET, "tools": [FETCH, WEATHER]}),
    ("bash", {"tools": [{"type": "bash_20250124", "name": "bash"}]}),
    ("memory", {"tools": [{"type": "memory_20250818", "name": "memory"}]}),
    ("one call at a time", chosen("auto", disable_parallel_tool_use=True)),
    ("no call", chosen("none")),
)


@pytest.mark.parametrize(
    ("own", "beta"),
    [
        ({"type": "computer_20250124", "name": "computer"}, "computer-use-2025-01-24"),
        ({"type": "mcp_toolset", "mcp_server_name": "a"}, "mcp-client-2025-11-20"),
    ],
)
def test_tools_of_a_beta_need_its_header(
    client: MessagesClient, own: dict[str, Any], beta: str
) -> None:
    assert f"Input tag '{own['type']}' found" in client.error(tools=[own])
    client.message({"anthropic-beta": beta}, tools=[own])


@pytest.mark.parametrize(
    ("choice", "names"),
    [
        ({"type": "auto"}, ["get_weather", "stock_price"]),
        ({"type": "auto", "disable_parallel_tool_use": True}, ["stock_price"]),
        ({"type": "any"}, ["stock_price"]),
        ({"type": "tool", "name": "get_weather"}, ["get_weather"]),
        ({"type": "none"}, []),
    ],
)
def test_choice_decides_on_the_calls(
    client: MessagesClient, choice: dict[str, Any], names: list[str]
) -> None:
    body = {"model": MIDDLE, "messages": [said(BOTH)], "tools": [WEATHER, STOCKS]}
    message = client.message(**body, tool_choice=choice)
    calls = [block for block in message["content"] if block["type"] == "tool_use"]
    assert [call["name"] for call in calls] == names
    assert message["stop_reason"] == ("tool_use" if names else "end_turn")
    assert all(call["id"].startswith("toolu_") for call in calls)


def test_calls_have_values_of_the_prompt(client: MessagesClient) -> None:
    note = tool("note", "Takes a note.", title={"type": "string"}, age={"type": "integer"})
    message = client.message(messages=[said("Note that 'Ann' is 33")], tools=[note])
    assert message["content"][-1]["input"] == {"title": "Ann", "age": 33}
