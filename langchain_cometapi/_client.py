"""The SDK's clients, kept apart from OpenAI's environment, and the pools behind them.

Clients are built on first use and are cheap: the connections live in pools that all models
with the same transport settings share, one per process for synchronous calls and one per
running event loop for asynchronous ones.
"""

from __future__ import annotations

import asyncio
import atexit
import inspect
import os
import threading
import urllib.request
import warnings
import weakref
from dataclasses import dataclass, field
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from langchain_cometapi._config import check_key
from langchain_cometapi._errors import get_retry_after, is_retryable_response
from langchain_cometapi._sdk import httpx, openai
from langchain_cometapi._version import __version__
from langchain_cometapi._wire import AsyncCompletions, Completions, as_timeout

if TYPE_CHECKING:
    import ssl
    from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping

    from typing_extensions import Self

    from langchain_cometapi._config import APIKey
    from langchain_cometapi.rate_limiters import SharedRateLimiter

SocketOptions = tuple[tuple[int, int, int], ...]

# One model may serve a whole server: the pool does not throttle it, and keeps as many idle
# connections as the SDK does by default.
_LIMITS = httpx.Limits(max_connections=None, max_keepalive_connections=100, keepalive_expiry=5.0)

_UNAUTHORIZED = 401
_TOO_MANY = 429

# What decides the route and the trust of a connection, and may change while a program runs.
_TLS_VARIABLES = ("SSL_CERT_FILE", "SSL_CERT_DIR")


@dataclass(frozen=True)
class Transport:
    """The settings that two models must share to share connections."""

    proxy: str | None = field(default=None, repr=False)
    socket_options: SocketOptions | None = None


def _environment() -> tuple[object, ...]:
    proxies = urllib.request.getproxies_environment()
    return (*sorted(proxies.items()), *(os.environ.get(name) for name in _TLS_VARIABLES))


_lock = threading.RLock()  # a collection amid it may run a `__del__` that closes a model
_ssl_contexts: dict[tuple[object, ...], ssl.SSLContext] = {}


def _ssl_context() -> ssl.SSLContext:
    """Build the TLS context once: it costs more than a hundred requests' worth of setup."""
    key = tuple(os.environ.get(name) for name in _TLS_VARIABLES)
    with _lock:
        if key not in _ssl_contexts:
            _ssl_contexts[key] = httpx.create_ssl_context()
        return _ssl_contexts[key]


def _pool_options(transport: Transport, make_transport: Callable[..., Any]) -> dict[str, Any]:
    # The pool is shared between keys: a cookie set for one must not travel with another.
    no_cookies = CookieJar(DefaultCookiePolicy(allowed_domains=()))
    options: dict[str, Any] = {
        "cookies": no_cookies,
        "limits": _LIMITS,
        "proxy": transport.proxy,
        "verify": _ssl_context(),
    }
    # A transport of our own would switch off the proxies of the environment, which matter more.
    proxied_by_environment = not transport.proxy and urllib.request.getproxies_environment()
    if transport.socket_options is not None and not proxied_by_environment:
        options["transport"] = make_transport(
            verify=_ssl_context(),
            limits=_LIMITS,
            proxy=transport.proxy,
            socket_options=list(transport.socket_options),
        )
    return options


_PoolKey = tuple[object, ...]


@dataclass
class _Pool:
    """Connections, and the models that send through them."""

    client: Any
    keeper: AsyncGenerator[None, None] | None = None
    users: weakref.WeakSet[Any] = field(default_factory=weakref.WeakSet)


def _part(pools: dict[_PoolKey, _Pool], user: object) -> tuple[dict[_PoolKey, _Pool], list[_Pool]]:
    """Let a user go: return the pools that stay, and those whose last user it was."""
    left = []
    for pool in pools.values():
        if user in pool.users:
            pool.users.discard(user)
            if not pool.users:
                left.append(pool)
    return {key: pool for key, pool in pools.items() if pool not in left}, left


