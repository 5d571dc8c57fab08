"""Connections for asynchronous calls: the twin of `_transport.py`, on the running event loop."""

from __future__ import annotations

import asyncio
import weakref
from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast

import anyio

from langchain_cometapi._http1_request import RequestWriter, get_origin
from langchain_cometapi._idle_connections import IdleConnections, is_readable
from langchain_cometapi._sdk import httpx
from langchain_cometapi._transport import (
    MOST_BYTES,
    Exchange,
    translated,
)

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterable, AsyncIterator, Iterator

    from langchain_cometapi._http1_request import Origin
    from langchain_cometapi._transport import SocketOptions

_MOST_UNREAD = 4 * MOST_BYTES  # bytes; with more the host has to wait
_HAPPY_EYEBALLS_SECONDS = 0.25  # RFC 8305, section 5


def _pieces(data: bytes) -> Iterator[bytes | memoryview]:
    """Cut what is to be sent, so that a timeout is about progress and not about size."""
    if len(data) <= MOST_BYTES:
        yield data
        return
    view = memoryview(data)
    for start in range(0, len(data), MOST_BYTES):
        yield view[start : start + MOST_BYTES]


def _is_address(name: str) -> bool:
    """Whether the name of a host is an IP address."""
    return ":" in name or name.replace(".", "").isdecimal()


def _expire(waiter: asyncio.Future[None]) -> None:
    if not waiter.done():
        waiter.set_exception(TimeoutError("timed out"))


def _wake(waiter: asyncio.Future[None] | None) -> None:
    if waiter is not None and not waiter.done():
        waiter.set_result(None)


