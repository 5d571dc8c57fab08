"""Fragments of tool calls: which call they belong to, and what LangChain makes of them."""

from __future__ import annotations

from typing import Any

import pytest

from langchain_cometapi._chat.response.tool_call_stream import ToolCallStream
from langchain_cometapi._chat.response.tool_calls import read_tool_calls
from tests.support import MADE_UP, normal_id
from tests.tool_call_fragments import ABSENT, fragment, merge_fragments, read_calls

PARIS, ROME, OSLO = {"city": "Paris"}, {"city": "Rome"}, {"city": "Oslo"}


# -- which call a fragment belongs to ----------------------------------------------------------


def test_fragments_as_openai_sends_them_are_one_call() -> None:
    assert read_calls(
        [fragment(0, "a", "get", "")],
        [fragment(0, arguments='{"city":')],
        [fragment(0, arguments='"Paris"}')],
        [fragment(1, "b", "get", "")],
        [fragment(1, arguments='{"city":"Rome"}')],
    ) == [("get", PARIS, "a"), ("get", ROME, "b")]


def test_whole_call_in_the_first_delta_is_one_call() -> None:
    assert read_calls([fragment(0, "a", "get", '{"city":"Paris"}')]) == [("get", PARIS, "a")]


def test_whole_calls_in_one_delta_are_two_calls() -> None:
    assert read_calls(
        [fragment(0, "a", "get", '{"city":"Paris"}'), fragment(1, "b", "get", '{"city":"Rome"}')]
    ) == [("get", PARIS, "a"), ("get", ROME, "b")]


def test_whole_calls_at_one_index_are_two_calls() -> None:
    assert read_calls(
        [fragment(0, "a", "get", '{"city":"Paris"}'), fragment(0, "b", "get", '{"city":"Rome"}')]
    ) == [("get", PARIS, "a"), ("get", ROME, "b")]


def test_fragments_of_one_call_in_one_delta_are_one_call() -> None:
    assert read_calls(
        [
            fragment(0, "a", "get", ""),
            fragment(0, arguments='{"city":'),
            fragment(0, arguments='"Paris"}'),
        ]
    ) == [("get", PARIS, "a")]


def test_fragments_with_two_ids_at_one_index_are_two_calls() -> None:
    assert read_calls(
        [fragment(0, "a", "get", "")],
        [fragment(0, arguments='{"city":')],
        [fragment(0, arguments='"Paris"}')],
        [fragment(0, "b", "get", "")],
        [fragment(0, arguments='{"city":')],
        [fragment(0, arguments='"Rome"}')],
    ) == [("get", PARIS, "a"), ("get", ROME, "b")]


def test_fragments_with_three_ids_at_two_indexes_are_three_calls() -> None:
    assert read_calls(
        [fragment(0, "a", "get", '{"city":"Paris"}')],
        [fragment(0, "b", "get", "")],
        [fragment(1, "c", "get", '{"city":"Oslo"}')],
        [fragment(0, arguments='{"city":"Rome"}')],
    ) == [("get", PARIS, "a"), ("get", ROME, "b"), ("get", OSLO, "c")]


@pytest.mark.parametrize("index", [ABSENT, None])
def test_fragments_without_an_index_are_told_apart_by_id(index: object) -> None:
    assert read_calls(
        [fragment(index, "a", "get", '{"city":')],
        [fragment(index, arguments='"Paris"}')],
        [fragment(index, "b", "get", "")],
        [fragment(index, arguments='{"city":"Rome"}')],
    ) == [("get", PARIS, "a"), ("get", ROME, "b")]


def test_fragment_without_an_index_goes_to_the_last_call() -> None:
    assert read_calls(
        [fragment(None, "a", "get", '{"city":"Paris"}')],
        [fragment(0, "b", "get", '{"city":')],
        [fragment(arguments='"Rome"}')],
    ) == [("get", PARIS, "a"), ("get", ROME, "b")]


