"""The errors of `ChatCometAPIAnthropic`: ours, core's and Anthropic's at once, without a key."""

from __future__ import annotations

import json
import pickle
from typing import Any

import anthropic
import pytest
from langchain_anthropic import chat_models as parent
from langchain_core import exceptions as core
from langchain_core.messages import HumanMessage

from langchain_cometapi import exceptions as exc
from langchain_cometapi._client import streams
from langchain_cometapi._client.sdk import httpx
from tests.support import KEY
from tests.support.calls import ASYNC, SYNC, all_ways, ask
from tests.support.clock import Clock
from tests.support.messages import (
    REQUEST_ID,
    MessagesGateway,
    error,
    events,
    message,
    replies,
    stream,
    text,
    tool_use,
    write,
)

pytestmark = pytest.mark.native

IN_STREAM = pytest.mark.parametrize("way", ["stream", "astream"])


def vendor(kind: str, message: str = "It failed") -> dict[str, Any]:
    """Return an error in Anthropic's own form."""
    return {
        "type": "error",
        "error": {"type": kind, "message": message},
        "request_id": "req_of_body",
    }


def comet(code: str, message: str = "It failed") -> dict[str, Any]:
    """Return an error in the gateway's form."""
    return {"error": {"message": message, "type": "comet_api_error", "param": "", "code": code}}


CONNECTION = (exc.CometAPIConnectionError, parent.AnthropicConnectionError)
TOO_LONG = "prompt is too long: 210000 tokens > 200000 maximum"
ERRORS: dict[str, tuple[int, Any, tuple[type[Exception], ...], bool]] = {
    "invalid": (
        400,
        vendor("invalid_request_error"),
        (
            exc.CometAPIInvalidRequestError,
            parent.AnthropicInvalidRequestError,
            anthropic.BadRequestError,
            core.ModelInvalidRequestError,
        ),
        False,
    ),
    "authentication": (
        401,
        vendor("authentication_error", "invalid x-api-key"),
        (
            exc.CometAPIAuthenticationError,
            parent.AnthropicAuthenticationError,
            anthropic.AuthenticationError,
            core.ModelAuthenticationError,
        ),
        False,
    ),
    "billing": (
        402,
        vendor("billing_error"),
        (
            exc.CometAPIInsufficientBalanceError,
            parent.AnthropicPermissionDeniedError,
            anthropic.PaymentRequiredError,
        ),
        False,
    ),
    "permission": (
        403,
        vendor("permission_error"),
        (
            exc.CometAPIPermissionDeniedError,
            parent.AnthropicPermissionDeniedError,
            anthropic.PermissionDeniedError,
            core.ModelPermissionDeniedError,
        ),
        False,
    ),
    "model": (
        404,
        vendor("not_found_error", "model: claude-x"),
        (
            exc.CometAPIModelNotFoundError,
            parent.AnthropicModelNotFoundError,
            anthropic.NotFoundError,
            core.ModelNotFoundError,
        ),
        False,
    ),
    "size": (
        413,
        vendor("request_too_large", "Request exceeds the maximum size"),
        (
            exc.CometAPIInvalidRequestError,
            parent.AnthropicInvalidRequestError,
            anthropic.ContentTooLargeError,
        ),
        False,
    ),
    "overflow": (
        400,
        vendor("invalid_request_error", TOO_LONG),
        (
            exc.CometAPIContextOverflowError,
            parent.AnthropicContextOverflowError,
            anthropic.BadRequestError,
            core.ContextOverflowError,
        ),
        False,
    ),
    "overflow_of_bedrock": (
        400,
        {"message": "Input is too long for requested model."},
        (exc.CometAPIContextOverflowError, parent.AnthropicContextOverflowError),
        False,
    ),
    "bedrock": (
        400,
        {"message": "thinking.adaptive.budget_tokens: Extra inputs are not permitted"},
        (exc.CometAPIInvalidRequestError, parent.AnthropicInvalidRequestError),
        False,
    ),
    "unprocessable": (
        422,
        vendor("invalid_request_error"),
        (exc.CometAPIInvalidRequestError, anthropic.UnprocessableEntityError),
        False,
    ),
    "rate": (
        429,
        vendor("rate_limit_error"),
        (
            exc.CometAPIRateLimitError,
            parent.AnthropicRateLimitError,
            anthropic.RateLimitError,
            core.ModelRateLimitError,
        ),
        True,
    ),
    "server": (
        500,
        vendor("api_error"),
        (
            exc.CometAPIServerError,
            parent.AnthropicAPIError,
            anthropic.InternalServerError,
            core.ModelAPIError,
        ),
        True,
    ),
    "overloaded": (
        529,
        vendor("overloaded_error", "Overloaded"),
        (
            exc.CometAPIOverloadedError,
            parent.AnthropicOverloadedError,
            anthropic.OverloadedError,
        ),
        True,
    ),
    "gateway_invalid": (
        500,
        comet("invalid_request"),
        (exc.CometAPIInvalidRequestError, parent.AnthropicInvalidRequestError),
        False,
    ),
    "gateway_model": (
        503,
        comet("model_not_found"),
        (exc.CometAPIModelNotFoundError, parent.AnthropicModelNotFoundError),
        False,
    ),
    "gateway_key": (
        401,
        comet("", "Invalid token"),
        (exc.CometAPIAuthenticationError, parent.AnthropicAuthenticationError),
        False,
    ),
    "page": (
        502,
        "<html><title>Bad gateway</title></html>",
        (exc.CometAPIServerError, parent.AnthropicAPIError),
        True,
    ),
}
VENDOR_ERRORS = [name for name, (_, body, *_) in ERRORS.items() if "request_id" in body]


