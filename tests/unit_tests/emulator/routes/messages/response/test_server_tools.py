"""Tools that Anthropic runs."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit_tests.emulator.messages_client import MIDDLE, WEATHER, MessagesClient, said

SEARCH = {"type": "web_search_20250305", "name": "web_search"}
FETCH = {"type": "web_fetch_20260209", "name": "web_fetch"}
CODE = {"type": "code_execution_20260120", "name": "code_execution"}
OLD_CODE = {"type": "code_execution_20250522", "name": "code_execution"}


@pytest.mark.parametrize(
    ("tool", "prompt", "call"),
    [
        (SEARCH, "Search for cats", ("web_search", {"query": "Search for cats"})),
        (FETCH, "Read https://a.example/b", ("web_fetch", {"url": "https://a.example/b"})),
        (CODE, "Compute it", ("bash_code_execution", {"command": "echo 'Compute it'"})),
        (OLD_CODE, "Compute it", ("code_execution", {"code": "echo 'Compute it'"})),
    ],
)
def test_tool_is_used_if_the_prompt_has_words_of_it(
    client: MessagesClient, tool: Any, prompt: str, call: tuple[str, Any]
) -> None:
    body = {"model": MIDDLE, "tools": [tool], "messages": [said(prompt)]}
    message = client.message(**body)
    use, answer, words = message["content"]
    assert use["id"].startswith("srvtoolu_")
    assert (use["type"], use["name"], use["input"]) == ("server_tool_use", *call)
    assert (answer["type"], answer["tool_use_id"]) == (f"{call[0]}_tool_result", use["id"])
    assert ("citations" in words) is (tool is SEARCH)
    used = {"web_search_requests": int(tool is SEARCH), "web_fetch_requests": int(tool is FETCH)}
    assert message["usage"]["server_tool_use"] == used
    assert ("container" in message) is (tool in (CODE, OLD_CODE))
    assert message["stop_reason"] == "end_turn"
    messages = [*body["messages"], said(message["content"], "assistant"), said("Thanks")]
    again = client.message(**{**body, "messages": messages})
    assert len(again["content"]) == 1


@pytest.mark.parametrize(
    ("choice", "used"),
    [
        ({"type": "auto"}, False),
        ({"type": "any"}, True),
        ({"type": "tool", "name": "web_search"}, True),
    ],
)
def test_choice_makes_a_tool_be_used(client: MessagesClient, choice: Any, used: bool) -> None:
    message = client.message(model=MIDDLE, tools=[SEARCH], tool_choice=choice)
    assert ("server_tool_use" in message["usage"]) is used


def test_tools_of_the_client_come_first(client: MessagesClient) -> None:
    messages = [said("Search the weather in Rome")]
    message = client.message(model=MIDDLE, tools=[SEARCH, WEATHER], messages=messages)
    assert [block["type"] for block in message["content"]] == ["tool_use"]


@pytest.mark.parametrize("model", [MIDDLE, "claude-opus-5-5"])
def test_paused_turn_goes_on_when_it_is_sent_back(client: MessagesClient, model: str) -> None:
    body = {"model": model, "tools": [SEARCH], "messages": [said("Search for cats, then pause")]}
    message = client.message(**body)
    assert message["stop_reason"] == "pause_turn"
    assert message["content"][-1]["type"] == "web_search_tool_result"
    messages = [*body["messages"], said(message["content"], "assistant")]
    answer = client.message(**{**body, "messages": messages})
    assert answer["stop_reason"] == "end_turn"
    (words,) = (block for block in answer["content"] if block["type"] == "text")
    assert words["citations"][0]["type"] == "web_search_result_location"
    assert "server_tool_use" not in answer["usage"]
