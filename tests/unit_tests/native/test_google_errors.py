"""Errors of `ChatCometAPIGoogle`: ours, google-genai's and LangChain's at once."""

from __future__ import annotations

import pickle
from typing import Any

import langchain_google_genai.chat_models as parent
import pytest
from google.genai.errors import APIError, ClientError, ServerError
from langchain_core import exceptions as core

from langchain_cometapi import exceptions as exc
from langchain_cometapi._client.sdk import httpx
from tests.support import KEY, Gateway, all_ways, answer, ask, ask_sync, raw
from tests.unit_tests.native.gemini_gateway import (
    CALL,
    event,
    events,
    fail,
    google_error,
    make,
    reply,
    streamed,
    whole,
)

pytestmark = pytest.mark.native

TYPE = "type.googleapis.com/google.rpc."
KINDS: dict[str, tuple[int, object, tuple[type[Exception], ...]]] = {
    "request": (
        400,
        google_error(400, "Penalty is not enabled.", "INVALID_ARGUMENT"),
        (exc.CometAPIInvalidRequestError, ClientError, parent.GoogleInvalidRequestError),
    ),
    "key": (
        400,
        google_error(
            400,
            "API key not valid.",
            "INVALID_ARGUMENT",
            details=[{"@type": f"{TYPE}ErrorInfo", "reason": "API_KEY_INVALID"}],
        ),
        (exc.CometAPIAuthenticationError, ClientError, parent.GoogleAuthenticationError),
    ),
    "overflow": (
        400,
        google_error(
            400,
            "The input token count (2000000) exceeds the maximum number of tokens allowed.",
            "INVALID_ARGUMENT",
        ),
        (exc.CometAPIContextOverflowError, ClientError, core.ContextOverflowError),
    ),
    "permission": (
        403,
        google_error(403, "Not for you.", "PERMISSION_DENIED"),
        (exc.CometAPIPermissionDeniedError, ClientError, parent.GooglePermissionDeniedError),
    ),
    "model": (
        404,
        google_error(404, "models/gemini-0 is not found.", "NOT_FOUND"),
        (exc.CometAPIModelNotFoundError, ClientError, parent.GoogleModelNotFoundError),
    ),
    "limit": (
        429,
        google_error(429, "Slow down.", "RESOURCE_EXHAUSTED"),
        (exc.CometAPIRateLimitError, ClientError, parent.GoogleRateLimitError),
    ),
    "list": (
        429,
        [google_error(429, "Slow down.", "RESOURCE_EXHAUSTED")],
        (exc.CometAPIRateLimitError, ClientError, parent.GoogleRateLimitError),
    ),
    "server": (
        500,
        google_error(500, "Internal.", "INTERNAL"),
        (exc.CometAPIServerError, ServerError, parent.GoogleAPIError),
    ),
    "busy": (
        503,
        google_error(503, "The model is overloaded.", "UNAVAILABLE"),
        (exc.CometAPIOverloadedError, ServerError, parent.GoogleAPIError),
    ),
    "gateway's request": (
        500,
        {"error": {"message": "No (request id: 2026x)", "code": "invalid_request"}},
        (exc.CometAPIInvalidRequestError, ClientError),
    ),
    "gateway's model": (
        503,
        {"error": {"message": "No channel", "code": "model_not_found"}},
        (exc.CometAPIModelNotFoundError, ClientError),
    ),
}

every_kind = pytest.mark.parametrize(("status", "body", "kinds"), KINDS.values(), ids=KINDS)


def check(error: Exception, kinds: tuple[type[Exception], ...]) -> None:
    """Check an error, and its pickle, which has no more of the request."""
    for one in (error, pickle.loads(pickle.dumps(error))):  # noqa: S301 - our own bytes
        assert isinstance(one, (exc.CometAPIError, *kinds))
        assert all(isinstance(one, kind) for kind in (*kinds, APIError, core.ModelError))
        assert KEY not in f"{one!r}{vars(one)}"


@every_kind
@all_ways
async def test_error_is_that_of_each_package(
    way: str, status: int, body: object, kinds: tuple[type[Exception], ...]
) -> None:
    gateway = Gateway(fail(status, body, x_cometapi_request_id="id-1"))
    with pytest.raises(exc.CometAPIError) as caught:
        await ask(make(gateway), way)
    check(caught.value, kinds)
    assert caught.value.status_code == status
    assert caught.value.request_id == "id-1"
    assert caught.value.partial_message is None


@every_kind
@all_ways
async def test_error_that_comes_with_status_200_is_the_same(
    way: str, status: int, body: object, kinds: tuple[type[Exception], ...]
) -> None:
    with pytest.raises(exc.CometAPIError) as caught:
        await ask(make(Gateway(fail(status, body, in_stream=True))), way)
    check(caught.value, kinds)
    assert isinstance(caught.value, exc.CometAPIStreamError) == ("stream" in way)
    partial = caught.value.partial_message
    assert ("" if partial is None else partial.text) == ("Hel" if "stream" in way else "")


def test_error_says_what_googles_own_says() -> None:
    details = [{"@type": f"{TYPE}RetryInfo", "retryDelay": "34.5s"}]
    body = google_error(429, "Slow down.", "RESOURCE_EXHAUSTED", details=details)
    for sent in (body, [body]):
        with pytest.raises(ClientError) as caught:
            make(Gateway(answer(sent, 429))).invoke("Hi")
        error: Any = caught.value
        assert (error.code, error.status, error.details) == (429, "RESOURCE_EXHAUSTED", sent)
        assert error.retry_after == 34.5
        assert "Slow down" in error.message


