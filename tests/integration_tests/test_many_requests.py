"""Many requests from one machine: batches, what stops them, and what slows them."""

from __future__ import annotations

import asyncio
import random
import ssl
import time
from collections import Counter
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

import openai
import pytest
from langchain_core.rate_limiters import BaseRateLimiter, InMemoryRateLimiter

from langchain_cometapi import ChatCometAPI
from langchain_cometapi._client.sdk import httpx
from langchain_cometapi.emulator import CometAPIEmulator, create_app
from langchain_cometapi.exceptions import (
    CometAPIConnectionError,
    CometAPIError,
    CometAPIOverloadedError,
    CometAPIRateLimitError,
    CometAPIServerError,
    CometAPIUnexpectedResponseError,
)
from langchain_cometapi.rate_limiters import SharedRateLimiter
from tests.integration_tests.meter import Meter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MODEL = "gpt-5.4-mini"
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
PATIENCE = 60.0


@pytest.fixture(scope="module")
def running() -> Iterator[Meter]:
    meter = Meter()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            "langchain_cometapi.emulator._server.server.create_app",
            lambda **options: meter.before(create_app(**options)),
        )
        with CometAPIEmulator() as meter.emulator:
            yield meter


@pytest.fixture
def meter(running: Meter) -> Iterator[Meter]:
    """A metered emulator without a connection; none may be left behind."""
    running.reset()
    running.emulator.fault = None
    running.emulator.clear()
    assert running.emulator.wait_for_connections(0)
    yield running
    assert running.emulator.wait_for_connections(0), "a connection was left open"


@pytest.fixture
def model(meter: Meter) -> Iterator[ChatCometAPI]:
    """A model whose synchronous connections end with the test; others end with their loop."""
    with httpx.Client(verify=NO_TLS) as http_client:
        yield build(meter, http_client=http_client)


def build(meter: Meter, name: str = MODEL, **kwargs: Any) -> ChatCometAPI:
    server: dict[str, Any] = {
        "base_url": meter.emulator.base_url,
        "api_key": meter.emulator.api_key,
    }
    return ChatCometAPI(model=name, **server, **{"max_retries": 0, "timeout": PATIENCE, **kwargs})


# -- ways to send many --------------------------------------------------------------------------


WAYS = ("batch", "abatch", "batch_as_completed", "abatch_as_completed")
every_way = pytest.mark.parametrize("way", WAYS)


def send(model: Any, way: str, inputs: list[Any], *args: Any, **kwargs: Any) -> list[Any]:
    """Send a batch in one of the ways; of those as they are completed, every one must come once."""

    async def collect() -> list[tuple[int, Any]]:
        return [pair async for pair in model.abatch_as_completed(inputs, *args, **kwargs)]

    if way == "batch":
        results: list[Any] = model.batch(inputs, *args, **kwargs)
        return results
    if way == "abatch":
        return asyncio.run(model.abatch(inputs, *args, **kwargs))
    sent_async = way == "abatch_as_completed"
    pairs = (
        asyncio.run(collect()) if sent_async else model.batch_as_completed(inputs, *args, **kwargs)
    )
    arrived = sorted(pairs, key=lambda pair: pair[0])
    assert [index for index, _ in arrived] == list(range(len(inputs)))
    return [result for _, result in arrived]


def name_inputs(number: int) -> list[Any]:
    return [f"Input {n}" for n in range(number)]


def answer_to(prompt: str) -> str:
    return f"This is the CometAPI emulator answering as {MODEL}: you said: {prompt}"


# -- results ------------------------------------------------------------------------------------


@every_way
def test_results_are_in_order_and_no_more_are_under_way_than_allowed(
    meter: Meter, model: ChatCometAPI, way: str
) -> None:
    inputs = name_inputs(12)
    meter.reset(together=3)  # with fewer under way, nothing would be answered
    meter.emulator.fault = ["delay; seconds=0.05", None, None] * 4  # they overtake each other
    answers = send(model, way, inputs, {"max_concurrency": 3})
    assert [answer.text for answer in answers] == [answer_to(prompt) for prompt in inputs]
    assert meter.peak == 3
    assert sorted(meter.prompts) == sorted(inputs)


