"""One tree of errors: what each is, what it says, and when a request is sent again."""

from __future__ import annotations

import copy
import email.utils
import json
import pickle
import time
import traceback
from typing import Any

import openai
import pytest
from langchain_core import exceptions as core

from langchain_cometapi import exceptions
from langchain_cometapi._client.error_rules import ErrorBody, classify
from langchain_cometapi._client.sdk import httpx
from langchain_cometapi.exceptions import (
    CometAPIAuthenticationError,
    CometAPIConnectionError,
    CometAPIContentFilterError,
    CometAPIContextOverflowError,
    CometAPIError,
    CometAPIInsufficientBalanceError,
    CometAPIInvalidRequestError,
    CometAPIModelNotFoundError,
    CometAPIOverloadedError,
    CometAPIPermissionDeniedError,
    CometAPIRateLimitError,
    CometAPIServerError,
    CometAPIStreamError,
    CometAPIStreamTruncatedError,
    CometAPITimeoutError,
    CometAPIUnexpectedResponseError,
    stream_variant,
)
from tests.support import (
    KEY,
    WAYS,
    Answer,
    Gateway,
    answer,
    ask,
    chunk,
    completion,
    raw,
    recorded,
    sse,
    stream,
)

URL = "https://api.cometapi.com/v1/chat/completions"


def good(way: str) -> httpx.Response:
    """An answer that suits the way of asking."""
    if way in {"stream", "astream"}:
        return stream(chunk("Hello"), chunk({}, "stop"))
    return answer(completion())


async def failure(gateway: Gateway, way: str = "invoke", **kwargs: Any) -> CometAPIError:
    with pytest.raises(CometAPIError) as caught:
        await ask(gateway.model(**kwargs), way)
    return caught.value


# -- the tree ------------------------------------------------------------------------------------

# Class, parent, class of the SDK, class of LangChain, whether the same request may succeed later.
TREE = [
    (CometAPIError, None, openai.APIError, core.ModelError, False),
    (
        CometAPIAuthenticationError,
        CometAPIError,
        openai.AuthenticationError,
        core.ModelAuthenticationError,
        False,
    ),
    (
        CometAPIPermissionDeniedError,
        CometAPIError,
        openai.PermissionDeniedError,
        core.ModelPermissionDeniedError,
        False,
    ),
    (
        CometAPIInsufficientBalanceError,
        CometAPIPermissionDeniedError,
        openai.PermissionDeniedError,
        core.ModelPermissionDeniedError,
        False,
    ),
    (
        CometAPIInvalidRequestError,
        CometAPIError,
        openai.BadRequestError,
        core.ModelInvalidRequestError,
        False,
    ),
    (
        CometAPIContextOverflowError,
        CometAPIInvalidRequestError,
        openai.BadRequestError,
        core.ContextOverflowError,
        False,
    ),
    (
        CometAPIContentFilterError,
        CometAPIInvalidRequestError,
        openai.BadRequestError,
        core.ModelInvalidRequestError,
        False,
    ),
    (
        CometAPIModelNotFoundError,
        CometAPIError,
        openai.NotFoundError,
        core.ModelNotFoundError,
        False,
    ),
    (CometAPIRateLimitError, CometAPIError, openai.RateLimitError, core.ModelRateLimitError, True),
    (CometAPIServerError, CometAPIError, openai.InternalServerError, core.ModelAPIError, True),
    (
        CometAPIOverloadedError,
        CometAPIServerError,
        openai.InternalServerError,
        core.ModelAPIError,
        True,
    ),
    (
        CometAPIConnectionError,
        CometAPIError,
        openai.APIConnectionError,
        core.ModelConnectionError,
        True,
    ),
    (
        CometAPIStreamTruncatedError,
        CometAPIConnectionError,
        openai.APIConnectionError,
        core.ModelConnectionError,
        True,
    ),
    (CometAPITimeoutError, CometAPIError, openai.APITimeoutError, core.ModelTimeoutError, True),
    (
        CometAPIUnexpectedResponseError,
        CometAPIError,
        openai.APIResponseValidationError,
        core.ModelAPIError,
        True,
    ),
    (CometAPIStreamError, CometAPIError, openai.APIError, core.ModelError, False),
]
KINDS = [row[0] for row in TREE]


