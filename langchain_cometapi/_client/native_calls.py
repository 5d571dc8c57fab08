"""The requests of the native routes, which the vendors' own SDKs build and read.

Our HTTP client stands below the SDK: it signs each attempt, checks each response, and reads a
stream before the SDK does, so that what the SDK gets is whole or an error. A context variable tells
it the call that a request belongs to; it is set while the SDK works, and never while a generator
waits for its reader.
"""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlsplit, urlunsplit

from langchain_cometapi._client.clients import ClientSettings, async_key, sync_key
from langchain_cometapi._client.errors import Failure
from langchain_cometapi._client.json_body import dump_body
from langchain_cometapi._client.log_filter import hide_queries
from langchain_cometapi._client.resources import limit_reads
from langchain_cometapi._client.responses import JSONResponse
from langchain_cometapi._client.retry_events import current_events
from langchain_cometapi._client.sdk import httpx
from langchain_cometapi._client.shared_clients import (
    PLACEHOLDER_KEY,
    AttemptError,
    AttemptPolicy,
    SharedAsyncClient,
    SharedClient,
    wrap_client,
)
from langchain_cometapi._client.streams import AsyncChunkStream, ChunkStream
from langchain_cometapi.exceptions import (
    CometAPIError,
    CometAPIStreamTruncatedError,
    CometAPITimeoutError,
    CometAPIUnexpectedResponseError,
    CometAPIUnsentRequestError,
)

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Generator

    from langchain_cometapi._client.retry_events import RetryEvents
    from langchain_cometapi._client.route import JSON, Route

_FIRST_OTHER_STATUS = 300
_CREDENTIALS = ("authorization", "x-api-key", "x-goog-api-key")


class NativeCall:
    """One call of a native model: what its requests need, and what has come of them."""

    def __init__(
        self,
        model: str,
        route: Route,
        chunk_timeout: float | None = None,
        events: RetryEvents | None = None,
    ) -> None:
        """Begin a call.

        Args:
            model: The id of the model.
            route: The endpoint.
            chunk_timeout: Seconds that a stream may be without content, or `None`.
            events: Reports repeats to the run, if it has handlers.
        """
        self.model = model
        self.route = route
        self.chunk_timeout = chunk_timeout
        self.events = events
        self.attempts = 0
        self.failure = Failure(model=model)
        """Builds the errors of the last request."""
        self.usage: Any = None
        """The usage at the start of a stream, if its events tell it in parts."""
        self.reported: Any = None
        """The usage so far, as LangChain counts it."""
        self.is_stopped = False
        """Whether an event of the stream has said why the model stopped."""
        self.body: GuardedBody | None = None
        """The body of the response, if it is a stream."""

    def enter(self) -> tuple[Any, Any]:
        """Make it the current call; `leave` takes what this returns."""
        return current_call.set(self), current_events.set(self.events)

    def leave(self, tokens: tuple[Any, Any]) -> None:
        """Make the call before it the current one."""
        current_call.reset(tokens[0])
        current_events.reset(tokens[1])

    def begin(self, request: Any, *, stream: bool) -> None:
        """Take in a request that is to be sent."""
        self.attempts += 1
        failure = self.failure = Failure(model=self.model, request=request)
        if stream:
            extensions = request.extensions
            timeout = httpx.Timeout(**extensions.get("timeout") or {"timeout": None})
            timeout, failure.read_limits = limit_reads(timeout, self.chunk_timeout)
            request.extensions = {**extensions, "timeout": timeout.as_dict()}
        if self.events is not None:
            self.events.request = request
            self.events.read_limits = failure.read_limits

    def receive(self, response: Any, *, stream: bool) -> Any:
        """Return a response as the SDK is to see it.

        Raises:
            CometAPIError: If it is an error with status 200, or not one of the route.
        """
        failure = self.failure
        failure.response, failure.request = response, response.request
        if response.status_code >= _FIRST_OTHER_STATUS:
            return response
        if stream:
            self.body = GuardedBody(response, self)
            headers = [
                (name, value)
                for name, value in response.headers.multi_items()
                if name not in {"content-encoding", "content-length", "transfer-encoding"}
            ]
            return type(response)(
                response.status_code,
                headers=headers,
                stream=self.body,
                request=response.request,
                extensions=response.extensions,
            )
        read = JSONResponse.read(response, failure, self.route)
        if self.route.check is not None:
            self.route.check(read)
        return response


current_call: ContextVar[NativeCall | None] = ContextVar("cometapi_native_call", default=None)
"""The call whose request is being sent."""


