"""A scripted gateway without a socket, for tests that prove what is on the wire."""

from __future__ import annotations

import asyncio
import itertools
import json
import re
import threading
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from langchain_cometapi import ChatCometAPI
from langchain_cometapi._client.sdk import httpx
from langchain_cometapi.exceptions import CometAPIError, CometAPIStreamError

if TYPE_CHECKING:
    from langchain_core.messages import AIMessage

FIXTURES = Path(__file__).parent / "fixtures"
KEY = "sk-test-0123456789"

T = TypeVar("T")

Answer: TypeAlias = httpx.Response | Exception | Callable[[httpx.Request], httpx.Response]


class Body(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A response body in given pieces; an exception among them breaks the connection."""

    def __init__(self, pieces: Iterable[bytes | Exception]) -> None:
        self.pieces = list(pieces)
        self.closed = False

    def __iter__(self) -> Iterator[bytes]:
        for piece in self.pieces:
            if isinstance(piece, Exception):
                raise piece
            yield piece

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for piece in self:
            yield piece

    def close(self) -> None:
        self.closed = True

    async def aclose(self) -> None:
        self.closed = True


class Gateway:
    """Answers requests from a script and keeps them; the last answer repeats."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.requests: list[httpx.Request] = []

    @property
    def bodies(self) -> list[dict[str, Any]]:
        """The JSON bodies of the requests."""
        return [json.loads(request.content) for request in self.requests]

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        if callable(answer):
            return answer(request)
        # A response is used up by reading it; a repeated one starts afresh.
        return httpx.Response(
            answer.status_code, headers=answer.headers.multi_items(), stream=answer.stream
        )

    def model(self, model: str = "gpt-5.4-mini", **kwargs: Any) -> ChatCometAPI:
        """Return a model that talks to this gateway, sync and async."""
        return self.make(ChatCometAPI, model=model, **kwargs)

    def make(self, kind: Callable[..., T], **kwargs: Any) -> T:
        """Return a model of any kind that talks to this gateway, sync and async."""
        transport = httpx.MockTransport(self)
        kwargs.setdefault("api_key", KEY)
        kwargs.setdefault("max_retries", 0)
        return kind(
            http_client=httpx.Client(transport=transport),
            http_async_client=httpx.AsyncClient(transport=transport),
            **kwargs,
        )


class Crowd:
    """Lets requests go on only `size` at a time, all together, and counts how many there were."""

    def __init__(self, size: int, respond: Callable[[httpx.Request], httpx.Response]) -> None:
        self.size = size
        self.respond = respond
        self.there = self.peak = 0
        self._barrier = threading.Barrier(size, timeout=10)
        self._lock = threading.Lock()
        self._waiting: list[asyncio.Future[None]] = []

    def _count(self, number: int) -> None:
        with self._lock:
            self.there += number
            self.peak = max(self.peak, self.there)

    def __call__(self, request: httpx.Request) -> httpx.Response:
        """Answer a synchronous request."""
        self._count(1)
        self._barrier.wait()
        self._count(-1)
        return self.respond(request)

    async def later(self, request: httpx.Request) -> httpx.Response:
        """Answer an asynchronous request."""
        self._count(1)
        mine = asyncio.get_running_loop().create_future()
        self._waiting.append(mine)
        await asyncio.sleep(0.01)  # whoever else is to come has come
        if len(self._waiting) >= self.size:
            for one in self._waiting:
                one.set_result(None)
            self._waiting.clear()
        await asyncio.wait_for(mine, 10)
        self._count(-1)
        return self.respond(request)


def answer(body: object, status: int = 200, **headers: str) -> httpx.Response:
    """A JSON answer; header names are given with underscores."""
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


def merge(chunks: Iterable[Any]) -> Any:
    """Add up the chunks of a stream."""
    merged = None
    for part in chunks:
        merged = part if merged is None else merged + part
    return merged


async def amerge(chunks: AsyncIterator[Any]) -> Any:
    """Add up the chunks of an asynchronous stream."""
    return merge([part async for part in chunks])


# -- fixtures and what they must become ------------------------------------------------------

MADE_UP = "<made up>"
"""Stands for the id this package gives a call that came without one."""

_CONTENT_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".json": "application/json",
    ".sse": "text/event-stream",
    ".txt": "text/plain",
}
_MADE_UP_ID = re.compile(r"call_[0-9a-f]{24}")


def fixture(path: str) -> bytes:
    """The bytes of a fixture, for example `stream/normal.sse`."""
    return (FIXTURES / path).read_bytes()


def fixture_names(folder: str) -> set[str]:
    """The names of the files in a folder of fixtures."""
    return {path.name for path in (FIXTURES / folder).iterdir()}


def recorded(path: str, status: int = 200, **headers: Any) -> httpx.Response:
    """An answer with the body of a fixture and the content type of its suffix."""
    return raw(fixture(path), status, _CONTENT_TYPES[Path(path).suffix], **headers)


