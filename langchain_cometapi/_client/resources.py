"""The wire: the completions resource, which posts dicts and hands back dicts.

Nothing here knows LangChain. A payload is posted as it is and an answer comes back as the
gateway's own JSON, so that no field is lost in a typed layer and no time is spent in one.
The synchronous and the asynchronous path drive the same readers and differ in who awaits.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, overload

from openai._qs import stringify
from pydantic_core import to_json

from langchain_cometapi._client.error_rules import is_error
from langchain_cometapi._client.errors import Failure, get_request_id
from langchain_cometapi._client.network import WatchedStream
from langchain_cometapi._client.sdk import httpx, openai, timeout_errors, transport_errors
from langchain_cometapi._client.shared_clients import KeyCallableError
from langchain_cometapi._client.sse import JSON, ChunkReader, load_json
from langchain_cometapi._credentials import check_headers

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator, Mapping
    from typing import Self

    from langchain_cometapi._client.clients import AsyncClient, Client

_PATH = "/chat/completions"
_EMBEDDINGS_PATH = "/embeddings"
_DRAIN_SECONDS = 1.0
_CLOCK_SLACK = 0.1  # seconds; two clocks measure the silence

# Said outright, because the SDK copies each of these deeply for a request that leaves it out.
_NOT_GIVEN: dict[str, Any] = dict.fromkeys(
    ("headers", "max_retries", "timeout", "post_parser"), openai.NOT_GIVEN
)


@dataclass(frozen=True)
class ResponseInfo:
    """What the response said outside its body."""

    headers: Mapping[str, str]
    request_id: str | None
    retries: int


def _info(response: Any) -> ResponseInfo:
    return ResponseInfo(
        headers=dict(response.headers),
        request_id=get_request_id(response.headers),
        retries=int(response.request.headers.get("x-stainless-retry-count", 0)),
    )


@dataclass(frozen=True)
class Completion:
    """A whole answer: the gateway's JSON and what came with it."""

    data: JSON
    info: ResponseInfo


class _Silence:
    """Notices when a stream has been without content for too long.

    It looks at the clock when bytes without an event arrive, that is for keep-alive
    comments, and costs nothing while there is content.
    """

    __slots__ = ("_seconds", "_since")

    def __init__(self, seconds: float | None) -> None:
        self._seconds = seconds
        self._since = time.monotonic()

    def content(self) -> None:
        self._since = time.monotonic()

    @property
    def left(self) -> float | None:
        """Seconds of silence still allowed, or `None` for any number."""
        if self._seconds is None:
            return None
        return self._seconds - (time.monotonic() - self._since)


def _says_something(chunk: JSON) -> bool:
    """Whether a chunk is more than a heartbeat: it has a finish reason or a part of an answer."""
    choices = chunk.get("choices")
    for choice in choices if isinstance(choices, list) else ():
        if not isinstance(choice, dict) or choice.get("finish_reason"):
            return True
        said = choice.get("delta") or choice.get("message")
        if isinstance(said, dict):
            for name in said:
                if said[name] and name != "role":
                    return True
    return bool(chunk.get("usage"))


def _is_encoded(response: Any) -> bool:
    """Whether a body must be decoded; if not, the library's layers for that cost for nothing."""
    return bool(response.headers.get("content-encoding", "identity") != "identity")


class _Stream:
    """What the two streams share: the response, its reader and its errors."""

    def __init__(self, response: Any, failure: Failure, chunk_timeout: float | None) -> None:
        self.response = response
        self.info = _info(response)
        self.failure = failure
        self._reader = ChunkReader(failure)
        self._chunk_timeout = chunk_timeout
        self._silence = _Silence(chunk_timeout)

    def _broken(self, error: Exception) -> Exception:
        if isinstance(error, timeout_errors()):
            left = self._silence.left
            if self._chunk_timeout is not None and left is not None and left <= _CLOCK_SLACK:
                return self.failure.of_silence(self._chunk_timeout, None)
            return self.failure.of_transport(error, timed_out=True, partial_message=None)
        return self.failure.of_transport(error, timed_out=False, partial_message=None)

    def _note(self, chunks: list[JSON]) -> None:
        """Restart the clock for content; look at it for anything else."""
        if self._chunk_timeout is None:
            return
        for chunk in chunks:
            if _says_something(chunk):
                self._silence.content()
                return
        self._check_silence()

    def _check_silence(self) -> None:
        left = self._silence.left
        if left is not None and left <= 0 and self._chunk_timeout is not None:
            raise self.failure.of_silence(self._chunk_timeout, None)