class _SyncPools:
    """One HTTP client per transport and environment, for all threads of a process."""

    def __init__(self) -> None:
        self._pools: dict[_PoolKey, _Pool] = {}

    def get(self, transport: Transport, user: object) -> httpx.Client:
        key = (transport, _environment())
        pool = self._pools.get(key)
        if pool is None or user not in pool.users:
            with _lock:  # else its last user might close what was just found
                pool = self._pools.get(key)
                if pool is None:
                    client = httpx.Client(**_pool_options(transport, httpx.HTTPTransport))
                    pool = self._pools[key] = _Pool(client)
                pool.users.add(user)
        return pool.client  # type: ignore[no-any-return]

    def leave(self, user: object) -> None:
        """Close the pools that nobody else uses."""
        with _lock:
            self._pools, left = _part(self._pools, user)
        for pool in left:
            pool.client.close()

    def forget(self) -> None:
        """Drop the pools without closing them: after a fork they are the parent's."""
        self._pools = {}

    def close(self) -> None:
        pools, self._pools = self._pools, {}
        for pool in pools.values():
            pool.client.close()


async def _close_with_loop(client: httpx.AsyncClient) -> AsyncGenerator[None, None]:
    """Close the client when its loop shuts its asynchronous generators down.

    `asyncio.run` and its kin do so before they close a loop, and a connection can only be
    closed on the loop that opened it.
    """
    try:
        yield
    finally:
        await client.aclose()


class _AsyncPools:
    """One HTTP client per running event loop, transport and environment.

    Keyed by the loop itself, held strongly and pruned when it is closed: a weak mapping
    would never let go, because the connections refer back to their loop.
    """

    def __init__(self) -> None:
        self._loops: dict[asyncio.AbstractEventLoop, dict[_PoolKey, _Pool]] = {}

    async def get(self, transport: Transport, user: object) -> httpx.AsyncClient:
        loop = asyncio.get_running_loop()
        key = (transport, _environment())
        pools = self._loops.get(loop)
        if pools is None:
            pools = self._of_new_loop(loop)
        pool = pools.get(key)
        if pool is None or pool.client.is_closed:
            client = httpx.AsyncClient(**_pool_options(transport, httpx.AsyncHTTPTransport))
            keeper = _close_with_loop(client)
            pool = _Pool(client, keeper)
            with _lock:  # `leave` may be looking through them from another thread
                pools[key] = pool
            await keeper.__anext__()
        if user not in pool.users:
            with _lock:
                pool.users.add(user)
        return pool.client  # type: ignore[no-any-return]

    def _of_new_loop(self, loop: asyncio.AbstractEventLoop) -> dict[_PoolKey, _Pool]:
        with _lock:
            self._loops = {known: p for known, p in self._loops.items() if not known.is_closed()}
            return self._loops.setdefault(loop, {})

    async def leave(self, user: object) -> None:
        """Close the pools of the running loop that nobody else uses; leave those of others."""
        running = asyncio.get_running_loop()
        closing: list[_Pool] = []
        with _lock:
            for loop, pools in self._loops.items():
                if loop is running:
                    self._loops[loop], closing = _part(pools, user)
                    continue
                for pool in pools.values():  # only their own loop can close their connections
                    pool.users.discard(user)
        for pool in closing:
            await pool.keeper.aclose()  # type: ignore[union-attr]

    def forget(self) -> None:
        self._loops = {}


_sync_pools = _SyncPools()
_async_pools = _AsyncPools()
atexit.register(_sync_pools.close)


def _forget() -> None:
    """Leave the connections to the parent: the child neither uses nor closes them."""
    _lock.release()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)  # not closed on purpose
        _sync_pools.forget()
        _async_pools.forget()


if hasattr(os, "register_at_fork"):
    # Forking waits for the lock: held by another thread, it would stay locked in the child.
    os.register_at_fork(before=_lock.acquire, after_in_parent=_lock.release, after_in_child=_forget)


class _NoTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """Stands where a shared client would build a pool that nobody uses."""


class _SharedClient(httpx.Client):
    """Looks like a client to the SDK and sends through the pool of the process."""

    def __init__(self, transport: Transport) -> None:
        super().__init__(transport=_NoTransport())
        self._shared = transport

    def send(self, request: httpx.Request, **kwargs: Any) -> httpx.Response:
        return _sync_pools.get(self._shared, self).send(request, **kwargs)

    def close(self) -> None:
        """Leave the shared pool, which closes when nobody else uses it."""
        _sync_pools.leave(self)


