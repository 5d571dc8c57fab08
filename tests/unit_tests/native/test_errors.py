"""The errors of the native classes: ours, core's, the SDK's and LangChain's at once."""

from __future__ import annotations

import json
import pickle
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import anthropic
import langchain_anthropic.chat_models as of_claude
import langchain_google_genai.chat_models as of_gemini
import pytest
from google.genai import errors as google
from langchain_core import exceptions as core

from langchain_cometapi import exceptions as exc
from langchain_cometapi._client import streams
from langchain_cometapi._client.sdk import httpx
from tests.support import KEY, Gateway, all_ways, answer, ask, raw
from tests.support.clock import Clock
from tests.support.native import (
    CLAUDE,
    GEMINI,
    PROTOCOLS,
    TEXT,
    each_protocol,
    encode,
    stream,
)

if TYPE_CHECKING:
    from tests.support.native import Protocol

pytestmark = [
    pytest.mark.native,
    pytest.mark.filterwarnings("ignore:Received unexpected tool content block"),  # no tool is bound
]

in_streams = pytest.mark.parametrize("way", ["stream", "astream"])
whole = pytest.mark.parametrize("way", ["invoke", "ainvoke"])
BASES = {CLAUDE: anthropic.APIError, GEMINI: google.APIError}


class Case(NamedTuple):
    """An error of a host, and the classes that it has, of whichever package."""

    protocol: Protocol
    status: int
    body: Any
    names: str

    @property
    def kinds(self) -> list[Any]:
        """The classes, ours first."""
        modules = (exc, of_claude, anthropic, of_gemini, google, core)
        found = [
            next(vars(m)[name] for m in modules if name in vars(m)) for name in self.names.split()
        ]
        return [*found, BASES[self.protocol]]

    @property
    def message(self) -> str:
        """The words of the host."""
        body = self.body[0] if isinstance(self.body, list) else self.body
        return body.get("error", body)["message"].rstrip(".") if isinstance(body, dict) else ""


def claude(kind: str, message: str = "It failed") -> dict[str, Any]:
    """Return an error in Anthropic's own form."""
    error = {"type": kind, "message": message}
    return {"type": "error", "error": error, "request_id": "req_of_body"}


def gemini(status: int, word: str, message: str = "It failed", **fields: Any) -> dict[str, Any]:
    """Return an error in Google's own form."""
    return {"error": {"code": status, "message": message, "status": word, **fields}}


def comet(code: str, message: str = "It failed") -> dict[str, Any]:
    """Return an error in the gateway's form."""
    return {"error": {"message": message, "type": "comet_api_error", "param": "", "code": code}}


TYPE = "type.googleapis.com/google.rpc."
BAD_KEY = {"@type": f"{TYPE}ErrorInfo", "reason": "API_KEY_INVALID"}
TOO_LONG = "prompt is too long: 210000 tokens > 200000 maximum"
TOO_MANY = "The input token count (2000000) exceeds the maximum number of tokens allowed."
OF_BEDROCK = "thinking.adaptive.budget_tokens: Extra inputs are not permitted"
LIMITED = gemini(429, "RESOURCE_EXHAUSTED")

INVALID, OVERFLOW = "CometAPIInvalidRequestError", "CometAPIContextOverflowError"
KEY_ERROR, BALANCE = "CometAPIAuthenticationError", "CometAPIInsufficientBalanceError"
DENIED, MODEL = "CometAPIPermissionDeniedError", "CometAPIModelNotFoundError"
RATE, SERVER, BUSY = "CometAPIRateLimitError", "CometAPIServerError", "CometAPIOverloadedError"