@pytest.mark.parametrize(("kind", "parent", "sdk", "langchain", "retryable"), TREE)
def test_tree(
    kind: type[CometAPIError],
    parent: type[CometAPIError] | None,
    sdk: type[openai.APIError],
    langchain: type[Exception],
    *,
    retryable: bool,
) -> None:
    assert issubclass(kind, (CometAPIError,))
    assert issubclass(kind, sdk)
    assert issubclass(kind, langchain)
    assert parent is None or parent in kind.__bases__
    assert kind("text").is_retryable is retryable


def test_table_is_the_whole_tree() -> None:
    assert {kind.__name__ for kind in KINDS} == set(exceptions.__all__)
    drawn = exceptions.__doc__ or ""
    assert [kind.__name__ for kind in KINDS if kind.__name__ not in drawn] == []


@pytest.mark.parametrize("kind", KINDS)
def test_unknown_attributes_are_none(kind: type[CometAPIError]) -> None:
    error = kind("What happened.")
    assert str(error) == "What happened."
    names = ("status_code", "code", "type", "param", "request_id", "retry_after", "model", "url")
    assert {getattr(error, name) for name in (*names, "body", "partial_message")} == {None}


@pytest.mark.parametrize("kind", KINDS)
def test_stream_variant_is_both(kind: type[CometAPIError]) -> None:
    if kind is CometAPIStreamError:
        return
    variant = stream_variant(kind)
    error = variant("text")
    assert isinstance(error, CometAPIStreamError)
    assert isinstance(error, kind)
    assert error.is_retryable is kind("text").is_retryable
    assert stream_variant(kind) is variant


# -- class by body, then by status -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, CometAPIInvalidRequestError),
        (401, CometAPIAuthenticationError),
        (402, CometAPIInsufficientBalanceError),
        (403, CometAPIPermissionDeniedError),
        (404, CometAPIModelNotFoundError),
        (408, CometAPITimeoutError),
        (409, CometAPIServerError),
        (413, CometAPIInvalidRequestError),
        (418, CometAPIInvalidRequestError),
        (422, CometAPIInvalidRequestError),
        (429, CometAPIRateLimitError),
        (451, CometAPIContentFilterError),
        (500, CometAPIServerError),
        (502, CometAPIServerError),
        (503, CometAPIServerError),
        (504, CometAPIServerError),
        (524, CometAPIServerError),
        (529, CometAPIOverloadedError),
        (599, CometAPIServerError),
    ],
)
@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"null", b'{"error":null}', b"oops", b"\xff"])
async def test_status_decides_if_the_body_says_nothing(
    status: int, kind: type[CometAPIError], body: bytes
) -> None:
    error = await failure(Gateway(raw(body, status)))
    assert type(error) is kind
    assert str(error).startswith(f"HTTP {status}: ")
    assert error.status_code == status


@pytest.mark.parametrize(
    ("status", "said", "kind"),
    [
        (500, {"code": "invalid_request"}, CometAPIInvalidRequestError),
        (503, {"code": "model_not_found"}, CometAPIModelNotFoundError),
        (500, {"message": "No available channel for model x"}, CometAPIModelNotFoundError),
        (403, {"message": "User quota is not enough"}, CometAPIInsufficientBalanceError),
        (403, {"code": "insufficient_user_quota"}, CometAPIInsufficientBalanceError),
        (403, {"code": "pre_consume_token_quota_failed"}, CometAPIInsufficientBalanceError),
        (400, {"message": "Your credit balance is too low"}, CometAPIInsufficientBalanceError),
        (429, {"code": "insufficient_quota"}, CometAPIInsufficientBalanceError),
        (429, {"type": "insufficient_quota", "code": ""}, CometAPIInsufficientBalanceError),
        (429, {"code": "context_length_exceeded"}, CometAPIContextOverflowError),
        (429, {"message": "Prompt is too long: 2 > 1"}, CometAPIContextOverflowError),
        (400, {"message": "maximum context length is 8 tokens"}, CometAPIContextOverflowError),
        (413, {"message": "prompt is too long"}, CometAPIContextOverflowError),
        (500, {"message": "Input exceeds the context window"}, CometAPIContextOverflowError),
        (400, {"code": "sensitive_words_detected"}, CometAPIContentFilterError),
        (500, {"type": "overloaded_error"}, CometAPIOverloadedError),
        (429, {"message": "当前分组上游负载已饱和"}, CometAPIOverloadedError),
        (403, {"code": "permission_denied"}, CometAPIPermissionDeniedError),
        (400, {"message": "Incorrect API key provided"}, CometAPIInvalidRequestError),
        (403, {"message": "Invalid token"}, CometAPIAuthenticationError),
        (429, {"code": None, "type": "requests"}, CometAPIRateLimitError),
        # codes that say nothing
        (500, {"code": "", "type": "comet_api_error"}, CometAPIServerError),
        (500, {"code": None}, CometAPIServerError),
        (500, {"code": 400}, CometAPIServerError),
        (None, {"code": 429}, CometAPIRateLimitError),
        (None, {"code": "401"}, CometAPIAuthenticationError),
        (None, {"code": 7}, CometAPIServerError),
        (None, {"message": "?"}, CometAPIServerError),
    ],
)
def test_body_decides_before_the_status(
    status: int | None, said: dict[str, object], kind: type[CometAPIError]
) -> None:
    bodies: list[object] = [{"error": said}, [{"error": said}], said]
    assert [classify(status, ErrorBody.read(body)) for body in bodies] == [kind] * 3


