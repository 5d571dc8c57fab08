"""Arguments of tool calls: the one object that is meant, whole and cut into any pieces."""

from __future__ import annotations

import contextlib
import itertools
import json
from typing import TYPE_CHECKING, Any

import pytest
from langchain_core.messages import AIMessageChunk
from langchain_core.utils.json import parse_partial_json

from langchain_cometapi._chat.response.arguments import (
    ArgumentsError,
    BracketScanner,
    EscapedSurrogates,
    parse_arguments,
)
from langchain_cometapi._chat.response.tool_call_stream import ToolCallStream
from langchain_cometapi._chat.response.tool_calls import read_tool_calls
from tests.support import merge
from tests.tool_call_fragments import fragment, merge_fragments, read_calls

if TYPE_CHECKING:
    from collections.abc import Iterator

PARIS = {"city": "Paris"}
TEXT = json.dumps(PARIS)


VALUES = {"city": 'Zürich "x"', "days": [1, {"a": None}], "deep": {"b": -1.5e3, "c": True}}


def encode(text: str, times: int) -> str:
    for _ in range(times):
        text = json.dumps(text)
    return text


MEANT = {
    "{} before": ("{}" + TEXT, PARIS),
    "{} with spaces": (" { }\n" + TEXT, PARIS),
    "{} twice": ("{}{}" + TEXT, PARIS),
    "null before": ("null" + TEXT, PARIS),
    "empty text before": ('""' + TEXT, PARIS),
    "{} before and twice": ("{}" + TEXT + TEXT, PARIS),
    "twice": (TEXT + TEXT, PARIS),
    "twice on two lines": (TEXT + "\n" + TEXT + "\n", PARIS),
    "thrice": (TEXT * 3, PARIS),
    "twice in another order": ('{"a":1,"b":2}{"b":2,"a":1}', {"a": 1, "b": 2}),
    "encoded": (encode(TEXT, 1), PARIS),
    "encoded twice more": (encode(TEXT, 2), PARIS),
    "encoded thrice more": (encode(TEXT, 3), PARIS),
    "encoded, and that twice": (encode(TEXT, 1) * 2, PARIS),
    "{} before an encoded one": ("{}" + encode(TEXT, 1), PARIS),
    "encoded, {} before": (encode("{}" + TEXT, 1), PARIS),
    "encoded {}": (encode("{}", 1), {}),
    "encoded null": (encode("null", 1), {}),
    "{} alone": ("{}", {}),
    "brackets in a string": ('{"a":"}{}{"}', {"a": "}{}{"}),
    "quotes and backslashes": (json.dumps({"a": '\\"}\\'}), {"a": '\\"}\\'}),
    "an object in a text stays text": (json.dumps({"a": TEXT}), {"a": TEXT}),
    "a raw line break": ('{"city":"Par\nis"}', {"city": "Par\nis"}),
    "values of every type": (json.dumps(VALUES), VALUES),
    "nothing": ("", {}),
    "null with spaces": (" null ", {}),
}

INVALID = {
    "two objects": TEXT + '{"city":"Rome"}',
    "two objects that Python calls equal": '{"a":1}{"a":true}',
    "an object and {}": TEXT + "{}",
    "an object and null": TEXT + "null",
    "an object and a text": TEXT + '"Paris"',
    "an object and a cut one": TEXT + '{"city":"Par',
    "an object and a bracket": TEXT + "}",
    "encoded, cut": encode(TEXT, 1)[:-3],
    "encoded list": encode('["Paris"]', 1),
    "encoded text": encode("Paris", 2),
    "encoded and plain": encode(TEXT, 1) + TEXT,
    "two nulls": "nullnull",
    "null, cut": "nul",
    "an object, cut": '{"a": 1',
    "an object and a comma": '{"a": 1},',
    "a bracket": "}",
    "quotes of Python": "{'a': 1}",
    "no quotes": "{a: 1}",
    "no value": '{"a": }',
    "list": '["a"]',
    "text": '"text"',
    "number": "1",
    "no JSON": "<tool>{}</tool>",
    "1,000 lists": '{"a":' + "[" * 1_000,
    "1,000 lists, closed": '{"a":' + "[" * 1_000 + "]" * 1_000 + "}",
    "10,000 lists, closed": '{"a":' + "[" * 10_000 + "]" * 10_000 + "}",
    "900 objects": '{"a":' * 900 + "1" + "}" * 900,
    "a number that is none": '{"a":NaN}',
    "a number without an end": '{"a":[-Infinity]}',
    "a number beyond all floats": '{"a":1e999}',
    "a number that is none, encoded": encode('{"a":NaN}', 1),
    "a number of 5,000 digits": '{"a":' + "9" * 5_000 + "}",
}


def cut(text: str) -> Iterator[list[str]]:
    """A text in one piece, in two at some places, and in pieces of few characters."""
    yield [text]
    for at in range(1, min(len(text), 80) if len(text) < 1_000 else 3):
        yield [text[:at], text[at:]]
    size = 1 if len(text) < 1_000 else 4_096
    yield [text[at : at + size] for at in range(0, max(len(text), 1), size)]


def stream(pieces: list[str]) -> list[list[dict[str, Any]]]:
    first, *rest = pieces
    return [[fragment(0, "a", "get", first)], *([fragment(0, arguments=piece)] for piece in rest)]


