"""Pools of connections: one per process for synchronous calls, one per running event loop.

Models with the same settings send through the same pool. A request takes a lease of it and ends
the lease when its response is closed; a pool that no model uses closes with its last lease.
"""

from __future__ import annotations

import asyncio
import atexit
import gc
import os
import threading
import time
import warnings
import weakref
from typing import TYPE_CHECKING, Any

from langchain_cometapi._client.http_clients import VARIABLES, PoolClient, build_async_client
from langchain_cometapi._client.sdk import httpx

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator

    from langchain_cometapi._client.http_clients import TransportSettings

LANE_REQUESTS = 4
_IDLE_SECONDS = 5.0

_lock = threading.RLock()  # a collection amid it may run a `__del__` that closes a model


class _Lane:
    """A client of the library's that carries up to `LANE_REQUESTS` requests at once.

    For each request, the library looks at each connection of a client several times: many
    clients with few connections cost less than half of one with many (docs/performance.md).
    """

    __slots__ = ("client", "idle_since", "requests")

    def __init__(self, client: Any) -> None:
        self.client = client
        self.requests = 0
        self.idle_since = 0.0


class _Pool:
    """Lanes for the requests under way, and the models that send them.

    Its methods are called with the lock held.
    """

    def __init__(self, build: Callable[[], Any]) -> None:
        self.users: weakref.WeakSet[Any] = weakref.WeakSet()
        self.is_closed = False
        self.keeper: AsyncGenerator[None, None] | None = None
        self._build = build
        self._lanes: list[_Lane] = []
        self._is_left = False

    def take_lane(self, user: object) -> _Lane:
        self.users.add(user)
        for lane in self._lanes:
            if lane.requests < LANE_REQUESTS:
                break
        else:
            lane = _Lane(self._build())
            self._lanes.append(lane)
        lane.requests += 1
        return lane

    def give_back(self, lane: _Lane) -> list[Any]:
        """Return the clients that can be closed now."""
        lane.requests -= 1
        if not lane.requests:
            lane.idle_since = time.monotonic()
        return self._close_if_left() or self._close_last_lane()

    def leave(self) -> list[Any]:
        """Let the last user go; return the clients that can be closed now."""
        self._is_left = True
        return self._close_if_left()

    def close(self) -> list[Any]:
        """Return all clients, to be closed by the caller."""
        clients = [lane.client for lane in self._lanes]
        self._lanes, self.is_closed = [], True
        return clients

    def _close_if_left(self) -> list[Any]:
        # A connection that is closed under a reader may keep it waiting for ever.
        is_busy = any(lane.requests for lane in self._lanes)
        return self.close() if self._is_left and not is_busy else []

    def _close_last_lane(self) -> list[Any]:
        """Close the last lane after a burst: no request comes there, so it would stay open."""
        if len(self._lanes) < 2:  # noqa: PLR2004
            return []
        last = self._lanes[-1]
        if last.requests or time.monotonic() - last.idle_since < _IDLE_SECONDS:
            return []
        return [self._lanes.pop().client]


_PoolKey = tuple[object, ...]


def _key(settings: TransportSettings) -> _PoolKey:
    return (settings, *map(os.environ.get, VARIABLES))


def _leave_unused(pools: dict[_PoolKey, _Pool], user: object = None) -> list[_Pool]:
    """Take out the pools without users, less this one; the caller holds the lock."""
    unused = []
    for key, pool in [*pools.items()]:
        if user is not None:
            pool.users.discard(user)
        if not pool.users:
            unused.append(pools.pop(key))
    return unused


class Lease:
    """A request's share of a pool, until its response is closed."""

    __slots__ = ("_lane", "_pool", "client")

    def __init__(self, pool: _Pool, lane: _Lane) -> None:
        self._pool = pool
        self._lane = lane
        self.client = lane.client

    def end(self) -> None:
        """End a synchronous request."""
        with _lock:
            closing = self._pool.give_back(self._lane)
        for client in closing:
            client.close()

    async def aend(self) -> None:
        """End an asynchronous request."""
        with _lock:
            closing = self._pool.give_back(self._lane)
        if closing or self._pool.is_closed:
            await asyncio.shield(_close_all(self._pool, closing))  # nobody else knows them


async def _close_all(pool: _Pool, clients: list[Any]) -> None:
    for client in clients:
        await client.aclose()
    if pool.is_closed and (keeper := pool.keeper) is not None:
        pool.keeper = None
        await keeper.aclose()


async def _leave_all(pools: list[_Pool]) -> None:
    for pool in pools:
        with _lock:
            closing = pool.leave()
        await _close_all(pool, closing)


class LeasedBody(httpx.SyncByteStream, httpx.AsyncByteStream):
    """The body of a response that is read piece by piece; closing it ends the lease."""

    def __init__(self, body: Any, lease: Lease) -> None:
        self._body = body
        self._lease: Lease | None = lease

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._body)

    def __aiter__(self) -> AsyncIterator[bytes]:
        return aiter(self._body)

    def close(self) -> None:
        lease, self._lease = self._lease, None
        try:
            self._body.close()
        finally:
            if lease is not None:
                lease.end()

    async def aclose(self) -> None:
        lease, self._lease = self._lease, None
        try:
            await self._body.aclose()
        finally:
            if lease is not None:
                await lease.aend()