@every_way
def test_batch_of_none_or_one_is_sent_as_it_is(meter: Meter, model: ChatCometAPI, way: str) -> None:
    assert send(model, way, []) == []
    assert [answer.text for answer in send(model, way, ["Hi"])] == [answer_to("Hi")]
    assert meter.prompts == ["Hi"]


@pytest.mark.parametrize(("way", "limit"), [("batch", 120), ("abatch", None), ("abatch", 120)])
@pytest.mark.slow
def test_the_pool_throttles_nothing(meter: Meter, way: str, limit: int | None) -> None:
    """With the pools that all models share, which no default of 100 connections bounds."""
    inputs = name_inputs(120)
    meter.reset(together=120)
    with build(meter) as model:
        answers = send(model, way, inputs, {"max_concurrency": limit})
    assert [answer.text for answer in answers] == [answer_to(prompt) for prompt in inputs]
    assert meter.peak == 120
    # What another model of this process still uses stays open; the server is not that one.
    assert meter.emulator.wait_for_connections(0)


# -- stopping -----------------------------------------------------------------------------------

SLOW = "delay; seconds=0.05"
MANY = 200
"""Inputs that take 5 s, two at a time; a fifth of a second is enough to stop them."""
FEW = MANY // 2


def leave(model: ChatCometAPI) -> None:
    for _ in model.batch_as_completed(name_inputs(MANY), {"max_concurrency": 2}):
        break


def leave_async(model: ChatCometAPI) -> None:
    async def use() -> None:
        async for _ in model.abatch_as_completed(name_inputs(MANY), {"max_concurrency": 2}):
            break
        while others := asyncio.all_tasks() - {asyncio.current_task()}:  # the loop closes it soon
            await asyncio.wait(others)

    asyncio.run(use())


def close_async(model: ChatCometAPI) -> None:
    async def use() -> None:
        pairs: Any = model.abatch_as_completed(name_inputs(MANY), {"max_concurrency": 2})
        async with aclosing(pairs):
            await pairs.__anext__()
        assert asyncio.all_tasks() == {asyncio.current_task()}

    asyncio.run(use())


def check_stopped(meter: Meter, model: ChatCometAPI) -> None:
    """Most inputs were not sent, and the model goes on to serve others."""
    assert model.invoke("Hi").text == answer_to("Hi")
    # A request that was cancelled may still be on its way to the server's list.
    assert meter.prompts.count("Hi") == 1
    assert len(meter.prompts) < FEW


@pytest.mark.parametrize("how", [leave, leave_async, close_async])
def test_leaving_a_loop_stops_the_rest(
    meter: Meter, model: ChatCometAPI, how: Callable[[ChatCometAPI], None]
) -> None:
    meter.emulator.fault = SLOW
    how(model)
    check_stopped(meter, model)


@every_way
def test_a_failure_stops_the_rest(meter: Meter, model: ChatCometAPI, way: str) -> None:
    meter.emulator.fault = ["500"] + [SLOW] * MANY
    with pytest.raises(CometAPIServerError):
        send(model, way, name_inputs(MANY), {"max_concurrency": 2})
    check_stopped(meter, model)


@pytest.mark.parametrize("bound", [False, True])
@pytest.mark.parametrize("way", ["abatch", "abatch_as_completed"])
async def test_a_failure_leaves_no_task(
    meter: Meter, model: ChatCometAPI, way: str, bound: bool
) -> None:
    meter.emulator.fault = ["500"] + ["hang"] * 20
    with pytest.raises(CometAPIServerError):
        await consume(model.bind(temperature=1) if bound else model, way, None)
    assert asyncio.all_tasks() == {asyncio.current_task()}
    assert await asyncio.to_thread(meter.emulator.wait_for_connections, 1)


async def consume(model: Any, way: str, limit: int | None) -> None:
    if way == "abatch":
        await model.abatch(name_inputs(20), {"max_concurrency": limit})
    else:
        async for _ in model.abatch_as_completed(name_inputs(20), {"max_concurrency": limit}):
            pass


