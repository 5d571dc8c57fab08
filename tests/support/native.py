"""The two native protocols, written down by hand: what a host answers, whole and in events.

Independent of the package and of the emulator. The models think, speak and call a tool.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest

from langchain_cometapi._client.sdk import httpx
from tests.support import messages
from tests.support.gateway import Body, Gateway

THOUGHT, TEXT, CALL_ID = "I look it up.", "One sec.", "toolu_1"
CALL: dict[str, Any] = {"name": "get_weather", "args": {"city": "Oslo"}}
TOOL: dict[str, Any] = {
    "name": "get_weather",
    "description": "Look up the weather.",
    "parameters": {
        "type": "object",
        "properties": {"city": {"type": "string"}},
        "required": ["city"],
    },
}

Events = list[dict[str, Any]]


@dataclass(frozen=True)
class Protocol:
    """One native protocol.

    Attributes:
        class_name: The class that speaks it.
        model: A model of CometAPI that is served on it.
        path: Where a whole response is asked for.
        stream_path: Where a stream is asked for.
        key_header: The header that carries the key.
        partner: The module of the exceptions of its own SDK.
    """

    class_name: str
    model: str
    path: str
    stream_path: str
    key_header: str
    partner: str

    @property
    def kind(self) -> Any:
        """The class, which needs its extra."""
        from langchain_cometapi import native

        return getattr(native, self.class_name)

    @property
    def is_claude(self) -> bool:
        """Whether it is that of Claude, and not that of Gemini."""
        return self.class_name == "ChatCometAPIAnthropic"

    def make(self, gateway: Gateway, **fields: Any) -> Any:
        """Return a model that talks to a gateway, sync and async."""
        return gateway.make(self.kind, model=self.model, **fields)

    def path_of(self, way: str) -> str:
        """Return where a model that is called in a way asks."""
        return self.stream_path if "stream" in way else self.path

    def respond(self, request: httpx.Request, stop: str = "tool", **headers: str) -> httpx.Response:
        """Answer a request with `body`, or with `events` where it asks for a stream."""
        if "stream" in request.url.path.lower() or b'"stream":true' in request.content:
            return stream(*map(encode, self.events(stop)), **headers)
        return httpx.Response(200, headers=headers, json=self.body(stop))

    def events(self, stop: str = "tool") -> Events:
        """Return the events of a stream: thought, text and call, then why the model stopped.

        Args:
            stop: `tool`, or `length` where it ran out of tokens.
        """
        if self.is_claude:
            fields = _claude_fields(self.model, _CLAUDE_STOPS[stop])
            return messages.events(*_CLAUDE_BLOCKS, **fields)
        return _gemini_events(self.model, stop)

    def body(self, stop: str = "tool") -> dict[str, Any]:
        """Return the same as a whole response."""
        if self.is_claude:
            fields = _claude_fields(self.model, _CLAUDE_STOPS[stop])
            return messages.message(*_CLAUDE_BLOCKS, **fields)
        return _gemini_body(self.model, stop)

    def say(self, text: str, input_tokens: int = 12) -> dict[str, Any]:
        """Return a whole response of a text and nothing else."""
        if self.is_claude:
            fields = _claude_fields(self.model, "end_turn", input_tokens)
            return messages.message(messages.text(text), **fields)
        said = _gemini_response(self.model, [{"text": text}], "STOP")
        total = input_tokens + 34
        said["usageMetadata"].update(promptTokenCount=input_tokens, totalTokenCount=total)
        return said

    def error(self, status: int, message: str) -> dict[str, Any]:
        """Return the body of an error in the vendor's own form."""
        if self.is_claude:
            error = {"type": _CLAUDE_ERRORS[status], "message": message}
            return {"type": "error", "error": error, "request_id": "req_of_the_body"}
        return {"error": {"code": status, "message": message, "status": _GEMINI_ERRORS[status]}}


