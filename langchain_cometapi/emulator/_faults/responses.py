"""Responses that go wrong: each fault on the wire."""

from __future__ import annotations

import asyncio
import json
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from starlette.responses import HTMLResponse, Response, StreamingResponse
from typing_extensions import override

from langchain_cometapi.emulator._errors import GatewayError, rate_limited, unreadable
from langchain_cometapi.emulator._faults.fault import FAULT_HEADER, Fault
from langchain_cometapi.emulator._faults.vendor_errors import vendor_fault
from langchain_cometapi.emulator._json import json_response

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Iterator

    from starlette.types import Receive, Scope, Send

    from langchain_cometapi.emulator._faults.connection import RawConnection
    from langchain_cometapi.emulator._faults.emulated_response import EmulatedResponse


_SOCKET_FAULTS = frozenset({"reset", "reset_midway", "half_close", "garbage"})
_GARBAGE = b"\x15\x03\x01\x00\x02\x02\x46 no HTTP \xff\xfe\x00\r\n\r\n"
_RESET_DELAY = 0.05
_PAGE = "<!doctype html><html><head><title>{title}</title></head><body></body></html>"

_BEDROCK = "The model returned the following errors: the emulator was asked for an error."

_ERRORS = {
    401: ("invalid token", ""),
    402: ("Insufficient Balance", "insufficient_balance"),
    403: ("no permission to use this model", "permission_denied"),
    404: ("the model does not exist", "model_not_found"),
    413: ("request body too large", "read_request_body_failed"),
    500: ("internal server error", ""),
    503: ("the model is currently busy, please try again later", "bad_response_status_code"),
    529: ("Overloaded", "overloaded_error"),
}


def fail(
    fault: Fault, emulated: EmulatedResponse, request_id: str, connection: RawConnection | None
) -> Response:
    """Return a response that goes wrong.

    Args:
        fault: What goes wrong.
        emulated: The response without the fault.
        request_id: The request's id.
        connection: The connection, if there is a socket.

    Raises:
        GatewayError: If the fault is an HTTP error, needs a socket and there is none, or is one
            that the route does not have.
    """
    if fault.name == "failed" and emulated.failed_body(0, "") is None:
        msg = f"the fault 'failed' of {FAULT_HEADER} is one of the Responses route"
        raise GatewayError(501, msg)
    if fault.name == "refusal":
        emulated = emulated.refused()
    filtered = emulated.filtered() if fault.name == "filter" else None
    if filtered is not None:
        return _FaultyResponse(fault, filtered, request_id, connection)
    if fault.http_status is not None:
        error = _error(fault.http_status)
        body = emulated.error_body(error, request_id, fault.retry_after)
        response = json_response(body, fault.http_status)
        if fault.retry_after is not None:
            response.headers["Retry-After"] = f"{fault.retry_after:g}"
        return response
    if of_vendor := vendor_fault(fault.name, emulated.family):
        status, body = of_vendor
        return json_response(body, status)
    if fault.name == "invalid_request":
        msg = "field messages is required"
        raise unreadable(msg)
    return _fixed_response(fault, emulated, request_id) or _FaultyResponse(
        fault, emulated, request_id, connection
    )


