"""Streamed chat completions."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit_tests.emulator.client import DEEPSEEK, GEMINI, Client, deltas, joined, user


def test_stream_of_a_gpt_has_the_shape_of_openais(client: Client) -> None:
    chunks = client.chunks(stream_options={"include_usage": True})
    first, *middle, finish, usage = chunks
    assert first["choices"][0]["delta"] == {"role": "assistant", "content": "", "refusal": None}
    assert len(middle) > 2
    assert all(chunk["choices"][0]["logprobs"] is None for chunk in [first, *middle, finish])
    assert {chunk["object"] for chunk in chunks} == {"chat.completion.chunk"}
    assert len({(chunk["id"], chunk["created"]) for chunk in chunks}) == 1
    assert all(chunk["obfuscation"] for chunk in chunks)
    choice = {"index": 0, "delta": {}, "logprobs": None, "finish_reason": "stop"}
    assert finish["choices"] == [choice]
    assert [chunk["choices"][0]["finish_reason"] for chunk in middle] == [None] * len(middle)
    assert usage["choices"] == []
    assert usage["usage"] == client.chat()["usage"]
    assert all(chunk["usage"] is None for chunk in chunks[:-1])
    assert joined(chunks, "content") == client.message()["content"]


@pytest.mark.parametrize("body", [{}, {"stream_options": {"include_usage": False}}])
def test_no_usage_unless_asked(client: Client, body: dict[str, Any]) -> None:
    chunks = client.chunks(**body)
    assert all("usage" not in chunk for chunk in chunks)
    assert chunks[-1]["choices"][0]["finish_reason"] == "stop"


def test_only_gpt_obfuscates(client: Client) -> None:
    assert all("obfuscation" not in chunk for chunk in client.chunks(model=GEMINI))


def test_reasoning_is_streamed_before_the_content(client: Client) -> None:
    fields = [next(iter(delta), "") for delta in deltas(client.chunks(model=DEEPSEEK))]
    assert fields[0] == "role"
    assert fields[-1] == ""
    thinking = fields.count("reasoning_content")
    assert thinking > 2
    assert fields[1 : 1 + thinking] == ["reasoning_content"] * thinking


def test_letters_are_sent_as_themselves(client: Client) -> None:
    text = "\u4f60\u597d \U0001f600 \u2028 end"
    body: dict[str, Any] = {"messages": [user(text)]}
    assert text in client.message(**body)["content"]
    assert text in joined(client.chunks(**body), "content")
    assert "\u4f60\u597d" in client.post(**body).text