def test_error_of_the_gateway_keeps_its_own_code() -> None:
    status, body, _ = KINDS["gateway's request"]
    with pytest.raises(APIError) as caught:
        make(Gateway(answer(body, status))).invoke("Hi")
    error: Any = caught.value
    assert (error.code, error.status, error.request_id) == ("invalid_request", None, "2026x")


@every_kind
@all_ways
async def test_request_is_repeated_if_the_body_allows_it(
    way: str, status: int, body: object, kinds: tuple[type[Exception], ...]
) -> None:
    repeated = kinds[0].is_retryable  # type: ignore[attr-defined]
    gateway = Gateway(answer(body, status, retry_after_ms="1"))
    with pytest.raises(exc.CometAPIError):
        await ask(make(gateway, max_retries=2), way)
    assert len(gateway.requests) == (3 if repeated else 1)


@all_ways
async def test_repeat_waits_as_the_body_asks(way: str) -> None:
    wait = [{"@type": f"{TYPE}RetryInfo", "retryDelay": "0.002s"}]
    busy = google_error(429, "Slow down.", "RESOURCE_EXHAUSTED", details=wait)
    gateway = Gateway(answer(busy, 429), reply({"text": "Hello"}))
    message = await ask(make(gateway), way, max_retries=1)
    assert message.text == "Hello"
    assert message.response_metadata["retries"] == 1
    assert gateway.requests[1].headers["x-goog-api-key"] == KEY


@all_ways
@pytest.mark.parametrize(
    ("failure", "kind"),
    [
        (httpx.ReadTimeout("slow"), exc.CometAPITimeoutError),
        (httpx.ConnectError("refused"), exc.CometAPIConnectionError),
        (httpx.RemoteProtocolError("gone"), exc.CometAPIConnectionError),
    ],
    ids=["timeout", "refused", "broken"],
)
async def test_request_without_response_is_an_error(way: str, failure: Any, kind: Any) -> None:
    gateway = Gateway(failure)
    with pytest.raises(kind) as caught:
        await ask(make(gateway), way)
    check(caught.value, (kind, APIError))
    assert caught.value.__context__ is None or KEY not in repr(vars(caught.value.__context__))


@whole
async def test_page_instead_of_a_response_is_an_error(way: str) -> None:
    page = raw(b"<html><title>Gateway</title></html>", content_type="text/html")
    with pytest.raises(exc.CometAPIUnexpectedResponseError, match="Gateway") as caught:
        await ask(make(Gateway(page)), way)
    check(caught.value, (exc.CometAPIUnexpectedResponseError,))


# -- streams


def test_comments_and_blanks_do_not_break_a_stream() -> None:
    first, last = event({"text": "Hel"}), event({"text": "lo"}, finish="STOP")
    body = events(first, last).read().replace(b"data: ", b": ping\n\ndata:")
    gateway = Gateway(raw(body, content_type="text/event-stream"))
    assert ask_sync(make(gateway), "stream").text == "Hello"


@streamed
async def test_stream_without_finish_reason_is_an_error(way: str) -> None:
    with pytest.raises(exc.CometAPIStreamTruncatedError) as caught:
        await ask(make(Gateway(events(event({"text": "Hel"}), event(CALL)))), way)
    check(caught.value, (exc.CometAPIStreamTruncatedError, core.ModelConnectionError))
    partial: Any = caught.value.partial_message
    assert (partial.text, partial.tool_calls) == ("Hel", [])
    assert [call["name"] for call in partial.invalid_tool_calls] == ["get_weather"]


@streamed
@pytest.mark.parametrize(
    ("failure", "kind"),
    [
        (httpx.ReadError("broke"), exc.CometAPIStreamTruncatedError),
        (httpx.ReadTimeout("silent"), exc.CometAPITimeoutError),
    ],
)
async def test_stream_that_breaks_is_an_error_unless_it_was_whole(
    way: str, failure: Exception, kind: type[exc.CometAPIError]
) -> None:
    start = events(event({"text": "Hel"})).read()
    with pytest.raises(kind) as caught:
        await ask(make(Gateway(raw([start, failure], content_type="text/event-stream"))), way)
    partial: Any = caught.value.partial_message
    assert partial.text == "Hel"
    end = events(event({"text": "lo"}, finish="STOP")).read()
    gateway = Gateway(raw([start, end, failure], content_type="text/event-stream"))
    assert (await ask(make(gateway), way)).text == "Hello"


@all_ways
@pytest.mark.parametrize("finish", ["MAX_TOKENS", "MALFORMED_FUNCTION_CALL", "SAFETY"])
@pytest.mark.parametrize("parts", [[CALL], [{"text": "Look:"}, CALL], [CALL, CALL]])
async def test_call_of_a_message_that_was_cut_is_invalid(
    way: str, finish: str, parts: list[Any]
) -> None:
    message = await ask(make(Gateway(reply(*parts, finish=finish))), way)
    [cut] = message.invalid_tool_calls
    assert cut["name"] == "get_weather"
    assert len(message.tool_calls) == len(parts) - 1 - ("text" in parts[0])
    assert finish in message.response_metadata["tool_call_errors"][cut["id"]]
