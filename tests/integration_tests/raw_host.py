"""A host that says, byte by byte, what a script says, and remembers what it was sent."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from langchain_cometapi.emulator._faults.connection import RESET_ON_CLOSE
from langchain_cometapi.emulator._server.connections import Connections
from tests.support import chunk, completion, sse

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable
    from types import TracebackType
    from typing import Self

Script: TypeAlias = "Callable[[Line], object]"

CUT = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 99\r\n\r\n{"
"""A response whose body is not whole."""

PATIENCE = 20.0
"""Seconds to wait for what must come, before a test fails."""


@dataclass(frozen=True)
class Received:
    """A request as it came."""

    line: str
    headers: dict[str, str]
    """By their names in lower case."""
    body: bytes


class Line:
    """The host's end of a connection."""

    def __init__(self, host: Host, connection: socket.socket) -> None:
        self.socket = connection
        self._host = host
        self._file = connection.makefile("rb")

    def receive_head(self) -> tuple[str, dict[str, str]] | None:
        """Return the request line and the headers; nothing at the end of the connection."""
        line = self._file.readline().decode().rstrip("\r\n")
        headers = {}
        while field := self._file.readline().strip().decode():
            name, _, value = field.partition(": ")
            headers[name.lower()] = value
        return (line, headers) if line else None

    def receive(self) -> Received | None:
        """Return the next request, and keep it; nothing at the end of the connection."""
        if (head := self.receive_head()) is None:
            return None
        line, headers = head
        if headers.get("transfer-encoding") == "chunked":
            body = b"".join(iter(self._receive_chunk, b""))
        else:
            body = self._file.read(int(headers.get("content-length", 0)))
        request = Received(line, headers, body)
        self._host.requests.append(request)
        return request

    def _receive_chunk(self) -> bytes:
        size = int(self._file.readline(), 16)
        data, end = self._file.read(size), self._file.read(2)
        assert (len(data), end) == (size, b"\r\n")
        return data

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def read_some(self, most: int = 65536) -> int:
        """Read what is there, and return how many bytes it was: none at the end."""
        return len(self._file.read1(most))

    def drain(self) -> None:
        """Read until the client closes the connection."""
        while self.read_some():
            pass

    def reset(self) -> None:
        """Have the connection reset, in place of being closed."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)

    def close(self) -> None:
        self._file.close()
        self.socket.close()


class Host:
    """Follows a script on each connection, in a thread of its own, and then closes it."""

    def __init__(
        self,
        script: Script,
        *,
        address: str = "127.0.0.1",
        tls: ssl.SSLContext | None = None,
        receive_buffer: int | None = None,
    ) -> None:
        self.requests: list[Received] = []
        self.accepted = 0
        self._script = script
        self._tls = tls
        self._open = Connections()
        self._sockets: set[socket.socket] = set()
        self._errors: list[Exception] = []
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self._socket = socket.create_server((address, 0), family=family, backlog=128)
        if receive_buffer is not None:  # those that are accepted inherit it
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.port: int = self._socket.getsockname()[1]
        name = f"[{address}]" if ":" in address else "localhost" if tls else address
        self.url = f"http{'s' if tls else ''}://{name}:{self.port}"
        self._threads: list[threading.Thread] = []
        self._accepting = threading.Thread(target=self._accept)
        self._accepting.start()

    @property
    def open_connections(self) -> int:
        """How many connections neither end has closed."""
        return self._open.open

    def wait_for_connections(self, number: int) -> bool:
        """Wait until no more are open than a number; return whether it came to that."""
        return self._open.wait_for(number, PATIENCE)

    def _accept(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self.accepted += 1
            self._open.add(1)
            self._sockets.add(connection)
            self._threads.append(threading.Thread(target=self._follow, args=(connection,)))
            self._threads[-1].start()

    def _follow(self, connection: socket.socket) -> None:
        try:
            if self._tls is not None:
                self._sockets.discard(connection)
                connection = self._tls.wrap_socket(connection, server_side=True)
                self._sockets.add(connection)
            with contextlib.closing(Line(self, connection)) as line:
                self._script(line)
        except OSError:  # the client was faster
            pass
        except Exception as error:  # noqa: BLE001 - raised where the test sees it
            self._errors.append(error)
        finally:
            self._sockets.discard(connection)
            connection.close()
            self._open.add(-1)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        with contextlib.suppress(OSError):  # not everywhere
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._accepting.join()
        for connection in [*self._sockets]:
            with contextlib.suppress(OSError):  # closed meanwhile
                connection.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()
        if self._errors and error is None:
            raise self._errors[0]


def reply(request: Received, text: str | None = None, *, chunked: bool = False) -> bytes:
    """Return the response of a model: the text of the question again, if there is no other.

    Args:
        request: What was asked, for a stream or for a whole response.
        text: What the model says.
        chunked: Whether the body goes in chunks, and not with its length.
    """
    asked = json.loads(request.body)
    said = asked["messages"][-1]["content"] if text is None else text
    kind = "text/event-stream" if asked.get("stream") else "application/json"
    body = (
        sse(chunk(said, "stop")) if asked.get("stream") else json.dumps(completion(said)).encode()
    )
    head = f"HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\n"
    if chunked:
        return f"{head}transfer-encoding: chunked\r\n\r\n{len(body):x}\r\n".encode() + (
            body + b"\r\n0\r\n\r\n"
        )
    return f"{head}content-length: {len(body)}\r\n\r\n".encode() + body


def serving(make: Callable[[Received], bytes]) -> Script:
    """Answer each request of a connection with what is made of it."""

    def follow(line: Line) -> None:
        while (request := line.receive()) is not None:
            line.send(make(request))

    return follow


echo = serving(reply)
"""Answers each request of a connection with its own text."""


def answering(answer: bytes) -> Script:
    """Answer each request of a connection with the same bytes."""
    return serving(lambda _: answer)


def ending(answer: bytes) -> Script:
    """Answer the first request of a connection, and close it."""

    def follow(line: Line) -> None:
        if line.receive():
            line.send(answer)

    return follow
