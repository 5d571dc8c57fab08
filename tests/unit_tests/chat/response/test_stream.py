"""The chunks of a stream: what each of them carries, and what only one of them does."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support import (
    ExpectedMessage,
    Gateway,
    all_ways,
    ask,
    check_message,
    fixture,
    merge,
    raw,
    recorded,
)


def streaming(way: str) -> dict[str, Any]:
    """The fields that make `invoke` stream, too."""
    return {} if way.endswith("stream") else {"streaming": True}


@all_ways
async def test_request_id_of_cometapi_goes_before_that_of_a_proxy(way: str) -> None:
    response = recorded("stream/minimal.sse", x_cometapi_request_id="req-1", x_request_id="proxy")
    gateway = Gateway(response)
    message = await ask(gateway.model(**streaming(way)), way)
    assert gateway.bodies[0]["stream"] is True
    check_message(message, ExpectedMessage(tokens=None, metadata={"request_id": "req-1"}))


@all_ways
async def test_completion_on_one_line_as_reply_to_a_stream_request_is_its_message(way: str) -> None:
    line = b"".join(part.strip() for part in fixture("chat/minimal.json").splitlines())
    for body in (line, line + b"\n"):
        message = await ask(Gateway(raw(body)).model(**streaming(way)), way)
        check_message(message, ExpectedMessage(tokens=None))


def test_completion_as_reply_to_a_stream_request_is_one_chunk() -> None:
    chunks = list(Gateway(recorded("chat/minimal.json")).model().stream("Hi"))
    assert [chunk.content for chunk in chunks if chunk.content] == ["Hello"]


@pytest.mark.parametrize("way", ["stream", "astream"])
async def test_usage_and_metadata_are_in_one_chunk(way: str) -> None:
    model = Gateway(recorded("stream/usage_cumulative.sse")).model()
    if way == "stream":
        chunks = list(model.stream("Hi"))
    else:
        chunks = [chunk async for chunk in model.astream("Hi")]
    with_usage = [chunk.usage_metadata for chunk in chunks if chunk.usage_metadata]
    assert with_usage == [{"input_tokens": 10, "output_tokens": 3, "total_tokens": 13}]
    for name in ("cost", "finish_reason", "id", "model_name", "token_usage"):
        assert sum(name in chunk.response_metadata for chunk in chunks) == 1, name
    assert "".join(chunk.text for chunk in chunks) == "Hello!"


def test_text_comes_in_the_pieces_it_was_sent_in() -> None:
    chunks = Gateway(recorded("stream/normal.sse")).model().stream("Hi")
    assert [chunk.text for chunk in chunks if chunk.text] == ["Hel", "lo"]


def test_generated_id_is_the_same_in_every_chunk() -> None:
    chunks = list(Gateway(recorded("stream/tool_without_id.sse")).model().stream("Hi"))
    ids = {call["id"] for chunk in chunks for call in chunk.tool_call_chunks if call["id"]}
    assert ids == {merge(chunks).tool_calls[0]["id"]}