_CLAUDES: dict[str, tuple[int, Any, str]] = {
    "invalid": (
        400,
        claude("invalid_request_error"),
        f"{INVALID} AnthropicInvalidRequestError BadRequestError ModelInvalidRequestError",
    ),
    "authentication": (
        401,
        claude("authentication_error"),
        f"{KEY_ERROR} AnthropicAuthenticationError AuthenticationError ModelAuthenticationError",
    ),
    "billing": (
        402,
        claude("billing_error"),
        f"{BALANCE} AnthropicPermissionDeniedError PaymentRequiredError",
    ),
    "permission": (
        403,
        claude("permission_error"),
        f"{DENIED} AnthropicPermissionDeniedError PermissionDeniedError ModelPermissionDeniedError",
    ),
    "model": (
        404,
        claude("not_found_error", "model: claude-x"),
        f"{MODEL} AnthropicModelNotFoundError NotFoundError ModelNotFoundError",
    ),
    "size": (
        413,
        claude("request_too_large"),
        f"{INVALID} AnthropicInvalidRequestError ContentTooLargeError",
    ),
    "overflow": (
        400,
        claude("invalid_request_error", TOO_LONG),
        f"{OVERFLOW} AnthropicContextOverflowError BadRequestError ContextOverflowError",
    ),
    "overflow of bedrock": (
        400,
        {"message": "Input is too long for requested model."},
        f"{OVERFLOW} AnthropicContextOverflowError",
    ),
    "bedrock": (400, {"message": OF_BEDROCK}, f"{INVALID} AnthropicInvalidRequestError"),
    "unprocessable": (
        422,
        claude("invalid_request_error"),
        f"{INVALID} UnprocessableEntityError",
    ),
    "rate": (
        429,
        claude("rate_limit_error"),
        f"{RATE} AnthropicRateLimitError RateLimitError ModelRateLimitError",
    ),
    "server": (
        500,
        claude("api_error"),
        f"{SERVER} AnthropicAPIError InternalServerError ModelAPIError",
    ),
    "unavailable": (503, claude("api_error"), f"{SERVER} AnthropicAPIError APIStatusError"),
    "overloaded": (
        529,
        claude("overloaded_error"),
        f"{BUSY} AnthropicOverloadedError OverloadedError",
    ),
    "gateway's request": (500, comet("invalid_request"), f"{INVALID} AnthropicInvalidRequestError"),
    "gateway's model": (503, comet("model_not_found"), f"{MODEL} AnthropicModelNotFoundError"),
    "gateway's key": (401, comet("", "Invalid token"), f"{KEY_ERROR} AnthropicAuthenticationError"),
    "page": (502, "<html><title>Bad gateway</title></html>", f"{SERVER} AnthropicAPIError"),
}
_GEMINIS: dict[str, tuple[int, Any, str]] = {
    "invalid": (
        400,
        gemini(400, "INVALID_ARGUMENT"),
        f"{INVALID} ClientError GoogleInvalidRequestError",
    ),
    "authentication": (
        400,
        gemini(400, "INVALID_ARGUMENT", "API key not valid.", details=[BAD_KEY]),
        f"{KEY_ERROR} ClientError GoogleAuthenticationError",
    ),
    "overflow": (
        400,
        gemini(400, "INVALID_ARGUMENT", TOO_MANY),
        f"{OVERFLOW} ClientError ContextOverflowError",
    ),
    "unauthenticated": (
        401,
        gemini(401, "UNAUTHENTICATED"),
        f"{KEY_ERROR} ClientError GoogleAuthenticationError",
    ),
    "size": (
        413,
        gemini(413, "INVALID_ARGUMENT"),
        f"{INVALID} ClientError GoogleInvalidRequestError",
    ),
    "permission": (
        403,
        gemini(403, "PERMISSION_DENIED"),
        f"{DENIED} ClientError GooglePermissionDeniedError",
    ),
    "model": (
        404,
        gemini(404, "NOT_FOUND", "models/gemini-0 is not found."),
        f"{MODEL} ClientError GoogleModelNotFoundError",
    ),
    "rate": (429, LIMITED, f"{RATE} ClientError GoogleRateLimitError"),
    "list": (429, [LIMITED], f"{RATE} ClientError GoogleRateLimitError"),
    "server": (500, gemini(500, "INTERNAL"), f"{SERVER} ServerError GoogleAPIError"),
    "overloaded": (
        503,
        gemini(503, "UNAVAILABLE", "The model is overloaded."),
        f"{BUSY} ServerError GoogleAPIError",
    ),
    "too many": (529, gemini(529, "UNAVAILABLE"), f"{BUSY} ServerError GoogleAPIError"),
    "gateway's request": (500, comet("invalid_request"), f"{INVALID} ClientError"),
    "gateway's model": (503, comet("model_not_found"), f"{MODEL} ClientError"),
}
CASES = {f"Claude's {name}": Case(CLAUDE, *row) for name, row in _CLAUDES.items()} | {
    f"Gemini's {name}": Case(GEMINI, *row) for name, row in _GEMINIS.items()
}
OF_STATUS = (
    anthropic.PaymentRequiredError,
    anthropic.ContentTooLargeError,
    anthropic.UnprocessableEntityError,
)
"""Classes that only a status has."""


