"""What is measured, and what it may cost.

A goal is a ratio of CPU: to `ChatOpenAI` in the same run, or to LangChain's floor.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from benchmarks.canned import HI, request

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from benchmarks.canned import Request
    from benchmarks.clients import Client

CHUNKS = 500
STREAMS, CHUNKS_EACH = 200, 100
LONG = request(messages=200, tools=20)


@dataclass(frozen=True)
class Case:
    """One thing that everyone does in turn."""

    name: str
    unit: str
    units: int  # how many of them there are in one go
    run: Callable[[Any], float | None]  # given a client, or what makes one
    answer: str = "answer"  # see `server`
    goal: float | None = None  # at most so many times ChatOpenAI
    goal_aiohttp: float | None = None  # the same with `http_transport="aiohttp"`
    goal_floor: float | None = None  # at most so many times LangChain's floor
    rounds: int = 9
    constructs: bool = False
    is_responses: bool = False  # of the Responses route


# -- what a case does ---------------------------------------------------------------------------


@cache
def loop() -> asyncio.AbstractEventLoop:
    """One loop for everything, as in a server: connections stay open between the rounds."""
    return asyncio.new_event_loop()


def _wait(work: Coroutine[Any, Any, Any]) -> None:
    loop().run_until_complete(work)


def construct(times: int, make: Callable[[], object]) -> None:
    for _ in range(times):
        make()


def invoke(times: int, request: Request, client: Client) -> None:
    for _ in range(times):
        client.invoke(request)


def _check(pieces: int, chunks: int) -> None:
    assert pieces >= chunks, f"{pieces} pieces of a stream of {chunks}"


def stream(times: int, chunks: int, client: Client) -> None:
    for _ in range(times):
        _check(client.stream(HI), chunks)


def astream(times: int, chunks: int, client: Client) -> None:
    async def consume() -> None:
        for _ in range(times):
            _check(await client.astream(HI), chunks)

    _wait(consume())


def abatch(times: int, concurrency: int, client: Client) -> None:
    _wait(client.abatch([HI] * times, concurrency))


def batch(times: int, threads: int, client: Client) -> None:
    client.batch([HI] * times, threads)


def streams_at_once(count: int, chunks: int, client: Client) -> float:
    """Return how long before the last stream the first one ended, as a part of the whole time."""
    ends: list[float] = []

    async def consume() -> None:
        _check(await client.astream(HI), chunks)
        ends.append(time.perf_counter())

    async def consume_all() -> None:
        await asyncio.gather(*(consume() for _ in range(count)))

    start = time.perf_counter()
    _wait(consume_all())
    assert len(ends) == count
    return (max(ends) - min(ends)) / (max(ends) - start)


# -- the cases ----------------------------------------------------------------------------------


def _text(name: str, run: Callable[..., None], **goals: Any) -> Case:
    work = partial(run, 2, CHUNKS)
    return Case(name, "chunk", 2 * CHUNKS, work, f"text/{CHUNKS}", **goals)


def _tools(name: str, run: Callable[..., None], **goals: Any) -> Case:
    work = partial(run, 2, CHUNKS)
    return Case(name, "chunk", 2 * CHUNKS, work, f"tools/{CHUNKS}", **goals)


def _abatch(concurrency: int, **goals: Any) -> Case:
    work = partial(abatch, 500, concurrency)
    return Case(f"abatch of 500, {concurrency} at once", "request", 500, work, rounds=5, **goals)


CONSTRUCTION = Case(
    "construction", "model", 1000, partial(construct, 1000), goal=0.10, rounds=5, constructs=True
)
INVOKE = Case("invoke", "request", 50, partial(invoke, 50, HI), goal=0.58)
INVOKE_LONG = Case(
    "invoke, 200 messages, 20 tools", "request", 3, partial(invoke, 3, LONG), goal=0.08
)
STREAM = _text("stream, text", stream, goal=0.20, goal_floor=2.0)
ASTREAM = _text("astream, text", astream, goal=0.18, goal_floor=2.5)
CALLS = (CONSTRUCTION, INVOKE, INVOKE_LONG)
STREAMING = (
    STREAM,
    ASTREAM,
    _tools("stream, reasoning and tool calls", stream, goal=0.20, goal_floor=2.0),
    _tools("astream, reasoning and tool calls", astream, goal=0.20, goal_floor=2.5),
)
AT_ONCE = (
    _abatch(64, goal=0.35, goal_aiohttp=0.28),
    _abatch(256, goal=0.30, goal_aiohttp=0.28),
    Case("batch of 200, 16 threads", "request", 200, partial(batch, 200, 16), rounds=5),
    Case(
        f"{STREAMS} streams at once",
        "chunk",
        STREAMS * CHUNKS_EACH,
        partial(streams_at_once, STREAMS, CHUNKS_EACH),
        f"paced/{CHUNKS_EACH}",
        goal=0.25,
        rounds=5,
    ),
)
ABATCHES = AT_ONCE[:2]


def _of_responses(case: Case, answer: str, goal: float) -> Case:
    """The same on the Responses route."""
    return replace(
        case,
        name=f"{case.name}, Responses route",
        answer=answer,
        goal=goal,
        goal_floor=None,
        is_responses=True,
    )


RESPONSES = (
    _of_responses(INVOKE, "response", 0.60),
    _of_responses(INVOKE_LONG, "response", 0.10),
    _of_responses(STREAM, f"events/{CHUNKS}", 0.35),
    _of_responses(ASTREAM, f"events/{CHUNKS}", 0.35),
)
ALL = (*CALLS, *STREAMING, *RESPONSES, *AT_ONCE)


# -- how the cost grows -------------------------------------------------------------------------


@dataclass(frozen=True)
class Growth:
    """One case in several sizes."""

    name: str
    size: str  # what it is that grows
    sizes: tuple[int, ...]
    case: Callable[[int], Case]


def _history(messages: int) -> Case:
    times = max(4, 400 // messages)
    work = partial(invoke, times, request(messages))
    return Case(f"{messages} messages", "request", times, work, rounds=5)


def _chunks(chunks: int) -> Case:
    times = max(1, 1000 // chunks)
    work = partial(stream, times, chunks)
    return Case(f"{chunks} chunks", "chunk", times * chunks, work, f"text/{chunks}", rounds=3)


def _concurrency(concurrency: int) -> Case:
    times = max(128, 2 * concurrency)
    work = partial(abatch, times, concurrency)
    return Case(f"{concurrency} at once", "request", times, work, rounds=3)


HISTORY = Growth("history", "messages in the history", (10, 30, 100, 300, 1000), _history)
CHUNK_COUNT = Growth("chunks", "chunks in the stream", (100, 500, 2000, 20_000), _chunks)
CONCURRENCY = Growth("concurrency", "requests at once", (1, 8, 64, 128, 256, 512), _concurrency)
GROWTHS = (HISTORY, CHUNK_COUNT, CONCURRENCY)
