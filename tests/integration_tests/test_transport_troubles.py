"""Our own transports where a host fails, stalls or lags behind, and where the caller leaves."""

from __future__ import annotations

import asyncio
import gc
import socket
import sys
import threading
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

from langchain_cometapi._sdk import httpx
from tests.integration_tests.raw_callers import KINDS, Caller
from tests.integration_tests.raw_host import HI, PATIENCE, UNENDED, Host, answering, ending

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from tests.integration_tests.raw_host import Line, Script

LARGE = 32 * 1024 * 1024
"""More bytes than the buffers of two sockets take."""
SHORTLY = 0.2
"""Seconds: how long to wait for what does not come."""

ASYNC = KINDS[1:]


@pytest.fixture(autouse=True)
def _nothing_is_left(quick_collections: None) -> Iterator[None]:
    yield
    gc.collect()  # a warning about anything not closed is an error


def silent(line: Line) -> None:
    line.receive()
    line.drain()


def stalled(line: Line) -> None:
    line.receive()
    line.send(UNENDED)
    line.drain()


def reset(line: Line, answer: bytes) -> None:
    line.receive()
    line.send(answer)
    line.reset()


# -- errors -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("script", "error", "message"),
    [
        (ending(b""), httpx.RemoteProtocolError, "without a response"),
        (ending(b"HTTP/1.1 200"), httpx.RemoteProtocolError, "while sending the head"),
        (ending(UNENDED), httpx.RemoteProtocolError, "while sending the body"),
        (ending(b"HTTP/1.1 200 OK\r\nno field\r\n\r\n"), httpx.RemoteProtocolError, "no field"),
        (ending(b"\x15\x03\x03\0\x02\x02\x50" * 99 + b"\n\n"), httpx.RemoteProtocolError, "HTTP"),
        (lambda line: reset(line, b""), httpx.ReadError, "reset"),
        (lambda line: reset(line, UNENDED), httpx.ReadError, "reset"),
        (silent, httpx.ReadTimeout, "timed out"),
        (stalled, httpx.ReadTimeout, "timed out"),
    ],
    ids=[
        "nothing",
        "cut head",
        "cut body",
        "odd head",
        "no HTTP",
        "reset",
        "reset amid",
        "silent",
        "stalled",
    ],
)
def test_errors(
    caller: Caller, script: Script, error: type[httpx.RequestError], message: str
) -> None:
    timeout = httpx.Timeout(PATIENCE, read=SHORTLY if error is httpx.ReadTimeout else PATIENCE)
    with Host(script) as host:
        for number in range(2):  # a fault spoils no other request
            with pytest.raises(error, match=message) as caught:
                caller.post(host.url, timeout=timeout)
            assert type(caught.value) is error
            assert caught.value.request.url.port == host.port
            assert host.wait_for_connections(0)
            assert len(host.requests) == host.accepted == number + 1


def test_what_was_sent_before_a_fault_is_given(caller: Caller) -> None:
    head = b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n"
    with Host(ending(head + b"2\r\nhi\r\nzz\r\n")) as host:
        pieces = caller.read(caller.open(host.url))
        assert next(pieces) == b"hi"
        with pytest.raises(httpx.RemoteProtocolError, match=r"no valid chunk: b'zz'"):
            next(pieces)
        assert host.wait_for_connections(0)


def test_refused(caller: Caller) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(httpx.ConnectError) as caught:
        caller.post(f"http://127.0.0.1:{port}/")
    assert caught.value.request.url.port == port


