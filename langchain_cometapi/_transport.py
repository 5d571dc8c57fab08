"""Connections for synchronous calls.

A transport in the HTTP library's sense, for HTTP/1.1 without proxies: bytes go from a socket
through `_http1_response.ResponseReader` and nothing else. The library's own costs several times as
much per chunk of a stream, and more per request the more connections are open.
"""

from __future__ import annotations

import socket
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from langchain_cometapi._http1_request import RequestWriter, get_origin
from langchain_cometapi._http1_response import ResponseReader
from langchain_cometapi._idle_connections import IdleConnections, is_readable
from langchain_cometapi._sdk import httpx

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterable, Iterator

    from langchain_cometapi._http1_request import Origin

SocketOptions = tuple[tuple[int, int, int], ...]

MOST_BYTES = 64 * 1024  # of one read


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
    except (OSError, UnicodeError) as error:  # a host name that is none is the latter
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
        """Send it; the host may take so many seconds for each part of it."""
        left = memoryview(data)
        with translated(httpx.WriteTimeout, httpx.WriteError):
            self._limit(timeout)
            while left:
                left = left[self._socket.send(left) :]

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
        """Whether the host keeps it open, and has sent nothing that nobody asked for."""
        return not is_readable(self._socket)


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
        self._socket_options = ((socket.IPPROTO_TCP, socket.TCP_NODELAY, 1), *socket_options)
        self._idle: IdleConnections[Connection] = IdleConnections(keepalive_seconds)

    def handle_request(self, request: Any) -> Any:
        """Send a request, and return the response as soon as its head is there."""
        origin = get_origin(request)
        writer = RequestWriter(request)
        timeouts = request.extensions.get("timeout", {})
        connection = self._idle.take(origin)
        if connection is None:
            with translated(httpx.ConnectTimeout, httpx.ConnectError, request):
                connection = self._connect(origin, timeouts.get("connect"))
        body = _Body(self._idle, origin, connection, writer, timeouts.get("read"))
        try:
            try:
                _send(connection, writer, request.stream, timeouts.get("write"))
            except httpx.WriteError:  # refused before the end: the response says why
                body.reader.keep_alive = False
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

    def close(self) -> None:
        """Close the idle connections; one in use closes when its response does."""
        self._idle.close()


def _send(
    connection: Connection, writer: RequestWriter, body: Iterable[bytes], timeout: float | None
) -> None:
    if isinstance(body, httpx.ByteStream):  # all of it is there: it goes with the head
        connection.write(writer.head + b"".join(map(writer.write, body)) + writer.end(), timeout)
        return
    connection.write(writer.head, timeout)
    for piece in body:
        if data := writer.write(piece):
            connection.write(data, timeout)
    if data := writer.end():
        connection.write(data, timeout)


class Exchange:
    """What the body of a response knows: how it is read, and where its connection goes then."""

    def __init__(
        self,
        idle: IdleConnections[Any],
        origin: Origin,
        connection: Any,
        writer: RequestWriter,
        timeout: float | None,
    ) -> None:
        """Begin before the request is sent.

        Args:
            idle: Takes the connection back.
            origin: Where the connection leads.
            connection: A connection that nobody else uses.
            writer: What was or will be written.
            timeout: Seconds to wait for each part of the response.
        """
        self.idle = idle
        self.origin = origin
        self.connection = connection
        self.reader = ResponseReader(
            expects_body=writer.expects_body, keep_alive=writer.keeps_alive
        )
        self.timeout = timeout
        self.first = b""  # what came with the head

    def create_response(self) -> Any:
        """Return the response whose head was read; this is its body."""
        body: Any = self
        return httpx.Response(
            self.reader.status or 0,
            headers=self.reader.headers,
            stream=body,
            extensions={**self.reader.extensions, "network_stream": self.connection},
        )

    def check(self) -> None:
        """Look for what forbids to wait for more.

        Raises:
            StreamClosed: If the response was closed.
            RemoteProtocolError: If it has a fault.
        """
        if self.connection is None:
            raise httpx.StreamClosed
        self.reader.check()

    def take(self, data: bytes) -> bytes:
        """Return the part of the body in what has arrived; nothing has when it has ended."""
        if data:
            return self.reader.feed(data)
        self.reader.close()
        return b""

    def leave(self) -> bool:
        """Give the connection back, or close it and return true."""
        connection, self.connection = self.connection, None
        if connection is None:
            return False
        if self.reader.done and self.reader.keep_alive:
            self.idle.give_back(self.origin, connection)
            return False
        connection.close()
        return True


class _Body(Exchange, httpx.SyncByteStream):
    """The body of a response; gives the connection back when it was read to its end."""

    def open(self) -> Any:
        """Read the head."""
        while self.reader.status is None:
            self.first = self._read()
        return self.create_response()

    def _read(self) -> bytes:
        self.check()
        return self.take(self.connection.read(MOST_BYTES, timeout=self.timeout))

    def __iter__(self) -> Iterator[bytes]:
        data, self.first = self.first, b""
        try:
            if data:
                yield data
            while not self.reader.done:
                if data := self._read():
                    yield data
        except BaseException:  # HTTPX before 2 does not close what breaks
            self.leave()
            raise

    def close(self) -> None:
        self.leave()
