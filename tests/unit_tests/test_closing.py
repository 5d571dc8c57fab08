"""Closing: what a model used is let go, what others use stays."""

from __future__ import annotations

import asyncio
import weakref
from typing import Any

import pytest

from langchain_cometapi import ChatCometAPI, _client
from langchain_cometapi._sdk import httpx
from tests.support import Gateway, answer, completion


@pytest.fixture(autouse=True)
def pools(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Give each test pools of its own, which answer from memory; return their clients."""
    built: list[Any] = []
    gateway = Gateway(answer(completion()))

    def options(*_: object) -> dict[str, Any]:
        return {"transport": httpx.MockTransport(gateway)}

    def remember(cls: Any) -> Any:
        def build(**kwargs: Any) -> Any:
            built.append(cls(**kwargs))
            return built[-1]

        return build

    class Library:
        Client = staticmethod(remember(httpx.Client))
        AsyncClient = staticmethod(remember(httpx.AsyncClient))
        HTTPTransport = httpx.HTTPTransport
        AsyncHTTPTransport = httpx.AsyncHTTPTransport

    monkeypatch.setattr(_client, "_sync_pools", _client._SyncPools())
    monkeypatch.setattr(_client, "_async_pools", _client._AsyncPools())
    monkeypatch.setattr(_client, "_pool_options", options)
    monkeypatch.setattr(_client, "httpx", Library)
    return built


def _model(**kwargs: Any) -> ChatCometAPI:
    return ChatCometAPI(model="m", api_key="sk-test", max_retries=0, **kwargs)


def test_nothing_is_built_before_a_call(pools: list[Any]) -> None:
    models = [_model() for _ in range(1000)]
    assert pools == []
    for model in models[:3]:
        model.close()
    assert pools == []
    assert [model.invoke("Hi").text for model in models[:3]] == ["Hello"] * 3
    assert len(pools) == 1


def test_the_last_one_closes_the_connections(pools: list[Any]) -> None:
    first, second = _model(), _model(temperature=0.5)
    with first:
        first.invoke("Hi")
        second.invoke("Hi")
    assert not pools[0].is_closed
    second.close()
    assert pools[0].is_closed
    assert second.invoke("Hi").text == "Hello"  # opens anew
    assert [pool.is_closed for pool in pools] == [True, False]


def test_a_forgotten_model_keeps_nothing_open(pools: list[Any]) -> None:
    first = _model()
    first.invoke("Hi")
    _model().invoke("Hi")  # and is gone
    first.close()
    assert pools[0].is_closed


def test_nobody_joins_what_is_being_closed(pools: list[Any]) -> None:
    first, second = _model(), _model()
    first.invoke("Hi")

    class Users(weakref.WeakSet[Any]):
        def __contains__(self, user: object) -> bool:
            first.close()  # as another thread may just now
            return super().__contains__(user)

    (pool,) = _client._sync_pools._pools.values()
    pool.users = Users(pool.users)
    assert second.invoke("Hi").text == "Hello"
    assert [pool.is_closed for pool in pools] == [True, False]


async def test_asynchronous_connections(pools: list[Any]) -> None:
    first, second = _model(), _model()
    async with first:
        await first.ainvoke("Hi")
        first.invoke("Hi")
        await second.ainvoke("Hi")
    assert [pool.is_closed for pool in pools] == [False, True]
    await second.aclose()
    assert [pool.is_closed for pool in pools] == [True, True]
    assert (await second.ainvoke("Hi")).text == "Hello"
    second.close()
    assert not pools[-1].is_closed  # only `aclose` and the end of the loop close these
    await second.aclose()
    assert pools[-1].is_closed


def test_the_connections_of_another_loop_close_with_it(pools: list[Any]) -> None:
    model = _model()

    async def use_and_close() -> None:
        await model.ainvoke("Hi")
        await model.aclose()

    async def use_while_others_close() -> None:
        await model.ainvoke("Hi")
        await asyncio.to_thread(asyncio.run, use_and_close())
        assert [pool.is_closed for pool in pools] == [False, True]
        assert (await model.ainvoke("Hi")).text == "Hello"

    asyncio.run(use_while_others_close())
    assert [pool.is_closed for pool in pools] == [True, True]


async def test_a_client_of_the_users_stays_open() -> None:
    gateway = Gateway(answer(completion()))
    model: Any = gateway.model()
    async with model:
        with model:
            model.invoke("Hi")
            await model.ainvoke("Hi")
    assert not model.http_client.is_closed
    assert not model.http_async_client.is_closed
    assert model.invoke("Hi").text == "Hello"


async def test_closing_twice_and_unused() -> None:
    model = _model()
    model.close()
    await model.aclose()
    await model.aclose()
    model.close()
