"""Responses of the gateway: completions, chunks, streams, and the bodies in `tests/wire`."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from langchain_cometapi._client.sdk import httpx
from tests.support.gateway import Body

if TYPE_CHECKING:
    from collections.abc import Iterable

FIXTURES = Path(__file__).parents[1] / "wire"

_CONTENT_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".json": "application/json",
    ".sse": "text/event-stream",
    ".txt": "text/plain",
}


def answer(body: object, status: int = 200, **headers: str) -> httpx.Response:
    """A JSON answer; header names are passed with underscores."""
    return raw(json.dumps(body, ensure_ascii=False).encode(), status, **headers)


def raw(
    body: bytes | Iterable[bytes | Exception],
    status: int = 200,
    content_type: str = "application/json",
    **headers: str,
) -> httpx.Response:
    """An answer with this body, whole or in pieces."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    pieces = [body] if isinstance(body, bytes) else body
    return httpx.Response(
        status, headers={"content-type": content_type, **named}, stream=Body(pieces)
    )


def sse(*chunks: object, done: bool = True) -> bytes:
    """The bytes of a stream of these chunks."""
    events = [f"data: {json.dumps(chunk, ensure_ascii=False)}\n\n".encode() for chunk in chunks]
    return b"".join(events) + (b"data: [DONE]\n\n" if done else b"")


def stream(*chunks: object, done: bool = True, **headers: Any) -> httpx.Response:
    """An answer that streams these chunks."""
    return raw(sse(*chunks, done=done), content_type="text/event-stream", **headers)


def completion(
    message: dict[str, Any] | str = "Hello", finish_reason: str | None = "stop", **fields: Any
) -> dict[str, Any]:
    """A whole completion."""
    if isinstance(message, str):
        message = {"role": "assistant", "content": message}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": "gpt-5.4-mini-2026-03-17",
        "choices": [{"index": 0, "message": message, "finish_reason": finish_reason}],
        "usage": {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5},
        **fields,
    }


def chunk(
    delta: dict[str, Any] | str | None = None, finish_reason: str | None = None, **fields: Any
) -> dict[str, Any]:
    """One chunk of a stream."""
    if isinstance(delta, str):
        delta = {"content": delta}
    return {
        "id": "chatcmpl-1",
        "object": "chat.completion.chunk",
        "created": 1,
        "model": "gpt-5.4-mini-2026-03-17",
        "choices": [{"index": 0, "delta": delta or {}, "finish_reason": finish_reason}],
        **fields,
    }


USAGE_CHUNK = {
    "id": "chatcmpl-1",
    "object": "chat.completion.chunk",
    "model": "gpt-5.4-mini-2026-03-17",
    "choices": [],
    "usage": {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5},
}


def fixture(path: str) -> bytes:
    """The bytes of a fixture, for example `stream/normal.sse`."""
    return (FIXTURES / path).read_bytes()


def fixture_names(folder: str) -> set[str]:
    """The names of the bodies in a folder, without those of what they must become."""
    names = {path.name for path in (FIXTURES / folder).iterdir()}
    return {name for name in names if not name.endswith(".expected.json")}


def recorded(path: str, status: int = 200, **headers: Any) -> httpx.Response:
    """An answer with the body of a fixture and the content type of its suffix."""
    return raw(fixture(path), status, _CONTENT_TYPES[Path(path).suffix], **headers)


def cut(data: bytes, *positions: int) -> list[bytes]:
    """The pieces of data when it is cut at these positions."""
    edges = [0, *sorted(positions), len(data)]
    return [data[start:end] for start, end in itertools.pairwise(edges)]
