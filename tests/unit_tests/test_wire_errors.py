"""Every failing status and stream of the gateway, and the error it must become."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import Any

import pytest

from langchain_cometapi._client.sdk import httpx
from langchain_cometapi.exceptions import (
    CometAPIAuthenticationError,
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
    CometAPIStreamTruncatedError,
    CometAPITimeoutError,
    CometAPIUnexpectedResponseError,
)
from tests.support import (
    WAYS,
    Fails,
    Gateway,
    Said,
    amerge,
    ask,
    check_error,
    check_message,
    chunk,
    fixture,
    fixture_names,
    merge,
    raw,
    recorded,
    sse,
)

QUOTED_ID = "20261101120000000000000abcdefgh"
TOP_UP = " (model gpt-5.4-mini). Top up the account"
SHORTEN = " (model gpt-5.4-mini). Shorten the messages"


@dataclass(frozen=True)
class Case:
    fixture: str
    status: int
    fails: Fails
    headers: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.fixture}-{self.status}"


def case(
    fixture: str,
    status: int,
    kind: type[CometAPIError],
    says: str,
    *,
    headers: dict[str, Any] | None = None,
    **told: Any,
) -> Case:
    fails = Fails(kind, f"HTTP {status}{says}", status=status, **told)
    return Case(fixture, status, fails, headers or {})


CASES = [
    case(
        "error_400_validation.json",
        400,
        CometAPIInvalidRequestError,
        ": model name is required (model gpt-5.4-mini). [",
        type="comet_api_error",
        request_id=QUOTED_ID,
    ),
    case(
        "error_400_context.json",
        400,
        CometAPIContextOverflowError,
        ": This model's maximum context length is 131072 tokens. However, you requested 140000 "
        "tokens" + SHORTEN,
        type="invalid_request_error",
        code="context_length_exceeded",
        param="messages",
    ),
    case(
        "error_400_convert.json",
        400,
        CometAPIInvalidRequestError,
        ": not supported model for image generation (model gpt-5.4-mini).",
        type="comet_api_error",
        code="convert_request_failed",
    ),
    case(
        "error_400_filter.json",
        400,
        CometAPIContentFilterError,
        ": The response was filtered due to the prompt triggering Azure OpenAI's content",
        code="content_filter",
        param="prompt",
    ),
    case(
        "error_400_gemini.json",
        400,
        CometAPIInvalidRequestError,
        ": Function call is missing a thought_signature in functionCall parts (model",
        code="400",
    ),
    case(
        "error_400_number.json",
        400,
        CometAPIInvalidRequestError,
        ": Bad request (model gpt-5.4-mini).",
        type="comet_api_error",
        code="400",
    ),
    case(
        "error_400_string.json",
        400,
        CometAPIInvalidRequestError,
        ": temperature must be at most 2 (model gpt-5.4-mini).",
    ),
    case(
        "error_401.json",
        401,
        CometAPIAuthenticationError,
        ": Invalid token (model gpt-5.4-mini). Check `api_key` or COMETAPI_KEY",
        type="comet_api_error",
        request_id="from-header",
        headers={"x_cometapi_request_id": "from-header", "x_request_id": "proxy"},
    ),
    case(
        "error_402.json",
        402,
        CometAPIInsufficientBalanceError,
        ": Insufficient Balance" + TOP_UP,
        type="unknown_error",
        code="invalid_request_error",
        request_id="req-1",
        headers={"x_request_id": "req-1"},
    ),
    case(
        "error_403.json",
        403,
        CometAPIPermissionDeniedError,
        ": You are not allowed to use this model (model gpt-5.4-mini).",
        type="comet_api_error",
        code="permission_denied",
        request_id="req-1",
        headers={"x_request_id": "req-1"},
    ),
    case(
        "error_403_quota.json",
        403,
        CometAPIInsufficientBalanceError,
        ": user quota is not enough" + TOP_UP,
    ),
    case(
        "error_403_prepaid.json",
        403,
        CometAPIInsufficientBalanceError,
        ": user [1001] quota [1200] preConsumedQuota [64000] is not enough" + TOP_UP,
        type="comet_api_error",
        code="insufficient_user_quota",
    ),
    case(
        "error_404.json",
        404,
        CometAPIModelNotFoundError,
        ": Invalid URL (POST /v1/x) (model gpt-5.4-mini). Does `base_url`",
        type="invalid_request_error",
        request_id="req-1",
        headers={"x_request_id": "req-1"},
    ),
    case(
        "error_404_model.json",
        404,
        CometAPIModelNotFoundError,
        ": The model `gpt-9` does not exist (model gpt-5.4-mini). Check `model`",
        type="invalid_request_error",
        code="model_not_found",
    ),
    case(
        "error_413.json",
        413,
        CometAPIInvalidRequestError,
        ": Request body too large (model gpt-5.4-mini).",
        type="comet_api_error",
        code="read_request_body_failed",
        request_id="req-1",
        headers={"x_request_id": "req-1"},
    ),
    case(
        "error_422.json",
        422,
        CometAPIInvalidRequestError,
        ': [{"loc": ["body", "temperature"], "msg": "Input should be a valid number"',
        request_id="req-1",
        headers={"x_request_id": "req-1"},
    ),
    case(
        "error_429.json",
        429,
        CometAPIRateLimitError,
        ": Rate limit reached for requests (model gpt-5.4-mini). Send fewer requests at once",
        type="requests",
        code="rate_limit_exceeded",
        request_id="req-1",
        retry_after=7.5,
        retryable=True,
        headers={"x_request_id": "req-1", "retry_after": "7.5"},
    ),
    case(
        "error_429_context.json",
        429,
        CometAPIContextOverflowError,
        ": prompt is too long: 210000 tokens > 200000 maximum" + SHORTEN,
        type="rate_limit_error",
        code="429",
    ),
    case(
        "error_429_quota.json",
        429,
        CometAPIInsufficientBalanceError,
        ": You exceeded your current quota, please check your plan and billing details" + TOP_UP,
        type="insufficient_quota",
        code="insufficient_quota",
    ),
    case(
        "error_500.json",
        500,
        CometAPIServerError,
        ": internal server error (model gpt-5.4-mini).",
        type="comet_api_error",
        request_id="req-1",
        retryable=True,
        headers={"x_request_id": "req-1"},
    ),
    case(
        "error_500_invalid.json",
        500,
        CometAPIInvalidRequestError,
        ": field messages is required (model gpt-5.4-mini).",
        type="comet_api_error",
        code="invalid_request",
        request_id=QUOTED_ID,
    ),
    case(
        "error_500_text.txt",
        500,
        CometAPIServerError,
        ": upstream connect error (model gpt-5.4-mini).",
        retryable=True,
    ),
    case(
        "error_503_model.json",
        503,
        CometAPIModelNotFoundError,
        ": no available channel for group default and model gpt-9 (distributor) (model gpt-5.4-m",
        type="comet_api_error",
        code="model_not_found",
        request_id="20260205132859798638387SIHCnxzJ",
    ),
    *(
        case(
            "error_503_busy.json",
            status,
            CometAPIOverloadedError,
            ": The model is currently busy, please try again later (model gpt-5.4-mini).",
            type="bad_response_status_code",
            code="bad_response_status_code",
            retryable=True,
        )
        for status in (500, 502, 503, 504)
    ),
    case(
        "error_503_saturated.json",
        503,
        CometAPIOverloadedError,
        ": 当前分组上游负载已饱和",
        type="comet_api_error",
        request_id="req-1",
        retryable=True,
        headers={"x_request_id": "req-1"},
    ),
    case(
        "error_524.html",
        524,
        CometAPIServerError,
        " with an HTML page (model gpt-5.4-mini).",
        request_id="req-1",
        retryable=True,
        headers={"x_request_id": "req-1"},
    ),
    case(
        "error_529.json",
        529,
        CometAPIOverloadedError,
        ": Overloaded (model gpt-5.4-mini).",
        type="overloaded_error",
        request_id="req-1",
        retryable=True,
        headers={"x_request_id": "req-1"},
    ),
]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("case", CASES, ids=str)
async def test_error(case: Case, way: str) -> None:
    """A status fails before the first chunk, so a stream fails as a whole answer does."""
    gateway = Gateway(recorded(f"chat/{case.fixture}", case.status, **case.headers))
    with pytest.raises(CometAPIError) as caught:
        await ask(gateway.model(), way)
    check_error(caught.value, case.fails)
    assert len(gateway.requests) == 1


@pytest.mark.parametrize("way", ["stream", "astream"])
async def test_stream_options_that_a_model_refuses_are_left_out(way: str) -> None:
    """`stream_usage` is a wish of this package, so a refusal of it is no error of the user."""
    gateway = Gateway(
        recorded("chat/error_400_stream_options.json", 400), recorded("stream/minimal.sse")
    )
    model = gateway.model(f"model-that-refuses-{way}")
    chunks = model.stream("Hi") if way == "stream" else None
    merged = merge(chunks) if chunks is not None else await amerge(model.astream("Hi"))
    assert merged.content == "Hello"
    assert ["stream_options" in body for body in gateway.bodies] == [True, False]


def test_a_page_of_a_proxy_does_not_blame_the_base_url() -> None:
    with pytest.raises(CometAPIServerError) as caught:
        Gateway(recorded("chat/error_524.html", 524)).model().invoke("Hi")
    assert "base_url" not in str(caught.value)


def test_every_error_fixture_is_in_the_table() -> None:
    tables = {case.fixture for case in CASES} | {"error_400_stream_options.json"}
    assert tables == {
        name for name in fixture_names("chat") if name.startswith(("error_4", "error_5"))
    }


# -- streams that fail ------------------------------------------------------------------------


def options(way: str) -> dict[str, Any]:
    """Constructor arguments that make `invoke` stream too."""
    return {"streaming": True} if way in {"invoke", "ainvoke"} else {}


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

# A whole answer, which is none, as reply to a stream request.
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


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", FAILURES)
async def test_error_in_a_stream(name: str, way: str) -> None:
    gateway = Gateway(recorded(f"stream/{name}.sse"))
    with pytest.raises(CometAPIError) as caught:
        await ask(gateway.model(**options(way)), way)
    check_error(caught.value, FAILURES[name])
    assert len(gateway.requests) == 1


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("name", BODIES)
async def test_body_that_is_no_stream(name: str, way: str) -> None:
    with pytest.raises(CometAPIError) as caught:
        await ask(Gateway(recorded(f"chat/{name}")).model(**options(way)), way)
    check_error(caught.value, BODIES[name])


@pytest.mark.parametrize("way", WAYS)
async def test_partial_message_is_complete_however_the_bytes_arrive(way: str) -> None:
    """All in one piece, as small answers arrive, and event by event."""
    body = fixture("stream/error_after_text.sse")
    events = [event + b"\n\n" for event in body.split(b"\n\n")[:-1]]
    for pieces in ([body], events):
        with pytest.raises(CometAPIError) as caught:
            await ask(
                Gateway(raw(pieces, content_type="text/event-stream")).model(**options(way)), way
            )
        assert caught.value.partial_message is not None
        assert caught.value.partial_message.content == "Hel"


@pytest.mark.parametrize("way", WAYS)
async def test_partial_message_has_reasoning_and_identity(way: str) -> None:
    with pytest.raises(CometAPIStreamTruncatedError) as caught:
        await ask(Gateway(recorded("stream/no_finish_tool_call.sse")).model(**options(way)), way)
    partial = caught.value.partial_message
    assert partial is not None
    assert partial.additional_kwargs == {"reasoning_content": "Hmm."}
    assert partial.response_metadata == {
        "model_provider": "cometapi",
        "model_name": "gpt-5.4-mini-2026-03-17",
        "id": "chatcmpl-1",
    }
    assert partial.invalid_tool_calls[0]["error"] == "the stream ended before its answer"


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("truncation", ["warn", "ignore"])
async def test_host_that_sends_no_finish_reason(
    truncation: str, way: str, caplog: pytest.LogCaptureFixture
) -> None:
    gateway = Gateway(recorded("stream/no_finish.sse"))
    with caplog.at_level(logging.WARNING, "langchain_cometapi"):
        message = await ask(gateway.model(**options(way), stream_truncation=truncation), way)
    assert message.content == "Hello"
    assert "finish_reason" not in message.response_metadata
    warned = [r.getMessage() for r in caplog.records if r.name.startswith("langchain_cometapi")]
    assert len(warned) == (truncation == "warn")
    assert all("no `finish_reason`" in text for text in warned)


@pytest.mark.parametrize("way", WAYS)
async def test_arguments_are_validated_without_a_finish_reason_too(way: str) -> None:
    function = {"name": "remove", "arguments": '{"path":"/data/a"'}
    cut_call = chunk({"tool_calls": [{"index": 0, "id": "call_1", "function": function}]})
    gateway = Gateway(raw(sse(cut_call, done=False), content_type="text/event-stream"))
    message = await ask(gateway.model(**options(way), stream_truncation="ignore"), way)
    assert message.tool_calls == []
    assert [call["id"] for call in message.invalid_tool_calls] == ["call_1"]


@pytest.mark.parametrize("way", WAYS)
async def test_socket_cut(way: str) -> None:
    text = sse(chunk("Hel"), done=False)
    pieces: list[bytes | Exception] = [text, httpx.RemoteProtocolError("peer closed connection")]
    with pytest.raises(CometAPIError) as caught:
        await ask(Gateway(raw(pieces, content_type="text/event-stream")).model(**options(way)), way)
    fails = Fails(
        CometAPIStreamTruncatedError,
        "The connection broke before the model had finished: peer closed connection (model gpt-5"
        ".4-mini). See `partial_message` for what had arrived.",
        retryable=True,
        partial="Hel",
    )
    check_error(caught.value, fails)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    "error",
    [httpx.RemoteProtocolError("peer closed connection"), httpx.ReadError("reset")],
    ids=repr,
)
async def test_socket_cut_after_the_finish_reason_costs_nothing(error: Exception, way: str) -> None:
    pieces: list[bytes | Exception] = [sse(chunk("Hello"), chunk({}, "stop"), done=False), error]
    message = await ask(
        Gateway(raw(pieces, content_type="text/event-stream")).model(**options(way)), way
    )
    check_message(message, Said(tokens=None))


@pytest.mark.parametrize("way", WAYS)
async def test_read_timeout(way: str) -> None:
    pieces: list[bytes | Exception] = [
        sse(chunk("Hel"), done=False),
        httpx.ReadTimeout("timed out"),
    ]
    with pytest.raises(CometAPIError) as caught:
        await ask(Gateway(raw(pieces, content_type="text/event-stream")).model(**options(way)), way)
    fails = Fails(
        CometAPITimeoutError,
        "The stream fell silent: timed out (model gpt-5.4-mini). Raise `timeout`",
        retryable=True,
        partial="Hel",
    )
    check_error(caught.value, fails)


def test_text_before_an_error_reaches_the_user() -> None:
    chunks = Gateway(recorded("stream/error_after_text.sse")).model().stream("Hi")
    assert [next(chunks).text for _ in range(2)] == ["", "Hel"]
    with pytest.raises(CometAPIOverloadedError):
        next(chunks)


def test_every_failing_stream_is_in_the_table() -> None:
    prefixes = ("cut_", "error_", "no_finish", "no_json", "nothing", "only_done")
    names = {name.removesuffix(".sse") for name in fixture_names("stream")}
    assert {name for name in names if name.startswith(prefixes)} == FAILURES.keys()