@pytest.mark.parametrize(
    ("body", "message", "code", "type_"),
    [
        ({"error": {"message": "m", "code": "", "type": None}}, "m", None, None),
        ({"error": {"message": "m", "code": None, "type": ""}}, "m", None, None),
        ({"error": {"message": "m", "code": 1, "type": "t"}}, "m", "1", "t"),
        ({"error": {"message": "m", "code": 1.5}}, "m", "1.5", None),
        ({"error": {"message": "m", "code": True}}, "m", None, None),
        (
            {"code": None, "message": "user quota is not enough"},
            "user quota is not enough",
            None,
            None,
        ),
        ({"error": "m", "code": "c"}, "m", "c", None),
        ({"detail": "m"}, "m", None, None),
        ({"msg": "m", "code": 40001}, "m", "40001", None),
        ("m", "m", None, None),
        ("", None, None, None),
        ({}, None, None, None),
        ([], None, None, None),
        (None, None, None, None),
        (5, None, None, None),
    ],
    ids=repr,
)
def test_forms_of_an_error_body(
    body: object, message: str | None, code: str | None, type_: str | None
) -> None:
    read = ErrorBody.read(body)
    assert (read.message, read.code, read.type) == (message, code, type_)


# -- attributes and messages -----------------------------------------------------------------------


@pytest.mark.parametrize("way", WAYS)
async def test_attributes(way: str) -> None:
    body = {"error": {"message": "Slow down", "type": "t", "code": "c", "param": "p"}}
    gateway = Gateway(answer(body, 429, x_cometapi_request_id="req-1", retry_after="3"))
    error = await failure(
        gateway, way, base_url="https://gateway.example/v1", default_query={"token": "secret"}
    )
    expected = {
        "message": (
            "HTTP 429: Slow down (model gpt-5.4-mini). Send fewer requests at once, or pass a "
            "`rate_limiter`. [request id: req-1]"
        ),
        "status_code": 429,
        "code": "c",
        "type": "t",
        "param": "p",
        "request_id": "req-1",
        "retry_after": 3.0,
        "model": "gpt-5.4-mini",
        "url": "https://gateway.example/v1/chat/completions",
        "body": body,
        "partial_message": None,
    }
    assert {name: vars(error)[name] for name in expected} == expected
    assert error.is_retryable is True
    assert "secret" not in repr(error)
    assert b"secret" not in pickle.dumps(error)


@pytest.mark.parametrize("way", WAYS)
async def test_connection_error(way: str) -> None:
    error = await failure(Gateway(httpx.ConnectError("refused")), way)
    assert type(error) is CometAPIConnectionError
    assert str(error) == f"Could not reach {URL}: refused (model gpt-5.4-mini)."
    assert (error.status_code, error.url, error.is_retryable) == (None, URL, True)


