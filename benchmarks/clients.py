"""Who is measured: LangChain's models, bare clients, and LangChain's own floor.

Each answers the same questions (see `Client`), so that a case does not know whom it measures.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Any

import openai
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_openai import ChatOpenAI
from pydantic_core import from_json, to_json

from benchmarks.canned import DELTAS, MODEL, Request
from langchain_cometapi import ChatCometAPI
from langchain_cometapi._client.sdk import httpx

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from langchain_core.language_models import LanguageModelInput

KEY = "sk-bench"
OURS, THEIRS, FLOOR = "ChatCometAPI", "ChatOpenAI", "LangChain's floor"


class Client(ABC):
    """Someone to measure. Streams are read to their end, and say how many pieces they had."""

    @abstractmethod
    def invoke(self, request: Request) -> None: ...

    @abstractmethod
    async def ainvoke(self, request: Request) -> None: ...

    @abstractmethod
    def stream(self, request: Request) -> int: ...

    @abstractmethod
    async def astream(self, request: Request) -> int: ...

    def batch(self, requests: list[Request], threads: int) -> None:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(self.invoke, requests))

    async def abatch(self, requests: list[Request], concurrency: int) -> None:
        at_once = asyncio.Semaphore(concurrency)

        async def call(request: Request) -> None:
            async with at_once:
                await self.ainvoke(request)

        await asyncio.gather(*map(call, requests))


# -- LangChain's models -------------------------------------------------------------------------


class LangChain(Client):
    """A chat model, called as its users do."""

    def __init__(self, model: BaseChatModel) -> None:
        self.model = model

    def _options(self, request: Request) -> dict[str, Any]:
        return {"tools": request.tools} if request.tools else {}

    def invoke(self, request: Request) -> None:
        self.model.invoke(request.messages, **self._options(request))

    async def ainvoke(self, request: Request) -> None:
        await self.model.ainvoke(request.messages, **self._options(request))

    def stream(self, request: Request) -> int:
        return sum(1 for _ in self.model.stream(request.messages, **self._options(request)))

    async def astream(self, request: Request) -> int:
        pieces = 0
        async for _ in self.model.astream(request.messages, **self._options(request)):
            pieces += 1
        return pieces

    def batch(self, requests: list[Request], threads: int) -> None:
        self.model.batch([r.messages for r in requests], {"max_concurrency": threads})

    async def abatch(self, requests: list[Request], concurrency: int) -> None:
        inputs: list[LanguageModelInput] = [request.messages for request in requests]
        await self.model.abatch(inputs, {"max_concurrency": concurrency})


class _Floor(BaseChatModel):
    """Asks nobody and yields ready chunks: what LangChain costs by itself."""

    pieces: tuple[dict[str, Any], ...] = ()

    @property
    def _llm_type(self) -> str:
        return "floor"

    def _generate(self, *_: Any, **__: Any) -> ChatResult:
        return ChatResult(generations=[ChatGeneration(message=AIMessage("Hello"))])

    async def _agenerate(self, *_: Any, **__: Any) -> ChatResult:
        return self._generate()

    def _chunks(self) -> Iterator[ChatGenerationChunk]:
        for piece in self.pieces:
            yield ChatGenerationChunk(message=AIMessageChunk(**piece))

    def _stream(self, *_: Any, **__: Any) -> Iterator[ChatGenerationChunk]:
        yield from self._chunks()

    async def _astream(self, *_: Any, **__: Any) -> AsyncIterator[ChatGenerationChunk]:
        for chunk in self._chunks():
            yield chunk


def _piece(delta: dict[str, Any]) -> dict[str, Any]:
    """What LangChain's message of a delta is made of."""
    if "content" in delta:
        return {"content": delta["content"]}
    if "reasoning_content" in delta:
        return {"content": "", "additional_kwargs": delta}
    [call] = delta["tool_calls"]
    function = call["function"]
    chunk = {"index": call["index"], "id": call.get("id"), "type": "tool_call_chunk"}
    chunk |= {"name": function.get("name"), "args": function["arguments"]}
    return {"content": "", "tool_call_chunks": [chunk]}


