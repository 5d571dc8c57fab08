"""The HTTP clients of the pools: the library's own, with less work around each request."""

from __future__ import annotations

import logging
import os
import threading
from dataclasses import dataclass, field
from http.cookiejar import CookieJar, DefaultCookiePolicy
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypeVar

from langchain_cometapi._client.aiohttp_transport import (
    AiohttpProxyError,
    create_aiohttp_transport,
)
from langchain_cometapi._client.checks import is_proxy
from langchain_cometapi._client.network import DEFAULT_SOCKET_OPTIONS, refuse_older_response, watch
from langchain_cometapi._client.sdk import httpx
from langchain_cometapi.exceptions import CometAPIConnectionError, CometAPIUnsentRequestError

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable

    from langchain_cometapi._client.network import SocketOptions

C = TypeVar("C")

HTTPTransportName: TypeAlias = Literal["httpx", "aiohttp"]

# These decide the trust and the proxy of a connection, and may change while a program runs.
_TLS_VARIABLES = ("SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE")
_PROXY_VARIABLES = tuple(
    cased
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy")
    for cased in (name, name.upper())
)
VARIABLES = (*_PROXY_VARIABLES, *_TLS_VARIABLES)

# One model may serve a whole server: the pool does not throttle it, and keeps as many idle
# connections, for as long, as the SDK does by default.
_LIMITS = httpx.Limits(max_connections=None, max_keepalive_connections=100, keepalive_expiry=5.0)

_PLAIN = {"follow_redirects": False}  # the options of our own requests

_logger = logging.getLogger(httpx.__name__)  # the library's, whose line users know


_NO_PROXY_URL = (
    "is not the URL of a proxy; expected something like http://proxy.example:3128 (also https, "
    "socks5 and socks5h)."
)


@dataclass(frozen=True)
class TransportSettings:
    """The settings that two models must share to share connections."""

    proxy: str | None = field(default=None, repr=False)
    socket_options: SocketOptions = DEFAULT_SOCKET_OPTIONS
    http_transport: HTTPTransportName = "httpx"
    """What carries asynchronous requests."""

    def check(self) -> None:
        """Check the proxy.

        Raises:
            CometAPIUnsentRequestError: If it is invalid.
        """
        if self.proxy and not is_proxy(self.proxy):
            msg = f"`openai_proxy` {_NO_PROXY_URL}"
            raise CometAPIUnsentRequestError(msg)


_lock = threading.RLock()  # a collection within it may run a `__del__` that closes a model
_ssl_contexts: dict[tuple[object, ...], ssl.SSLContext] = {}


def _ssl_context() -> ssl.SSLContext:
    """Build the TLS context once: it costs more than a hundred requests' worth of setup.

    Raises:
        CometAPIConnectionError: If a variable for it cannot be used; it is named.
    """
    key = tuple(os.environ.get(name) for name in _TLS_VARIABLES)
    with _lock:
        if key not in _ssl_contexts:
            _ssl_contexts[key] = context = _create_ssl_context()
            context.set_alpn_protocols(["http/1.1"])  # aiohttp leaves this to us
        return _ssl_contexts[key]


def _create_ssl_context() -> ssl.SSLContext:
    file, directory, _ = values = [os.environ.get(name) for name in _TLS_VARIABLES]
    try:
        if directory and not file:
            next(Path(directory.split(os.pathsep)[0]).iterdir(), None)  # OpenSSL overlooks an error
        context: ssl.SSLContext = httpx.create_ssl_context()
    except OSError as error:
        pairs = zip(_TLS_VARIABLES, values, strict=True)
        settings = ", ".join(f"{name}={value}" for name, value in pairs if value)
        msg = f"TLS cannot be set up with {settings or 'the system as it is'}: {error}. "
        msg += "A variable must name certificates in PEM form that can be read, or be unset."
        raise CometAPIConnectionError(msg, is_retryable=False) from error
    return context


def _describe_proxies(settings: TransportSettings, error: Exception) -> str:
    """Return what is wrong with a proxy; its URL may hold a password, and is not quoted."""
    if settings.proxy:
        proxies = {"openai_proxy": settings.proxy}
    else:
        found = {name: os.environ.get(name, "") for name in _PROXY_VARIABLES}
        proxies = {name: url for name, url in found.items() if url}
    named = [name for name in proxies if "no_proxy" not in name.lower()]
    wrong = [n for n in named if not is_proxy(_with_scheme(proxies[n]))]
    if wrong:
        return f"`{'`, `'.join(wrong)}` {_NO_PROXY_URL}"
    if isinstance(error, (ImportError, AiohttpProxyError)):
        return f"`{'`, `'.join(named)}`: {error}"
    return f"One of `{'`, `'.join(proxies)}` cannot be used: {type(error).__name__}."


def _with_scheme(url: str) -> str:
    return url if "://" in url else f"http://{url}"  # as the library reads a variable


