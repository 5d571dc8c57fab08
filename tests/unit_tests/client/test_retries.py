"""When a request is sent again, how often, and after which wait."""

from __future__ import annotations

import email.utils
import json
import time
from typing import Any

import pytest

from langchain_cometapi._client.sdk import httpx
from tests.support import (
    Answer,
    Gateway,
    all_ways,
    answer,
    ask,
    ask_and_fail,
    chunk,
    raw,
    recorded,
    say_hello,
    sse,
    text_event,
)

pytestmark = pytest.mark.usefixtures("waits")
each_route = pytest.mark.usefixtures("_each_route")


def _error(status: int) -> httpx.Response:
    return answer({"error": {"message": "?", "code": ""}}, status)


RETRYABLE: dict[str, Answer] = {
    "connection": httpx.ConnectError("refused"),
    "broken": httpx.RemoteProtocolError("disconnected"),
    "timeout": httpx.ReadTimeout("timed out"),
    **{str(status): _error(status) for status in (408, 409, 429, 500, 502, 503, 504, 524, 529)},
}
FINAL: dict[str, Answer] = {
    **{str(status): _error(status) for status in (301, 400, 401, 402, 403, 404, 413, 422, 451)},
    "500 invalid": recorded("chat/error_500_invalid.json", 500),
    "503 model": recorded("chat/error_503_model.json", 503),
    "429 context": recorded("chat/error_429_context.json", 429),
    "429 quota": recorded("chat/error_429_quota.json", 429),
    "429 quota, marked as retryable": recorded(
        "chat/error_429_quota.json", 429, x_should_retry="true"
    ),
    "error with 200": recorded("chat/error_with_200.json"),
    "html": recorded("chat/page.html"),
}


@pytest.mark.parametrize("name", RETRYABLE)
async def test_retryable_error_is_sent_again(name: str, waits: list[float]) -> None:
    for way in ("invoke", "astream"):
        gateway = Gateway(RETRYABLE[name])
        error = await ask_and_fail(gateway, way, max_retries=2)
        assert error.is_retryable
        assert len(gateway.requests) == 3
        assert len({request.content for request in gateway.requests}) == 1
    assert len(waits) == 4


@pytest.mark.parametrize("name", FINAL)
async def test_final_error_is_not_sent_again(name: str) -> None:
    for way in ("invoke", "astream"):
        gateway = Gateway(FINAL[name])
        await ask_and_fail(gateway, way, max_retries=2)
        assert len(gateway.requests) == 1


@all_ways
@each_route
@pytest.mark.parametrize(("max_retries", "requests"), [(0, 1), (1, 2), (None, 3)])
async def test_request_is_sent_again_as_often_as_set_or_as_the_sdk_does(
    max_retries: int | None, requests: int, way: str, waits: list[float]
) -> None:
    gateway = Gateway(_error(500))
    await ask_and_fail(gateway, way, max_retries=max_retries)
    assert len(gateway.requests) == requests
    assert len(waits) == requests - 1


@all_ways
@each_route
@pytest.mark.parametrize("failures", [0, 1, 2])
async def test_retry_count_is_in_the_metadata_unless_it_is_zero(failures: int, way: str) -> None:
    gateway = Gateway(*[_error(503)] * failures, say_hello)
    message = await ask(gateway.model(max_retries=2), way)
    assert message.text == "Hello"
    retries = {"retries": failures} if failures else {}
    assert {k: v for k, v in message.response_metadata.items() if k == "retries"} == retries
    assert len(gateway.requests) == failures + 1


_HEL = {**chunk("Hel"), **text_event("Hel")}  # a piece of text on either route


@pytest.mark.parametrize("way", ["stream", "astream"])
@each_route
@pytest.mark.parametrize(
    "body",
    [
        [sse(_HEL, done=False)],
        [sse(_HEL, {"error": {"message": "?", "code": 429}})],
        [sse(_HEL, done=False), httpx.RemoteProtocolError("disconnected")],
        [sse(_HEL, done=False), httpx.ReadTimeout("timed out")],
    ],
    ids=["truncated", "error", "cut", "timeout"],
)
async def test_stream_is_not_sent_again_after_its_first_chunk(
    body: list[bytes | Exception], way: str
) -> None:
    gateway = Gateway(raw(body, content_type="text/event-stream"), say_hello)
    error = await ask_and_fail(gateway, way, max_retries=2)
    assert error.partial_message is not None
    assert error.partial_message.text == "Hel"
    assert len(gateway.requests) == 1


# -- Retry-After -----------------------------------------------------------------------------------


_RETRY_INFO = {"@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": "34.5s"}


