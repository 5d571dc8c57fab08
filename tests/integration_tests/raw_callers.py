"""Our own transports, both kinds and on both event loops, called in the same words."""

from __future__ import annotations

import asyncio
import ssl
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

from langchain_cometapi._async_transport import AsyncTransport
from langchain_cometapi._sdk import httpx
from langchain_cometapi._transport import Transport
from tests.integration_tests.raw_host import PATIENCE

if TYPE_CHECKING:
    import threading
    from collections.abc import Coroutine, Iterator

    from typing_extensions import Self

    from langchain_cometapi._transport import SocketOptions

KINDS = ("sync", "asyncio") if sys.platform == "win32" else ("sync", "asyncio", "uvloop")
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""Loading certificates for each test would take longer than the test."""


class Caller:
    """A client with a transport of its own, and a loop of its own if that is asynchronous."""

    def __init__(
        self,
        kind: str,
        *,
        tls: ssl.SSLContext = NO_TLS,
        keepalive_seconds: float | None = 5.0,
        socket_options: SocketOptions = (),
    ) -> None:
        self.is_async = kind != "sync"
        self.is_on_uvloop = kind == "uvloop"
        self.client: Any
        self._loop: asyncio.AbstractEventLoop | None = None
        given = (tls, keepalive_seconds, socket_options)
        if self.is_async:
            library: Any = import_module(kind)
            self._loop = library.new_event_loop()
            self.client = httpx.AsyncClient(transport=AsyncTransport(*given), trust_env=False)
        else:
            self.client = httpx.Client(transport=Transport(*given), trust_env=False)

    def run(self, coroutine: Coroutine[Any, Any, Any]) -> Any:
        """Run a coroutine on the loop of an asynchronous caller."""
        assert self._loop is not None
        return self._loop.run_until_complete(coroutine)

    def _settle(self, result: Any) -> Any:
        return self.run(result) if self.is_async else result

    def post(self, url: str, content: Any = b"", **kwargs: Any) -> httpx.Response:
        """Return a response that was read to its end."""
        response: httpx.Response = self._settle(self.client.post(url, content=content, **kwargs))
        return response

    def open(self, url: str, content: Any = b"", **kwargs: Any) -> httpx.Response:
        """Return a response of which only the head was read."""
        request = self.client.build_request("POST", url, content=content, **kwargs)
        response: httpx.Response = self._settle(self.client.send(request, stream=True))
        return response

    def read(self, response: httpx.Response) -> Iterator[bytes]:
        """Give the pieces of a body as they come; between them the loop stands still."""
        if not self.is_async:
            yield from response.iter_raw()
            return
        pieces = response.aiter_raw()
        while (piece := self.run(anext(pieces, None))) is not None:
            yield piece

    def close_response(self, response: httpx.Response) -> None:
        if self.is_async:
            self.run(response.aclose())
        else:
            response.close()

    def wait_for(self, event: threading.Event) -> bool:
        """Wait for what a host does, while the loop runs."""
        if self.is_async:
            done: bool = self.run(asyncio.to_thread(event.wait, PATIENCE))
            return done
        return event.wait(PATIENCE)

    def socket_of(self, response: httpx.Response) -> Any:
        return response.extensions["network_stream"].get_extra_info("socket")

    def close(self) -> None:
        self._settle(self.client.aclose() if self.is_async else self.client.close())

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
        if self._loop is not None:
            self.run(self._loop.shutdown_asyncgens())
            self.run(self._loop.shutdown_default_executor())
            self._loop.close()
