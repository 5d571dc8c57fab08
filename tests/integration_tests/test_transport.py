"""Our own transports on a real socket: what the host was sent, and what the caller was given."""

from __future__ import annotations

import asyncio
import select
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from langchain_cometapi import _idle_connections
from langchain_cometapi._sdk import httpx
from tests.integration_tests.raw_callers import KINDS, Caller
from tests.integration_tests.raw_host import HI, PATIENCE, UNENDED, Host, answering, ending

if TYPE_CHECKING:
    from tests.integration_tests.raw_host import Line

CHUNKED = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n"
EMPTY = b"HTTP/1.1 204 No Content\r\n\r\n"


# -- which connections are used again -----------------------------------------------------------


@pytest.mark.parametrize(
    "answer", [HI, CHUNKED + b"\r\n", CHUNKED + b"T: x\r\n\r\n", EMPTY], ids=repr
)
def test_connections_are_kept(caller: Caller, answer: bytes) -> None:
    with Host(answering(answer)) as host:
        bodies = {caller.post(host.url, b"%d" % n).content for n in range(5)}
        assert bodies == {b"" if answer == EMPTY else b"hi"}
        assert [request.body for request in host.requests] == [b"%d" % n for n in range(5)]
        assert (host.accepted, host.open_connections) == (1, 1)


@pytest.mark.parametrize(
    "answer",
    [
        HI.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"),
        HI.replace(b"1.1", b"1.0"),
        HI + b"!",
        CHUNKED + b"\r\nHTTP/1.1 200 OK\r\n\r\n",
        EMPTY + b"hi",
    ],
    ids=repr,
)
def test_connections_are_not_kept(caller: Caller, answer: bytes) -> None:
    with Host(answering(answer)) as host:
        for _ in range(2):
            assert caller.post(host.url).is_success
            assert host.wait_for_connections(0)  # closed, and not by the host
        assert (host.accepted, len(host.requests)) == (2, 2)


def test_a_request_may_end_its_connection(caller: Caller) -> None:
    with Host(answering(HI)) as host:
        assert caller.post(host.url, headers={"connection": "close"}).content == b"hi"
        assert host.wait_for_connections(0)


def test_a_body_of_another_length_ends_its_connection(caller: Caller) -> None:
    """What is left of it would be the host's next request, and its answer somebody else's."""
    with Host(answering(HI)) as host:
        with pytest.raises(httpx.LocalProtocolError):
            caller.post(host.url, b"hello", headers={"content-length": "2"})
        assert host.wait_for_connections(0)
        assert host.requests == []


def test_a_body_left_unread(caller: Caller) -> None:
    with Host(answering(UNENDED)) as host:
        for _ in range(2):
            response = caller.open(host.url)
            caller.close_response(response)
            assert host.wait_for_connections(0)
        assert host.accepted == 2


def test_each_host_has_its_own(caller: Caller) -> None:
    with Host(answering(HI)) as first, Host(answering(CHUNKED + b"\r\n")) as second:
        for _ in range(2):
            caller.post(first.url, b"1")
            caller.post(second.url, b"2")
        assert {request.body for request in first.requests} == {b"1"}
        assert {request.body for request in second.requests} == {b"2"}
        assert first.accepted == second.accepted == 1


@pytest.mark.parametrize("late", [b"", b"HTTP/1.1 408 Timeout\r\n\r\n"], ids=["end", "answer"])
def test_what_arrives_while_idle_spoils_a_connection(caller: Caller, late: bytes) -> None:
    """The host closes it, or answers unasked: the next request is sent elsewhere, once."""

    def follow(line: Line) -> None:
        line.receive()
        line.send(HI)
        assert idle.wait(PATIENCE)
        idle.clear()
        line.send(late)

    idle = threading.Event()
    with Host(follow) as host:
        for number in range(3):
            response = caller.post(host.url, b"%d" % number)
            assert response.content == b"hi"
            idle.set()
            connection = caller.socket_of(response)
            assert select.select([connection], [], [], PATIENCE)[0]
        assert [request.body for request in host.requests] == [b"0", b"1", b"2"]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """The time that idle connections go by, but the event loops do not."""
    now = SimpleNamespace(seconds=0.0)
    monkeypatch.setattr(_idle_connections, "time", SimpleNamespace(monotonic=lambda: now.seconds))
    return now


def open_at_once(caller: Caller, host: Host, number: int) -> None:
    """Use so many connections at the same time, and leave them idle."""
    responses = [caller.open(host.url) for _ in range(number)]
    assert [b"".join(caller.read(response)) for response in responses] == [b"hi"] * number
    assert host.accepted == number


@pytest.mark.parametrize("kind", KINDS)
def test_idle_connections_expire(clock: SimpleNamespace, kind: str) -> None:
    with Caller(kind, keepalive_seconds=5) as caller, Host(answering(HI)) as host:
        open_at_once(caller, host, 3)
        clock.seconds += 4
        caller.post(host.url)
        assert (host.accepted, host.open_connections) == (3, 3)
        clock.seconds += 4  # the one that was used has a second left
        caller.post(host.url)
        assert host.accepted == 3
        assert host.wait_for_connections(1)
        clock.seconds += 6
        caller.post(host.url)
        assert host.accepted == 4
        assert host.wait_for_connections(1)


@pytest.mark.parametrize("kind", KINDS)
def test_idle_connections_without_a_time(clock: SimpleNamespace, kind: str) -> None:
    with Caller(kind, keepalive_seconds=None) as caller, Host(answering(HI)) as host:
        caller.post(host.url)
        clock.seconds += 1e9
        caller.post(host.url)
        assert host.accepted == 1


