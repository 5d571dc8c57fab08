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


def item(kind: str, part: str = "") -> list[str]:
    """Return the types of the events of an item, whose deltas are in a part of it or in itself."""
    inner = [f"{kind}.delta", f"{kind}.done"]
    if part:
        inner = [f"{part}.added", *inner, f"{part}.done"]
    return ["output_item.added", *inner, "output_item.done"]


MESSAGE = item("output_text", "content_part")
CALL = item("function_call_arguments")
CUSTOM_CALL = item("custom_tool_call_input")
REASONING = ["output_item.added", "output_item.done"]
SUMMARY = item("reasoning_summary_text", "reasoning_summary_part")
TEXT_OF_REASONING = item("reasoning_text", "content_part")


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
    body = {"model": THINKER, "reasoning": {"summary": "auto"}, "tools": [WEATHER]}
    events = client.stream(input=BOTH, **body)
    created, in_progress, *middle, last = events
    assert created["response"] == in_progress["response"]
    assert created["response"]["status"] == "in_progress"
    assert (created["response"]["output"], created["response"]["usage"]) == ([], None)
    response = last["response"]
    done = [event["item"] for event in middle if event["type"].endswith("output_item.done")]
    assert done == response["output"]
    assert response["usage"]["total_tokens"] > 0
    reasoning, call = response["output"]
    for whole, of in ((reasoning["summary"][0]["text"], reasoning), (call["arguments"], call)):
        own = [event for event in middle if event.get("item_id") == of["id"]]
        deltas = [event["delta"] for event in own if event["type"].endswith(".delta")]
        assert len(deltas) > 1
        assert "".join(deltas) == whole
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