async def fail(protocol: Protocol, gateway: Gateway, way: str = "invoke", **fields: Any) -> Any:
    """Call a model; return the error that is raised."""
    with pytest.raises(exc.CometAPIError) as caught:
        await ask(protocol.make(gateway, **fields), way)
    return caught.value


def claude_class(kind: type[Exception]) -> type[Exception]:
    """Return the class of LangChain's package for Claude that a broken connection has."""
    is_timeout = kind is exc.CometAPITimeoutError
    return of_claude.AnthropicTimeoutError if is_timeout else of_claude.AnthropicConnectionError


def check(failed: Any, *kinds: type[Exception]) -> None:
    """Check that an error is of each class, also as a pickle, and shows no key."""
    again = pickle.loads(pickle.dumps(failed))  # noqa: S301 - our own bytes
    assert (type(again), str(again)) == (type(failed), str(failed))
    for name in ("status_code", "request_id", "body"):
        assert getattr(again, name) == getattr(failed, name)
    expected: tuple[type[Exception], ...] = (core.ModelError, *kinds)
    for kind in expected:
        assert isinstance(failed, kind)
    shown, error = "", failed
    while error is not None:
        shown += f"{error}{error!r}{vars(error)}"
        held = (vars(error).get(name) for name in ("_request", "request", "response"))
        shown += "".join(repr(getattr(http, "headers", "")) for http in held)
        error = error.__cause__ or error.__context__
    assert KEY not in shown


def begin(protocol: Protocol) -> list[bytes]:
    """Return the events of a stream up to the first piece of its text."""
    events = [encode(event) for event in protocol.events()]
    return events[: 1 + next(n for n, event in enumerate(events) if TEXT[:4].encode() in event)]


# -- bodies --------------------------------------------------------------------------------------


@all_ways
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
async def test_error_is_of_every_package(case: Case, way: str) -> None:
    protocol, status, body, _ = case
    is_page = isinstance(body, str)
    kind = "text/html" if is_page else "application/json"
    headers = {"x_cometapi_request_id": "req-1", "retry_after_ms": "1"}
    content = body.encode() if is_page else json.dumps(body).encode()
    gateway = Gateway(raw(content, status, kind, **headers))

    failed = await fail(protocol, gateway, way, max_retries=1)

    check(failed, *case.kinds)
    assert (failed.status_code, failed.request_id) == (status, "req-1")
    assert case.message in str(failed)
    assert failed.is_retryable is case.kinds[0].is_retryable
    assert len(gateway.requests) == 1 + failed.is_retryable
    assert failed.model == protocol.model
    assert failed.url.partition("?")[0].endswith(protocol.path_of(way))
    assert failed.partial_message is None
    assert is_page or failed.body == body


@all_ways
@pytest.mark.parametrize(
    "name", [name for name, case in CASES.items() if "error" in str(case.body)]
)
async def test_error_with_status_200_is_the_same(name: str, way: str) -> None:
    case = CASES[name]
    headers = {"x-cometapi-request-id": "req-1"}
    response = answer(case.body, x_cometapi_request_id="req-1")
    if "stream" in way:
        response = stream(*begin(case.protocol), encode(case.body), **headers)

    failed = await fail(case.protocol, Gateway(response), way)

    check(failed, *(kind for kind in case.kinds if kind not in OF_STATUS))
    assert isinstance(failed, exc.CometAPIStreamError) is ("stream" in way)
    assert failed.request_id == "req-1"
    partial = failed.partial_message
    assert (partial and partial.text) == (TEXT[:4] if "stream" in way else None)


