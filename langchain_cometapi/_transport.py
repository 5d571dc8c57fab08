"""Connections for synchronous calls.

A transport in the HTTP library's sense, for HTTP/1.1 without proxies: bytes go from a socket
through `_http1.ResponseReader` and nothing else. The library's own costs several times as much per
chunk of a stream, and more per request the more connections are open (docs/performance.md).
"""

from __future__ import annotations

import select
import socket
import time
from collections import defaultdict, deque
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from langchain_cometapi._http1 import (
    ResponseReader,
    get_origin,
    is_chunked,
    write_chunk,
    write_head,
)
from langchain_cometapi._sdk import httpx

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterator

    from langchain_cometapi._http1 import Origin

SocketOptions = tuple[tuple[int, int, int], ...]

MOST_BYTES = 64 * 1024  # of one read
MOST_IDLE = 100  # connections that are kept open to one origin, as the SDK does by default


def is_readable(connection: socket.socket) -> bool:
    """Whether an idle connection has something to read: its end, or what nobody asked for."""
    if not hasattr(select, "poll"):  # Windows
        return bool(select.select([connection], [], [], 0)[0])
    poll = select.poll()
    poll.register(connection, select.POLLIN)
    return bool(poll.poll(0))


def pieces(data: bytes) -> Iterator[bytes | memoryview]:
    """Cut what is to be sent, so that a timeout is about progress and not about size."""
    if len(data) <= MOST_BYTES:
        yield data
        return
    view = memoryview(data)
    for start in range(0, len(data), MOST_BYTES):
        yield view[start : start + MOST_BYTES]


@contextmanager
def translated(
    timed_out: type[httpx.TransportError],
    failed: type[httpx.TransportError],
    request: Any = None,
) -> Iterator[None]:
    """Raise the HTTP library's exceptions for those of sockets."""
    try:
        yield
    except TimeoutError as error:
        raise timed_out(str(error) or "timed out", request=request) from error
    except OSError as error:
        raise failed(str(error), request=request) from error


