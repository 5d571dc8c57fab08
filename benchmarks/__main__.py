"""CPU per unit of `ChatCometAPI` and `ChatOpenAI`, in one run and on the same bytes.

    make bench

The answers come from memory, so that nothing but the client is measured. The floor is a model
that yields ready chunks: what LangChain itself costs. Only the ratios mean something.
"""

from __future__ import annotations

import asyncio
import gc
import json
import statistics
import time
from typing import TYPE_CHECKING, Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, HumanMessage
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_openai import ChatOpenAI

from langchain_cometapi import ChatCometAPI
from langchain_cometapi._sdk import httpx

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

MODEL = "gpt-5.4-mini"
CHUNKS = 500
REPEATS = 7
USAGE = {"prompt_tokens": 9, "completion_tokens": CHUNKS, "total_tokens": CHUNKS + 9}


def _chunk(delta: dict[str, Any], finish_reason: str | None = None) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish_reason}
    head = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": MODEL}
    return {**head, "system_fingerprint": "fp", "choices": [choice], "obfuscation": "aB3"}


_STREAM = [
    *(_chunk({"content": f"token {n} "}) for n in range(CHUNKS)),
    _chunk({}, "stop"),
    {**_chunk({}), "choices": [], "usage": USAGE},
]
_EVENTS = [b"data: " + json.dumps(part).encode() + b"\n\n" for part in _STREAM]
_EVENTS.append(b"data: [DONE]\n\n")
_ANSWER = json.dumps(
    {
        "id": "chatcmpl-1",
        "object": "chat.completion",
        "created": 1,
        "model": MODEL,
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": "Hello", "refusal": None},
                "finish_reason": "stop",
            }
        ],
        "usage": USAGE,
    }
).encode()


class _Body(httpx.SyncByteStream, httpx.AsyncByteStream):
    def __iter__(self) -> Iterator[bytes]:
        yield from _EVENTS

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for event in _EVENTS:
            yield event


def _answer(request: httpx.Request) -> httpx.Response:
    if b'"stream":true' in request.content:
        kind = {"content-type": "text/event-stream"}
        return httpx.Response(200, headers=kind, stream=_Body())
    return httpx.Response(200, headers={"content-type": "application/json"}, content=_ANSWER)


class Floor(BaseChatModel):
    """Yields ready chunks: what LangChain costs by itself."""

    @property
    def _llm_type(self) -> str:
        return "floor"

    def _generate(self, *_: Any, **__: Any) -> ChatResult:
        return ChatResult(generations=[ChatGeneration(message=AIMessage("Hello"))])

    async def _agenerate(self, *_: Any, **__: Any) -> ChatResult:
        return self._generate()

    def _stream(self, *_: Any, **__: Any) -> Iterator[ChatGenerationChunk]:
        for n in range(CHUNKS):
            yield ChatGenerationChunk(message=AIMessageChunk(content=f"token {n} "))

    async def _astream(self, *_: Any, **__: Any) -> AsyncIterator[ChatGenerationChunk]:
        for chunk in self._stream():
            yield chunk


def _models() -> dict[str, Any]:
    transport = httpx.MockTransport(_answer)
    options: dict[str, Any] = {
        "model": MODEL,
        "api_key": "sk-bench",
        "stream_usage": True,
        "http_client": httpx.Client(transport=transport),
        "http_async_client": httpx.AsyncClient(transport=transport),
    }
    return {
        "ChatCometAPI": ChatCometAPI(**options),
        "ChatOpenAI": ChatOpenAI(**options),
        "floor": Floor(),
    }


def _tools() -> list[dict[str, Any]]:
    fields = {f"field_{n}": {"type": "string", "description": "A field."} for n in range(8)}
    parameters = {"type": "object", "properties": fields}
    return [
        {
            "type": "function",
            "function": {"name": f"tool_{n}", "description": "A tool.", "parameters": parameters},
        }
        for n in range(20)
    ]


_HISTORY = [(HumanMessage if n % 2 else AIMessage)(f"Message {n}. " * 20) for n in range(199)]
_HISTORY.append(HumanMessage("And now?"))


def _stream(model: Any) -> None:
    for _ in model.stream("Hi"):
        pass


def _astream(model: Any) -> None:
    async def consume() -> None:
        async for _ in model.astream("Hi"):
            pass

    asyncio.run(consume())


def _invoke(model: Any) -> None:
    for _ in range(20):
        model.invoke("Hi")


def _invoke_long(model: Any) -> None:
    for _ in range(3):
        model.invoke(_HISTORY, tools=_tools())


CASES: dict[str, tuple[Callable[[Any], None], int]] = {
    "stream, per chunk": (_stream, CHUNKS),
    "astream, per chunk": (_astream, CHUNKS),
    "invoke": (_invoke, 20),
    "invoke, 200 messages, 20 tools": (_invoke_long, 3),
}


def _measure(case: Callable[[Any], None], model: Any) -> float:
    gc.collect()
    start = time.process_time()
    case(model)
    return time.process_time() - start


def main() -> None:
    """Measure every case, the models in turn, and print the medians and the ratios."""
    models = _models()
    print("| case | ChatCometAPI | ChatOpenAI | floor | ratio to ChatOpenAI |")
    print("| --- | --- | --- | --- | --- |")
    for name, (case, units) in CASES.items():
        times: dict[str, list[float]] = {model: [] for model in models}
        for _ in range(REPEATS):
            for label, model in models.items():
                times[label].append(_measure(case, model))
        medians = {label: statistics.median(taken) / units for label, taken in times.items()}
        shown = " | ".join(f"{seconds * 1e6:.0f} us" for seconds in medians.values())
        ratio = medians["ChatCometAPI"] / medians["ChatOpenAI"]
        print(f"| {name} | {shown} | {ratio:.2f} |")


if __name__ == "__main__":
    main()
