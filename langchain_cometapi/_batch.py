"""Many asynchronous calls at once, none of which outlives the batch.

Core leaves the rest running when one of them fails, and when a loop over them is left or
cancelled: each of those requests is still sent, and paid for.
"""

from __future__ import annotations

import asyncio
from contextlib import aclosing, nullcontext
from typing import TYPE_CHECKING, Any, TypeVar

from langchain_core.runnables.config import get_config_list

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence

    from langchain_core.runnables import RunnableConfig

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


class AsyncBatches:
    """Mixed into a model, whose asynchronous batches then leave nothing running."""

    def _batch_configs(
        self, config: RunnableConfig | Sequence[RunnableConfig] | None, number: int
    ) -> list[RunnableConfig]:
        return get_config_list(config, number) if number else []

    async def abatch(
        self,
        inputs: list[Any],
        config: RunnableConfig | list[RunnableConfig] | None = None,
        *,
        return_exceptions: bool = False,
        **kwargs: Any,
    ) -> list[Any]:
        """Call `ainvoke` for each input; the first failure, or cancelling, stops the rest."""
        results: list[Any] = [None] * len(inputs or ())
        calls = self.abatch_as_completed(
            inputs, config, return_exceptions=return_exceptions, **kwargs
        )
        async with aclosing(calls):
            async for index, result in calls:
                results[index] = result
        return results

    async def abatch_as_completed(
        self,
        inputs: Sequence[Any],
        config: RunnableConfig | Sequence[RunnableConfig] | None = None,
        *,
        return_exceptions: bool = False,
        **kwargs: Any,
    ) -> AsyncGenerator[tuple[int, Any], None]:
        """Yield results as they come; a failure, leaving or cancelling stops the rest."""
        configs = self._batch_configs(config, len(inputs or ()))
        if not configs:
            return
        model: Any = self
        calls = as_completed(
            lambda pair: model.ainvoke(*pair, **kwargs),
            list(zip(inputs, configs, strict=True)),
            limit=configs[0].get("max_concurrency"),
            return_exceptions=return_exceptions,
        )
        async with aclosing(calls):
            async for pair in calls:
                yield pair
