"""An HTTP/1.1 request as bytes.

Sans-IO, as `_http1_response.py`. It refuses whatever a host could read as two requests: the
response to the second would be taken for that of somebody else's.
"""

from __future__ import annotations

import re
from typing import Any

from langchain_cometapi._sdk import httpx

_REQUEST_LINE = re.compile(rb"[!-~]+ [!-~]+ HTTP/1\.1")
_FIELD = re.compile(rb"[-!#$%&'*+.^_`|~0-9A-Za-z]+: [^\0\r\n]*")
_LENGTH = re.compile(rb"[0-9]{1,19}")

Origin = tuple[bytes, bytes, int]  # scheme, host and port


def get_origin(request: Any) -> Origin:
    """Return where a request goes.

    Raises:
        UnsupportedProtocol: If that is no address of HTTP.
    """
    url = request.url
    scheme: bytes = url.raw_scheme
    if scheme not in (b"http", b"https"):
        msg = f"The URL begins with neither http:// nor https://, but {url.scheme!r}."
        raise httpx.UnsupportedProtocol(msg)
    return scheme, url.raw_host, url.port or (443 if scheme == b"https" else 80)


class RequestWriter:
    """Writes one request.

    Attributes:
        head: The request line and the headers.
        keeps_alive: Whether the connection may be used again after it.
        expects_body: Whether its response may have a body.
    """

    __slots__ = ("_left", "expects_body", "head", "keeps_alive")

    def __init__(self, request: Any) -> None:
        """Write the head.

        Args:
            request: A request of the HTTP library's.

        Raises:
            LocalProtocolError: If a host could take it for another one, or for two.
        """
        line = b"%b %b HTTP/1.1" % (request.method.encode(), request.url.raw_path)
        if not _REQUEST_LINE.fullmatch(line):
            msg = "The URL or the method of the request holds what cannot be sent."
            raise httpx.LocalProtocolError(msg)
        lines = [line]
        framing: dict[bytes, list[bytes]] = {
            b"host": [],
            b"content-length": [],
            b"transfer-encoding": [],
            b"connection": [],
        }
        for name, value in request.headers.raw:
            field = b"%b: %b" % (name, value)
            if not _FIELD.fullmatch(field):
                msg = f"The header {name!r} holds what cannot be sent, such as a line break."
                raise httpx.LocalProtocolError(msg)
            lines.append(field)
            values = framing.get(name.lower())
            if values is not None:
                values += [part.strip(b" \t").lower() for part in value.split(b",")]
        self.head = b"\r\n".join(lines) + b"\r\n\r\n"
        self.expects_body = request.method != "HEAD"
        self.keeps_alive = b"close" not in framing[b"connection"]
        self._left = _read_length(framing)

    def write(self, piece: bytes) -> bytes:
        """Return what to send for a piece of the body.

        Raises:
            LocalProtocolError: If the body is longer than the head says.
        """
        if self._left is None:
            return b"%x\r\n%b\r\n" % (len(piece), piece) if piece else b""
        self._left -= len(piece)
        if self._left < 0:
            raise _wrong_length()
        return piece

    def end(self) -> bytes:
        """Return what to send behind the body.

        Raises:
            LocalProtocolError: If the body is shorter than the head says.
        """
        if self._left is None:
            return b"0\r\n\r\n"
        if self._left:
            raise _wrong_length()
        return b""


def _read_length(framing: dict[bytes, list[bytes]]) -> int | None:
    """Return the length of the body in bytes, or `None` if it goes in chunks."""
    lengths, codings = framing[b"content-length"], framing[b"transfer-encoding"]
    if (
        len(framing[b"host"]) != 1
        or len(lengths) + len(codings) > 1
        or not all(map(_LENGTH.fullmatch, lengths))
        or codings not in ([], [b"chunked"])
    ):
        msg = (
            "A request has one `host`, and at most one of `content-length` (a number of bytes) "
            "and `transfer-encoding` (chunked)."
        )
        raise httpx.LocalProtocolError(msg)
    return None if codings else int(lengths[0]) if lengths else 0


def _wrong_length() -> Exception:
    msg = "The body of the request is not as long as its `content-length` says."
    return httpx.LocalProtocolError(msg)
