"""The HTTP clients that the SDK sends with, and what they do around each attempt of a request.

An attempt waits for its turn of the rate limiter and is signed with the key of its call. A header
of the response tells the SDK when a repeat is useless. `SharedClient` sends through the pools;
the client that `wrap_client` returns sends through the user's own.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from langchain_cometapi._client.errors import ErrorResponse
from langchain_cometapi._client.pools import LeasedBody, async_pools, sync_pools
from langchain_cometapi._client.retry_events import current_events
from langchain_cometapi._client.sdk import httpx, openai
from langchain_cometapi.exceptions import CometAPIConnectionError
from langchain_cometapi.rate_limiters import SharedRateLimiter

if TYPE_CHECKING:
    from collections.abc import Callable

    from langchain_core.rate_limiters import BaseRateLimiter

    from langchain_cometapi._client.http_clients import TransportSettings

_UNAUTHORIZED = 401
_TOO_MANY_REQUESTS = 429
_FIRST_ERROR = 400

PLACEHOLDER_KEY = "asked-for-before-each-request"
"""The SDK's key where the user's is a callable; no request carries it."""
_UNSIGNED = f"Bearer {PLACEHOLDER_KEY}"


class AttemptError(openai.OpenAIError):
    """Something around an attempt failed: the `api_key` callable, or a setting of the connection.

    The cause is what to raise. Only the SDK's own errors pass through the SDK unchanged: for any
    other, `openai` 2 would repeat the request, and `langchain_openai` would wrap some of them.
    """

    @property
    def cause(self) -> BaseException:
        """The error to raise."""
        return self.__cause__ or self


@dataclass(frozen=True)
class AttemptPolicy:
    """What happens around each attempt of a model's requests."""

    ask_for_key: Callable[[], Any] | None = None
    """Returns a key, or an awaitable one for an asynchronous client."""

    rate_limiter: BaseRateLimiter | None = None
    """Limits attempts: LangChain takes a token for each call, and each repeat takes one here."""

    failed: type[AttemptError] = AttemptError
    """What carries an error through the SDK: one of its own errors."""

    def begin(self, request: Any, options: dict[str, Any], *, stream: bool) -> dict[str, Any]:
        """Return the options of the HTTP library for an attempt that begins."""
        del request, stream
        return options

    def receive(self, response: Any, *, stream: bool) -> Any:
        """Return the response of an attempt to the SDK."""
        del stream
        return response

    def is_repeat(self, request: Any) -> bool:
        """Whether the SDK has sent a request before."""
        return bool(request.headers.get("x-stainless-retry-count", "0") != "0")

    def wait(self, request: Any, *, repeated: bool = False) -> None:
        """Wait until an attempt may start.

        Args:
            request: The request to send.
            repeated: Whether it is sent again here; else its header tells if the SDK repeats it.
        """
        limiter = self.rate_limiter
        if limiter is None:
            return
        if repeated or self.is_repeat(request):
            limiter.acquire(blocking=True)
        elif isinstance(limiter, SharedRateLimiter):
            limiter.wait_until_resumed()

    async def await_turn(self, request: Any, *, repeated: bool = False) -> None:
        """Wait without blocking the event loop; see `wait`."""
        limiter = self.rate_limiter
        if limiter is None:
            return
        if repeated or self.is_repeat(request):
            await limiter.aacquire(blocking=True)
        elif isinstance(limiter, SharedRateLimiter):
            await limiter.await_until_resumed()

    def get_signer(self, request: Any) -> Callable[[], Any] | None:
        """Return what asks for the key of a request, or `None` if it has one already."""
        values = request.headers.get_list("Authorization")
        if _UNSIGNED not in values:
            return None
        if len(values) > 1:  # `openai` 2, if the user spelled the header in another case
            request.headers["Authorization"] = next(v for v in values if v != _UNSIGNED)
            return None
        return self.ask_for_key

    def sign(self, request: Any, key: str) -> None:
        """Write a key into a request."""
        request.headers["Authorization"] = f"Bearer {key}"

    def handle_error(self, response: Any) -> None:
        """Pause the rate limiter if an error response asks for it, and mark a useless repeat.

        The body of the response must have been read.
        """
        error = ErrorResponse(response)
        seconds = error.retry_after
        is_limited = error.is_rate_limit or response.status_code == _TOO_MANY_REQUESTS
        limiter = self.rate_limiter
        if is_limited and seconds is not None and isinstance(limiter, SharedRateLimiter):
            limiter.pause(seconds)
        if not error.kind.is_retryable:
            response.headers["x-should-retry"] = "false"  # which the SDK obeys
        elif seconds is not None:
            # The SDK reads numbers and dates in headers alone, and not what a body asks for.
            response.headers.pop("retry-after-ms", None)
            response.headers["retry-after"] = str(seconds)