async def fail(gateway: MessagesGateway, way: str, **fields: Any) -> Any:
    """Call a model; return the error that is raised."""
    with pytest.raises(exc.CometAPIError) as caught:
        await ask(gateway.claude(**fields), way)
    return caught.value


def check(failed: Any, *kinds: type[Exception]) -> None:
    """Check that an error is of each of these classes."""
    for kind in kinds:
        assert isinstance(failed, kind)


def chain(error: BaseException | None) -> str:
    """Return what an error, its causes and its contexts hold."""
    shown = ""
    while error is not None:
        shown += repr(error) + repr(vars(error))
        for http in (getattr(error, "request", None), getattr(error, "response", None)):
            shown += repr(getattr(http, "headers", ""))
        error = error.__cause__ or error.__context__
    return shown


@all_ways
@pytest.mark.parametrize("name", ERRORS)
async def test_error_is_of_all_three_trees(name: str, way: str) -> None:
    status, body, kinds, is_repeated = ERRORS[name]
    gateway = MessagesGateway(error(status, body))

    failed = await fail(gateway, way, max_retries=1)

    for kind in (*kinds, anthropic.APIError):
        check(failed, kind)
    assert len(gateway.requests) == 1 + is_repeated
    assert failed.is_retryable == is_repeated
    assert (failed.status_code, failed.request_id) == (status, REQUEST_ID)
    assert failed.model == "claude-sonnet-5-5"
    assert failed.url == "https://api.cometapi.com/v1/messages"
    assert REQUEST_ID in str(failed)
    assert KEY not in chain(failed)
    loaded = pickle.loads(pickle.dumps(failed))  # noqa: S301 - our own bytes
    assert type(loaded) is type(failed)
    assert (str(loaded), loaded.status_code) == (str(failed), status)


