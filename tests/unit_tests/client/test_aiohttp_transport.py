"""Asynchronous calls over aiohttp, for models that ask for it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import pytest

from langchain_cometapi import (
    ChatCometAPI,
    CometAPIEmbeddings,
    CometAPILLM,
)
from langchain_cometapi._client import aiohttp_transport as _aiohttp
from langchain_cometapi._client.http_clients import TransportSettings, build_async_client
from langchain_cometapi._client.sdk import httpx

if TYPE_CHECKING:
    from collections.abc import Iterator


def _has_adapter() -> bool:
    try:
        _aiohttp.check_aiohttp()
    except ImportError:
        return False
    return True


needs_adapter = pytest.mark.skipif(
    not _has_adapter(), reason="the adapter for openai 2 is a package of its own"
)
AIOHTTP = TransportSettings(http_transport="aiohttp")
PROXY = "http://proxy.example:3128"
HOST = httpx.URL("https://host.example/v1")


@pytest.fixture(autouse=True)
def _looked_up_anew() -> Iterator[None]:
    _aiohttp._adapter.cache_clear()
    yield
    _aiohttp._adapter.cache_clear()


def _transport(settings: TransportSettings = AIOHTTP) -> Any:
    return build_async_client(settings)._transport_for_url(HOST)


def test_aiohttp_is_used_only_where_it_is_asked_for() -> None:
    assert isinstance(_transport(TransportSettings()), httpx.AsyncHTTPTransport)


@needs_adapter
async def test_session_has_no_limit_and_no_cookies() -> None:
    import aiohttp

    session = _transport().get_client()
    try:
        assert session.connector.limit == 0
        assert isinstance(session.cookie_jar, aiohttp.DummyCookieJar)
    finally:
        await session.close()


@pytest.mark.parametrize("model", [ChatCometAPI, CometAPILLM, CometAPIEmbeddings])
@pytest.mark.parametrize("name", ["aiohttp", "openai._vendor.httpx_aiohttp"])
def test_missing_aiohttp_is_an_error_at_construction_with_the_command(
    name: str, model: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.setitem(sys.modules, "httpx_aiohttp", None)
    if vendored := sys.modules.get("openai._vendor"):  # openai 3 and later
        monkeypatch.delattr(vendored, "httpx_aiohttp", raising=False)
    model(model="m", api_key="sk-test")
    with pytest.raises(ImportError, match=r"pip install 'langchain-cometapi\[aiohttp\]'"):
        model(model="m", api_key="sk-test", http_transport="aiohttp")


def test_transport_with_another_name_is_refused() -> None:
    with pytest.raises(ValueError, match="'httpx' or 'aiohttp'"):
        ChatCometAPI(model="m", api_key="sk-test", http_transport="curl")  # type: ignore[arg-type]


@needs_adapter
@pytest.mark.parametrize("way", ["field", "environment"])
def test_proxies_are_those_of_the_library(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert _transport().proxy is None
    if way == "environment":
        monkeypatch.setenv("HTTPS_PROXY", PROXY)
    settings = TransportSettings(PROXY if way == "field" else None, http_transport="aiohttp")
    assert str(_transport(settings).proxy.url) == PROXY
    if way == "environment":
        monkeypatch.setenv("NO_PROXY", "host.example")
        assert _transport(settings).proxy is None


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
async def test_connection_that_is_closed_is_not_called_a_timeout(
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
