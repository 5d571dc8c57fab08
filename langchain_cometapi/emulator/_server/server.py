"""The emulator as a server on the loopback interface."""

from __future__ import annotations

import socket
import threading
from collections.abc import Collection, Iterable
from types import TracebackType

import uvicorn

from langchain_cometapi.emulator._faults.schedule import Faults, FaultSwitch
from langchain_cometapi.emulator._names import DEFAULT_HOST, EMULATOR_API_KEY
from langchain_cometapi.emulator._script import Script, Step
from langchain_cometapi.emulator._server.app import create_app
from langchain_cometapi.emulator._server.connections import Connections, counted_protocol
from langchain_cometapi.emulator._server.hosts import allowed_names
from langchain_cometapi.emulator._state import EmulatorState, RecordedRequest

_BACKLOG = 128
_GRACE_SECONDS = 1
_JOIN_SECONDS = 10.0


class _Server(uvicorn.Server):
    """A uvicorn server with an event that is set when it has started, or failed to."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.started_or_failed = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start listening, then set the event."""
        await super().startup(sockets=sockets)
        self.started_or_failed.set()


class CometAPIEmulator:
    """A local CometAPI, served from a background thread.

    Use it as a context manager, or call `start` and `stop`. It can be started again after it was
    stopped; with `port=0` it then gets another port.

    Example:
        ```python
        with CometAPIEmulator() as emulator:
            httpx.get(
                f"{emulator.base_url}/models",
                headers={"Authorization": f"Bearer {emulator.api_key}"},
            )
        ```

    Args:
        port: TCP port; 0 takes a free one.
        host: Address to listen on.
        api_key: The accepted key.
        fault: What goes wrong with valid requests for generated text: the name of a fault with its
            parameters, a `Fault`, an HTTP status, or a sequence of these and `None` with one item
            per request. See `langchain_cometapi.emulator`.
        allowed_hosts: Names in the header `Host` that are accepted besides `host` and the names of
            this machine, for clients on other machines or in containers; "*" for any.

    Raises:
        ValueError: If there is no such fault.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        host: str = DEFAULT_HOST,
        api_key: str = EMULATOR_API_KEY,
        fault: Faults = None,
        allowed_hosts: Collection[str] = (),
    ) -> None:
        self._allowed_hosts = allowed_names(host, allowed_hosts)
        self._port = port
        self._host = host
        self._api_key = api_key
        self._state = EmulatorState()
        self._faults = FaultSwitch(fault)
        self._connections = Connections()
        self._socket: socket.socket | None = None
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> CometAPIEmulator:
        """Start serving; on return the emulator is ready.

        Returns:
            The emulator itself.

        Raises:
            RuntimeError: If it is already running, or could not start.
            OSError: If the address cannot be bound.
        """
        if self._thread is not None:
            msg = "the emulator is already running"
            raise RuntimeError(msg)
        # Binding before the thread starts makes the port known at once.
        family = socket.AF_INET6 if ":" in self._host else socket.AF_INET
        listener = socket.create_server((self._host, self._port), family=family, backlog=_BACKLOG)
        # asyncio disables Nagle's algorithm only for sockets created with IPPROTO_TCP. With it, the
        # head and the body of a response are 40 ms apart.
        listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        config = uvicorn.Config(
            create_app(
                api_key=self._api_key,
                state=self._state,
                faults=self._faults,
                allowed_hosts=self._allowed_hosts,
            ),
            loop="asyncio",
            http=counted_protocol(self._connections),
            ws="none",
            lifespan="off",
            log_level="error",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=_GRACE_SECONDS,
        )
        server = _Server(config)
        thread = threading.Thread(
            target=_run, args=(server, listener), name="cometapi-emulator", daemon=True
        )
        self._socket, self._server, self._thread = listener, server, thread
        thread.start()
        server.started_or_failed.wait()
        if not server.started:
            self.stop()
            msg = "the emulator could not start"
            raise RuntimeError(msg)
        return self

    def stop(self) -> None:
        """Stop serving, even while clients have open connections; do nothing if stopped."""
        server, thread, listener = self._server, self._thread, self._socket
        self._server = self._thread = self._socket = None
        if server is None or thread is None or listener is None:
            return
        server.should_exit = True
        thread.join(_JOIN_SECONDS)
        listener.close()
        if thread.is_alive():
            msg = "the emulator's thread did not end"
            raise RuntimeError(msg)

    def __enter__(self) -> CometAPIEmulator:  # noqa: PYI034 - typing has no Self before 3.11
        """Start serving."""
        return self.start()

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop serving."""
        self.stop()

    @property
    def root_url(self) -> str:
        """The server's address without a path, for `/api/models`.

        Raises:
            RuntimeError: If the emulator is not running.
        """
        if self._socket is None:
            msg = "the emulator is not running"
            raise RuntimeError(msg)
        host, port = self._socket.getsockname()[:2]
        return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"

    @property
    def base_url(self) -> str:
        """The API's base URL, ending in `/v1`."""
        return f"{self.root_url}/v1"

    @property
    def api_key(self) -> str:
        """The accepted key."""
        return self._api_key

    @property
    def requests(self) -> list[RecordedRequest]:
        """A copy of the list of received requests, oldest first."""
        return self._state.requests()

    @property
    def fault(self) -> Faults:
        """What goes wrong with requests for generated text; `None` for no fault.

        It can be set at any time. Setting it restarts all counts and random choices, also those of
        faults set by header.
        """
        return self._faults.faults

    @fault.setter
    def fault(self, fault: Faults) -> None:
        self._faults.set(fault)

    def script(
        self, steps: Iterable[Step], *, model: str | None = None, match: str | None = None
    ) -> Script:
        """Decide what the model says next, on any route that generates text.

        Requests are checked as always. While scripts are in use, a request that none of them has a
        response to is an error. As a context manager the script ends with its block, and a response
        that nobody asked for is an `AssertionError`; else it ends with `clear_scripts`.

        Example:
            ```python
            with emulator.script(
                [
                    Reply(tool_calls=[{"name": "get_weather", "args": {"city": "Paris"}}]),
                    "Take an umbrella.",
                    Fault("429"),
                    Reply("Once upon a time ...", fault="cut; after=2"),
                ]
            ):
                ...
            ```

        Args:
            steps: The responses in order: texts, `Reply`s, LangChain's `AIMessage`s, and `Fault`s
                or HTTP statuses.
            model: The id of the model whose requests it is for; any if `None`. Scripts of several
                models can be in use at once.
            match: A regular expression; the script is for requests whose newest user message
                contains it.

        Returns:
            The script; its `remaining` lists what nobody has asked for yet.

        Raises:
            TypeError: If something is not a response, or a tool call lacks its name or arguments.
            ValueError: If there is no such fault.
        """
        return self._state.scripts.add(steps, model, match)

    def clear_scripts(self) -> None:
        """End all scripts."""
        self._state.scripts.clear()

    @property
    def open_connections(self) -> int:
        """The number of connections that clients have open, including idle ones."""
        return self._connections.open

    def wait_for_connections(self, number: int = 0, *, timeout: float = 5.0) -> bool:
        """Wait until clients have at most a number of connections open.

        Args:
            number: The number.
            timeout: Seconds to wait at most.

        Returns:
            Whether that happened in time.
        """
        return self._connections.wait_for(number, timeout)

    def clear(self) -> None:
        """Delete the record of received requests.

        Issued reasoning and cached prompts are kept, so that conversations can continue.
        """
        self._state.clear_requests()


def _run(server: _Server, listener: socket.socket) -> None:
    try:
        server.run(sockets=[listener])
    finally:
        server.started_or_failed.set()
