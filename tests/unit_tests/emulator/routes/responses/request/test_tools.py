"""Tools and the choice of one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.unit_tests.emulator.refusals import accepts, refuses
from tests.unit_tests.emulator.responses_client import BOTH, STOCKS, WEATHER

if TYPE_CHECKING:
    from tests.unit_tests.emulator.responses_client import ResponsesClient

NESTED = {"type": "function", "function": {"name": "f", "parameters": {}}}
SEARCH = {"type": "web_search"}
NOTE = {"type": "custom", "name": "note", "description": "Takes a note."}
OPEN = {"type": "object", "properties": {"x": {"type": "string"}}}


def tools(*given: Any, choice: Any = None) -> dict[str, Any]:
    return {"tools": list(given), "tool_choice": choice}


test_tool_is_refused = refuses(
    ("no array", {"tools": {}}, "expected an array"),
    ("no object", tools("f"), "'tools[0]': expected an object"),
    ("no type", tools({"name": "f"}), "'tools[0].type'"),
    ("unknown type", tools({"type": "retrieval"}), "Invalid value: 'retrieval'"),
    ("shape of the chat route", tools(NESTED), "Missing required parameter: 'tools[0].name'"),
    ("both shapes", tools({**NESTED, "name": "f"}), "Unknown parameter: 'tools[0].function'"),
    ("name with a space", tools({**WEATHER, "name": "a b"}), "does not match pattern"),
    ("long name", tools({**WEATHER, "name": "a" * 65}), "maximum length 64"),
    ("one name for two", tools(WEATHER, WEATHER), "Tool names must be unique"),
    (
        "array of parameters",
        tools({**WEATHER, "parameters": {"type": "array"}}),
        "got 'type: \"array\"'",
    ),
    (
        "strict schema",
        tools({"type": "function", "name": "f", "strict": True, "parameters": OPEN}),
        "'additionalProperties' is required to be supplied and to be false",
    ),
    ("files of nowhere", tools({"type": "file_search"}), "'tools[0].vector_store_ids'"),
    ("code of nowhere", tools({"type": "code_interpreter"}), "'tools[0].container'"),
    ("server of no name", tools({"type": "mcp"}), "'tools[0].server_label'"),
    ("unknown choice", tools(WEATHER, choice="any"), "Invalid value: 'any'"),
    ("choice of another type", tools(WEATHER, choice=1), "expected one of a string or an object"),
    (
        "choice of the chat route",
        tools(WEATHER, choice={"type": "function", "function": {"name": "get_weather"}}),
        "Unknown parameter: 'tool_choice.function'",
    ),
    ("choice of no name", tools(WEATHER, choice={"type": "function"}), "'tool_choice.name'"),
    (
        "choice that is not there",
        tools(WEATHER, choice={"type": "function", "name": "f"}),
        "Tool choice 'f' not found in 'tools' parameter",
    ),
    (
        "choice of the wrong kind",
        tools(WEATHER, choice={"type": "custom", "name": "get_weather"}),
        "Tool choice 'get_weather' not found",
    ),
    ("search that is not there", tools(WEATHER, choice=SEARCH), "'web_search' not found"),
    ("choice without tools", {"tool_choice": "required"}, "must be specified with 'tools'"),
)

test_tool_is_accepted = accepts(
    ("no tools", {"tools": []}),
    ("no parameters", tools({"type": "function", "name": "f"})),
    ("choice of none without tools", {"tool_choice": "none"}),
    (
        "custom",
        tools({**NOTE, "format": {"type": "text"}}, choice={"type": "custom", "name": "note"}),
    ),
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
    chosen = {"type": "function", "name": "stock_price"}
    assert names(client.output(**both, tool_choice=chosen)) == ["stock_price"]
    allowed = {
        "type": "allowed_tools",
        "mode": "required",
        "tools": [{"type": "function", "name": "get_weather"}],
    }
    assert names(client.output(**both, tool_choice=allowed)) == ["get_weather"]


def test_custom_tool_gets_a_text(client: ResponsesClient) -> None:
    choice = {"type": "custom", "name": "note"}
    (call,) = client.output(input="Milk", tools=[NOTE], tool_choice=choice)
    assert (call["type"], call["name"], call["input"]) == ("custom_tool_call", "note", "Milk")
    assert call["id"].startswith("ctc_")
