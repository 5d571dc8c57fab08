"""Streams that break, in ways that no body in `tests/wire` can show."""

from __future__ import annotations

import logging
import pickle
from dataclasses import dataclass
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
    Gateway,
    all_ways,
    ask,
    ask_and_fail,
    chunk,
    fixture,
    raw,
    recorded,
    response_events,
    sse,
    text_event,
    text_item,
)


@dataclass
class Route:
    """What is sent on a route: a piece of text, the end of a stream, signs of life."""

    model: str
    hel: bytes
    end: bytes
    heartbeats: tuple[bytes, ...]
    without_end: tuple[str, str, list[str]]
    """A body in `tests/wire` that has no end, its text and the ids of its calls."""
    end_mark: str
    cut_call: bytes


def _sse(*chunks: Any) -> bytes:
    return sse(*chunks, done=False)


COMMENT = b": PING\n\n"
CALL = {"index": 0, "id": "call_1", "function": {"name": "f", "arguments": '{"path":"/data/a"'}}
CREATED, *_, COMPLETED = response_events(text_item("HelHel"))
SIGNS_OF_LIFE = ("keepalive", "ping", "response.in_progress", "response.queued")
CHAT = Route(
    model="gpt-5.4-mini",
    hel=_sse(chunk("Hel")),
    end=_sse(chunk({}, "stop")),
    heartbeats=(COMMENT, _sse(chunk()), _sse(chunk({"role": "assistant"}))),
    without_end=("stream/no_finish.sse", "Hello", []),
    end_mark="finish_reason",
    cut_call=_sse(chunk({"tool_calls": [CALL]})),
)
RESPONSES = Route(
    model="gpt-6-astra",
    hel=_sse(CREATED, text_event("Hel")),
    end=_sse(COMPLETED),
    heartbeats=(COMMENT, *(_sse({"type": kind}) for kind in SIGNS_OF_LIFE)),
    without_end=("responses_stream/plain_end_call.sse", "", ["call_1", "call_2"]),
    end_mark="response.completed",
    cut_call=fixture("responses_stream/incomplete_call.sse").partition(
        b"event: response.incomplete"
    )[0],
)

each_route = pytest.mark.parametrize("route", [CHAT, RESPONSES], ids=["chat", "responses"])


def fields_of(route: Route, way: str) -> dict[str, Any]:
    """Return the fields of a model of a route; `invoke` streams, too."""
    return {"model": route.model, **({} if way.endswith("stream") else {"streaming": True})}


def events(*pieces: bytes | Exception) -> httpx.Response:
    """Return a response with these pieces of an event stream."""
    return raw(pieces, content_type="text/event-stream")


def check_broken(error: CometAPIError, kind: type[CometAPIError], says: str) -> None:
    """Check the error of a stream that broke after `Hel`."""
    assert type(error) is kind
    assert str(error).startswith(says)
    assert error.is_retryable
    assert error.partial_message is not None
    assert error.partial_message.text == "Hel"
    assert str(pickle.loads(pickle.dumps(error))) == str(error)  # noqa: S301 - our own bytes


# -- connections that break ------------------------------------------------------------------------

CLOSED = httpx.RemoteProtocolError("peer closed connection")
SLOW = httpx.ReadTimeout("timed out")


@all_ways
@each_route
@pytest.mark.parametrize(
    ("failure", "kind", "says"),
    [
        (
            CLOSED,
            CometAPIStreamTruncatedError,
            "The connection broke before the model had",
        ),
        (SLOW, CometAPITimeoutError, "The stream fell silent: timed out (model"),
    ],
)
async def test_connection_that_breaks_becomes_its_error(
    failure: Exception, kind: type[CometAPIError], says: str, route: Route, way: str
) -> None:
    error = await ask_and_fail(Gateway(events(route.hel, failure)), way, **fields_of(route, way))
    check_broken(error, kind, says)
    advice = "Raise `timeout`" if failure is SLOW else "peer closed connection (model"
    assert advice in str(error)


