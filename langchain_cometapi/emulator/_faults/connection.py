"""One connection below HTTP, for faults that HTTP cannot express."""

from __future__ import annotations

import socket
import struct
import sys
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import asyncio


CONNECTION_KEY: Final = "cometapi_emulator_line"
"""The key of the connection in the state of an ASGI scope."""

RESET_ON_CLOSE: Final = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)
"""Value of `SO_LINGER` with which closing a socket resets its connection."""


class RawConnection:
    """One connection below HTTP.

    Attributes:
        held_open: Whether a fault keeps it open; it is then aborted when the emulator stops.
    """

    def __init__(self, transport: asyncio.Transport) -> None:
        """Wrap a transport.

        Args:
            transport: The connection's transport.
        """
        self._transport = transport
        self.held_open = False

    def write(self, data: bytes) -> None:
        """Send bytes that need not be HTTP.

        Args:
            data: The bytes.
        """
        self._transport.write(data)

    def close(self) -> None:
        """Close the connection when everything is sent."""
        self._transport.close()

    def close_write_side(self) -> None:
        """Close the sending side; the connection can still be read."""
        self._transport.write_eof()

    def abort(self) -> None:
        """Close the connection at once."""
        self._transport.abort()

    def reset(self) -> None:
        """Reset the connection: the client gets "connection reset by peer"."""
        raw_socket = self._transport.get_extra_info("socket")
        raw_socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)
        self._transport.abort()
