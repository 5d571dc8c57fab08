"""Reasoning in `<think>` tags at the head of the content, cut anywhere."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.messages import HumanMessage

from langchain_cometapi._chat.response.think_tags import ThinkTagReader
from tests.readers import read_stream, read_whole, signed
from tests.support import Gateway, answer, chunk, completion, stream

if TYPE_CHECKING:
    from langchain_core.messages import AIMessage

TEXTS = {
    "<think>Two and two.</think>It is 4.": ("Two and two.", "It is 4."),
    "<think>\nTwo and\ntwo.\n</think>\n\nIt is 4.\n": ("Two and\ntwo.", "It is 4.\n"),
    " \n<think>Hmm.</think>4": ("Hmm.", "4"),
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
    " \n ": ("", " \n "),
    "": ("", ""),
    "Two and two.</think>It is 4.": ("Two and two.", "It is 4."),
    "</think>4": ("", "4"),
    "a</think>b</think>c": ("a", "b</think>c"),
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
def test_text_cut_at_any_two_places_is_read_alike(text: str) -> None:
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
def test_text_cut_anywhere_is_read_alike(text: str, data: st.DataObject) -> None:
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
LONE = "Two and two.\n</think>\n\nIt is 4."


async def read_all(pieces: list[str], model: str, **settings: Any) -> list[AIMessage]:
    """The messages of this content, whole and in these pieces."""
    messages = await read_whole({"content": "".join(pieces)}, model, **settings)
    return [*messages, await read_stream(*pieces, model=model, **settings)]


@pytest.mark.parametrize(
    ("model", "switch", "is_split"),
    [
        ("MiniMax-M2", None, True),
        ("minimax-m2", False, False),
        ("gpt-5.4-mini", None, False),
        ("gpt-5.4-mini", True, True),
    ],
)
async def test_tags_are_read_where_the_family_or_the_field_says_so(
    model: str, switch: Any, is_split: bool
) -> None:
    for message in await read_all([TAGGED], model, think_tags=switch):
        reasoning = {"reasoning_content": "Two and two."} if is_split else {}
        assert message.content == ("It is 4." if is_split else TAGGED)
        assert message.additional_kwargs == reasoning


async def test_tags_are_read_by_the_model_of_the_call() -> None:
    gateway = Gateway(answer(completion(TAGGED)))
    model = gateway.model("gpt-5.4-mini")
    assert model.invoke("Hi", model="minimax-m2").content == "It is 4."
    assert model.invoke("Hi").content == TAGGED


@pytest.mark.parametrize("text", [TAGGED, LONE])
@pytest.mark.parametrize("version", ["v0", "v1"])
async def test_reasoning_in_tags_is_a_block_before_the_text(text: str, version: str) -> None:
    for pieces in ([text], list(text), cut_text(text, 3, 14, 18)):
        for message in await read_all(pieces, "minimax-m2", output_version=version):
            blocks = message.content_blocks
            kept = [(b["type"], b.get("reasoning") or b.get("text")) for b in blocks]
            assert kept == [("reasoning", "Two and two."), ("text", "It is 4.")]


async def test_reasoning_that_is_cut_off_is_reasoning() -> None:
    for message in await read_all(["<think>Two ", "and </th"], "minimax-m2"):
        assert message.content == ""
        assert message.additional_kwargs == {"reasoning_content": "Two and </th"}


async def test_tags_are_read_beside_a_field_of_its_own() -> None:
    said = {"content": "<think>x</think>y", "reasoning_content": "Hmm."}
    message, *_ = await read_whole(said, "minimax-m2")
    assert message.content == "y"
    assert message.additional_kwargs["reasoning_content"] == "Hmm.x"


async def test_reasoning_in_tags_is_not_sent_back_by_itself() -> None:
    for said in await read_all([TAGGED], "minimax-m2"):
        again = Gateway(answer(completion()))
        again.model("minimax-m2").invoke([HumanMessage("Hi"), said, HumanMessage("?")])
        expected = {"role": "assistant", "content": "It is 4."}
        assert again.bodies[0]["messages"][1] == expected


@pytest.mark.parametrize("field", ["reasoning_content", "reasoning"])
def test_text_does_not_wait_for_a_tag_where_the_reasoning_has_a_field(field: str) -> None:
    deltas: list[Any] = [{field: "Hmm."}, "It ", "is </think>", "4."]
    gateway = Gateway(stream(*map(chunk, deltas), chunk(finish_reason="stop")))
    parts = [part.text for part in gateway.model("minimax-m2").stream("Hi")]
    assert parts[:4] == ["", "It ", "is </think>", "4."]


async def test_text_that_waits_comes_before_the_tool_calls() -> None:
    call = {"index": 0, "id": "a", "function": {"name": "get", "arguments": "{}"}}
    deltas = ("Let me ", "see.", {"tool_calls": [call]})
    message = await read_stream(*deltas, model="minimax-m2", output_version="v1")
    assert [block["type"] for block in message.content_blocks] == ["text", "tool_call"]
    assert message.text == "Let me see."


def test_long_reasoning_is_passed_on_but_for_what_may_be_a_tag() -> None:
    reader = ThinkTagReader()
    assert reader.push("<think>" + "no end " * 20_000) == ("no end " * 20_000, "")
    passed_on = "".join(reader.push("no end <")[0] for _ in range(1000))
    assert passed_on == "no end <" * 999 + "no end "


# -- Google's marks ------------------------------------------------------------------------------


def mark(content: Any, **more: Any) -> dict[str, Any]:
    return {"content": content, "extra_content": {"google": {"thought": True}}, **more}


@pytest.mark.parametrize(
    "deltas",
    [
        [mark("<thought>Two and two."), "</thought>It is 4."],
        [mark("<thought>"), mark("Two "), mark("and two."), "</thou", "ght>", "It is", " 4."],
        [mark("<thought>Two and two.</thought>It is"), " 4."],
        [mark("Two "), mark("and two."), "It is", " 4."],
        [mark("<thou"), mark("ght>Two "), mark("and two."), "It is", " 4."],
    ],
)
@pytest.mark.parametrize("think_tags", [None, True])
async def test_text_that_google_marks_is_reasoning(deltas: list[Any], think_tags: Any) -> None:
    message = await read_stream(*deltas, model="gemini-3.1-pro", think_tags=think_tags)
    assert message.content == "It is 4."
    assert message.additional_kwargs == {"reasoning_content": "Two and two."}


async def test_part_that_google_marks_is_reasoning() -> None:
    part = mark(None, type="text", text="Two.")
    said = {"content": [part, {"type": "text", "text": "It is 4."}]}
    whole = await read_whole(said, "gemini-3.1-pro")
    for message in (*whole, await read_stream(said, model="gemini-3.1-pro")):
        assert message.content == "It is 4."
        assert message.additional_kwargs["reasoning_content"] == "Two."
        assert "extra_content" not in message.additional_kwargs


async def test_signature_beside_a_mark_of_google_is_kept() -> None:
    said = mark("<thought>Two and two.</thought>\nIt is 4.")
    said["extra_content"]["google"]["thought_signature"] = "S"
    for message in await read_whole(said, "gemini-3.1-pro"):
        assert message.content == "It is 4."
        extras = {"reasoning_content": "Two and two.", "extra_content": signed("S")}
        assert message.additional_kwargs == extras


async def test_tag_that_google_does_not_mark_stays_text() -> None:
    said = {"content": "<thought>x</thought>y", "extra_content": {}}
    for message in await read_whole(said, "gemini-3.1-pro"):
        assert message.content == "<thought>x</thought>y"
