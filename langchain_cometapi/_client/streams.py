"""Streamed responses: the JSON objects of a body of server-sent events.

The synchronous and the asynchronous stream drive the same reader and differ in who awaits.
"""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

from langchain_cometapi._client.network import WatchedStream
from langchain_cometapi._client.responses import ResponseInfo
from langchain_cometapi._client.sdk import timeout_errors, transport_errors
from langchain_cometapi._client.sse import ChunkReader

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator
    from typing import Self

    from langchain_cometapi._client.errors import Failure
    from langchain_cometapi._client.route import JSON, Route

_DRAIN_SECONDS = 1.0
_CLOCK_SLACK = 0.1  # seconds; two clocks measure the silence


class _SilenceTimer:
    """Measures for how long a stream has been without content.

    It looks at the clock when bytes without an event arrive, that is for keep-alive
    comments, and costs nothing while there is content.
    """

    __slots__ = ("_since", "seconds")

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._since = time.monotonic()

    def restart(self) -> None:
        self._since = time.monotonic()

    @property
    def remaining(self) -> float:
        """Seconds of silence still allowed."""
        return self.seconds - (time.monotonic() - self._since)


def _is_encoded(response: Any) -> bool:
    """Whether a body must be decoded; if not, the library's decoding layers are skipped."""
    return bool(response.headers.get("content-encoding", "identity") != "identity")


class _Stream:
    """What the two streams share: the response, its reader and its errors."""

    def __init__(
        self, response: Any, failure: Failure, route: Route, chunk_timeout: float | None
    ) -> None:
        """Take over a response whose body has not been read.

        Args:
            response: One of the HTTP library's.
            failure: Builds the errors of its request.
            route: The endpoint it came from.
            chunk_timeout: Seconds that the stream may be without content, or `None`.
        """
        self.response = response
        self.info = ResponseInfo.read(response)
        self.failure = failure
        self._reader = ChunkReader(failure, route.event_field or route.result_field)
        self._has_content = route.has_content
        self._is_last = route.is_last
        self._timer = None if chunk_timeout is None else _SilenceTimer(chunk_timeout)

    def _translate(self, error: Exception) -> Exception:
        """Return the exception to raise for an exception of the HTTP library."""
        timed_out = isinstance(error, timeout_errors())
        if timed_out and self._timer is not None and self._timer.remaining <= _CLOCK_SLACK:
            return self.failure.from_silence(self._timer.seconds)
        return self.failure.from_transport(error, timed_out=timed_out)

    def _has_ended(self, chunks: list[JSON]) -> bool:
        """Whether nothing of the stream follows."""
        if self._is_last is not None and any(map(self._is_last, chunks)):
            self._reader.done = True
        return self._reader.done

    def _check_silence(self, chunks: list[JSON]) -> None:
        """Restart the timer for content; look at it for anything else.

        Raises:
            CometAPITimeoutError: If the stream has been without content for too long.
        """
        if self._timer is None:
            return
        for chunk in chunks:
            if self._has_content(chunk):
                self._timer.restart()
                return
        if self._timer.remaining <= 0:
            raise self.failure.from_silence(self._timer.seconds)


class ChunkStream(_Stream):
    """The JSON objects of a streamed response; closes the response when its block is left."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._body = (
            self.response.iter_bytes() if _is_encoded(self.response) else iter(self.response.stream)
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the response; a connection that was read to its end is used again."""
        try:
            if self._reader.done and not self.response.is_closed:
                self._drain()
        except transport_errors():
            pass  # everything has arrived, and the connection is closed below
        finally:
            self.response.close()

    def _drain(self) -> None:
        """Read the body to its end, which usually comes in the next bytes.

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
            CometAPIError: If the stream breaks, has no content for too long or carries an error.
        """
        try:
            for data in self._body:
                chunks = self._reader.feed(data)
                yield from chunks
                self._check_silence(chunks)
                if self._reader.error:
                    raise self._reader.error
                if self._has_ended(chunks):
                    return
        except transport_errors() as error:
            raise self._translate(error) from error
        yield from self._reader.close()
        if self._reader.error:
            raise self._reader.error


class AsyncChunkStream(_Stream):
    """The asynchronous twin of `ChunkStream`."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._body = (
            self.response.aiter_bytes()
            if _is_encoded(self.response)
            else aiter(self.response.stream)
        )

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
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
            pass  # everything has arrived, and the connection is closed below
        finally:
            await self._body.aclose()
            await self.response.aclose()

    async def __aiter__(self) -> AsyncIterator[JSON]:
        """Yield each object as it arrives.

        Raises:
            CometAPIError: If the stream breaks, has no content for too long or carries an error.
        """
        try:
            async for data in self._body:
                chunks = self._reader.feed(data)
                for chunk in chunks:
                    yield chunk
                self._check_silence(chunks)
                if self._reader.error:
                    raise self._reader.error
                if self._has_ended(chunks):
                    return
        except transport_errors() as error:
            raise self._translate(error) from error
        for chunk in self._reader.close():
            yield chunk
        if self._reader.error:
            raise self._reader.error
