"""The chunks of a stream: what each of them carries, and what only one of them does."""

from __future__ import annotations

from tests.support import Gateway, all_ways, ask, fixture, raw, recorded


@all_ways
async def test_request_id_of_cometapi_goes_before_that_of_a_proxy(way: str) -> None:
    response = recorded("stream/minimal.sse", x_cometapi_request_id="req-1", x_request_id="proxy")
    message = await ask(Gateway(response).model(streaming=True), way)
    assert message.content == "Hello"
    assert message.response_metadata["request_id"] == "req-1"


@all_ways
async def test_completion_on_one_line_as_reply_to_a_stream_request_is_its_message(way: str) -> None:
    line = b"".join(part.strip() for part in fixture("chat/minimal.json").splitlines())
    for body in (line, line + b"\n"):
        message = await ask(Gateway(raw(body)).model(streaming=True), way)
        assert message.content == "Hello"


def test_completion_as_reply_to_a_stream_request_is_one_chunk() -> None:
    chunks = list(Gateway(recorded("chat/minimal.json")).model().stream("Hi"))
    assert [chunk.content for chunk in chunks if chunk.content] == ["Hello"]


def test_usage_and_metadata_are_in_one_chunk() -> None:
    chunks = list(Gateway(recorded("stream/usage_cumulative.sse")).model().stream("Hi"))
    with_usage = [chunk.usage_metadata for chunk in chunks if chunk.usage_metadata]
    assert with_usage == [{"input_tokens": 10, "output_tokens": 3, "total_tokens": 13}]
    for name in ("cost", "finish_reason", "id", "model_name", "token_usage"):
        assert sum(name in chunk.response_metadata for chunk in chunks) == 1, name


def test_text_comes_in_the_pieces_it_was_sent_in() -> None:
    chunks = Gateway(recorded("stream/normal.sse")).model().stream("Hi")
    assert [chunk.text for chunk in chunks if chunk.text] == ["Hel", "lo"]