@all_ways
@each_route
@pytest.mark.parametrize(
    ("error", "headers", "seconds"),
    [
        ({}, {"retry_after": "7"}, 7.0),
        ({"details": [_RETRY_INFO]}, {}, 34.5),
        ({"details": [_RETRY_INFO]}, {"retry_after": "1"}, 34.5),
        ({"details": [_RETRY_INFO]}, {"retry_after_ms": "1000"}, 34.5),
    ],
)
async def test_longer_wait_of_body_and_headers_is_waited_for_and_reported(
    error: dict[str, Any], headers: dict[str, str], seconds: float, way: str, waits: list[float]
) -> None:
    limited = answer({"error": error}, 429, **headers)
    assert (await ask(Gateway(limited, say_hello).model(max_retries=1), way)).text == "Hello"
    assert waits == [seconds]
    assert (await ask_and_fail(Gateway(limited), way)).retry_after == seconds


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry_after": "0.25"}, 0.25),
        ({"retry_after_ms": "1500"}, 1.5),
        ({"retry_after_ms": "1500", "retry_after": "9"}, 1.5),
        ({"retry_after_ms": "?", "retry_after": "9"}, 9.0),
        ({"retry_after": "7s"}, 7.0),
        ({"retry_after": "1m30s"}, 90.0),
        ({"retry_after": "5 seconds"}, 5.0),
    ],
    ids=repr,
)
async def test_retry_after_of_any_form_is_read(headers: dict[str, str], seconds: float) -> None:
    assert (await ask_and_fail(Gateway(answer({}, 429, **headers)))).retry_after == seconds


@pytest.mark.parametrize(
    ("error", "seconds"),
    [
        ({"message": json.dumps({"error": {"details": [_RETRY_INFO]}})}, 34.5),
        ({"details": [{"retryDelay": {"seconds": 34, "nanos": 500_000_000}}]}, 34.5),
        ({"message": "try again after 2 minutes"}, 120.0),
        ({"message": "Rate limit. Retry-After: 20"}, 20.0),
        ({"message": "20秒後に再試行してください"}, 20.0),
        ({"message": "20초 후에 다시 시도하세요"}, 20.0),
        ({"message": "Повторите через 2 минуты"}, 120.0),
        ({"message": "Réessayez dans 20 secondes"}, 20.0),
        ({"message": "Bitte in 20 Sekunden erneut versuchen"}, 20.0),
        ({"message": "Inténtelo de nuevo en 20 segundos"}, 20.0),
        ({"message": "slow", "retry_after": "12"}, 12.0),
        ({"metadata": {"headers": {"Retry-After": "9"}}}, 9.0),
        ({"message": "slow", "metadata": {"retry_after_ms": 1500}}, 1.5),
    ],
    ids=repr,
)
async def test_wait_of_a_body_of_any_form_is_read(error: dict[str, Any], seconds: float) -> None:
    """`tests/errors` has those of the vendors."""
    raised = await ask_and_fail(Gateway(answer({"error": error}, 429)))
    assert raised.retry_after == seconds


@pytest.mark.parametrize(
    "value", ["nan", "-3s", "soon", 10**400, "9" * 5000, True, None, [3], {"seconds": "x"}, -3]
)
async def test_wait_of_a_body_that_is_none_is_ignored(value: object) -> None:
    error = {"message": "slow", "details": [{"retryDelay": value}], "retry_after": value}
    raised = await ask_and_fail(Gateway(answer({"error": error}, 429)))
    assert raised.retry_after is None


@pytest.mark.parametrize(
    "message", ["You made 5 requests in 10 s", "The limit is 20 per 30s", "5 секунд"]
)
async def test_period_of_a_limit_is_no_wait(message: str) -> None:
    raised = await ask_and_fail(Gateway(answer({"error": {"message": message}}, 429)))
    assert raised.retry_after is None


@pytest.mark.parametrize(("offset", "least", "most"), [(30, 25, 30), (-3600, 0, 0)])
async def test_retry_after_may_be_a_date(
    offset: int, least: int, most: int, waits: list[float]
) -> None:
    date = email.utils.formatdate(time.time() + offset, usegmt=True)
    error = await ask_and_fail(Gateway(answer({}, 429, retry_after=date)), max_retries=1)
    assert error.retry_after is not None
    assert least <= error.retry_after <= most
    assert least <= waits[0] <= max(most, 8)  # the SDK's own wait is 8 s at most


@pytest.mark.parametrize("value", ["3600", "1e9", "Wed, 21 Oct 2099 07:28:00 GMT"])
async def test_retry_after_that_is_long_is_reported_and_not_waited_for(
    value: str, waits: list[float]
) -> None:
    for way in ("invoke", "astream"):
        error = await ask_and_fail(Gateway(answer({}, 429, retry_after=value)), way, max_retries=2)
        assert error.retry_after is not None
        assert error.retry_after >= 3600
    assert all(wait <= 120 for wait in waits)


@pytest.mark.parametrize(
    "value", ["", "soon", "nan", "-inf", "-5", "1e999", "Wed, 99 Foo 2099", "Mon, 01 Jan 99999 0:0"]
)
async def test_retry_after_that_is_invalid_is_ignored(value: str, waits: list[float]) -> None:
    for way in ("invoke", "astream"):
        error = await ask_and_fail(Gateway(answer({}, 429, retry_after=value)), way, max_retries=1)
        assert error.retry_after is None
    assert all(0 <= wait <= 8 for wait in waits)