@pytest.mark.parametrize("way", WAYS)
async def test_timeout(way: str) -> None:
    error = await failure(Gateway(httpx.ReadTimeout("timed out")), way)
    assert type(error) is CometAPITimeoutError
    assert str(error).startswith(f"No answer from {URL} in time (model gpt-5.4-mini). Raise")
    assert (error.status_code, error.url, error.is_retryable) == (None, URL, True)


async def test_request_id_in_the_message_stands_at_its_end_once() -> None:
    body = {"error": {"message": "Oops (request id: 2026abc)", "code": ""}}
    error = await failure(Gateway(answer(body, 500)))
    assert str(error) == "HTTP 500: Oops (model gpt-5.4-mini). [request id: 2026abc]"
    assert error.request_id == "2026abc"


async def test_long_bodies_are_cut_in_the_message_alone() -> None:
    page = "x" * 5000
    error = await failure(Gateway(raw(page.encode(), 500)))
    assert len(str(error)) < 400
    assert error.body == page


# -- pickling --------------------------------------------------------------------------------------


async def errors_of_all_kinds() -> list[CometAPIError]:
    gateways = {
        "status": Gateway(recorded("chat/error_429.json", 429, x_request_id="r", retry_after="3")),
        "html": Gateway(recorded("chat/error_524.html", 524)),
        "body": Gateway(recorded("chat/cut.txt")),
        "connection": Gateway(httpx.ConnectError("refused")),
        "timeout": Gateway(httpx.ReadTimeout("timed out")),
        "in stream": Gateway(recorded("stream/error_tool_call.sse")),
        "truncated": Gateway(recorded("stream/no_finish_tool_call.sse")),
    }
    streamed = {"in stream", "truncated"}
    return [
        await failure(gateway, "stream" if name in streamed else "invoke")
        for name, gateway in gateways.items()
    ]


@pytest.mark.parametrize("protocol", range(pickle.HIGHEST_PROTOCOL + 1))
async def test_pickle(protocol: int) -> None:
    for error in await errors_of_all_kinds():
        again = pickle.loads(pickle.dumps(error, protocol))  # noqa: S301 - our own bytes
        assert type(again) is type(error)
        assert str(again) == str(error)
        kept = {name: value for name, value in vars(error).items() if name not in _HTTP}
        assert {name: vars(again)[name] for name in kept} == kept
        assert again.is_retryable is error.is_retryable


async def test_copies() -> None:
    for error in await errors_of_all_kinds():
        for again in (copy.copy(error), copy.deepcopy(error)):
            assert type(again) is type(error)
            assert str(again) == str(error)
            assert again.partial_message == error.partial_message


_HTTP = ("request", "response")


# -- the key ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", WAYS)
async def test_key_that_the_gateway_quotes_is_in_no_error(way: str) -> None:
    quoted = {"message": f"Incorrect API key provided: {KEY}", "code": "invalid_api_key"}
    in_text = f"Incorrect API key provided: {KEY}"
    answers = [
        answer({"error": quoted}, 401),
        answer(quoted, 403),
        raw(in_text.encode(), 401),
        raw(in_text.encode(), content_type="text/plain"),
        answer({"error": quoted}),
    ]
    if way in {"stream", "astream"}:
        answers.append(stream(chunk("Hel"), {"error": quoted}))
    for given in answers:
        error = await failure(Gateway(given), way)
        dumps = [str(error), repr(error), repr(vars(error)), json.dumps(error.body)]
        dumps += traceback.format_exception(error)
        assert [text for text in dumps if KEY in text] == []
        assert KEY.encode() not in pickle.dumps(error)
        assert "sk-***" in str(error)


@pytest.mark.parametrize("way", WAYS)
async def test_key_is_in_no_http_object_of_an_error(way: str) -> None:
    for given in (answer({}, 401), answer({}, 301), httpx.ConnectError("refused")):
        gateway = Gateway(given)
        error = await failure(gateway, way)
        assert gateway.requests[0].headers["authorization"] == f"Bearer {KEY}"
        assert error.request is not None
        assert KEY not in repr(error.request.headers.multi_items())
        assert error.request.url == URL
        if error.response is not None:
            assert KEY not in repr(error.response.request.headers.multi_items())