class _SharedAsyncClient(httpx.AsyncClient):
    """Looks like a client to the SDK and sends through the pool of the running loop."""

    def __init__(self, transport: Transport) -> None:
        super().__init__(transport=_NoTransport())
        self._shared = transport

    async def send(self, request: httpx.Request, **kwargs: Any) -> httpx.Response:
        return await (await _async_pools.get(self._shared, self)).send(request, **kwargs)

    async def aclose(self) -> None:
        """Leave the shared pools, which close when nobody else uses them."""
        await _async_pools.leave(self)


class _Isolated:
    """Undoes what the SDK's constructor takes from `OPENAI_*` variables.

    A callable key is asked again, once, when the gateway answers 401: it may have expired.

    The constructor also runs in `copy()` and `with_options()`, so this holds for them too.
    `_custom_headers` is private to the SDK: a test pins it for both of its majors.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._custom_headers = dict(options.get("default_headers") or {})
        self.organization = options.get("organization")
        self.project = options.get("project")
        self.admin_api_key = options.get("admin_api_key")
        self.webhook_secret = options.get("webhook_secret")
        key = options.get("api_key")
        self.ask_for_key = key if callable(key) else None
        self.rate_limiter: SharedRateLimiter | None = None
        self._platform = "Unknown"  # else the first asynchronous call asks a thread for it

    @property
    def user_agent(self) -> str:
        return f"langchain-cometapi/{__version__} openai/{openai.__version__}"

    def platform_headers(self) -> dict[str, str]:
        """Tell the gateway nothing of the user's machine."""
        return {}

    def copy(self, **options: Any) -> Self:
        """Return a copy with other options; it tells the same rate limiter."""
        twin: Self = super().copy(**options)  # type: ignore[misc]
        twin.rate_limiter = self.rate_limiter
        return twin

    with_options = copy

    def _note(self, response: Any) -> None:
        """Tell the rate limiter what the gateway wants all to know."""
        if self.rate_limiter is not None and response.status_code == _TOO_MANY:
            seconds = get_retry_after(response.headers)
            if seconds is not None:
                self.rate_limiter.pause(seconds)

    def _should_retry(self, response: httpx.Response) -> bool:
        """Let the body overrule the status: see `CometAPIError.is_retryable`."""
        retry: bool = super()._should_retry(response)  # type: ignore[misc]
        return retry and is_retryable_response(response)


class Client(_Isolated, openai.OpenAI):  # type: ignore[misc]
    """The SDK's synchronous client, isolated."""

    def _send_request(self, request: Any, *, stream: bool, **kwargs: Any) -> Any:
        response = super()._send_request(request, stream=stream, **kwargs)
        if response.status_code == _UNAUTHORIZED and self.ask_for_key is not None:
            response.close()
            request.headers["Authorization"] = f"Bearer {self.ask_for_key()}"
            response = super()._send_request(request, stream=stream, **kwargs)
        self._note(response)
        if stream and response.status_code >= 400:  # noqa: PLR2004
            response.read()  # `_should_retry` needs the body
        return response


class AsyncClient(_Isolated, openai.AsyncOpenAI):  # type: ignore[misc]
    """The SDK's asynchronous client, isolated."""

    async def _send_request(self, request: Any, *, stream: bool, **kwargs: Any) -> Any:
        response = await super()._send_request(request, stream=stream, **kwargs)
        if response.status_code == _UNAUTHORIZED and self.ask_for_key is not None:
            await response.aclose()
            request.headers["Authorization"] = f"Bearer {await self.ask_for_key()}"
            response = await super()._send_request(request, stream=stream, **kwargs)
        self._note(response)
        if stream and response.status_code >= 400:  # noqa: PLR2004
            await response.aread()  # `_should_retry` needs the body
        return response


