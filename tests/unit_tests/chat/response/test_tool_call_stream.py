"""Fragments of tool calls: which call they belong to, and what LangChain makes of them."""

from __future__ import annotations

from typing import Any

import pytest

from langchain_cometapi._chat.response.tool_call_stream import ToolCallStream
from langchain_cometapi._chat.response.tool_calls import read_tool_calls
from tests.support import MADE_UP, normal_id
from tests.tool_call_fragments import ABSENT, fragment, merge_fragments, read_calls

PARIS, ROME, OSLO = {"city": "Paris"}, {"city": "Rome"}, {"city": "Oslo"}
OPEN, IN_PARIS, IN_ROME, IN_OSLO = '{"city":', '"Paris"}', '"Rome"}', '"Oslo"}'
WHOLE = fragment(0, "a", "get", OPEN + IN_PARIS)


def rest(arguments: str, index: object = 0, **named: Any) -> dict[str, Any]:
    return fragment(index, arguments=arguments, **named)


# -- which call a fragment belongs to ----------------------------------------------------------


ONE_CALL: dict[str, list[list[Any]]] = {
    "fragments in one delta": [[fragment(0, "a", "get", ""), rest(OPEN), rest(IN_PARIS)]],
    "id and name again": [
        [fragment(0, "a", "get", '{"ci')],
        [fragment(0, "a", "get", 'ty":')],
        [fragment(0, "a", "get", IN_PARIS)],
    ],
    "name again": [[fragment(0, "a", "get", OPEN)], [rest(IN_PARIS, name="get")]],
    "empty id and name": [[fragment(0, "a", "get", "")], [fragment(0, "", "", OPEN + IN_PARIS)]],
    "null as id and name": [
        [fragment(0, "a", "get", "")],
        [fragment(0, None, None, OPEN + IN_PARIS)],
    ],
    "id late": [
        [rest(OPEN, name="get")],
        [rest('"Paris"', id_="a")],
        [rest("}", id_="a")],
    ],
    "name late": [[fragment(0, "a")], [fragment(0, name="get")], [rest(OPEN + IN_PARIS)]],
    "other name after the arguments": [
        [fragment(0, "a", "get", OPEN)],
        [fragment(0, "a", "_it", IN_PARIS)],
    ],
    "bare arguments at a new index": [[fragment(0, "a", "get", OPEN)], [rest(IN_PARIS, 5)]],
    "id at wrong indexes": [
        [fragment(0, "a", "get", '{"ci')],
        [rest('ty":', 1, id_="a")],
        [rest(IN_PARIS, 2, id_="a")],
    ],
    **{
        f"index {index}": [[fragment(index, "a", "get", OPEN)], [rest(IN_PARIS, index)]]
        for index in ([0], {"a": 1}, "0", 1.5, True)
    },
    "sent again": [[WHOLE], [WHOLE]],
}


@pytest.mark.parametrize("deltas", ONE_CALL.values(), ids=ONE_CALL)
def test_fragments_of_one_call_are_joined(deltas: list[list[Any]]) -> None:
    assert read_calls(*deltas) == [("get", PARIS, "a")]


TWO_CALLS: dict[str, list[list[Any]]] = {
    "whole ones in one delta": [[WHOLE, fragment(1, "b", "get", OPEN + IN_ROME)]],
    "no index": [
        [fragment(id_="a", name="get", arguments=OPEN), rest(IN_PARIS, ABSENT)],
        [fragment(id_="b", name="get"), rest(OPEN + IN_ROME, ABSENT)],
    ],
    "null as index": [
        [fragment(None, "a", "get", OPEN), rest(IN_PARIS, None)],
        [fragment(None, "b", "get", ""), rest(OPEN + IN_ROME, None)],
    ],
    "an index for one of them": [
        [fragment(None, "a", "get", OPEN + IN_PARIS)],
        [fragment(0, "b", "get", OPEN)],
        [rest(IN_ROME, ABSENT)],
    ],
    "ids alone": [
        [fragment(id_="a", name="get", arguments=OPEN)],
        [fragment(id_="b", name="get", arguments=OPEN)],
        [rest(IN_PARIS, ABSENT, id_="a")],
        [rest(IN_ROME, ABSENT, id_="b")],
    ],
    "in turn": [
        [fragment(0, "a", "get", ""), fragment(1, "b", "get", "")],
        [rest(OPEN, 1), rest(OPEN)],
        [rest(IN_PARIS)],
        [rest(IN_ROME, 1)],
    ],
    "in turn, at wrong indexes": [
        [fragment(0, "a", "get", OPEN), fragment(1, "b", "get", OPEN)],
        [rest(IN_PARIS, 1, id_="a"), rest(IN_ROME, 0, id_="b")],
    ],
    "indexes from 3": [
        [fragment(3, "a", "get", OPEN + IN_PARIS)],
        [fragment(4, "b", "get", OPEN)],
        [rest(IN_ROME, 4)],
    ],
}


@pytest.mark.parametrize("deltas", TWO_CALLS.values(), ids=TWO_CALLS)
def test_fragments_of_two_calls_are_told_apart(deltas: list[list[Any]]) -> None:
    assert read_calls(*deltas) == [("get", PARIS, "a"), ("get", ROME, "b")]