# -- redirects -------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirect_is_not_followed(status: int, way: str) -> None:
    target = "https://evil.example/v1/chat/completions?key=secret"
    gateway = Gateway(answer({}, status, location=target), good(way))
    error = await failure(gateway, way, max_retries=2)
    assert [str(request.url) for request in gateway.requests] == [URL]
    assert type(error) is CometAPIUnexpectedResponseError
    assert str(error).startswith(
        "Redirected to https://evil.example/v1/chat/completions, which is not followed: the key "
        "stays with its host (model gpt-5.4-mini). Does `base_url`"
    )
    assert (error.status_code, error.is_retryable) == (status, False)


@pytest.mark.parametrize("way", WAYS)
async def test_redirect_is_not_followed_by_a_client_that_would(way: str) -> None:
    gateway = Gateway(answer({}, 307, location="https://evil.example/v1"), good(way))
    transport = httpx.MockTransport(gateway)
    clients = {
        "http_client": httpx.Client(transport=transport, follow_redirects=True),
        "http_async_client": httpx.AsyncClient(transport=transport, follow_redirects=True),
    }
    model = gateway.model().model_copy(update=clients)
    with pytest.raises(CometAPIUnexpectedResponseError):
        await ask(model, way)
    assert [request.url.host for request in gateway.requests] == ["api.cometapi.com"]


# -- retries ---------------------------------------------------------------------------------------