class ChunkStream(_Stream):
    """The JSON objects of a streamed completion; closes its response when left."""

    def __init__(self, *args: Any) -> None:
        """Take over a response whose body has not been read."""
        super().__init__(*args)
        self._body = (
            self.response.iter_bytes() if _is_encoded(self.response) else iter(self.response.stream)
        )

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the response."""
        self.close()

    def close(self) -> None:
        """Close the response; a connection that was read to its end is used again."""
        try:
            if self._reader.done and not self.response.is_closed:
                self._drain()
        except transport_errors():
            pass  # the answer is whole, and the connection is given up below
        finally:
            self.response.close()

    def _drain(self) -> None:
        """Read a body that has said everything to its end, which usually lies in the next bytes.

        A host that keeps the body open after `[DONE]` must not keep the caller, so only a
        connection of our own is read further, whose waits can be limited.
        """
        network = self.response.extensions.get("network_stream")
        if not isinstance(network, WatchedStream):
            return
        network.limit_waits(_DRAIN_SECONDS)
        deadline = time.monotonic() + _DRAIN_SECONDS
        for _ in self._body:
            if time.monotonic() > deadline:
                return

    def __iter__(self) -> Iterator[JSON]:
        """Yield each object as it arrives.

        Raises:
            CometAPIError: If the stream breaks, falls silent or carries an error.
        """
        try:
            for data in self._body:
                chunks = self._reader.feed(data)
                yield from chunks
                self._note(chunks)
                if self._reader.error:
                    raise self._reader.error
                if self._reader.done:
                    return
        except transport_errors() as error:
            raise self._broken(error) from error
        yield from self._reader.close()
        if self._reader.error:
            raise self._reader.error


class AsyncChunkStream(_Stream):
    """The asynchronous twin of `ChunkStream`."""

    def __init__(self, *args: Any) -> None:
        """Take over a response whose body has not been read."""
        super().__init__(*args)
        self._body = (
            self.response.aiter_bytes()
            if _is_encoded(self.response)
            else aiter(self.response.stream)
        )

    async def __aenter__(self) -> Self:
        """Return itself."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close the response."""
        await self.close()

    async def close(self) -> None:
        """Close the response; a connection that was read to its end is used again."""
        try:
            if self._reader.done and not self.response.is_closed:
                async with asyncio.timeout(_DRAIN_SECONDS):
                    async for _ in self._body:
                        pass
        except TimeoutError:
            pass  # the host keeps the body open: it is closed below
        except transport_errors():
            pass  # the answer is whole, and the connection is given up below
        finally:
            await self._body.aclose()
            await self.response.aclose()

    async def __aiter__(self) -> AsyncIterator[JSON]:
        """Yield each object as it arrives.

        Raises:
            CometAPIError: If the stream breaks, falls silent or carries an error.
        """
        try:
            async for data in self._body:
                chunks = self._reader.feed(data)
                for chunk in chunks:
                    yield chunk
                self._note(chunks)
                if self._reader.error:
                    raise self._reader.error
                if self._reader.done:
                    return
        except transport_errors() as error:
            raise self._broken(error) from error
        for chunk in self._reader.close():
            yield chunk
        if self._reader.error:
            raise self._reader.error


def _split(payload: Mapping[str, Any]) -> tuple[JSON, JSON]:
    """Part the SDK's per-call options from the JSON body."""
    body = dict(payload)
    options: JSON = {"follow_redirects": False}
    for name, option in (("extra_headers", "headers"), ("extra_query", "params")):
        if (value := body.pop(name, None)) is not None:
            options[option] = value
    if "timeout" in body:
        options["timeout"] = as_timeout(body.pop("timeout"))
    body.update(body.pop("extra_body", None) or {})
    return body, options


def request_body(payload: Mapping[str, Any]) -> JSON:
    """Return the JSON body that a payload makes."""
    return _split(payload)[0]


def describe_query(query: Mapping[str, Any]) -> str:
    """Return the end of a URL with these query parameters, as the SDK writes them."""
    return f"?{stringify(query, array_format='brackets')}" if query else ""


def as_timeout(timeout: Any) -> Any:
    """Turn a `(connect, read, ...)` tuple into the HTTP library's object; keep the rest."""
    return httpx.Timeout(timeout) if isinstance(timeout, tuple) else timeout


def _limit_silence(timeout: Any, seconds: float | None) -> Any:
    """Bound the time between two reads, so that a silent socket needs no timer of its own."""
    limited = httpx.Timeout(**timeout.as_dict()) if hasattr(timeout, "as_dict") else None
    limited = limited or httpx.Timeout(timeout)
    if seconds is not None:
        limited.read = seconds if limited.read is None else min(limited.read, seconds)
    return limited


def _dump_body(body: JSON) -> bytes:
    """Write the body as JSON, several times faster than the SDK does.

    Raises:
        ValueError: If a parameter is none; it is named.
    """
    try:
        return to_json(body)
    except ValueError as error:
        wrong = [name for name, value in body.items() if not _is_serializable(value)]
        msg = f"{', '.join(f'`{name}`' for name in wrong)} cannot be sent as JSON: {error}"
        raise ValueError(msg) from None


def _is_serializable(value: object) -> bool:
    try:
        to_json(value)
    except ValueError:
        return False
    return True


def _read_object(content: bytes, failure: Failure) -> JSON:
    try:
        data = load_json(content)
    except ValueError:
        raise failure.of_body(content, "The answer is no JSON") from None
    if not isinstance(data, dict):
        raise failure.of_body(content, "The answer is JSON, and no object")
    if is_error(data):
        raise failure.of_error_object(data, in_stream=False)
    return data


