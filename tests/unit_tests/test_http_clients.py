"""The clients of pools: plain requests go straight to the transport, others the library's way."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from langchain_cometapi._http_clients import _AsyncDirectClient, _DirectClient
from langchain_cometapi._sdk import httpx
from tests.support import Body

PLAIN = {"follow_redirects": False}
LOGGER = httpx.__name__


def _responding(body: Any, status: int = 200) -> Any:
    return lambda _: httpx.Response(status, stream=body)


async def _send(is_async: bool, respond: Any, **options: Any) -> Any:
    transport = httpx.MockTransport(respond)
    request = httpx.Request("POST", "http://host.example/v1", content=b"{}")
    if not is_async:
        with _DirectClient(transport) as client:
            return client.send(request, **options)
    async with _AsyncDirectClient(transport) as client:
        return await client.send(request, **options)


@pytest.mark.parametrize("is_async", [False, True], ids=["sync", "async"])
async def test_a_plain_request(is_async: bool, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, logger=LOGGER)
    response = await _send(is_async, _responding(Body([b"a", b"b"]), 201), **PLAIN)
    assert response.content == b"ab"
    assert response.is_closed
    assert response.request.url == "http://host.example/v1"
    line = 'HTTP Request: POST http://host.example/v1 "HTTP/1.1 201 Created"'
    assert [record.getMessage() for record in caplog.records if record.name == LOGGER] == [line]


@pytest.mark.parametrize("is_async", [False, True], ids=["sync", "async"])
async def test_a_stream_is_left_to_be_read(is_async: bool) -> None:
    response = await _send(is_async, _responding(Body([b"a", b"b"])), stream=True, **PLAIN)
    assert not response.is_closed
    assert not response.is_stream_consumed


@pytest.mark.parametrize("is_async", [False, True], ids=["sync", "async"])
async def test_a_body_that_breaks_is_closed(is_async: bool) -> None:
    body = Body([b"a", httpx.ReadError("reset")])
    with pytest.raises(httpx.ReadError):
        await _send(is_async, _responding(body), **PLAIN)
    assert body.closed


@pytest.mark.parametrize("is_async", [False, True], ids=["sync", "async"])
async def test_who_asks_for_redirects_gets_them(is_async: bool) -> None:
    def respond(request: Any) -> Any:
        if request.url.path == "/v1":
            return httpx.Response(307, headers={"location": "/v2"})
        return httpx.Response(200, content=request.url.path)

    assert (await _send(is_async, respond, follow_redirects=True)).text == "/v2"
    assert (await _send(is_async, respond, **PLAIN)).status_code == 307
