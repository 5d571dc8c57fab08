"""The JSON of a body: text with half of a surrogate pair can always be sent."""

from __future__ import annotations

import json
from typing import Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage, ToolMessage

from langchain_cometapi._client.json_body import dump_body, repair_body
from tests.unit_tests.vendors.calls import get_body

HIGH, LOW, PAIR = "\ud83d", "\ude00", "\ud83d\ude00"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"a{HIGH}b", "a\ufffdb"),
        (f"a{LOW}b", "a\ufffdb"),
        (f"{LOW}{HIGH}", "\ufffd\ufffd"),
        (f"a{PAIR}b", "a😀b"),
        (f"😀é{HIGH}{PAIR}", "😀é\ufffd😀"),
    ],
)
def test_half_of_a_surrogate_pair_is_replaced(text: str, expected: str) -> None:
    body = {"a": [{text: (text, 1, None)}], "b": "ü"}
    assert json.loads(dump_body(body)) == {"a": [{expected: [expected, 1, None]}], "b": "ü"}
    assert repair_body(body) == {"a": [{expected: [expected, 1, None]}], "b": "ü"}


@pytest.mark.parametrize("model_id", ["gpt-4o-mini", "claude-sonnet-5-5", "gemini-3.8-flash"])
async def test_history_with_half_of_a_surrogate_pair_is_sent(model_id: str) -> None:
    text = f"a{HIGH}"
    ids = [f"call_{HIGH}", f"call_{LOW}"]
    history: list[Any] = [
        SystemMessage(text),
        HumanMessage([{"type": "text", "text": text}], name=text),
        AIMessage(
            text,
            tool_calls=[{"name": "f", "args": {text: text}, "id": id_} for id_ in ids],
            additional_kwargs={"reasoning_content": text},
        ),
        *(ToolMessage(text, tool_call_id=id_) for id_ in ids),
    ]
    messages = (await get_body(model_id, history))["messages"]
    assert messages[0]["content"] == "a\ufffd"
    calls, results = messages[2]["tool_calls"], messages[3:]
    assert json.loads(calls[0]["function"]["arguments"]) == {"a\ufffd": "a\ufffd"}
    sent = [call["id"] for call in calls]
    assert len(set(sent)) == 2
    assert [result["tool_call_id"] for result in results] == sent
