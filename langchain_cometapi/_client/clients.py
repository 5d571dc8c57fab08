"""The SDK's clients, isolated from OpenAI's environment variables.

Clients are built on first use and are cheap: their connections live in the pools of `pools.py`.
"""

from __future__ import annotations

import asyncio
import inspect
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from pydantic import SecretStr

from langchain_cometapi._client.checks import (
    check_base_url,
    check_headers,
    check_http_client,
    check_query,
    check_retries,
    check_timeout,
)
from langchain_cometapi._client.log_filter import hide_queries
from langchain_cometapi._client.repeats import AsyncReportedRepeats, ReportedRepeats
from langchain_cometapi._client.request_template import RequestTemplate
from langchain_cometapi._client.retry_events import current_events
from langchain_cometapi._client.sdk import as_timeout, openai
from langchain_cometapi._client.shared_clients import (
    PLACEHOLDER_KEY,
    AttemptPolicy,
    SharedAsyncClient,
    SharedClient,
    wrap_client,
)
from langchain_cometapi._credentials import check_key
from langchain_cometapi._version import __version__
from langchain_cometapi.exceptions import CometAPIInvalidKeyError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping
    from typing import Self

    from langchain_core.rate_limiters import BaseRateLimiter

    from langchain_cometapi._client.http_clients import TransportSettings
    from langchain_cometapi._credentials import APIKey


class _Isolated:
    """Discards what the SDK's constructor reads from `OPENAI_*` variables.

    The constructor also runs in `copy()` and `with_options()`, so this holds for them too.
    `_custom_headers` is private to the SDK: a test pins it for both of its majors.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        headers = dict(options.get("default_headers") or {})
        for name in [name for name in headers if name.lower() == "authorization"]:
            headers["Authorization"] = headers.pop(name)  # else `openai` 2 sends the key as well
        self._custom_headers = headers
        self.organization = options.get("organization")
        self.project = options.get("project")
        self.admin_api_key = options.get("admin_api_key")
        self.webhook_secret = options.get("webhook_secret")
        self._templates: dict[str, RequestTemplate] = {}
        self._platform = "Unknown"  # else the first asynchronous call asks a thread for it

    @property
    def user_agent(self) -> str:
        return f"langchain-cometapi/{__version__} openai/{openai.__version__}"

    def platform_headers(self) -> dict[str, str]:
        """Return no headers: the gateway learns nothing about the user's machine."""
        return {}

    _read_key: Callable[[APIKey], str | Callable[[], Any]]

    def copy(self, *, http_client: Any = None, api_key: Any = None, **options: Any) -> Self:
        """Return a copy with other options and the same policy for each attempt.

        A callable `api_key` is asked as that of a model is: for each request, and after a 401.
        """
        own: Any = self._client  # type: ignore[attr-defined]
        policy = own.policy
        if callable(api_key):
            policy = replace(policy, ask_for_key=self._read_key(api_key))
            api_key = PLACEHOLDER_KEY
        if http_client is not None:
            http_client = wrap_client(http_client, policy)
        elif policy is not own.policy:
            http_client = own.with_policy(policy)
        copied: Self = super().copy(  # type: ignore[misc]
            http_client=http_client, api_key=api_key, **options
        )
        return copied

    with_options = copy

    # Three private methods of the SDK are overridden. Its own `_build_request` builds the URL and
    # the headers of each request again (CPU of an `invoke`, 2026-11: 447 us with this one, 578 us
    # without).
    def _build_request(self, options: Any, *, retries_taken: int = 0) -> Any:
        """Build the first request to a route as the SDK does, and the next ones after it."""
        key: str = self.api_key  # type: ignore[attr-defined]
        shared = isinstance(self._client, (SharedClient, SharedAsyncClient))  # type: ignore[attr-defined]
        plain = isinstance(options.content, bytes) and not options.params and not options.headers
        if not shared or not plain or options.method != "post":
            return super()._build_request(options, retries_taken=retries_taken)  # type: ignore[misc]
        template = self._templates.get(options.url)
        if template is None:
            request = super()._build_request(options, retries_taken=retries_taken)  # type: ignore[misc]
            self._templates[options.url] = RequestTemplate(request, key)
            return request
        own: Any = self.timeout  # type: ignore[attr-defined]
        timeout = own if isinstance(options.timeout, openai.NotGiven) else options.timeout
        return template.fill(options.content, key, timeout, retries_taken)

    # The SDK's own awaits four coroutines for the kinds of credentials that this package does not
    # use. With 256 calls at once, what they hold sets off a collection of the whole heap
    # (CPU of a call in an `abatch`, 2026-11: 650 us with this one, 830 us without).
    def _send_request(self, request: Any, *, stream: bool, **options: Any) -> Any:
        events = current_events.get()
        if events is not None:
            events.request = request
        return self._client.send(request, stream=stream, **options)  # type: ignore[attr-defined]


class Client(_Isolated, ReportedRepeats, openai.OpenAI):  # type: ignore[misc]
    """The SDK's synchronous client, isolated."""

    @staticmethod
    def _read_key(api_key: APIKey) -> str | Callable[[], str]:
        return sync_key(api_key)

    @property
    def auth_headers(self) -> dict[str, str]:
        """The header that signs a websocket of the SDK's."""
        if self.api_key != PLACEHOLDER_KEY:
            return super().auth_headers
        client: Any = self._client
        return {"Authorization": f"Bearer {client.policy.ask_for_key()}"}


