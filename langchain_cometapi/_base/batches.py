"""Many calls at once; none is left running when the batch ends.

In core, the other calls run on when one fails, or when the loop over their results is left or
cancelled: their requests are still sent, and paid for.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Sequence
from contextlib import aclosing
from typing import Any, TypeVar

from langchain_core.language_models import LanguageModelInput
from langchain_core.runnables import Runnable, RunnableConfig
from langchain_core.runnables.config import (
    ContextThreadPoolExecutor,
    ensure_config,
    get_config_list,
)
from typing_extensions import override

T = TypeVar("T")
R = TypeVar("R")


async def call_each(
    call: Callable[[T], Awaitable[Any]],
    inputs: Sequence[T],
    *,
    limit: int | None,
    return_exceptions: bool = False,
) -> AsyncGenerator[tuple[int, Any], None]:
    """Make one call for each input, and yield results as they come.

    Args:
        call: Makes one call.
        inputs: The argument of each call.
        limit: Most calls at the same time, or `None` for no limit.
        return_exceptions: Whether an exception is a result; else the first one cancels the rest.

    Yields:
        The index of an input, and its result.
    """
    waiting = enumerate(inputs)
    has_failed = False
    results: asyncio.Queue[tuple[int, Any, BaseException | None]] = asyncio.Queue()

    async def work() -> None:
        """Make one call after the other, as long as there are inputs."""
        nonlocal has_failed
        for index, value in waiting:
            if has_failed:
                return
            try:
                result = await call(value)
            except Exception as error:  # noqa: BLE001 - raised below, or a result
                if not return_exceptions:
                    has_failed = True
                    results.put_nowait((index, None, error))
                    return
                result = error
            except BaseException as error:
                results.put_nowait((index, None, error))
                raise
            results.put_nowait((index, result, None))

    # A task for each running call, not for each input: inputs that wait cost nothing.
    number = len(inputs) if limit is None else min(limit, len(inputs))
    workers = [asyncio.ensure_future(work()) for _ in range(number)]
    try:
        for _ in inputs:
            index, result, error = await results.get()
            if error is not None:
                raise error
            yield index, result
    finally:
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)


async def collect(results: AsyncGenerator[tuple[int, Any], None], number: int) -> list[Any]:
    """Return the results of `call_each` for so many inputs, in the order of the inputs."""
    ordered: list[Any] = [None] * number
    async with aclosing(results):
        async for index, result in results:
            ordered[index] = result
    return ordered


async def call_in_tasks(
    call: Callable[[T], Awaitable[R]], inputs: Sequence[T], *, limit: int
) -> list[R]:
    """The asynchronous twin of `call_in_threads`; a failure cancels the calls that run."""
    return await collect(call_each(call, inputs, limit=limit), len(inputs))


def call_in_threads(call: Callable[[T], R], inputs: Sequence[T], *, limit: int) -> list[R]:
    """Make one call for each input, in threads; none starts after a failure, which is raised.

    Args:
        call: Makes one call.
        inputs: The argument of each call.
        limit: Most calls at the same time.

    Returns:
        The results, in the order of the inputs.
    """
    if len(inputs) <= 1:
        return [call(value) for value in inputs]
    failures: list[BaseException] = []

    def work(value: T) -> R:
        if failures:
            raise failures[0]
        try:
            return call(value)
        except BaseException as error:
            failures.append(error)
            raise

    with ContextThreadPoolExecutor(min(limit, len(inputs))) as executor:
        return [*executor.map(work, inputs)]


class AsyncBatches:
    """A mixin: the asynchronous batches of a model leave no call running."""

    def _batch_configs(
        self, config: RunnableConfig | Sequence[RunnableConfig] | None, number: int
    ) -> list[RunnableConfig]:
        if not number:
            return []
        if config is None or (isinstance(config, dict) and config.get("run_id") is None):
            return [ensure_config(config)] * number  # of which each call makes a copy
        return get_config_list(config, number)

    async def abatch(
        self,
        inputs: list[Any],
        config: RunnableConfig | list[RunnableConfig] | None = None,
        *,
        return_exceptions: bool = False,
        **kwargs: Any,
    ) -> list[Any]:
        """Call `ainvoke` for each input; a failure or cancelling stops the rest."""
        results = self.abatch_as_completed(
            inputs, config, return_exceptions=return_exceptions, **kwargs
        )
        return await collect(results, len(inputs or ()))

    async def abatch_as_completed(
        self,
        inputs: Sequence[Any],
        config: RunnableConfig | Sequence[RunnableConfig] | None = None,
        *,
        return_exceptions: bool = False,
        **kwargs: Any,
    ) -> AsyncGenerator[tuple[int, Any], None]:
        """Yield results as they come; a failure, `break` or cancelling stops the rest."""
        configs = self._batch_configs(config, len(inputs or ()))
        if not configs:
            return
        model: Any = self
        calls = call_each(
            lambda index: model.ainvoke(inputs[index], configs[index], **kwargs),
            range(len(inputs)),
            limit=configs[0].get("max_concurrency"),
            return_exceptions=return_exceptions,
        )
        async with aclosing(calls):
            async for pair in calls:
                yield pair


class PromptBatches(AsyncBatches):
    """A mixin: each prompt of a batch is its own call, `max_concurrency` at a time.

    `BaseLLM` sends a batch as one call, so that one failure fails all prompts and only the first
    config's callbacks are called. `Runnable` makes a call for each prompt.
    """

    max_concurrency: int

    def batch(
        self,
        inputs: list[LanguageModelInput],
        config: RunnableConfig | list[RunnableConfig] | None = None,
        *,
        return_exceptions: bool = False,
        **kwargs: Any,
    ) -> list[str]:
        """Return the text for each input; see `Runnable.batch`."""
        model: Any = self
        configs = self._batch_configs(config, len(inputs))
        options: Any = {"return_exceptions": return_exceptions, **kwargs}
        return Runnable.batch(model, inputs, configs, **options)

    def batch_as_completed(
        self,
        inputs: Sequence[LanguageModelInput],
        config: RunnableConfig | Sequence[RunnableConfig] | None = None,
        *,
        return_exceptions: bool = False,
        **kwargs: Any,
    ) -> Iterator[tuple[int, Any]]:
        """Yield results as they come; see `Runnable.batch_as_completed`."""
        model: Any = self
        configs = self._batch_configs(config, len(inputs))
        options: Any = {"return_exceptions": return_exceptions, **kwargs}
        yield from Runnable.batch_as_completed(model, inputs, configs, **options)

    @override
    def _batch_configs(
        self, config: RunnableConfig | Sequence[RunnableConfig] | None, number: int
    ) -> list[RunnableConfig]:
        configs = super()._batch_configs(config, number)
        for one in configs:
            if one.get("max_concurrency") is None:
                one["max_concurrency"] = self.max_concurrency
        return configs