def _check_port(proxy: httpx.Proxy) -> None:
    """Refuse an invalid port, which the library would only find when it connects.

    Raises:
        ValueError: If it is invalid.
    """
    if not is_proxy(str(proxy.url)):
        raise ValueError


def _options(settings: TransportSettings) -> dict[str, Any]:
    """Return the arguments of the library's client, which knows all about proxies."""
    return {
        # A pool is shared between keys: a cookie set for one must not travel with another.
        "cookies": CookieJar(DefaultCookiePolicy(allowed_domains=())),
        "limits": _LIMITS,
        "proxy": settings.proxy,
        "verify": _ssl_context(),
    }


def _finish(request: Any, response: Any) -> None:
    """Set the request of a response and log it, as the library's client does."""
    response.request = request
    if not _logger.isEnabledFor(logging.INFO):
        return
    _logger.info(
        'HTTP Request: %s %s "%s %d %s"',
        request.method,
        request.url.copy_with(query=None),  # which may hold a secret
        response.http_version,
        response.status_code,
        response.reason_phrase,
    )


class PoolClient(httpx.Client):
    """Hands plain requests straight to the transport.

    What the library does around it (redirects, authentication, cookies, hooks) a pool has no use
    for, and it costs about as much as the transport itself. `_transport_for_url` is the
    library's choice between a proxy and a direct connection.
    """

    def __init__(self, settings: TransportSettings) -> None:
        super().__init__(**_options(settings))
        watch((self._transport, *self._mounts.values()), settings.socket_options)

    def _init_proxy_transport(  # type: ignore[override]
        self, proxy: httpx.Proxy, **options: Any
    ) -> Any:
        _check_port(proxy)
        return super()._init_proxy_transport(proxy=proxy, **options)

    def send(self, request: httpx.Request, *, stream: bool = False, **options: Any) -> Any:
        if options == _PLAIN:
            response = self._transport_for_url(request.url).handle_request(request)
            _finish(request, response)
        else:  # a request that the user sends: the library does all its work for it
            response = super().send(request, stream=True, **options)
        try:
            refuse_older_response(response)
            if not stream:
                response.read()
        except BaseException:
            response.close()
            raise
        if not stream:
            response.close()
        return response


class AsyncPoolClient(httpx.AsyncClient):
    """The asynchronous twin of `PoolClient`."""

    def __init__(self, settings: TransportSettings) -> None:
        super().__init__(**_options(settings))
        watch((self._transport, *self._mounts.values()), settings.socket_options)

    def _init_proxy_transport(  # type: ignore[override]
        self, proxy: httpx.Proxy, **options: Any
    ) -> Any:
        _check_port(proxy)
        return super()._init_proxy_transport(proxy=proxy, **options)

    async def send(self, request: httpx.Request, *, stream: bool = False, **options: Any) -> Any:
        if options == _PLAIN:
            response = await self._transport_for_url(request.url).handle_async_request(request)
            _finish(request, response)
        else:
            response = await super().send(request, stream=True, **options)
        try:
            refuse_older_response(response)
            if not stream:
                await response.aread()
        except BaseException:
            await response.aclose()
            raise
        if not stream:
            await response.aclose()
        return response


class AiohttpPoolClient(AsyncPoolClient):
    """A client over aiohttp, with the proxies that the library's own client would take.

    Overrides how the library makes its transports: one that is passed in would switch off the
    proxies of the environment.
    """

    def __init__(self, settings: TransportSettings) -> None:
        self._settings = settings
        super().__init__(settings)

    def _create_transport(self, proxy: httpx.Proxy | None) -> Any:
        return create_aiohttp_transport(
            tls=_ssl_context(),
            keepalive_seconds=_LIMITS.keepalive_expiry,
            socket_options=self._settings.socket_options,
            proxy=proxy,
        )

    def _init_transport(self, **_: Any) -> Any:  # type: ignore[override]
        return self._create_transport(None)

    def _init_proxy_transport(  # type: ignore[override]
        self, proxy: httpx.Proxy, **_: Any
    ) -> Any:
        return self._create_transport(proxy)


def build_client(settings: TransportSettings) -> PoolClient:
    """Return the client of a pool for synchronous calls.

    Raises:
        CometAPIConnectionError: If a variable or a setting cannot be used; it is named.
    """
    return _build(PoolClient, settings)


def build_async_client(settings: TransportSettings) -> AsyncPoolClient:
    """Return the client of a pool for asynchronous calls, for the running event loop.

    Raises:
        CometAPIConnectionError: If a variable or a setting cannot be used; it is named.
    """
    kind = AiohttpPoolClient if settings.http_transport == "aiohttp" else AsyncPoolClient
    return _build(kind, settings)


def _build(kind: Callable[[TransportSettings], C], settings: TransportSettings) -> C:
    message = ""
    try:
        return kind(settings)
    except (ImportError, ValueError, httpx.InvalidURL) as error:
        message = _describe_proxies(settings, error)
    raise CometAPIConnectionError(message, is_retryable=False)  # no context, which may quote it
