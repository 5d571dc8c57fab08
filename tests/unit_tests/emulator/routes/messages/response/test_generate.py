"""What a message has, why it ends, and what happens at its limit."""

from __future__ import annotations

from typing import Any

import pytest
from langchain_core.messages import AIMessage

from langchain_cometapi.emulator import FAULT_HEADER, Reply
from langchain_cometapi.emulator._routes.chat.response.length import CHUNKS_HEADER
from tests.unit_tests.emulator.messages_client import (
    BUDGET,
    MIDDLE,
    OLD,
    OPUS,
    WEATHER,
    MessagesClient,
    joined,
    said,
    tool,
)

NOTE = tool("note", "Takes a note.", title={"type": "string"}, text={"type": "string"})
REFUSING = "ANTHROPIC_MAGIC_STRING_TRIGGER_REFUSAL_1FAE"
CALL = {"name": "note", "args": {"title": "Ann", "text": "x" * 40}}


def ask(client: MessagesClient, way: str, headers: Any = None, /, **body: Any) -> dict[str, Any]:
    """Return a message, whole or put together from its events."""
    if way == "whole":
        return client.message(headers, **body)
    return joined(client.stream(headers, **body))


def script(client: MessagesClient, *replies: Any) -> Any:
    return client.state.scripts.add(replies, None, None)


def test_message_has_anthropics_shape(client: MessagesClient) -> None:
    message = client.message(model=MIDDLE)
    assert message.pop("id").startswith("msg_")
    assert message == {
        "type": "message",
        "role": "assistant",
        "model": MIDDLE,
        "content": [
            {
                "type": "text",
                "text": f"This is the CometAPI emulator answering as {MIDDLE}: you said: hello",
            }
        ],
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
        {"thinking": {"type": "adaptive", "display": "summarized"}},
        {"model": OLD, "thinking": BUDGET, "tools": [WEATHER], "messages": [said("The weather?")]},
        {"max_tokens": 40},
        {"max_tokens": 0},
        {"stop_sequences": ["said"]},
        {"messages": [said(REFUSING)]},
    ],
    ids=str,
)
def test_stream_is_the_whole_message(body: dict[str, Any]) -> None:
    assert ask(MessagesClient(), "stream", **body) == ask(MessagesClient(), "whole", **body)


@pytest.mark.parametrize("way", ["whole", "stream"])
@pytest.mark.parametrize(
    ("limit", "kinds", "given"),
    [
        (1, ["text"], None),
        (2, ["text"], None),
        (3, ["text", "tool_use"], {}),
        (8, ["text", "tool_use"], {"title": "Ann"}),
        (99, ["text", "tool_use"], CALL["args"]),
    ],
)
def test_message_is_cut_at_the_limit(
    client: MessagesClient, way: str, limit: int, kinds: list[str], given: Any
) -> None:
    body = {"model": MIDDLE, "tools": [NOTE], "max_tokens": limit}
    with script(client, Reply("A note: ", tool_calls=[CALL])):
        if way == "whole":
            message = client.message(**body)
        else:
            events = client.stream(**body)
            message = {**events[0]["message"], **events[-2]["delta"], "usage": events[-2]["usage"]}
            message["content"] = [
                event["content_block"] for event in events if event["type"] == "content_block_start"
            ]
    assert [block["type"] for block in message["content"]] == kinds
    assert message["stop_reason"] == ("tool_use" if limit == 99 else "max_tokens")
    assert message["usage"]["output_tokens"] <= limit
    if given is not None and way == "whole":
        assert message["content"][-1]["input"] == given


def test_thinking_that_is_cut_has_no_signature(client: MessagesClient) -> None:
    shown = {"type": "adaptive", "display": "summarized"}
    for way in ("whole", "stream"):
        message = ask(client, way, thinking=shown, max_tokens=3)
        assert message["content"] == [
            {"type": "thinking", "thinking": "Emulated rea", "signature": ""}
        ]
        assert message["stop_reason"] == "max_tokens"


@pytest.mark.parametrize("way", ["whole", "stream"])
def test_stop_sequence_ends_the_text(client: MessagesClient, way: str) -> None:
    message = ask(client, way, model=MIDDLE, stop_sequences=["said", "emulator"])
    assert message["content"][0]["text"] == "This is the CometAPI "
    assert (message["stop_reason"], message["stop_sequence"]) == ("stop_sequence", "emulator")


def test_nothing_comes_after_a_stop_sequence(client: MessagesClient) -> None:
    with script(client, Reply("One, two", tool_calls=[CALL])):
        message = client.message(model=MIDDLE, tools=[NOTE], stop_sequences=[","])
    assert [block["type"] for block in message["content"]] == ["text"]
    assert message["stop_reason"] == "stop_sequence"


@pytest.mark.parametrize("way", ["whole", "stream"])
@pytest.mark.parametrize("trigger", ["fault", "prompt"])
def test_refusal_has_details_and_no_content(client: MessagesClient, trigger: str, way: str) -> None:
    headers = {FAULT_HEADER: "refusal"} if trigger == "fault" else None
    messages = [said(REFUSING if trigger == "prompt" else "Hi")]
    message = ask(client, way, headers, messages=messages)
    assert (message["stop_reason"], message["content"]) == ("refusal", [])
    assert message["stop_details"]["type"] == "refusal"
    assert "refuse" in message["stop_details"]["explanation"]


@pytest.mark.parametrize("way", ["whole", "stream"])
def test_script_decides_on_the_message(client: MessagesClient, way: str) -> None:
    shown = {"type": "adaptive", "display": "summarized"}
    answer = AIMessage(
        [
            {"type": "thinking", "thinking": "I see.", "signature": "x"},
            {"type": "text", "text": "A"},
        ]
    )
    steps = [Reply("Text.", tool_calls=[CALL], reasoning="Hm."), answer, 529]
    with script(client, *steps):
        first = ask(client, way, tools=[NOTE], thinking=shown)
        assert [block["type"] for block in first["content"]] == ["thinking", "text", "tool_use"]
        assert (first["content"][0]["thinking"], first["content"][1]["text"]) == ("Hm.", "Text.")
        assert (first["content"][2]["input"], first["stop_reason"]) == (CALL["args"], "tool_use")
        second = ask(client, way, thinking=shown)
        assert [block.get("thinking") or block["text"] for block in second["content"]] == [
            "I see.",
            "A",
        ]
        assert client.post(stream=way == "stream").status_code == 529


def test_script_without_an_answer_is_an_error(client: MessagesClient) -> None:
    with script(client, Reply("Hi", match="bye")) as waiting:
        response = client.post()
        assert response.json()["error"]["type"] == "emulator_error"
        waiting.remaining.clear()


def test_broken_input_of_a_script_is_streamed_as_it_is(client: MessagesClient) -> None:
    with script(client, Reply(tool_calls=[{"name": "note", "args": '{"title": '}])):
        events = client.stream(tools=[NOTE])
    parts = [event["delta"].get("partial_json", "") for event in events if "delta" in event]
    assert "".join(parts) == '{"title": '


def test_header_sets_the_length(client: MessagesClient) -> None:
    message = client.message({CHUNKS_HEADER: "7"}, model=MIDDLE)
    assert len(message["content"][0]["text"]) == 140


def test_request_is_recorded(client: MessagesClient) -> None:
    client.message(metadata={"user_id": "u"})
    (request,) = client.state.requests()
    assert (request.path, request.body["model"]) == ("/v1/messages", OPUS)
    assert request.headers["x-api-key"] not in repr(request)