class Connection:
    """A connection to a host; the `network_stream` of its responses."""

    def __init__(self, opened: socket.socket) -> None:
        """Take over an open socket."""
        self._socket = opened
        self._timeout: float | None = opened.gettimeout()
        self.expires: float | None = None

    def _limit(self, timeout: float | None) -> None:
        if timeout != self._timeout:
            self._socket.settimeout(timeout)
            self._timeout = timeout

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Return what arrives next, within so many seconds; nothing at the end."""
        with translated(httpx.ReadTimeout, httpx.ReadError):
            self._limit(timeout)
            return self._socket.recv(max_bytes)

    def write(self, data: bytes, timeout: float | None = None) -> None:
        """Send it, within so many seconds."""
        with translated(httpx.WriteTimeout, httpx.WriteError):
            self._limit(timeout)
            for piece in pieces(data):  # else the time would be that of the whole body
                self._socket.sendall(piece)

    def close(self) -> None:
        """Close the socket."""
        self._socket.close()

    def get_extra_info(self, info: str) -> Any:
        """Return what HTTPX documents for network streams."""
        if info == "socket":
            return self._socket
        if info == "ssl_object":
            return self._socket if hasattr(self._socket, "cipher") else None
        if info in ("client_addr", "server_addr"):
            own = info == "client_addr"
            return self._socket.getsockname() if own else self._socket.getpeername()
        return None

    def is_usable(self) -> bool:
        """Whether the next request may go through it."""
        expired = self.expires is not None and time.monotonic() > self.expires
        return not expired and not is_readable(self._socket)


class Transport(httpx.BaseTransport):
    """Sends requests through connections that are kept open for the next."""

    def __init__(
        self, tls: ssl.SSLContext, keepalive_seconds: float | None, socket_options: SocketOptions
    ) -> None:
        """Open nothing yet.

        Args:
            tls: The TLS context of all connections.
            keepalive_seconds: How long an idle connection is kept, or `None` for any time.
            socket_options: Arguments of `setsockopt`.
        """
        self._tls = tls
        self._keepalive = keepalive_seconds
        self._socket_options = ((socket.IPPROTO_TCP, socket.TCP_NODELAY, 1), *socket_options)
        self._idle: defaultdict[Origin, deque[Connection]] = defaultdict(deque)
        self._closed = False

    def handle_request(self, request: Any) -> Any:
        """Send a request, and return the response as soon as its head is there."""
        origin = get_origin(request)
        head = write_head(request)
        timeouts = request.extensions.get("timeout", {})
        connection = self._take(origin)
        if connection is None:
            with translated(httpx.ConnectTimeout, httpx.ConnectError, request):
                connection = self._connect(origin, timeouts.get("connect"))
        body = _Body(self, origin, connection, request.method, timeouts.get("read"))
        try:
            with suppress(httpx.WriteError):  # refused before the end: the response says so
                _send(connection, head, request, timeouts.get("write"))
            return body.open()
        except BaseException:
            connection.close()
            raise

    def _connect(self, origin: Origin, timeout: float | None) -> Connection:
        scheme, host, port = origin
        name = host.decode("ascii")
        opened = socket.create_connection((name, port), timeout)
        try:
            for option in self._socket_options:
                opened.setsockopt(*option)
            if scheme == b"https":
                opened = self._tls.wrap_socket(opened, server_hostname=name)
        except BaseException:
            opened.close()
            raise
        return Connection(opened)

    def _take(self, origin: Origin) -> Connection | None:
        """Return the connection that was used last, if any is left that the host keeps open."""
        idle = self._idle[origin]
        while idle:
            try:
                connection = idle.pop()
            except IndexError:  # another thread was faster
                break
            if connection.is_usable():
                return connection
            connection.close()
        return None

    def give_back(self, origin: Origin, connection: Connection) -> None:
        """Keep a connection for the next request."""
        if self._keepalive is not None:
            connection.expires = time.monotonic() + self._keepalive
        idle = self._idle[origin]
        idle.append(connection)
        if len(idle) > MOST_IDLE or self._closed:
            self._close_oldest(idle)

    def _close_oldest(self, idle: deque[Connection]) -> None:
        with suppress(IndexError):  # another thread was faster
            idle.popleft().close()

    def close(self) -> None:
        """Close the idle connections; one in use closes when its response does."""
        self._closed = True
        for idle in [*self._idle.values()]:
            while idle:
                self._close_oldest(idle)


def _send(connection: Connection, head: bytes, request: Any, timeout: float | None) -> None:
    if not is_chunked(request):
        connection.write(head + b"".join(request.stream), timeout)
        return
    connection.write(head, timeout)
    for piece in request.stream:
        if piece:
            connection.write(write_chunk(piece), timeout)
    connection.write(write_chunk(b""), timeout)


class _Body(httpx.SyncByteStream):
    """The body of a response; gives the connection back when it was read to its end."""

    def __init__(
        self,
        transport: Transport,
        origin: Origin,
        connection: Connection,
        method: str,
        timeout: float | None,
    ) -> None:
        self._transport = transport
        self._origin = origin
        self._connection: Connection | None = connection
        self._reader = ResponseReader(expects_body=method != "HEAD")
        self._timeout = timeout
        self._first = b""

    def open(self) -> Any:
        """Read the head."""
        while self._reader.status is None:
            self._first = self._read()
        return httpx.Response(
            self._reader.status,
            headers=self._reader.headers,
            stream=self,
            extensions={**self._reader.extensions, "network_stream": self._connection},
        )

    def _read(self) -> bytes:
        if self._connection is None:
            raise httpx.StreamClosed
        self._reader.check()
        data = self._connection.read(MOST_BYTES, timeout=self._timeout)
        if data:
            return self._reader.feed(data)
        self._reader.close()
        return b""

    def __iter__(self) -> Iterator[bytes]:
        data, self._first = self._first, b""
        if data:
            yield data
        while not self._reader.done:
            if data := self._read():
                yield data

    def close(self) -> None:
        connection, self._connection = self._connection, None
        if connection is None:
            return
        if self._reader.done and self._reader.keep_alive:
            self._transport.give_back(self._origin, connection)
        else:
            connection.close()
