"""The emulator's end of its connections: counted, and open to faults below HTTP."""

from __future__ import annotations

import socket
import struct
import sys
import threading
from typing import TYPE_CHECKING, Any, Final

from uvicorn.protocols.http.h11_impl import H11Protocol

from langchain_cometapi.emulator._faults.responses import LINE

if TYPE_CHECKING:
    import asyncio

# Do linger on close, for no time at all: the connection is reset instead of closed.
_NO_LINGER: Final = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)


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


class Line:
    """One connection below HTTP.

    Attributes:
        held: Whether a fault keeps it open, so that it shall not delay the emulator's end.
    """

    def __init__(self, transport: asyncio.Transport) -> None:
        """Take a connection.

        Args:
            transport: Its transport.
        """
        self._transport = transport
        self.held = False

    def write(self, data: bytes) -> None:
        """Send bytes past HTTP.

        Args:
            data: The bytes.
        """
        self._transport.write(data)

    def close(self) -> None:
        """Close the connection when everything is sent."""
        self._transport.close()

    def close_half(self) -> None:
        """Send nothing more, and go on reading."""
        self._transport.write_eof()

    def abort(self) -> None:
        """Close the connection at once."""
        self._transport.abort()

    def reset(self) -> None:
        """Tear the connection down: the client sees "connection reset by peer"."""
        connection = self._transport.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _NO_LINGER)
        self._transport.abort()


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