def _fixed_response(fault: Fault, emulated: EmulatedResponse, request_id: str) -> Response | None:
    """Return the response of a fault with a fixed body, or `None` for one that streams."""
    response: Response | None = None
    streamed = emulated.is_streamed
    match fault.name:
        case "html":
            response = _page(fault.status or 200)
        case "bedrock":
            response = json_response({"message": _BEDROCK}, fault.status or 0)
        case "empty":
            response = Response(media_type="application/json")
        case "choices_null":
            response = json_response(emulated.body_without_result())
        case "error_200" | "failed" | "stream_error" if fault.name == "error_200" or not streamed:
            error = _error(fault.status or 0)
            body = emulated.error_body(error, request_id, None)
            if fault.name == "failed":
                body = emulated.failed_body(error.status, error.message) or body
            response = json_response(body)
        case "cut" if not streamed:
            whole = json.dumps(emulated.body()).encode()
            response = Response(whole[: len(whole) // 2], media_type="application/json")
    return response


def _page(status: int) -> Response:
    """Return the page of a proxy or a website."""
    phrases = {item.value: item.phrase for item in HTTPStatus}
    title = f"{status} {phrases.get(status, 'Emulated fault')}"
    return HTMLResponse(_PAGE.format(title=title), status)


def _error(status: int) -> GatewayError:
    if status == 429:  # noqa: PLR2004
        return rate_limited()
    message, code = _ERRORS.get(status, (f"emulated fault {status}", ""))
    return GatewayError(status, message, code=code)


class _FaultyResponse(StreamingResponse):
    """A response that is sent in parts and goes wrong on its way."""

    def __init__(
        self,
        fault: Fault,
        emulated: EmulatedResponse,
        request_id: str,
        connection: RawConnection | None,
    ) -> None:
        if connection is None and fault.name in _SOCKET_FAULTS:
            msg = f"the fault {fault.name!r} of {FAULT_HEADER} needs a socket, and there is none"
            raise GatewayError(501, msg)
        self._fault = fault
        self._emulated = emulated
        self._request_id = request_id
        self._connection: Any = connection
        streamed = emulated.is_streamed
        super().__init__(
            self._all_parts() if fault.after is None else self._parts_until_fault(),
            media_type="text/event-stream" if streamed else "application/json",
            headers={"Cache-Control": "no-cache"},
        )

    @override
    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the response until it ends or the client disconnects."""
        if self._connection is not None:
            self._connection.held_open = True
        sending = asyncio.ensure_future(self._send(send))
        disconnected = asyncio.ensure_future(_wait_for_disconnect(receive))
        try:
            await asyncio.wait({sending, disconnected}, return_when=asyncio.FIRST_COMPLETED)
            if sending.done():
                sending.result()
        finally:
            for task in (sending, disconnected):
                task.cancel()
            await asyncio.gather(sending, disconnected, return_exceptions=True)
            if self._connection is not None:
                self._connection.held_open = False

    async def _send(self, send: Send) -> None:
        match self._fault.name:
            case "reset":
                self._connection.reset()
                await _wait_forever()
            case "garbage":
                self._connection.write(_GARBAGE)
                self._connection.close()
                await _wait_forever()
            case "hang":
                await _wait_forever()
            case "delay":
                await asyncio.sleep(self._fault.seconds or 0)
        await self.stream_response(send)

    async def _all_parts(self) -> AsyncIterator[bytes]:
        for part in self._parts():
            yield part
            if self._fault.name == "drip":
                await asyncio.sleep(self._fault.seconds or 0)

    async def _parts_until_fault(self) -> AsyncIterator[bytes]:
        fault = self._fault
        for part in self._first_parts(fault.after or 0):
            yield part
        for event in self._error_events(fault.after or 0):
            yield event.encode()
        match fault.name:
            case "keep_alive":
                comment = b": PING\n\n" if self._emulated.is_streamed else b"\n"
                while True:
                    yield comment
                    await asyncio.sleep(fault.seconds or 0)
            case "stall":
                await _wait_forever()
            case "reset_midway":
                # On a reset, some systems discard received bytes that are not yet read.
                await asyncio.sleep(_RESET_DELAY)
                self._connection.reset()
                await _wait_forever()
            case "half_close":
                self._connection.close_write_side()
                await _wait_forever()

    def _error_events(self, after: int) -> Iterable[str]:
        """Return the events of a stream that ends in an error."""
        error = _error(self._fault.status or 0)
        match self._fault.name:
            case "stream_error":
                body = self._emulated.error_body(error, self._request_id, None)
                return self._emulated.error_events(body, after)
            case "failed":
                return self._emulated.failed_events(error.status, error.message, after)
        return ()

    def _first_parts(self, after: int) -> Iterator[bytes]:
        """Yield what is sent before the fault."""
        if not self._emulated.is_streamed:
            if after:
                body = json.dumps(self._emulated.body()).encode()
                yield body[: len(body) // 2]
            return
        sent, following = self._emulated.first_events(after)
        for event in sent:
            yield event.encode()
        if self._fault.name in ("cut", "half_close"):
            yield following[: len(following) // 2].encode()

    def _parts(self) -> Iterator[bytes]:
        """Yield the whole response in the parts in which it is sent."""
        unfinished = self._fault.name == "no_finish"
        if self._emulated.is_streamed:
            parts = [event.encode() for event in self._emulated.events(unfinished=unfinished)]
        else:
            body = self._emulated.unfinished_body() if unfinished else self._emulated.body()
            parts = [json.dumps(body, ensure_ascii=False).encode()]
        if self._fault.name != "drip":
            yield from parts
            return
        whole, size = b"".join(parts), self._fault.size or 1
        yield from (whole[at : at + size] for at in range(0, len(whole), size))


async def _wait_for_disconnect(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _wait_forever() -> None:
    await asyncio.get_running_loop().create_future()
