"""Streams that break, in ways that no body in `tests/wire` can show."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from langchain_cometapi._client import streams as _streams
from langchain_cometapi._client.sdk import httpx
from langchain_cometapi.exceptions import (
    CometAPIError,
    CometAPIOverloadedError,
    CometAPIStreamTruncatedError,
    CometAPITimeoutError,
)
from tests.support import (
    Clock,
    ExpectedError,
    ExpectedMessage,
    Gateway,
    all_ways,
    ask,
    ask_and_fail,
    check_error,
    check_message,
    chunk,
    fixture,
    raw,
    recorded,
    sse,
)


def streaming(way: str) -> dict[str, Any]:
    """Return the fields that make `invoke` stream too."""
    return {} if way.endswith("stream") else {"streaming": True}


def events(*pieces: bytes | Exception) -> httpx.Response:
    """Return a response with these pieces of an event stream."""
    return raw(pieces, content_type="text/event-stream")


# -- connections that break ------------------------------------------------------------------------

HEL = sse(chunk("Hel"), done=False)
CLOSED = httpx.RemoteProtocolError("peer closed connection")


def broken(kind: type[CometAPIError], says: str) -> ExpectedError:
    """Return what must be raised where a stream breaks after `Hel`."""
    return ExpectedError(kind, says, retryable=True, partial="Hel")


@all_ways
@pytest.mark.parametrize(
    ("error", "kind", "says"),
    [
        (
            CLOSED,
            CometAPIStreamTruncatedError,
            "The connection broke before the model had finished: peer closed connection (model",
        ),
        (
            httpx.ReadTimeout("timed out"),
            CometAPITimeoutError,
            "The stream fell silent: timed out (model gpt-5.4-mini). Raise `timeout`",
        ),
    ],
)
async def test_connection_that_breaks_becomes_its_error(
    error: Exception, kind: type[CometAPIError], says: str, way: str
) -> None:
    gateway = Gateway(events(HEL, error))
    check_error(await ask_and_fail(gateway, way, **streaming(way)), broken(kind, says))


@all_ways
@pytest.mark.parametrize("error", [CLOSED, httpx.ReadError("reset")], ids=repr)
async def test_connection_that_breaks_after_the_finish_reason_loses_nothing(
    error: Exception, way: str
) -> None:
    body = sse(chunk("Hello"), chunk({}, "stop"), done=False)
    message = await ask(Gateway(events(body, error)).model(**streaming(way)), way)
    check_message(message, ExpectedMessage(tokens=None))


# -- silence ---------------------------------------------------------------------------------------

SILENCE = broken(
    CometAPITimeoutError,
    "No content in the stream for 10 s (model gpt-5.4-mini). Raise `stream_chunk_timeout`",
)


@all_ways
@pytest.mark.parametrize(
    "heartbeat",
    [b": PING\n\n", sse(chunk(), done=False), sse(chunk({"role": "assistant"}), done=False)],
    ids=["comment", "empty chunk", "role"],
)
async def test_stream_without_content_for_too_long_is_a_timeout(
    heartbeat: bytes, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_streams, "time", Clock())
    fields = {**streaming(way), "stream_chunk_timeout": 10}
    gateway = Gateway(events(HEL, *[heartbeat] * 2, HEL, *[heartbeat] * 2, sse(chunk({}, "stop"))))
    assert (await ask(gateway.model(**fields), way)).content == "HelHel"
    gateway = Gateway(events(HEL, *[heartbeat] * 3, sse(chunk({}, "stop"))))
    check_error(await ask_and_fail(gateway, way, **fields), SILENCE)


@all_ways
async def test_read_that_ends_with_the_silence_allowed_is_a_timeout(
    way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_streams, "time", Clock())
    gateway = Gateway(events(HEL, b": PING\n\n", b": PING\n\n", httpx.ReadTimeout("timed out")))
    fields = {**streaming(way), "stream_chunk_timeout": 10}
    check_error(await ask_and_fail(gateway, way, **fields), SILENCE)


# -- what had arrived ------------------------------------------------------------------------------


@all_ways
async def test_partial_message_is_the_same_however_the_bytes_arrive(way: str) -> None:
    """All in one piece, as short responses arrive, and event by event."""
    body = fixture("stream/error_after_text.sse")
    pieces = [event + b"\n\n" for event in body.split(b"\n\n")[:-1]]
    for response in (events(body), events(*pieces)):
        error = await ask_and_fail(Gateway(response), way, **streaming(way))
        assert error.partial_message is not None
        assert error.partial_message.content == "Hel"


def test_text_before_an_error_reaches_the_user() -> None:
    chunks = Gateway(recorded("stream/error_after_text.sse")).model().stream("Hi")
    assert [next(chunks).text for _ in range(2)] == ["", "Hel"]
    with pytest.raises(CometAPIOverloadedError):
        next(chunks)


# -- hosts that send no finish reason --------------------------------------------------------------


@all_ways
@pytest.mark.parametrize("truncation", ["warn", "ignore"])
async def test_stream_without_a_finish_reason_is_whole_for_a_host_that_sends_none(
    truncation: str, way: str, caplog: pytest.LogCaptureFixture
) -> None:
    gateway = Gateway(recorded("stream/no_finish.sse"))
    with caplog.at_level(logging.WARNING, "langchain_cometapi"):
        message = await ask(gateway.model(**streaming(way), stream_truncation=truncation), way)
    assert message.content == "Hello"
    assert "finish_reason" not in message.response_metadata
    warned = [r.getMessage() for r in caplog.records if r.name.startswith("langchain_cometapi")]
    assert len(warned) == (truncation == "warn")
    assert all("no `finish_reason`" in text for text in warned)


@all_ways
async def test_arguments_are_validated_without_a_finish_reason_too(way: str) -> None:
    function = {"name": "remove", "arguments": '{"path":"/data/a"'}
    cut_call = chunk({"tool_calls": [{"index": 0, "id": "call_1", "function": function}]})
    gateway = Gateway(events(sse(cut_call, done=False)))
    message = await ask(gateway.model(**streaming(way), stream_truncation="ignore"), way)
    assert message.tool_calls == []
    assert [call["id"] for call in message.invalid_tool_calls] == ["call_1"]
