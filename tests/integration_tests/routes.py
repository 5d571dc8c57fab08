"""A gateway and proxies: scripts of hosts on loopback."""

from __future__ import annotations

import socket
import ssl
import threading
from contextlib import suppress
from http.client import HTTPConnection
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tests.integration_tests.raw_host import answering, reply, serving

if TYPE_CHECKING:
    import trustme

    from tests.integration_tests.raw_host import Line, Received, Script

RESPONSE = b"HTTP/1.1 %d Any\r\ncontent-type: %b\r\ncontent-length: %d\r\n%b\r\n"
BUSY = RESPONSE % (500, b"application/json", 2, b"retry-after-ms: 1\r\n") + b"{}"
"""A response after which the SDK tries again at once."""

_PER_CONNECTION = {"connection", "content-length", "host", "proxy-authorization"}


def answer_with(text: str) -> Script:
    """Return the script of a gateway that answers every request with this text."""
    return serving(lambda request: reply(request, text))


def forward(line: Line) -> None:
    """Be a proxy: open the tunnel that CONNECT asks for, and send other requests on."""
    while (request := line.receive()) is not None:
        method, target, _ = request.line.split(" ")
        if method == "CONNECT":
            _tunnel(line, target)
            return
        line.send(_send_on(method, target, request))


refuse = answering(RESPONSE % (407, b"application/json", 2, b"") + b"{}")
"""The script of a proxy that lets nobody through."""


def _send_on(method: str, target: str, request: Received) -> bytes:
    url = urlsplit(target)
    headers = {k: v for k, v in request.headers.items() if k not in _PER_CONNECTION}
    connection = HTTPConnection(url.netloc)
    try:
        connection.request(method, url.path, request.body, headers)
        response = connection.getresponse()
        body = response.read()
    finally:
        connection.close()
    content_type = response.headers["content-type"].encode()
    return RESPONSE % (response.status, content_type, len(body), b"") + body


def _tunnel(line: Line, target: str) -> None:
    host, _, port = target.rpartition(":")
    with socket.create_connection((host.strip("[]"), int(port))) as onward:
        line.send(b"HTTP/1.1 200 Connected\r\n\r\n")
        back = threading.Thread(target=pass_on, args=(onward, line.socket))
        back.start()
        pass_on(line.socket, onward)
        back.join()


def pass_on(source: socket.socket, sink: socket.socket) -> None:
    """Send what one connection brings over another, until its end."""
    with suppress(OSError):
        while data := source.recv(65536):
            sink.sendall(data)
    with suppress(OSError):  # either end may be faster
        sink.shutdown(socket.SHUT_WR)


def identify(authority: trustme.CA, name: str = "localhost") -> ssl.SSLContext:
    """Return the TLS context of a host of this name."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context
