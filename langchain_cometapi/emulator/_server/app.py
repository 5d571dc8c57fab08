"""The ASGI application: it records requests, checks keys and selects the route."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Collection
from typing import Any

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, Response, StreamingResponse
from starlette.routing import Route

from langchain_cometapi.emulator._errors import GatewayError, rate_limited
from langchain_cometapi.emulator._faults.connection import CONNECTION_KEY
from langchain_cometapi.emulator._faults.emulated_response import EmulatedResponse
from langchain_cometapi.emulator._faults.fault import FAULT_HEADER
from langchain_cometapi.emulator._faults.responses import fail
from langchain_cometapi.emulator._faults.schedule import FaultSwitch, read_fault
from langchain_cometapi.emulator._json import json_response
from langchain_cometapi.emulator._names import (
    EMULATOR_API_KEY,
    RATE_LIMITED_API_KEY,
    REQUEST_ID_HEADER,
    SERVER_HEADER,
)
from langchain_cometapi.emulator._routes.catalogue import catalogue_entry, respond_catalogue
from langchain_cometapi.emulator._routes.chat.request.chat_request import read_chat_request
from langchain_cometapi.emulator._routes.chat.response.generate import complete
from langchain_cometapi.emulator._routes.chat.response.length import (
    CHUNKS_HEADER,
    lengthen,
    read_length,
)
from langchain_cometapi.emulator._routes.context import check_context
from langchain_cometapi.emulator._routes.embeddings import embed
from langchain_cometapi.emulator._routes.generate_content.credentials import read_key
from langchain_cometapi.emulator._routes.generate_content.errors import (
    google_error,
    in_googles_form,
    invalid_key,
)
from langchain_cometapi.emulator._routes.generate_content.request.generate_content_request import (
    read_generate_content_request,
)
from langchain_cometapi.emulator._routes.generate_content.response.generate import generate
from langchain_cometapi.emulator._routes.generate_content.route import (
    PREFIX,
    Target,
    read_target,
)
from langchain_cometapi.emulator._routes.messages.count import count_prompt_tokens
from langchain_cometapi.emulator._routes.messages.errors import in_anthropics_form
from langchain_cometapi.emulator._routes.messages.request.headers import read_keys
from langchain_cometapi.emulator._routes.messages.request.messages_request import (
    read_messages_request,
)
from langchain_cometapi.emulator._routes.messages.response.generate import write_message
from langchain_cometapi.emulator._routes.models import list_models
from langchain_cometapi.emulator._routes.responses.request.responses_request import (
    read_responses_request,
)
from langchain_cometapi.emulator._routes.responses.response.generate import respond
from langchain_cometapi.emulator._script import Reply
from langchain_cometapi.emulator._server.body import (
    NotJson,
    parse_body,
    read_body,
    require_json,
    too_long,
)
from langchain_cometapi.emulator._server.hosts import ANY_HOST, check_host
from langchain_cometapi.emulator._server.request_ids import new_request_id
from langchain_cometapi.emulator._state import EmulatorState, RecordedRequest

_METHODS = ["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"]
_MODEL_PREFIX = "/api/model/"
_MESSAGES, _COUNT = "/v1/messages", "/v1/messages/count_tokens"
_API = ("/v1/", "/v1beta/")
_CLIENT_CLOSED = 499  # as nginx logs it
_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>CometAPI emulator</title></head>
<body><h1>CometAPI emulator</h1>
<p>This page stands for CometAPI's website. The API lives under <code>/v1</code>.</p></body></html>
"""


def create_app(
    *,
    api_key: str = EMULATOR_API_KEY,
    state: EmulatorState | None = None,
    faults: FaultSwitch | None = None,
    allowed_hosts: Collection[str] = (ANY_HOST,),
) -> Starlette:
    """Return the emulator as an ASGI application.

    Args:
        api_key: The accepted key, besides the one that is always rate limited.
        state: The emulator's memory; a new one by default.
        faults: What goes wrong; by default only the faults set by request headers.
        allowed_hosts: Names of hosts in requests, besides those of this machine; "*" for any.
    """
    gateway = _Gateway(
        api_key, state or EmulatorState(), faults or FaultSwitch(), frozenset(allowed_hosts)
    )
    # One route for all paths, because wrong paths and methods get the gateway's responses rather
    # than Starlette's.
    return Starlette(routes=[Route("/{path:path}", gateway.respond, methods=_METHODS)])


