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
    message = await read_stream(
        {"reasoning_details": [first]}, {"reasoning_details": [second]}, "4"
    )
    assert message.additional_kwargs["reasoning_details"] == [first, second]


# -- reasoning in odd places --------------------------------------------------------------------

WHY = {"type": "thinking", "thinking": "why", "signature": "S"}


@pytest.mark.parametrize("version", ["v0", "v1"])
@pytest.mark.parametrize(
    ("whole", "deltas", "kept"),
    [
        (
            {"content": [WHY, {"type": "text", "text": "4"}]},
            [
                {"content": [{"type": "thinking", "thinking": "wh"}]},
                {"content": [{**WHY, "thinking": "y"}]},
            ],
            {"thinking_blocks": [WHY]},
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


async def test_a_second_field_that_differs_is_kept_under_its_name() -> None:
    fields = {"reasoning": "summary", "reasoning_content": "long"}
    messages = await read_whole(fields)
    parts = [{"reasoning": "sum", "reasoning_content": "lo"}]
    parts += [{"reasoning": "mary", "reasoning_content": "ng"}]
    messages.append(await read_stream(*parts, "4"))
    for message in messages:
        assert message.additional_kwargs == {"reasoning": "summary", "reasoning_content": "long"}


@pytest.mark.parametrize(
    ("deltas", "expected"),
    [
        ([{"reasoning": "A"}, {"reasoning_content": "B"}], "AB"),
        ([{"reasoning": "A"}, {"reasoning_content": "B"}, {"reasoning_content": "A"}], "ABA"),
        ([{"reasoning": "why"}, {"reasoning_content": "wh"}, {"reasoning_content": "y"}], "why"),
        ([{"reasoning": "why"}, {"reasoning_content": "wh"}, {"reasoning_content": "o"}], "whywho"),
        ([{"reasoning": "wh"}, {"reasoning_content": "why"}], "why"),
        ([{"reasoning": "w", "reasoning_content": "w"}, {"reasoning_content": "hy"}], "why"),
    ],
)
async def test_a_second_field_continues_where_the_first_is_silent(
    deltas: list[Any], expected: str
) -> None:
    message = await read_stream(*deltas, "4")
    assert message.additional_kwargs == {"reasoning_content": expected}


async def test_other_text_never_takes_the_key_of_the_reasoning() -> None:
    message = await read_stream({"reasoning": "A"}, {"reasoning": "B", "reasoning_content": "X"})
    kept = {"reasoning_content": "AB", "other_reasoning_content": "X"}
    assert message.additional_kwargs == kept


@pytest.mark.parametrize(
    ("deltas", "reasoning"),
    [
        ([{"reasoning_content": "why"}, "<think>why</think>", "4"], "why"),
        (["<think>why</think>", {"reasoning_content": "why"}, "4"], "why"),
        ([{"reasoning_content": "why"}, "<think>\nw", "hy\n</think>\n4"], "why"),
        ([{"reasoning_content": "why"}, "<think>how</think>", "4"], "whyhow"),
        ([{"content": [{"type": "text", "text": "<think>why</think>4"}]}], "why"),
    ],
)
async def test_tags_with_a_field_are_one_reasoning(deltas: list[Any], reasoning: str) -> None:
    message = await read_stream(*deltas, model=MINIMAX)
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
            assert message.additional_kwargs == {"reasoning_content": "why"}


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        (
            {"reasoning_details": [{"type": "reasoning.encrypted", "data": "X"}]},
            "reasoning_details",
        ),
        ({"thinking_blocks": [{"type": "redacted_thinking", "data": "X"}]}, "thinking_blocks"),
        ({"reasoning": {"encrypted_content": "E"}}, "reasoning"),
        ({"thinking": "why", "signature": "S"}, "signature"),
        ({"thinking": "why", "signature": "S"}, "thinking"),
    ],
)
async def test_signed_reasoning_goes_back_as_it_came(fields: dict[str, Any], field: str) -> None:
    messages = [*await read_whole(fields), await read_stream(fields, "4")]
    for message in messages:
        again = Gateway(answer(completion())).model(replay_reasoning=True)
        body = json.loads(json.dumps(again.explain([message, HumanMessage("?")]).body))
        assert body["messages"][0][field] == fields[field]