CLAUDE = Protocol(
    "ChatCometAPIAnthropic",
    "claude-haiku-5-5",
    "/v1/messages",
    "/v1/messages",
    "x-api-key",
    "anthropic",
)
GEMINI = Protocol(
    "ChatCometAPIGoogle",
    "gemini-3.8-flash",
    "/v1beta/models/gemini-3.8-flash:generateContent",
    "/v1beta/models/gemini-3.8-flash:streamGenerateContent",
    "x-goog-api-key",
    "google.genai.errors",
)
PROTOCOLS = {"Claude": CLAUDE, "Gemini": GEMINI}

each_protocol = pytest.mark.parametrize("protocol", PROTOCOLS.values(), ids=PROTOCOLS)
"""Runs a test with each `protocol`."""

_CLAUDE_ERRORS = {
    400: "invalid_request_error",
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    413: "request_too_large",
    429: "rate_limit_error",
    500: "api_error",
    503: "api_error",
    529: "overloaded_error",
}
_GEMINI_ERRORS = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    413: "INVALID_ARGUMENT",
    429: "RESOURCE_EXHAUSTED",
    500: "INTERNAL",
    503: "UNAVAILABLE",
    529: "UNAVAILABLE",
}


def encode(event: dict[str, Any]) -> bytes:
    """Return an event as it is sent."""
    name = f"event: {event['type']}\n" if "type" in event else ""
    return f"{name}data: {json.dumps(event)}\n\n".encode()


def stream(*pieces: bytes | Exception, **headers: str) -> httpx.Response:
    """Return a stream whose body comes in these pieces; an exception breaks the connection."""
    headers = {"content-type": "text/event-stream", **headers}
    return httpx.Response(200, headers=headers, stream=Body(pieces))


# -- Claude


_CLAUDE_STOPS = {"tool": "tool_use", "length": "max_tokens"}
_CLAUDE_BLOCKS: list[dict[str, Any]] = [
    {"type": "thinking", "thinking": THOUGHT, "signature": "c2ln"},
    messages.text(TEXT),
    {"type": "tool_use", "id": CALL_ID, "name": CALL["name"], "input": CALL["args"]},
]


def _claude_fields(model: str, stop_reason: str, input_tokens: int = 12) -> dict[str, Any]:
    usage = {"input_tokens": input_tokens, "output_tokens": 34}
    return {"model": model, "stop_reason": stop_reason, "usage": usage}


# -- Gemini

_GEMINI_PARTS: list[dict[str, Any]] = [
    {"text": THOUGHT, "thought": True},
    {"text": TEXT[:4]},
    {"text": TEXT[4:]},
    {"functionCall": CALL, "thoughtSignature": "c2ln"},
]


def _gemini_response(model: str, parts: list[dict[str, Any]], finish: str | None) -> dict[str, Any]:
    candidate: dict[str, Any] = {"content": {"role": "model", "parts": parts}, "index": 0}
    if finish is not None:
        candidate["finishReason"] = finish
    usage = {
        "promptTokenCount": 12,
        "candidatesTokenCount": 24,
        "thoughtsTokenCount": 10,
        "totalTokenCount": 46,
    }
    return {
        "candidates": [candidate],
        "usageMetadata": usage,
        "modelVersion": model,
        "responseId": "response-1",
    }


_GEMINI_STOPS = {"tool": "STOP", "length": "MAX_TOKENS"}


def _gemini_events(model: str, stop: str) -> Events:
    events = [_gemini_response(model, [part], None) for part in _GEMINI_PARTS]
    return [*events, _gemini_response(model, [{"text": ""}], _GEMINI_STOPS[stop])]


def _gemini_body(model: str, stop: str) -> dict[str, Any]:
    thought, first, second, call = _GEMINI_PARTS
    text = {"text": first["text"] + second["text"]}
    return _gemini_response(model, [thought, text, call], _GEMINI_STOPS[stop])
