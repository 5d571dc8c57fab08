"""Sends the requests of the catalogue, which are none of a model's: no key, no retries, no pool."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING, Any

from langchain_cometapi._catalog.reading import CatalogReply, CatalogRequest
from langchain_cometapi._client.error_body import preview
from langchain_cometapi._client.http_clients import (
    TransportSettings,
    build_async_client,
    build_client,
)
from langchain_cometapi._client.sdk import httpx, transport_errors
from langchain_cometapi._version import __version__
from langchain_cometapi.exceptions import CometAPIError

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_BYTES = 8 * 1024 * 1024
_WAIT_SECONDS = 10.0
"""For a connection, and for each piece of the response."""
_MAX_SECONDS = 60.0
"""For all of it: a host that sends a byte at a time would hold the caller forever."""

# A few kilobytes of other compressions may become gigabytes in one step; of these, 1000 times more.
_ENCODINGS = ("gzip", "deflate")
_OK = 200

_settings = TransportSettings()


class _UnreadableError(Exception):
    """A response that is not read to its end."""


def _failures() -> tuple[type[Exception], ...]:
    """Return the exceptions of a network that is not there, or of a response that is no use.

    A sandbox that allows no sockets raises a `RuntimeError`, which anyio puts into a group.
    """
    own = (_UnreadableError, CometAPIError, httpx.InvalidURL)
    return (*own, *transport_errors(), OSError, RuntimeError, ExceptionGroup)


def fetch(request: CatalogRequest, key: str | None = None) -> CatalogReply:
    """Send a request of the catalogue; a failure is a reply, too.

    Args:
        request: The request.
        key: The key, which is sent if the request needs one.
    """
    try:
        with build_client(_settings) as client:
            response = client.send(
                _build(client, request, key), stream=True, follow_redirects=False
            )
            try:
                body = _Body(response)
                for piece in response.iter_bytes() if body.is_wanted else ():
                    body.add(piece)
                return body.reply()
            finally:
                response.close()
    except _failures() as error:
        return _describe(error)


async def afetch(request: CatalogRequest, key: str | None = None) -> CatalogReply:
    """Send a request of the catalogue; a failure is a reply, too.

    Args:
        request: The request.
        key: The key, which is sent if the request needs one.
    """
    try:
        # In a thread, because it may read certificates.
        async with await asyncio.to_thread(build_async_client, _settings) as client:
            response = await client.send(
                _build(client, request, key), stream=True, follow_redirects=False
            )
            try:
                body = _Body(response)
                if body.is_wanted:
                    async for piece in response.aiter_bytes():
                        body.add(piece)
                return body.reply()
            finally:
                await response.aclose()
    except _failures() as error:
        return _describe(error)


def _build(client: Any, request: CatalogRequest, key: str | None) -> Any:
    headers = {
        "Accept": "application/json",
        "Accept-Encoding": ", ".join(_ENCODINGS),
        "User-Agent": f"langchain-cometapi/{__version__}",
        **request.headers,
    }
    if request.needs_key and key is not None:
        headers["Authorization"] = f"Bearer {key}"
    return client.build_request("GET", request.url, headers=headers, timeout=_WAIT_SECONDS)


class _Body:
    """The body of a response, up to `MAX_BYTES`.

    Raises:
        _UnreadableError: If it is longer, or takes too long, or is compressed in another way.
    """

    def __init__(self, response: Any) -> None:
        self._response = response
        self._end = time.monotonic() + _MAX_SECONDS
        self._pieces: list[bytes] = []
        self._length = 0
        self.is_wanted = response.status_code == _OK
        if self.is_wanted:
            for problem in self._find_problems():
                raise _UnreadableError(problem)

    def _find_problems(self) -> Iterator[str]:
        headers = self._response.headers
        encoding = headers.get("content-encoding", "identity").strip().lower()
        if encoding not in (*_ENCODINGS, "identity", ""):
            yield f"it is compressed with {encoding[:40]}, which was not asked for"
        length = headers.get("content-length", "")
        if length.isascii() and length.isdigit() and (len(length) > 12 or int(length) > MAX_BYTES):  # noqa: PLR2004
            yield f"it is longer than {MAX_BYTES} bytes"

    def add(self, piece: bytes) -> None:
        self._length += len(piece)
        if self._length > MAX_BYTES:
            msg = f"it is longer than {MAX_BYTES} bytes"
            raise _UnreadableError(msg)
        if time.monotonic() > self._end:
            msg = f"it takes longer than {_MAX_SECONDS:g} s"
            raise _UnreadableError(msg)
        self._pieces.append(piece)

    def reply(self) -> CatalogReply:
        headers = self._response.headers
        return CatalogReply(
            self._response.status_code,
            b"".join(self._pieces),
            headers.get("etag"),
            headers.get("last-modified"),
        )


def _describe(error: Exception) -> CatalogReply:
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    if isinstance(error, _UnreadableError):
        return CatalogReply(problem=str(error))
    return CatalogReply(problem=f"{type(error).__name__}: {preview(str(error))}")
