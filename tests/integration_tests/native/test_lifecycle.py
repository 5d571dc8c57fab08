"""A native model lives in any loop, thread and process, and leaves nothing behind."""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import os
import pickle
import sys
import threading
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from langchain_cometapi import ChatCometAPI
from langchain_cometapi._client import pools as _pools
from tests.integration_tests.callers import ASYNC, SYNC, WAYS, aask, ask, ask_anyhow, ask_every_way
from tests.support import City, get_weather
from tests.support.native import PROTOCOLS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from langchain_cometapi.emulator import CometAPIEmulator
    from tests.support.native import Protocol

pytestmark = pytest.mark.native

TIMES = 5
THREADS = 6
DERIVED: dict[str, Callable[[Any], Any]] = {
    "plain": lambda model: model,
    "bind_tools": lambda model: model.bind_tools([get_weather]),
    "with_structured_output": lambda model: model.with_structured_output(City),
    "with_fallbacks": lambda model: model.with_fallbacks([model.bind(stop=["END"])]),
}


@pytest.fixture(params=list(PROTOCOLS.values()), ids=list(PROTOCOLS))
def protocol(request: pytest.FixtureRequest) -> Protocol:
    chosen: Protocol = request.param
    return chosen


@pytest.fixture
def model(protocol: Protocol) -> Any:
    return build(protocol)


def build(protocol: Protocol, **kwargs: Any) -> Any:
    return protocol.kind(model=protocol.model, max_retries=0, **kwargs)


@pytest.fixture(autouse=True)
def _nothing_is_left(emulator: CometAPIEmulator, quick_collections: None) -> Iterator[None]:
    """Let no test find or leave a connection."""
    _pools.sync_pools.close()
    assert emulator.wait_for_connections(0)
    yield
    _pools.sync_pools.close()
    assert emulator.wait_for_connections(0)
    gc.collect()  # a warning about anything not closed is an error


def check(emulator: CometAPIEmulator, answers: list[str], number: int) -> None:
    """Each call has its answer, and the server saw it exactly once."""
    assert len(answers) == len(emulator.requests) == number
    assert len(set(answers)) == 1
    assert answers[0]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("fresh", [False, True], ids=["one model", "fresh models"])
def test_model_answers_in_one_loop_after_the_other(
    emulator: CometAPIEmulator, protocol: Protocol, model: Any, fresh: bool, way: str
) -> None:
    answers = [ask_anyhow(build(protocol) if fresh else model, way) for _ in range(TIMES)]
    check(emulator, answers, TIMES)


@pytest.mark.parametrize("way", WAYS)
def test_model_answers_in_threads_at_once(emulator: CometAPIEmulator, model: Any, way: str) -> None:
    start = threading.Barrier(THREADS)

    def work(_: int) -> list[str]:
        start.wait()

        async def many() -> list[str]:
            return await asyncio.gather(*(aask(model, way) for _ in range(3)))

        if way in SYNC:
            return [ask(model, way) for _ in range(6)]
        return [*asyncio.run(many()), *asyncio.run(many())]

    with ThreadPoolExecutor(THREADS) as pool:
        answers = [answer for some in pool.map(work, range(THREADS)) for answer in some]
    check(emulator, answers, 6 * THREADS)


@pytest.mark.parametrize("way", ASYNC)
def test_loops_that_overlap_have_connections_of_their_own(
    emulator: CometAPIEmulator, model: Any, way: str
) -> None:
    """A loop goes on while another one begins and ends, in the same thread's model."""
    answers = []
    outer = asyncio.new_event_loop()
    try:
        answers.append(outer.run_until_complete(aask(model, way)))
        answers.append(asyncio.run(aask(model, way)))
        answers.append(outer.run_until_complete(aask(model, way)))
    finally:
        outer.run_until_complete(outer.shutdown_asyncgens())
        outer.run_until_complete(model.aclose())
        outer.close()
    check(emulator, answers, 3)


def test_models_of_all_classes_share_the_connections_of_a_loop(
    emulator: CometAPIEmulator, model: Any
) -> None:
    other = ChatCometAPI(model="gpt-5.4-mini", max_retries=0)

    async def work() -> int:
        for one in (model, other, model):
            assert await aask(one, "ainvoke")
        return emulator.open_connections

    assert asyncio.run(work()) == 1
    for one in (model, other, model):
        assert ask(one, "invoke")
    assert emulator.open_connections == 1


@pytest.mark.parametrize("way", ["stream", "astream"])
def test_stream_that_is_left_gives_its_connection_back(
    emulator: CometAPIEmulator, model: Any, way: str
) -> None:
    async def leave() -> None:
        async for _ in model.astream("Hi " * 2000):
            break

    if way == "astream":
        asyncio.run(leave())
    else:
        stream = model.stream("Hi " * 2000)
        next(stream)
        stream.close()
    assert ask_anyhow(model, way)


def test_model_that_is_closed_answers_again(emulator: CometAPIEmulator, model: Any) -> None:
    with model:
        assert ask(model, "invoke")
    assert emulator.wait_for_connections(0)
    assert ask(model, "stream")
    model.close()
    assert emulator.wait_for_connections(0)

    async def work() -> None:
        async with model:
            assert await aask(model, "astream")
        assert await asyncio.to_thread(emulator.wait_for_connections, 0)
        assert await aask(model, "ainvoke")
        await model.aclose()

    asyncio.run(work())


def test_constructing_opens_nothing(emulator: CometAPIEmulator, protocol: Protocol) -> None:
    threads = threading.active_count()
    models = [build(protocol, timeout=n + 1) for n in range(200)]
    assert threading.active_count() == threads
    assert (emulator.open_connections, emulator.requests) == (0, [])
    assert ask(models[-1], "invoke")


# -- processes -------------------------------------------------------------------------------------


def ask_and_close(model: Any) -> list[str]:
    """Return the texts of one call of each kind, and leave no connection; run elsewhere."""
    answers = ask_every_way(model)
    _pools.sync_pools.close()
    return answers


@pytest.fixture(scope="module")
def workers() -> Iterator[ProcessPoolExecutor]:
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        yield pool


@pytest.mark.parametrize("derived", DERIVED)
def test_model_is_pickled_to_other_processes_and_answers(
    emulator: CometAPIEmulator, workers: ProcessPoolExecutor, model: Any, derived: str
) -> None:
    made = DERIVED[derived](model)
    assert pickle.dumps(made)
    here = ask_every_way(made)  # its clients are there now, and are not sent along
    there = workers.submit(ask_and_close, made).result()
    assert here == there
    assert len(emulator.requests) == 8
    assert emulator.api_key.encode() in pickle.dumps(build_with_key(model, emulator.api_key))


def build_with_key(model: Any, key: str) -> Any:
    """A key that was given goes with the pickle, as it must; one of the environment does not."""
    assert key.encode() not in pickle.dumps(model)
    return type(model)(model=model.model, api_key=key)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot fork")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_fork_has_connections_of_its_own(emulator: CometAPIEmulator, model: Any) -> None:
    before = ask_every_way(model)
    reader, writer = os.pipe()
    if (child := os.fork()) == 0:
        status = 1
        try:
            answers = [ask_anyhow(model, way) for way in WAYS]
            os.write(writer, pickle.dumps(answers))
            status = 0
        finally:
            os._exit(status)
    os.close(writer)
    with os.fdopen(reader, "rb") as file:
        there = file.read()
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert pickle.loads(there) == before == ask_every_way(model)  # noqa: S301 - our own bytes
    assert len(emulator.requests) == 12
