"""Watched connections know what was read, and limit what is waited for."""

from __future__ import annotations

from langchain_cometapi._client.network import WatchedStream


class Network:
    """A connection that remembers the time limit of each read."""

    def __init__(self) -> None:
        self.limits: list[float | None] = []

    def read(self, _: int, timeout: float | None = None) -> bytes:
        self.limits.append(timeout)
        return b"x"

    def write(self, *_: object) -> None:
        pass


def test_watched_stream_knows_whether_it_was_read_since_a_write() -> None:
    stream = WatchedStream(Network())
    seen = [stream.unread]
    for _ in range(2):
        stream.write(b"request")
        seen.append(stream.unread)
        stream.read(1)
        seen.append(stream.unread)
    assert seen == [False, True, False, True, False]


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
