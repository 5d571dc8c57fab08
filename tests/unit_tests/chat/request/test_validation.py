"""Requests that every vendor would refuse are refused before anything is sent."""

from __future__ import annotations

from typing import Any

import pytest
from langchain_core.messages import AIMessage, ChatMessage, HumanMessage

from tests.unit_tests.chat.request.histories import (
    CLAUDE,
    GPT,
    KIMI,
    ids,
    result,
    sent,
    turn_with_calls,
)
from tests.unit_tests.vendors.calls import assert_refused

NAMELESS = ChatMessage(content="Rain", role="tool")
NO_ID = {"type": "tool_result", "tool_use_id": None}


def image(url: Any) -> HumanMessage:
    return HumanMessage([{"type": "image_url", "image_url": {"url": url}}])


@pytest.mark.parametrize(
    ("history", "words"),
    [
        ([], "no messages"),
        ([ChatMessage(role="narrator", content="Hi")], "Message 0 has the unknown role 'narrator'"),
        ([image("/tmp/no.png")], "'/tmp/no.png' is not a URL"),  # noqa: S108
        ([image("file:///no.png")], "'file:///no.png' is not a URL"),
        ([HumanMessage([{"type": "image_url", "image_url": 5}])], "'int' is not a URL"),
        (
            [HumanMessage("Hi"), result("a")],
            "Message 1 is the result of the tool call 'a', and no assistant message before it has",
        ),
        ([turn_with_calls("b"), result("a")], "no assistant message before it has"),
        (
            [turn_with_calls("a"), HumanMessage([NO_ID])],
            "Message 1 is the result of the tool call ''",
        ),
        (
            [turn_with_calls("a"), HumanMessage("?")],
            "Message 0 makes the tool calls 'a', and there",
        ),
        (
            [turn_with_calls("a"), AIMessage("?")],
            "no result of them before message 1. Put a `ToolMess",
        ),
        (
            [turn_with_calls("a", "b"), result("a"), HumanMessage("?")],
            "Message 0 makes the tool calls 'b'",
        ),
        ([turn_with_calls("a", "b"), result("a")], "Message 0 makes the tool calls 'b'"),
        (
            [turn_with_calls("a"), HumanMessage("?"), result("a")],
            "Message 0 makes the tool calls 'a'",
        ),
        (
            [turn_with_calls("a"), result("a"), result("a")],
            "Message 2 is a second result .*'a' of message 0",
        ),
        (
            [turn_with_calls("a"), result("a"), HumanMessage("?"), result("a")],
            "Message 3 is the result .* nothing but results may stand between them",
        ),
    ],
)
async def test_messages_that_every_vendor_refuses_are_refused(
    history: list[Any], words: str
) -> None:
    await assert_refused(GPT, words, history)


def test_calls_at_the_end_are_sent() -> None:
    assert ids(sent(GPT, [HumanMessage("Hi"), turn_with_calls("call_1")])) == (["call_1"], [])


@pytest.mark.parametrize("model", [GPT, CLAUDE, KIMI])
@pytest.mark.parametrize("id_", [None, "call_1"])
async def test_result_without_the_id_of_a_call_is_refused(model: str, id_: str | None) -> None:
    words = r"Message 1 is the result .* not say of which. Pa"
    await assert_refused(model, words, [turn_with_calls(id_), NAMELESS])
