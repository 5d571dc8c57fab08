"""The arithmetic of the benchmarks, on made-up figures. Nothing is timed here."""

from __future__ import annotations

import json

import pytest

from benchmarks import linear
from benchmarks.canned import events, request, response_events, text_deltas, tool_deltas
from benchmarks.clients import FLOOR, OURS, THEIRS
from benchmarks.measure import Figures, iqr, ratio
from benchmarks.report import Verdict, duration


def test_ratio_is_taken_round_by_round() -> None:
    # The machine was ten times slower in the last round: for both.
    results = {OURS: Figures([1.0, 2.0, 30.0]), THEIRS: Figures([4.0, 10.0, 100.0])}
    assert ratio(results, OURS) == 0.25
    assert ratio(results, THEIRS) == 1.0
    assert ratio(results, OURS, FLOOR) is None


def test_spread_is_between_the_quartiles() -> None:
    assert iqr([1.0, 2.0, 3.0, 4.0, 100.0]) == 2.0
    assert iqr([1.0]) == 0.0


@pytest.mark.parametrize(
    ("verdict", "word"),
    [
        (Verdict("stream", "of ChatOpenAI", 0.2, 0.204), "met"),
        (Verdict("stream", "of ChatOpenAI", 0.2, 0.21, 0.1), "**missed**"),
        (
            Verdict("stream", "of ChatOpenAI", 0.2, 0.4, 0.3),
            "**missed**, as LangChain's floor is 0.30",
        ),
        (Verdict("abatch", "with `[aiohttp]`", 0.3, None), "not measured"),
    ],
)
def test_verdict(verdict: Verdict, word: str) -> None:
    assert verdict.word == word


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(1.25e-5, "12.5 us"), (5.4e-4, "540 us"), (0.0333, "33.3 ms"), (1.09, "1.09 s")],
)
def test_duration(seconds: float, shown: str) -> None:
    assert duration(seconds) == shown


def test_streams_have_as_many_pieces_as_asked_for() -> None:
    assert len(text_deltas(500)) == len(tool_deltas(500)) == 500
    assert len(events(text_deltas(500))) == 503
    assert len(response_events(500)) == 508
    arguments: dict[int, str] = {}
    for delta in tool_deltas(500):
        for call in delta.get("tool_calls", ()):
            more = call["function"]["arguments"]
            arguments[call["index"]] = arguments.get(call["index"], "") + more
    assert all(json.loads(text) for text in arguments.values())
    assert len(arguments) == 5


def test_a_bare_client_sends_what_langchain_is_given() -> None:
    body = request(messages=3, tools=2).body
    assert [message["role"] for message in body["messages"]] == ["assistant", "user", "user"]
    assert [tool["function"]["name"] for tool in body["tools"]] == ["tool_0", "tool_1"]


@pytest.mark.parametrize("name", linear.BODIES)
def test_stream_of_each_field_is_read_to_its_end(name: str) -> None:
    assert linear.read_stream(list(linear.BODIES[name](30)), name) >= 30
