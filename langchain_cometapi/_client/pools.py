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
from enum import Enum, auto
from typing import TYPE_CHECKING, Any

from langchain_cometapi._client.http_clients import (
    VARIABLES,
    AiohttpPoolClient,
    build_async_client,
    build_client,
)
from langchain_cometapi._client.sdk import httpx

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator

    from langchain_cometapi._client.http_clients import TransportSettings

LANE_REQUESTS = 4
_IDLE_SECONDS = 5.0

_lock = threading.RLock()  # reentrant: garbage collection may run a `__del__` that closes a model


class _Lane:
    """A client of the HTTP library that carries up to `LANE_REQUESTS` requests at once.

    For each request, the library looks at each connection of a client several times: many
    clients with few connections cost less than one with many (CPU of a bare request,
    2026-11: 280 us and not 380 us with 64 at once, 290 us and not 740 us with 256).
    """

    __slots__ = ("client", "idle_since", "requests")

    def __init__(self, client: Any) -> None:
        self.client = client
        self.requests = 0
        self.idle_since = 0.0


class _State(Enum):
    """Where a pool is in its life."""

    OPEN = auto()
    """Models send through it."""

    RETIRED = auto()
    """No model uses it: it closes with its last request."""

    CLOSED = auto()
    """Its clients are closed, or are about to be."""


class _Pool:
    """Lanes for the requests under way, and the models that send them.

    Its methods are called with the lock held. Those that return clients leave it to the caller
    to close them, without the lock.
    """

    def __init__(self, build: Callable[[], Any]) -> None:
        self.state = _State.OPEN
        self.users: weakref.WeakSet[Any] = weakref.WeakSet()
        self.closer: AsyncGenerator[None, None] | None = None
        """Closes an asynchronous pool together with its event loop."""
        self._build = build
        self._lanes: list[_Lane] = []

    def take_lane(self, user: object) -> _Lane:
        """Return a lane for one more request, a new one if the others are full."""
        self.users.add(user)
        for lane in self._lanes:
            if lane.requests < LANE_REQUESTS:
                break
        else:
            lane = _Lane(self._build())
            self._lanes.append(lane)
        lane.requests += 1
        return lane

    def release_lane(self, lane: _Lane) -> list[Any]:
        """Count a request as done; return the clients to close."""
        lane.requests -= 1
        if not lane.requests:
            lane.idle_since = time.monotonic()
        closing = self._close_if_idle() if self.state is _State.RETIRED else []
        return closing or self._close_last_lane()

    def retire(self) -> list[Any]:
        """Close as soon as no request is under way; return the clients to close."""
        self.state = _State.RETIRED
        return self._close_if_idle()

    def close(self) -> list[Any]:
        """Close; return the clients to close."""
        self.state = _State.CLOSED
        clients = [lane.client for lane in self._lanes]
        self._lanes = []
        return clients

    def _close_if_idle(self) -> list[Any]:
        # If a connection is closed while a thread reads from it, that thread may wait forever.
        is_idle = not any(lane.requests for lane in self._lanes)
        return self.close() if is_idle else []

    def _close_last_lane(self) -> list[Any]:
        """Close the last lane after a burst: requests use the first ones, so it would stay open."""
        if len(self._lanes) < 2:  # noqa: PLR2004
            return []
        last = self._lanes[-1]
        if last.requests or time.monotonic() - last.idle_since < _IDLE_SECONDS:
            return []
        return [self._lanes.pop().client]


_PoolKey = tuple[object, ...]


def _get_key(settings: TransportSettings) -> _PoolKey:
    return (settings, *map(os.environ.get, VARIABLES))


def _remove_unused(pools: dict[_PoolKey, _Pool], user: object = None) -> list[_Pool]:
    """Remove and return the pools without users, not counting `user`; call with the lock held."""
    unused = []
    for key, pool in [*pools.items()]:
        if user is not None:
            pool.users.discard(user)
        if not pool.users:
            unused.append(pools.pop(key))
    return unused


class Lease:
    """A lane that one request uses until its response is closed."""

    __slots__ = ("_lane", "_pool", "client")

    def __init__(self, pool: _Pool, lane: _Lane) -> None:
        self._pool = pool
        self._lane = lane
        self.client = lane.client

    def end(self) -> None:
        """End a synchronous request."""
        with _lock:
            closing = self._pool.release_lane(self._lane)
        for client in closing:
            client.close()

    async def aend(self) -> None:
        """End an asynchronous request."""
        with _lock:
            closing = self._pool.release_lane(self._lane)
        if closing or self._pool.state is _State.CLOSED:
            # A caller that is cancelled must not leave them open: nothing else refers to them.
            await asyncio.shield(_close_all(self._pool, closing))


async def _close_all(pool: _Pool, clients: list[Any]) -> None:
    """Close clients of an asynchronous pool, and its closer if it is closed."""
    for client in clients:
        await client.aclose()
    if pool.state is _State.CLOSED and (closer := pool.closer) is not None:
        pool.closer = None
        await closer.aclose()  # the clients are closed: it only ends


