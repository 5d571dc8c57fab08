"""Connections after `[DONE]`: used again where the body ends, given up where it does not."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import threading
from typing import TYPE_CHECKING

import pytest

from langchain_cometapi import ChatCometAPI

if TYPE_CHECKING:
    from collections.abc import Iterator

_EVENTS = (
    b'data: {"choices":[{"index":0,"delta":{"content":"Hi"},"finish_reason":"stop"}]}\n\n'
    b"data: [DONE]\n\n"
)
_ANSWER = (
    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
    + f"{len(_EVENTS):x}\r\n".encode()
    + _EVENTS
    + b"\r\n"
)
_END = b"0\r\n\r\n"


class _Server:
    """Streams one answer to each request, and ends its body or keeps it open."""

    def __init__(self, *, ends: bool) -> None:
        self.ends = ends
        self.connections = 0
        self._open: list[socket.socket] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}/v1"
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.connections += 1
            self._open.append(connection)
            self._threads.append(threading.Thread(target=self._serve, args=(connection,)))
            self._threads[-1].start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, connection.makefile("rb") as requests:
            while head := requests.readline():
                length = 0
                while head.strip():
                    name, _, value = head.partition(b":")
                    length = int(value) if name.lower() == b"content-length" else length
                    head = requests.readline()
                requests.read(length)
                connection.sendall(_ANSWER + (_END if self.ends else b""))

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        for connection in self._open:
            with contextlib.suppress(OSError):  # closed by the client already
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()


@pytest.fixture
def server(request: pytest.FixtureRequest) -> Iterator[_Server]:
    running = _Server(ends=request.param)
    yield running
    running.close()


@pytest.mark.parametrize("server", [True, False], indirect=True, ids=["ends", "stays open"])
def test_streams_in_a_row(server: _Server) -> None:
    # A read timeout far beyond pytest's own: waiting for it fails the test.
    model = ChatCometAPI(model="m", base_url=server.url, max_retries=0, timeout=600)
    for _ in range(2):
        assert "".join(chunk.text for chunk in model.stream("Hi")) == "Hi"

    async def ask() -> None:
        for _ in range(2):
            assert "".join([chunk.text async for chunk in model.astream("Hi")]) == "Hi"

    asyncio.run(ask())
    assert server.connections == (2 if server.ends else 4)
