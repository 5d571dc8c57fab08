"""The connections: pools that models share, one per process or event loop.

Models with the same transport settings send through the same connections: one pool per process
for synchronous calls, and one per running event loop for asynchronous ones.
"""

from __future__ import annotations

import asyncio
import atexit
import os
import threading
import warnings
import weakref
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from langchain_cometapi._http_clients import VARIABLES, PoolClient, build_async_client
from langchain_cometapi._sdk import httpx

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Iterator

    from langchain_cometapi._http_clients import TransportSettings

_lock = threading.RLock()  # a collection amid it may run a `__del__` that closes a model


def _environment() -> tuple[object, ...]:
    return tuple(map(os.environ.get, VARIABLES))


_PoolKey = tuple[object, ...]


@dataclass(eq=False)
class _Pool:
    """Connections, the models that send through them, and how much is under way.

    A pool that nobody uses any more closes when the last request is done: a connection that is
    closed under a reader may keep it waiting for ever.
    """

    client: Any
    keeper: AsyncGenerator[None, None] | None = None
    users: weakref.WeakSet[Any] = field(default_factory=weakref.WeakSet)
    busy: int = 0
    left: bool = False

    def enter(self, user: object) -> None:
        """Begin a request; the caller holds the lock."""
        self.users.add(user)
        self.busy += 1

    def _end(self) -> bool:
        with _lock:
            self.busy -= 1
            return self.left and not self.busy

    def done(self) -> None:
        """End a synchronous request."""
        if self._end():
            self.client.close()

    async def adone(self) -> None:
        """End an asynchronous request."""
        if self._end():
            await self.aclose()

    async def aclose(self) -> None:
        """Close an asynchronous pool, on its loop."""
        if self.keeper is not None:
            await self.keeper.aclose()


def _let_go(pools: dict[_PoolKey, _Pool], user: object = None) -> list[_Pool]:
    """Take out the pools that nobody uses, less this user; return those that can close now.

    The caller holds the lock.
    """
    closing = []
    for key, pool in [*pools.items()]:
        if user is not None:
            pool.users.discard(user)
        if not pool.users:
            del pools[key]
            pool.left = True
            if not pool.busy:
                closing.append(pool)
    return closing


class HeldBody(httpx.SyncByteStream, httpx.AsyncByteStream):
    """The body of a response that is read piece by piece: its pool waits for it."""

    def __init__(self, body: Any, pool: _Pool) -> None:
        self._body = body
        self._pool: _Pool | None = pool

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._body)

    def __aiter__(self) -> AsyncIterator[bytes]:
        return aiter(self._body)

    def close(self) -> None:
        pool, self._pool = self._pool, None
        try:
            self._body.close()
        finally:
            if pool is not None:
                pool.done()

    async def aclose(self) -> None:
        pool, self._pool = self._pool, None
        try:
            await self._body.aclose()
        finally:
            if pool is not None:
                await pool.adone()


class SyncPools:
    """One HTTP client per transport and environment, for all threads of a process."""

    def __init__(self) -> None:
        self._pools: dict[_PoolKey, _Pool] = {}

    def enter(self, settings: TransportSettings, user: object) -> _Pool:
        """Return the pool for a request, which `done` ends."""
        key = (settings, _environment())
        closing: list[_Pool] = []
        with _lock:  # else its last user might close what was just found
            pool = self._pools.get(key)
            if pool is None:
                closing = _let_go(self._pools)  # of models that were forgotten
                client = PoolClient(settings)
                pool = self._pools[key] = _Pool(client)
            pool.enter(user)
        for one in closing:
            one.client.close()
        return pool

    def leave(self, user: object) -> None:
        """Close the pools that nobody else uses, as soon as nothing is under way."""
        with _lock:
            closing = _let_go(self._pools, user)
        for pool in closing:
            pool.client.close()

    def forget(self) -> None:
        """Drop the pools without closing them: after a fork they are the parent's."""
        self._pools = {}

    def close(self) -> None:
        pools, self._pools = self._pools, {}
        for pool in pools.values():
            pool.client.close()


async def _close_with_loop(client: httpx.AsyncClient) -> AsyncGenerator[None, None]:
    """Close the client when its loop shuts its asynchronous generators down.

    `asyncio.run` and its kin do so before they close a loop, and a connection can only be
    closed on the loop that opened it.
    """
    try:
        yield
    finally:
        await client.aclose()


class AsyncPools:
    """One HTTP client per running event loop, transport and environment.

    Keyed by the loop itself, held strongly and pruned when it is closed: a weak mapping
    would never let go, because the connections refer back to their loop.
    """

    def __init__(self) -> None:
        self._loops: dict[asyncio.AbstractEventLoop, dict[_PoolKey, _Pool]] = {}

    async def enter(self, settings: TransportSettings, user: object) -> _Pool:
        """Return the pool for a request, which `adone` ends."""
        loop = asyncio.get_running_loop()
        key = (settings, _environment())
        pools = self._loops.get(loop)
        if pools is None:
            pools = self._of_new_loop(loop)
        closing: list[_Pool] = []
        with _lock:  # `leave` may be looking through them from another thread
            pool = pools.get(key)
            new = pool is None or pool.client.is_closed
            if pool is None or new:
                closing = _let_go(pools)
                client = build_async_client(settings)
                pool = pools[key] = _Pool(client, _close_with_loop(client))
            pool.enter(user)
        if new and pool.keeper is not None:
            await pool.keeper.__anext__()
        for one in closing:
            await one.aclose()
        return pool

    def _of_new_loop(self, loop: asyncio.AbstractEventLoop) -> dict[_PoolKey, _Pool]:
        with _lock:
            self._loops = {known: p for known, p in self._loops.items() if not known.is_closed()}
            return self._loops.setdefault(loop, {})

    async def leave(self, user: object) -> None:
        """Close the pools of the running loop that nobody else uses; leave those of others."""
        self.discard(user)
        pools = self._loops.get(asyncio.get_running_loop(), {})
        with _lock:
            closing = _let_go(pools)
        for pool in closing:
            await pool.aclose()

    def discard(self, user: object) -> None:
        """Let a user go everywhere; a loop closes what is left when it opens something new."""
        with _lock:
            for pools in self._loops.values():
                for pool in pools.values():
                    pool.users.discard(user)

    def forget(self) -> None:
        self._loops = {}


sync_pools = SyncPools()
async_pools = AsyncPools()
atexit.register(sync_pools.close)


def _forget() -> None:
    """Leave the connections to the parent: the child neither uses nor closes them."""
    _lock.release()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # not closed on purpose
        sync_pools.forget()
        async_pools.forget()


if hasattr(os, "register_at_fork"):
    # Forking waits for the lock: held by another thread, it would stay locked in the child.
    os.register_at_fork(before=_lock.acquire, after_in_parent=_lock.release, after_in_child=_forget)
