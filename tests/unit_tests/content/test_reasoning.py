"""Reasoning in every field and form, streamed and whole."""

from __future__ import annotations

import json
from typing import Any

import pytest
from langchain_core.messages import HumanMessage

from tests.readers import image, read_stream, read_whole
from tests.support import Gateway, answer, completion

MINIMAX = "minimax-m2"


def detail(**fields: Any) -> dict[str, Any]:
    return {"reasoning_details": [{"type": "reasoning.text", **fields}]}


def thinking(**fields: Any) -> dict[str, Any]:
    return {"thinking_blocks": [{"type": "thinking", **fields}]}


# -- fragments of reasoning ---------------------------------------------------------------------


@pytest.mark.parametrize("empty", ["", None])
@pytest.mark.parametrize("index", [{"index": 0}, {}], ids=["index", "no index"])
async def test_a_signature_after_an_empty_one_signs_the_fragments(
    empty: str | None, index: dict[str, int]
) -> None:
    fragments = [
        detail(text="wh", signature=empty, **index),
        detail(text="y", signature=empty, **index),
        detail(text="", signature="SIG", **index),
    ]
    message = await read_stream(*fragments, "4")
    whole = {"type": "reasoning.text", "text": "why", "signature": "SIG", **index}
    assert message.additional_kwargs["reasoning_details"] == [whole]
    assert message.additional_kwargs["reasoning_content"] == "why"


@pytest.mark.parametrize("empty", ["", None])
async def test_thinking_blocks_are_joined_until_they_are_signed(empty: str | None) -> None:
    message = await read_stream(
        thinking(thinking="wh", signature=empty),
        thinking(thinking="y", signature=empty),
        thinking(thinking="", signature="SIG"),
        thinking(thinking="so", signature="SIG2"),
        "4",
    )
    assert message.additional_kwargs["thinking_blocks"] == [
        {"type": "thinking", "thinking": "why", "signature": "SIG"},
        {"type": "thinking", "thinking": "so", "signature": "SIG2"},
    ]


async def test_details_with_another_id_are_another_item() -> None:
    first = {"type": "reasoning.encrypted", "index": 0, "id": "e1", "data": "X"}
    second = {**first, "id": "e2", "data": "Y"}
    details = [{"reasoning_details": [one]} for one in (first, second)]
    message = await read_stream(*details, "4")
    assert message.additional_kwargs["reasoning_details"] == [first, second]


# -- reasoning in odd places --------------------------------------------------------------------

SIGNED = {"type": "thinking", "thinking": "why", "signature": "S"}


@pytest.mark.parametrize("version", ["v0", "v1"])
@pytest.mark.parametrize(
    ("whole", "deltas", "kept"),
    [
        (
            {"content": [SIGNED, {"type": "text", "text": "4"}]},
            [
                {"content": [{"type": "thinking", "thinking": "wh"}]},
                {"content": [{**SIGNED, "thinking": "y"}]},
            ],
            {"thinking_blocks": [SIGNED]},
        ),
        (
            {"thinking": "why", "signature": "S"},
            [{"thinking": "wh"}, {"thinking": "y"}, {"signature": "S"}],
            {"signature": "S"},
        ),
        (
            {"thinking": {"thinking": "why", "signature": "S"}},
            [{"thinking": {"thinking": "wh"}}, {"thinking": {"thinking": "y", "signature": "S"}}],
            {"thinking": {"thinking": "why", "signature": "S"}},
        ),
        (
            {"reasoning": {"summary": "why", "encrypted_content": "E"}},
            [
                {"reasoning": {"summary": "wh"}},
                {"reasoning": {"summary": "y", "encrypted_content": "E"}},
            ],
            {"reasoning": {"summary": "why", "encrypted_content": "E"}},
        ),
        (
            {"reasoning_content": [{"type": "text", "text": "why"}]},
            [{"reasoning_content": [{"type": "text", "text": part}]} for part in ("wh", "y")],
            {"reasoning_content_parts": [{"type": "text", "text": "why"}]},
        ),
    ],
    ids=["part", "fields", "object", "reasoning object", "reasoning_content list"],
)
async def test_reasoning_in_any_field_is_one_text(
    whole: dict[str, Any], deltas: list[Any], kept: dict[str, Any], version: str
) -> None:
    messages = await read_whole(whole, output_version=version)
    messages.append(await read_stream(*deltas, "4", output_version=version))
    for message in messages:
        assert message.additional_kwargs == {"reasoning_content": "why", **kept}
        assert message.text == "4"
        assert "reasoning_origin" in message.response_metadata
        blocks: Any = message.content_blocks
        assert [b.get("reasoning") or b["text"] for b in blocks] == ["why", "4"]


