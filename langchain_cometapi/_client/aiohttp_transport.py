"""Asynchronous calls over aiohttp, for models that ask for it.

The adapter is the one that comes with the `openai` SDK (3), or the one that it asks for (2).
"""

from __future__ import annotations

import asyncio
import base64
import importlib
import socket
from functools import cache
from typing import TYPE_CHECKING, Any

from langchain_cometapi._client.sdk import httpx

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncIterator

    from langchain_cometapi._client.network import SocketOptions

_MAX_PORT = 65535
_PIECE = 64 * 1024  # bytes; the kernel takes as many at once, so less cannot stall

_MISSING = (
    '`http_transport="aiohttp"` needs aiohttp and its adapter: '
    "pip install 'langchain-cometapi[aiohttp]'"
)


class AiohttpProxyError(ValueError):
    """A proxy that aiohttp does not take."""


def check_aiohttp() -> None:
    """Check that aiohttp can be used.

    Raises:
        ImportError: If it, or its adapter to the HTTP library, is not installed.
    """
    _adapter()


def create_aiohttp_transport(
    *,
    tls: ssl.SSLContext,
    keepalive_seconds: float | None,
    socket_options: SocketOptions,
    proxy: httpx.Proxy | None,
) -> Any:
    """Return a transport over aiohttp for one event loop.

    Args:
        tls: The TLS context of all connections.
        keepalive_seconds: How long an idle connection is kept.
        socket_options: Arguments of `setsockopt` for each connection.
        proxy: Where to send requests, if not to their hosts.

    Raises:
        ImportError: If aiohttp, or its adapter to the HTTP library, is not installed.
        AiohttpProxyError: If the proxy is one that aiohttp does not take.
    """
    adapter = _adapter()
    if proxy is not None and proxy.url.scheme not in {"http", "https"}:
        msg = (
            f"aiohttp knows no {proxy.url.scheme} proxies. "
            'Use `http_transport="httpx"`, or an HTTP proxy.'
        )
        raise AiohttpProxyError(msg)
    if proxy is not None and (proxy.url.port or 0) > _MAX_PORT:
        msg = f"A proxy has no port {proxy.url.port}."
        raise AiohttpProxyError(msg)
    import aiohttp

    def open_socket(address: Any) -> socket.socket:
        family, kind, protocol, *_ = address
        opened = socket.socket(family, kind, protocol)
        try:
            for option in socket_options:
                opened.setsockopt(*option)
        except BaseException:
            opened.close()
            raise
        return opened

    class Connector(aiohttp.TCPConnector):
        """Gives up an idle connection on which bytes have arrived.

        aiohttp takes them for the response to the next request.
        """

        async def connect(self, *args: Any, **kwargs: Any) -> Any:
            connection = await super().connect(*args, **kwargs)
            while (protocol := connection.protocol) is not None and protocol.should_close:
                connection.close()
                connection = await super().connect(*args, **kwargs)
            return connection

    def open_session() -> Any:
        # No limit, as in the other pools; and no cookies, because models with other keys share it.
        connector = Connector(
            limit=0, keepalive_timeout=keepalive_seconds, ssl=tls, socket_factory=open_socket
        )
        return aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())

    return adapter(client=open_session, verify=tls, proxy=proxy and _with_header(proxy))


def _with_header(proxy: httpx.Proxy) -> httpx.Proxy:
    """Return a proxy whose name and password are in a header.

    The adapter would hand them over in a way that aiohttp 3.14 warns of, with each request. Of
    the header aiohttp makes `Proxy-Authorization`, for tunnels and for plain requests.
    """
    if proxy.raw_auth is None:
        return proxy
    token = base64.b64encode(b":".join(proxy.raw_auth)).decode()
    headers = {**proxy.headers, "Authorization": f"Basic {token}"}
    return httpx.Proxy(proxy.url, headers=headers, ssl_context=proxy.ssl_context)


class _Pieces(httpx.AsyncByteStream):
    """A large body in pieces, each of which has the write timeout."""

    def __init__(self, content: bytes, deadline: asyncio.Timeout, seconds: float) -> None:
        self._content = content
        self._seconds = seconds
        self.deadline: asyncio.Timeout | None = deadline
        """Rescheduled for each piece; `None` when the response came before the last one."""

    def _reschedule(self, seconds: float | None) -> None:
        if self.deadline is not None:
            now = asyncio.get_running_loop().time()
            self.deadline.reschedule(None if seconds is None else now + seconds)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for start in range(0, len(self._content), _PIECE):
            self._reschedule(self._seconds)
            yield self._content[start : start + _PIECE]
        self._reschedule(None)


def _translate(error: Exception, request: Any) -> Exception:
    """Return the HTTP library's error for one of the adapter's.

    The adapter calls a connection that the host closed a timeout, and does not translate the error
    of a response that is not HTTP.
    """
    import aiohttp

    if isinstance(error, aiohttp.ClientResponseError):
        return httpx.RemoteProtocolError(error.message, request=request)
    cause = error.__cause__
    if isinstance(cause, aiohttp.ServerDisconnectedError):
        return httpx.RemoteProtocolError(str(cause), request=request)
    if isinstance(cause, aiohttp.ClientConnectorError):
        return httpx.ConnectError(str(cause), request=request)
    if isinstance(cause, aiohttp.ClientConnectionError) and not isinstance(
        cause, aiohttp.ServerTimeoutError
    ):
        return httpx.ReadError(str(cause), request=request)
    return error


@cache
def _adapter() -> Any:
    """Return the adapter's class, with its timeouts and errors repaired."""
    try:
        import aiohttp

        adapters: Any
        try:
            from openai._vendor import httpx_aiohttp as adapters
        except ImportError:  # `openai` 2
            adapters = importlib.import_module("httpx_aiohttp")
    except ImportError as error:
        raise ImportError(_MISSING) from error

    class Adapter(adapters.AiohttpTransport):  # type: ignore[misc]
        """The SDK's adapter, with a write timeout and the right errors."""

        async def handle_async_request(self, request: Any) -> Any:
            seconds = request.extensions.get("timeout", {}).get("write")
            # A stream that the user passes (an upload) has no write timeout: it may come slowly.
            is_read = isinstance(request.stream, httpx.ByteStream)
            if seconds is None or not is_read or len(request.content) <= _PIECE:
                return await self._send(request)
            try:
                async with asyncio.timeout(None) as deadline:
                    pieces = _Pieces(request.content, deadline, seconds)
                    outgoing = httpx.Request(
                        request.method,
                        request.url,
                        headers=request.headers,
                        stream=pieces,
                        extensions=request.extensions,
                    )
                    try:
                        return await self._send(outgoing)
                    finally:
                        pieces.deadline = None
            except TimeoutError as error:
                if not deadline.expired():
                    raise
                msg = f"The host accepted no byte of the request for {seconds:g} s."
                raise httpx.WriteTimeout(msg, request=request) from error

        async def _send(self, request: Any) -> Any:
            try:
                return await super().handle_async_request(request)
            except (httpx.ConnectTimeout, aiohttp.ClientResponseError) as error:
                translated = _translate(error, request)
                if translated is error:
                    raise
                raise translated from error

    return Adapter
