"""Hosts that fail, stall, vanish or lag behind, and callers who leave: over every carrier."""

from __future__ import annotations

import asyncio
import ctypes
import socket
import struct
import sys
import threading
import time
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from langchain_cometapi import CometAPIConnectionError, CometAPIError, CometAPITimeoutError
from tests.integration_tests.raw_callers import ASYNC_KINDS, Caller
from tests.integration_tests.raw_host import CUT, PATIENCE, Host, Received, echo, ending, reply
from tests.integration_tests.routes import RESPONSE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.integration_tests.raw_host import Line, Script

LARGE = "x" * (16 * 1024 * 1024)
"""More bytes than the buffers of two sockets take."""
SHORTLY = 0.2
"""Seconds: how long to wait for what does not come."""

streamed_or_not = pytest.mark.parametrize("streaming", [False, True], ids=["whole", "streamed"])
linux_only = pytest.mark.skipif(sys.platform != "linux", reason="needs Linux's sockets")


pytestmark = pytest.mark.usefixtures("_nothing_is_left")


def silent(line: Line) -> None:
    line.receive()
    line.drain()


def stalled(line: Line) -> None:
    line.receive()
    line.send(CUT)
    line.drain()


def reset(line: Line, answer: bytes) -> None:
    line.receive()
    line.send(answer)
    line.reset()


@contextmanager
def full_queue() -> Iterator[int]:
    """Yield a port where a connection is neither made nor refused."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as server, ExitStack() as fillers:
        address = server.getsockname()
        full = False
        while not full:
            filler = fillers.enter_context(socket.socket())
            filler.settimeout(SHORTLY)
            try:
                filler.connect(address)
            except TimeoutError:
                full = True
                filler.close()
        yield address[1]


# -- errors ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("script", "error"),
    [
        (ending(b""), CometAPIConnectionError),
        (ending(b"HTTP/1.1 200"), CometAPIConnectionError),
        (ending(CUT), CometAPIConnectionError),
        (ending(b"HTTP/1.1 200 OK\r\nno field\r\n\r\n"), CometAPIConnectionError),
        (ending(b"\x15\x03\x03\0\x02\x02\x50" * 99 + b"\n\n"), CometAPIConnectionError),
        (lambda line: reset(line, b""), CometAPIConnectionError),
        (lambda line: reset(line, CUT), CometAPIConnectionError),
        (silent, CometAPITimeoutError),
        (stalled, CometAPITimeoutError),
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
@streamed_or_not
def test_host_that_fails_is_a_typed_error_and_leaves_no_connection(
    caller: Caller, script: Script, error: type[CometAPIError], streaming: bool
) -> None:
    with Host(script) as host:
        timeout = SHORTLY if error is CometAPITimeoutError else PATIENCE
        model = caller.build(host.url, timeout=timeout)
        for number in range(2):  # a fault spoils no other request
            with pytest.raises(CometAPIError) as caught:
                caller.ask(model, streaming=streaming)
            assert isinstance(caught.value, error)
            assert caller.wait_for(host.wait_for_connections, 0)
            assert len(host.requests) == host.accepted == number + 1


def test_port_that_nobody_listens_on_is_a_typed_error(caller: Caller) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
    with pytest.raises(CometAPIConnectionError):
        caller.ask(caller.build(f"http://127.0.0.1:{port}"))


def test_name_that_nobody_has_is_a_typed_error(
    caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> Any:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    with pytest.raises(CometAPIConnectionError):
        caller.ask(caller.build("http://nobody.invalid"))


def test_host_that_shakes_no_hands_is_a_timeout(caller: Caller) -> None:
    """It takes the connection, but answers nothing of TLS."""
    with Host(lambda line: line.drain()) as host:
        model = caller.build(host.url.replace("http:", "https:"), timeout=(SHORTLY, PATIENCE))
        with pytest.raises(CometAPITimeoutError):
            caller.ask(model)
        assert caller.wait_for(host.wait_for_connections, 0)


@linux_only
def test_host_that_takes_no_connection_is_a_timeout(caller: Caller) -> None:
    with full_queue() as port:
        model = caller.build(f"http://127.0.0.1:{port}", timeout=(SHORTLY, PATIENCE))
        with pytest.raises(CometAPITimeoutError):
            caller.ask(model)


def test_address_that_is_dead_is_passed_over(
    caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`localhost` has two addresses, on the first of which nobody listens."""
    if caller.is_on_uvloop:  # which asks the system by itself
        found = {row[0] for row in socket.getaddrinfo("localhost", 80)}
        if socket.AF_INET6 not in found:
            pytest.skip("`localhost` has one address on this machine")
    else:
        kind = (socket.SOCK_STREAM, socket.IPPROTO_TCP, "")

        def resolve(_: Any, port: Any, *__: Any, **___: Any) -> Any:
            return [
                (socket.AF_INET6, *kind, ("::1", port, 0, 0)),
                (socket.AF_INET, *kind, ("127.0.0.1", port)),
            ]

        monkeypatch.setattr(socket, "getaddrinfo", resolve)
    with Host(echo) as host:
        assert caller.ask(caller.build(f"http://localhost:{host.port}")) == "Hi"
        caller.close()
        assert caller.wait_for(host.wait_for_connections, 0)


# -- a host that vanishes -------------------------------------------------------------------------


