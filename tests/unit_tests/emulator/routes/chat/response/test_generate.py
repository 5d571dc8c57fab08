"""Limits, stop sequences and several choices."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.unit_tests.emulator.client import CLAUDE, DEEPSEEK, OLD_GPT, Client, joined, tool


@pytest.mark.parametrize("stop", ["emulator", ["zzz", "emulator"]])
def test_stop_sequence_ends_the_text(client: Client, stop: Any) -> None:
    choice = client.chat(model=OLD_GPT, stop=stop)["choices"][0]
    assert choice["message"]["content"] == "This is the CometAPI "
    assert choice["finish_reason"] == "stop"
    assert joined(client.chunks(model=OLD_GPT, stop=stop), "content") == "This is the CometAPI "


def test_token_limit_cuts_the_text(client: Client) -> None:
    answer = client.chat(max_completion_tokens=3)
    assert answer["choices"][0]["message"]["content"] == "This is the "
    assert answer["choices"][0]["finish_reason"] == "length"
    assert answer["usage"]["completion_tokens"] == 3
    assert client.chat(max_completion_tokens=300)["choices"][0]["finish_reason"] == "stop"
    assert client.chat(model=CLAUDE, max_tokens=1)["choices"][0]["message"]["content"] == "This"


@pytest.mark.parametrize(
    "body", [{"model": DEEPSEEK}, {"model": "gpt-6-astra"}, {"reasoning_effort": "high"}]
)
def test_limit_includes_reasoning_tokens(client: Client, body: dict[str, Any]) -> None:
    answer = client.chat(max_completion_tokens=10, **body)
    assert answer["choices"][0]["message"]["content"] == ""
    assert answer["choices"][0]["finish_reason"] == "length"
    assert answer["usage"]["completion_tokens"] == 10
    assert answer["usage"]["completion_tokens_details"]["reasoning_tokens"] == 10


def test_a_limit_cuts_tool_calls_into_broken_json(client: Client) -> None:
    asked = [tool("magic", value={"type": "string"})]
    body: dict[str, Any] = {"tools": asked, "tool_choice": "required"}
    choice = client.chat(max_completion_tokens=4, **body)["choices"][0]
    assert choice["finish_reason"] == "length"
    with pytest.raises(json.JSONDecodeError):
        json.loads(choice["message"]["tool_calls"][0]["function"]["arguments"])
    assert client.message(max_completion_tokens=1, **body).get("tool_calls") is None


def test_several_choices_differ_and_take_turns(client: Client) -> None:
    answer = client.chat(n=3)
    texts = [choice["message"]["content"] for choice in answer["choices"]]
    assert [choice["index"] for choice in answer["choices"]] == [0, 1, 2]
    assert len(set(texts)) == 3
    assert answer["usage"]["completion_tokens"] > 3 * 10
    chunks = client.chunks(n=3)
    assert [joined(chunks, "content", index) for index in range(3)] == texts
    # They take turns, as OpenAI's do.
    assert [chunk["choices"][0]["index"] for chunk in chunks[:4]] == [0, 1, 2, 0]


def test_the_model_is_echoed_as_its_snapshot(client: Client) -> None:
    assert client.chat()["model"] == "gpt-5.4-mini-2026-03-17"
    assert client.chat(model="gpt-5.1")["model"] == "gpt-5.1-2025-11-13"
    assert client.chat(model="gpt-5.2")["model"] == "gpt-5.2-2025-12-11"
    assert client.chat(model=CLAUDE)["model"] == CLAUDE
    assert {chunk["model"] for chunk in client.chunks()} == {"gpt-5.4-mini-2026-03-17"}


def test_responses_are_deterministic(client: Client) -> None:
    body: dict[str, Any] = {"model": DEEPSEEK, "tools": [tool("f", a={"type": "string"})]}
    assert client.chat(**body)["choices"] == Client().chat(**body)["choices"]
