"""Arguments, copies and `with` blocks of a `CostCallbackHandler`."""

from __future__ import annotations

import asyncio
import copy
import pickle
import threading
from typing import Any

import pytest

from langchain_cometapi import CometAPIBudgetExceededError, CostCallbackHandler, Spending
from tests.support import Gateway, all_ways, ask
from tests.unit_tests.models.cost_gateway import reply

pytestmark = pytest.mark.usefixtures("waits")


@pytest.mark.parametrize(
    "arguments",
    [
        {"max_usd": -1},
        {"max_usd": float("nan")},
        {"max_usd": "1"},
        {"max_tokens": -1},
        {"max_tokens": True},
        {"unknown_cost": "maybe"},
        {"prices": "openrouter"},
    ],
)
def test_argument_that_makes_no_sense_is_an_error(arguments: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(arguments))):
        CostCallbackHandler(**arguments)


def test_repr_shows_the_sums_and_reset_clears_them() -> None:
    costs = CostCallbackHandler()
    Gateway(reply(cost=0.1)).model().invoke("Hi", config={"callbacks": [costs]})
    text = repr(costs)
    for part in ("requests=1", "input_tokens=3", "output_tokens=2", "reported_cost=0.1"):
        assert part in text
    costs.reset()
    assert costs.total == Spending()
    assert costs.models == {}


def test_pickle_and_copy_have_the_sums_and_count_for_themselves() -> None:
    costs = CostCallbackHandler(max_usd=0.25)
    gateway = Gateway(reply(cost=0.1))
    gateway.model().invoke("Hi", config={"callbacks": [costs]})
    pickled = pickle.loads(pickle.dumps(costs))  # noqa: S301 - our own bytes
    for copied in (pickled, copy.copy(costs), copy.deepcopy(costs)):
        assert copied.total == costs.total
        gateway.model().invoke("Hi", config={"callbacks": [copied]})
        assert copied.total.requests == 2
        assert copied.max_usd == 0.25
    assert costs.total.requests == 1


def test_error_survives_pickling() -> None:
    error = CometAPIBudgetExceededError(
        "no", model="m", spent_usd=0.5, spent_tokens=7, max_usd=0.25, max_tokens=None
    )
    loaded = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert vars(loaded) == vars(error)
    assert isinstance(loaded, CometAPIBudgetExceededError)


@all_ways
async def test_with_counts_what_is_started_in_its_block(way: str) -> None:
    gateway = Gateway(reply(cost=0.1))
    model = gateway.model()
    with CostCallbackHandler() as outer:
        await ask(model, way)
        with CostCallbackHandler(max_usd=0.1) as inner:
            await ask(model, way)
            with pytest.raises(CometAPIBudgetExceededError):
                await ask(model, way)
        await ask(model, way, config={"callbacks": [outer]})  # once, although it is there twice
    await ask(model, way)
    assert (outer.total.requests, inner.total.requests) == (3, 1)
    assert len(gateway.requests) == 4


async def test_with_in_a_task_is_that_of_the_task() -> None:
    model = Gateway(reply(cost=0.1)).model()
    barrier = asyncio.Barrier(2)

    async def run(number: int) -> int:
        with CostCallbackHandler() as costs:
            await barrier.wait()
            for _ in range(number):
                await model.ainvoke("Hi")
            await barrier.wait()
        return costs.total.requests

    assert [*await asyncio.gather(run(1), run(3))] == [1, 3]


def test_with_ends_when_its_block_raises() -> None:
    model = Gateway(reply(cost=0.1)).model()
    costs = CostCallbackHandler()
    with pytest.raises(ZeroDivisionError), costs:
        raise ZeroDivisionError
    model.invoke("Hi")
    assert costs.total.requests == 0


def test_with_reaches_the_threads_of_a_batch() -> None:
    model = Gateway(reply(cost=0.1)).model()
    with CostCallbackHandler() as costs:
        model.batch(["a", "b", "c"])
        thread = threading.Thread(target=model.invoke, args=("d",))  # has a context of its own
        thread.start()
        thread.join()
    assert costs.total.requests == 3
