"""The emulator's end of its connections: counted, and open to faults below HTTP."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from uvicorn.protocols.http.h11_impl import H11Protocol

from langchain_cometapi.emulator._faults.connection import LINE, Line

if TYPE_CHECKING:
    import asyncio


class Connections:
    """How many connections are open; safe to use from several threads."""

    def __init__(self) -> None:
        """Start with none."""
        self._changed = threading.Condition()
        self._open = 0

    @property
    def open(self) -> int:
        """The number of connections now open."""
        return self._open

    def add(self, number: int) -> None:
        """Count connections.

        Args:
            number: 1 for a new one, -1 for one that is closed.
        """
        with self._changed:
            self._open += number
            self._changed.notify_all()

    def wait_for(self, number: int, timeout: float) -> bool:
        """Wait until no more connections are open than a number.

        Args:
            number: The number.
            timeout: Most seconds to wait.

        Returns:
            Whether it came to that.
        """
        with self._changed:
            return self._changed.wait_for(lambda: self._open <= number, timeout)


def counting(connections: Connections) -> type[H11Protocol]:
    """Return the protocol class of a server whose connections are counted.

    Args:
        connections: Counts them.
    """

    class Connection(H11Protocol):
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            self._line = Line(transport)
            # What stands here is copied into the ASGI scope of each request.
            state: dict[str, Any] = {**self.app_state, LINE: self._line}
            self.app_state = state
            connections.add(1)

        def connection_lost(self, exc: Exception | None) -> None:
            super().connection_lost(exc)
            connections.add(-1)

        def shutdown(self) -> None:
            super().shutdown()
            if self._line.held:
                self._line.abort()

    return Connection
