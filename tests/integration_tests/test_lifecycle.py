"""A model lives in any loop, thread and process: each request is sent once and answered."""

from __future__ import annotations

import asyncio
import gc
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from langchain_cometapi import ChatCometAPI
from langchain_cometapi._client import pools as _pools
from tests.integration_tests.callers import ANSWER, ASYNC, MODEL, SYNC, WAYS, aask, ask, ask_anyhow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from langchain_cometapi.emulator import CometAPIEmulator

ROOT = Path(__file__).parents[2]
TIMES = 5
THREADS = 6


def build(**kwargs: Any) -> ChatCometAPI:
    """A model that sends through the pools all models share; no request is tried again."""
    return ChatCometAPI(model=MODEL, max_retries=0, **kwargs)


pytestmark = pytest.mark.usefixtures("carrier")


@pytest.fixture(autouse=True)
def _nothing_is_left(emulator: CometAPIEmulator, quick_collections: None) -> Iterator[None]:
    """Let no test find or leave a connection."""
    _pools.sync_pools.close()
    assert emulator.wait_for_connections(0)
    yield
    _pools.sync_pools.close()
    assert emulator.wait_for_connections(0)
    gc.collect()  # a warning about anything not closed is an error


def check(emulator: CometAPIEmulator, answers: list[str]) -> None:
    """Each call has its answer, and the server saw it exactly once."""
    assert answers == [ANSWER] * len(answers)
    assert len(emulator.requests) == len(answers)


# -- loops and threads ---------------------------------------------------------------------------


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("fresh", [False, True], ids=["one model", "fresh models"])
def test_model_answers_in_one_loop_after_the_other(
    emulator: CometAPIEmulator, fresh: bool, way: str
) -> None:
    model = build()
    answers = [ask_anyhow(build() if fresh else model, way) for _ in range(TIMES)]
    check(emulator, answers)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("fresh", [False, True], ids=["one model", "fresh models"])
def test_model_answers_in_threads_at_once(
    emulator: CometAPIEmulator, fresh: bool, way: str
) -> None:
    model = build()
    start = threading.Barrier(THREADS)

    def work(_: int) -> list[str]:
        start.wait()
        mine = build() if fresh else model

        async def many() -> list[str]:
            return await asyncio.gather(*(aask(mine, way) for _ in range(3)))

        if way in SYNC:
            return [ask(mine, way) for _ in range(6)]
        return [*asyncio.run(many()), *asyncio.run(many())]

    with ThreadPoolExecutor(THREADS) as pool:
        answers = [answer for some in pool.map(work, range(THREADS)) for answer in some]
    assert len(answers) == 6 * THREADS
    check(emulator, answers)


def test_threads_that_open_and_close(emulator: CometAPIEmulator) -> None:
    """Nobody is given connections that somebody else is about to close."""

    def work(_: int) -> str:
        with build() as model:
            return ask(model, "invoke")

    with ThreadPoolExecutor(THREADS) as pool:
        check(emulator, list(pool.map(work, range(25 * THREADS))))
    assert emulator.wait_for_connections(0)


def run(loop: asyncio.AbstractEventLoop, *coroutines: Any) -> list[str]:
    """Run coroutines in a loop and close it, as `asyncio.run` does."""
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        return [runner.run(coroutine) for coroutine in coroutines]


@pytest.mark.skipif(sys.platform == "win32", reason="there is no uvloop for Windows")
@pytest.mark.parametrize("way", ASYNC)
def test_model_answers_in_uvloop_and_asyncio_by_turns(emulator: CometAPIEmulator, way: str) -> None:
    uvloop: Any = import_module("uvloop")
    model = build()
    answers = []
    for _ in range(TIMES):
        answers += run(uvloop.new_event_loop(), aask(model, way), aask(model, way))
        answers.append(ask_anyhow(model, way))  # and asyncio's own in between
    check(emulator, answers)


@pytest.mark.parametrize("way", ASYNC)
@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_loop_that_is_just_closed(emulator: CometAPIEmulator, way: str) -> None:
    """Asyncio itself warns of the connections: nobody shut its generators down."""
    model = build()
    answers = []
    for _ in range(TIMES):
        loop = asyncio.new_event_loop()
        answers.append(loop.run_until_complete(aask(model, way)))
        loop.close()
    check(emulator, answers)
    ask_anyhow(model, way)  # a new loop drops what closed ones have left
    del loop
    gc.collect()
    assert emulator.wait_for_connections(0)


@pytest.mark.parametrize("way", WAYS)
async def test_calls_of_both_kinds_in_a_running_loop(emulator: CometAPIEmulator, way: str) -> None:
    model = build()
    answers = []
    for _ in range(3):
        answers.append(await aask(model, way) if way in ASYNC else ask(model, way))
        answers += [ask(model, "invoke"), await aask(model, "ainvoke")]
    check(emulator, answers)


@contextmanager
def notebook() -> Iterator[Callable[[Any], Any]]:
    """A loop that keeps running while cells, each a task of its own, come and go."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    try:
        yield lambda cell: asyncio.run_coroutine_threadsafe(cell, loop).result()
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        run(loop)


@pytest.mark.parametrize("way", WAYS)
def test_model_answers_in_cells_of_a_notebook(emulator: CometAPIEmulator, way: str) -> None:
    model = build()

    async def cell() -> str:
        return await aask(model, way) if way in ASYNC else ask(model, way)

    with notebook() as run_cell:
        check(emulator, [run_cell(cell()) for _ in range(TIMES)])
        assert emulator.open_connections == 1
    model.close()
    assert emulator.wait_for_connections(0)
