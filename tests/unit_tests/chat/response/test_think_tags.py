"""Reasoning in `<think>` tags at the head of the content, cut anywhere."""

from __future__ import annotations

import copy
import itertools
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.messages import AIMessage, HumanMessage

from langchain_cometapi._chat.response.think_tags import ThinkTagReader
from tests.support import Gateway, all_ways, amerge, answer, ask, chunk, completion, merge, stream

TEXTS = {
    "<think>Two and two.</think>It is 4.": ("Two and two.", "It is 4."),
    "<think>\nTwo and\ntwo.\n</think>\n\nIt is 4.\n": ("Two and\ntwo.", "It is 4.\n"),
    " \n<think>Hmm.</think>4": ("Hmm.", "4"),
    "<think></think>4": ("", "4"),
    "<think>\n\n</think>\n\n4": ("", "4"),
    "<think>Hmm.</think>": ("Hmm.", ""),
    "<think>a < b </ c </think</think>4": ("a < b </ c </think", "4"),
    "<think>a</think>b</think>c": ("a", "b</think>c"),
    "<think>a</think>b<think>c</think>": ("a", "b<think>c</think>"),
    "<think>never closed": ("never closed", ""),
    "<think>nearly closed\n</thin": ("nearly closed\n</thin", ""),
    "<think>": ("", ""),
    "<thin": ("", "<thin"),
    "<thinking>no</thinking>": ("", "<thinking>no</thinking>"),
    "  Plain, <think>not at the head</think>": ("", "  Plain, <think>not at the head</think>"),
    "\n\n4": ("", "\n\n4"),
    " \n ": ("", " \n "),
    "": ("", ""),
    "Two and two.</think>It is 4.": ("Two and two.", "It is 4."),
    "\nTwo and\ntwo.\n</think>\n\nIt is 4.\n": ("Two and\ntwo.", "It is 4.\n"),
    "</think>4": ("", "4"),
    "a < b </ c </think</think>4": ("a < b </ c </think", "4"),
    "a</think>b</think>c": ("a", "b</think>c"),
    "a</think>b<think>c</think>": ("a", "b<think>c</think>"),
    "a</think>": ("a", ""),
    "a</thinking>b</thin": ("", "a</thinking>b</thin"),
    "<thought>Hmm.</thought>4": ("Hmm.", "4"),
    "<thought>a</think>b</thought>4": ("a</think>b", "4"),
    "Hmm.\n</thought>4": ("Hmm.", "4"),
}


def read(pieces: list[str]) -> tuple[str, str]:
    reader = ThinkTagReader()
    parts = [*(reader.push(piece) for piece in pieces), reader.close()]
    return "".join(part[0] for part in parts), "".join(part[1] for part in parts)


def cut_text(text: str, *positions: int) -> list[str]:
    edges = [0, *sorted(positions), len(text)]
    return [text[start:end] for start, end in itertools.pairwise(edges)]


@pytest.mark.parametrize("text", TEXTS)
def test_every_two_cuts(text: str) -> None:
    assert read([text]) == TEXTS[text]
    assert read(list(text)) == TEXTS[text]
    for first in range(len(text) + 1):
        for second in range(first, len(text) + 1):
            assert read(cut_text(text, first, second)) == TEXTS[text], (first, second)


_PIECES = st.lists(
    st.sampled_from(["<think>", "</think>", "<", "/", "think", ">", "\n", " ", "a", "<th", "é"]),
    max_size=9,
).map("".join)


@given(text=_PIECES, data=st.data())
def test_where_it_is_cut_does_not_matter(text: str, data: st.DataObject) -> None:
    positions = data.draw(st.lists(st.integers(0, len(text)), max_size=6))
    assert read(cut_text(text, *positions)) == read([text])


@given(thought=_PIECES, said=_PIECES)
def test_nothing_is_lost_but_tags_and_line_ends(thought: str, said: str) -> None:
    thought = thought.replace("</think>", "")
    if "</think>" in thought:  # made by the removal
        return
    expected = (thought.strip("\n"), said.lstrip("\n"))
    assert read([f"<think>{thought}</think>{said}"]) == expected


@given(text=_PIECES)
def test_without_a_tag_at_the_head_and_a_lone_closing_tag_nothing_is_touched(text: str) -> None:
    before, lone, _ = text.partition("</think>")
    if not (text.lstrip().startswith("<think>") or (lone and "<think>" not in before)):
        assert read([text]) == ("", text)


# -- models ------------------------------------------------------------------------------------

TAGGED = "<think>\nTwo and two.\n</think>\n\nIt is 4."