def both(reasoning: str, content: str) -> dict[str, str]:
    return {"reasoning": reasoning, "reasoning_content": content}


async def test_a_second_field_that_differs_is_kept_under_its_name() -> None:
    messages = await read_whole(both("summary", "long"))
    messages.append(await read_stream(both("sum", "lo"), both("mary", "ng"), "4"))
    for message in messages:
        assert message.additional_kwargs == both("summary", "long")
    # It never takes the key of the reasoning.
    message = await read_stream({"reasoning": "A"}, both("B", "X"))
    kept = {"reasoning_content": "AB", "other_reasoning_content": "X"}
    assert message.additional_kwargs == kept


WHY = {"reasoning_content": "why"}


@pytest.mark.parametrize(
    ("deltas", "reasoning"),
    [
        ([{"reasoning": "A"}, {"reasoning_content": "B"}], "AB"),
        ([{"reasoning": "A"}, {"reasoning_content": "B"}, {"reasoning_content": "A"}], "ABA"),
        ([{"reasoning": "why"}, {"reasoning_content": "wh"}, {"reasoning_content": "y"}], "why"),
        ([{"reasoning": "why"}, {"reasoning_content": "wh"}, {"reasoning_content": "o"}], "whywho"),
        ([{"reasoning": "wh"}, WHY], "why"),
        ([both("w", "w"), {"reasoning_content": "hy"}], "why"),
        ([WHY, "<think>why</think>"], "why"),
        (["<think>why</think>", WHY], "why"),
        ([WHY, "<think>\nw", "hy\n</think>\n"], "why"),
        ([WHY, "<think>how</think>"], "whyhow"),
        ([{"content": [{"type": "text", "text": "<think>why</think>"}]}], "why"),
    ],
)
async def test_a_second_field_or_tags_continue_where_the_first_is_silent(
    deltas: list[Any], reasoning: str
) -> None:
    message = await read_stream(*deltas, "4", model=MINIMAX)
    assert message.content == "4"
    assert message.additional_kwargs == {"reasoning_content": reasoning}


async def test_tags_in_a_whole_message_leave_the_content() -> None:
    text = {"type": "text", "text": "<think>why</think>4"}
    for fields, content in (
        ({"reasoning_content": "why", "content": text["text"]}, "4"),
        ({"content": [text]}, "4"),
        ({"content": [text, image("QUFB")]}, [{**text, "text": "4"}, image("QUFB")]),
    ):
        for message in await read_whole(fields, model=MINIMAX):
            assert message.content == content
            assert message.additional_kwargs == WHY


@pytest.mark.parametrize(
    "fields",
    [
        {"reasoning_details": [{"type": "reasoning.encrypted", "data": "X"}]},
        {"thinking_blocks": [{"type": "redacted_thinking", "data": "X"}]},
        {"reasoning": {"encrypted_content": "E"}},
        {"thinking": "why", "signature": "S"},
    ],
)
async def test_signed_reasoning_goes_back_as_it_came(fields: dict[str, Any]) -> None:
    again = Gateway(answer(completion())).model(replay_reasoning=True)
    for message in (*await read_whole(fields), await read_stream(fields, "4")):
        body = json.loads(json.dumps(again.explain([message, HumanMessage("?")]).body))
        assert body["messages"][0].items() >= fields.items()