class SyncPools:
    """The pools of a process, for all of its threads."""

    def __init__(self) -> None:
        self._pools: dict[_PoolKey, _Pool] = {}

    def lease(self, settings: TransportSettings, user: object) -> Lease:
        """Return a share for one request of a model."""
        key = _key(settings)
        closing: list[Any] = []
        with _lock:  # else its last user might close what was just found
            pool = self._pools.get(key)
            if pool is None:
                for unused in _leave_unused(self._pools):  # of models that were forgotten
                    closing += unused.leave()
                pool = self._pools[key] = _Pool(lambda: PoolClient(settings))
            lease = Lease(pool, pool.take_lane(user))
        for client in closing:
            client.close()
        return lease

    def leave(self, user: object) -> None:
        """Close the pools that nobody else uses, as soon as nothing is under way."""
        closing: list[Any] = []
        with _lock:
            for pool in _leave_unused(self._pools, user):
                closing += pool.leave()
        for client in closing:
            client.close()

    def forget(self) -> None:
        """Drop the pools without closing them: after a fork they are the parent's."""
        self._pools = {}

    def close(self) -> None:
        """Close everything, whoever uses it."""
        with _lock:
            pools, self._pools = self._pools, {}
            closing = [client for pool in pools.values() for client in pool.close()]
        for client in closing:
            client.close()


async def _close_with_loop(reference: weakref.ref[_Pool]) -> AsyncGenerator[None, None]:
    """Close the pool when its loop shuts its asynchronous generators down.

    `asyncio.run` and its kin do so before they close a loop, and a connection can only be
    closed on the loop that opened it. The pool holds this generator: a reference back would
    keep both until a collection, also in a forked child.
    """
    try:
        yield
    finally:
        if (pool := reference()) is not None:
            pool.keeper = None  # which is this, and cannot be closed once more meanwhile
            with _lock:
                closing = pool.close()
            for client in closing:
                await client.aclose()


class AsyncPools:
    """The pools of each running event loop.

    Keyed by the loop itself, held strongly and pruned when it is closed: a weak mapping
    would never let go, because the connections refer back to their loop.
    """

    def __init__(self) -> None:
        self._loops: dict[asyncio.AbstractEventLoop, dict[_PoolKey, _Pool]] = {}

    async def lease(self, settings: TransportSettings, user: object) -> Lease:
        """Return a share for one request of a model, on the running loop."""
        loop = asyncio.get_running_loop()
        key = _key(settings)
        pools = self._loops.get(loop)
        if pools is None:
            pools = self._add_loop(loop)
        unused: list[_Pool] = []
        with _lock:  # `leave` may be looking through them from another thread
            pool = pools.get(key)
            is_new = pool is None or pool.is_closed
            if pool is None or is_new:
                unused = _leave_unused(pools)
                pool = pools[key] = _Pool(lambda: build_async_client(settings))
                pool.keeper = _close_with_loop(weakref.ref(pool))
            lease = Lease(pool, pool.take_lane(user))
        try:
            if is_new and pool.keeper is not None:
                await pool.keeper.__anext__()
            await self._close(unused)
        except BaseException:  # cancelled amid it
            await lease.aend()
            raise
        return lease

    def _add_loop(self, loop: asyncio.AbstractEventLoop) -> dict[_PoolKey, _Pool]:
        with _lock:
            self._loops = {known: p for known, p in self._loops.items() if not known.is_closed()}
            return self._loops.setdefault(loop, {})

    @staticmethod
    async def _close(unused: list[_Pool]) -> None:
        if unused:
            await asyncio.shield(_leave_all(unused))  # nobody else knows them

    async def leave(self, user: object) -> None:
        """Close the pools of the running loop that nobody else uses; leave those of others."""
        self.discard(user)
        pools = self._loops.get(asyncio.get_running_loop(), {})
        with _lock:
            unused = _leave_unused(pools)
        await self._close(unused)

    def discard(self, user: object) -> None:
        """Let a user go everywhere; a loop closes what is left when it opens something new."""
        with _lock:
            for pools in self._loops.values():
                for pool in pools.values():
                    pool.users.discard(user)

    def forget(self) -> bool:
        """Drop the pools without closing them; return whether there were any."""
        pools, self._loops = self._loops, {}
        return any(pools.values())


sync_pools = SyncPools()
async_pools = AsyncPools()
atexit.register(sync_pools.close)


def _forget() -> None:
    """Leave the connections to the parent: the child neither uses nor closes them."""
    _lock.release()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # not closed on purpose
        sync_pools.forget()
        if async_pools.forget():
            gc.collect()  # asyncio's transports are cycles, which would warn later


if hasattr(os, "register_at_fork"):
    # Forking waits for the lock: held by another thread, it would stay locked in the child.
    os.register_at_fork(before=_lock.acquire, after_in_parent=_lock.release, after_in_child=_forget)