def test_a_name_that_nobody_has(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: Any, **__: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    url = "http://127.0.0.1/" if caller.is_on_uvloop else "http://nobody.invalid/"
    with pytest.raises(httpx.ConnectError):
        caller.post(url)


def test_an_address_of_no_http(caller: Caller) -> None:
    with pytest.raises(httpx.UnsupportedProtocol):
        caller.post("ftp://127.0.0.1/")


def test_what_cannot_be_sent_opens_nothing(caller: Caller) -> None:
    with Host(ending(HI)) as host:
        with pytest.raises(httpx.LocalProtocolError):
            caller.post(host.url, headers=[(b"x", b"a\r\ny: b")])
        assert caller.post(host.url).is_success
        assert host.accepted == 1


def test_a_host_that_shakes_no_hands(caller: Caller) -> None:
    """It takes the connection, but answers nothing of TLS."""
    with Host(lambda line: line.drain()) as host:
        url = host.url.replace("http:", "https:")
        with pytest.raises(httpx.ConnectTimeout) as caught:
            caller.post(url, timeout=httpx.Timeout(PATIENCE, connect=SHORTLY))
        assert caught.value.request.url == url
        assert host.wait_for_connections(0)
        assert host.accepted == 1


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a full backlog refuses")
def test_a_host_that_takes_no_connection(caller: Caller) -> None:
    with socket.create_server(("127.0.0.1", 0), backlog=0) as server, ExitStack() as fillers:
        address = server.getsockname()
        connected = True
        while connected:
            filler = fillers.enter_context(socket.socket())
            filler.settimeout(SHORTLY)
            try:
                filler.connect(address)
            except TimeoutError:
                connected = False
        with pytest.raises(httpx.ConnectTimeout):
            caller.post(
                f"http://127.0.0.1:{address[1]}/", timeout=httpx.Timeout(PATIENCE, connect=SHORTLY)
            )


@pytest.mark.parametrize("kind", KINDS)
def test_socket_options(kind: str) -> None:
    with (
        Caller(kind, socket_options=((socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),)) as caller,
        Host(answering(HI)) as host,
    ):
        opened = caller.socket_of(caller.post(host.url))
        assert opened.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
        assert opened.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


@pytest.mark.parametrize("kind", KINDS)
def test_socket_options_that_are_none(kind: str) -> None:
    with Caller(kind, socket_options=((-1, -1, 1),)) as caller, Host(ending(HI)) as host:
        with pytest.raises(httpx.ConnectError):
            caller.post(host.url)
        assert host.wait_for_connections(0)
        assert host.requests == []


# -- hosts and callers that lag behind ----------------------------------------------------------


REFUSAL = b"HTTP/1.1 413 Too Large\r\nconnection: close\r\ncontent-length: 5\r\n\r\nlarge"


def test_refused_amid_the_request(caller: Caller) -> None:
    def refuse(line: Line) -> None:
        line.receive_head()
        line.send(REFUSAL)
        line.socket.shutdown(socket.SHUT_WR)
        line.drain()

    with Host(refuse) as host:
        response = caller.post(host.url, bytes(LARGE))
        assert (response.status_code, response.content) == (413, b"large")
        assert host.wait_for_connections(0)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere a reset discards what came before")
def test_refused_and_reset_amid_the_request(
    caller: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    def refuse(line: Line) -> None:
        line.receive_head()
        line.send(REFUSAL)
        line.reset()
        line.close()
        refused.set()

    def generate() -> Iterator[bytes]:
        yield b"a"
        assert refused.wait(PATIENCE)  # the event loop does not see it before the next write
        yield from [b"b"] * 9

    async def agenerate() -> AsyncIterator[bytes]:
        for piece in generate():
            yield piece

    refused = threading.Event()
    with Host(refuse) as host:
        response = caller.post(host.url, agenerate() if caller.is_async else generate())
        assert (response.status_code, response.content) == (413, b"large")
        assert [record for record in caplog.records if record.name == "asyncio"] == []
        assert host.wait_for_connections(0)


def test_a_host_that_reads_nothing(caller: Caller) -> None:
    def ignore(line: Line) -> None:
        line.receive_head()
        assert given_up.wait(PATIENCE)

    given_up = threading.Event()
    with Host(ignore, receive_buffer=65536) as host:
        with pytest.raises(httpx.WriteTimeout):
            caller.post(host.url, bytes(LARGE), timeout=httpx.Timeout(PATIENCE, write=SHORTLY))
        given_up.set()
        assert host.wait_for_connections(0)


@pytest.mark.parametrize("kind", KINDS)
def test_a_host_that_reads_slowly(kind: str) -> None:
    """The timeout is for each bit of progress, not for the whole body."""

    def read_slowly(line: Line) -> None:
        line.receive_head()
        received = 0
        while received < len(body):
            received += line.read_some(128 * 1024)
            time.sleep(0.02)  # this is the slowness
        line.send(HI)

    body = bytes(4 * 1024 * 1024)
    small = ((socket.SOL_SOCKET, socket.SO_SNDBUF, 65536),)
    with (
        Caller(kind, socket_options=small) as caller,
        Host(read_slowly, receive_buffer=65536) as host,
    ):
        before = time.monotonic()
        timeout = httpx.Timeout(PATIENCE, write=0.6)
        assert caller.post(host.url, body, timeout=timeout).content == b"hi"
        assert time.monotonic() - before > 0.6


@pytest.mark.parametrize("generated", [[b"a", b"", b"bc" * 50_000], [b""], []], ids=len)
def test_generated_bodies_go_in_chunks(caller: Caller, generated: list[bytes]) -> None:
    async def agenerate() -> AsyncIterator[bytes]:
        for piece in generated:
            yield piece

    with Host(answering(HI)) as host:
        for _ in range(2):
            content = agenerate() if caller.is_async else iter(generated)
            assert caller.post(host.url, content).content == b"hi"
        for request in host.requests:
            assert request.headers["transfer-encoding"] == "chunked"
            assert "content-length" not in request.headers
            assert request.body == b"".join(generated)
        assert (host.accepted, len(host.requests)) == (1, 2)


def test_a_generator_that_fails(caller: Caller) -> None:
    def generate() -> Iterator[bytes]:
        yield b"a"
        raise KeyError

    async def agenerate() -> AsyncIterator[bytes]:
        for piece in generate():
            yield piece

    with Host(lambda line: line.drain()) as host:
        with pytest.raises(KeyError):
            caller.post(host.url, agenerate() if caller.is_async else generate())
        assert host.wait_for_connections(0)


def test_a_host_is_held_back(caller: Caller) -> None:
    """What nobody reads stays where it is, and all of it arrives in the end."""
    body = b"".join(b"%015d\n" % number for number in range(LARGE // 16))

    def send_much(line: Line) -> None:
        line.receive()
        line.send(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % len(body))
        sent = 0
        line.socket.settimeout(2 * SHORTLY)
        try:
            while sent < len(body):
                sent += line.socket.send(body[sent : sent + 65536])
        except TimeoutError:
            held_back.set()
        line.socket.settimeout(None)
        line.send(body[sent:])

    held_back = threading.Event()
    with Host(send_much) as host:
        response = caller.open(host.url)
        pieces = caller.read(response)
        first = next(pieces)
        assert caller.wait_for(held_back)
        assert first + b"".join(pieces) == body


# -- leaving ------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ASYNC)
@pytest.mark.parametrize("amid", ["connecting", "head", "body"])
def test_cancelling(kind: str, amid: str) -> None:
    async def read(begun: asyncio.Event) -> None:
        async with caller.client.stream("POST", url) as response:
            async for _ in response.aiter_raw():
                begun.set()

    async def cancel() -> None:
        begun = asyncio.Event()
        task = asyncio.create_task(read(begun))
        assert await asyncio.to_thread(reached.wait, PATIENCE)
        if amid == "body":
            await begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await asyncio.to_thread(host.wait_for_connections, 0)

    def follow(line: Line) -> None:
        if amid == "connecting":
            assert line.socket.recv(1)
        else:
            line.receive()
        if amid == "body":
            line.send(UNENDED)
        reached.set()
        line.drain()

    reached = threading.Event()
    with Caller(kind) as caller, Host(follow) as host:
        url = host.url.replace("http:", "https:") if amid == "connecting" else host.url
        caller.run(cancel())
        assert host.accepted == 1
