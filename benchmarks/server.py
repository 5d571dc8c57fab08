"""A canned server on the loopback interface, in a process of its own.

The base URL names the answer, and of a request only its size is looked at:

    http://127.0.0.1:PORT/answer/v1          a whole answer
    http://127.0.0.1:PORT/text/500/v1        a stream of 500 pieces of text
    http://127.0.0.1:PORT/tools/500/v1       a stream that thinks and calls tools
    http://127.0.0.1:PORT/paced/500/v1       a stream of text, a tenth of it every 10 ms
    http://127.0.0.1:PORT/response/v1        a whole answer of the Responses route
    http://127.0.0.1:PORT/events/500/v1      a stream of text of the Responses route

`python -m benchmarks.server` says how many requests a second it answers.
"""

from __future__ import annotations

import asyncio
import multiprocessing
import socket
import time
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING

from benchmarks.canned import ANSWER, DELTAS, RESPONSE, events, response_events

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.connection import Connection

_PACE = 0.01  # seconds


def _whole(body: bytes) -> bytes:
    head = f"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {len(body)}"
    return head.encode() + b"\r\n\r\n" + body


def _streamed(stream: list[bytes]) -> bytes:
    """Each event is an HTTP chunk of its own, as a gateway that flushes every token sends them."""
    head = (
        b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
    )
    chunks = (b"%x\r\n%b\r\n" % (len(event), event) for event in stream)
    return head + b"".join(chunks) + b"0\r\n\r\n"


@cache
def _response(path: bytes) -> bytes:
    """What a path such as `/text/500/v1/chat/completions` is answered with."""
    _, kind, count, *_ = path.decode().split("/")
    if kind == "response":
        return _whole(RESPONSE)
    if kind == "events":
        return _streamed(response_events(int(count)))
    return _streamed(events(DELTAS[kind](int(count)))) if kind in DELTAS else _whole(ANSWER)


class _Connection(asyncio.Protocol):
    """Answers the requests of one connection, each as soon as it is there in full."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._received = bytearray()

    def data_received(self, data: bytes) -> None:
        received = self._received
        received += data
        while (end := received.find(b"\r\n\r\n")) >= 0:
            head = bytes(received[:end])
            length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0]
            size = end + 4 + int(length or 0)
            if len(received) < size:
                return
            del received[:size]
            path = head.split(b" ", 2)[1]
            response = _response(path)
            if path.startswith(b"/paced/"):
                self._write_slowly(response, len(response) // 10 + 1)
            else:
                self._transport.write(response)

    def _write_slowly(self, response: bytes, size: int) -> None:
        self._transport.write(response[:size])
        if rest := response[size:]:
            asyncio.get_running_loop().call_later(_PACE, self._write_slowly, rest, size)


def _serve(port: Connection) -> None:
    async def run() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(_Connection, "127.0.0.1", 0, backlog=1024)
        port.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(run())


@contextmanager
def running() -> Iterator[str]:
    """Start the server, and give its URL without a path."""
    ours, theirs = multiprocessing.Pipe(duplex=False)
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(theirs,))
    process.start()
    try:
        yield f"http://127.0.0.1:{ours.recv()}"
    finally:
        process.terminate()
        process.join()


def capacity(url: str, requests: int = 20_000) -> float:
    """Requests a second over one connection, 20 at a time: the client costs next to nothing."""
    port = int(url.rpartition(":")[2])
    batch = 20 * b"POST /answer/v1/chat/completions HTTP/1.1\r\ncontent-length: 2\r\n\r\n{}"
    size = 20 * len(_response(b"/answer/v1/chat/completions"))
    start = time.perf_counter()
    with socket.create_connection(("127.0.0.1", port)) as connection:
        for _ in range(requests // 20):
            connection.sendall(batch)
            left = size
            while left:
                left -= len(connection.recv(left))
    return requests / (time.perf_counter() - start)


if __name__ == "__main__":
    with running() as address:
        print(f"{capacity(address):,.0f} requests a second")
