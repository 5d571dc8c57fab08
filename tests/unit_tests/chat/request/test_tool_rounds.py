"""Tool calls and results of one family, as another takes them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from langchain_core.messages import BaseMessage, HumanMessage

from tests.unit_tests.chat.request.histories import (
    CLAUDE,
    GPT,
    KIMI,
    UNKNOWN,
    ids,
    result,
    sent,
    turn_with_calls,
)

# -- ids ---------------------------------------------------------------------------------------


LONG = "fc_" + "0" * 60


@pytest.mark.parametrize(
    ("model", "pattern", "foreign"),
    [
        (CLAUDE, r"[a-zA-Z0-9_-]{1,64}", ["functions.f:0", "functions_f.0", "a|b", "x" * 65]),
        (GPT, r".{1,40}", [LONG, LONG + "1"]),
    ],
)
def test_ids_that_the_family_refuses_are_replaced(
    model: str, pattern: str, foreign: list[str]
) -> None:
    history = [turn_with_calls("call_1", *foreign), *map(result, ["call_1", *foreign])]
    calls, results = ids(sent(model, history))
    assert calls == results
    assert calls[0] == "call_1"
    assert len(set(calls)) == len(calls)
    assert all(re.fullmatch(pattern, id_) for id_ in calls)
    # The same in the next turn, and whatever comes after: a cached prompt stays one.
    later = sent(model, [*history, turn_with_calls("functions.g:0"), result("functions.g:0")])
    assert later[: len(history)] == sent(model, history)


def test_ids_used_again_in_a_later_turn_are_unique_where_they_must_be() -> None:
    turn: list[BaseMessage] = [turn_with_calls("f:0", "call_1"), result("call_1"), result("f:0")]
    calls, results = ids(sent(CLAUDE, [*turn, *turn, *turn]))
    assert len(set(calls)) == 6
    assert calls[1] == "call_1"
    assert [results[n] for n in (1, 0, 3, 2, 5, 4)] == calls
    for model in (KIMI, GPT):
        assert ids(sent(model, [*turn, *turn])) == (["f:0", "call_1"] * 2, ["call_1", "f:0"] * 2)


@pytest.mark.parametrize("model", [CLAUDE, UNKNOWN])
def test_id_that_comes_twice_in_one_message_is_replaced(model: str) -> None:
    history: list[Any] = [
        turn_with_calls("call_1", "call_1"),
        result("call_1", "Rain"),
        result("call_1", "Sun"),
    ]
    calls, results = ids(sent(model, history))
    assert len(set(calls)) == 2
    assert calls == results
    assert calls[0] == "call_1"


# -- media in results --------------------------------------------------------------------------


IMAGE = {"type": "image_url", "image_url": {"url": "https://x.example/a.png"}}
PDF = {"type": "file", "file": {"file_id": "file-1"}}


def test_media_of_parallel_results_follow_the_last_one() -> None:
    history = [
        turn_with_calls("call_1", "f:1", name="look"),
        result("call_1", ["Seen", IMAGE]),
        result("f:1", [PDF]),
        HumanMessage("And now?"),
    ]
    follows = "The result follows in the next user message."
    assert sent(GPT, history)[1:] == [
        {"role": "tool", "tool_call_id": "call_1", "content": [{"type": "text", "text": "Seen"}]},
        {"role": "tool", "tool_call_id": "f:1", "content": follows},
        {
            "role": "user",
            "content": [
                {"type": "text", "text": "From the result of look (call call_1):"},
                IMAGE,
                {"type": "text", "text": "From the result of look (call f:1):"},
                PDF,
            ],
        },
        {"role": "user", "content": "And now?"},
    ]
    for model in (CLAUDE, KIMI, UNKNOWN):
        assert [m["role"] for m in sent(model, history)] == ["assistant", "tool", "tool", "user"]
