"""Connections of the HTTP library, with socket options and guards around their bytes.

The library takes a network backend, but its transports do not pass one on: `watch` puts ours
between a transport and the backend that it has. Nothing here reads or writes HTTP.
"""

from __future__ import annotations

import select
import socket
import ssl
import sys
from typing import TYPE_CHECKING, Any, TypeAlias

import anyio

from langchain_cometapi._client.sdk import httpcore, httpx

if TYPE_CHECKING:
    from collections.abc import Awaitable, Iterable

SocketOptions: TypeAlias = tuple[tuple[int, int, int], ...]

_IDLE_SECONDS, _INTERVAL_SECONDS, _PROBES = 60, 10, 3
_UNACKNOWLEDGED_MILLISECONDS = 120_000
_PIECE = 64 * 1024  # bytes
_RESPONSE_START = b"HTTP/"


def _list_default_options() -> SocketOptions:
    """Return the options of a connection for which the user has set none."""
    # Those of langchain-openai 1.7.4 (`_client_utils.py`): without them a host that vanishes is
    # noticed only when the read timeout is over, which is ten minutes by default.
    wanted: list[tuple[int, int, int]] = [(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)]
    by_name = {
        "TCP_KEEPIDLE": _IDLE_SECONDS,
        "TCP_KEEPALIVE": _IDLE_SECONDS,  # its name on macOS
        "TCP_KEEPINTVL": _INTERVAL_SECONDS,
        "TCP_KEEPCNT": _PROBES,
        "TCP_USER_TIMEOUT": _UNACKNOWLEDGED_MILLISECONDS,  # Linux alone
    }
    if sys.platform != "win32":  # where the names exist, but not each on every version
        for name, value in by_name.items():
            if (option := getattr(socket, name, None)) is not None:
                wanted.append((socket.IPPROTO_TCP, option, value))
    return tuple(wanted)


DEFAULT_SOCKET_OPTIONS = _list_default_options()
"""Keep-alive probes: a host that does not respond to them counts as gone after about 90 seconds."""


def _has_unread_tls(tls: Any) -> bool:
    """Whether TLS in memory has more to read: such bytes have left the socket already.

    A byte that is read here is lost, as is the connection: nothing was asked for.
    """
    if not isinstance(tls, ssl.SSLObject):
        return False
    try:
        tls.read(1)
    except ssl.SSLWantReadError:
        return False
    except ssl.SSLError:  # the end of the connection
        pass
    return True


class _Watched:
    """What the two watched connections share: the head that waits, and what was read."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream
        self._head = b""
        self.unread = False
        """Whether no response has begun since the last write: one would be an older request's."""

    def _gather(self, buffer: bytes) -> list[bytes]:
        """Return what to write now.

        The library writes a head and its body one after the other. The head waits for the body,
        so that both go in one packet. A head without a body, as of SOCKS, is written by `read`.
        """
        if buffer and not self.unread:
            self.unread = True
            self._head = buffer
            return []
        head = self._take_head()
        if len(buffer) > _PIECE:
            pieces = [buffer[at : at + _PIECE] for at in range(0, len(buffer), _PIECE)]
            return [head, *pieces] if head else pieces
        return [head + buffer] if head or buffer else []

    def _take_head(self) -> bytes:
        head, self._head = self._head, b""
        return head

    def _note_start(self, data: bytes) -> None:
        """Note whether the first bytes since a write begin a response.

        If not, they are the rest of an older one.
        """
        self.unread = not _RESPONSE_START.startswith(data[: len(_RESPONSE_START)])


class WatchedStream(_Watched, httpcore.NetworkStream):
    """A connection that knows whether a response can be the one to its request."""

    def __init__(self, stream: Any) -> None:
        super().__init__(stream)
        self._longest_wait: float | None = None

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        if self._longest_wait is not None:
            timeout = self._longest_wait
        if self._head:
            self._stream.write(self._take_head(), timeout)
        data: bytes = self._stream.read(max_bytes, timeout)
        if self.unread:
            self._note_start(data)
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._longest_wait = None
        for piece in self._gather(buffer):
            self._stream.write(piece, timeout)

    def limit_waits(self, seconds: float) -> None:
        """Limit each further read, up to the next request."""
        self._longest_wait = seconds

    def close(self) -> None:
        self._stream.close()

    def start_tls(self, *args: Any, **kwargs: Any) -> WatchedStream:
        return WatchedStream(self._stream.start_tls(*args, **kwargs))

    def get_extra_info(self, info: str) -> Any:
        found = self._stream.get_extra_info(info)
        if info == "is_readable" and not found:  # over a proxy, there is TLS within TLS
            return _has_unread_tls(self._stream.get_extra_info("ssl_object"))
        return found


