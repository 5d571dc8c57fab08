"""Callers who leave amid a response: nothing goes on without them."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from langchain_cometapi.emulator._routes.chat.response.length import CHUNKS_HEADER
from tests.support import ask

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from langchain_cometapi import ChatCometAPI
    from langchain_cometapi.emulator import CometAPIEmulator


from tests.integration_tests.faults import (
    ANSWER,
    BRIEFLY,
    LONG,
    build,
    check_recovery,
    connect,
    wait_for_connections,
)


def leave_by_break(model: ChatCometAPI) -> None:
    for _ in model.stream("Hi"):
        break


def leave_by_close(model: ChatCometAPI) -> None:
    stream = model.stream("Hi")
    next(stream)
    close: Callable[[], None] = stream.close  # type: ignore[attr-defined] # it is a generator
    close()


def leave_by_error(model: ChatCometAPI) -> None:
    def fail() -> None:
        for _ in model.stream("Hi"):
            raise KeyError

    with pytest.raises(KeyError):
        fail()


async def aleave_by_break(model: ChatCometAPI) -> None:
    async for _ in model.astream("Hi"):
        break


async def aleave_by_aclose(model: ChatCometAPI) -> None:
    stream = model.astream("Hi")
    await stream.__anext__()
    aclose: Callable[[], Awaitable[None]] = stream.aclose  # type: ignore[attr-defined]
    await aclose()


async def aleave_by_error(model: ChatCometAPI) -> None:
    async def fail() -> None:
        async for _ in model.astream("Hi"):
            raise KeyError

    with pytest.raises(KeyError):
        await fail()


async def aleave_by_cancelling(model: ChatCometAPI) -> None:
    begun = asyncio.Event()

    async def read() -> None:
        async for _ in model.astream("Hi"):
            begun.set()

    task = asyncio.create_task(read())
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def aleave_by_timeout(model: ChatCometAPI) -> None:
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(ask(model, "astream"), 0.1)  # before it can have ended


LEAVE = [leave_by_break, leave_by_close, leave_by_error]
ALEAVE = [
    aleave_by_break,
    aleave_by_aclose,
    aleave_by_error,
    aleave_by_cancelling,
    aleave_by_timeout,
]
UNFINISHED = [None, "stall; after=3", "keep_alive; after=3"]
"""Faults, under which nobody is about to end the stream."""


@pytest.mark.parametrize("fault", UNFINISHED)
@pytest.mark.parametrize("leave", LEAVE)
def test_stream_that_is_left_is_closed(
    faulty: CometAPIEmulator, leave: Callable[[ChatCometAPI], None], fault: str | None
) -> None:
    """With the pool of the process: what was left is closed, not kept."""
    model = build(faulty, default_headers=LONG)
    faulty.fault = fault
    leave(model)
    assert faulty.wait_for_connections(0)
    faulty.fault = None
    leave(model)
    assert faulty.wait_for_connections(0)
    assert len(faulty.requests) == 2


@pytest.mark.parametrize("fault", UNFINISHED)
@pytest.mark.parametrize("leave", ALEAVE)
@pytest.mark.usefixtures("carrier")
def test_asynchronous_stream_that_is_left_is_closed(
    faulty: CometAPIEmulator, leave: Callable[[ChatCometAPI], Awaitable[None]], fault: str | None
) -> None:
    model = build(faulty, default_headers=LONG)

    async def use() -> None:
        faulty.fault = fault
        await leave(model)
        assert await wait_for_connections(faulty, 0)
        faulty.fault = None
        answer = await model.ainvoke("Hi", extra_headers={CHUNKS_HEADER: "1"})
        assert answer.text == ANSWER[:20]
        assert faulty.open_connections == 1

    asyncio.run(use())  # the end of the loop closes its pool
    assert faulty.wait_for_connections(0)
    assert len(faulty.requests) == 2


@pytest.mark.parametrize("fault", ["hang", "stall"])
@pytest.mark.usefixtures("carrier")
async def test_call_that_is_cancelled_closes_its_connection(
    faulty: CometAPIEmulator, fault: str
) -> None:
    async with connect(faulty) as model:
        faulty.fault = fault
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(model.ainvoke("Hi"), BRIEFLY)
        assert await wait_for_connections(faulty, 0)
        await check_recovery(model, faulty, "ainvoke")


@pytest.mark.usefixtures("carrier")
async def test_calls_that_are_cancelled_leave_the_others_whole(faulty: CometAPIEmulator) -> None:
    async with connect(faulty) as model:
        faulty.fault = ["hang; times=3"]
        tasks = [asyncio.create_task(model.ainvoke("Hi")) for _ in range(6)]
        done, pending = await asyncio.wait(tasks, timeout=1)
        assert (len(done), len(pending)) == (3, 3)
        for task in pending:
            task.cancel()
        await asyncio.gather(*pending, return_exceptions=True)
        assert {task.result().text for task in done} == {ANSWER}
        assert await wait_for_connections(faulty, 3)
