"""The error bodies in `tests/errors` and the vendors' own, as both native classes read them."""

from __future__ import annotations

import json
import pickle
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from langchain_cometapi import exceptions
from langchain_cometapi._client.sdk import httpx
from langchain_cometapi.exceptions import CometAPIError
from tests.support import KEY, Body, Gateway, all_ways, ask
from tests.support.native import CLAUDE, PROTOCOLS, TOOL, encode

if TYPE_CHECKING:
    from tests.support.native import Protocol

pytestmark = pytest.mark.native

CORPUS = [
    pytest.param(row, id=f"{path.stem}-{number}")
    for path in sorted((Path(__file__).parents[2] / "errors").glob("*.json"))
    for number, row in enumerate(json.loads(path.read_text(encoding="utf-8")))
]
WORDS = "The words of the host"
STATUSES = {
    400: "CometAPIInvalidRequestError",
    401: "CometAPIAuthenticationError",
    403: "CometAPIPermissionDeniedError",
    404: "CometAPIModelNotFoundError",
    413: "CometAPIInvalidRequestError",
    429: "CometAPIRateLimitError",
    500: "CometAPIServerError",
    503: "CometAPIServerError",
    529: "CometAPIOverloadedError",
}
each_protocol = pytest.mark.parametrize("protocol", PROTOCOLS.values(), ids=PROTOCOLS)


def make(protocol: Protocol, gateway: Gateway, **kwargs: Any) -> Any:
    base_url = "https://gateway.example/v1"
    return gateway.make(protocol.kind, model=protocol.model, base_url=base_url, **kwargs)


async def fail(protocol: Protocol, gateway: Gateway, way: str, **kwargs: Any) -> CometAPIError:
    with pytest.raises(CometAPIError) as caught:
        await ask(make(protocol, gateway, **kwargs), way)
    return caught.value


def sdk_error(protocol: Protocol, status: int | None = None) -> Any:
    """The class of the SDK of the vendor that `except` names, the nearest one for a status."""
    module = import_module(protocol.partner)
    if protocol is not CLAUDE:
        if status is None:
            return module.APIError
        return module.ClientError if status < 500 else module.ServerError
    names = {
        400: "BadRequestError",
        401: "AuthenticationError",
        403: "PermissionDeniedError",
        404: "NotFoundError",
        429: "RateLimitError",
    }
    if status is None:
        return module.APIError
    return getattr(module, names.get(status, "APIStatusError"))


@each_protocol
@pytest.mark.parametrize("row", CORPUS)
async def test_error_body_makes_the_class_it_makes_on_the_other_routes(
    protocol: Protocol, row: dict[str, Any]
) -> None:
    body = row["body"]
    content = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    kind = "text/html" if isinstance(body, str) else "application/json"
    for way in ("invoke", "astream"):
        headers = {"content-type": kind, "request-id": "req-1"}
        gateway = Gateway(httpx.Response(row["status"], headers=headers, stream=Body([content])))
        error = await fail(protocol, gateway, way)
        assert isinstance(error, getattr(exceptions, row["class"])), type(error).__mro__
        assert error.is_retryable is row["is_retryable"]
        assert isinstance(error, sdk_error(protocol))
        assert KEY not in str(error) + repr(error)


@each_protocol
@all_ways
@pytest.mark.parametrize("status", STATUSES)
async def test_error_in_the_vendors_form_is_ours_and_the_sdks(
    protocol: Protocol, status: int, way: str
) -> None:
    body = protocol.error(status, WORDS)
    headers = {"x-cometapi-request-id": "req-of-the-gateway", "retry-after": "3"}
    gateway = Gateway(httpx.Response(status, json=body, headers=headers))
    error = await fail(protocol, gateway, way)
    assert isinstance(error, getattr(exceptions, STATUSES[status])), type(error).__mro__
    assert isinstance(error, sdk_error(protocol, status))
    assert WORDS in str(error)
    assert (error.status_code, error.body) == (status, body)
    assert error.request_id == "req-of-the-gateway"
    assert error.model == protocol.model
    assert error.url.endswith(protocol.stream_path if "stream" in way else protocol.path)
    if status == 429:
        assert error.retry_after == 3
    again = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert (type(again), str(again)) == (type(error), str(error))
    assert vars(again).keys() >= {"status_code", "request_id", "body"}