class AsyncConnection(asyncio.Protocol):
    """A connection to a host; the `network_stream` of its responses."""

    def __init__(self) -> None:
        """Start unconnected; the event loop says when it is."""
        self._loop = asyncio.get_running_loop()
        self._transport: asyncio.Transport
        self._received: list[bytes] = []
        self._size = 0
        self._ended = False
        self._gone = False
        self._error: Exception | None = None
        self._read_waiter: asyncio.Future[None] | None = None
        self._write_waiter: asyncio.Future[None] | None = None
        self._may_write = True
        self.expires: float | None = None

    # -- what the event loop calls --------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the event loop's end."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Keep it until it is read."""
        self._received.append(data)
        self._size += len(data)
        if self._size > _MOST_UNREAD:
            self._transport.pause_reading()
        _wake(self._read_waiter)

    def eof_received(self) -> None:
        """Take note that the host sends nothing more; the event loop closes the connection."""
        self._ended = True
        _wake(self._read_waiter)
        _wake(self._write_waiter)

    def connection_lost(self, exc: Exception | None) -> None:
        """Take note that the connection is gone."""
        if exc is not None and self.get_extra_info("ssl_object") is None:
            self._read_rest()
        self._ended = self._gone = True
        self._error = exc
        _wake(self._read_waiter)
        _wake(self._write_waiter)

    def _read_rest(self) -> None:
        """Read what the host said before it refused the rest of a request: asyncio would not."""
        with suppress(OSError), self.get_extra_info("socket").dup() as rest:
            while self._size <= _MOST_UNREAD and (data := rest.recv(MOST_BYTES)):
                self._received.append(data)
                self._size += len(data)

    def pause_writing(self) -> None:
        """Let writers wait."""
        self._may_write = False

    def resume_writing(self) -> None:
        """Let them go on."""
        self._may_write = True
        _wake(self._write_waiter)

    # -- what a transport calls -----------------------------------------------------------

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002, ASYNC109 - HTTPX's signature
        """Return what arrived, however much; wait so many seconds for it; nothing at the end."""
        if not self._received and not self._ended:
            if self._read_waiter is not None and not self._read_waiter.done():
                what = "reading from"
                raise anyio.BusyResourceError(what)
            self._read_waiter = self._loop.create_future()
            with translated(httpx.ReadTimeout, httpx.ReadError):
                await self._wait(self._read_waiter, timeout)
        received = self._received
        if not received:
            with translated(httpx.ReadTimeout, httpx.ReadError):
                self._raise()
            return b""
        self._received = []
        if self._size > _MOST_UNREAD and not self._ended:
            self._transport.resume_reading()
        self._size = 0
        return received[0] if len(received) == 1 else b"".join(received)

    async def write(self, data: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109 - HTTPX's signature
        """Send it, waiting so many seconds where the host does not keep up."""
        with translated(httpx.WriteTimeout, httpx.WriteError):
            for piece in _pieces(data):
                if self._ended or self._transport.is_closing():
                    self._raise()
                    raise ConnectionResetError
                self._transport.write(piece)
                if not self._may_write:
                    self._write_waiter = self._loop.create_future()
                    await self._wait(self._write_waiter, timeout)

    async def _wait(self, waiter: asyncio.Future[None], seconds: float | None) -> None:
        if seconds is None:
            await waiter
            return
        timer = self._loop.call_later(seconds, _expire, waiter)
        try:
            await waiter
        finally:
            timer.cancel()

    def _raise(self) -> None:
        if self._error is not None:
            raise self._error

    def close(self) -> None:
        """Close the connection without waiting for anything."""
        if not self._gone:  # else asyncio fails, if it was sending when the host closed it
            self._gone = True
            self._transport.abort()

    def get_extra_info(self, info: str) -> Any:
        """Return what HTTPX documents for network streams."""
        names = {"client_addr": "sockname", "server_addr": "peername"}
        return self._transport.get_extra_info(names.get(info, info))

    def is_usable(self) -> bool:
        """Whether the host keeps it open, and has sent nothing that nobody asked for."""
        if self._ended or self._received or self._transport.is_closing():
            return False
        # The loop may not have run since the host closed it.
        opened = self._transport.get_extra_info("socket")
        return opened is not None and not is_readable(opened)


class AsyncTransport(httpx.AsyncBaseTransport):
    """Sends requests through connections that are kept open for the next, on one event loop."""

    def __init__(
        self, tls: ssl.SSLContext, keepalive_seconds: float | None, socket_options: SocketOptions
    ) -> None:
        """Open nothing yet; see `Transport`."""
        self._tls = tls
        self._socket_options = socket_options
        self._idle: IdleConnections[AsyncConnection] = IdleConnections(keepalive_seconds)
        self._open: weakref.WeakSet[AsyncConnection] = weakref.WeakSet()

    async def handle_async_request(self, request: Any) -> Any:
        """Send a request, and return the response as soon as its head is there."""
        origin = get_origin(request)
        writer = RequestWriter(request)
        timeouts = request.extensions.get("timeout", {})
        connection = self._idle.take(origin)
        if connection is None:
            with translated(httpx.ConnectTimeout, httpx.ConnectError, request):
                connection = await self._connect(origin, timeouts.get("connect"))
        body = _Body(self._idle, origin, connection, writer, timeouts.get("read"))
        try:
            try:
                await _send(connection, writer, request.stream, timeouts.get("write"))
            except httpx.WriteError:  # refused before the end: the response says why
                body.reader.keep_alive = False
            return await body.open()
        except BaseException:
            connection.close()
            raise

    async def _connect(self, origin: Origin, seconds: float | None) -> AsyncConnection:
        scheme, host, port = origin
        name = host.decode("ascii")
        loop = asyncio.get_running_loop()
        options: dict[str, Any] = {}
        if scheme == b"https":
            options = {"ssl": self._tls, "server_hostname": name}
        # A name may have addresses that cannot be reached; uvloop does not know the option.
        if isinstance(loop, asyncio.BaseEventLoop) and not _is_address(name):
            options["happy_eyeballs_delay"] = _HAPPY_EYEBALLS_SECONDS
        with anyio.fail_after(seconds):
            _, connection = await loop.create_connection(AsyncConnection, name, port, **options)
        try:
            opened = connection.get_extra_info("socket")
            for option in self._socket_options:
                opened.setsockopt(*option)
        except BaseException:
            connection.close()
            raise
        self._open.add(connection)
        return connection

    async def aclose(self) -> None:
        """Close all connections."""
        self._idle.close()
        for connection in [*self._open]:
            connection.close()
        await asyncio.sleep(0)  # the event loop closes their sockets


async def _send(
    connection: AsyncConnection,
    writer: RequestWriter,
    body: AsyncIterable[bytes],
    timeout: float | None,  # noqa: ASYNC109 - HTTPX's signature
) -> None:
    if isinstance(body, httpx.ByteStream):  # all of it is there: it goes with the head
        await connection.write(
            writer.head + b"".join(map(writer.write, body)) + writer.end(), timeout
        )
        return
    await connection.write(writer.head, timeout)
    async for piece in body:
        if data := writer.write(piece):
            await connection.write(data, timeout)
    if data := writer.end():
        await connection.write(data, timeout)


class _Body(Exchange, httpx.AsyncByteStream):
    """The body of a response; gives the connection back when it was read to its end."""

    async def open(self) -> Any:
        """Read the head."""
        while self.reader.status is None:
            self.first = await self._read()
        return self.create_response()

    async def _read(self) -> bytes:
        self.check()
        return self.take(await self.connection.read(MOST_BYTES, timeout=self.timeout))

    async def __aiter__(self) -> AsyncIterator[bytes]:
        data, self.first = self.first, b""
        try:
            if data:
                yield data
            while not self.reader.done:
                if data := await self._read():
                    yield data
        except BaseException:  # HTTPX before 2 does not close what breaks
            self.leave()
            raise

    async def aclose(self) -> None:
        if self.leave():
            await asyncio.sleep(0)  # the event loop closes the socket
