"""What a message has, why it ends, and what happens at its limit."""

from __future__ import annotations

from typing import Any

import pytest
from langchain_core.messages import AIMessage

from langchain_cometapi.emulator import FAULT_HEADER, Reply
from langchain_cometapi.emulator._routes.chat.response.length import CHUNKS_HEADER
from tests.unit_tests.emulator.messages_client import (
    BUDGET,
    CITED,
    MIDDLE,
    OLD,
    OPUS,
    WEATHER,
    MessagesClient,
    document,
    joined,
    plain,
    said,
    text,
    tool,
)

NOTE = tool("note", "Takes a note.", title={"type": "string"}, text={"type": "string"})
REFUSING = "ANTHROPIC_MAGIC_STRING_TRIGGER_REFUSAL_1FAE"
CALL = {"name": "note", "args": {"title": "Ann", "text": "x" * 40}}
SHOWN = {"type": "adaptive", "display": "summarized"}
SEARCH = {"type": "web_search_20250305", "name": "web_search"}
CODE = {"type": "code_execution_20260120", "name": "code_execution"}
CITING = [document(plain("The grass is green."), **CITED), text("What colour is the grass?")]


def script(client: MessagesClient, *replies: Any) -> Any:
    return client.state.scripts.add(replies, None, None)


def kinds(message: dict[str, Any]) -> list[str]:
    return [block["type"] for block in message["content"]]


def test_message_has_anthropics_shape(client: MessagesClient) -> None:
    message = client.message(model=MIDDLE)
    assert message.pop("id").startswith("msg_")
    words = f"This is the CometAPI emulator answering as {MIDDLE}: you said: hello"
    assert message == {
        "type": "message",
        "role": "assistant",
        "model": MIDDLE,
        "content": [{"type": "text", "text": words}],
        "stop_reason": "end_turn",
        "stop_sequence": None,
        "stop_details": None,
        "usage": {
            "input_tokens": 5,
            "cache_creation_input_tokens": 0,
            "cache_read_input_tokens": 0,
            "cache_creation": {"ephemeral_5m_input_tokens": 0, "ephemeral_1h_input_tokens": 0},
            "output_tokens": 20,
            "output_tokens_details": {"thinking_tokens": 0},
            "service_tier": "standard",
        },
    }


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"thinking": SHOWN},
        {"thinking": SHOWN, "max_tokens": 3},
        {"model": OLD, "thinking": BUDGET, "tools": [WEATHER], "messages": [said("The weather?")]},
        {"max_tokens": 40},
        {"max_tokens": 0},
        {"model": MIDDLE, "stop_sequences": ["said"]},
        {"messages": [said(REFUSING)]},
        {"model": MIDDLE, "messages": [said(CITING)]},
        {"model": MIDDLE, "tools": [SEARCH], "messages": [said("Search for cats, then pause")]},
        {"model": MIDDLE, "tools": [CODE], "messages": [said("Compute it")]},
    ],
    ids=str,
)
def test_stream_is_the_whole_message(body: dict[str, Any]) -> None:
    streamed, whole = joined(MessagesClient().stream(**body)), MessagesClient().message(**body)
    for message in (streamed, whole):
        message.get("container", {}).pop("expires_at", None)
    assert streamed == whole


@pytest.mark.parametrize(
    ("limit", "given"), [(1, None), (2, None), (3, {}), (8, {"title": "Ann"}), (99, CALL["args"])]
)
def test_message_is_cut_at_the_limit(client: MessagesClient, limit: int, given: Any) -> None:
    with script(client, Reply("A note: ", tool_calls=[CALL])):
        message = client.message(model=MIDDLE, tools=[NOTE], max_tokens=limit)
    assert kinds(message) == ["text"] + ["tool_use"] * (given is not None)
    assert message["content"][-1].get("input") == given
    assert message["stop_reason"] == ("tool_use" if limit == 99 else "max_tokens")
    assert message["usage"]["output_tokens"] <= limit