def _is_replayable(request: Any) -> bool:
    """Whether a request can be sent again: the body of an upload may be used up."""
    try:
        _ = request.content
    except RuntimeError:  # of the HTTP library, for a body that was not read
        return False
    return True


def call(function: Callable[[], Any], failed: type[AttemptError] = AttemptError) -> Any:
    """Call something of the user's between attempts.

    Raises:
        AttemptError: If it fails; one of the class `failed`.
    """
    handled = sys.exception()
    try:
        return function()
    except Exception as error:
        raise _wrap(error, failed, handled) from error


async def acall(function: Callable[[], Any], failed: type[AttemptError] = AttemptError) -> Any:
    """Call something of the user's between attempts, and await it; see `call`."""
    handled = sys.exception()
    try:
        return await function()
    except Exception as error:
        raise _wrap(error, failed, handled) from error


def _wrap(
    error: Exception, failed: type[AttemptError], handled: BaseException | None
) -> AttemptError:
    """Return what carries an error through the SDK.

    Args:
        error: The error.
        failed: The class of what carries it.
        handled: How the attempt before it has failed; it holds the request, and with it the key.
    """
    seen: BaseException | None = error
    while seen is not None and handled is not None:
        if seen.__context__ is handled:
            seen.__context__ = None
        seen = seen.__context__
    return failed(str(error))


class _Attempts:
    """Sends each attempt of a request by a policy."""

    policy: AttemptPolicy
    _carry: Callable[..., Any]

    def send(self, request: Any, *, stream: bool = False, **options: Any) -> Any:
        policy = self.policy
        options = policy.begin(request, options, stream=stream)
        policy.wait(request)
        ask = policy.get_signer(request)
        if ask is not None:
            policy.sign(request, call(ask, policy.failed))
        response = self._carry(request, stream=stream, **options)
        if ask is not None and response.status_code == _UNAUTHORIZED and _is_replayable(request):
            response.close()  # the key may have expired: it is asked for again, once
            if (events := current_events.get()) is not None:
                call(partial(events.report_expired_key, response), policy.failed)
            policy.wait(request, repeated=True)
            policy.sign(request, call(ask, policy.failed))
            response = self._carry(request, stream=stream, **options)
        if response.status_code >= _FIRST_ERROR:
            try:
                response.read()
            finally:
                response.close()  # which `httpx` does not do for a body that breaks
            policy.handle_error(response)
        return policy.receive(response, stream=stream)


class _AsyncAttempts:
    """The asynchronous twin of `_Attempts`."""

    policy: AttemptPolicy
    _carry: Callable[..., Any]

    async def send(self, request: Any, *, stream: bool = False, **options: Any) -> Any:
        policy = self.policy
        options = policy.begin(request, options, stream=stream)
        await policy.await_turn(request)
        ask = policy.get_signer(request)
        if ask is not None:
            policy.sign(request, await acall(ask, policy.failed))
        response = await self._carry(request, stream=stream, **options)
        if ask is not None and response.status_code == _UNAUTHORIZED and _is_replayable(request):
            await response.aclose()
            if (events := current_events.get()) is not None:
                await acall(partial(events.report_expired_key, response), policy.failed)
            await policy.await_turn(request, repeated=True)
            policy.sign(request, await acall(ask, policy.failed))
            response = await self._carry(request, stream=stream, **options)
        if response.status_code >= _FIRST_ERROR:
            try:
                await response.aread()
            finally:
                await response.aclose()
            policy.handle_error(response)
        return policy.receive(response, stream=stream)


