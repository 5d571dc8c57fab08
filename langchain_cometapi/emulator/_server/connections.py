"""The emulator's open connections: their count, and access to the socket for faults."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from uvicorn.protocols.http.h11_impl import H11Protocol

from langchain_cometapi.emulator._faults.connection import CONNECTION_KEY, RawConnection

if TYPE_CHECKING:
    import asyncio


class Connections:
    """The number of open connections; safe to use from several threads."""

    def __init__(self) -> None:
        """Start at zero."""
        self._changed = threading.Condition()
        self._open = 0

    @property
    def open(self) -> int:
        """The number of open connections."""
        return self._open

    def add(self, number: int) -> None:
        """Change the number.

        Args:
            number: 1 for a new connection, -1 for a closed one.
        """
        with self._changed:
            self._open += number
            self._changed.notify_all()

    def wait_for(self, number: int, timeout: float) -> bool:
        """Wait until at most a number of connections are open.

        Args:
            number: The number.
            timeout: Seconds to wait at most.

        Returns:
            Whether that happened in time.
        """
        with self._changed:
            return self._changed.wait_for(lambda: self._open <= number, timeout)


def counted_protocol(connections: Connections) -> type[H11Protocol]:
    """Return a protocol class for uvicorn that counts its connections.

    Args:
        connections: The counter.
    """

    class CountedProtocol(H11Protocol):
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            self._connection = RawConnection(transport)
            # uvicorn copies this state into the ASGI scope of each request.
            state: dict[str, Any] = {**self.app_state, CONNECTION_KEY: self._connection}
            self.app_state = state
            connections.add(1)

        def connection_lost(self, exc: Exception | None) -> None:
            super().connection_lost(exc)
            connections.add(-1)

        def shutdown(self) -> None:
            super().shutdown()
            if self._connection.held_open:
                self._connection.abort()

    return CountedProtocol
