"""Each stream that fails, and the error that it must become."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from langchain_cometapi._client import streams as _streams
from langchain_cometapi._client.sdk import httpx
from langchain_cometapi.exceptions import (
    CometAPIContextOverflowError,
    CometAPIOverloadedError,
    CometAPIRateLimitError,
    CometAPIServerError,
    CometAPIStreamTruncatedError,
    CometAPITimeoutError,
    CometAPIUnexpectedResponseError,
)
from tests.support import (
    Fails,
    Gateway,
    Said,
    all_ways,
    ask,
    ask_and_fail,
    check_error,
    check_message,
    chunk,
    fixture,
    fixture_names,
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


REMOVE = ("remove", '{"path":"/data/a"}', "call_1")


def rate_limited(**kwargs: Any) -> Fails:
    return Fails(
        CometAPIRateLimitError,
        "Error inside the stream: Rate limit reached for tokens (model gpt-5.4-mini). Send fewer",
        code="rate_limit_exceeded",
        type="tokens",
        retryable=True,
        in_stream=True,
        **{"partial": "Hel", **kwargs},
    )


def truncated(**kwargs: Any) -> Fails:
    return Fails(
        CometAPIStreamTruncatedError,
        "The stream ended before the model had finished (no `finish_reason`) (model gpt-5.4-mini)"
        ". See `partial_message`",
        retryable=True,
        **{"partial": "Hel", **kwargs},
    )


FAILURES = {
    "error_after_text": Fails(
        CometAPIOverloadedError,
        "Error inside the stream: The model is currently busy, please try again later (model gpt",
        code="bad_response_status_code",
        type="bad_response_status_code",
        request_id="20261101120000000000000abcdefgh",
        retryable=True,
        in_stream=True,
        partial="Hel",
    ),
    "error_before_text": rate_limited(partial=""),
    "error_bare_line": rate_limited(),
    "error_bare_line_cut": rate_limited(),
    "error_bare_pretty": rate_limited(),
    "error_after_finish": rate_limited(),
    "error_tool_call": rate_limited(partial="", partial_calls=(REMOVE,)),
    "error_number_code": Fails(
        CometAPIRateLimitError,
        "Error inside the stream: Provider returned error (model gpt-5.4-mini). Send fewer",
        code="429",
        retryable=True,
        in_stream=True,
        partial="Hel",
    ),
    "error_overflow": Fails(
        CometAPIContextOverflowError,
        "Error inside the stream: prompt is too long: 210000 tokens > 200000 maximum (model gpt",
        type="comet_api_error",
        in_stream=True,
        partial="Hel",
    ),
    "error_in_choice": Fails(
        CometAPIRateLimitError,
        "Error inside the stream: Rate limit reached (model gpt-5.4-mini). Send fewer",
        code="rate_limit_exceeded",
        type="rate_limit_error",
        retryable=True,
        in_stream=True,
        partial="Hel",
    ),
    "error_finish_reason": Fails(
        CometAPIServerError,
        "Error inside the stream: no message (model gpt-5.4-mini).",
        retryable=True,
        in_stream=True,
        partial="Hel",
    ),
    "error_event": Fails(
        CometAPIOverloadedError,
        "Error inside the stream: Overloaded (model gpt-5.4-mini).",
        type="overloaded_error",
        retryable=True,
        in_stream=True,
        partial="Hel",
    ),
    "no_finish_no_done": truncated(),
    "no_finish": truncated(partial="Hello"),
    "no_finish_tool_call": truncated(partial="", partial_calls=(REMOVE,)),
    "cut_event": truncated(),
    "nothing": Fails(
        CometAPIUnexpectedResponseError,
        "An empty body instead of a stream: an empty body (model gpt-5.4-mini).",
        retryable=True,
        partial="",
    ),
    "only_done": truncated(partial=""),
    "no_json": Fails(
        CometAPIUnexpectedResponseError,
        "An HTML page instead of a completion: <html> (model gpt-5.4-mini). Does `base_url`",
        partial="Hel",
    ),
}

# Bodies that are not a stream, as the response to a request for one.
BODIES = {
    "page.html": Fails(
        CometAPIUnexpectedResponseError,
        "An HTML page instead of a completion: <!doctype html>",
        partial="",
    ),
    "cut.txt": Fails(
        CometAPIUnexpectedResponseError,
        'Text instead of a stream: {"id":"chatcmpl-1",',
        retryable=True,
        partial="",
    ),
    "text.txt": Fails(
        CometAPIUnexpectedResponseError,
        "Text instead of a stream: upstream connect error or disconnect/reset before headers (",
        retryable=True,
        partial="",
    ),
    "empty.txt": Fails(
        CometAPIUnexpectedResponseError,
        "An empty body instead of a stream: an empty body (model gpt-5.4-mini).",
        retryable=True,
        partial="",
    ),
    "error_with_200.json": Fails(
        CometAPIOverloadedError,
        "Error inside the stream: The model is currently busy, please try again later (model gpt",
        code="bad_response_status_code",
        type="bad_response_status_code",
        request_id="20261101120000000000000abcdefgh",
        retryable=True,
        in_stream=True,
        partial="",
    ),
    "error_in_choice.json": Fails(
        CometAPIRateLimitError,
        "Error inside the stream: Rate limit reached (model gpt-5.4-mini). Send fewer",
        code="rate_limit_exceeded",
        type="rate_limit_error",
        retryable=True,
        in_stream=True,
        partial="",
    ),
    "choices_null.json": truncated(partial=""),
    "choices_empty.json": truncated(partial=""),
}


@all_ways
@pytest.mark.parametrize("name", FAILURES)
async def test_failing_stream_becomes_its_error(name: str, way: str) -> None:
    gateway = Gateway(recorded(f"stream/{name}.sse"))
    check_error(await ask_and_fail(gateway, way, **streaming(way)), FAILURES[name])
    assert len(gateway.requests) == 1


def test_table_has_every_failing_stream() -> None:
    prefixes = ("cut_", "error_", "no_finish", "no_json", "nothing", "only_done")
    names = {name.removesuffix(".sse") for name in fixture_names("stream")}
    assert {name for name in names if name.startswith(prefixes)} == FAILURES.keys()


@all_ways
@pytest.mark.parametrize("name", BODIES)
async def test_body_that_is_no_stream_becomes_its_error(name: str, way: str) -> None:
    error = await ask_and_fail(Gateway(recorded(f"chat/{name}")), way, **streaming(way))
    check_error(error, BODIES[name])


# -- connections that break ------------------------------------------------------------------------

BROKEN = [
    (
        httpx.RemoteProtocolError("peer closed connection"),
        Fails(
            CometAPIStreamTruncatedError,
            "The connection broke before the model had finished: peer closed connection (model gpt"
            "-5.4-mini). See `partial_message` for what had arrived.",
            retryable=True,
            partial="Hel",
        ),
    ),
    (
        httpx.ReadTimeout("timed out"),
        Fails(
            CometAPITimeoutError,
            "The stream fell silent: timed out (model gpt-5.4-mini). Raise `timeout`",
            retryable=True,
            partial="Hel",
        ),
    ),
]


@all_ways
@pytest.mark.parametrize(("error", "expected"), BROKEN, ids=["cut", "timeout"])
async def test_connection_that_breaks_becomes_its_error(
    error: Exception, expected: Fails, way: str
) -> None:
    gateway = Gateway(events(sse(chunk("Hel"), done=False), error))
    check_error(await ask_and_fail(gateway, way, **streaming(way)), expected)


@all_ways
@pytest.mark.parametrize(
    "error",
    [httpx.RemoteProtocolError("peer closed connection"), httpx.ReadError("reset")],
    ids=repr,
)
async def test_connection_that_breaks_after_the_finish_reason_loses_nothing(
    error: Exception, way: str
) -> None:
    body = sse(chunk("Hello"), chunk({}, "stop"), done=False)
    message = await ask(Gateway(events(body, error)).model(**streaming(way)), way)
    check_message(message, Said(tokens=None))


# -- silence ---------------------------------------------------------------------------------------

HEL = sse(chunk("Hel"), done=False)
SILENCE = Fails(
    CometAPITimeoutError,
    "No content in the stream for 10 s (model gpt-5.4-mini). Raise `stream_chunk_timeout`",
    retryable=True,
    partial="Hel",
)


class _Clock:
    """A clock on which four seconds pass between two looks."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        self.now += 4
        return self.now