async def _all_ways(content: list[str], model: str, **settings: Any) -> list[AIMessage]:
    whole = Gateway(answer(completion("".join(content)))).model(model, **settings)
    deltas = [*(chunk(piece) for piece in content), chunk(finish_reason="stop")]
    parts = Gateway(stream(*deltas)).model(model, **settings)
    return [
        whole.invoke("Hi"),
        await whole.ainvoke("Hi"),
        merge(parts.stream("Hi")),
        await amerge(parts.astream("Hi")),
    ]


@pytest.mark.parametrize("pieces", [[TAGGED], list(TAGGED), cut_text(TAGGED, 3, 20, 25)])
@pytest.mark.parametrize(
    ("model", "switch", "parted"),
    [
        ("minimax-m2", None, True),
        ("MiniMax-M2", None, True),
        ("minimax-m2", False, False),
        ("minimax-m2", True, True),
        *((model, None, False) for model in ("gpt-5.4-mini", "qwen3.8-max", "some-new-thing")),
        *((model, True, True) for model in ("gpt-5.4-mini", "qwen3.8-max", "some-new-thing")),
    ],
)
async def test_families_and_the_switch(
    pieces: list[str], model: str, switch: Any, parted: bool
) -> None:
    for message in await _all_ways(pieces, model, think_tags=switch):
        if parted:
            assert message.content == "It is 4."
            assert message.additional_kwargs == {"reasoning_content": "Two and two."}
            assert [b["type"] for b in message.content_blocks] == ["reasoning", "text"]
        else:
            assert message.content == TAGGED
            assert message.additional_kwargs == {}


async def test_the_model_of_the_call_decides() -> None:
    gateway = Gateway(answer(completion(TAGGED)))
    model = gateway.model("gpt-5.4-mini")
    assert model.invoke("Hi", model="minimax-m2").content == "It is 4."
    assert model.invoke("Hi").content == TAGGED


@pytest.mark.parametrize("content", ["It is 4.", "  It is 4.", "<thin", "1 < 2", "\n"])
async def test_content_without_tags_stays(content: str) -> None:
    for pieces in ([content], list(content)):
        for message in await _all_ways(pieces, "minimax-m2"):
            assert message.content == content
            assert "reasoning_content" not in message.additional_kwargs


async def test_a_thought_that_is_cut_off() -> None:
    for message in await _all_ways(["<think>Two ", "and </th"], "minimax-m2"):
        assert message.content == ""
        assert message.additional_kwargs == {"reasoning_content": "Two and </th"}


def test_tags_are_read_beside_a_field_of_its_own() -> None:
    said = {"role": "assistant", "content": "<think>x</think>y", "reasoning_content": "Hmm."}
    message = Gateway(answer(completion(said))).model("minimax-m2").invoke("Hi")
    assert message.content == "y"
    assert message.additional_kwargs["reasoning_content"] == "Hmm.x"


@pytest.mark.parametrize("pieces", [[TAGGED], cut_text(TAGGED, 3, 20, 25)])
async def test_standard_blocks(pieces: list[str]) -> None:
    for message in await _all_ways(pieces, "minimax-m2", output_version="v1"):
        kept = [(b["type"], b.get("reasoning") or b.get("text")) for b in message.content_blocks]
        assert kept == [("reasoning", "Two and two."), ("text", "It is 4.")]


@pytest.mark.parametrize("streamed", [False, True])
def test_a_thought_from_tags_is_not_sent_back_by_itself(streamed: bool) -> None:
    deltas = [chunk(TAGGED), chunk(finish_reason="stop")]
    model = Gateway(stream(*deltas) if streamed else answer(completion(TAGGED))).model("minimax-m2")
    said = merge(model.stream("Hi")) if streamed else model.invoke("Hi")
    again = Gateway(answer(completion()))
    again.model("minimax-m2").invoke([HumanMessage("Hi"), said, HumanMessage("?")])
    expected = {"role": "assistant", "content": "It is 4."}
    assert again.bodies[0]["messages"][1] == expected


LONE = "Two and two.\n</think>\n\nIt is 4."


@pytest.mark.parametrize("pieces", [[LONE], list(LONE), cut_text(LONE, 3, 14, 18)])
@pytest.mark.parametrize("settings", [{}, {"output_version": "v1"}])
async def test_what_stands_before_a_lone_closing_tag_is_reasoning(
    pieces: list[str], settings: dict[str, Any]
) -> None:
    for message in await _all_ways(pieces, "qwen3.8-max", think_tags=True, **settings):
        kept = [(b["type"], b.get("reasoning") or b.get("text")) for b in message.content_blocks]
        assert kept == [("reasoning", "Two and two."), ("text", "It is 4.")]