@pytest.mark.parametrize(("text", "meant"), MEANT.values(), ids=MEANT)
def test_the_object_that_is_meant_is_read(text: str, meant: dict[str, Any]) -> None:
    assert parse_arguments(text) == meant
    whole, invalid, _ = read_tool_calls([fragment(0, "a", "get", text)], "tool_calls")
    assert (whole[0]["args"], invalid) == (meant, [])
    for pieces in cut(text):
        assert read_calls(*stream(pieces)) == [("get", meant, "a")], pieces


@pytest.mark.parametrize("text", INVALID.values(), ids=INVALID)
def test_what_is_ambiguous_broken_or_too_deep_is_invalid(text: str) -> None:
    with pytest.raises(ArgumentsError):
        parse_arguments(text)
    whole, invalid, _ = read_tool_calls([fragment(0, "a", "get", text)], "tool_calls")
    assert (whole, [call["args"] for call in invalid]) == ([], [text])
    for pieces in cut(text):
        message, errors = merge_fragments(*stream(pieces))
        assert message.tool_calls == [], pieces
        assert (message.invalid_tool_calls[0]["args"] or "").startswith(text)
        assert list(errors) == ["a"]


@pytest.mark.parametrize("named", [{}, {"name": "get"}, {"id_": "a"}])
def test_call_that_is_named_again_after_a_placeholder_is_one_call(named: dict[str, Any]) -> None:
    first = [fragment(0, "a", "get", "{}")]
    for pieces in ([TEXT], [TEXT[:5], TEXT[5:]]):
        _, *rest = stream(pieces)
        again = [fragment(0, **named, arguments=pieces[0])]
        assert read_calls(first, again, *rest) == [("get", PARIS, "a")]


@pytest.mark.parametrize("other", [(1, "a", "get"), (0, "b", "get"), (0, "b", "put"), (1, "b", "")])
def test_another_call_after_one_without_arguments_is_another_call(other: Any) -> None:
    index, id_, name = other
    calls = read_calls([fragment(0, "a", "get", "{}")], [fragment(index, id_, name or "x", TEXT)])
    assert [call[1] for call in calls] == [{}, PARIS]


# -- the spoiler ---------------------------------------------------------------------------------

_CUT = '{"a": [1, {"b\\\\": "c\\"d]}"}, "\\u00e9", {"list": [[1, 2], {"x": null}]}, "tail'


def test_appended_bracket_makes_any_beginning_invalid() -> None:
    for at in range(len(_CUT) + 1):
        scanner = BracketScanner()
        for piece in (_CUT[: at // 2], _CUT[at // 2 : at]):
            scanner.push(piece)
        spoiled = _CUT[:at] + scanner.get_spoiler()
        with contextlib.suppress(ValueError):
            assert not isinstance(parse_partial_json(spoiled), dict), spoiled


@pytest.mark.parametrize("opened", ['{"a":[', '{"a":[[[{"b":[', "[" * 500])
def test_call_cut_inside_a_list_is_spoiled_at_once(opened: str) -> None:
    items = ",".join(f'"{n}"' for n in range(40_000))  # core needed a second for 8 KB of these
    message, errors = merge_fragments(
        [fragment(0, "a", "get", opened + items)], finish_reason="length"
    )
    assert message.tool_calls == []
    assert errors["a"].startswith("cut off by the token limit")


# -- halves of surrogate pairs -------------------------------------------------------------------

_HALVES = {
    r'{"a":"\ud83d\ude00"}': "😀",
    r'{"a":"\uD83D\uDE00"}': "😀",
    r'{"a":"x\ud83d"}': "x\ufffd",
    r'{"a":"\ude00x"}': "\ufffdx",
    r'{"a":"\ud83d\ud83d\ude00"}': "\ufffd😀",
    r'{"a":"\ud83d\\ude00"}': "\ufffd\\ude00",
    r'{"a":"\\ud83d"}': r"\ud83d",
    r'{"a":"\\\ud83d\n"}': "\\\ufffd\n",
    r'{"a":"\u00e9\ud7ff\ue000"}': "é\ud7ff\ue000",
}


@pytest.mark.parametrize(("text", "meant"), _HALVES.items())
def test_escaped_half_in_arguments_is_replaced_wherever_it_is_cut(text: str, meant: str) -> None:
    assert parse_arguments(text) == {"a": meant}
    for times in (0, 1):
        for pieces in cut(encode(text, times)):
            assert read_calls(*stream(pieces)) == [("get", {"a": meant}, "a")], pieces


def test_escapes_that_do_not_end_are_passed_on() -> None:
    for text in (r"a\ud83d", r"\ud83d\u", r"\ud83d\ude0", "\\", r"\u12", r"\ude00"):
        for pieces in cut(text):
            reader = EscapedSurrogates()
            read = "".join(map(reader.push, pieces)) + reader.close()
            assert read == text.replace(r"\ud83d", r"\ufffd").replace(r"\ude00", r"\ufffd")


def test_chunks_of_arguments_are_passed_on_as_they_come() -> None:
    pieces = ["", "{", '"ci', 'ty":"', "Pa", 'ris"', "}"]
    message, calls, shown = AIMessageChunk(content=""), ToolCallStream(), []
    for delta in stream(pieces):
        message = merge([message, AIMessageChunk(content="", tool_call_chunks=calls.push(delta))])
        shown.append(sum(len(chunk["args"] or "") for chunk in message.tool_call_chunks))
    assert shown == list(itertools.accumulate([0, 0, 4, 5, 2, 4, 1]))