def _floor(url: str) -> Client:
    """A floor of the same pieces that the server would send."""
    _, kind, count, *_ = url.partition("//")[2].split("/")
    if kind not in DELTAS:
        return LangChain(_Floor())
    return LangChain(_Floor(pieces=tuple(map(_piece, DELTAS[kind](int(count))))))


# -- bare clients -------------------------------------------------------------------------------


class BareSDK(Client):
    """The `openai` SDK without LangChain."""

    def __init__(self, url: str) -> None:
        self._sync = openai.OpenAI(base_url=url, api_key=KEY)
        self._async = openai.AsyncOpenAI(base_url=url, api_key=KEY)

    def invoke(self, request: Request) -> None:
        self._sync.chat.completions.create(**request.body)

    async def ainvoke(self, request: Request) -> None:
        await self._async.chat.completions.create(**request.body)

    def stream(self, request: Request) -> int:
        return sum(1 for _ in self._sync.chat.completions.create(**request.body, stream=True))

    async def astream(self, request: Request) -> int:
        pieces = 0
        async for _ in await self._async.chat.completions.create(**request.body, stream=True):
            pieces += 1
        return pieces


class BareHTTP(Client):
    """The SDK's HTTP library and pydantic's JSON parser, and nothing else."""

    def __init__(self, url: str) -> None:
        limits = httpx.Limits(max_connections=1000, max_keepalive_connections=100)
        options: dict[str, Any] = {"timeout": 60, "limits": limits}
        options["headers"] = {"authorization": f"Bearer {KEY}", "content-type": "application/json"}
        self._url = f"{url}/chat/completions"
        self._sync = httpx.Client(**options)
        self._async = httpx.AsyncClient(**options)

    def invoke(self, request: Request) -> None:
        response = self._sync.post(self._url, content=to_json(request.body))
        from_json(response.raise_for_status().content)

    async def ainvoke(self, request: Request) -> None:
        response = await self._async.post(self._url, content=to_json(request.body))
        from_json(response.raise_for_status().content)

    def stream(self, request: Request) -> int:
        body = to_json({**request.body, "stream": True})
        pieces, rest = 0, b""
        with self._sync.stream("POST", self._url, content=body) as response:
            for data in response.raise_for_status().iter_bytes():
                found, rest = parse_events(rest + data, from_json)
                pieces += found
        return pieces

    async def astream(self, request: Request) -> int:
        body = to_json({**request.body, "stream": True})
        pieces, rest = 0, b""
        async with self._async.stream("POST", self._url, content=body) as response:
            async for data in response.raise_for_status().aiter_bytes():
                found, rest = parse_events(rest + data, from_json)
                pieces += found
        return pieces


def parse_events(data: bytes, parse: Callable[[bytes], object]) -> tuple[int, bytes]:
    """Parse the whole events in some bytes: how many there were, and what is left."""
    *events, rest = data.split(b"\n\n")
    for event in events:
        if event != b"data: [DONE]":
            parse(event[6:])
    return len(events), rest


# -- all of them --------------------------------------------------------------------------------


def comet(url: str, **options: Any) -> Client:
    return LangChain(ChatCometAPI(model=MODEL, api_key=KEY, base_url=url, **options))


def chat_openai(url: str) -> Client:
    return LangChain(ChatOpenAI(model=MODEL, api_key=KEY, base_url=url, stream_usage=True))


def comet_responses(url: str) -> Client:
    return comet(url, endpoint="responses")


def chat_openai_responses(url: str) -> Client:
    return LangChain(ChatOpenAI(model=MODEL, api_key=KEY, base_url=url, use_responses_api=True))


Makers = dict[str, "Callable[[str], Client]"]

TWO: Makers = {OURS: comet, THEIRS: chat_openai}
RESPONSES: Makers = {OURS: comet_responses, THEIRS: chat_openai_responses}
ALL: Makers = {**TWO, "openai SDK": BareSDK, "bare HTTP": BareHTTP, FLOOR: _floor}


def over_aiohttp(makers: Makers) -> Makers:
    """The same clients, `ChatCometAPI` with the transport that the extra `[aiohttp]` brings."""
    return {**makers, OURS: partial(comet, http_transport="aiohttp")}
