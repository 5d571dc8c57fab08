"""Events of a message: their order and their deltas."""

from __future__ import annotations

from tests.unit_tests.emulator.messages_client import BUDGET, OLD, WEATHER, MessagesClient, said


def test_events_come_in_anthropics_order(client: MessagesClient) -> None:
    events = client.stream(
        model=OLD, thinking=BUDGET, messages=[said("The weather in Rome?")], tools=[WEATHER]
    )
    kinds = [event["type"] for event in events]
    assert kinds[:3] == ["message_start", "content_block_start", "ping"]
    assert kinds[-2:] == ["message_delta", "message_stop"]
    assert events[-1] == {"type": "message_stop"}
    start, stop = kinds.index("content_block_stop"), len(kinds) - 3
    assert kinds[start : start + 2] == ["content_block_stop", "content_block_start"]
    assert kinds[stop] == "content_block_stop"
    deltas = [event["delta"]["type"] for event in events if event["type"] == "content_block_delta"]
    assert deltas[0] == "thinking_delta"
    first = deltas.index("signature_delta")
    assert set(deltas[:first]) == {"thinking_delta"}
    assert deltas[first:] == ["signature_delta", *["input_json_delta"] * 4]


def test_usage_is_in_the_first_event_and_the_last_but_one(client: MessagesClient) -> None:
    events = client.stream(model=OLD)
    first, last = events[0]["message"]["usage"], events[-2]["usage"]
    assert (first["input_tokens"], first["output_tokens"]) == (5, 1)
    assert "cache_creation" in first
    assert last["input_tokens"] == 5
    assert last["output_tokens"] > 1
    message = events[0]["message"]
    assert (message["content"], message["stop_reason"]) == ([], None)


def test_omitted_thinking_has_a_signature_alone(client: MessagesClient) -> None:
    events = client.stream()
    assert events[1]["content_block"] == {"type": "thinking", "thinking": "", "signature": ""}
    (delta,) = (event["delta"] for event in events if event.get("index") == 0 and "delta" in event)
    assert delta["type"] == "signature_delta"
