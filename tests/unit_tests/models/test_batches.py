"""Many asynchronous calls at once: what starts, and what a failure stops."""

from __future__ import annotations

import asyncio

import pytest

from langchain_cometapi._base.batches import call_each, collect


async def test_call_each_limits_calls_and_collect_orders_results() -> None:
    running = peak = 0

    async def call(number: int) -> int:
        nonlocal running, peak
        running += 1
        peak = max(peak, running)
        for _ in range(10 - number):  # the first input ends last
            await asyncio.sleep(0)
        running -= 1
        return number

    assert await collect(call_each(call, range(10), limit=3), 10) == list(range(10))
    assert peak == 3
    assert await collect(call_each(call, range(10), limit=None), 10) == list(range(10))
    assert peak == 10


async def test_call_each_starts_nothing_after_a_failure_that_waits_to_be_read() -> None:
    started: list[int] = []

    async def call(number: int) -> int:
        started.append(number)
        await asyncio.sleep(0)
        if number == 3:
            msg = "third"
            raise ValueError(msg)
        return number

    results = call_each(call, range(100), limit=2)
    assert await anext(results) == (0, 0)
    for _ in range(50):  # the caller is busy with the first result
        await asyncio.sleep(0)
    assert started == [0, 1, 2, 3, 4]  # the last one before the failure
    with pytest.raises(ValueError, match="third"):
        await collect(results, 100)
