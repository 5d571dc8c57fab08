"""Connections that wait for the next request, synchronous or asynchronous ones."""

from __future__ import annotations

import select
import time
from collections import defaultdict, deque
from contextlib import suppress
from typing import TYPE_CHECKING, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    import socket

    from langchain_cometapi._http1_request import Origin

MOST_IDLE = 100  # connections that are kept open to one origin


class _Connection(Protocol):
    expires: float | None

    def is_usable(self) -> bool: ...
    def close(self) -> None: ...


C = TypeVar("C", bound=_Connection)


def is_readable(connection: socket.socket) -> bool:
    """Whether an idle connection has something to read: its end, or what nobody asked for."""
    if not hasattr(select, "poll"):  # Windows
        return bool(select.select([connection], [], [], 0)[0])
    poll = select.poll()
    poll.register(connection, select.POLLIN)
    return bool(poll.poll(0))


class IdleConnections(Generic[C]):
    """What is kept open, by where it leads; threads may share it."""

    def __init__(self, keepalive_seconds: float | None) -> None:
        """Start empty.

        Args:
            keepalive_seconds: How long an idle connection is kept, or `None` for any time.
        """
        self._keepalive = keepalive_seconds
        self._by_origin: defaultdict[Origin, deque[C]] = defaultdict(deque)
        self._closed = False

    def take(self, origin: Origin) -> C | None:
        """Return the connection that was used last, if any is left that the host keeps open."""
        idle = self._by_origin[origin]
        self._close_expired(idle)
        with suppress(IndexError):  # none is left, or another thread was faster
            while True:
                connection = idle.pop()
                if connection.is_usable():
                    return connection
                connection.close()
        return None

    def give_back(self, origin: Origin, connection: C) -> None:
        """Keep a connection for the next request."""
        if self._keepalive is not None:
            connection.expires = time.monotonic() + self._keepalive
        idle = self._by_origin[origin]
        idle.append(connection)
        if len(idle) > MOST_IDLE or self._closed:
            with suppress(IndexError):  # another thread was faster
                idle.popleft().close()

    def close(self) -> None:
        """Close what is idle, and what comes back from now on."""
        self._closed = True
        for idle in [*self._by_origin.values()]:
            with suppress(IndexError):  # none is left
                while True:
                    idle.pop().close()

    def _close_expired(self, idle: deque[C]) -> None:
        """Close what was idle for too long; the longest stands first."""
        now = time.monotonic()
        with suppress(IndexError):  # none is left, or another thread was faster
            while (until := idle[0].expires) is not None and now > until:
                idle.popleft().close()
