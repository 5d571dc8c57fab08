"""Asynchronous calls over aiohttp, where the extra `aiohttp` is installed.

The adapter is the one that comes with the `openai` SDK (3), or the one that it asks for (2).
"""

from __future__ import annotations

import importlib
from functools import cache
from typing import TYPE_CHECKING, Any

from langchain_cometapi._sdk import httpx

if TYPE_CHECKING:
    import ssl


def make_aiohttp_transport(tls: ssl.SSLContext, keepalive_seconds: float | None) -> Any:
    """Return a transport over aiohttp for one event loop, or `None` if it is not installed.

    Args:
        tls: The TLS context of all connections.
        keepalive_seconds: How long an idle connection is kept.
    """
    adapter = _adapter()
    if adapter is None:
        return None
    import aiohttp

    def open_session() -> Any:
        # No limit, as in the other pools; and no cookies, because models with other keys share it.
        connector = aiohttp.TCPConnector(limit=0, keepalive_timeout=keepalive_seconds, ssl=tls)
        return aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())

    return adapter(client=open_session, verify=tls)


@cache
def _adapter() -> Any:
    """Return the adapter's class, with exceptions that say what happened."""
    try:
        import aiohttp

        adapters: Any
        try:
            from openai._vendor import httpx_aiohttp as adapters
        except ImportError:  # `openai` 2
            adapters = importlib.import_module("httpx_aiohttp")
    except ImportError:
        return None

    class Adapter(adapters.AiohttpTransport):  # type: ignore[misc]
        """The adapter calls a connection that the host closed a timeout, or lets errors through."""

        async def handle_async_request(self, request: Any) -> Any:
            try:
                return await super().handle_async_request(request)
            except httpx.ConnectTimeout as error:
                cause = error.__cause__
                if isinstance(cause, aiohttp.ServerDisconnectedError):
                    raise httpx.RemoteProtocolError(str(cause), request=request) from cause
                if isinstance(cause, aiohttp.ClientConnectorError):
                    raise httpx.ConnectError(str(cause), request=request) from cause
                if isinstance(cause, aiohttp.ClientConnectionError) and not isinstance(
                    cause, aiohttp.ServerTimeoutError
                ):
                    raise httpx.ReadError(str(cause), request=request) from cause
                raise
            except aiohttp.ClientResponseError as error:  # what came is no HTTP
                raise httpx.RemoteProtocolError(error.message, request=request) from error

    return Adapter
