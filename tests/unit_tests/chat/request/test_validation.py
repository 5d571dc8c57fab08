"""Requests that every vendor would refuse are refused before anything is sent."""

from __future__ import annotations

from typing import Any

import pytest
from langchain_core.messages import (
    AIMessage,
    BaseMessage,
    ChatMessage,
    HumanMessage,
    ToolMessage,
)

from tests.support import Gateway, amerge, merge
from tests.unit_tests.chat.request.histories import (
    CLAUDE,
    GPT,
    KIMI,
    ids,
    result,
    sent,
    turn_with_calls,
)


@pytest.mark.parametrize(
    ("messages", "says"),
    [
        ([], "no messages"),
        ([ChatMessage(role="narrator", content="Hi")], "Message 0 has the unknown role 'narrator'"),
        (
            [HumanMessage("Hi"), ToolMessage("Rain", tool_call_id="call_1")],
            "Message 1 is the result of the tool call 'call_1'",
        ),
        (
            [
                AIMessage("", tool_calls=[{"name": "f", "args": {}, "id": "call_2"}]),
                ToolMessage("Rain", tool_call_id="call_1"),
            ],
            "no assistant message before it has",
        ),
        (
            [HumanMessage([{"type": "image_url", "image_url": {"url": "/tmp/no.png"}}])],  # noqa: S108
            "'/tmp/no.png' is not a URL",
        ),
        (
            [HumanMessage([{"type": "image_url", "image_url": {"url": "file:///no.png"}}])],
            "is not a URL",
        ),
        ([HumanMessage([{"type": "image_url", "image_url": 5}])], "'int' is not a URL"),
    ],
)
async def test_messages_that_every_vendor_refuses_are_refused(
    gateway: Gateway, messages: list[Any], says: str
) -> None:
    model = gateway.model()
    for call in (lambda: model.invoke(messages), lambda: merge(model.stream(messages))):
        with pytest.raises(ValueError, match=says):
            call()
    with pytest.raises(ValueError, match=says):
        await model.ainvoke(messages)
    with pytest.raises(ValueError, match=says):
        await amerge(model.astream(messages))
    assert not gateway.requests


@pytest.mark.parametrize(
    ("history", "words"),
    [
        (
            [turn_with_calls("call_1"), HumanMessage("?")],
            "Message 0 makes the tool calls 'call_1', and there",
        ),
        (
            [turn_with_calls("call_1"), AIMessage("?")],
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
def test_calls_and_results_out_of_order_are_refused(history: list[BaseMessage], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        sent(GPT, history)


def test_calls_at_the_end_are_sent() -> None:
    assert ids(sent(GPT, [HumanMessage("Hi"), turn_with_calls("call_1")])) == (["call_1"], [])


def test_result_without_the_id_of_a_call_is_refused() -> None:
    nameless = ChatMessage(content="Rain", role="tool")
    for model in (GPT, CLAUDE, KIMI):
        for call in (turn_with_calls(None), turn_with_calls("call_1")):
            with pytest.raises(
                ValueError, match=r"Message 1 is the result .* not say of which. Pa"
            ):
                sent(model, [call, nameless])
    with pytest.raises(ValueError, match="Message 1 is the result of the tool call ''"):
        sent(
            GPT,
            [
                turn_with_calls("call_1"),
                HumanMessage([{"type": "tool_result", "tool_use_id": None}]),
            ],
        )