@all_ways
async def test_error_of_bedrock_has_its_message_at_the_top(way: str) -> None:
    words = "messages.1: `tool_use` ids were found without `tool_result` blocks"
    gateway = Gateway(httpx.Response(400, json={"message": words}))
    error = await fail(CLAUDE, gateway, way)
    assert isinstance(error, exceptions.CometAPIInvalidRequestError)
    assert isinstance(error, sdk_error(CLAUDE, 400))
    assert words in str(error)


@each_protocol
@pytest.mark.parametrize("way", ["stream", "astream"])
async def test_error_within_a_stream_has_what_had_arrived(protocol: Protocol, way: str) -> None:
    started = [encode(event) for event in protocol.events()[:-2]]
    body = protocol.error(529, WORDS)
    ended = encode(body) if protocol is CLAUDE else f"data: {json.dumps(body)}\n\n".encode()
    headers = {"content-type": "text/event-stream"}
    gateway = Gateway(httpx.Response(200, headers=headers, stream=Body([*started, ended])))
    with pytest.raises(CometAPIError) as caught:
        await ask(make(protocol, gateway).bind_tools([TOOL]), way)
    error = caught.value
    assert isinstance(error, exceptions.CometAPIStreamError)
    assert isinstance(error, exceptions.CometAPIOverloadedError)
    assert isinstance(error, sdk_error(protocol))
    assert WORDS in str(error)
    assert error.partial_message is not None
    assert error.partial_message.text.startswith("One")
    assert error.partial_message.tool_calls == []


@each_protocol
@all_ways
@pytest.mark.parametrize(
    ("broken", "kind"),
    [
        (httpx.ConnectError("refused"), "CometAPIConnectionError"),
        (httpx.ReadTimeout("timed out"), "CometAPITimeoutError"),
        (httpx.PoolTimeout("no connection"), "CometAPITimeoutError"),
        (httpx.RemoteProtocolError("peer closed connection"), "CometAPIConnectionError"),
    ],
)
async def test_connection_that_fails_is_ours(
    protocol: Protocol, broken: Exception, kind: str, way: str
) -> None:
    gateway = Gateway(broken)
    error = await fail(protocol, gateway, way)
    assert isinstance(error, getattr(exceptions, kind))
    assert error.is_retryable
    if protocol is CLAUDE:
        assert isinstance(error, import_module("anthropic").APIConnectionError)
    assert KEY not in str(error) + repr(error) + repr(error.__cause__) + repr(error.__context__)
    assert len(gateway.requests) == 1


@each_protocol
@pytest.mark.parametrize("way", ["invoke", "ainvoke", "stream", "astream"])
@pytest.mark.parametrize(
    ("status", "body", "tries"),
    [
        (500, {"error": {"code": "invalid_request", "message": "x"}}, 1),
        (503, {"error": {"code": "model_not_found", "message": "x"}}, 1),
        (400, {"error": {"message": "x"}}, 1),
        (503, {"error": {"message": "x"}}, 3),
        (429, {"error": {"message": "x"}}, 3),
    ],
)
@pytest.mark.usefixtures("waits")
async def test_body_decides_whether_a_request_is_sent_again(
    protocol: Protocol, status: int, body: Any, tries: int, way: str
) -> None:
    gateway = Gateway(httpx.Response(status, json=body, headers={"retry-after-ms": "1"}))
    await fail(protocol, gateway, way, max_retries=2)
    assert len(gateway.requests) == tries
