"""The clients of pools hand plain requests to the transport, and others to the library."""

from __future__ import annotations

import logging
from types import SimpleNamespace
from typing import Any

import pytest

from langchain_cometapi._client.http_clients import (
    AsyncPoolClient,
    PoolClient,
    TransportSettings,
    build_async_client,
)
from langchain_cometapi._client.network import (
    DEFAULT_SOCKET_OPTIONS,
    AsyncWatchedStream,
    WatchedStream,
)
from langchain_cometapi._client.sdk import httpcore, httpx
from tests.support import Body

PLAIN = {"follow_redirects": False}
LOGGER = httpx.__name__
PROXY = "http://proxy.example:3128"
HOST = httpx.URL("https://host.example/v1")

both = pytest.mark.parametrize("is_async", [False, True], ids=["sync", "async"])


def _responding(body: Any, status: int = 200, **extensions: Any) -> Any:
    return lambda _: httpx.Response(status, stream=body, extensions=extensions)


async def _send(is_async: bool, respond: Any, **options: Any) -> Any:
    request = httpx.Request("POST", "http://host.example/v1", content=b"{}")
    if not is_async:
        with PoolClient(TransportSettings()) as client:
            client._transport = httpx.MockTransport(respond)
            return client.send(request, **options)
    async with AsyncPoolClient(TransportSettings()) as aclient:
        aclient._transport = httpx.MockTransport(respond)
        return await aclient.send(request, **options)


@both
async def test_plain_request_is_read_closed_and_logged(
    is_async: bool, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, logger=LOGGER)
    response = await _send(is_async, _responding(Body([b"a", b"b"]), 201), **PLAIN)
    assert response.content == b"ab"
    assert response.is_closed
    assert response.request.url == "http://host.example/v1"
    line = 'HTTP Request: POST http://host.example/v1 "HTTP/1.1 201 Created"'
    assert [record.getMessage() for record in caplog.records if record.name == LOGGER] == [line]


@both
async def test_stream_is_left_to_be_read(is_async: bool) -> None:
    response = await _send(is_async, _responding(Body([b"a", b"b"])), stream=True, **PLAIN)
    assert not response.is_closed
    assert not response.is_stream_consumed


@both
async def test_body_that_breaks_is_closed(is_async: bool) -> None:
    body = Body([b"a", httpx.ReadError("reset")])
    with pytest.raises(httpx.ReadError):
        await _send(is_async, _responding(body), **PLAIN)
    assert body.closed


@both
async def test_redirect_is_followed_where_it_is_asked_for(is_async: bool) -> None:
    def respond(request: Any) -> Any:
        if request.url.path == "/v1":
            return httpx.Response(307, headers={"location": "/v2"})
        return httpx.Response(200, content=request.url.path)

    assert (await _send(is_async, respond, follow_redirects=True)).text == "/v2"
    assert (await _send(is_async, respond, **PLAIN)).status_code == 307


# -- an older response ----------------------------------------------------------------------------


@both
@pytest.mark.parametrize("options", [PLAIN, {}], ids=["plain", "library's way"])
async def test_response_that_was_there_before_its_request_is_refused(
    is_async: bool, options: dict[str, Any]
) -> None:
    stream: Any = AsyncWatchedStream(None) if is_async else WatchedStream(None)
    stream.unread = True
    body = Body([b"somebody else's"])
    respond = _responding(body, network_stream=stream)
    with pytest.raises(httpx.RemoteProtocolError, match="earlier response"):
        await _send(is_async, respond, **options)
    assert body.closed


# -- proxies and socket options -------------------------------------------------------------------


def _clients(settings: TransportSettings) -> list[Any]:
    return [PoolClient(settings), build_async_client(settings)]


def _is_proxied(client: Any) -> bool:
    pool = client._transport_for_url(HOST)._pool
    return "PROXY" in type(pool).__name__.upper() or getattr(pool, "_proxy", None) is not None


@pytest.mark.parametrize("options", [DEFAULT_SOCKET_OPTIONS, ((1, 2, 3),), ()], ids=len)
@pytest.mark.parametrize("way", ["none", "field", "environment"])
def test_every_connection_has_the_socket_options(
    way: str, options: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    if way == "environment":
        monkeypatch.setenv("HTTPS_PROXY", PROXY)
    settings = TransportSettings(PROXY if way == "field" else None, socket_options=options)
    for client in _clients(settings):
        assert _is_proxied(client) == (way != "none")
        backend = client._transport_for_url(HOST)._pool._network_backend
        opened: list[Any] = []
        backend._backend = SimpleNamespace(
            connect_tcp=lambda *_, opened=opened, **kwargs: opened.append(kwargs)
        )
        if isinstance(client, httpx.Client):
            assert isinstance(backend.connect_tcp("h", 1), httpcore.NetworkStream)
        else:
            backend.connect_tcp("h", 1).close()  # a coroutine: what it would pass is `_options`
            opened.append({"socket_options": backend._options})
        assert [kwargs["socket_options"] for kwargs in opened] == [options]


def test_no_proxy_is_obeyed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", PROXY)
    monkeypatch.setenv("NO_PROXY", "host.example")
    for client in _clients(TransportSettings()):
        assert not _is_proxied(client)
