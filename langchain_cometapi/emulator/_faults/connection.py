"""One connection below HTTP, for faults that HTTP cannot express."""

from __future__ import annotations

import socket
import struct
import sys
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import asyncio


LINE: Final = "cometapi_emulator_line"
"""Where the connection stands in the state of an ASGI scope."""

# Do linger on close, for no time at all: the connection is reset instead of closed.
_NO_LINGER: Final = struct.pack("hh" if sys.platform == "win32" else "ii", 1, 0)


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
