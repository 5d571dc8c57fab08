"""Tools of every form, and their choice."""

from __future__ import annotations

from typing import Any

import pytest
from langchain_core.tools import tool
from langchain_openai import custom_tool

from tests.support import Gateway
from tests.unit_tests.responses.request.received import MODEL, say

PARAMETERS = {"type": "object", "properties": {"q": {"type": "string"}}}
STRICT_PARAMETERS = {**PARAMETERS, "required": ["q"], "additionalProperties": False}
SENT = {"type": "function", "name": "search", "description": "Search.", "parameters": PARAMETERS}
CHOICE = {"type": "function", "name": "search"}
RUN = {"type": "custom", "name": "run"}
GRAMMAR = {"syntax": "lark", "definition": "start: /a/"}
FORMAT = {"type": "grammar", **GRAMMAR}
RUN_WITH_GRAMMAR = {**RUN, "format": FORMAT}
NESTED_FORMAT = {"type": "grammar", "grammar": GRAMMAR}
MCP = {"type": "mcp", "server_label": "a", "server_url": "https://a.example"}
MORE = {"strict": True, "defer_loading": True}

TOOLS: list[tuple[Any, Any]] = [
    ({"name": "search", "description": "Search.", "parameters": PARAMETERS}, SENT),
    ({"name": "search", "description": "Search.", "input_schema": PARAMETERS}, SENT),
    ({"type": "function", "function": {k: v for k, v in SENT.items() if k != "type"}}, SENT),
    ({**SENT, **MORE}, {**SENT, **MORE, "parameters": STRICT_PARAMETERS}),
    ({"type": "custom", "custom": {"name": "run"}}, RUN),
    ({"type": "custom", "custom": {"name": "run", "format": NESTED_FORMAT}}, RUN_WITH_GRAMMAR),
    *((tool, tool) for tool in (SENT, {"type": "shell"}, MCP, RUN, RUN_WITH_GRAMMAR)),
]


@pytest.mark.parametrize(("given", "sent"), TOOLS)
def test_tool_of_any_form_is_sent_in_that_of_this_route(given: Any, sent: Any) -> None:
    model = Gateway(say).model(MODEL)
    for asked in (model.explain("Hi", tools=[given]), model.bind_tools([given]).explain("Hi")):
        assert asked.body["tools"] == [sent]


LISTED = {"mode": "auto", "tools": [CHOICE]}
NESTED_CHOICE = {"type": "function", "function": {"name": "search"}}


@pytest.mark.parametrize(
    ("choice", "sent"),
    [
        ("auto", "auto"),
        ("none", "none"),
        ("any", "required"),
        ("required", "required"),
        (NESTED_CHOICE, CHOICE),
        (CHOICE, CHOICE),
        ({"type": "tool", "name": "search"}, CHOICE),
        ({"type": "custom", "custom": {"name": "run"}}, RUN),
        (RUN, RUN),
        ({"type": "mcp", "server_label": "a"}, {"type": "mcp", "server_label": "a"}),
        (
            {"type": "allowed_tools", "allowed_tools": {**LISTED, "tools": [NESTED_CHOICE]}},
            {"type": "allowed_tools", **LISTED},
        ),
        ({"type": "allowed_tools", **LISTED}, {"type": "allowed_tools", **LISTED}),
    ],
)
def test_choice_of_any_form_is_sent_in_that_of_this_route(choice: Any, sent: Any) -> None:
    tools = [SENT, RUN, {"type": "file_search"}]
    body = Gateway(say).model(MODEL).explain("Hi", tools=tools, tool_choice=choice).body
    assert body["tool_choice"] == sent


@pytest.mark.parametrize("named", [{"name": "files.read"}, {"function": {"name": "files.read"}}])
def test_name_that_is_not_allowed_is_rewritten_in_tool_and_choice(named: dict[str, Any]) -> None:
    given = {"type": "function", **named}
    model = Gateway(say).model(MODEL)
    for choice in (given, {"type": "allowed_tools", "mode": "auto", "tools": [given]}):
        body = model.explain("Hi", tools=[given], tool_choice=choice).body
        assert body["tools"][0]["name"] == "files_read"
        chosen = body["tool_choice"].get("tools", [body["tool_choice"]])[0]
        assert chosen == {"type": "function", "name": "files_read"}


def test_tools_of_langchain_are_sent_strict_and_one_after_the_other() -> None:
    @tool
    def search(q: str) -> str:
        """Search."""
        return q

    tools: list[Any] = [search, {"type": "web_search"}]
    settings: Any = {"tool_choice": "search", "strict": True, "parallel_tool_calls": False}
    body = Gateway(say).model(MODEL).bind_tools(tools, **settings).explain("Hi").body
    assert body["tools"][0]["strict"] is True
    assert body["tools"][1] == {"type": "web_search"}
    assert body["tool_choice"] == CHOICE
    assert body["parallel_tool_calls"] is False


def test_custom_tool_of_langchain_is_sent_with_its_grammar() -> None:
    def run(code: str) -> str:
        """Run code."""
        return code

    made = custom_tool(format=FORMAT)(run)
    body = Gateway(say).model(MODEL).bind_tools([made], tool_choice="run").explain("Hi").body
    assert body["tools"] == [{**RUN_WITH_GRAMMAR, "description": "Run code."}]
    assert body["tool_choice"] == RUN


@pytest.mark.parametrize(
    ("given", "choice", "sent"),
    [
        (RUN, "run", RUN),
        ({"type": "shell"}, "shell", {"type": "shell"}),
        ({"type": "web_search"}, "web_search", {"type": "web_search"}),
        (SENT, "search", CHOICE),
        (RUN, "any", "required"),
    ],
)
def test_choice_by_name_is_that_of_the_kind_of_the_tool(given: Any, choice: str, sent: Any) -> None:
    bound = Gateway(say).model(MODEL).bind_tools([given], tool_choice=choice)
    assert bound.explain("Hi").body["tool_choice"] == sent


def test_empty_list_of_tools_is_not_sent() -> None:
    body = Gateway(say).model(MODEL).explain("Hi", tools=[], tool_choice="auto").body
    assert body.keys() == {"model", "input"}
