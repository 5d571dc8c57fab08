"""Connections for asynchronous calls: the twin of `_transport.py`, on the running event loop."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict, deque
from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast

import anyio

from langchain_cometapi._http1 import (
    ResponseReader,
    get_origin,
    is_chunked,
    write_chunk,
    write_head,
)
from langchain_cometapi._sdk import httpx
from langchain_cometapi._transport import MOST_BYTES, MOST_IDLE, is_readable, pieces, translated

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator

    from langchain_cometapi._http1 import Origin
    from langchain_cometapi._transport import SocketOptions

_MOST_UNREAD = 4 * MOST_BYTES  # bytes; with more the host has to wait
_HAPPY_EYEBALLS_SECONDS = 0.25  # RFC 8305, section 5


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
        self._error: Exception | None = None
        self._reader: asyncio.Future[None] | None = None
        self._writer: asyncio.Future[None] | None = None
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
        _wake(self._reader)

    def eof_received(self) -> None:
        """Take note that the host sends nothing more."""
        self._ended = True
        _wake(self._reader)

    def connection_lost(self, exc: Exception | None) -> None:
        """Take note that the connection is gone."""
        self._ended = True
        self._error = exc
        _wake(self._reader)
        _wake(self._writer)

    def pause_writing(self) -> None:
        """Let writers wait."""
        self._may_write = False

    def resume_writing(self) -> None:
        """Let them go on."""
        self._may_write = True
        _wake(self._writer)

    # -- what a transport calls -----------------------------------------------------------

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002, ASYNC109 - HTTPX's signature
        """Return what arrived, however much; wait so many seconds for it; nothing at the end."""
        if not self._received and not self._ended:
            self._reader = self._loop.create_future()
            with translated(httpx.ReadTimeout, httpx.ReadError):
                await self._wait(self._reader, timeout)
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
            for piece in pieces(data):
                if self._ended:
                    self._raise()
                    raise ConnectionResetError
                self._transport.write(piece)
                if not self._may_write:
                    self._writer = self._loop.create_future()
                    await self._wait(self._writer, timeout)

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

    def abort(self) -> None:
        """Close the connection without waiting for anything."""
        self._transport.abort()

    async def aclose(self) -> None:
        """Close the connection, and let the event loop close the socket."""
        self.abort()
        await asyncio.sleep(0)

    def get_extra_info(self, info: str) -> Any:
        """Return what HTTPX documents for network streams."""
        names = {"client_addr": "sockname", "server_addr": "peername"}
        return self._transport.get_extra_info(names.get(info, info))

    def is_usable(self) -> bool:
        """Whether the next request may go through it."""
        if self._ended or self._received or self._transport.is_closing():
            return False
        if self.expires is not None and time.monotonic() > self.expires:
            return False
        # The loop may not have run since the host closed it.
        return not is_readable(self._transport.get_extra_info("socket"))


class AsyncTransport(httpx.AsyncBaseTransport):
    """Sends requests through connections that are kept open for the next, on one event loop."""

    def __init__(
        self, tls: ssl.SSLContext, keepalive_seconds: float | None, socket_options: SocketOptions
    ) -> None:
        """Open nothing yet; see `Transport`."""
        self._tls = tls
        self._keepalive = keepalive_seconds
        self._socket_options = socket_options
        self._idle: defaultdict[Origin, deque[AsyncConnection]] = defaultdict(deque)
        self._closed = False

    async def handle_async_request(self, request: Any) -> Any:
        """Send a request, and return the response as soon as its head is there."""
        origin = get_origin(request)
        head = write_head(request)
        timeouts = request.extensions.get("timeout", {})
        connection = self._take(origin)
        if connection is None:
            with translated(httpx.ConnectTimeout, httpx.ConnectError, request):
                connection = await self._connect(origin, timeouts.get("connect"))
        body = _Body(self, origin, connection, request.method, timeouts.get("read"))
        try:
            with suppress(httpx.WriteError):  # refused before the end: the response says so
                await _send(connection, head, request, timeouts.get("write"))
            return await body.open()
        except BaseException:
            connection.abort()
            raise

    async def _connect(self, origin: Origin, seconds: float | None) -> AsyncConnection:
        scheme, host, port = origin
        name = host.decode("ascii")
        loop = asyncio.get_running_loop()
        options: dict[str, Any] = {}
        if scheme == b"https":
            options = {"ssl": self._tls, "server_hostname": name}
        if isinstance(loop, asyncio.BaseEventLoop):  # uvloop does not know it
            options["happy_eyeballs_delay"] = _HAPPY_EYEBALLS_SECONDS
        with anyio.fail_after(seconds):
            _, connection = await loop.create_connection(AsyncConnection, name, port, **options)
        opened = connection.get_extra_info("socket")
        for option in self._socket_options:
            opened.setsockopt(*option)
        return connection

    def _take(self, origin: Origin) -> AsyncConnection | None:
        """Return the connection that was used last, if any is left that the host keeps open."""
        idle = self._idle[origin]
        while idle:
            connection = idle.pop()
            if connection.is_usable():
                return connection
            connection.abort()
        return None

    def give_back(self, origin: Origin, connection: AsyncConnection) -> None:
        """Keep a connection for the next request."""
        if self._keepalive is not None:
            connection.expires = time.monotonic() + self._keepalive
        idle = self._idle[origin]
        idle.append(connection)
        if len(idle) > MOST_IDLE or self._closed:
            idle.popleft().abort()

    async def aclose(self) -> None:
        """Close the idle connections; one in use closes when its response does."""
        self._closed = True
        for idle in self._idle.values():
            while idle:
                idle.pop().abort()
        await asyncio.sleep(0)  # the event loop closes their sockets


async def _send(
    connection: AsyncConnection,
    head: bytes,
    request: Any,
    timeout: float | None,  # noqa: ASYNC109
) -> None:
    if not is_chunked(request):
        await connection.write(head + b"".join([piece async for piece in request.stream]), timeout)
        return
    await connection.write(head, timeout)
    async for piece in request.stream:
        if piece:
            await connection.write(write_chunk(piece), timeout)
    await connection.write(write_chunk(b""), timeout)


class _Body(httpx.AsyncByteStream):
    """The body of a response; gives the connection back when it was read to its end."""

    def __init__(
        self,
        transport: AsyncTransport,
        origin: Origin,
        connection: AsyncConnection,
        method: str,
        timeout: float | None,
    ) -> None:
        self._transport = transport
        self._origin = origin
        self._connection: AsyncConnection | None = connection
        self._reader = ResponseReader(expects_body=method != "HEAD")
        self._timeout = timeout
        self._first = b""

    async def open(self) -> Any:
        """Read the head."""
        while self._reader.status is None:
            self._first = await self._read()
        return httpx.Response(
            self._reader.status,
            headers=self._reader.headers,
            stream=self,
            extensions={**self._reader.extensions, "network_stream": self._connection},
        )

    async def _read(self) -> bytes:
        if self._connection is None:
            raise httpx.StreamClosed
        self._reader.check()
        data = await self._connection.read(MOST_BYTES, timeout=self._timeout)
        if data:
            return self._reader.feed(data)
        self._reader.close()
        return b""

    async def __aiter__(self) -> AsyncIterator[bytes]:
        data, self._first = self._first, b""
        if data:
            yield data
        while not self._reader.done:
            if data := await self._read():
                yield data

    async def aclose(self) -> None:
        connection, self._connection = self._connection, None
        if connection is None:
            return
        if self._reader.done and self._reader.keep_alive:
            self._transport.give_back(self._origin, connection)
        else:
            await connection.aclose()