@all_ways
@pytest.mark.parametrize(
    "heartbeat",
    [b": PING\n\n", sse(chunk(), done=False), sse(chunk({"role": "assistant"}), done=False)],
    ids=["comment", "empty chunk", "role"],
)
async def test_stream_without_content_for_too_long_is_a_timeout(
    heartbeat: bytes, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_streams, "time", _Clock())
    fields = {**streaming(way), "stream_chunk_timeout": 10}
    gateway = Gateway(events(HEL, *[heartbeat] * 2, HEL, *[heartbeat] * 2, sse(chunk({}, "stop"))))
    assert (await ask(gateway.model(**fields), way)).content == "HelHel"
    gateway = Gateway(events(HEL, *[heartbeat] * 3, sse(chunk({}, "stop"))))
    check_error(await ask_and_fail(gateway, way, **fields), SILENCE)


@all_ways
async def test_read_that_ends_with_the_silence_allowed_is_a_timeout(
    way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_streams, "time", _Clock())
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


@all_ways
async def test_partial_message_has_reasoning_and_identity(way: str) -> None:
    gateway = Gateway(recorded("stream/no_finish_tool_call.sse"))
    partial = (await ask_and_fail(gateway, way, **streaming(way))).partial_message
    assert partial is not None
    assert partial.additional_kwargs == {"reasoning_content": "Hmm."}
    assert partial.response_metadata == {
        "model_provider": "cometapi",
        "model_name": "gpt-5.4-mini-2026-03-17",
        "id": "chatcmpl-1",
    }
    assert partial.invalid_tool_calls[0]["error"] == "the stream ended before its answer"


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