@IN_STREAM
@pytest.mark.parametrize("name", VENDOR_ERRORS)
async def test_error_event_is_that_of_its_body(name: str, way: str) -> None:
    _, body, kinds, _ = ERRORS[name]
    event = f"event: error\ndata: {json.dumps(body)}\n\n".encode()
    gateway = MessagesGateway(stream(*write(events()[:4]), event))

    failed = await fail(gateway, way)

    others = (anthropic.PaymentRequiredError, anthropic.ContentTooLargeError)
    of_status = (*others, anthropic.UnprocessableEntityError)
    for kind in (*(k for k in kinds if k not in of_status), exc.CometAPIStreamError):
        check(failed, kind)
    assert failed.partial_message.content == "He"
    assert failed.request_id == REQUEST_ID
    loaded = pickle.loads(pickle.dumps(failed))  # noqa: S301 - our own bytes
    assert type(loaded) is type(failed)


@all_ways
async def test_error_with_status_200_is_an_error(way: str) -> None:
    failed = await fail(MessagesGateway(error(200, vendor("overloaded_error"))), way)

    check(failed, parent.AnthropicOverloadedError)
    assert failed.request_id == REQUEST_ID


@all_ways
@pytest.mark.parametrize("body", ["<html><title>Welcome</title></html>", {"id": "x"}, []])
async def test_body_that_is_no_message_is_an_error(body: Any, way: str) -> None:
    failed = await fail(MessagesGateway(error(200, body)), way)

    is_page = isinstance(body, str) or not body or way in {"invoke", "ainvoke"}
    kind = exc.CometAPIUnexpectedResponseError if is_page else exc.CometAPIStreamTruncatedError
    check(failed, kind)
    check(failed, anthropic.APIError)


async def test_request_id_of_the_body_is_read_where_no_header_has_one() -> None:
    answer = httpx.Response(400, json=vendor("invalid_request_error"))

    failed = await fail(MessagesGateway(answer), "invoke")

    assert failed.request_id == "req_of_body"


async def test_error_has_what_those_of_the_sdk_have() -> None:
    failed = await fail(MessagesGateway(error(400, vendor("invalid_request_error"))), "ainvoke")

    assert (failed.api_message, failed.type) == ("It failed", "invalid_request_error")
    assert (failed.error_code, failed.details, failed.workspace_id) == (None, None, None)