def cut(data: bytes, *positions: int) -> list[bytes]:
    """The pieces of data when it is cut at these positions."""
    edges = [0, *sorted(positions), len(data)]
    return [data[start:end] for start, end in itertools.pairwise(edges)]


@dataclass(frozen=True)
class Said:
    """Everything a message must say; what is left out here must be left out there."""

    text: str | list[Any] = "Hello"
    tool_calls: tuple[tuple[str, dict[str, Any], str], ...] = ()
    """Name, arguments and id of each."""
    invalid: tuple[tuple[str | None, str, str, str], ...] = ()
    """Name, arguments, id and the start of the reason of each."""
    extras: dict[str, Any] = field(default_factory=dict)
    """`additional_kwargs`."""
    tokens: tuple[int, int, int] | None = (9, 4, 13)
    input_details: dict[str, int] | None = None
    output_details: dict[str, int] | None = None
    finish_reason: str | None = "stop"
    model: str = "gpt-5.4-mini-2026-03-17"
    id: str = "chatcmpl-1"
    metadata: dict[str, Any] = field(default_factory=dict)
    """`response_metadata`, without what the fields above say."""


_OF_AN_ORIGIN = {"reasoning_content", "tool_call_extra_content", "extra_content"}


def check_message(message: AIMessage, said: Said) -> None:
    """Compare a message with what it must say, all of it."""
    assert message.content == said.text
    calls = tuple((c["name"], c["args"], normal_id(c["id"])) for c in message.tool_calls)
    assert calls == said.tool_calls
    invalid = tuple((c["name"], c["args"], normal_id(c["id"])) for c in message.invalid_tool_calls)
    assert invalid == tuple(call[:3] for call in said.invalid)
    assert message.additional_kwargs == said.extras
    assert message.usage_metadata == _usage(said)
    metadata = dict(message.response_metadata)
    reasons = metadata.pop("tool_call_errors", {})
    assert [normal_id(id_) for id_ in reasons] == [call[2] for call in said.invalid]
    for reason, call in zip(reasons.values(), said.invalid, strict=True):
        assert reason.startswith(call[3])
    origin = metadata.pop("reasoning_origin", None)
    assert (origin is not None) is bool(_OF_AN_ORIGIN & said.extras.keys())
    if origin is not None:
        assert (origin["family"], origin["endpoint"]) == ("gpt", "api.cometapi.com")
    assert ("token_usage" in metadata) is (said.tokens is not None)
    metadata.pop("token_usage", None)
    assert metadata == {
        "model_provider": "cometapi",
        "model_name": said.model,
        "id": said.id,
        "finish_reason": said.finish_reason,
        **said.metadata,
    }


def normal_id(id_: str | None) -> str | None:
    """The id of a call, or `MADE_UP`."""
    return MADE_UP if id_ and _MADE_UP_ID.fullmatch(id_) else id_


def _usage(said: Said) -> dict[str, Any] | None:
    if said.tokens is None:
        return None
    usage: dict[str, Any] = dict(
        zip(("input_tokens", "output_tokens", "total_tokens"), said.tokens, strict=True)
    )
    if said.input_details is not None:
        usage["input_token_details"] = said.input_details
    if said.output_details is not None:
        usage["output_token_details"] = said.output_details
    return usage


@dataclass(frozen=True)
class Fails:
    """Everything an error must say."""

    kind: type[CometAPIError]
    says: str
    """How the message starts."""
    status: int | None = 200
    code: str | None = None
    type: str | None = None
    param: str | None = None
    request_id: str | None = None
    retry_after: float | None = None
    retryable: bool = False
    in_stream: bool = False
    """Whether it is a `CometAPIStreamError` too."""
    partial: str | None = None
    """The text of `partial_message`, or `None` if there must be none."""
    partial_calls: tuple[tuple[str | None, str, str | None], ...] = ()
    """Name, arguments and id of its tool calls, which are all invalid."""


def check_error(error: CometAPIError, fails: Fails) -> None:
    """Compare an error with what it must say, all of it."""
    if fails.in_stream:
        assert type(error).__bases__ == (CometAPIStreamError, fails.kind), type(error).__mro__
    else:
        assert type(error) is fails.kind
    assert str(error).startswith(fails.says), str(error)
    assert str(error).endswith(f"[request id: {fails.request_id}]") is bool(fails.request_id)
    assert KEY not in str(error)
    told = {name: getattr(error, name) for name in ("code", "type", "param", "request_id")}
    assert told == {
        "code": fails.code,
        "type": fails.type,
        "param": fails.param,
        "request_id": fails.request_id,
    }
    assert error.status_code == fails.status
    assert error.retry_after == fails.retry_after
    assert error.is_retryable is fails.retryable
    assert error.model == "gpt-5.4-mini"
    assert error.url == "https://api.cometapi.com/v1/chat/completions"
    partial = error.partial_message
    if fails.partial is None:
        assert partial is None
        return
    assert partial is not None
    assert partial.content == fails.partial
    assert partial.tool_calls == []
    calls = tuple((c["name"], c["args"], c["id"]) for c in partial.invalid_tool_calls)
    assert calls == fails.partial_calls