def test_fragments_with_three_ids_at_two_indexes_are_three_calls() -> None:
    assert read_calls(
        [WHOLE],
        [fragment(0, "b", "get", "")],
        [fragment(1, "c", "get", OPEN + IN_OSLO)],
        [rest(OPEN + IN_ROME)],
    ) == [("get", PARIS, "a"), ("get", ROME, "b"), ("get", OSLO, "c")]


def test_name_without_an_id_opens_a_call_after_a_whole_one() -> None:
    assert read_calls(
        [rest(OPEN + IN_PARIS, name="get")],
        [rest(OPEN + IN_ROME, name="get")],
        [rest("{}", name="ping")],
        [fragment(0, "b", "ping", "{}")],
    ) == [
        ("get", PARIS, MADE_UP),
        ("get", ROME, MADE_UP),
        ("ping", {}, MADE_UP),
        ("ping", {}, "b"),
    ]


@pytest.mark.parametrize("index", [0, ABSENT], ids=["index", "no index"])
@pytest.mark.parametrize("arguments", [OPEN, '{"city":}'], ids=["cut", "broken"])
def test_new_name_after_arguments_that_are_not_whole_opens_a_call(
    arguments: str, index: object
) -> None:
    message, errors = merge_fragments(
        [rest(arguments, index, name="get")], [rest("{}", index, name="ping")]
    )
    assert [call["name"] for call in message.tool_calls] == ["ping"]
    assert [call["name"] for call in message.invalid_tool_calls] == ["get"]
    assert len(errors) == 1


def test_signature_alone_opens_no_call() -> None:
    stream = ToolCallStream()
    signature = {"extra_content": {"google": {"thought_signature": "S"}}}
    assert stream.push([{"index": 0, **signature}]) == []
    assert len(stream) == 0
    assert len(stream.push([fragment(0, name="", arguments="n")])) == 1


# -- ids and indexes for LangChain ---------------------------------------------------------------


def test_generated_ids_differ_and_are_passed_on_once_at_the_end() -> None:
    stream = ToolCallStream()
    chunks = stream.push([rest("{}", name="ping"), fragment(1, name="get", arguments=OPEN)])
    chunks += stream.push([rest(IN_PARIS, 1)])
    assert not any(part["id"] for part in chunks)  # the gateway's own may still come
    ids = [part["id"] for part in stream.close("tool_calls")[0]]
    assert [normal_id(id_) for id_ in ids] == [MADE_UP, MADE_UP]
    assert len(set(ids)) == 2


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
    whole = [OPEN + city for city in (IN_PARIS, IN_ROME, IN_OSLO)]
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


ONE_ID: dict[str, list[list[Any]]] = {
    **{
        f"then {'the id' if named else 'no id'}": [
            [fragment(0, "get", "get", ""), fragment(1, "get", "get", "")],
            [rest(OPEN, 1, **named), rest(OPEN, **named)],
            [rest(IN_PARIS)],
            [rest(IN_ROME, 1)],
        ]
        for named in ({"id_": "get"}, {})
    },
    "and a name in every fragment": [
        [fragment(0, "get", "get", OPEN), fragment(1, "get", "get", OPEN)],
        [fragment(1, "get", "get", IN_ROME), fragment(0, "get", "get", IN_PARIS)],
    ],
    "late": [
        [rest(OPEN, name="get"), rest("{", 1, name="get")],
        [rest(IN_PARIS, id_="get"), rest('"city":"Rome"}', 1, id_="get")],
    ],
}


@pytest.mark.parametrize("deltas", ONE_ID.values(), ids=ONE_ID)
def test_fragments_of_calls_that_share_an_id_are_two_calls(deltas: list[list[Any]]) -> None:
    assert ids_apart(*deltas) == [PARIS, ROME]


def test_signature_before_the_second_call_of_an_id_belongs_to_that() -> None:
    stream = ToolCallStream()
    stream.push([fragment(0, "get", "get", "{}")])
    stream.push([{"index": 1, "extra_content": {"s": "T"}}])
    stream.push([fragment(1, "get", "get", "{}")])
    ((id_, signature),) = stream.extras["tool_call_extra_content"].items()
    assert (normal_id(id_), signature) == (MADE_UP, {"s": "T"})


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
        {"id": 7, "index": "0", "function": {"name": 5}},
    ],
    ids=repr,
)
def test_malformed_fragment_costs_nothing_else(odd: object) -> None:
    for deltas in ([[WHOLE], [odd]], [[odd], [WHOLE]], [[odd, WHOLE]]):
        assert read_calls(*deltas) == [("get", PARIS, "a")]


@pytest.mark.parametrize("odd", [None, {}, "text", 1, {"index": 0}], ids=repr)
def test_fragments_outside_of_a_list_are_no_calls(odd: object) -> None:
    stream = ToolCallStream()
    assert stream.push(odd) == []
    assert stream.close("stop") == ([], {})
    assert not any(read_tool_calls(odd, "stop"))


# -- a stream that broke ------------------------------------------------------------------------


def test_unfinished_calls_are_all_invalid() -> None:
    stream = ToolCallStream()
    stream.push([WHOLE, fragment(1, "b", "get", '{"ci')])
    unfinished = stream.list_unfinished("why")
    assert [(call["name"], call["args"], call["id"]) for call in unfinished] == [
        ("get", OPEN + IN_PARIS, "a"),
        ("get", '{"ci', "b"),
    ]
    assert {(call["type"], call["error"]) for call in unfinished} == {("invalid_tool_call", "why")}