class _NoTransport(httpx.BaseTransport, httpx.AsyncBaseTransport):
    """No transport: without it, a client builds a pool that nothing uses."""


class SharedClient(_Attempts, httpx.Client):
    """A client for the SDK that sends through the pool of the process."""

    def __init__(self, settings: TransportSettings, policy: AttemptPolicy) -> None:
        super().__init__(transport=_NoTransport())
        self.policy = policy
        self._settings = settings

    def _carry(self, request: httpx.Request, **kwargs: Any) -> httpx.Response:
        try:
            lease = sync_pools.lease(self._settings, self)
        except CometAPIConnectionError as error:  # a setting, which no repeat mends
            raise self.policy.failed(str(error)) from error
        try:
            response: httpx.Response = lease.client.send(request, **kwargs)
        except BaseException:
            lease.end()
            raise
        if response.is_closed:
            lease.end()
        else:
            response.stream = LeasedBody(response.stream, lease)
        return response

    def with_policy(self, policy: AttemptPolicy) -> SharedClient:
        """Return a client with another policy, over the same pool."""
        return SharedClient(self._settings, policy)

    def close(self) -> None:
        """Leave the shared pool, which closes when nobody else uses it."""
        sync_pools.leave(self)


class SharedAsyncClient(_AsyncAttempts, httpx.AsyncClient):
    """A client for the SDK that sends through the pool of the running loop."""

    def __init__(self, settings: TransportSettings, policy: AttemptPolicy) -> None:
        super().__init__(transport=_NoTransport())
        self.policy = policy
        self._settings = settings

    async def _carry(self, request: httpx.Request, **kwargs: Any) -> httpx.Response:
        try:
            lease = await async_pools.lease(self._settings, self)
        except CometAPIConnectionError as error:
            raise self.policy.failed(str(error)) from error
        try:
            response: httpx.Response = await lease.client.send(request, **kwargs)
        except BaseException:
            await lease.aend()
            raise
        if response.is_closed:
            await lease.aend()
        else:
            response.stream = LeasedBody(response.stream, lease)
        return response

    def with_policy(self, policy: AttemptPolicy) -> SharedAsyncClient:
        """Return a client with another policy, over the same pools."""
        return SharedAsyncClient(self._settings, policy)

    def discard(self) -> None:
        """Leave the shared pools without closing any: that takes their loop."""
        async_pools.discard(self)

    async def aclose(self) -> None:
        """Leave the shared pools, which close when nobody else uses them."""
        await async_pools.leave(self)


# -- the user's own client --------------------------------------------------------------------


@cache
def _wrapper(library: Any, attempts: Any, base: str) -> Any:
    """Return a subclass of a client of `httpx` or `httpx2` that sends through another client."""
    no_transport = type("NoTransport", (library.BaseTransport, library.AsyncBaseTransport), {})

    class Wrapper(attempts, getattr(library, base)):  # type: ignore[misc]
        """Sends through the user's own client, with our policy around each attempt."""

        def __init__(self, client: Any, policy: AttemptPolicy) -> None:
            super().__init__(transport=no_transport(), timeout=client.timeout)
            self.policy = policy
            self._client = client
            self._carry = client.send
            self.build_request = client.build_request
            self.close = getattr(client, "close", None)
            self.aclose = getattr(client, "aclose", None)

        def with_policy(self, policy: AttemptPolicy) -> Any:
            return type(self)(self._client, policy)

        @property
        def is_closed(self) -> bool:
            return bool(self._client.is_closed)

    return Wrapper


def wrap_client(client: Any, policy: AttemptPolicy) -> Any:
    """Return a client that sends through one of the user's, by a policy.

    Args:
        client: A client of `httpx` or `httpx2`, synchronous or asynchronous. Anything else is
            returned as it is: the SDK raises its own error for it.
        policy: What happens around each attempt.
    """
    for name in ("httpx2", "httpx"):
        library = sys.modules.get(name)
        if library is None:
            continue
        if isinstance(client, library.Client):
            return _wrapper(library, _Attempts, "Client")(client, policy)
        if isinstance(client, library.AsyncClient):
            return _wrapper(library, _AsyncAttempts, "AsyncClient")(client, policy)
    return client