@all_ways
@each_route
@pytest.mark.parametrize("failure", [CLOSED, SLOW, httpx.ReadError("reset")], ids=repr)
async def test_connection_that_breaks_after_the_end_loses_nothing(
    failure: Exception, route: Route, way: str
) -> None:
    gateway = Gateway(events(route.hel, route.hel, route.end, failure))
    message = await ask(gateway.model(**fields_of(route, way)), way)
    assert message.text == "HelHel"
    assert message.response_metadata["finish_reason"] == "stop"


# -- silence ---------------------------------------------------------------------------------------

SILENCE = "No content in the stream for 10 s (model"


@all_ways
@each_route
async def test_stream_without_content_for_too_long_is_a_timeout(
    route: Route, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_streams, "time", Clock())
    fields = {**fields_of(route, way), "stream_chunk_timeout": 10}
    for sign in route.heartbeats:
        gateway = Gateway(events(route.hel, sign, sign, route.hel, sign, sign, route.end))
        assert (await ask(gateway.model(**fields), way)).text == "HelHel"
        gateway = Gateway(events(route.hel, sign, sign, sign, route.end))
        error = await ask_and_fail(gateway, way, **fields)
        check_broken(error, CometAPITimeoutError, SILENCE)
        assert "Raise `stream_chunk_timeout`" in str(error)


@all_ways
async def test_read_that_ends_with_the_silence_allowed_is_a_timeout(
    way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_streams, "time", Clock())
    gateway = Gateway(events(CHAT.hel, COMMENT, COMMENT, SLOW))
    error = await ask_and_fail(gateway, way, **fields_of(CHAT, way), stream_chunk_timeout=10)
    check_broken(error, CometAPITimeoutError, SILENCE)


# -- what had arrived ------------------------------------------------------------------------------


@all_ways
async def test_partial_message_is_the_same_however_the_bytes_arrive(way: str) -> None:
    """All in one piece, as short responses arrive, and event by event."""
    body = fixture("stream/error_after_text.sse")
    pieces = [event + b"\n\n" for event in body.split(b"\n\n")[:-1]]
    for response in (events(body), events(*pieces)):
        error = await ask_and_fail(Gateway(response), way, **fields_of(CHAT, way))
        assert error.partial_message is not None
        assert error.partial_message.content == "Hel"


def test_text_before_an_error_reaches_the_user() -> None:
    chunks = Gateway(recorded("stream/error_after_text.sse")).model().stream("Hi")
    assert [next(chunks).text for _ in range(2)] == ["", "Hel"]
    with pytest.raises(CometAPIOverloadedError):
        next(chunks)


# -- hosts that send no end ------------------------------------------------------------------------


@all_ways
@each_route
@pytest.mark.parametrize("truncation", ["warn", "ignore"])
async def test_stream_without_an_end_is_whole_for_a_host_that_sends_none(
    truncation: str, route: Route, way: str, caplog: pytest.LogCaptureFixture
) -> None:
    path, text, calls = route.without_end
    model = Gateway(recorded(path)).model(**fields_of(route, way), stream_truncation=truncation)
    with caplog.at_level(logging.WARNING, "langchain_cometapi"):
        message = await ask(model, way)
    assert (message.text, [call["id"] for call in message.tool_calls]) == (text, calls)
    finish_reason = None if route is CHAT else "incomplete"
    assert message.response_metadata.get("finish_reason") == finish_reason
    warned = [r.getMessage() for r in caplog.records if r.name.startswith("langchain_cometapi")]
    assert len(warned) == (truncation == "warn")
    assert all(f"no `{route.end_mark}`" in text for text in warned)


@all_ways
@each_route
async def test_cut_call_never_runs_for_a_host_that_sends_no_end(route: Route, way: str) -> None:
    fields = {**fields_of(route, way), "stream_truncation": "ignore"}
    message = await ask(Gateway(events(route.cut_call)).model(**fields), way)
    assert [call["id"] for call in message.tool_calls] == ([] if route is CHAT else ["call_1"])
    (cut,) = message.invalid_tool_calls
    assert cut["id"] == ("call_1" if route is CHAT else "call_2")