async def _retire_all(pools: list[_Pool]) -> None:
    """Retire asynchronous pools, and close those without a request under way."""
    for pool in pools:
        with _lock:
            closing = pool.retire()
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
        """Return a lease for one request of a model."""
        key = _get_key(settings)
        closing: list[Any] = []
        with _lock:  # else its last user might close the pool that was found
            pool = self._pools.get(key)
            if pool is None:
                pool = _Pool(lambda: build_client(settings))
            lease = Lease(pool, pool.take_lane(user))
            if key not in self._pools:  # only now: building a client may fail
                for unused in _remove_unused(self._pools):  # of models that were collected
                    closing += unused.retire()
                self._pools[key] = pool
        for client in closing:
            client.close()
        return lease

    def leave(self, user: object) -> None:
        """Close the pools that nobody else uses, as soon as nothing is under way."""
        closing: list[Any] = []
        with _lock:
            for pool in _remove_unused(self._pools, user):
                closing += pool.retire()
        for client in closing:
            client.close()

    def forget(self) -> None:
        """Drop the pools without closing them: after a fork they are the parent's."""
        self._pools = {}

    def close(self) -> None:
        """Close everything, even if it is in use."""
        with _lock:
            pools, self._pools = self._pools, {}
            closing = [client for pool in pools.values() for client in pool.close()]
        for client in closing:
            client.close()


async def _close_with_loop(reference: weakref.ref[_Pool]) -> AsyncGenerator[None, None]:
    """Return a generator that closes a pool when the loop shuts its generators down.

    `asyncio.run` and other runners do so before they close a loop, and a connection can only be
    closed on the loop that opened it. The pool holds this generator: a reference back would
    keep both until a collection, also in a forked child.
    """
    try:
        yield
    finally:
        if (pool := reference()) is not None:
            pool.closer = None  # it is this generator, which cannot be closed while it runs
            with _lock:
                closing = pool.close()
            for client in closing:
                await client.aclose()


class AsyncPools:
    """The pools of each running event loop.

    Keyed by the loop itself, by strong references, and pruned when it is closed: a weak mapping
    would never lose a loop, because the connections refer back to it.
    """

    def __init__(self) -> None:
        self._loops: dict[asyncio.AbstractEventLoop, dict[_PoolKey, _Pool]] = {}
        self._inherited: list[Any] = []
        """Clients of a parent process, kept so that they are never collected."""

    async def lease(self, settings: TransportSettings, user: object) -> Lease:
        """Return a lease for one request of a model, on the running loop."""
        loop = asyncio.get_running_loop()
        key = _get_key(settings)
        pools = self._loops.get(loop)
        if pools is None:
            pools = self._add_loop(loop)
        unused: list[_Pool] = []
        with _lock:  # `leave` may be looking through them from another thread
            pool = pools.get(key)
            is_new = pool is None or pool.state is _State.CLOSED
            if pool is None or is_new:
                pool = _Pool(lambda: build_async_client(settings))
                pool.closer = _close_with_loop(weakref.ref(pool))
            lease = Lease(pool, pool.take_lane(user))
            if is_new:  # only now: building a client may fail
                unused = _remove_unused(pools)
                pools[key] = pool
        try:
            if is_new and pool.closer is not None:
                await pool.closer.__anext__()  # now the loop closes it at its end
            await self._retire(unused)
        except BaseException:  # cancelled while it waited
            await lease.aend()
            raise
        return lease

    def _add_loop(self, loop: asyncio.AbstractEventLoop) -> dict[_PoolKey, _Pool]:
        with _lock:
            self._loops = {known: p for known, p in self._loops.items() if not known.is_closed()}
            return self._loops.setdefault(loop, {})

    @staticmethod
    async def _retire(unused: list[_Pool]) -> None:
        if unused:
            await asyncio.shield(_retire_all(unused))

    async def leave(self, user: object) -> None:
        """Close the pools of the running loop that nobody else uses, and none of other loops."""
        self.discard(user)
        pools = self._loops.get(asyncio.get_running_loop(), {})
        with _lock:
            unused = _remove_unused(pools)
        await self._retire(unused)

    def discard(self, user: object) -> None:
        """Remove a user from all loops; a loop closes unused pools when it opens another."""
        with _lock:
            for pools in self._loops.values():
                for pool in pools.values():
                    pool.users.discard(user)

    def forget(self) -> bool:
        """Drop the pools without closing them; return whether there were any."""
        loops, self._loops = self._loops, {}
        pools = [pool for of_loop in loops.values() for pool in of_loop.values()]
        for pool in pools:
            # aiohttp closes what is collected, through a selector that the parent uses too.
            self._inherited += [
                client for client in pool.close() if isinstance(client, AiohttpPoolClient)
            ]
        return bool(pools)


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
    # Forking waits for the lock: if another thread had it, it would stay locked in the child.
    os.register_at_fork(before=_lock.acquire, after_in_parent=_lock.release, after_in_child=_forget)
