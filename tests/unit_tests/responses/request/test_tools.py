"""Tools of every form, and their choice."""

from __future__ import annotations

from typing import Any

import pytest
from langchain_core.tools import tool
from langchain_openai import custom_tool

from tests.support import Gateway, all_ways, ask
from tests.unit_tests.responses.request.received import MODEL, say

PARAMETERS = {"type": "object", "properties": {"q": {"type": "string"}}}
STRICT_PARAMETERS = {**PARAMETERS, "required": ["q"], "additionalProperties": False}
SENT = {"type": "function", "name": "search", "description": "Search.", "parameters": PARAMETERS}
GRAMMAR = {"syntax": "lark", "definition": "start: /a/"}

TOOLS: list[tuple[Any, Any]] = [
    ({"name": "search", "description": "Search.", "parameters": PARAMETERS}, SENT),
    ({"name": "search", "description": "Search.", "input_schema": PARAMETERS}, SENT),
    ({"type": "function", "function": {k: v for k, v in SENT.items() if k != "type"}}, SENT),
    (SENT, SENT),
    (
        {**SENT, "strict": True, "defer_loading": True},
        {**SENT, "strict": True, "defer_loading": True, "parameters": STRICT_PARAMETERS},
    ),
    ({"type": "web_search"}, {"type": "web_search"}),
    ({"type": "web_search_preview"}, {"type": "web_search_preview"}),
    (
        {"type": "file_search", "vector_store_ids": ["vs"]},
        {"type": "file_search", "vector_store_ids": ["vs"]},
    ),
    (
        {"type": "code_interpreter", "container": {"type": "auto"}},
        {"type": "code_interpreter", "container": {"type": "auto"}},
    ),
    (
        {"type": "image_generation", "quality": "low"},
        {"type": "image_generation", "quality": "low"},
    ),
    (
        {"type": "mcp", "server_label": "a", "server_url": "https://a.example"},
        {"type": "mcp", "server_label": "a", "server_url": "https://a.example"},
    ),
    (
        {"type": "computer_use_preview", "display_width": 1, "display_height": 1},
        {"type": "computer_use_preview", "display_width": 1, "display_height": 1},
    ),
    ({"type": "shell"}, {"type": "shell"}),
    ({"type": "custom", "name": "run"}, {"type": "custom", "name": "run"}),
    ({"type": "custom", "custom": {"name": "run"}}, {"type": "custom", "name": "run"}),
    (
        {"type": "custom", "name": "run", "format": {"type": "grammar", **GRAMMAR}},
        {"type": "custom", "name": "run", "format": {"type": "grammar", **GRAMMAR}},
    ),
    (
        {
            "type": "custom",
            "custom": {"name": "run", "format": {"type": "grammar", "grammar": GRAMMAR}},
        },
        {"type": "custom", "name": "run", "format": {"type": "grammar", **GRAMMAR}},
    ),
]


@all_ways
@pytest.mark.parametrize(("given", "sent"), TOOLS)
async def test_tool_of_any_form_is_sent_in_that_of_this_route(
    way: str, given: Any, sent: Any
) -> None:
    gateway = Gateway(say)
    await ask(gateway.model(MODEL), way, tools=[given])
    await ask(gateway.model(MODEL).bind_tools([given]), way)
    assert [body["tools"] for body in gateway.bodies] == [[sent]] * 2


