"""Many asynchronous calls at once, none of which outlives the batch.

Core leaves the rest running when one of them fails, and when a loop over them is left or
cancelled: each of those requests is still sent, and paid for.
"""

from __future__ import annotations

import asyncio
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence

T = TypeVar("T")


async def as_completed(
    call: Callable[[T], Awaitable[Any]],
    inputs: Sequence[T],
    *,
    limit: int | None,
    return_exceptions: bool,
) -> AsyncGenerator[tuple[int, Any], None]:
    """Make one call for each input, and yield results as they come.

    Args:
        call: Makes one call.
        inputs: What it is called with.
        limit: Most calls under way at once, or `None` for all.
        return_exceptions: Whether an exception is a result; else the first one ends it all.

    Yields:
        The index of an input, and its result.
    """
    gate: Any = asyncio.Semaphore(limit) if limit else nullcontext()

    async def run(index: int, value: T) -> tuple[int, Any]:
        async with gate:
            try:
                return index, await call(value)
            except Exception as error:
                if not return_exceptions:
                    raise
                return index, error

    tasks = [asyncio.ensure_future(run(*pair)) for pair in enumerate(inputs)]
    try:
        for task in asyncio.as_completed(tasks):
            yield await task
    finally:
        for unfinished in tasks:
            unfinished.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
