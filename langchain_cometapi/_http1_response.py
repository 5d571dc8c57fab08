"""An HTTP/1.1 response from bytes that are cut anywhere.

Sans-IO: the transports of `_transport.py` and `_async_transport.py` move the bytes. Strict where a
lenient reader could take one response for two (RFC 9112, section 11), and quick where a stream has
thousands of small chunks.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from langchain_cometapi._sdk import httpx

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_MOST_HEAD_BYTES = 100 * 1024  # of the trailers too
_MOST_LINE_BYTES = 16 * 1024  # of a chunk's size and its extensions

_NAME = rb"[-!#$%&'*+.^_`|~0-9A-Za-z]+"
_END_OF_HEAD = re.compile(rb"\n\r?\n")
_END_OF_TRAILERS = re.compile(rb"(?:\A|\n)\r?\n")
_STATUS_LINE = re.compile(rb"HTTP/1\.([01]) ([1-9][0-9]{2})(?: ([^\0\r\n]*))?\r?")
_FOLD = re.compile(rb"\r?\n[ \t]+")
_FIELD = re.compile(rb"(" + _NAME + rb"):([^\0\r\n]*)\r?")
_CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,16})[ \t]*(?:;[^\0\r\n]*)?")
_LENGTH = re.compile(rb"[0-9]{1,19}")

Headers = list[tuple[bytes, bytes]]


class ResponseReader:
    """Reads one response.

    Attributes:
        status: Its status, or `None` while the head is not complete.
        headers: Its headers, as they came.
        reason: What the status line says beside the status.
        done: Whether it has been read to its end.
        keep_alive: Whether the connection may be used again; only once it is done.
    """

    __slots__ = (
        "_error",
        "_expects_body",
        "_in_head",
        "_left",
        "_rest",
        "_step",
        "_version",
        "done",
        "headers",
        "keep_alive",
        "reason",
        "status",
    )

    def __init__(self, *, expects_body: bool = True, keep_alive: bool = True) -> None:
        """Start before the first byte.

        Args:
            expects_body: False for the response to a `HEAD`.
            keep_alive: Whether the request leaves the connection open.
        """
        self._expects_body = expects_body
        self._in_head = True
        self._rest = b""
        self._left = 0  # bytes: of the body, or of the chunk
        self._step: Callable[[ResponseReader, bytes], bytes] = ResponseReader._read_to_close
        self._error: str | None = None
        self._version = b"HTTP/1.1"
        self.status: int | None = None
        self.headers: Headers = []
        self.reason = b""
        self.done = False
        self.keep_alive = keep_alive

    @property
    def extensions(self) -> dict[str, Any]:
        """What the HTTP library calls the extensions of a response."""
        return {"http_version": self._version, "reason_phrase": self.reason}

    def feed(self, data: bytes) -> bytes:
        """Take in what arrived, and return what it holds of the body.

        A fault behind that is not lost: call `check` before waiting for more.

        Raises:
            RemoteProtocolError: If it is no HTTP.
        """
        if self._in_head:
            data = self._read_head(data)
            if self._in_head:
                return b""
        if not self.done:
            return self._step(self, data)
        if data:
            self.keep_alive = False  # it belongs to no response
        return b""

    def check(self) -> None:
        """Look for a fault behind what was returned last, before waiting for more.

        Raises:
            RemoteProtocolError: If there was one.
        """
        if self._error is not None:
            raise httpx.RemoteProtocolError(self._error)

    def close(self) -> None:
        """Take note that the host has closed the connection.

        Raises:
            RemoteProtocolError: If the response is not complete.
        """
        self.keep_alive = False
        if self._in_head:
            what = "while sending the head of its response" if self._rest else "without a response"
            msg = f"Server disconnected {what}."
            raise httpx.RemoteProtocolError(msg)
        if not self.done and self._step is not ResponseReader._read_to_close:
            msg = "Server disconnected while sending the body of its response."
            raise httpx.RemoteProtocolError(msg)
        self.done = True

    def _fail(self, message: str, before: list[bytes]) -> bytes:
        """Return what was read before a fault; without any, raise it at once."""
        self._error = message
        if not any(before):
            self.check()
        return b"".join(before)

    # -- head -----------------------------------------------------------------------------

    def _read_head(self, data: bytes) -> bytes:
        """Read the head, past any interim ones; return what is behind it."""
        searched, data = len(self._rest), self._rest + data
        while match := _END_OF_HEAD.search(data, max(0, searched - 2)):
            searched = 0
            if match.end() > _MOST_HEAD_BYTES:
                break
            status = self._parse_head(data[: match.start()])
            data = data[match.end() :]
            if status >= 200:  # noqa: PLR2004 - the others are interim
                self._plan_body(status)
                self.status = status
                self._in_head, self._rest = False, b""
                return data
        if len(data) > _MOST_HEAD_BYTES:
            msg = f"The head of the response is larger than {_MOST_HEAD_BYTES:,} bytes."
            raise httpx.RemoteProtocolError(msg)
        self._rest = data
        return b""

    def _parse_head(self, head: bytes) -> int:
        status_line, _, fields = head.partition(b"\n")
        match = _STATUS_LINE.fullmatch(status_line)
        if match is None or match[2] == b"101":  # nobody has asked for another protocol
            msg = f"The host does not answer in HTTP/1.1: {status_line[:100]!r}"
            raise httpx.RemoteProtocolError(msg)
        self._version = b"HTTP/1." + match[1]
        self.reason = match[3] or b""
        self.headers = [*_parse_fields(_FOLD.sub(b" ", fields))] if fields else []
        return int(match[2])

    def _plan_body(self, status: int) -> None:
        """Decide how the end of the body shows itself (RFC 9112, section 6.3)."""
        connection = self._values(b"connection")
        if self._version != b"HTTP/1.1" or b"close" in connection:
            self.keep_alive = False
        codings, lengths = self._values(b"transfer-encoding"), {*self._values(b"content-length")}
        if len(lengths) > 1 or not all(map(_LENGTH.fullmatch, lengths)):
            msg = "The response has no valid content-length."
            raise httpx.RemoteProtocolError(msg)
        if codings not in ([], [b"chunked"]):
            msg = f"The response has an unknown transfer-encoding: {codings[-1]!r}"
            raise httpx.RemoteProtocolError(msg)
        if codings and lengths:  # another reader of these bytes may see their end elsewhere
            self.keep_alive = False
        if not self._expects_body or status in (204, 304):
            self.done = True
        elif codings:
            self._step = ResponseReader._read_size
        elif lengths:
            self._left = int(lengths.pop())
            self._step = ResponseReader._read_counted
            self.done = not self._left

    def _values(self, wanted: bytes) -> list[bytes]:
        return [
            part.strip(b" \t").lower()
            for name, value in self.headers
            if name.lower() == wanted
            for part in value.split(b",")
        ]

    # -- body -----------------------------------------------------------------------------

    def _read_to_close(self, data: bytes) -> bytes:
        return data

    def _read_counted(self, data: bytes) -> bytes:
        left = self._left
        if len(data) < left:
            self._left = left - len(data)
            return data
        self.done = True
        self.keep_alive = self.keep_alive and len(data) == left
        return data[:left]

    def _read_size(self, data: bytes, before: list[bytes] | None = None) -> bytes:
        """Read a chunked body, from the line with the size of a chunk on."""
        data, self._rest = self._rest + data, b""
        pieces = before or []
        position = 0
        while (end := data.find(b"\r\n", position)) >= 0:
            match = _CHUNK_SIZE.fullmatch(data, position, end)
            if match is None or end - position > _MOST_LINE_BYTES:
                return self._fail_at(data[position:end], pieces)
            size = int(match[1], 16)
            start = end + 2
            if not size:
                self._step = ResponseReader._read_trailers
                return self._read_trailers(data[start:], pieces)
            position = start + size + 2
            if data[position - 2 : position] != b"\r\n":  # cut, or longer than it says
                self._left = size
                self._step = ResponseReader._read_chunk
                return self._read_chunk(data[start:], pieces)
            pieces.append(data[start : position - 2])
        self._rest = data[position:]
        if len(self._rest) > _MOST_LINE_BYTES + 1:  # half of its line break may be there
            return self._fail_at(self._rest, pieces)
        return b"".join(pieces)

    def _read_chunk(self, data: bytes, before: list[bytes] | None = None) -> bytes:
        """Read on amid a chunk, up to the line break behind it."""
        pieces = before or []
        pieces.append(data[: self._left])
        rest, self._rest = self._rest + data[self._left :], b""
        self._left -= len(pieces[-1])
        if not self._left:
            if rest.startswith(b"\r\n"):
                self._step = ResponseReader._read_size
                return self._read_size(rest[2:], pieces)
            if rest not in (b"", b"\r"):
                return self._fail_at(rest, pieces)
            self._rest = rest
        return b"".join(pieces)

    def _fail_at(self, line: bytes, before: list[bytes]) -> bytes:
        return self._fail(f"The response has no valid chunk: {line[:100]!r}", before)

    def _read_trailers(self, data: bytes, before: list[bytes] | None = None) -> bytes:
        """Pass over the fields behind the last chunk, up to an empty line."""
        pieces = before or []
        searched, data = len(self._rest), self._rest + data
        match = _END_OF_TRAILERS.search(data, max(0, searched - 2))
        end = match.end() if match else len(data)
        if end > _MOST_HEAD_BYTES:
            return self._fail("The response has too much behind its last chunk.", pieces)
        self._rest = data
        if match:
            self.done = True
            self.keep_alive = self.keep_alive and end == len(data)
        return b"".join(pieces)


def _parse_fields(fields: bytes) -> Iterator[tuple[bytes, bytes]]:
    for line in fields.split(b"\n"):
        match = _FIELD.fullmatch(line)
        if match is None:
            msg = f"The response has a header that is none: {line[:100]!r}"
            raise httpx.RemoteProtocolError(msg)
        yield match[1], match[2].strip(b" \t")
