"""Asynchronous calls over aiohttp, where it is installed."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest

from langchain_cometapi import _aiohttp
from langchain_cometapi._async_transport import AsyncTransport
from langchain_cometapi._http_clients import (
    TransportSettings,
    build_async_client,
    build_client,
)
from langchain_cometapi._sdk import httpx
from langchain_cometapi._transport import Transport

if TYPE_CHECKING:
    from collections.abc import Iterator

needs_adapter = pytest.mark.skipif(
    _aiohttp._adapter() is None, reason="the adapter for openai 2 is a package of its own"
)


@pytest.fixture(autouse=True)
def _looked_up_anew() -> Iterator[None]:
    _aiohttp._adapter.cache_clear()
    yield
    _aiohttp._adapter.cache_clear()


def _transport(settings: TransportSettings = TransportSettings()) -> Any:  # noqa: B008 - it is frozen
    return build_async_client(settings)._transport


@needs_adapter
async def test_sessions_have_no_limit_and_no_cookies() -> None:
    import aiohttp

    session = _transport().get_client()
    try:
        assert session.connector.limit == 0
        assert isinstance(session.cookie_jar, aiohttp.DummyCookieJar)
    finally:
        await session.close()


@pytest.mark.parametrize("name", ["aiohttp", "openai._vendor.httpx_aiohttp"])
def test_without_it_our_own_transport_is_used(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.setitem(sys.modules, "httpx_aiohttp", None)
    if vendored := sys.modules.get("openai._vendor"):  # openai 3 and later
        monkeypatch.delattr(vendored, "httpx_aiohttp", raising=False)
    assert isinstance(_transport(), AsyncTransport)


def test_proxies_and_socket_options_are_left_to_others(monkeypatch: pytest.MonkeyPatch) -> None:
    proxy, options = "http://proxy.example:3128", ((1, 2, 3),)
    assert isinstance(_transport(TransportSettings(socket_options=options)), AsyncTransport)
    for settings in (
        TransportSettings(proxy=proxy),
        TransportSettings(proxy=proxy, socket_options=options),
    ):
        assert isinstance(_transport(settings), httpx.AsyncHTTPTransport)
        assert isinstance(build_client(settings)._transport, httpx.HTTPTransport)
    monkeypatch.setenv("NO_PROXY", "localhost")  # which alone is no proxy
    assert not isinstance(_transport(), httpx.AsyncHTTPTransport)
    assert isinstance(build_client(TransportSettings())._transport, Transport)
    monkeypatch.setenv("HTTPS_PROXY", proxy)
    assert isinstance(_transport(), httpx.AsyncHTTPTransport)
    assert isinstance(build_client(TransportSettings())._transport, httpx.HTTPTransport)


@needs_adapter
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("ServerDisconnectedError", httpx.RemoteProtocolError),
        ("ClientOSError", httpx.ReadError),
        ("ClientConnectionResetError", httpx.ReadError),
        ("ServerTimeoutError", httpx.TimeoutException),
    ],
)
async def test_what_is_no_timeout_is_not_called_one(
    name: str, expected: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    import aiohttp

    def fail(*_: Any, **__: Any) -> Any:
        raise getattr(aiohttp, name)

    monkeypatch.setattr(aiohttp.ClientSession, "request", fail)
    transport = _transport()
    try:
        with pytest.raises(expected):
            await transport.handle_async_request(httpx.Request("GET", "http://localhost"))
    finally:
        await transport.aclose()
