"""The clients of pools: plain requests go straight to the transport, others the library's way."""

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
async def test_redirects_are_followed_for_who_asks(is_async: bool) -> None:
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


class Network:
    """A connection that remembers the time limit of each read, and what is written."""

    def __init__(self, *incoming: bytes) -> None:
        self.limits: list[float | None] = []
        self.written: list[bytes] = []
        self.incoming = list(incoming)

    def read(self, _: int, timeout: float | None = None) -> bytes:
        self.limits.append(timeout)
        return self.incoming.pop(0) if self.incoming else b"HTTP/1.1 200 OK"

    def write(self, data: bytes, _: float | None = None) -> None:
        self.written.append(data)


class AsyncNetwork(Network):
    """The asynchronous twin of `Network`."""

    async def read(self, *args: Any) -> bytes:  # type: ignore[override]
        return super().read(*args)

    async def write(self, *args: Any) -> None:  # type: ignore[override]
        super().write(*args)


async def _converse(is_async: bool, network: Network, *steps: bytes | None) -> list[bool]:
    """Write bytes or read; return what a watched stream knew after each step."""
    stream: Any = AsyncWatchedStream(network) if is_async else WatchedStream(network)
    seen = []
    for step in steps:
        done = stream.read(1) if step is None else stream.write(step)
        if is_async:
            await done
        seen.append(stream.unread)
    return seen


def _network(is_async: bool, *incoming: bytes) -> Network:
    return AsyncNetwork(*incoming) if is_async else Network(*incoming)


@both
async def test_watched_stream_knows_whether_it_was_read_since_a_write(is_async: bool) -> None:
    network = _network(is_async)
    seen = await _converse(is_async, network, b"head", b"body", None, b"head", b"body", None)
    assert seen == [True, True, False] * 2
    assert network.written == [b"headbody"] * 2


@both
@pytest.mark.parametrize(
    ("first", "is_response"),
    [(b"HTTP/1.1 200 OK", True), (b"H", True), (b"", True), (b"ype: text/plain", False)],
)
async def test_response_begins_with_its_version_or_is_the_rest_of_an_older_one(
    is_async: bool, first: bytes, is_response: bool
) -> None:
    seen = await _converse(is_async, _network(is_async, first), b"head", b"", None)
    assert seen == [True, True, not is_response]


@both
async def test_read_lets_go_what_was_written_at_once(is_async: bool) -> None:
    """As with SOCKS, whose client greets the proxy and waits for its reply."""
    network = _network(is_async, b"\5\0", b"\5\0\0\1")
    await _converse(is_async, network, b"hello", None, b"connect", None, b"head", b"body", None)
    assert network.written == [b"hello", b"connect", b"head", b"body"]


def test_watched_stream_limits_reads_up_to_the_next_request() -> None:
    network = Network()
    stream = WatchedStream(network)
    stream.read(1, timeout=600)
    stream.limit_waits(1)
    stream.read(1, timeout=600)
    stream.read(1)
    stream.write(b"next")
    stream.read(1, timeout=600)
    assert network.limits == [600, 1, 1, 600]


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


def test_no_proxy_is_the_librarys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", PROXY)
    monkeypatch.setenv("NO_PROXY", "host.example")
    for client in _clients(TransportSettings()):
        assert not _is_proxied(client)
