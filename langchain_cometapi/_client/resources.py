"""Posts a payload to a route, as it is, and returns the gateway's own JSON.

No field is lost in a typed layer and no time is spent in one. The synchronous and the
asynchronous path differ in who awaits.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar

from openai._models import FinalRequestOptions
from openai._qs import stringify

from langchain_cometapi._client.checks import check_headers, check_query, check_timeout
from langchain_cometapi._client.errors import Failure
from langchain_cometapi._client.json_body import dump_body, repair_body
from langchain_cometapi._client.log_filter import hide_queries
from langchain_cometapi._client.responses import JSONResponse
from langchain_cometapi._client.retry_events import current_events
from langchain_cometapi._client.sdk import as_timeout, httpx, openai
from langchain_cometapi._client.shared_clients import AttemptError
from langchain_cometapi._client.streams import AsyncChunkStream, ChunkStream
from langchain_cometapi.exceptions import CometAPIError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from langchain_cometapi._client.clients import AsyncClient, Client
    from langchain_cometapi._client.retry_events import RetryEvents
    from langchain_cometapi._client.route import JSON, Route


@cache
def _get_template(path: str) -> FinalRequestOptions:
    """Return the SDK's options for a path; a copy takes a sixth of the time that new ones take."""
    return FinalRequestOptions.construct(method="post", url=path, follow_redirects=False)


def _split(payload: Mapping[str, Any]) -> tuple[JSON, JSON]:
    """Return the JSON body of a payload, and what its call changes in the SDK's options."""
    body = dict(payload)
    options: JSON = {}
    for name, option in (("extra_headers", "headers"), ("extra_query", "params")):
        if (value := body.pop(name, None)) is not None:
            options[option] = value
    check_query(options.get("params"), "extra_query")
    if "timeout" in body:
        check_timeout(timeout := body.pop("timeout"))
        options["timeout"] = as_timeout(timeout)
    body.update(body.pop("extra_body", None) or {})
    return body, options


def request_body(payload: Mapping[str, Any]) -> JSON:
    """Return the JSON body that a payload makes."""
    return repair_body(_split(payload)[0])


def describe_query(query: Mapping[str, Any]) -> str:
    """Return the end of a URL with these query parameters, as the SDK writes them."""
    return f"?{stringify(query, array_format='brackets')}" if query else ""


def limit_reads(timeout: Any, seconds: float | None) -> tuple[Any, tuple[str, ...]]:
    """Return a timeout whose limit for a read is `seconds` at most, and what it comes from.

    A socket that falls silent needs no timer of its own then.
    """
    limited = httpx.Timeout(**timeout.as_dict()) if hasattr(timeout, "as_dict") else None
    limited = limited or httpx.Timeout(timeout)
    own = limited.read
    if seconds is None or (own is not None and own < seconds):
        return limited, ("timeout",)
    limited.read = seconds
    names = ("stream_chunk_timeout",)
    return limited, ("timeout", *names) if own == seconds else names


def _translate(error: openai.OpenAIError, failure: Failure) -> BaseException:
    """Return the exception to raise for an exception of the SDK."""
    if isinstance(error, AttemptError):
        cause = error.cause
        if isinstance(cause, CometAPIError):
            cause.model = failure.model
        return cause
    if not isinstance(error, openai.APIError):
        return error
    translated = failure.from_sdk(error)
    translated.__cause__ = error.__cause__
    return translated


class _Resource:
    """What the two resources share."""

    route: ClassVar[Route]
    """The endpoint; each subclass names its own."""

    def __init__(
        self,
        client: Any,
        chunk_timeout: float | None = None,
        events: RetryEvents | None = None,
    ) -> None:
        """Use a client.

        Args:
            client: The SDK's client.
            chunk_timeout: Seconds that a stream may be without content, or `None`.
            events: Reports repeats to the run, if it has handlers.
        """
        self._client = client
        self._chunk_timeout = chunk_timeout
        self._events = events

    def _prepare(
        self, payload: Mapping[str, Any]
    ) -> tuple[Any, Failure, FinalRequestOptions, bool]:
        """Return client, what builds the errors of the request, options, and if it is a stream."""
        body, options = _split(payload)
        client = self._client
        if headers := options.pop("headers", None):
            check_headers(headers, "extra_headers")
            # As defaults of a copy: `openai` 2 logs the headers of a call in clear.
            client = client.with_options(default_headers=headers)
        if query := options.pop("params", None):
            hide_queries(str(client.base_url))
            client = client.with_options(default_query=query)
        failure = Failure(model=body.get("model"))
        is_stream = bool(body.get("stream"))
        if is_stream:
            timeout = options.get("timeout", client.timeout)
            options["timeout"], failure.read_limits = limit_reads(timeout, self._chunk_timeout)
            if self._events is not None:
                self._events.read_limits = failure.read_limits
        options["content"] = dump_body(body)
        template = _get_template(self.route.path)
        return client, failure, template.model_copy(update=options), is_stream

    def _read(self, response: Any, failure: Failure) -> JSONResponse:
        """Return the JSON of a response that has been read to its end.

        Raises:
            CometAPIError: If it is an error, or not a response of this route.
        """
        result = JSONResponse.read(response, failure, self.route)
        if self.route.check is not None:
            self.route.check(result)
        return result


class Resource(_Resource):
    """Posts to a route over a synchronous client."""

    _client: Client

    def post(self, payload: Mapping[str, Any]) -> Any:
        """Return the `JSONResponse` to a payload, or its `ChunkStream` if it has `stream`.

        Args:
            payload: The JSON body as it is, and the SDK's `extra_headers`, `extra_query`,
                `extra_body` and `timeout` (seconds).

        Raises:
            CometAPIError: If there is no response, or it is an error or not one of the route.
        """
        client, failure, options, is_stream = self._prepare(payload)
        error: BaseException | None = None
        listening = None if self._events is None else current_events.set(self._events)
        try:
            response = client.request(httpx.Response, options, stream=is_stream)
            failure.response = response
        except openai.OpenAIError as raised:
            error = _translate(raised, failure)
        finally:
            if listening is not None:
                current_events.reset(listening)
        if error is not None:
            raise error  # here, so that it has no context: the SDK's error quotes the response
        failure.request = response.request
        if is_stream:
            return ChunkStream(response, failure, self.route, self._chunk_timeout)
        return self._read(response, failure)


class AsyncResource(_Resource):
    """The asynchronous twin of `Resource`."""

    _client: AsyncClient

    async def post(self, payload: Mapping[str, Any]) -> Any:
        """Return the response to a payload; see `Resource.post`."""
        client, failure, options, is_stream = self._prepare(payload)
        error: BaseException | None = None
        listening = None if self._events is None else current_events.set(self._events)
        try:
            sent = client.request(httpx.Response, options, stream=is_stream)
            # Release what is not needed while the call waits: with hundreds of calls at once,
            # Python collects garbage the more often, the more of them there is.
            del client, payload, options
            failure.response = response = await sent
        except openai.OpenAIError as raised:
            error = _translate(raised, failure)
        finally:
            if listening is not None:
                current_events.reset(listening)
        if error is not None:
            raise error  # here, so that it has no context: the SDK's error quotes the response
        failure.request = response.request
        if is_stream:
            return AsyncChunkStream(response, failure, self.route, self._chunk_timeout)
        return self._read(response, failure)
