"""Where requests go: what proxies do, counted by the server."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any

import pytest

from langchain_cometapi import ChatCometAPI, CometAPIConnectionError
from tests.integration_tests.callers import MODEL
from tests.integration_tests.raw_host import Host
from tests.integration_tests.routes import forward
from tests.support import WAYS, ask

if TYPE_CHECKING:
    from collections.abc import Iterator

    from langchain_cometapi.emulator import CometAPIEmulator


@pytest.fixture
def proxy() -> Iterator[Host]:
    with Host(forward) as host:
        yield host


@pytest.fixture
def dead_url() -> str:
    """A loopback address where nobody listens."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}"


async def _use(model: Any) -> None:
    for way in WAYS:
        assert (await ask(model, way)).text


async def test_proxy_of_the_environment_is_used_but_for_its_exceptions(
    emulator: CometAPIEmulator, proxy: Host, dead_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = ChatCometAPI(model=MODEL, max_retries=0)
    await _use(model)
    assert not proxy.requests
    monkeypatch.setenv("HTTP_PROXY", proxy.url)
    await _use(model)
    line = f"POST {emulator.base_url}/chat/completions HTTP/1.1"
    assert [request.line for request in proxy.requests] == [line] * 4
    monkeypatch.setenv("HTTP_PROXY", dead_url)
    with pytest.raises(CometAPIConnectionError):
        model.invoke("Hi")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    await _use(model)
    assert len(emulator.requests) == 12


async def test_proxy_of_the_model_is_used(emulator: CometAPIEmulator, proxy: Host) -> None:
    await _use(ChatCometAPI(model=MODEL, openai_proxy=proxy.url))
    assert len(proxy.requests) == len(emulator.requests) == 4
