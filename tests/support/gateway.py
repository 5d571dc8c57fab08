"""A scripted gateway without a socket, which records the requests it gets."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from typing import Any, TypeAlias, TypeVar

from langchain_cometapi import ChatCometAPI
from langchain_cometapi._client.sdk import httpx

KEY = "sk-test-0123456789"

T = TypeVar("T")

Answer: TypeAlias = httpx.Response | Exception | Callable[[httpx.Request], httpx.Response]


class Body(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A response body in pieces; an exception among them breaks the connection."""

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

    default_model = "gpt-5.4-mini"

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

    def model(self, model: str | None = None, **kwargs: Any) -> ChatCometAPI:
        """Return a model that talks to this gateway, sync and async."""
        return self.make(ChatCometAPI, model=model or self.default_model, **kwargs)

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