CORPUS = [
    pytest.param(row, id=f"{path.stem}-{number}")
    for path in sorted((Path(__file__).parents[2] / "errors").glob("*.json"))
    for number, row in enumerate(json.loads(path.read_text(encoding="utf-8")))
]


@each_protocol
@pytest.mark.parametrize("row", CORPUS)
async def test_error_body_makes_the_class_it_makes_on_the_other_routes(
    protocol: Protocol, row: dict[str, Any]
) -> None:
    body = row["body"]
    content = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    kind = "text/html" if isinstance(body, str) else "application/json"
    for way in ("invoke", "astream"):
        failed = await fail(protocol, Gateway(raw(content, row["status"], kind)), way)
        check(failed, getattr(exc, row["class"]), BASES[protocol])
        assert failed.is_retryable is row["is_retryable"]


async def test_request_id_of_the_body_is_read_where_no_header_has_one() -> None:
    failed = await fail(CLAUDE, Gateway(answer(claude("invalid_request_error"), 400)))

    assert failed.request_id == "req_of_body"


async def test_error_has_what_those_of_anthropic_have() -> None:
    failed = await fail(CLAUDE, Gateway(answer(claude("invalid_request_error"), 400)), "ainvoke")

    assert (failed.api_message, failed.type) == ("It failed", "invalid_request_error")
    assert (failed.error_code, failed.details, failed.workspace_id) == (None, None, None)


async def test_error_has_what_those_of_google_have() -> None:
    details = [{"@type": f"{TYPE}RetryInfo", "retryDelay": "34.5s"}]
    body = gemini(429, "RESOURCE_EXHAUSTED", details=details)
    for sent in (body, [body]):
        failed = await fail(GEMINI, Gateway(answer(sent, 429)))
        assert (failed.code, failed.status, failed.details) == (429, "RESOURCE_EXHAUSTED", sent)
        assert failed.retry_after == 34.5
        assert "It failed" in failed.message


async def test_error_of_the_gateway_keeps_its_own_code() -> None:
    body = comet("invalid_request", "No (request id: 2026x)")
    failed = await fail(GEMINI, Gateway(answer(body, 500)))
    assert (failed.code, failed.status, failed.request_id) == ("invalid_request", None, "2026x")


@each_protocol
@pytest.mark.parametrize("headers", [{"retry_after": "2"}, {"retry_after_ms": "2000"}])
async def test_wait_that_is_asked_for_is_in_the_error(
    protocol: Protocol, headers: dict[str, str]
) -> None:
    failed = await fail(protocol, Gateway(answer(protocol.error(429, "Wait"), 429, **headers)))
    assert failed.retry_after == 2.0


@all_ways
async def test_repeats_of_a_call_are_as_many_as_it_says(way: str) -> None:
    busy = gemini(
        429, "RESOURCE_EXHAUSTED", details=[{"@type": f"{TYPE}RetryInfo", "retryDelay": "0.002s"}]
    )
    gateway = Gateway(answer(busy, 429), GEMINI.respond)
    message = await ask(GEMINI.make(gateway), way, max_retries=1)
    assert message.response_metadata["retries"] == 1


# -- connections ---------------------------------------------------------------------------------


FAILURES = (
    (httpx.ConnectError("refused"), exc.CometAPIConnectionError),
    (httpx.RemoteProtocolError("peer closed connection"), exc.CometAPIConnectionError),
    (httpx.ReadTimeout("slow"), exc.CometAPITimeoutError),
    (httpx.PoolTimeout("no connection"), exc.CometAPITimeoutError),
)


