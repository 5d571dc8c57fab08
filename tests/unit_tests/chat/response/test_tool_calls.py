"""The arguments of tool calls, streamed and whole: which of them may run."""

from __future__ import annotations

import json
from typing import Any

import pytest

from langchain_cometapi._chat.response.arguments import ArgumentsError, parse_arguments
from langchain_cometapi._chat.response.tool_calls import read_tool_calls
from tests.tool_call_fragments import ABSENT, fragment, merge_fragments, read_calls

PARIS = {"city": "Paris"}


@pytest.mark.parametrize(
    "pieces",
    [
        [ABSENT],
        [None],
        [""],
        ["", ""],
        ["null"],
        ["nu", "ll"],
        ["n", "u", "l", "l"],
        [" null "],
        ["{}"],
        ["{", "}"],
        [" ", "{", " }"],
        ["null", ""],
    ],
    ids=repr,
)
def test_arguments_that_are_empty_or_null_are_none(pieces: list[Any]) -> None:
    rest = [[fragment(0, arguments=piece)] for piece in pieces[1:]]
    assert read_calls([fragment(0, "a", "ping", pieces[0])], *rest) == [("ping", {}, "a")]
    if all(isinstance(piece, str) for piece in pieces):
        assert parse_arguments("".join(pieces)) == {}


def test_arguments_as_an_object_are_taken_as_they_are() -> None:
    assert read_calls([fragment(0, "a", "get", PARIS)]) == [("get", PARIS, "a")]
    assert parse_arguments(PARIS) == PARIS


def test_arguments_cut_into_two_fragments_anywhere_are_whole() -> None:
    text = '{"city": "Zürich \\u00e4 \\"x\\"", "days": [1, {"a": null}], "deep": {"b": -1.5e3}}'
    for position in range(len(text)):
        pieces = [text[:position], text[position:]]
        assert read_calls(
            [fragment(0, "a", "get", pieces[0])], [fragment(0, arguments=pieces[1])]
        ) == [("get", json.loads(text), "a")]


def test_arguments_that_end_anywhere_make_an_invalid_call() -> None:
    """However far the model came: never a call, always an invalid one with a reason."""
    text = '{"city": "Paris \\"x\\"", "days": [1, {"a": null}], "deep": {"b": true, "c": "]}"}}'
    for length in range(1, len(text)):
        message, errors = merge_fragments(
            [fragment(0, "a", "get", text[:length])], finish_reason="length"
        )
        assert message.tool_calls == [], text[:length]
        (invalid,) = message.invalid_tool_calls
        assert (invalid["name"], invalid["id"]) == ("get", "a")
        assert (invalid["args"] or "").startswith(text[:length])
        assert errors["a"].startswith("cut off by the token limit (finish_reason 'length'): ")


@pytest.mark.parametrize(
    "text",
    [
        "{",
        '{"a": 1',
        '{"a": 1}}',
        '{"a": 1} {"b": 2}',
        '{"a": 1},',
        "{'a': 1}",
        '{"a": }',
        "{a: 1}",
        "[]",
        '["a"]',
        '"text"',
        "1",
        "true",
        "nul",
        "nullnull",
        "not JSON",
        "}",
        "<tool>{}</tool>",
    ],
)
@pytest.mark.parametrize("finish_reason", ["tool_calls", "stop", "length", None])
def test_broken_arguments_make_an_invalid_call(text: str, finish_reason: str | None) -> None:
    with pytest.raises(ArgumentsError):
        parse_arguments(text)
    message, errors = merge_fragments(
        [fragment(0, "a", "get", text), fragment(1, "b", "ping", "{}")],
        finish_reason=finish_reason,
    )
    assert [(call["name"], call["id"]) for call in message.tool_calls] == [("ping", "b")]
    assert [(call["name"], call["id"]) for call in message.invalid_tool_calls] == [("get", "a")]
    assert errors.keys() == {"a"}
    valid, invalid, *_ = read_tool_calls(
        [fragment(0, "a", "get", text), fragment(1, "b", "ping", "{}")], finish_reason
    )
    assert [call["id"] for call in valid] == ["b"]
    assert [(call["id"], call["args"], call["error"]) for call in invalid] == [
        ("a", text, errors["a"])
    ]


@pytest.mark.parametrize("value", [1, True, ["a"], 1.5], ids=repr)
def test_arguments_of_another_type_make_an_invalid_call(value: object) -> None:
    message, errors = merge_fragments([fragment(0, "a", "get", value)])
    assert message.tool_calls == []
    assert errors == {
        "a": f"the arguments are not a JSON object but {type(value).__name__}",
    }
    valid, invalid, *_ = read_tool_calls([fragment(0, "a", "get", value)], "tool_calls")
    assert valid == []
    assert invalid[0]["error"] == errors["a"]


def test_call_cut_off_before_its_arguments_is_invalid() -> None:
    message, errors = merge_fragments([fragment(0, "a", "get", "")], finish_reason="length")
    assert message.tool_calls == []
    assert errors["a"].startswith("cut off by the token limit")
    valid, invalid, *_ = read_tool_calls([fragment(0, "a", "get", "")], "length")
    assert valid == []
    assert invalid[0]["error"] == errors["a"]


def test_call_before_the_last_is_whole_though_the_message_was_cut_off() -> None:
    calls = [fragment(0, "a", "ping", ""), fragment(1, "b", "ping", "")]
    message, errors = merge_fragments(calls, finish_reason="length")
    assert [call["id"] for call in message.tool_calls] == ["a"]
    assert errors.keys() == {"b"}
    valid, invalid, *_ = read_tool_calls(calls, "length")
    assert [call["id"] for call in (*valid, *invalid)] == ["a", "b"]
    assert invalid[0]["error"] == errors["b"]


def test_call_without_a_name_is_invalid() -> None:
    message, errors = merge_fragments([fragment(0, "a", arguments="{}")])
    assert message.tool_calls == []
    assert [call["id"] for call in message.invalid_tool_calls] == ["a"]
    assert errors == {"a": "the call names no tool"}


def test_raw_line_break_in_a_string_is_taken_as_in_langchain() -> None:
    assert read_calls([fragment(0, "a", "get", '{"city":"Par\nis"}')]) == [
        ("get", {"city": "Par\nis"}, "a")
    ]
