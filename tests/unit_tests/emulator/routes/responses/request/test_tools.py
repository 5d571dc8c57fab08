"""Tools and the choice of one."""

from __future__ import annotations

from typing import Any

from tests.unit_tests.emulator.refusals import accepts, refuses
from tests.unit_tests.emulator.responses_client import BOTH, STOCKS, WEATHER, ResponsesClient

F = {"type": "function", "name": "f"}
NESTED = {"type": "function", "function": {"name": "f", "parameters": {}}}
SEARCH = {"type": "web_search"}
NOTE = {"type": "custom", "name": "note", "description": "Takes a note."}
NOTED = {"type": "custom", "name": "note"}
OPEN = {"type": "object", "properties": {"x": {"type": "string"}}}


def tools(*given: Any, choice: Any = None) -> dict[str, Any]:
    return {"tools": list(given), "tool_choice": choice}


test_tool_is_refused = refuses(
    ({"tools": {}}, "expected an array"),
    (tools("f"), "'tools[0]': expected an object"),
    (tools({"name": "f"}), "'tools[0].type'"),
    (tools({"type": "retrieval"}), "Invalid value: 'retrieval'"),
    (tools(NESTED), "Missing required parameter: 'tools[0].name'"),
    (tools({**NESTED, "name": "f"}), "Unknown parameter: 'tools[0].function'"),
    (tools({**WEATHER, "name": "a b"}), "does not match pattern"),
    (tools({**WEATHER, "name": "a" * 65}), "maximum length 64"),
    (tools(WEATHER, WEATHER), "Tool names must be unique"),
    (tools({**WEATHER, "parameters": {"type": "array"}}), "got 'type: \"array\"'"),
    (tools({**F, "strict": True, "parameters": OPEN}), "'additionalProperties' is required to be"),
    (tools({"type": "file_search"}), "'tools[0].vector_store_ids'"),
    (tools({"type": "code_interpreter"}), "'tools[0].container'"),
    (tools({"type": "mcp"}), "'tools[0].server_label'"),
    (tools(WEATHER, choice="any"), "Invalid value: 'any'"),
    (tools(WEATHER, choice=1), "expected one of a string or an object"),
    (tools(WEATHER, choice=NESTED), "Unknown parameter: 'tool_choice.function'"),
    (tools(WEATHER, choice={"type": "function"}), "'tool_choice.name'"),
    (tools(WEATHER, choice=F), "Tool choice 'f' not found in 'tools' parameter"),
    (tools(WEATHER, choice={**NOTED, "name": "get_weather"}), "choice 'get_weather' not found"),
    (tools(WEATHER, choice=SEARCH), "'web_search' not found"),
    ({"tool_choice": "required"}, "must be specified with 'tools'"),
)

test_tool_is_accepted = accepts(
    ("no tools", {"tools": []}),
    ("no parameters", tools(F)),
    ("choice of none without tools", {"tool_choice": "none"}),
    ("custom", tools({**NOTE, "format": {"type": "text"}}, choice=NOTED)),
    ("files", tools({"type": "file_search", "vector_store_ids": ["vs_1"]})),
    ("code", tools({"type": "code_interpreter", "container": {"type": "auto"}})),
    ("others", tools(SEARCH, {"type": "image_generation"}, {"type": "local_shell"})),
)


def names(output: list[dict[str, Any]]) -> list[str]:
    return [item["name"] for item in output if item["type"].endswith("_call")]


def test_tools_are_called_as_on_the_chat_route(client: ResponsesClient) -> None:
    both = {"input": BOTH, "tools": [WEATHER, STOCKS]}
    assert names(client.output(**both)) == ["get_weather", "stock_price"]
    assert len(names(client.output(**both, parallel_tool_calls=False))) == 1
    assert names(client.output(**both, tool_choice="none")) == []
    assert names(client.output(**both, tool_choice={**F, "name": "stock_price"})) == ["stock_price"]
    weather = {**F, "name": "get_weather"}
    allowed = {"type": "allowed_tools", "mode": "required", "tools": [weather]}
    assert names(client.output(**both, tool_choice=allowed)) == ["get_weather"]


def test_custom_tool_gets_a_text(client: ResponsesClient) -> None:
    (call,) = client.output(input="Milk", tools=[NOTE], tool_choice=NOTED)
    assert (call["type"], call["name"], call["input"]) == ("custom_tool_call", "note", "Milk")
    assert call["id"].startswith("ctc_")