@all_ways
@pytest.mark.parametrize(
    ("protocol", "raised", "kind"),
    [
        *((protocol, *failure) for protocol in PROTOCOLS.values() for failure in FAILURES),
        (CLAUDE, OSError("broken"), exc.CometAPIConnectionError),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
@pytest.mark.usefixtures("waits")
async def test_connection_that_fails_is_repeated_and_an_error(
    protocol: Protocol, raised: Exception, kind: type[Exception], way: str
) -> None:
    gateway = Gateway(raised)

    failed = await fail(protocol, gateway, way, max_retries=2)

    check(failed, kind, BASES[protocol])
    if protocol is CLAUDE:
        check(failed, anthropic.APIConnectionError, claude_class(kind))
    assert failed.is_retryable
    assert failed.partial_message is None
    assert len(gateway.requests) == 3


@in_streams
@each_protocol
@pytest.mark.parametrize(
    ("raised", "kind"),
    [
        (httpx.RemoteProtocolError("gone"), exc.CometAPIStreamTruncatedError),
        (httpx.ReadError("reset"), exc.CometAPIStreamTruncatedError),
        (httpx.ReadTimeout("silent"), exc.CometAPITimeoutError),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
async def test_stream_that_breaks_is_an_error(
    protocol: Protocol, raised: Exception, kind: type[Exception], way: str
) -> None:
    gateway = Gateway(stream(*begin(protocol), raised))

    failed = await fail(protocol, gateway, way, max_retries=2)

    check(failed, kind, BASES[protocol])
    if protocol is CLAUDE:
        check(failed, claude_class(kind))
    assert failed.partial_message.text == TEXT[:4]
    assert len(gateway.requests) == 1


# -- what is no message --------------------------------------------------------------------------


@all_ways
@each_protocol
@pytest.mark.parametrize("body", ["<html><title>Welcome</title></html>", {"id": "x"}, []])
async def test_body_that_is_no_message_is_an_error(protocol: Protocol, body: Any, way: str) -> None:
    is_page = isinstance(body, str)
    response = raw(body.encode(), 200, "text/html") if is_page else answer(body)
    failed = await fail(protocol, Gateway(response), way)

    is_event = body and not is_page and "stream" in way
    kind = exc.CometAPIStreamTruncatedError if is_event else exc.CometAPIUnexpectedResponseError
    check(failed, kind, BASES[protocol])
    assert not is_page or "Welcome" in str(failed)


@in_streams
@each_protocol
async def test_bare_error_in_a_stream_is_an_error(protocol: Protocol, way: str) -> None:
    bare = json.dumps(comet("", "upstream timed out")).encode() + b"\n"

    failed = await fail(protocol, Gateway(stream(*begin(protocol), bare)), way)

    check(failed, exc.CometAPIStreamError, BASES[protocol])
    assert "upstream timed out" in str(failed)
    assert failed.partial_message.text == TEXT[:4]


@in_streams
async def test_stream_of_pings_is_a_timeout(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "time", Clock())
    ping = b'event: ping\ndata: {"type": "ping"}\n\n'

    failed = await fail(
        CLAUDE, Gateway(stream(*begin(CLAUDE), *[ping] * 10)), way, stream_chunk_timeout=10
    )

    check(failed, exc.CometAPITimeoutError)
    assert "No content in the stream for 10 s" in str(failed)
    assert failed.partial_message.text == TEXT[:4]


@in_streams
async def test_whole_message_instead_of_a_stream_is_an_error_whose_advice_works(way: str) -> None:
    gateway = Gateway(answer(CLAUDE.body()))

    failed = await fail(CLAUDE, gateway, way)

    check(failed, exc.CometAPIUnexpectedResponseError)
    assert "`disable_streaming=True`" in str(failed)
    assert (await ask(CLAUDE.make(gateway, disable_streaming=True), way)).text == TEXT


@whole
async def test_stream_instead_of_a_message_is_an_error_whose_advice_works(way: str) -> None:
    gateway = Gateway(stream(*map(encode, CLAUDE.events())))

    failed = await fail(CLAUDE, gateway, way)

    check(failed, exc.CometAPIUnexpectedResponseError)
    assert "`streaming=True`" in str(failed)
    assert (await ask(CLAUDE.make(gateway, streaming=True), way)).text == TEXT