@pytest.mark.parametrize(
    ("call", "limit", "written"),
    [(CALL, 6, '{"title": "Ann", "te'), ({"name": "note", "args": '{"title": '}, 99, '{"title": ')],
)
def test_input_of_a_call_is_streamed_as_the_model_has_written_it(
    client: MessagesClient, call: dict[str, Any], limit: int, written: str
) -> None:
    with script(client, Reply(tool_calls=[call])):
        events = client.stream(model=MIDDLE, tools=[NOTE], max_tokens=limit)
    parts = [event["delta"].get("partial_json", "") for event in events if "delta" in event]
    assert "".join(parts) == written


def test_thinking_that_is_cut_has_no_signature(client: MessagesClient) -> None:
    message = client.message(thinking=SHOWN, max_tokens=3)
    expected = {"type": "thinking", "thinking": "Emulated rea", "signature": ""}
    assert message["content"] == [expected]
    assert message["stop_reason"] == "max_tokens"


def test_stop_sequence_ends_the_text(client: MessagesClient) -> None:
    message = client.message(model=MIDDLE, stop_sequences=["said", "emulator"])
    assert message["content"][0]["text"] == "This is the CometAPI "
    assert (message["stop_reason"], message["stop_sequence"]) == ("stop_sequence", "emulator")


def test_nothing_comes_after_a_stop_sequence(client: MessagesClient) -> None:
    with script(client, Reply("One, two", tool_calls=[CALL])):
        called = client.message(model=MIDDLE, tools=[NOTE], stop_sequences=[","])
    cited = client.message(model=MIDDLE, messages=[said(CITING)], stop_sequences=["emulator"])
    for message in (called, cited):
        assert kinds(message) == ["text"]
        assert message["stop_reason"] == "stop_sequence"


@pytest.mark.parametrize(("fault", "words"), [("refusal", "Hi"), ("none", REFUSING)])
def test_refusal_has_details_and_no_content(client: MessagesClient, fault: str, words: str) -> None:
    message = client.message({FAULT_HEADER: fault}, messages=[said(words)])
    assert (message["stop_reason"], message["content"]) == ("refusal", [])
    assert message["stop_details"]["type"] == "refusal"
    assert "refuse" in message["stop_details"]["explanation"]


def test_script_decides_on_the_message(client: MessagesClient) -> None:
    thought = {"type": "thinking", "thinking": "I see.", "signature": "x"}
    answer = AIMessage([thought, {"type": "text", "text": "A"}])
    with script(client, Reply("Text.", tool_calls=[CALL], reasoning="Hm."), answer, 529):
        first = client.message(tools=[NOTE], thinking=SHOWN)
        assert kinds(first) == ["thinking", "text", "tool_use"]
        assert (first["content"][0]["thinking"], first["content"][1]["text"]) == ("Hm.", "Text.")
        assert (first["content"][2]["input"], first["stop_reason"]) == (CALL["args"], "tool_use")
        second = client.message(thinking=SHOWN)["content"]
        assert (second[0]["thinking"], second[1]["text"]) == ("I see.", "A")
        assert client.post().status_code == 529


def test_script_without_an_answer_is_an_error(client: MessagesClient) -> None:
    with script(client, Reply("Hi", match="bye")) as waiting:
        response = client.post()
        assert response.json()["error"]["type"] == "emulator_error"
        waiting.remaining.clear()


def test_header_sets_the_length(client: MessagesClient) -> None:
    message = client.message({CHUNKS_HEADER: "7"}, model=MIDDLE)
    assert len(message["content"][0]["text"]) == 140


def test_request_is_recorded(client: MessagesClient) -> None:
    client.message(metadata={"user_id": "u"})
    (request,) = client.state.requests()
    assert (request.path, request.body["model"]) == ("/v1/messages", OPUS)
    assert request.headers["x-api-key"] not in repr(request)