def test_ids_on_every_fragment_without_an_index_name_the_call() -> None:
    assert read_calls(
        [fragment(id_="a", name="get", arguments='{"city":')],
        [fragment(id_="b", name="get", arguments='{"city":')],
        [fragment(id_="a", arguments='"Paris"}')],
        [fragment(id_="b", arguments='"Rome"}')],
    ) == [("get", PARIS, "a"), ("get", ROME, "b")]


def test_fragments_of_parallel_calls_in_turn_go_to_their_calls() -> None:
    assert read_calls(
        [fragment(0, "a", "get", ""), fragment(1, "b", "get", "")],
        [fragment(1, arguments='{"city":'), fragment(0, arguments='{"city":')],
        [fragment(0, arguments='"Paris"}')],
        [fragment(1, arguments='"Rome"}')],
    ) == [("get", PARIS, "a"), ("get", ROME, "b")]


@pytest.mark.parametrize("first", [1, 3, 100])
def test_indexes_that_do_not_start_at_zero_are_counted_anew(first: int) -> None:
    assert read_calls(
        [fragment(first, "a", "get", '{"city":"Paris"}')],
        [fragment(first + 1, "b", "get", '{"city":')],
        [fragment(first + 1, arguments='"Rome"}')],
    ) == [("get", PARIS, "a"), ("get", ROME, "b")]


def test_id_on_every_fragment_opens_no_second_call() -> None:
    assert read_calls(
        [fragment(0, "a", "get", '{"ci')],
        [fragment(0, "a", arguments='ty":')],
        [fragment(0, "a", arguments='"Paris"}')],
    ) == [("get", PARIS, "a")]


def test_id_and_name_on_every_fragment_open_no_second_call() -> None:
    assert read_calls(
        [fragment(0, "a", "get", '{"ci')],
        [fragment(0, "a", "get", 'ty":')],
        [fragment(0, "a", "get", '"Paris"}')],
    ) == [("get", PARIS, "a")]


def test_name_on_every_fragment_without_an_id_opens_no_second_call() -> None:
    assert read_calls(
        [fragment(0, "a", "get", '{"ci')],
        [fragment(0, name="get", arguments='ty":"Paris"}')],
    ) == [("get", PARIS, "a")]


def test_new_name_without_an_id_opens_a_call() -> None:
    assert read_calls(
        [fragment(0, name="get", arguments='{"city":"Paris"}')],
        [fragment(0, name="get", arguments='{"city":"Rome"}')],
        [fragment(0, name="ping", arguments="{}")],
    ) == [("get", PARIS, MADE_UP), ("get", ROME, MADE_UP), ("ping", {}, MADE_UP)]


@pytest.mark.parametrize("empty", ["", None])
def test_empty_ids_and_names_on_later_fragments_open_no_second_call(empty: str | None) -> None:
    assert read_calls(
        [fragment(0, "a", "get", "")],
        [fragment(0, empty, empty, '{"city":')],
        [fragment(0, empty, empty, '"Paris"}')],
    ) == [("get", PARIS, "a")]


def test_id_that_arrives_late_opens_no_second_call() -> None:
    ((name, args, id_),) = read_calls(
        [fragment(0, name="get", arguments='{"city":')],
        [fragment(0, "late", arguments='"Paris"')],
        [fragment(0, "late", arguments="}")],
    )
    assert (name, args, id_) == ("get", PARIS, "late")


def test_name_that_arrives_late_is_the_name_of_the_call() -> None:
    assert read_calls(
        [fragment(0, "a")], [fragment(0, name="get")], [fragment(0, arguments='{"city":"Paris"}')]
    ) == [("get", PARIS, "a")]


def test_missing_ids_are_generated_and_differ() -> None:
    message, _ = merge_fragments(
        [fragment(0, name="ping", arguments="{}"), fragment(1, name="ping")]
    )
    ids = [call["id"] for call in message.tool_calls]
    assert [normal_id(id_) for id_ in ids] == [MADE_UP, MADE_UP]
    assert len(set(ids)) == 2


