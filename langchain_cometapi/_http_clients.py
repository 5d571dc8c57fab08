"""The HTTP client of a pool: which transport it has, and how little it does around it."""

from __future__ import annotations

import logging
import os
import threading
import urllib.request
from dataclasses import dataclass, field
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import TYPE_CHECKING, Any

from langchain_cometapi._aiohttp import make_aiohttp_transport
from langchain_cometapi._async_transport import AsyncTransport
from langchain_cometapi._idle_connections import MOST_IDLE
from langchain_cometapi._sdk import httpx
from langchain_cometapi._transport import Transport

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable

    from langchain_cometapi._transport import SocketOptions

# What decides the trust and the route of a connection, and may change while a program runs.
_TLS_VARIABLES = ("SSL_CERT_FILE", "SSL_CERT_DIR")
_PROXY_VARIABLES = tuple(
    cased
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy")
    for cased in (name, name.upper())
)
VARIABLES = (*_PROXY_VARIABLES, *_TLS_VARIABLES)

# One model may serve a whole server: the pool does not throttle it, and keeps as many idle
# connections, for as long, as the SDK does by default.
_KEEPALIVE_SECONDS = 5.0
_LIMITS = httpx.Limits(
    max_connections=None,
    max_keepalive_connections=MOST_IDLE,
    keepalive_expiry=_KEEPALIVE_SECONDS,
)

_PLAIN = {"follow_redirects": False}  # the options of our own requests

_logger = logging.getLogger(httpx.__name__)  # the library's, whose line users know


@dataclass(frozen=True)
class TransportSettings:
    """The settings that two models must share to share connections."""

    proxy: str | None = field(default=None, repr=False)
    socket_options: SocketOptions | None = None


_lock = threading.RLock()  # a collection amid it may run a `__del__` that closes a model
_ssl_contexts: dict[tuple[object, ...], ssl.SSLContext] = {}


def _ssl_context() -> ssl.SSLContext:
    """Build the TLS context once: it costs more than a hundred requests' worth of setup."""
    key = tuple(os.environ.get(name) for name in _TLS_VARIABLES)
    with _lock:
        if key not in _ssl_contexts:
            _ssl_contexts[key] = context = httpx.create_ssl_context()
            context.set_alpn_protocols(["http/1.1"])
        return _ssl_contexts[key]


def _no_cookies() -> CookieJar:
    # A pool is shared between keys: a cookie set for one must not travel with another.
    return CookieJar(DefaultCookiePolicy(allowed_domains=()))


# -- proxies ----------------------------------------------------------------------------------


def _is_proxied(settings: TransportSettings) -> bool:
    """Whether there is a proxy: of the model, the environment or (macOS, Windows) the system."""
    return bool(settings.proxy or urllib.request.getproxies().keys() - {"no"})


def _proxied_options(
    settings: TransportSettings, make_transport: Callable[..., Any]
) -> dict[str, Any]:
    """Return the arguments of the library's own client, which knows all about proxies."""
    tls = _ssl_context()
    options: dict[str, Any] = {
        "cookies": _no_cookies(),
        "limits": _LIMITS,
        "proxy": settings.proxy,
        "verify": tls,
    }
    # A transport would switch off the proxies of the environment, which matter more.
    if settings.proxy and settings.socket_options is not None:
        options["transport"] = make_transport(
            verify=tls,
            limits=_LIMITS,
            proxy=settings.proxy,
            socket_options=list(settings.socket_options),
        )
    return options


# -- without a proxy --------------------------------------------------------------------------


def _log(request: Any, response: Any) -> None:
    _logger.info(
        'HTTP Request: %s %s "%s %d %s"',
        request.method,
        request.url,
        response.http_version,
        response.status_code,
        response.reason_phrase,
    )


class _DirectClient(httpx.Client):
    """Hands plain requests straight to its transport.

    What the library does around it (redirects, authentication, cookies, hooks) a pool has no use
    for, and it costs about as much as the transport itself.
    """

    def __init__(self, transport: Any) -> None:
        super().__init__(transport=transport, cookies=_no_cookies())
        self._direct = transport

    def send(self, request: httpx.Request, *, stream: bool = False, **options: Any) -> Any:
        if options != _PLAIN:  # of a user, who may want just that
            return super().send(request, stream=stream, **options)
        response = self._direct.handle_request(request)
        response.request = request
        _log(request, response)
        if not stream:
            try:
                response.read()
            finally:
                response.close()
        return response


class _AsyncDirectClient(httpx.AsyncClient):
    """The asynchronous twin of `_DirectClient`."""

    def __init__(self, transport: Any) -> None:
        super().__init__(transport=transport, cookies=_no_cookies())
        self._direct = transport

    async def send(self, request: httpx.Request, *, stream: bool = False, **options: Any) -> Any:
        if options != _PLAIN:
            return await super().send(request, stream=stream, **options)
        response = await self._direct.handle_async_request(request)
        response.request = request
        _log(request, response)
        if not stream:
            try:
                await response.aread()
            finally:
                await response.aclose()
        return response


# -- either -----------------------------------------------------------------------------------


def build_client(settings: TransportSettings) -> httpx.Client:
    """Build the client of a pool for synchronous calls; it opens nothing yet."""
    if _is_proxied(settings):
        return httpx.Client(**_proxied_options(settings, httpx.HTTPTransport))
    options = settings.socket_options or ()
    return _DirectClient(Transport(_ssl_context(), _KEEPALIVE_SECONDS, options))


def build_async_client(settings: TransportSettings) -> httpx.AsyncClient:
    """Build the client of a pool for asynchronous calls, for the running event loop."""
    if _is_proxied(settings):
        return httpx.AsyncClient(**_proxied_options(settings, httpx.AsyncHTTPTransport))
    tls = _ssl_context()
    if settings.socket_options is None:  # of which the adapter knows nothing
        adapter = make_aiohttp_transport(tls, _KEEPALIVE_SECONDS)
        if adapter is not None:
            return _AsyncDirectClient(adapter)
    options = settings.socket_options or ()
    return _AsyncDirectClient(AsyncTransport(tls, _KEEPALIVE_SECONDS, options))
