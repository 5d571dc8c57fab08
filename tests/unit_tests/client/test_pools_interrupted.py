"""Pools of an event loop when callers are cancelled, or the loop ends amid streams."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from langchain_cometapi import ChatCometAPI
from langchain_cometapi._client import pools as _pools
from langchain_cometapi._client import shared_clients as _shared_clients
from langchain_cometapi._client.http_clients import TransportSettings
from langchain_cometapi._client.sdk import httpx
from tests.support import KEY, Gateway, chunk, stream

SETTINGS = TransportSettings()
OTHERS = TransportSettings(socket_options=())
PATIENCE = 5.0
"""Seconds to wait for what must come, before a test fails."""


class User:
    """What holds a pool open."""


class SlowClient:
    """Takes a moment to close."""

    def __init__(self) -> None:
        self.closing = asyncio.Event()
        self.may_close = asyncio.Event()
        self.closed = asyncio.Event()

    async def aclose(self) -> None:
        self.closing.set()
        async with asyncio.timeout(PATIENCE):
            await self.may_close.wait()
        self.closed.set()


@pytest.fixture
def clients(monkeypatch: pytest.MonkeyPatch) -> list[SlowClient]:
    """Have pools build slow clients; return them."""
    built: list[SlowClient] = []

    def build(_: Any) -> SlowClient:
        built.append(SlowClient())
        return built[-1]

    monkeypatch.setattr(_pools, "build_async_client", build)
    return built


async def _cancel(task: asyncio.Task[Any], closing: SlowClient) -> None:
    async with asyncio.timeout(PATIENCE):
        await closing.closing.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def _wait_for_close(client: SlowClient) -> None:
    client.may_close.set()
    async with asyncio.timeout(PATIENCE):
        await client.closed.wait()


async def test_lease_that_is_cancelled_ends(clients: list[SlowClient]) -> None:
    """It closes the pool of a forgotten model first, which takes a while."""
    pools, forgotten, user = _pools.AsyncPools(), User(), User()
    await (await pools.lease(OTHERS, forgotten)).aend()
    del forgotten
    await _cancel(asyncio.create_task(pools.lease(SETTINGS, user)), clients[0])
    await _wait_for_close(clients[0])
    clients[1].may_close.set()
    await pools.leave(user)
    assert clients[1].closed.is_set()


async def test_close_that_is_cancelled_closes_every_connection(clients: list[SlowClient]) -> None:
    pools, user = _pools.AsyncPools(), User()
    leases = [await pools.lease(SETTINGS, user) for _ in range(_pools.LANE_REQUESTS + 1)]
    for lease in leases[1:]:
        await lease.aend()
    await pools.leave(user)
    await _cancel(asyncio.create_task(leases[0].aend()), clients[0])
    for client in clients:
        await _wait_for_close(client)
    assert len(clients) == 2


def test_loop_that_ends_amid_streams_reports_no_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """It closes all asynchronous generators at once: those of the streams and of the pool."""
    gateway = Gateway(stream(chunk("Hello"), chunk(finish_reason="stop")))

    class Client(httpx.AsyncClient):
        async def aclose(self) -> None:
            await asyncio.sleep(0)  # as connections do
            await super().aclose()

    def build(_: Any) -> Any:
        return Client(transport=httpx.MockTransport(gateway))

    monkeypatch.setattr(_pools, "build_async_client", build)
    monkeypatch.setattr(_shared_clients, "async_pools", _pools.AsyncPools())
    errors: list[Any] = []
    streams: list[Any] = []

    async def leave_streams() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, context: errors.append(context))
        model = ChatCometAPI(model="m", api_key=KEY)
        for _ in range(3):
            streams.append(model.astream("Hi"))
            await anext(streams[-1])

    asyncio.run(leave_streams())
    assert errors == []