def test_generated_id_is_passed_on_once() -> None:
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
    made = read_calls(*deltas)
    assert made[0][2] == "get"
    assert len({id_ for *_, id_ in run_ids(*deltas)}) == len(made)
    return [args for _, args, _ in made]


def run_ids(*deltas: list[Any]) -> list[tuple[Any, Any]]:
    message, _ = merge_fragments(*deltas)
    return [(call["name"], call["id"]) for call in message.tool_calls]


def test_calls_that_share_an_id_are_two_calls() -> None:
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
def test_fragments_of_calls_that_share_an_id_are_two_calls(id_: Any) -> None:
    assert ids_apart(
        [fragment(0, "get", "get", ""), fragment(1, "get", "get", "")],
        [fragment(1, id_, arguments='{"city":'), fragment(0, id_, arguments='{"city":')],
        [fragment(0, id_, arguments='"Paris"}')],
        [fragment(1, id_, arguments='"Rome"}')],
    ) == [PARIS, ROME]


def test_calls_that_share_an_id_and_a_name_in_every_fragment_are_two_calls() -> None:
    assert ids_apart(
        [fragment(0, "get", "get", '{"city":'), fragment(1, "get", "get", '{"city":')],
        [fragment(1, "get", "get", '"Rome"}'), fragment(0, "get", "get", '"Paris"}')],
    ) == [PARIS, ROME]


def test_calls_that_share_an_id_that_comes_late_are_two_calls() -> None:
    assert ids_apart(
        [fragment(0, name="get", arguments='{"city":'), fragment(1, name="get", arguments="{")],
        [fragment(0, "get", arguments='"Paris"}'), fragment(1, "get", arguments='"city":"Rome"}')],
    ) == [PARIS, ROME]


def test_signature_before_the_second_call_of_an_id_belongs_to_that() -> None:
    stream = ToolCallStream()
    stream.push([fragment(0, "get", "get", "{}")])
    stream.push([{"index": 1, "extra_content": {"s": "T"}}])
    stream.push([fragment(1, "get", "get", "{}")])
    ((id_, signature),) = stream.extras["tool_call_extra_content"].items()
    assert (normal_id(id_), signature) == (MADE_UP, {"s": "T"})


def test_id_at_a_wrong_index_names_the_call() -> None:
    assert read_calls(
        [fragment(0, "a", "get", '{"ci')],
        [fragment(1, "a", arguments='ty":')],
        [fragment(2, "a", arguments='"Paris"}')],
    ) == [("get", PARIS, "a")]
    assert read_calls(
        [fragment(0, "a", "get", "{"), fragment(1, "b", "get", "{")],
        [fragment(1, "a", arguments='"city":"Paris"}'), fragment(0, "b", arguments="}")],
    ) == [("get", PARIS, "a"), ("get", {}, "b")]


def test_a_call_that_is_sent_again_does_not_run_twice() -> None:
    whole = fragment(0, "a", "get", '{"city":"Paris"}')
    message, _ = merge_fragments([whole], [whole])
    assert [call["id"] for call in message.tool_calls + message.invalid_tool_calls] == ["a"]


# -- malformed fragments ------------------------------------------------------------------------


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
def test_malformed_fragment_costs_nothing_else(odd: object) -> None:
    whole = fragment(0, "a", "get", '{"city":"Paris"}')
    assert read_calls([whole], [odd]) == [("get", PARIS, "a")]
    assert read_calls([odd], [whole]) == [("get", PARIS, "a")]
    assert read_calls([odd, whole]) == [("get", PARIS, "a")]


@pytest.mark.parametrize("odd", [None, {}, "text", 1, {"index": 0}], ids=repr)
def test_fragments_outside_of_a_list_are_no_calls(odd: object) -> None:
    stream = ToolCallStream()
    assert stream.push(odd) == []
    assert stream.close("stop") == ([], {})
    assert not any(read_tool_calls(odd, "stop"))


@pytest.mark.parametrize("index", [[0], {"a": 1}, "0", 1.5, True], ids=repr)
def test_index_of_another_type_still_joins_fragments(index: object) -> None:
    assert read_calls(
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