@all_ways
@pytest.mark.parametrize(
    ("raised", "kinds"),
    [
        (httpx.ConnectError("refused"), CONNECTION),
        (httpx.ReadTimeout("slow"), (exc.CometAPITimeoutError, parent.AnthropicTimeoutError)),
        (OSError("broken"), CONNECTION),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
async def test_connection_that_fails_is_repeated_and_an_error(
    raised: Exception, kinds: tuple[type[Exception], ...], way: str
) -> None:
    gateway = MessagesGateway(raised)

    failed = await fail(gateway, way, max_retries=2)

    for kind in (*kinds, anthropic.APIConnectionError, core.ModelError):
        check(failed, kind)
    assert len(gateway.requests) == 3
    assert KEY not in chain(failed)
    assert failed.partial_message is None


@pytest.mark.parametrize("headers", [{"retry-after": "2"}, {"retry-after-ms": "2000"}])
async def test_wait_that_is_asked_for_is_in_the_error(headers: dict[str, str]) -> None:
    busy = error(429, vendor("rate_limit_error"), **headers)

    failed = await fail(MessagesGateway(busy), "invoke")

    assert failed.retry_after == 2.0


async def test_quoted_key_is_removed() -> None:
    body = vendor("authentication_error", f"The key {KEY} is unknown")

    failed = await fail(MessagesGateway(error(401, body)), "invoke")

    assert KEY not in chain(failed) + str(failed)


# -- streams -----------------------------------------------------------------------------------


BLOCKS = (text("Let me look."), tool_use({"name": "Paris"}))


@IN_STREAM
@pytest.mark.parametrize("number", range(1, len(events(*BLOCKS))))
async def test_cut_stream_is_an_error_with_what_had_arrived(number: int, way: str) -> None:
    model = MessagesGateway(stream(*write(events(*BLOCKS)[:number]))).claude()

    with pytest.raises(exc.CometAPIStreamTruncatedError) as caught:
        await ask(model, way, tools=[CITY])

    failed: Any = caught.value
    check(failed, parent.AnthropicConnectionError)
    assert failed.partial_message.tool_calls == []
    assert failed.partial_message.response_metadata["request_id"] == REQUEST_ID
    if number > 10:
        assert failed.partial_message.invalid_tool_calls[0]["name"] == "city"


@IN_STREAM
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
    raised: Exception, kind: type[Exception], way: str
) -> None:
    gateway = MessagesGateway(stream(*write(events()[:4]), raised))

    failed = await fail(gateway, way, max_retries=2)

    check(failed, kind)
    assert failed.partial_message.content == "He"
    assert len(gateway.requests) == 1


@IN_STREAM
async def test_break_after_the_last_event_loses_nothing(way: str) -> None:
    gateway = MessagesGateway(stream(*write(events()), httpx.ReadError("reset")))

    assert (await ask(gateway.claude(), way)).content == "Hello"


@IN_STREAM
async def test_bare_error_in_a_stream_is_an_error(way: str) -> None:
    bare = json.dumps(comet("", "upstream timed out")).encode() + b"\n"
    gateway = MessagesGateway(stream(*write(events()[:4]), bare))

    failed = await fail(gateway, way)

    check(failed, exc.CometAPIStreamError)
    check(failed, anthropic.APIError)
    assert "upstream timed out" in str(failed)
    assert failed.partial_message.content == "He"


@IN_STREAM
async def test_stream_of_pings_is_a_timeout(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams, "time", Clock())
    ping = b'event: ping\ndata: {"type": "ping"}\n\n'
    gateway = MessagesGateway(stream(*write(events()[:4]), *[ping] * 10))

    failed = await fail(gateway, way, stream_chunk_timeout=10)

    check(failed, exc.CometAPITimeoutError)
    assert "No content in the stream for 10 s" in str(failed)
    assert failed.partial_message.content == "He"


@IN_STREAM
async def test_whole_message_instead_of_a_stream_is_an_error_whose_advice_works(way: str) -> None:
    gateway = MessagesGateway(error(200, message()))

    failed = await fail(gateway, way)

    check(failed, exc.CometAPIUnexpectedResponseError)
    assert "`disable_streaming=True`" in str(failed)
    assert (await ask(gateway.claude(disable_streaming=True), way)).content == "Hello"


@pytest.mark.parametrize("way", ["invoke", "ainvoke"])
async def test_stream_instead_of_a_message_is_an_error_whose_advice_works(way: str) -> None:
    gateway = MessagesGateway(stream(*write(events())))

    failed = await fail(gateway, way)

    check(failed, exc.CometAPIUnexpectedResponseError)
    assert "`streaming=True`" in str(failed)
    assert (await ask(gateway.claude(streaming=True), way)).content == "Hello"


def test_stream_without_names_of_events_is_read() -> None:
    pieces = [piece.split(b"\n", 1)[1] for piece in write(events(*BLOCKS))]
    gateway = MessagesGateway(stream(b": ping\n\n", *pieces))

    chunks = list(gateway.claude().bind_tools([CITY]).stream("Hi"))

    assert sum(len(chunk.tool_call_chunks) for chunk in chunks) == 3
    assert chunks[-1].chunk_position == "last"


CITY = {"name": "city", "description": "Of a city", "input_schema": {"type": "object"}}


@all_ways
@pytest.mark.parametrize(
    "reason",
    ["max_tokens", "model_context_window_exceeded", "refusal", "pause_turn", "stop_sequence"],
)
@pytest.mark.parametrize("arguments", ['{"name": "Par', "", '{"tags": ["a"', '{"name": "Paris"}'])
async def test_call_that_was_cut_off_never_runs(arguments: str, reason: str, way: str) -> None:
    blocks = (tool_use({"name": "Rome"}, "toolu_0"), *BLOCKS)
    gateway = MessagesGateway(replies(*BLOCKS, stop_reason=reason, arguments=arguments))
    if way in {"invoke", "ainvoke"}:
        gateway = MessagesGateway(replies(*blocks, stop_reason=reason))

    answer = await ask(gateway.claude().bind_tools([CITY]), way)

    assert "toolu_1" not in [call["id"] for call in answer.tool_calls]
    assert [call["id"] for call in answer.invalid_tool_calls] == ["toolu_1"]
    assert reason in answer.response_metadata["tool_call_errors"]["toolu_1"]
    shown = [block for block in answer.content_blocks if block.get("id") == "toolu_1"]
    assert [block["type"] for block in shown] == ["invalid_tool_call"]
    assert reason in str(shown[0].get("error"))
    if way in {"invoke", "ainvoke"}:
        assert [call["id"] for call in answer.tool_calls] == ["toolu_0"]
        assert "tool_call" in [block["type"] for block in answer.content_blocks]


@pytest.mark.parametrize("version", ["v0", "v1"])
@all_ways
async def test_call_that_was_cut_off_beside_a_whole_one_is_shown_as_invalid(
    version: str, way: str
) -> None:
    blocks = (tool_use({"name": "Rome"}, "toolu_0"), tool_use({"name": "Paris"}))
    gateway = MessagesGateway(replies(*blocks, stop_reason="max_tokens"))

    answer = await ask(gateway.claude(output_version=version).bind_tools([CITY]), way)

    assert [call["id"] for call in answer.tool_calls] == ["toolu_0"]
    shown = {block.get("id"): block["type"] for block in answer.content_blocks}
    is_merged_v1 = version == "v1" and way in {"stream", "astream"}  # core leaves the chunk there
    invalid = "tool_call_chunk" if is_merged_v1 else "invalid_tool_call"
    assert shown == {"toolu_0": "tool_call", "toolu_1": invalid}


@pytest.mark.filterwarnings("ignore:.*stream_events")
@pytest.mark.parametrize("arguments", ['{"name": "Par', "", '{"name": "Paris"}'])
def test_call_that_was_cut_off_never_runs_in_streams_of_events(arguments: str) -> None:
    gateway = MessagesGateway(replies(*BLOCKS, stop_reason="max_tokens", arguments=arguments))

    answer = gateway.claude().bind_tools([CITY]).stream_events("Hi", version="v3").output

    assert answer.tool_calls == []
    assert "tool_call" not in [block["type"] for block in answer.content_blocks]


@all_ways
async def test_call_that_text_follows_is_whole(way: str) -> None:
    blocks = (tool_use({"name": "Paris"}), text("And"))
    gateway = MessagesGateway(replies(*blocks, stop_reason="max_tokens"))

    answer = await ask(gateway.claude().bind_tools([CITY]), way)

    assert [call["args"] for call in answer.tool_calls] == [{"name": "Paris"}]
    assert answer.invalid_tool_calls == []


@pytest.mark.parametrize("way", ["stream", "astream"])
async def test_arguments_that_are_no_json_never_run(way: str) -> None:
    gateway = MessagesGateway(replies(*BLOCKS, stop_reason="tool_use", arguments='{"name": "Pa'))

    answer = await ask(gateway.claude().bind_tools([CITY]), way)

    assert answer.tool_calls == []
    assert answer.invalid_tool_calls[0]["id"] == "toolu_1"


@pytest.mark.parametrize("way", [*SYNC, *ASYNC])
async def test_call_that_was_cut_off_is_not_sent_again(way: str) -> None:
    cut = MessagesGateway(replies(*BLOCKS, stop_reason="max_tokens"))
    answer = await ask(cut.claude().bind_tools([CITY]), way)
    gateway = MessagesGateway(replies())

    gateway.claude().invoke([HumanMessage("Hi"), answer, HumanMessage("Go on")])

    assert gateway.bodies[0]["messages"][1] == {
        "role": "assistant",
        "content": [{"type": "text", "text": "Let me look."}],
    }