class GuardedBody(httpx.SyncByteStream, httpx.AsyncByteStream):
    """The events of a streamed body, each of them whole, in the form that the SDKs read."""

    def __init__(self, response: Any, call: NativeCall) -> None:
        self._response = response
        self._arguments = (response, call.failure, call.route, call.chunk_timeout)
        self._failure = call.failure
        self._route = call.route
        self._is_finished = False
        self._events: Generator[bytes] | None = None
        self._async_events: AsyncGenerator[bytes] | None = None

    def _write(self, event: JSON) -> bytes:
        if event.get("type") == self._route.whole:
            raise self._failure.build(
                CometAPIUnexpectedResponseError,
                "A whole message came instead of a stream",
                advice="If this host does not stream, pass `disable_streaming=True`.",
                is_retryable=False,
            )
        if self._route.is_finish is not None and self._route.is_finish(event):
            self._is_finished = True
        name = event.get("type") if self._route.event_field == "type" else None
        line = f"event: {name}\n".encode() if name else b""  # without it, Anthropic's SDK skips it
        return line + b"data: " + dump_body(event) + b"\n\n"

    def _raise_unless_finished(self, error: CometAPIError | None = None) -> None:
        """Raise the error of a stream that has ended, unless the message was whole before it."""
        cut = error is None or isinstance(
            error, (CometAPIStreamTruncatedError, CometAPITimeoutError)
        )
        if self._is_finished and cut:
            return
        raise error or self._failure.build(
            CometAPIStreamTruncatedError,
            "The stream ended before the model had finished",
            advice="See `partial_message` for what had arrived.",
        )

    def _read(self) -> Generator[bytes]:
        try:
            with ChunkStream(*self._arguments) as stream:
                for event in stream:
                    yield self._write(event)
        except CometAPIError as error:
            self._raise_unless_finished(error)
        else:
            self._raise_unless_finished()

    async def _aread(self) -> AsyncGenerator[bytes]:
        try:
            async with AsyncChunkStream(*self._arguments) as stream:
                async for event in stream:
                    yield self._write(event)
        except CometAPIError as error:
            self._raise_unless_finished(error)
        else:
            self._raise_unless_finished()

    def __iter__(self) -> Generator[bytes]:
        self._events = self._read()
        return self._events

    def __aiter__(self) -> AsyncGenerator[bytes]:
        self._async_events = self._aread()
        return self._async_events

    def close(self) -> None:
        """Close the response; a connection that was read to its end is used again."""
        if self._events is not None:
            self._events.close()
        self._response.close()

    async def aclose(self) -> None:
        """Close the response; see `close`."""
        if self._async_events is not None:
            await self._async_events.aclose()
        await self._response.aclose()


@dataclass(frozen=True)
class NativePolicy(AttemptPolicy):
    """What happens around each attempt of a vendor's SDK.

    The SDK has a placeholder for its key, whatever the header that it writes it to.
    """

    key_header: str = "authorization"
    key: str | None = field(default=None, repr=False)
    """The key, where it is no callable."""

    def begin(self, request: Any, options: dict[str, Any], *, stream: bool) -> dict[str, Any]:
        """Begin an attempt; a redirect is not followed, because the key stays with its host."""
        del options
        if (call := current_call.get()) is not None:
            call.begin(request, stream=stream)
        return {"follow_redirects": False}

    def receive(self, response: Any, *, stream: bool) -> Any:
        """Return a response as the SDK is to see it.

        Raises:
            AttemptError: If it is an error with status 200, or not one of the route.
        """
        if (call := current_call.get()) is None:
            return response
        try:
            return call.receive(response, stream=stream)
        except CometAPIError as error:
            raise self.failed(str(error)) from error

    def is_repeat(self, request: Any) -> bool:
        """Whether the SDK has sent the request of a call before."""
        call = current_call.get()
        return super().is_repeat(request) if call is None else call.attempts > 1

    def get_signer(self, request: Any) -> Callable[[], Any] | None:
        """Sign a request, or return what asks for its key; a credential of the user's stays."""
        headers = request.headers
        own = {
            name: value
            for name in _CREDENTIALS
            for value in headers.get_list(name)
            if PLACEHOLDER_KEY not in value
        }
        for name in _CREDENTIALS:
            headers.pop(name, None)
        headers.update(own)
        if own or self.key is None:
            return None if own else self.ask_for_key
        self.sign(request, self.key)
        return None

    def sign(self, request: Any, key: str) -> None:
        """Write a key into a request."""
        request.headers[self.key_header] = key


class NativeSettings(ClientSettings):
    """Builds the clients of a vendor's SDK; each vendor has a subclass."""

    key_header: ClassVar[str]
    """The header for the key in the vendor's protocol."""

    failed: ClassVar[type[AttemptError]]
    """An `AttemptError` that is an error of the SDK, too."""

    def check(self) -> None:
        """Check what the SDK or the HTTP library would fail on at the first call.

        Raises:
            CometAPIUnsentRequestError: If a setting cannot be used; it is named.
        """
        super().check()
        for name, kind in (("http_client", "Client"), ("http_async_client", "AsyncClient")):
            own = getattr(self, name)
            if own is not None and not isinstance(own, getattr(httpx, kind)):
                library = httpx.__name__
                msg = f"`{name}` must be an `{library}.{kind}`: the SDKs of vendors take no other."
                raise CometAPIUnsentRequestError(msg)

    @property
    def root(self) -> str:
        """The base URL without its version path, which the SDKs add."""
        parts = urlsplit(self.base_url)
        path = parts.path.removesuffix("/messages")
        for version in ("/v1", "/v1beta"):
            path = path.removesuffix(version)
        return urlunsplit((parts.scheme, parts.netloc, path, "", ""))

    def http(self, *, is_async: bool) -> Any:
        """Return the HTTP client for the SDK.

        Raises:
            CometAPIInvalidKeyError: If the key is an asynchronous callable for a synchronous call.
        """
        key = async_key(self.api_key) if is_async else sync_key(self.api_key)
        is_text = isinstance(key, str)
        policy = NativePolicy(
            None if is_text else key,  # type: ignore[arg-type]
            self.rate_limiter,
            self.failed,
            self.key_header,
            key if is_text else None,  # type: ignore[arg-type]
        )
        own = self.http_async_client if is_async else self.http_client
        if own is not None:
            return wrap_client(own, policy)
        return (SharedAsyncClient if is_async else SharedClient)(self.transport, policy)

    def options(self) -> dict[str, Any]:
        """Return the other arguments of the SDK's clients.

        Raises:
            CometAPIUnsentRequestError: If a setting cannot be used; it is named.
        """
        hide_queries(self.base_url)  # those of a call, too: the SDK logs what it is passed
        options = {**self._options(), "base_url": self.root}
        del options["organization"]
        return options
