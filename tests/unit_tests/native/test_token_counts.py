"""Tokens of the native classes: the counts of `ChatCometAPI`, without a request."""

from __future__ import annotations

from typing import Any

import pytest
from langchain_core.messages import (
    AIMessage,
    HumanMessage,
    SystemMessage,
    ToolMessage,
    trim_messages,
)
from langchain_core.tools import tool

from langchain_cometapi import ChatCometAPI, ChatCometAPIAnthropic, ChatCometAPIGoogle

pytestmark = pytest.mark.native

IMAGE = {"type": "image", "base64": "iVBORw0KGgo=", "mime_type": "image/png"}
HISTORY = [
    SystemMessage("Answer in one word."),
    HumanMessage([{"type": "text", "text": "What is this?"}, IMAGE]),
    AIMessage("", tool_calls=[{"name": "look_up", "args": {"topic": "cats"}, "id": "call_1"}]),
    ToolMessage("A cat.", tool_call_id="call_1"),
    AIMessage("Cat."),
    HumanMessage("And its colour?"),
]


@tool
def look_up(topic: str) -> str:
    """Look up a topic."""
    return topic


def make(kind: Any, model: str) -> Any:
    return kind(model=model, api_key="sk-test")


@pytest.mark.parametrize(
    ("kind", "model"),
    [(ChatCometAPIAnthropic, "claude-sonnet-5-5"), (ChatCometAPIGoogle, "gemini-3.8-flash")],
)
@pytest.mark.parametrize("tools", [None, [look_up]])
@pytest.mark.parametrize("messages", [HISTORY, HISTORY[:2], "How are you?", [("human", "Hi")]])
def test_messages_count_as_on_the_chat_route(
    kind: Any, model: str, messages: Any, tools: list[Any] | None
) -> None:
    native, chat = make(kind, model), make(ChatCometAPI, model)
    count = native.get_num_tokens_from_messages(messages, tools)
    assert count == chat.get_num_tokens_from_messages(messages, tools)
    assert native.get_num_tokens("How are you?") == chat.get_num_tokens("How are you?")


@pytest.mark.parametrize(
    ("kind", "model"),
    [(ChatCometAPIAnthropic, "claude-sonnet-5-5"), (ChatCometAPIGoogle, "gemini-3.8-flash")],
)
def test_history_is_trimmed_by_the_tokens_of_its_parts(kind: Any, model: str) -> None:
    native = make(kind, model)
    most = native.get_num_tokens_from_messages(HISTORY[-2:])
    assert trim_messages(HISTORY, max_tokens=most, token_counter=native) == HISTORY[-2:]