@pytest.mark.parametrize(
    ("choice", "sent"),
    [
        ("auto", "auto"),
        ("none", "none"),
        ("any", "required"),
        ("required", "required"),
        (
            {"type": "function", "function": {"name": "search"}},
            {"type": "function", "name": "search"},
        ),
        ({"type": "function", "name": "search"}, {"type": "function", "name": "search"}),
        ({"type": "tool", "name": "search"}, {"type": "function", "name": "search"}),
        ({"type": "custom", "custom": {"name": "run"}}, {"type": "custom", "name": "run"}),
        ({"type": "custom", "name": "run"}, {"type": "custom", "name": "run"}),
        ({"type": "file_search"}, {"type": "file_search"}),
        ({"type": "mcp", "server_label": "a"}, {"type": "mcp", "server_label": "a"}),
        *(
            (
                given,
                {
                    "type": "allowed_tools",
                    "mode": "auto",
                    "tools": [{"type": "function", "name": "search"}],
                },
            )
            for given in (
                {
                    "type": "allowed_tools",
                    "allowed_tools": {
                        "mode": "auto",
                        "tools": [{"type": "function", "function": {"name": "search"}}],
                    },
                },
                {
                    "type": "allowed_tools",
                    "mode": "auto",
                    "tools": [{"type": "function", "name": "search"}],
                },
            )
        ),
    ],
)
def test_choice_of_any_form_is_sent_in_that_of_this_route(choice: Any, sent: Any) -> None:
    tools = [SENT, {"type": "custom", "name": "run"}, {"type": "file_search"}]
    body = Gateway(say).model(MODEL).explain("Hi", tools=tools, tool_choice=choice).body
    assert body["tool_choice"] == sent


@pytest.mark.parametrize("named", [{"name": "files.read"}, {"function": {"name": "files.read"}}])
def test_name_that_is_not_allowed_is_rewritten_in_tool_and_choice(named: dict[str, Any]) -> None:
    given = {"type": "function", **named}
    for choice in (
        given,
        {"type": "allowed_tools", "mode": "auto", "tools": [given]},
    ):
        asked = Gateway(say).model(MODEL)
        body = asked.explain("Hi", tools=[given], tool_choice=choice).body
        assert body["tools"][0]["name"] == "files_read"
        chosen = body["tool_choice"].get("tools", [body["tool_choice"]])[0]
        assert chosen == {"type": "function", "name": "files_read"}


def test_tools_of_langchain_are_sent_strict_and_one_after_the_other() -> None:
    @tool
    def search(q: str) -> str:
        """Search."""
        return q

    bound: Any = (
        Gateway(say)
        .model(MODEL)
        .bind_tools(
            [search, {"type": "web_search"}],
            tool_choice="search",
            strict=True,
            parallel_tool_calls=False,
        )
    )
    body = bound.explain("Hi").body
    assert body["tools"][0]["strict"] is True
    assert body["tools"][1] == {"type": "web_search"}
    assert body["tool_choice"] == {"type": "function", "name": "search"}
    assert body["parallel_tool_calls"] is False


def test_custom_tool_of_langchain_is_sent_with_its_grammar() -> None:
    def run(code: str) -> str:
        """Run code."""
        return code

    made = custom_tool(format={"type": "grammar", **GRAMMAR})(run)
    body = Gateway(say).model(MODEL).bind_tools([made], tool_choice="run").explain("Hi").body
    sent = {"type": "custom", "name": "run", "description": "Run code."}
    assert body["tools"] == [{**sent, "format": {"type": "grammar", **GRAMMAR}}]
    assert body["tool_choice"] == {"type": "custom", "name": "run"}


@pytest.mark.parametrize(
    ("given", "choice", "sent"),
    [
        ({"type": "custom", "name": "run"}, "run", {"type": "custom", "name": "run"}),
        ({"type": "shell"}, "shell", {"type": "shell"}),
        ({"type": "web_search"}, "web_search", {"type": "web_search"}),
        (SENT, "search", {"type": "function", "name": "search"}),
        ({"type": "custom", "name": "run"}, "any", "required"),
    ],
)
def test_choice_by_name_is_that_of_the_kind_of_the_tool(given: Any, choice: str, sent: Any) -> None:
    bound = Gateway(say).model(MODEL).bind_tools([given], tool_choice=choice)
    assert bound.explain("Hi").body["tool_choice"] == sent


def test_empty_list_of_tools_is_not_sent() -> None:
    body = Gateway(say).model(MODEL).explain("Hi", tools=[], tool_choice="auto").body
    assert body.keys() == {"model", "input"}
