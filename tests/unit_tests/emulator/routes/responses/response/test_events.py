"""The events of a stream, and their order."""

from __future__ import annotations

from typing import Any

import pytest

from langchain_cometapi.emulator._routes.chat.response.length import CHUNKS_HEADER
from tests.unit_tests.emulator.responses_client import (
    BOTH,
    MIMO,
    STOCKS,
    THINKER,
    WEATHER,
    ResponsesClient,
)

CHOICE = {"type": "custom", "name": "note"}
NOTE: dict[str, Any] = {"tools": [{"type": "custom", "name": "note"}], "tool_choice": CHOICE}

MESSAGE = [
    "output_item.added",
    "content_part.added",
    "output_text.delta",
    "output_text.done",
    "content_part.done",
    "output_item.done",
]
CALL = [
    "output_item.added",
    "function_call_arguments.delta",
    "function_call_arguments.done",
    "output_item.done",
]
SUMMARY = [
    "output_item.added",
    "reasoning_summary_part.added",
    "reasoning_summary_text.delta",
    "reasoning_summary_text.done",
    "reasoning_summary_part.done",
    "output_item.done",
]
REASONING = ["output_item.added", "output_item.done"]
TEXT_OF_REASONING = [
    "output_item.added",
    "content_part.added",
    "reasoning_text.delta",
    "reasoning_text.done",
    "content_part.done",
    "output_item.done",
]
CUSTOM_CALL = [
    "output_item.added",
    "custom_tool_call_input.delta",
    "custom_tool_call_input.done",
    "output_item.done",
]


def kinds(events: list[dict[str, Any]]) -> list[str]:
    """Return the types of events, each row of equal ones once."""
    names = [event["type"].removeprefix("response.") for event in events]
    return [name for index, name in enumerate(names) if not index or names[index - 1] != name]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, MESSAGE),
        ({"model": THINKER}, [*REASONING, *MESSAGE]),
        ({"model": THINKER, "reasoning": {"summary": "auto"}}, [*SUMMARY, *MESSAGE]),
        ({"input": BOTH, "tools": [WEATHER, STOCKS]}, [*CALL, *CALL]),
        ({"model": MIMO}, [*TEXT_OF_REASONING, *MESSAGE]),
        (NOTE, CUSTOM_CALL),
    ],
)
def test_events_come_in_openais_order(
    client: ResponsesClient, body: dict[str, Any], expected: list[str]
) -> None:
    assert kinds(client.stream(**body)) == ["created", "in_progress", *expected, "completed"]


def test_events_add_up_to_the_last(client: ResponsesClient) -> None:
    events = client.stream(
        model=THINKER, reasoning={"summary": "auto"}, input=BOTH, tools=[WEATHER]
    )
    created, in_progress, *middle, last = events
    assert created["response"] == in_progress["response"]
    assert created["response"]["status"] == "in_progress"
    assert created["response"]["output"] == []
    assert created["response"]["usage"] is None
    response = last["response"]
    done = [event["item"] for event in middle if event["type"].endswith("output_item.done")]
    assert done == response["output"]
    assert response["usage"]["total_tokens"] > 0
    reasoning, call = response["output"]
    for item, start, name in (
        (reasoning["summary"][0]["text"], reasoning["id"], "response.reasoning_summary_text.delta"),
        (call["arguments"], call["id"], "response.function_call_arguments.delta"),
    ):
        deltas = [
            event["delta"]
            for event in middle
            if event["type"] == name and event["item_id"] == start
        ]
        assert len(deltas) > 1
        assert "".join(deltas) == item
    opened = [event["item"] for event in middle if event["type"].endswith("output_item.added")]
    assert opened[0]["summary"] == []
    assert (opened[1]["arguments"], opened[1]["status"]) == ("", "in_progress")
    assert {event["output_index"] for event in middle} == {0, 1}


@pytest.mark.parametrize("option", [True, False])
def test_deltas_are_padded_unless_refused(client: ResponsesClient, option: bool) -> None:
    events = client.stream(stream_options={"include_obfuscation": option})
    deltas = [event for event in events if event["type"].endswith(".delta")]
    assert all(("obfuscation" in event) is option for event in deltas)
    assert not any("obfuscation" in event for event in events if event not in deltas)


def test_header_sets_the_number_of_deltas(client: ResponsesClient) -> None:
    events = client.stream({CHUNKS_HEADER: "30"})
    assert sum(event["type"].endswith("text.delta") for event in events) == 30
    assert events[-1]["response"]["usage"]["output_tokens"] == 150


def test_log_probabilities_come_with_their_text(client: ResponsesClient) -> None:
    events = client.stream(include=["message.output_text.logprobs"], top_logprobs=2)
    deltas = [event for event in events if event["type"] == "response.output_text.delta"]
    for event in deltas:
        assert "".join(token["token"] for token in event["logprobs"]) == event["delta"]
        assert {len(token["top_logprobs"]) for token in event["logprobs"]} == {2}
