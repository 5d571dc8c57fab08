"""What a response has, and what happens at its limit."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.unit_tests.emulator.responses_client import (
    MIMO,
    THINKER,
    WEATHER,
    ResponsesClient,
    function,
    said,
)

NOTE = function("note", "Takes a note.", text={"type": "string"})


def test_body_has_openais_shape(client: ResponsesClient) -> None:
    metadata = {"a": "b"}
    answer = client.respond(metadata=metadata, service_tier="flex", instructions="Be brief.")
    assert answer["id"].startswith("resp_")
    assert answer["object"] == "response"
    assert answer["model"] == "gpt-5.4-2026-03-05"
    assert (answer["error"], answer["incomplete_details"]) == (None, None)
    assert (answer["metadata"], answer["service_tier"]) == (metadata, "flex")
    assert answer["instructions"] == "Be brief."
    assert answer["reasoning"] == {"effort": "none", "summary": None}
    (message,) = answer["output"]
    assert message["id"].startswith("msg_")
    text = "This is the CometAPI emulator answering as gpt-5.4: you said: hello"
    part = {"type": "output_text", "text": text, "annotations": [], "logprobs": []}
    assert {key: value for key, value in message.items() if key != "id"} == {
        "type": "message",
        "role": "assistant",
        "status": "completed",
        "phase": "final_answer",
        "content": [part],
    }
    assert answer["usage"] == {
        "input_tokens": 11,
        "input_tokens_details": {"cached_tokens": 0, "cache_write_tokens": 0},
        "output_tokens": 17,
        "output_tokens_details": {"reasoning_tokens": 0},
        "total_tokens": 28,
    }


def test_reasoning_shows_what_is_asked_for(client: ResponsesClient) -> None:
    reasoning = client.output(model=THINKER)[0]
    assert reasoning == {"id": reasoning["id"], "type": "reasoning", "summary": []}
    asked = client.output(
        model=THINKER, reasoning={"summary": "auto"}, include=["reasoning.encrypted_content"]
    )[0]
    assert asked["summary"][0]["text"].startswith("Emulated reasoning of gpt-6-astra")
    assert asked["encrypted_content"].startswith("gAAAA")
    assert client.output(model=MIMO)[0]["content"][0]["type"] == "reasoning_text"
    assert len(client.output(model=MIMO, thinking={"type": "disabled"})) == 1
    assert len(client.output(reasoning={"effort": "none"})) == 1


def test_a_long_prompt_is_cached(client: ResponsesClient) -> None:
    for cached in (False, True):
        details = client.respond(input="word " * 1000)["usage"]["input_tokens_details"]
        assert (details["cached_tokens"] > 0) is cached
        assert (details["cache_write_tokens"] > 0) is not cached


CALLING = {"input": "Hi " * 90, "tools": [NOTE], "tool_choice": "required"}


@pytest.mark.parametrize(
    ("body", "items"),
    [
        ({"input": "Hi " * 90, "max_output_tokens": 20}, ["message"]),
        ({"model": THINKER, "max_output_tokens": 20}, ["reasoning"]),
        ({"model": THINKER, "max_output_tokens": 70}, ["reasoning", "message"]),
        ({**CALLING, "max_output_tokens": 20}, ["function_call"]),
    ],
)
def test_output_is_cut_at_the_limit(
    client: ResponsesClient, body: dict[str, Any], items: list[str]
) -> None:
    last = client.stream(**body)[-1]
    assert last["type"] == "response.incomplete"
    assert [item["type"] for item in last["response"]["output"]] == items
    answer = client.respond(**body)
    assert answer["status"] == "incomplete"
    assert answer["incomplete_details"] == {"reason": "max_output_tokens"}
    assert [item["type"] for item in answer["output"]] == items
    last_item = answer["output"][-1]
    assert last_item.get("status", "incomplete") == "incomplete"
    assert answer["usage"]["output_tokens"] <= body["max_output_tokens"]
    if items[-1] == "function_call":
        with pytest.raises(json.JSONDecodeError):
            json.loads(last_item["arguments"])


def test_conversation_is_read_whoever_wrote_it(client: ResponsesClient) -> None:
    items = [said("Hi"), said("Hello", "assistant"), said("My city is Oslo")]
    text = client.text(input=items, tools=[WEATHER], tool_choice="none")
    assert text.endswith("you said: My city is Oslo")
