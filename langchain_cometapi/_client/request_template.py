"""Requests built from a template instead of by the SDK.

The SDK and the HTTP library build the URL and the headers of each request again, which costs about
as much as sending it. They are the same for all requests of one client to one route.
"""

from __future__ import annotations

from typing import Any

from langchain_cometapi._client.sdk import httpx

# The SDK writes these for each request, and the HTTP library the length.
_PER_REQUEST_HEADERS = frozenset(
    {b"content-length", b"x-stainless-retry-count", b"x-stainless-read-timeout"}
)


class RequestTemplate:
    """The URL and the headers of a request that the SDK has built."""

    __slots__ = ("_fixed", "_last", "_signed", "_url")

    def __init__(self, request: Any, key: str) -> None:
        """Copy what all requests share.

        Args:
            request: A request that the SDK has built.
            key: The key it was signed with.
        """
        signed = (b"authorization", f"Bearer {key}".encode())
        raw = [(name.lower(), value) for name, value in request.headers.raw]
        self._signed = signed in raw  # else the user has put a header of their own there
        self._url = request.url
        self._fixed = [
            header for header in raw if header[0] not in _PER_REQUEST_HEADERS and header != signed
        ]
        self._last: tuple[object, httpx.Headers] = (None, httpx.Headers())

    def fill(self, content: bytes, key: str, timeout: Any, retries: int) -> Any:
        """Return a request with this body.

        Args:
            content: The body.
            key: The key to sign it with.
            timeout: Seconds, or the HTTP library's object.
            retries: How often it was sent before.
        """
        limits = timeout if isinstance(timeout, httpx.Timeout) else httpx.Timeout(timeout)
        differing = (key, limits.read, retries)
        known, headers = self._last
        if known != differing:
            headers = self._build_headers(*differing)
            self._last = differing, headers
        request = httpx.Request(
            "POST",
            self._url,
            headers=headers,  # of which it takes a copy
            stream=httpx.ByteStream(content),
            extensions={"timeout": limits.as_dict()},
        )
        request.headers["content-length"] = str(len(content))
        request.read()
        return request

    def _build_headers(self, key: str, read_timeout: float | None, retries: int) -> httpx.Headers:
        headers = [*self._fixed, (b"x-stainless-retry-count", b"%d" % retries)]
        if read_timeout is not None:
            headers.append((b"x-stainless-read-timeout", str(read_timeout).encode()))
        if self._signed:
            headers.append((b"authorization", f"Bearer {key}".encode()))
        return httpx.Headers(headers)