@pytest.mark.parametrize("limit", [4, None])
@pytest.mark.parametrize("way", ["abatch", "abatch_as_completed"])
async def test_cancelling_stops_the_rest(
    meter: Meter, model: ChatCometAPI, way: str, limit: int | None
) -> None:
    meter.emulator.fault = "hang"
    task = asyncio.create_task(consume(model, way, limit))
    await meter.wait_for_arrivals(limit or 20)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert asyncio.all_tasks() == {asyncio.current_task()}
    assert await asyncio.to_thread(meter.emulator.wait_for_connections, 0)
    assert len(meter.emulator.requests) == (limit or 20)
    meter.emulator.fault = None
    answers = await model.abatch(name_inputs(5))
    assert [answer.text for answer in answers] == [answer_to(n) for n in name_inputs(5)]
    assert len(meter.emulator.requests) == (limit or 20) + 5


# -- thousands ------------------------------------------------------------------------------

FAULTS: dict[str | None, type[CometAPIError] | None] = {
    None: None,
    "500": CometAPIServerError,
    "503": CometAPIOverloadedError,
    "429": CometAPIRateLimitError,
    "reset": CometAPIConnectionError,
    "reset_midway": CometAPIConnectionError,  # after half of the body
    "half_close": CometAPIConnectionError,  # likewise
    "cut": CometAPIUnexpectedResponseError,  # a whole body of half the JSON
    "empty": CometAPIUnexpectedResponseError,
    "html": CometAPIUnexpectedResponseError,
}


def draw(faults: list[str | None], number: int) -> list[str | None]:
    """Draw faults, about as many of the first as of all the others."""
    weights = [len(faults) - 1, *(1 for _ in faults[1:])]
    return random.Random(5).choices(faults, weights, k=number)  # noqa: S311 - repeatable


@every_way
@pytest.mark.parametrize("number", [150, pytest.param(2500, marks=pytest.mark.slow)])
def test_every_input_has_one_result(
    meter: Meter, model: ChatCometAPI, way: str, number: int
) -> None:
    """The server's draws are those that the callers see."""
    inputs = name_inputs(number)
    draws = draw([*FAULTS], len(inputs))
    meter.emulator.fault = draws
    results = send(model, way, inputs, {"max_concurrency": 16}, return_exceptions=True)
    # The n-th request got the n-th draw, whichever input it was for.
    fate = dict(zip(meter.prompts, draws, strict=True))
    assert len(fate) == len(inputs)
    for prompt, result in zip(inputs, results, strict=True):
        if (kind := FAULTS[fate[prompt]]) is None:
            assert result.text == answer_to(prompt)
        else:
            assert type(result) is kind


@every_way
def test_attempts_are_accounted_for(
    meter: Meter,
    model: ChatCometAPI,
    way: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(openai._base_client, "INITIAL_RETRY_DELAY", 0.001)
    monkeypatch.setattr(openai._base_client, "MAX_RETRY_DELAY", 0.001)
    model.max_retries = 2
    inputs = name_inputs(100)
    meter.emulator.fault = draw([None, "500", "503", "429", "reset"], 300)
    results = send(model, way, inputs, {"max_concurrency": 8}, return_exceptions=True)
    attempts = Counter(meter.prompts)
    failed = 0
    for prompt, result in zip(inputs, results, strict=True):
        if isinstance(result, CometAPIError):
            failed += 1
            assert result.is_retryable
            assert attempts[prompt] == 3
        else:
            assert result.text == answer_to(prompt)
            assert attempts[prompt] == result.response_metadata.get("retries", 0) + 1
    assert 0 < failed < len(inputs)


# -- rate limits --------------------------------------------------------------------------------

RATE = 40.0
CALLS = 16


@pytest.mark.parametrize("kind", [InMemoryRateLimiter, SharedRateLimiter])
@pytest.mark.parametrize("way", ["batch", "abatch"])
def test_a_rate_limiter_is_respected(
    meter: Meter, model: ChatCometAPI, way: str, kind: Callable[..., BaseRateLimiter]
) -> None:
    model.rate_limiter = kind(
        requests_per_second=RATE, max_bucket_size=1, check_every_n_seconds=0.005
    )
    before = time.monotonic()
    send(model, way, name_inputs(CALLS), {"max_concurrency": 4})
    # The bucket starts empty: the n-th token is there after n / RATE seconds.
    assert time.monotonic() - before >= CALLS / RATE
    assert len(meter.arrivals) == CALLS
    meter.check_rate(RATE, under_way=4)