def _read_completion(response: Any, failure: Failure) -> Completion:
    content: bytes = response.content
    data = _read_object(content, failure)
    choices = data.get("choices")
    if not choices or not isinstance(choices, list) or not isinstance(choices[0], dict):
        raise failure.of_body(content, "The answer has no `choices`")
    for choice in choices:
        if isinstance(choice, dict) and (
            choice.get("error") or choice.get("finish_reason") == "error"
        ):
            raise failure.of_error_object(choice, in_stream=False)
    return Completion(data, _info(response))


class _Resource:
    """What all resources share."""

    def __init__(self, client: Any, chunk_timeout: float | None = None) -> None:
        self._client = client
        self._chunk_timeout = chunk_timeout

    def _request(self, payload: Mapping[str, Any]) -> tuple[Any, Failure, JSON]:
        body, options = _split(payload)
        client = self._client
        if headers := options.pop("headers", None):
            check_headers(headers)
            # As defaults of a copy: `openai` 2 logs the headers of a call in clear.
            client = client.with_options(default_headers=headers)
        stream = bool(body.get("stream"))
        if stream:
            timeout = options.get("timeout", client.timeout)
            options["timeout"] = _limit_silence(timeout, self._chunk_timeout)
        failure = Failure(model=body.get("model"))
        content = _dump_body(body)
        call = {
            "content": content,
            "options": {**_NOT_GIVEN, **options},
            "cast_to": httpx.Response,
            "stream": stream,
        }
        return client, failure, call


class _SyncResource(_Resource):
    """Posts over a synchronous client."""

    _client: Client

    def _post(self, path: str, payload: Mapping[str, Any]) -> tuple[Any, Failure, bool]:
        """Return the response, what builds its errors, and whether it is a stream."""
        client, failure, call = self._request(payload)
        try:
            failure.response = response = client.post(path, **call)
        except KeyCallableError as error:
            raise error.__cause__ or error from None
        except openai.APIError as error:
            raise failure.of_sdk(error) from error.__cause__
        failure.request = response.request
        return response, failure, call["stream"]


class _AsyncResource(_Resource):
    """The asynchronous twin of `_SyncResource`."""

    _client: AsyncClient

    async def _post(self, path: str, payload: Mapping[str, Any]) -> tuple[Any, Failure, bool]:
        client, failure, call = self._request(payload)
        try:
            failure.response = response = await client.post(path, **call)
        except KeyCallableError as error:
            raise error.__cause__ or error from None
        except openai.APIError as error:
            raise failure.of_sdk(error) from error.__cause__
        failure.request = response.request
        return response, failure, call["stream"]


class Completions(_SyncResource):
    """Posts a payload to the chat route and hands back plain JSON."""

    @overload
    def create(self, *, stream: Literal[True], **payload: Any) -> ChunkStream: ...
    @overload
    def create(self, *, stream: Literal[False] = ..., **payload: Any) -> Completion: ...

    def create(self, **payload: Any) -> Completion | ChunkStream:
        """Send one request.

        Args:
            **payload: The JSON body as it is, and the SDK's `extra_headers`, `extra_query`,
                `extra_body` and `timeout` (seconds).

        Returns:
            The answer, or its stream if the payload says `stream`.

        Raises:
            CometAPIError: If there is no answer, or none that is a completion.
        """
        response, failure, is_stream = self._post(_PATH, payload)
        if is_stream:
            return ChunkStream(response, failure, self._chunk_timeout)
        return _read_completion(response, failure)


class AsyncCompletions(_AsyncResource):
    """The asynchronous twin of `Completions`."""

    @overload
    async def create(self, *, stream: Literal[True], **payload: Any) -> AsyncChunkStream: ...
    @overload
    async def create(self, *, stream: Literal[False] = ..., **payload: Any) -> Completion: ...

    async def create(self, **payload: Any) -> Completion | AsyncChunkStream:
        """Send one request; see `Completions.create`."""
        response, failure, is_stream = await self._post(_PATH, payload)
        if is_stream:
            return AsyncChunkStream(response, failure, self._chunk_timeout)
        return _read_completion(response, failure)


@dataclass(frozen=True)
class EmbeddingsAnswer:
    """The gateway's JSON, and what builds the error if it does not hold what it should."""

    data: JSON
    failure: Failure


class Embeddings(_SyncResource):
    """Posts texts to the embeddings route and hands back plain JSON."""

    def create(self, **payload: Any) -> EmbeddingsAnswer:
        """Send one request; see `Completions.create`.

        Raises:
            CometAPIError: If there is no answer, or none that is a JSON object.
        """
        response, failure, _ = self._post(_EMBEDDINGS_PATH, payload)
        return EmbeddingsAnswer(_read_object(response.content, failure), failure)


class AsyncEmbeddings(_AsyncResource):
    """The asynchronous twin of `Embeddings`."""

    async def create(self, **payload: Any) -> EmbeddingsAnswer:
        """Send one request; see `Embeddings.create`."""
        response, failure, _ = await self._post(_EMBEDDINGS_PATH, payload)
        return EmbeddingsAnswer(_read_object(response.content, failure), failure)