@dataclass(frozen=True)
class ClientSettings:
    """Everything a client depends on; another value means another client."""

    api_key: APIKey
    base_url: str
    timeout: Any
    max_retries: int | None
    default_headers: Mapping[str, str] | None = field(repr=False)
    default_query: Mapping[str, object] | None = field(repr=False)
    organization: str | None
    transport: Transport
    http_client: Any
    http_async_client: Any
    rate_limiter: SharedRateLimiter | None = None

    def _options(self) -> dict[str, Any]:
        options: dict[str, Any] = {
            "base_url": self.base_url,
            "default_headers": self.default_headers,
            "default_query": self.default_query,
            "organization": self.organization,
        }
        if self.max_retries is not None:
            options["max_retries"] = self.max_retries
        if self.timeout is not None:
            options["timeout"] = as_timeout(self.timeout)
        return options

    def build_sync(self) -> Client:
        """Build the synchronous client.

        Raises:
            ValueError: If the key is an asynchronous callable.
        """
        http_client = self.http_client or _SharedClient(self.transport)
        key = _sync_key(self.api_key)
        client = Client(api_key=key, http_client=http_client, **self._options())
        client.rate_limiter = self.rate_limiter
        return client

    def build_async(self) -> AsyncClient:
        """Build the asynchronous client; one serves every event loop."""
        http_client = self.http_async_client or _SharedAsyncClient(self.transport)
        key = _async_key(self.api_key)
        client = AsyncClient(api_key=key, http_client=http_client, **self._options())
        client.rate_limiter = self.rate_limiter
        return client


def _is_async(function: Callable[..., object]) -> bool:
    call = getattr(function, "__call__", None)  # noqa: B004 - an object with an async __call__
    return inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(call)


def _checked(key: object) -> str:
    if isinstance(key, SecretStr):
        key = key.get_secret_value()
    if not isinstance(key, str) or not key.strip():
        msg = f"The `api_key` callable must return a key; it returned a {type(key).__name__}."
        raise ValueError(msg)
    return check_key(key.strip())


def _sync_key(api_key: APIKey) -> str | Callable[[], str]:
    if isinstance(api_key, SecretStr):
        return api_key.get_secret_value()
    if _is_async(api_key):
        msg = (
            "`api_key` is an asynchronous callable, which only asynchronous calls (`ainvoke`, "
            "`astream`, `abatch`) can await. Pass a string or a synchronous callable instead."
        )
        raise ValueError(msg)
    return lambda: _checked(api_key())


def _async_key(api_key: APIKey) -> str | Callable[[], Awaitable[str]]:
    if isinstance(api_key, SecretStr):
        return api_key.get_secret_value()

    async def ask() -> str:
        if not _is_async(api_key):
            return _checked(await asyncio.to_thread(api_key))
        awaitable: Any = api_key()
        return _checked(await awaitable)

    return ask


class ClientCache:
    """The clients of one model, rebuilt as soon as a setting has changed.

    Copying or pickling it yields an empty one: clients hold locks and sockets.
    """

    __slots__ = ("_asynchronous", "_synchronous")

    def __init__(self) -> None:
        """Start empty."""
        self._synchronous: tuple[ClientSettings, Client] | None = None
        self._asynchronous: tuple[ClientSettings, AsyncClient] | None = None

    def __reduce__(self) -> tuple[type[ClientCache], tuple[()]]:
        """Leave the clients behind."""
        return ClientCache, ()

    def __eq__(self, other: object) -> bool:
        """Return true for any other: clients are no part of what a model is."""
        return isinstance(other, ClientCache)

    __hash__ = None  # type: ignore[assignment]

    def close(self) -> None:
        """Leave the pool of synchronous calls; an HTTP client of the user's stays open."""
        cached, self._synchronous = self._synchronous, None
        if cached is not None and cached[0].http_client is None:
            cached[1].close()

    async def aclose(self) -> None:
        """Leave the pools of asynchronous calls; an HTTP client of the user's stays open."""
        cached, self._asynchronous = self._asynchronous, None
        if cached is not None and cached[0].http_async_client is None:
            await cached[1].close()

    def get(self, settings: ClientSettings) -> Client:
        """Return the synchronous client for these settings."""
        cached = self._synchronous
        if cached is None or cached[0] != settings:
            cached = self._synchronous = (settings, settings.build_sync())
        return cached[1]

    def get_async(self, settings: ClientSettings) -> AsyncClient:
        """Return the asynchronous client for these settings."""
        cached = self._asynchronous
        if cached is None or cached[0] != settings:
            cached = self._asynchronous = (settings, settings.build_async())
        return cached[1]


def completions(client: Client, chunk_timeout: float | None) -> Completions:
    """Return the completions resource of a client."""
    return Completions(client, chunk_timeout)


def async_completions(client: AsyncClient, chunk_timeout: float | None) -> AsyncCompletions:
    """Return the completions resource of an asynchronous client."""
    return AsyncCompletions(client, chunk_timeout)
