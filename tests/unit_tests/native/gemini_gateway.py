"""A gateway that answers as Gemini does, whole or in events, for the tests of its class."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from langchain_cometapi.native import ChatCometAPIGoogle
from tests.support import Gateway, answer, raw, sse

if TYPE_CHECKING:
    from collections.abc import Callable

    from langchain_cometapi._client.sdk import httpx

MODEL = "gemini-3.8-flash"
SIGNATURE = "c2lnbmF0dXJlLTE="
CALL = {"functionCall": {"name": "get_weather", "args": {"city": "Oslo"}}}
TOOL = {
    "name": "get_weather",
    "description": "Look up the weather.",
    "parameters": {
        "type": "object",
        "properties": {"city": {"type": "string"}},
        "required": ["city"],
    },
}
USAGE = {
    "promptTokenCount": 12,
    "candidatesTokenCount": 24,
    "thoughtsTokenCount": 10,
    "totalTokenCount": 46,
}

streamed = pytest.mark.parametrize("way", ["stream", "astream"])
whole = pytest.mark.parametrize("way", ["invoke", "ainvoke"])


def event(*parts: Any, finish: str | None = None, **candidate: Any) -> dict[str, Any]:
    """A response, or an event of a stream."""
    candidate = {"content": {"role": "model", "parts": list(parts)}, **candidate}
    if finish is not None:
        candidate["finishReason"] = finish
    return {"candidates": [candidate], "usageMetadata": USAGE, "modelVersion": MODEL}


def events(*bodies: Any, **headers: Any) -> httpx.Response:
    """A stream of these events."""
    return raw(sse(*bodies, done=False), content_type="text/event-stream", **headers)


def reply(
    *parts: Any, finish: str = "STOP", **candidate: Any
) -> Callable[[httpx.Request], httpx.Response]:
    """Reply with these parts, in an event for each where a stream is asked for."""

    def respond(request: httpx.Request) -> httpx.Response:
        headers: Any = {"x_cometapi_request_id": "request-1"}
        if not request.url.path.endswith(":streamGenerateContent"):
            return answer(event(*parts, finish=finish, **candidate), **headers)
        *first, last = parts
        end = event(last, finish=finish, **candidate)
        return events(*(event(part) for part in first), end, **headers)

    return respond


def fail(
    status: int, body: object, *, in_stream: bool = False, **headers: Any
) -> Callable[[httpx.Request], httpx.Response]:
    """Reply with an error, after the first event of a stream if `in_stream`."""

    def respond(request: httpx.Request) -> httpx.Response:
        if in_stream and request.url.path.endswith(":streamGenerateContent"):
            return events(event({"text": "Hel"}), body, **headers)
        return answer(body, 200 if in_stream else status, **headers)

    return respond


def google_error(status: int, message: str, word: str, **fields: Any) -> dict[str, Any]:
    """The body of an error in Google's form."""
    return {"error": {"code": status, "message": message, "status": word, **fields}}


def make(gateway: Gateway, model: str = MODEL, **fields: Any) -> ChatCometAPIGoogle:
    """A model that talks to a gateway."""
    return gateway.make(ChatCometAPIGoogle, model=model, **fields)