def drop_everything(connection: socket.socket) -> None:
    """Have the kernel drop what arrives, probes too, as if the host were gone (Linux)."""
    attach_filter = 26  # SO_ATTACH_FILTER
    program = ctypes.create_string_buffer(struct.pack("HBBI", 0x06, 0, 0, 0))  # return 0 bytes
    connection.setsockopt(
        socket.SOL_SOCKET, attach_filter, struct.pack("HL", 1, ctypes.addressof(program))
    )


@linux_only
def test_host_that_vanishes_is_noticed_by_probes(caller: Caller) -> None:
    """Long before the read timeout, which no test would live to see."""

    def vanish(line: Line) -> None:
        line.receive()
        drop_everything(line.socket)
        assert noticed.wait(PATIENCE)

    noticed = threading.Event()
    each = (socket.TCP_KEEPIDLE, socket.TCP_KEEPINTVL, socket.TCP_KEEPCNT)
    quick = [
        (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
        (socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, 1000),
        *((socket.IPPROTO_TCP, option, 1) for option in each),
    ]
    with Host(vanish) as host:
        model = caller.build(host.url, timeout=600, http_socket_options=quick)
        try:
            with pytest.raises(CometAPIError):
                caller.ask(model)
        finally:
            noticed.set()


# -- hosts that lag behind ------------------------------------------------------------------------


def test_refusal_amid_the_request_is_read(caller: Caller) -> None:
    def refuse(line: Line) -> None:
        line.receive_head()
        line.send(RESPONSE % (413, b"application/json", 2, b"connection: close\r\n") + b"{}")
        line.socket.shutdown(socket.SHUT_WR)
        line.drain()

    with Host(refuse) as host:
        with pytest.raises(CometAPIError) as caught:
            caller.ask(caller.build(host.url), LARGE)
        assert caught.value.status_code == 413
        assert caller.wait_for(host.wait_for_connections, 0)


def test_host_that_reads_nothing_is_a_timeout(caller: Caller) -> None:
    def ignore(line: Line) -> None:
        line.receive_head()
        assert given_up.wait(PATIENCE)

    given_up = threading.Event()
    with Host(ignore, receive_buffer=65536) as host:
        with pytest.raises(CometAPITimeoutError):
            caller.ask(caller.build(host.url, timeout=0.5), LARGE)
        given_up.set()
        assert caller.wait_for(host.wait_for_connections, 0)


def test_host_that_reads_slowly_is_waited_for(caller: Caller) -> None:
    """The timeout is for each bit of progress, not for the whole body."""

    def read_slowly(line: Line) -> None:
        _, headers = line.receive_head() or ("", {})
        received, length = 0, int(headers["content-length"])
        while received < length:
            received += line.read_some(128 * 1024)
            time.sleep(0.03)  # this is the slowness
        line.send(reply(asked, "slowly"))

    asked = Received("", {}, b'{"messages": []}')
    small = ((socket.SOL_SOCKET, socket.SO_SNDBUF, 65536),)
    with Host(read_slowly, receive_buffer=65536) as host:
        before = time.monotonic()
        model = caller.build(host.url, timeout=1, http_socket_options=small)
        assert caller.ask(model, "x" * (6 * 1024 * 1024)) == "slowly"
        assert time.monotonic() - before > 1


# -- leaving --------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ASYNC_KINDS)
@pytest.mark.parametrize("amid", ["connecting", "head", "body"])
def test_cancelling_leaves_no_connection(kind: str, amid: str) -> None:
    async def read(model: Any) -> None:
        async for _ in model.astream("Hi"):
            pass

    async def cancel(model: Any) -> None:
        task = asyncio.create_task(read(model))
        assert await asyncio.to_thread(reached.wait, PATIENCE)
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
            line.send(CUT)
        reached.set()
        line.drain()

    reached = threading.Event()
    with Caller(kind) as caller, Host(follow) as host:
        url = host.url.replace("http:", "https:") if amid == "connecting" else host.url
        caller.run(cancel(caller.build(url)))
        assert host.accepted == 1


@linux_only
@pytest.mark.parametrize("kind", ASYNC_KINDS)
@pytest.mark.parametrize("name", ["127.0.0.1", "localhost"])
def test_cancelling_while_a_connection_is_made_leaves_no_socket(kind: str, name: str) -> None:
    """The host's queue is full, so that the connection is neither there nor refused."""

    async def cancel(model: Any) -> None:
        task = asyncio.create_task(model.ainvoke("Hi"))
        await wait_until(is_connecting=True)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await wait_until(is_connecting=False)  # happy eyeballs end in tasks of their own

    async def wait_until(*, is_connecting: bool) -> None:
        while _has_socket_in(state=2, port=port) != is_connecting:  # noqa: ASYNC110 - SYN_SENT
            await asyncio.sleep(0)

    with full_queue() as port, Caller(kind) as caller:
        caller.run(cancel(caller.build(f"http://{name}:{port}")))


def _has_socket_in(state: int, port: int) -> bool:
    """Whether this machine has a socket to a port of its own in a state (Linux)."""
    with open("/proc/net/tcp", encoding="ascii") as table:  # noqa: PTH123 - not a file
        rows = [line.split() for line in table.readlines()[1:]]
    return any(row[2].endswith(f":{port:04X}") and int(row[3], 16) == state for row in rows)