class AsyncClient(_Isolated, AsyncReportedRepeats, openai.AsyncOpenAI):  # type: ignore[misc]
    """The SDK's asynchronous client, isolated."""

    @staticmethod
    def _read_key(api_key: APIKey) -> str | Callable[[], Awaitable[str]]:
        return async_key(api_key)

    @property
    def auth_headers(self) -> dict[str, str]:
        """The header that signs a websocket of the SDK's.

        Raises:
            OpenAIError: If the key is a callable, which cannot be awaited here.
        """
        if self.api_key == PLACEHOLDER_KEY:
            msg = (
                "A websocket does not ask an `api_key` callable. "
                "Pass a key: `client.with_options(api_key=...)`."
            )
            raise openai.OpenAIError(msg)
        return super().auth_headers


# Not frozen: that takes 0.9 us more to make (2026-11), and each call makes one.
@dataclass(slots=True)
class ClientSettings:
    """Everything a client depends on; another value means another client."""

    api_key: APIKey
    base_url: str
    timeout: Any
    max_retries: int | None
    default_headers: Mapping[str, str] | None = field(repr=False)
    default_query: Mapping[str, object] | None = field(repr=False)
    organization: str | None
    transport: TransportSettings
    http_client: Any
    http_async_client: Any
    rate_limiter: BaseRateLimiter | None = None

    def check(self) -> None:
        """Check what the HTTP library would fail on at the first call.

        Raises:
            CometAPIUnsentRequestError: If a setting cannot be used; it is named.
        """
        check_base_url(self.base_url)
        check_headers(self.default_headers, "default_headers")
        check_query(self.default_query, "default_query")
        check_timeout(self.timeout)
        if self.organization is not None:
            check_headers({"OpenAI-Organization": self.organization}, "openai_organization")
        if self.max_retries is not None:
            check_retries(self.max_retries)
        if self.http_client is not None:
            check_http_client(self.http_client, "http_client", "Client")
        if self.http_async_client is not None:
            check_http_client(self.http_async_client, "http_async_client", "AsyncClient")
        self.transport.check()

    def _options(self) -> dict[str, Any]:
        self.check()
        if self.default_query:
            hide_queries(self.base_url)
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
            CometAPIInvalidKeyError: If the key is an asynchronous callable.
        """
        key, policy = self._split_key(sync_key(self.api_key))
        if self.http_client is None:
            http_client: Any = SharedClient(self.transport, policy)
        else:
            http_client = wrap_client(self.http_client, policy)
        return Client(api_key=key, http_client=http_client, **self._options())

    def build_async(self) -> AsyncClient:
        """Build the asynchronous client; one serves every event loop."""
        key, policy = self._split_key(async_key(self.api_key))
        if self.http_async_client is None:
            http_client: Any = SharedAsyncClient(self.transport, policy)
        else:
            http_client = wrap_client(self.http_async_client, policy)
        return AsyncClient(api_key=key, http_client=http_client, **self._options())

    def _split_key(self, key: str | Callable[[], Any]) -> tuple[str, AttemptPolicy]:
        """Return the key for the SDK, and the policy, which asks for a key that is a callable."""
        if isinstance(key, str):
            return key, AttemptPolicy(rate_limiter=self.rate_limiter)
        return PLACEHOLDER_KEY, AttemptPolicy(key, self.rate_limiter)


def _is_async(function: Callable[..., object]) -> bool:
    call = getattr(function, "__call__", None)  # noqa: B004 - an object with an async __call__
    return inspect.iscoroutinefunction(function) or inspect.iscoroutinefunction(call)


def _checked(key: object) -> str:
    if isinstance(key, SecretStr):
        key = key.get_secret_value()
    if not isinstance(key, str) or not key.strip():
        what = "blank text" if isinstance(key, str) else f"a {type(key).__name__}"
        msg = f"The `api_key` callable must return a key; it returned {what}."
        raise CometAPIInvalidKeyError(msg)
    return check_key(key.strip())


def sync_key(api_key: APIKey) -> str | Callable[[], str]:
    if isinstance(api_key, SecretStr):
        return api_key.get_secret_value()
    if _is_async(api_key):
        msg = (
            "`api_key` is an asynchronous callable, which only asynchronous calls (`ainvoke`, "
            "`astream`, `abatch`) can await. Pass a string or a synchronous callable instead."
        )
        raise CometAPIInvalidKeyError(msg)
    return lambda: _checked(api_key())


def async_key(api_key: APIKey) -> str | Callable[[], Awaitable[str]]:
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
        """Return true for any other: models are compared without their clients."""
        return isinstance(other, ClientCache)

    __hash__ = None  # type: ignore[assignment]

    def close(self) -> None:
        """Leave the pool of synchronous calls; the user's own HTTP client stays open."""
        cached, self._synchronous = self._synchronous, None
        if cached is not None and cached[0].http_client is None:
            cached[1].close()

    async def aclose(self) -> None:
        """Leave the pools of asynchronous calls; the user's own HTTP client stays open."""
        cached, self._asynchronous = self._asynchronous, None
        if cached is not None and cached[0].http_async_client is None:
            await cached[1].close()

    def get(self, settings: ClientSettings) -> Client:
        """Return the synchronous client for these settings."""
        cached = self._synchronous
        if cached is None or cached[0] != settings:
            self.close()
            cached = self._synchronous = (settings, settings.build_sync())
        return cached[1]

    def get_async(self, settings: ClientSettings) -> AsyncClient:
        """Return the asynchronous client for these settings."""
        cached = self._asynchronous
        if cached is None or cached[0] != settings:
            shared: Any = cached[1]._client if cached is not None else None
            if isinstance(shared, SharedAsyncClient):
                shared.discard()
            cached = self._asynchronous = (settings, settings.build_async())
        return cached[1]
