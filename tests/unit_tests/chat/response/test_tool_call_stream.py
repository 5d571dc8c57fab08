"""Fragments of tool calls: which call they belong to, and what LangChain makes of them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from langchain_core.messages import AIMessageChunk

from langchain_cometapi._chat.response.tool_call_stream import ToolCallStream
from langchain_cometapi._chat.response.tool_calls import (
    ArgumentsError,
    parse_arguments,
    read_tool_calls,
)
from tests.support import MADE_UP, merge, normal_id

ABSENT = ...  # unlike an `object()`, it has one name in all processes
PARIS, ROME, OSLO = {"city": "Paris"}, {"city": "Rome"}, {"city": "Oslo"}


def fragment(
    index: object = ABSENT, id_: Any = ABSENT, name: Any = ABSENT, arguments: Any = ABSENT
) -> dict[str, Any]:
    """A fragment as it is on the wire, with those fields that are given."""
    function = {"name": name, "arguments": arguments}
    whole = {
        "index": index,
        "id": id_,
        "type": "function",
        "function": {key: value for key, value in function.items() if value is not ABSENT},
    }
    return {key: value for key, value in whole.items() if value is not ABSENT}


def run(
    *deltas: list[Any], finish_reason: str | None = "tool_calls"
) -> tuple[AIMessageChunk, dict[str, str]]:
    """Merge what LangChain sees of these deltas, and return the reasons too."""
    stream = ToolCallStream()
    chunks = [stream.push(delta) for delta in deltas]
    last, errors = stream.close(finish_reason)
    messages = [AIMessageChunk(content="", tool_call_chunks=part) for part in (*chunks, last)]
    return merge(messages), errors


def calls(*deltas: list[Any]) -> list[tuple[str, dict[str, Any], str | None]]:
    """The valid calls these deltas make; there must be no other."""
    message, errors = run(*deltas)
    assert message.invalid_tool_calls == []
    assert errors == {}
    return [(call["name"], call["args"], normal_id(call["id"])) for call in message.tool_calls]


# -- which call a fragment belongs to ----------------------------------------------------------


def test_openai() -> None:
    assert calls(
        [fragment(0, "a", "get", "")],
        [fragment(0, arguments='{"city":')],
        [fragment(0, arguments='"Paris"}')],
        [fragment(1, "b", "get", "")],
        [fragment(1, arguments='{"city":"Rome"}')],
    ) == [("get", PARIS, "a"), ("get", ROME, "b")]


def test_whole_call_in_the_first_delta() -> None:
    assert calls([fragment(0, "a", "get", '{"city":"Paris"}')]) == [("get", PARIS, "a")]


def test_whole_calls_at_once() -> None:
    assert calls(
        [fragment(0, "a", "get", '{"city":"Paris"}'), fragment(1, "b", "get", '{"city":"Rome"}')]
    ) == [("get", PARIS, "a"), ("get", ROME, "b")]


def test_whole_calls_at_once_on_one_index() -> None:
    assert calls(
        [fragment(0, "a", "get", '{"city":"Paris"}'), fragment(0, "b", "get", '{"city":"Rome"}')]
    ) == [("get", PARIS, "a"), ("get", ROME, "b")]


def test_fragments_of_one_call_in_one_delta() -> None:
    assert calls(
        [
            fragment(0, "a", "get", ""),
            fragment(0, arguments='{"city":'),
            fragment(0, arguments='"Paris"}'),
        ]
    ) == [("get", PARIS, "a")]


def test_two_fragmented_calls_on_one_index() -> None:
    assert calls(
        [fragment(0, "a", "get", "")],
        [fragment(0, arguments='{"city":')],
        [fragment(0, arguments='"Paris"}')],
        [fragment(0, "b", "get", "")],
        [fragment(0, arguments='{"city":')],
        [fragment(0, arguments='"Rome"}')],
    ) == [("get", PARIS, "a"), ("get", ROME, "b")]


def test_three_calls_on_two_indexes() -> None:
    assert calls(
        [fragment(0, "a", "get", '{"city":"Paris"}')],
        [fragment(0, "b", "get", "")],
        [fragment(1, "c", "get", '{"city":"Oslo"}')],
        [fragment(0, arguments='{"city":"Rome"}')],
    ) == [("get", PARIS, "a"), ("get", ROME, "b"), ("get", OSLO, "c")]


@pytest.mark.parametrize("index", [ABSENT, None])
def test_no_index(index: object) -> None:
    assert calls(
        [fragment(index, "a", "get", '{"city":')],
        [fragment(index, arguments='"Paris"}')],
        [fragment(index, "b", "get", "")],
        [fragment(index, arguments='{"city":"Rome"}')],
    ) == [("get", PARIS, "a"), ("get", ROME, "b")]


def test_fragment_without_an_index_goes_to_the_last_call() -> None:
    assert calls(
        [fragment(None, "a", "get", '{"city":"Paris"}')],
        [fragment(0, "b", "get", '{"city":')],
        [fragment(arguments='"Rome"}')],
    ) == [("get", PARIS, "a"), ("get", ROME, "b")]


def test_no_index_but_ids_on_every_fragment() -> None:
    assert calls(
        [fragment(id_="a", name="get", arguments='{"city":')],
        [fragment(id_="b", name="get", arguments='{"city":')],
        [fragment(id_="a", arguments='"Paris"}')],
        [fragment(id_="b", arguments='"Rome"}')],
    ) == [("get", PARIS, "a"), ("get", ROME, "b")]


def test_interleaved_parallel_calls() -> None:
    assert calls(
        [fragment(0, "a", "get", ""), fragment(1, "b", "get", "")],
        [fragment(1, arguments='{"city":'), fragment(0, arguments='{"city":')],
        [fragment(0, arguments='"Paris"}')],
        [fragment(1, arguments='"Rome"}')],
    ) == [("get", PARIS, "a"), ("get", ROME, "b")]


@pytest.mark.parametrize("first", [1, 3, 100])
def test_indexes_that_do_not_start_at_zero(first: int) -> None:
    assert calls(
        [fragment(first, "a", "get", '{"city":"Paris"}')],
        [fragment(first + 1, "b", "get", '{"city":')],
        [fragment(first + 1, arguments='"Rome"}')],
    ) == [("get", PARIS, "a"), ("get", ROME, "b")]


def test_id_repeated_on_every_fragment() -> None:
    assert calls(
        [fragment(0, "a", "get", '{"ci')],
        [fragment(0, "a", arguments='ty":')],
        [fragment(0, "a", arguments='"Paris"}')],
    ) == [("get", PARIS, "a")]


def test_id_and_name_repeated_on_every_fragment() -> None:
    assert calls(
        [fragment(0, "a", "get", '{"ci')],
        [fragment(0, "a", "get", 'ty":')],
        [fragment(0, "a", "get", '"Paris"}')],
    ) == [("get", PARIS, "a")]


def test_name_repeated_on_every_fragment_without_an_id() -> None:
    assert calls(
        [fragment(0, "a", "get", '{"ci')],
        [fragment(0, name="get", arguments='ty":"Paris"}')],
    ) == [("get", PARIS, "a")]


def test_new_name_without_an_id_opens_a_call() -> None:
    assert calls(
        [fragment(0, name="get", arguments='{"city":"Paris"}')],
        [fragment(0, name="get", arguments='{"city":"Rome"}')],
        [fragment(0, name="ping", arguments="{}")],
    ) == [("get", PARIS, MADE_UP), ("get", ROME, MADE_UP), ("ping", {}, MADE_UP)]


@pytest.mark.parametrize("empty", ["", None])
def test_empty_ids_and_names_on_later_fragments(empty: str | None) -> None:
    assert calls(
        [fragment(0, "a", "get", "")],
        [fragment(0, empty, empty, '{"city":')],
        [fragment(0, empty, empty, '"Paris"}')],
    ) == [("get", PARIS, "a")]


def test_id_that_arrives_late_opens_no_second_call() -> None:
    ((name, args, id_),) = calls(
        [fragment(0, name="get", arguments='{"city":')],
        [fragment(0, "late", arguments='"Paris"')],
        [fragment(0, "late", arguments="}")],
    )
    assert (name, args, id_) == ("get", PARIS, "late")


def test_name_that_arrives_late() -> None:
    assert calls(
        [fragment(0, "a")], [fragment(0, name="get")], [fragment(0, arguments='{"city":"Paris"}')]
    ) == [("get", PARIS, "a")]


def test_missing_ids_are_made_up_and_differ() -> None:
    message, _ = run([fragment(0, name="ping", arguments="{}"), fragment(1, name="ping")])
    ids = [call["id"] for call in message.tool_calls]
    assert [normal_id(id_) for id_ in ids] == [MADE_UP, MADE_UP]
    assert len(set(ids)) == 2


def test_made_up_id_is_sent_once() -> None:
    stream = ToolCallStream()
    chunks = stream.push([fragment(0, name="get", arguments='{"ci')])
    chunks += stream.push([fragment(0, arguments='ty":"Paris"}')])
    assert not any(part["id"] for part in chunks)  # the gateway's own may still come
    chunks += stream.close("tool_calls")[0]
    assert [normal_id(part["id"]) for part in chunks if part["id"]] == [MADE_UP]


def test_indexes_are_counted_from_zero_for_langchain() -> None:
    stream = ToolCallStream()
    chunks = stream.push([fragment(7, "a", "ping", "{}"), fragment(7, "b", "ping", "{}")])
    assert {part["index"] for part in chunks} == {0, 1}
    assert len(stream) == 2


def ids_apart(*deltas: list[Any]) -> list[dict[str, Any]]:
    """The arguments of the valid calls of one id; each must have become an id of its own."""
    made = calls(*deltas)
    assert made[0][2] == "get"
    assert len({id_ for *_, id_ in run_ids(*deltas)}) == len(made)
    return [args for _, args, _ in made]


def run_ids(*deltas: list[Any]) -> list[tuple[Any, Any]]:
    message, _ = run(*deltas)
    return [(call["name"], call["id"]) for call in message.tool_calls]


def test_calls_that_share_an_id() -> None:
    whole = ['{"city":"Paris"}', '{"city":"Rome"}', '{"city":"Oslo"}']
    named = [fragment(n, "get", "get", text) for n, text in enumerate(whole)]
    assert ids_apart(named) == [PARIS, ROME, OSLO]
    assert ids_apart(*([one] for one in named)) == [PARIS, ROME, OSLO]
    for index in (0, None, ABSENT):  # finished calls, told apart by nothing but that
        same = [fragment(index, "get", "get", text) for text in whole]
        assert ids_apart(same) == [PARIS, ROME, OSLO]
        assert ids_apart(*([one] for one in same)) == [PARIS, ROME, OSLO]
    assert run_ids(*([one] for one in named)) == run_ids(named)
    valid, *_ = read_tool_calls(named, "tool_calls")
    assert [(call["name"], call["id"]) for call in valid] == run_ids(named)


@pytest.mark.parametrize("id_", ["get", ABSENT])
def test_calls_that_share_an_id_in_fragments(id_: Any) -> None:
    assert ids_apart(
        [fragment(0, "get", "get", ""), fragment(1, "get", "get", "")],
        [fragment(1, id_, arguments='{"city":'), fragment(0, id_, arguments='{"city":')],
        [fragment(0, id_, arguments='"Paris"}')],
        [fragment(1, id_, arguments='"Rome"}')],
    ) == [PARIS, ROME]


def test_calls_that_share_an_id_named_in_every_fragment() -> None:
    assert ids_apart(
        [fragment(0, "get", "get", '{"city":'), fragment(1, "get", "get", '{"city":')],
        [fragment(1, "get", "get", '"Rome"}'), fragment(0, "get", "get", '"Paris"}')],
    ) == [PARIS, ROME]


def test_calls_that_share_an_id_that_comes_late() -> None:
    assert ids_apart(
        [fragment(0, name="get", arguments='{"city":'), fragment(1, name="get", arguments="{")],
        [fragment(0, "get", arguments='"Paris"}'), fragment(1, "get", arguments='"city":"Rome"}')],
    ) == [PARIS, ROME]


def test_a_signature_comes_before_the_second_call_of_an_id() -> None:
    stream = ToolCallStream()
    stream.push([fragment(0, "get", "get", "{}")])
    stream.push([{"index": 1, "extra_content": {"s": "T"}}])
    stream.push([fragment(1, "get", "get", "{}")])
    ((id_, signature),) = stream.extras["tool_call_extra_content"].items()
    assert (normal_id(id_), signature) == (MADE_UP, {"s": "T"})


def test_id_repeated_at_a_wrong_index() -> None:
    assert calls(
        [fragment(0, "a", "get", '{"ci')],
        [fragment(1, "a", arguments='ty":')],
        [fragment(2, "a", arguments='"Paris"}')],
    ) == [("get", PARIS, "a")]
    assert calls(
        [fragment(0, "a", "get", "{"), fragment(1, "b", "get", "{")],
        [fragment(1, "a", arguments='"city":"Paris"}'), fragment(0, "b", arguments="}")],
    ) == [("get", PARIS, "a"), ("get", {}, "b")]


def test_a_call_that_is_sent_again_does_not_run_twice() -> None:
    whole = fragment(0, "a", "get", '{"city":"Paris"}')
    message, _ = run([whole], [whole])
    assert [call["id"] for call in message.tool_calls + message.invalid_tool_calls] == ["a"]


# -- arguments ---------------------------------------------------------------------------------


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
def test_no_arguments(pieces: list[Any]) -> None:
    rest = [[fragment(0, arguments=piece)] for piece in pieces[1:]]
    assert calls([fragment(0, "a", "ping", pieces[0])], *rest) == [("ping", {}, "a")]
    if all(isinstance(piece, str) for piece in pieces):
        assert parse_arguments("".join(pieces)) == {}


def test_arguments_as_an_object() -> None:
    assert calls([fragment(0, "a", "get", PARIS)]) == [("get", PARIS, "a")]
    assert parse_arguments(PARIS) == PARIS


def test_arguments_that_are_cut_everywhere() -> None:
    text = '{"city": "Zürich \\u00e4 \\"x\\"", "days": [1, {"a": null}], "deep": {"b": -1.5e3}}'
    for position in range(len(text)):
        pieces = [text[:position], text[position:]]
        assert calls([fragment(0, "a", "get", pieces[0])], [fragment(0, arguments=pieces[1])]) == [
            ("get", json.loads(text), "a")
        ]


def test_arguments_that_end_everywhere() -> None:
    """However far the model came: never a call, always an invalid one with a reason."""
    text = '{"city": "Paris \\"x\\"", "days": [1, {"a": null}], "deep": {"b": true, "c": "]}"}}'
    for length in range(1, len(text)):
        message, errors = run([fragment(0, "a", "get", text[:length])], finish_reason="length")
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
        '"{\\"a\\": 1}"',
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
def test_broken_arguments(text: str, finish_reason: str | None) -> None:
    with pytest.raises(ArgumentsError):
        parse_arguments(text)
    message, errors = run(
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
def test_arguments_of_another_type(value: object) -> None:
    message, errors = run([fragment(0, "a", "get", value)])
    assert message.tool_calls == []
    assert errors == {
        "a": f"the arguments are no JSON object but {type(value).__name__}",
    }
    valid, invalid, *_ = read_tool_calls([fragment(0, "a", "get", value)], "tool_calls")
    assert valid == []
    assert invalid[0]["error"] == errors["a"]


def test_call_that_the_token_limit_cut_before_its_arguments() -> None:
    message, errors = run([fragment(0, "a", "get", "")], finish_reason="length")
    assert message.tool_calls == []
    assert errors["a"].startswith("cut off by the token limit")
    valid, invalid, *_ = read_tool_calls([fragment(0, "a", "get", "")], "length")
    assert valid == []
    assert invalid[0]["error"] == errors["a"]


def test_call_without_a_name() -> None:
    message, errors = run([fragment(0, "a", arguments="{}")])
    assert message.tool_calls == []
    assert [call["id"] for call in message.invalid_tool_calls] == ["a"]
    assert errors == {"a": "the call names no tool"}


def test_raw_line_break_in_a_string_is_taken_as_in_langchain() -> None:
    assert calls([fragment(0, "a", "get", '{"city":"Par\nis"}')]) == [
        ("get", {"city": "Par\nis"}, "a")
    ]


# -- what is no fragment -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "odd",
    [
        None,
        "text",
        1,
        [],
        {},
        {"index": 0},
        {"index": 0, "function": None},
        {"index": 0, "function": "get"},
        {"index": [0], "function": {"arguments": None}},
        {"index": {"a": 1}, "function": {}},
        {"id": 7, "index": "0", "function": {"name": 5}},
    ],
    ids=repr,
)
def test_one_malformed_fragment_costs_nothing_else(odd: object) -> None:
    whole = fragment(0, "a", "get", '{"city":"Paris"}')
    assert calls([whole], [odd]) == [("get", PARIS, "a")]
    assert calls([odd], [whole]) == [("get", PARIS, "a")]
    assert calls([odd, whole]) == [("get", PARIS, "a")]


@pytest.mark.parametrize("odd", [None, {}, "text", 1, {"index": 0}], ids=repr)
def test_fragments_that_are_no_list(odd: object) -> None:
    stream = ToolCallStream()
    assert stream.push(odd) == []
    assert stream.close("stop") == ([], {})
    assert not any(read_tool_calls(odd, "stop"))


@pytest.mark.parametrize("index", [[0], {"a": 1}, "0", 1.5, True], ids=repr)
def test_index_of_another_type(index: object) -> None:
    assert calls(
        [fragment(index, "a", "get", '{"city":')], [fragment(index, arguments='"Paris"}')]
    ) == [("get", PARIS, "a")]


# -- a stream that broke ------------------------------------------------------------------------


def test_unfinished_calls_are_all_invalid() -> None:
    stream = ToolCallStream()
    stream.push([fragment(0, "a", "get", '{"city":"Paris"}'), fragment(1, "b", "get", '{"ci')])
    assert stream.list_unfinished("why") == [
        {
            "type": "invalid_tool_call",
            "name": "get",
            "args": '{"city":"Paris"}',
            "id": "a",
            "error": "why",
        },
        {"type": "invalid_tool_call", "name": "get", "args": '{"ci', "id": "b", "error": "why"},
    ]
