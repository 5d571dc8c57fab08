"""Watched connections know what was read, write a head with its body, and limit waits."""

from __future__ import annotations

import socket
from typing import Any
from unittest import mock

import pytest

from langchain_cometapi._client.network import AsyncWatchedStream, WatchedStream

both = pytest.mark.parametrize("is_async", [False, True], ids=["sync", "async"])


class Network:
    """A connection that remembers the time limit of each read, and what is written."""

    def __init__(self, *incoming: bytes) -> None:
        self.limits: list[float | None] = []
        self.written: list[bytes] = []
        self.incoming = list(incoming)

    def read(self, _: int, timeout: float | None = None) -> bytes:
        self.limits.append(timeout)
        return self.incoming.pop(0) if self.incoming else b"HTTP/1.1 200 OK"

    def write(self, data: bytes, _: float | None = None) -> None:
        self.written.append(data)


class AsyncNetwork(Network):
    """The asynchronous twin of `Network`."""

    async def read(self, *args: Any) -> bytes:  # type: ignore[override]
        return super().read(*args)

    async def write(self, *args: Any) -> None:  # type: ignore[override]
        super().write(*args)


async def _converse(is_async: bool, network: Network, *steps: bytes | None) -> list[bool]:
    """Write bytes or read; return what a watched stream knew after each step."""
    stream: Any = AsyncWatchedStream(network) if is_async else WatchedStream(network)
    seen = []
    for step in steps:
        done = stream.read(1) if step is None else stream.write(step)
        if is_async:
            await done
        seen.append(stream.unread)
    return seen


def _network(is_async: bool, *incoming: bytes) -> Network:
    return AsyncNetwork(*incoming) if is_async else Network(*incoming)


@both
async def test_watched_stream_knows_whether_it_was_read_since_a_write(is_async: bool) -> None:
    network = _network(is_async)
    seen = await _converse(is_async, network, b"head", b"body", None, b"head", b"body", None)
    assert seen == [True, True, False] * 2
    assert network.written == [b"headbody"] * 2


@both
@pytest.mark.parametrize(
    ("first", "is_response"),
    [(b"HTTP/1.1 200 OK", True), (b"H", True), (b"", True), (b"ype: text/plain", False)],
)
async def test_response_begins_with_its_version_or_is_the_rest_of_an_older_one(
    is_async: bool, first: bytes, is_response: bool
) -> None:
    seen = await _converse(is_async, _network(is_async, first), b"head", b"", None)
    assert seen == [True, True, not is_response]


@both
async def test_read_lets_go_what_was_written_at_once(is_async: bool) -> None:
    """As with SOCKS, whose client greets the proxy and waits for its reply."""
    network = _network(is_async, b"\5\0", b"\5\0\0\1")
    await _converse(is_async, network, b"hello", None, b"connect", None, b"head", b"body", None)
    assert network.written == [b"hello", b"connect", b"head", b"body"]


def test_watched_stream_limits_reads_up_to_the_next_request() -> None:
    network = Network()
    stream = WatchedStream(network)
    stream.read(1, timeout=600)
    stream.limit_waits(1)
    stream.read(1, timeout=600)
    stream.read(1)
    stream.write(b"next")
    stream.read(1, timeout=600)
    assert network.limits == [600, 1, 1, 600]


def test_asynchronous_stream_knows_what_has_arrived_and_looks_its_socket_up_once() -> None:
    mine, theirs = socket.socketpair()
    network = mock.Mock()
    network.get_extra_info.side_effect = {"socket": mine, "ssl_object": None}.get
    stream = AsyncWatchedStream(network)
    with mine, theirs:
        assert not stream.get_extra_info("is_readable")
        theirs.send(b"x")
        assert stream.get_extra_info("is_readable")
        assert network.get_extra_info.call_count == 2
    assert stream.get_extra_info("is_readable")  # its end is closed