@pytest.fixture
def naps(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long the SDK would have slept; nothing waits."""
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr("openai._base_client.time.sleep", slept.append)
    monkeypatch.setattr("openai._base_client.anyio.sleep", sleep)
    return slept


def of_status(status: int) -> httpx.Response:
    return answer({"error": {"message": "?", "code": ""}}, status)


AGAIN: dict[str, Answer] = {
    "connection": httpx.ConnectError("refused"),
    "broken": httpx.RemoteProtocolError("disconnected"),
    "timeout": httpx.ReadTimeout("timed out"),
    **{str(status): of_status(status) for status in (408, 409, 429, 500, 502, 503, 504, 524, 529)},
    "429 limit": recorded("chat/error_429.json", 429),
    "500 text": recorded("chat/error_500_text.txt", 500),
    "503 busy": recorded("chat/error_503_busy.json", 503),
    "503 saturated": recorded("chat/error_503_saturated.json", 503),
    "524 html": recorded("chat/error_524.html", 524),
    "529 overloaded": recorded("chat/error_529.json", 529),
}
POINTLESS: dict[str, Answer] = {
    **{str(status): of_status(status) for status in (301, 400, 401, 402, 403, 404, 413, 422, 451)},
    "500 invalid": recorded("chat/error_500_invalid.json", 500),
    "503 model": recorded("chat/error_503_model.json", 503),
    "429 context": recorded("chat/error_429_context.json", 429),
    "429 quota": recorded("chat/error_429_quota.json", 429),
    "429 quota, told to retry": recorded("chat/error_429_quota.json", 429, x_should_retry="true"),
    "error with 200": recorded("chat/error_with_200.json"),
    "html": recorded("chat/page.html"),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", AGAIN)
async def test_sent_again(name: str, way: str, naps: list[float]) -> None:
    gateway = Gateway(AGAIN[name])
    with pytest.raises(CometAPIError) as caught:
        await ask(gateway.model(max_retries=2), way)
    assert len(gateway.requests) == 3
    assert len(naps) == 2
    assert caught.value.is_retryable
    assert len({request.content for request in gateway.requests}) == 1


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", POINTLESS)
async def test_pointless_to_send_again(name: str, way: str, naps: list[float]) -> None:
    gateway = Gateway(POINTLESS[name])
    with pytest.raises(CometAPIError):
        await ask(gateway.model(max_retries=2), way)
    assert len(gateway.requests) == 1


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", AGAIN)
async def test_no_retries_send_exactly_one_request(name: str, way: str, naps: list[float]) -> None:
    gateway = Gateway(AGAIN[name])
    with pytest.raises(CometAPIError):
        await ask(gateway.model(max_retries=0), way)
    assert len(gateway.requests) == 1
    assert naps == []


@pytest.mark.parametrize("way", WAYS)
async def test_default_is_the_sdk_s_two(way: str, naps: list[float]) -> None:
    gateway = Gateway(of_status(500))
    with pytest.raises(CometAPIError):
        await ask(gateway.model(max_retries=None), way)
    assert len(gateway.requests) == 3


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("failures", [0, 1, 2])
async def test_retry_count_is_in_the_metadata_when_it_is_not_zero(
    failures: int, way: str, naps: list[float]
) -> None:
    gateway = Gateway(*[of_status(503)] * failures, good(way))
    message = await ask(gateway.model(max_retries=2), way)
    assert message.content == "Hello"
    assert message.response_metadata.get("retries") == (failures or None)
    assert ("retries" in message.response_metadata) is bool(failures)
    assert len(gateway.requests) == failures + 1


@pytest.mark.parametrize("way", ["stream", "astream"])
@pytest.mark.parametrize(
    "body",
    [
        [sse(chunk("Hel"), done=False)],
        [sse(chunk("Hel"), {"error": {"message": "?", "code": 429}})],
        [sse(chunk("Hel"), done=False), httpx.RemoteProtocolError("disconnected")],
        [sse(chunk("Hel"), done=False), httpx.ReadTimeout("timed out")],
    ],
    ids=["truncated", "error", "cut", "timeout"],
)
async def test_never_after_the_first_chunk(
    body: list[bytes | Exception], way: str, naps: list[float]
) -> None:
    gateway = Gateway(raw(body, content_type="text/event-stream"), good(way))
    with pytest.raises(CometAPIError):
        await ask(gateway.model(max_retries=2), way)
    assert len(gateway.requests) == 1


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry_after": "7"}, 7.0),
        ({"retry_after": "0.25"}, 0.25),
        ({"retry_after_ms": "1500"}, 1.5),
        ({"retry_after_ms": "1500", "retry_after": "9"}, 1.5),
        ({"retry_after_ms": "?", "retry_after": "9"}, 9.0),
    ],
    ids=repr,
)
async def test_retry_after(
    headers: dict[str, str], seconds: float, way: str, naps: list[float]
) -> None:
    gateway = Gateway(answer({}, 429, **headers), good(way))
    message = await ask(gateway.model(max_retries=1), way)
    assert message.content == "Hello"
    assert naps == [seconds]
    with pytest.raises(CometAPIError) as caught:
        await ask(Gateway(answer({}, 429, **headers)).model(), way)
    assert caught.value.retry_after == seconds


@pytest.mark.parametrize("way", WAYS)
async def test_retry_after_as_a_date(way: str, naps: list[float]) -> None:
    date = email.utils.formatdate(time.time() + 30, usegmt=True)
    gateway = Gateway(answer({}, 429, retry_after=date), good(way))
    await ask(gateway.model(max_retries=1), way)
    assert 25 < naps[0] <= 30
    with pytest.raises(CometAPIError) as caught:
        await ask(Gateway(answer({}, 429, retry_after=date)).model(), way)
    assert caught.value.retry_after is not None
    assert 25 < caught.value.retry_after <= 30


async def test_date_in_the_past_asks_for_no_wait() -> None:
    date = email.utils.formatdate(time.time() - 3600, usegmt=True)
    with pytest.raises(CometAPIError) as caught:
        await ask(Gateway(answer({}, 429, retry_after=date)).model(), "invoke")
    assert caught.value.retry_after == 0


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("asked", ["3600", "86400", "1e9", "Wed, 21 Oct 2099 07:28:00 GMT"])
async def test_bound_of_retry_after(asked: str, way: str, naps: list[float]) -> None:
    gateway = Gateway(answer({}, 429, retry_after=asked))
    with pytest.raises(CometAPIError) as caught:
        await ask(gateway.model(max_retries=2), way)
    assert all(nap <= 120 for nap in naps)
    assert caught.value.retry_after is not None
    assert caught.value.retry_after >= 3600


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    "asked",
    [
        "",
        "soon",
        "nan",
        "inf",
        "-inf",
        "-5",
        "1e999",
        "Wed, 99 Foo 2099",
        "Mon, 01 Jan 99999 0:0:0",
    ],
)
async def test_retry_after_that_means_nothing(asked: str, way: str, naps: list[float]) -> None:
    gateway = Gateway(answer({}, 429, retry_after=asked))
    with pytest.raises(CometAPIError) as caught:
        await ask(gateway.model(max_retries=1), way)
    assert all(0 <= nap <= 8 for nap in naps)
    assert caught.value.retry_after is None