def test_idle_connections_have_a_number(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_idle_connections, "MOST_IDLE", 2)
    with Host(answering(HI)) as host:
        open_at_once(caller, host, 4)
        assert host.wait_for_connections(2)
        open_again = [caller.open(host.url) for _ in range(2)]
        assert host.accepted == 4
        for response in open_again:
            caller.close_response(response)


def test_closing(caller: Caller) -> None:
    """What is idle is closed; what a thread is reading can be read to its end, and closes then."""

    def follow(line: Line) -> None:
        while (request := line.receive()) is not None:
            line.send(UNENDED)
            if request.body == b"slow":
                assert closed.wait(PATIENCE)
            line.send(b"!")

    closed = threading.Event()
    with Host(follow) as host:
        response = caller.open(host.url, b"slow")
        assert caller.post(host.url).content == b"hi!"
        assert host.open_connections == 2
        caller.close()
        if not caller.is_async:
            assert host.wait_for_connections(1)
        closed.set()
        if caller.is_async:  # an event loop that ends leaves nobody who could close it later
            with pytest.raises(httpx.RemoteProtocolError):
                list(caller.read(response))
            caller.close_response(response)
        else:
            assert b"".join(caller.read(response)) == b"hi!"
        assert host.wait_for_connections(0)


# -- responses ----------------------------------------------------------------------------------


@pytest.mark.parametrize("answer", [HI, CHUNKED + b"\r\n", b"HTTP/1.0 200 OK\r\n\r\nhi"], ids=repr)
def test_byte_by_byte(caller: Caller, answer: bytes) -> None:
    def follow(line: Line) -> None:
        line.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        line.receive()
        for byte in answer:
            line.send(bytes([byte]))

    with Host(follow) as host:
        assert caller.post(host.url).content == b"hi"


def test_pieces_arrive_as_they_are_sent(caller: Caller) -> None:
    def follow(line: Line) -> None:
        line.receive()
        line.send(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n")
        for number in range(3):
            assert wanted.acquire(timeout=PATIENCE)
            line.send(b"1\r\n%d\r\n" % number)
        line.send(b"0\r\n\r\n")

    wanted = threading.Semaphore(0)
    with Host(follow) as host:
        pieces = caller.read(caller.open(host.url))
        for number in range(3):
            wanted.release()
            assert next(pieces) == b"%d" % number
        assert list(pieces) == []


@pytest.mark.parametrize("interim", [b"100 Continue", b"103 Early Hints\r\nlink: x"], ids=repr)
def test_interim_answers(caller: Caller, interim: bytes) -> None:
    with Host(answering(b"HTTP/1.1 " + interim + b"\r\n\r\n" + HI)) as host:
        for _ in range(2):
            response = caller.post(host.url)
            assert (response.status_code, response.content) == (200, b"hi")
            assert "link" not in response.headers
        assert host.accepted == 1


def test_to_the_end_of_the_connection(caller: Caller) -> None:
    body = bytes(1_000_000)
    with Host(ending(b"HTTP/1.1 200 OK\r\n\r\n" + body)) as host:
        for _ in range(2):
            assert caller.post(host.url).content == body
        assert host.accepted == 2


# -- many at once, and elsewhere ----------------------------------------------------------------


def echo(line: Line) -> None:
    while (request := line.receive()) is not None:
        head = b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % len(request.body)
        line.send(head + request.body)


def test_many_at_once(caller: Caller) -> None:
    """Threads, or tasks, share a transport: each response belongs to its request."""
    bodies = [b"%d" % number * (number % 7) for number in range(200)]
    with Host(echo) as host:
        if caller.is_async:
            answers = caller.run(gather_in_turns(caller, host, bodies))
        else:
            with ThreadPoolExecutor(8) as pool:
                answers = [*pool.map(lambda body: caller.post(host.url, body).content, bodies)]
        assert answers == bodies
        assert sorted(request.body for request in host.requests) == sorted(bodies)
        assert host.accepted <= 8


async def gather_in_turns(caller: Caller, host: Host, bodies: list[bytes]) -> list[bytes]:
    async def post(body: bytes) -> bytes:
        async with turn:
            response = await caller.client.post(host.url, content=body)
        content: bytes = response.content
        return content

    turn = asyncio.Semaphore(8)
    return await asyncio.gather(*map(post, bodies))


def has_ipv6() -> bool:
    try:
        socket.create_server(("::1", 0), family=socket.AF_INET6).close()
    except OSError:
        return False
    return True


@pytest.mark.skipif(not has_ipv6(), reason="this machine has no ::1")
def test_ipv6(caller: Caller) -> None:
    with Host(answering(HI), address="::1") as host:
        for _ in range(2):
            assert caller.post(f"{host.url}/x").content == b"hi"
        (first, _) = host.requests
        assert (first.line, first.headers["host"]) == ("POST /x HTTP/1.1", f"[::1]:{host.port}")
        assert host.accepted == 1


def test_addresses(caller: Caller) -> None:
    """What HTTPX documents for the streams of responses."""
    with Host(answering(HI)) as host:
        stream = caller.post(host.url).extensions["network_stream"]
        assert stream.get_extra_info("server_addr") == ("127.0.0.1", host.port)
        assert stream.get_extra_info("client_addr") == stream.get_extra_info("socket").getsockname()
        assert stream.get_extra_info("ssl_object") is None
        assert stream.get_extra_info("nothing") is None