class _Gateway:
    def __init__(
        self, api_key: str, state: EmulatorState, faults: FaultSwitch, hosts: frozenset[str]
    ) -> None:
        self._api_key = api_key
        self._state = state
        self._faults = faults
        self._hosts = hosts

    async def respond(self, request: Request) -> Response:
        """Record a request and return the response."""
        request_id = new_request_id()
        try:
            response = await self._respond(request, request_id)
        except GatewayError as error:
            response = json_response(error.envelope(request_id), error.status)
        except ClientDisconnect:
            response = Response(status_code=_CLIENT_CLOSED)  # no one reads it
        response.headers[REQUEST_ID_HEADER] = request_id
        response.headers["Server"] = SERVER_HEADER
        return response

    async def _respond(self, request: Request, request_id: str) -> Response:
        check_host(request.headers.get("host"), self._hosts)
        raw = await read_body(request.stream())
        body = NotJson() if raw is None else parse_body(raw)
        self._state.record(
            RecordedRequest(
                method=request.method,
                path=request.scope["path"],
                query=dict(request.query_params),
                headers=dict(request.headers),
                body=None if isinstance(body, NotJson) else body,
            )
        )
        if raw is None:
            raise too_long()
        return self._route(request, body, request_id)

    def _route(self, request: Request, body: Any, request_id: str) -> Response:
        path = request.scope["path"]
        match request.method, path:
            case "POST", "/v1/chat/completions" | "/v1/embeddings" | "/v1/responses":
                self._authorise(request)
                return self._post(request, require_json(body), request_id)
            case "POST", _ if path in (_MESSAGES, _COUNT) or path.startswith(PREFIX):
                native = self._generate if path.startswith(PREFIX) else self._message
                return native(request, body, request_id)
            case "GET", "/v1/models":
                self._authorise(request)
                return json_response(list_models())
            case "GET", "/api/models":
                return respond_catalogue(request.headers.get("if-none-match"))
            case "GET", _ if path.startswith(_MODEL_PREFIX):
                return json_response(catalogue_entry(path.removeprefix(_MODEL_PREFIX)))
        if f"{path}/".startswith(_API):
            msg = f"Invalid URL ({request.method} {path})"
            raise GatewayError(404, msg, kind="invalid_request_error", with_request_id=False)
        # A base URL without /v1 leads to the website, which returns 200 for any path.
        return HTMLResponse(_PAGE)

    def _authorise(self, request: Request) -> None:
        scheme, _, key = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not self._is_key(key.strip()):
            msg = "invalid token"
            raise GatewayError(401, msg)

    def _is_key(self, key: str) -> bool:
        """Return whether a key is the accepted one.

        Raises:
            GatewayError: If it is the one that is always rate limited.
        """
        if secrets.compare_digest(key.encode(), RATE_LIMITED_API_KEY.encode()):
            raise rate_limited()
        return secrets.compare_digest(key.encode(), self._api_key.encode())

    def _generate(self, http: Request, body: Any, request_id: str) -> Response:
        target = read_target(http.scope["path"], http.query_params)
        try:
            if not self._is_key(read_key(http.headers, http.query_params)):
                raise invalid_key()
            return self._generate_for(target, http, body, request_id)
        except GatewayError as error:
            raise in_googles_form(error, as_array=target.as_array) from None

    def _generate_for(self, target: Target, http: Request, body: Any, request_id: str) -> Response:
        if isinstance(body, NotJson):
            msg = "Invalid JSON payload received. Expected a value."
            raise google_error(msg)
        request = read_generate_content_request(target, body, self._state)
        length = read_length(http.headers.get(CHUNKS_HEADER))
        reply = self._state.scripts.take(request)
        answer = generate(request, self._state, length, reply)
        return self._send(http, answer, request_id, reply)

    def _post(self, http: Request, body: Any, request_id: str) -> Response:
        match http.url.path:
            case "/v1/embeddings":
                return json_response(embed(body))
            case "/v1/responses":
                return self._respond_to(http, body, request_id)
        return self._chat(http, body, request_id)

    def _chat(self, http: Request, body: Any, request_id: str) -> Response:
        request = read_chat_request(body, self._state)
        check_context(request)
        length = read_length(http.headers.get(CHUNKS_HEADER))
        reply = self._state.scripts.take(request)
        completion = lengthen(complete(request, self._state, reply), length)
        return self._send(http, completion, request_id, reply)

    def _respond_to(self, http: Request, body: Any, request_id: str) -> Response:
        request = read_responses_request(body, self._state)
        check_context(request)
        length = read_length(http.headers.get(CHUNKS_HEADER))
        reply = self._state.scripts.take(request)
        return self._send(http, respond(request, self._state, length, reply), request_id, reply)

    def _message(self, http: Request, body: Any, request_id: str) -> Response:
        try:
            return self._message_for(http, body, request_id)
        except GatewayError as error:
            raise in_anthropics_form(error) from None

    def _message_for(self, http: Request, body: Any, request_id: str) -> Response:
        keys = read_keys(http.headers)
        # Each key that is sent must be right: a foreign one has no business here.
        if not keys or not all(map(self._is_key, keys)):
            msg = "invalid x-api-key"
            raise GatewayError(401, msg)
        if http.scope["path"] == _COUNT:
            return json_response(count_prompt_tokens(require_json(body), http.headers))
        request = read_messages_request(require_json(body), http.headers)
        length = read_length(http.headers.get(CHUNKS_HEADER))
        reply = self._state.scripts.take(request)
        message = write_message(request, self._state, length, reply)
        return self._send(http, message, request_id, reply)

    def _send(
        self, http: Request, answer: EmulatedResponse, request_id: str, reply: Reply | None
    ) -> Response:
        try:
            fault = self._faults.draw(http.headers.get(FAULT_HEADER))
        except ValueError as error:
            raise GatewayError(400, str(error), kind="emulator_error") from None
        if reply is not None and reply.fault is not None:
            fault = read_fault(reply.fault)
        if fault is not None:
            connection = http.scope.get("state", {}).get(CONNECTION_KEY)
            return fail(fault, answer, request_id, connection)
        if not answer.is_streamed:
            return json_response(answer.body())
        return StreamingResponse(
            _stream(answer),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-cache"},
        )


async def _stream(answer: EmulatedResponse) -> AsyncIterator[str]:
    for event in answer.events():
        yield event