@pytest.mark.parametrize("field", ["reasoning_content", "reasoning"])
def test_text_does_not_wait_for_a_tag_where_the_reasoning_has_a_field(field: str) -> None:
    deltas: list[dict[str, Any]] = [
        {field: "Hmm."},
        {"content": "It "},
        {"content": "is </think>"},
        {"content": "4."},
    ]
    gateway = Gateway(stream(*map(chunk, deltas), chunk(finish_reason="stop")))
    parts = [part.text for part in gateway.model("minimax-m2").stream("Hi")]
    assert parts[:4] == ["", "It ", "is </think>", "4."]


def test_text_that_waits_comes_before_the_tool_calls() -> None:
    call = {"index": 0, "id": "a", "function": {"name": "get", "arguments": "{}"}}
    deltas = [chunk("Let me "), chunk("see."), chunk({"tool_calls": [call]})]
    gateway = Gateway(stream(*deltas, chunk(finish_reason="tool_calls")))
    model = gateway.model("minimax-m2", output_version="v1")
    message = merge(model.stream("Hi"))
    assert [block["type"] for block in message.content_blocks] == ["text", "tool_call"]
    assert message.text == "Let me see."


def test_long_reasoning_is_passed_on_but_for_what_may_be_a_tag() -> None:
    reader = ThinkTagReader()
    assert reader.push("<think>" + "no end " * 20_000) == ("no end " * 20_000, "")
    passed_on = "".join(reader.push("no end <")[0] for _ in range(1000))
    assert passed_on == "no end <" * 999 + "no end "


# -- Google's marks ------------------------------------------------------------------------------

_MARK = {"extra_content": {"google": {"thought": True}}}


def _mark(content: str) -> dict[str, Any]:
    return {"role": "assistant", "content": content, **copy.deepcopy(_MARK)}


@pytest.mark.parametrize(
    "deltas",
    [
        [_mark("<thought>Two and two."), "</thought>It is 4."],
        [_mark("<thought>"), _mark("Two "), _mark("and two."), "</thou", "ght>", "It is", " 4."],
        [_mark("<thought>Two and two.</thought>"), "It is 4."],
        [_mark("<thought>Two and two.</thought>It is"), " 4."],
        [_mark("Two "), _mark("and two."), "It is", " 4."],
        [_mark("<thou"), _mark("ght>Two "), _mark("and two."), "It is", " 4."],
    ],
)
@pytest.mark.parametrize("think_tags", [None, True])
@pytest.mark.parametrize("way", ["stream", "astream"])
async def test_text_that_google_marks_is_reasoning(
    deltas: list[Any], think_tags: Any, way: str
) -> None:
    gateway = Gateway(stream(*map(chunk, deltas), chunk(finish_reason="stop")))
    message = await ask(gateway.model("gemini-3.1-pro", think_tags=think_tags), way)
    assert message.content == "It is 4."
    assert message.additional_kwargs == {"reasoning_content": "Two and two."}


@pytest.mark.parametrize("way", ["invoke", "ainvoke"])
async def test_whole_text_that_google_marks_is_split(way: str) -> None:
    said = _mark("<thought>Two and two.</thought>\nIt is 4.")
    said["extra_content"]["google"]["thought_signature"] = "c2ln"
    message = await ask(Gateway(answer(completion(said))).model("gemini-3.1-pro"), way)
    assert message.content == "It is 4."
    assert message.additional_kwargs == {
        "reasoning_content": "Two and two.",
        "extra_content": {"google": {"thought_signature": "c2ln"}},
    }


@all_ways
async def test_part_that_google_marks_is_reasoning(way: str) -> None:
    parts = [{"type": "text", "text": "Two.", **_MARK}, {"type": "text", "text": "It is 4."}]
    said = {"role": "assistant", "content": parts}
    reply = stream(chunk(said, "stop")) if "stream" in way else answer(completion(said))
    message = await ask(Gateway(reply).model("gemini-3.1-pro"), way)
    assert message.content == "It is 4."
    assert message.additional_kwargs["reasoning_content"] == "Two."
    assert "extra_content" not in message.additional_kwargs


def test_tag_that_google_does_not_mark_stays_text() -> None:
    said = {"role": "assistant", "content": "<thought>x</thought>y", "extra_content": {}}
    message = Gateway(answer(completion(said))).model("gemini-3.1-pro").invoke("Hi")
    assert message.content == "<thought>x</thought>y"
