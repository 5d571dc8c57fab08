"""Pools close what no model uses, and keep what others use."""

from __future__ import annotations

import asyncio
import copy
from types import SimpleNamespace
from typing import Any

import pytest

from langchain_cometapi import ChatCometAPI
from langchain_cometapi._client import pools as _pools
from langchain_cometapi._client import shared_clients as _shared_clients
from langchain_cometapi._client.sdk import httpx
from tests.support import Gateway, amerge, say_hello


@pytest.fixture(autouse=True)
def pools(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Give each test pools of its own, which open no socket; return their clients."""
    built: list[Any] = []

    def remember(cls: Any) -> Any:
        def build(_: object) -> Any:
            built.append(cls(transport=httpx.MockTransport(Gateway(say_hello))))
            return built[-1]

        return build

    monkeypatch.setattr(_shared_clients, "sync_pools", _pools.SyncPools())
    monkeypatch.setattr(_shared_clients, "async_pools", _pools.AsyncPools())
    monkeypatch.setattr(_pools, "build_client", remember(httpx.Client))
    monkeypatch.setattr(_pools, "build_async_client", remember(httpx.AsyncClient))
    return built


def _model(**kwargs: Any) -> ChatCometAPI:
    return ChatCometAPI(model="m", api_key="sk-test", max_retries=0, **kwargs)


def _closed(pools: list[Any]) -> list[bool]:
    return [pool.is_closed for pool in pools]


def test_client_is_built_with_the_first_call(pools: list[Any]) -> None:
    models = [_model() for _ in range(1000)]
    assert pools == []
    for model in models[:3]:
        model.close()
    assert pools == []
    assert [model.invoke("Hi").text for model in models[:3]] == ["Hello"] * 3
    assert len(pools) == 1


def test_connections_close_with_the_last_model(pools: list[Any]) -> None:
    first, second = _model(), _model(temperature=0.5)
    with first:
        first.invoke("Hi")
        second.invoke("Hi")
    assert not pools[0].is_closed
    second.close()
    assert pools[0].is_closed
    assert second.invoke("Hi").text == "Hello"  # opens anew
    assert _closed(pools) == [True, False]


def test_connections_close_without_a_model_that_was_collected(pools: list[Any]) -> None:
    first = _model()
    first.invoke("Hi")
    _model().invoke("Hi")  # and is collected
    first.close()
    assert pools[0].is_closed


async def test_connection_of_a_stream_under_way_closes_after_it(pools: list[Any]) -> None:
    first, second = _model(), _model()
    chunks = first.stream("Hi")
    next(chunks)
    first.close()
    assert not pools[0].is_closed
    assert second.invoke("Hi").text == "Hello"  # does not join what is about to close
    assert len(pools) == 2
    list(chunks)
    assert _closed(pools) == [True, False]
    achunks = first.astream("Hi")
    await anext(achunks)
    await first.aclose()
    assert _closed(pools) == [True, False, False]
    await amerge(achunks)
    assert _closed(pools) == [True, False, True]


@pytest.mark.parametrize("duplicate", [copy.copy, lambda m: m.model_copy(update={"seed": 1})])
async def test_copy_that_is_closed_leaves_the_model_open(duplicate: Any, pools: list[Any]) -> None:
    model = _model()
    model.invoke("Hi")
    await model.ainvoke("Hi")
    async with duplicate(model) as twin:
        twin.invoke("Hi")
        await twin.ainvoke("Hi")
    assert _closed(pools) == [False, False]
    await model.aclose()
    assert _closed(pools) == [True, True]


async def test_connections_close_when_the_settings_change(pools: list[Any]) -> None:
    model = _model(http_socket_options=[(1, 2, 3)])
    for options in ([(1, 2, 3)], [(4, 5, 6)], None):
        model.http_socket_options = options
        model.invoke("Hi")
        await model.ainvoke("Hi")
    assert _closed(pools) == [True, True, True, True, False, False]


async def test_asynchronous_connections_close_with_the_last_model(pools: list[Any]) -> None:
    first, second = _model(), _model()
    async with first:
        await first.ainvoke("Hi")
        first.invoke("Hi")
        await second.ainvoke("Hi")
    assert _closed(pools) == [False, True]
    await second.aclose()
    assert _closed(pools) == [True, True]
    assert (await second.ainvoke("Hi")).text == "Hello"
    second.close()
    assert not pools[-1].is_closed  # only `aclose` and the end of the loop close these
    await second.aclose()
    assert pools[-1].is_closed


def test_connections_of_another_loop_close_with_it(pools: list[Any]) -> None:
    model = _model()

    async def use_and_close() -> None:
        await model.ainvoke("Hi")
        await model.aclose()

    async def use_while_others_close() -> None:
        await model.ainvoke("Hi")
        await asyncio.to_thread(asyncio.run, use_and_close())
        assert _closed(pools) == [False, True]
        assert (await model.ainvoke("Hi")).text == "Hello"

    asyncio.run(use_while_others_close())
    assert _closed(pools) == [True, True]


async def test_closing_again_or_before_a_call_does_nothing() -> None:
    model = _model()
    model.close()
    await model.aclose()
    await model.aclose()
    model.close()


# -- lanes -----------------------------------------------------------------------------------------


class _User:
    """Stands in for a client of a model."""


def test_lane_is_opened_when_the_others_are_full() -> None:
    pool, user = _pools._Pool(object), _User()
    lanes = [pool.take_lane(user) for _ in range(2 * _pools.LANE_REQUESTS)]
    assert lanes == [lanes[0]] * _pools.LANE_REQUESTS + [lanes[-1]] * _pools.LANE_REQUESTS
    assert lanes[0].client is not lanes[-1].client
    pool.release_lane(lanes[0])
    assert pool.take_lane(user) is lanes[0]


def test_last_lane_closes_after_it_was_idle_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = SimpleNamespace(now=0.0)
    monkeypatch.setattr(_pools, "time", SimpleNamespace(monotonic=lambda: clock.now))
    pool, user = _pools._Pool(object), _User()
    *lanes, last = [pool.take_lane(user) for _ in range(_pools.LANE_REQUESTS + 1)]
    clock.now = 60.0
    assert pool.release_lane(lanes[0]) == []  # the last lane is busy
    assert pool.release_lane(last) == []  # it has just become idle
    clock.now += _pools._IDLE_SECONDS
    assert pool.release_lane(lanes[1]) == [last.client]
    assert [pool.release_lane(lane) for lane in lanes[2:]] == [[], []]  # the first lane stays


def test_pool_that_is_retired_closes_with_its_last_request() -> None:
    pool, user = _pools._Pool(object), _User()
    lanes = [pool.take_lane(user) for _ in range(2)]
    states = [pool.state]
    closed = [pool.retire(), pool.release_lane(lanes[0])]
    states.append(pool.state)
    closed.append(pool.release_lane(lanes[1]))
    states.append(pool.state)
    assert states == [*_pools._State]
    assert closed == [[], [], [lanes[0].client]]
    assert _pools._Pool(object).retire() == []