class AsyncWatchedStream(_Watched, httpcore.AsyncNetworkStream):
    """The asynchronous twin of `WatchedStream`."""

    def __init__(self, stream: Any) -> None:
        super().__init__(stream)
        self._socket: Any = None
        self._poll: Any = None
        self._tls: Any = None

    # Not `async`: a coroutine around another would cost as much as the rest of this class.
    def read(self, max_bytes: int, timeout: float | None = None) -> Any:
        read = self._read_first if self.unread else self._stream.read
        return read(max_bytes, timeout)

    async def _read_first(self, max_bytes: int, timeout: float | None) -> bytes:  # noqa: ASYNC109
        if self._head:
            await self._stream.write(self._take_head(), timeout)
        data: bytes = await self._stream.read(max_bytes, timeout)
        self._note_start(data)
        return data

    # Each piece has the write timeout, as in the synchronous library.
    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109
        for piece in self._gather(buffer):
            await self._stream.write(piece, timeout)

    def aclose(self) -> Any:
        return self._stream.aclose()

    async def start_tls(self, *args: Any, **kwargs: Any) -> AsyncWatchedStream:
        try:
            stream = await self._stream.start_tls(*args, **kwargs)
        except BaseException:  # the library does not close what a cancelled handshake leaves
            with anyio.CancelScope(shield=True):
                await self._stream.aclose()
            raise
        return AsyncWatchedStream(stream)

    def get_extra_info(self, info: str) -> Any:
        if info == "is_readable":
            return self._is_readable() or _has_unread_tls(self._tls)
        return self._stream.get_extra_info(info)

    def _is_readable(self) -> bool:
        """Whether bytes or the end of the connection have arrived.

        The pool asks each idle connection for each request. The library looks the socket up
        again every time, which costs more than all the rest of a request with 64 at once.
        """
        if self._poll is None:
            self._tls = self._stream.get_extra_info("ssl_object")
            opened = self._stream.get_extra_info("socket")
            if opened is None or not hasattr(select, "poll"):  # Windows
                return bool(self._stream.get_extra_info("is_readable"))
            self._socket = opened
            self._poll = select.poll()
            self._poll.register(opened.fileno(), select.POLLIN)
        return self._socket.fileno() < 0 or bool(self._poll.poll(0))


class _Backend(httpcore.NetworkBackend):
    """Opens watched connections with the same socket options everywhere.

    The library forgets the options of a transport that has a proxy.
    """

    def __init__(self, backend: Any, options: SocketOptions) -> None:
        self._backend = backend
        self._options = options

    def connect_tcp(self, *args: Any, **kwargs: Any) -> WatchedStream:
        kwargs["socket_options"] = self._options
        return WatchedStream(self._backend.connect_tcp(*args, **kwargs))

    def sleep(self, seconds: float) -> None:
        self._backend.sleep(seconds)


class _AsyncBackend(httpcore.AsyncNetworkBackend):
    """The asynchronous twin of `_Backend`."""

    def __init__(self, backend: Any, options: SocketOptions) -> None:
        self._backend = backend
        self._options = options

    async def connect_tcp(self, *args: Any, **kwargs: Any) -> AsyncWatchedStream:
        kwargs["socket_options"] = self._options
        return AsyncWatchedStream(await self._backend.connect_tcp(*args, **kwargs))

    def sleep(self, seconds: float) -> Awaitable[None]:  # type: ignore[override]
        result: Awaitable[None] = self._backend.sleep(seconds)
        return result


def watch(transports: Iterable[Any], options: SocketOptions) -> None:
    """Have the library's transports open watched connections, before they open any.

    Args:
        transports: `HTTPTransport` or `AsyncHTTPTransport` objects; others are left alone.
        options: Arguments of `setsockopt` for each connection.
    """
    for transport in transports:
        if isinstance(transport, httpx.HTTPTransport):
            kind: Any = _Backend
        elif isinstance(transport, httpx.AsyncHTTPTransport):
            kind = _AsyncBackend
        else:
            continue
        # Private to the library in both majors: it offers no other way in (httpx2 2.16).
        pool: Any = transport._pool
        pool._network_backend = kind(pool._network_backend, options)


def refuse_older_response(response: Any) -> None:
    """Check that a response was not there before its request was sent.

    Bytes behind the end of a response stay in the library's parser, which takes them for the
    head of the next response, which may be that of another user.

    Raises:
        RemoteProtocolError: If it was.
    """
    stream = response.extensions.get("network_stream")
    if isinstance(stream, (WatchedStream, AsyncWatchedStream)) and stream.unread:
        msg = "The connection had bytes behind an earlier response, and was closed."
        raise httpx.RemoteProtocolError(msg, request=response.request)
