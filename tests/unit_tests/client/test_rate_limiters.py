"""The shared rate limiter, on a clock of its own."""

from __future__ import annotations

import asyncio
import copy
import gc
import pickle
from decimal import Decimal
from functools import partial
from itertools import pairwise
from typing import Any

import pytest
from langchain_core.rate_limiters import BaseRateLimiter

from langchain_cometapi import (
    ChatCometAPI,
    CometAPILLM,
    CometAPIServerError,
    rate_limiters,
)
from langchain_cometapi._client.sdk import httpx
from langchain_cometapi.rate_limiters import SharedRateLimiter
from tests.support import WAYS, Gateway, all_ways, answer, ask, ask_and_fail, say_hello


class Clock:
    """A clock that sleeping moves on."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    async def asleep(self, seconds: float) -> None:
        self.sleep(seconds)

    async def anothers(self, _: float) -> None:
        """Stand in for a sleep of another library."""


each_route = pytest.mark.usefixtures("_each_route")


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    for module in ("langchain_cometapi.rate_limiters", "langchain_core.rate_limiters"):
        monkeypatch.setattr(f"{module}.time", made)
    monkeypatch.setattr(rate_limiters, "asyncio", type("Loop", (), {"sleep": made.asleep}))
    return made


def _busy(retry_after: str) -> Any:
    body = {"error": {"message": "slow down", "code": "rate_limit"}}
    return answer(body, 429, retry_after=retry_after)


def _limiter(**kwargs: Any) -> SharedRateLimiter:
    return SharedRateLimiter(**{"requests_per_second": 8, "check_every_n_seconds": 0.125, **kwargs})


# -- the bucket --------------------------------------------------------------------------------


async def test_tokens_come_at_their_rate(clock: Clock) -> None:
    limiter = _limiter(requests_per_second=2, check_every_n_seconds=0.5)
    start = clock.now
    for number in range(4):
        assert limiter.acquire() if number % 2 else await limiter.aacquire()
    assert clock.now - start == 2.0
    assert limiter.acquire(blocking=False) is False
    assert await limiter.aacquire(blocking=False) is False


def test_burst_is_as_large_as_the_bucket(clock: Clock) -> None:
    limiter = _limiter(max_bucket_size=3)
    limiter.acquire(blocking=False)
    clock.now += 60
    assert [limiter.acquire(blocking=False) for _ in range(5)] == [True] * 3 + [False] * 2


async def test_pause_holds_for_all_and_empties_the_bucket(clock: Clock) -> None:
    limiter = _limiter(max_bucket_size=5)
    limiter.acquire(blocking=False)
    clock.now += 60  # the bucket is full
    limiter.pause(30)
    limiter.pause(10)  # shorter: the first holds
    assert limiter.acquire(blocking=False) is False
    start = clock.now
    await limiter.aacquire()
    assert clock.now - start == pytest.approx(30.125)  # the bucket starts empty
    limiter.acquire()
    assert clock.now - start == pytest.approx(30.25)


WRONG_NUMBERS = [0, -1, float("nan"), float("inf"), True, "5", None, 10**400, Decimal(2)]


@pytest.mark.parametrize(
    "name", ["requests_per_second", "max_bucket_size", "check_every_n_seconds", "max_pause"]
)
@pytest.mark.parametrize("make", [SharedRateLimiter, partial(SharedRateLimiter.for_key, "sk-test")])
def test_number_that_cannot_be_waited_by_is_refused(make: Any, name: str) -> None:
    for wrong in WRONG_NUMBERS:
        with pytest.raises(ValueError, match=f"`{name}` is .* must be a finite number"):
            make(**{"requests_per_second": 8, name: wrong})


def test_bucket_for_less_than_a_request_is_refused() -> None:
    with pytest.raises(ValueError, match=r"`max_bucket_size` is 0\.5; .* at least 1"):
        _limiter(max_bucket_size=0.5)


@pytest.mark.parametrize("wrong", [-1, float("nan"), float("inf"), "5"])
def test_pause_of_no_length_is_refused(wrong: Any) -> None:
    with pytest.raises(ValueError, match="`seconds` is"):
        _limiter().pause(wrong)


# -- one per process ---------------------------------------------------------------------------


def test_copies_are_the_same_limiter() -> None:
    limiter = _limiter()
    model = ChatCometAPI(model="m", api_key="sk-test", rate_limiter=limiter)
    for twin in (
        copy.copy(model),
        copy.deepcopy(model),
        model.model_copy(update={"temperature": 1}, deep=True),
        pickle.loads(pickle.dumps(model)),  # noqa: S301 - our own bytes
    ):
        assert twin.rate_limiter is limiter


def test_limiter_of_a_key_is_one_for_each_key_and_host(monkeypatch: pytest.MonkeyPatch) -> None:
    get = partial(SharedRateLimiter.for_key, requests_per_second=5)
    mine = get("sk-test-secret")
    assert get("sk-test-secret", "https://api.cometapi.com") is mine
    assert get("sk-other-secret") is not mine
    assert get("sk-test-secret", "https://other.example") is not mine
    monkeypatch.setenv("COMETAPI_KEY", "sk-test-secret")
    assert get() is mine
    assert pickle.loads(pickle.dumps(mine)) is mine  # noqa: S301 - our own bytes
    assert b"sk-test" not in pickle.dumps(mine)
    with pytest.raises(ValueError, match="a limiter for this key already, with"):
        get(requests_per_second=6)
    name = mine._name
    del mine
    gc.collect()
    assert get()._name == name  # a pause must not end with the model that was refused


# -- repeats -----------------------------------------------------------------------------------

_FAILURE = answer({"error": {"message": "broken"}}, 500)
_UNAUTHORIZED = answer({"error": {"message": "invalid token"}}, 401)
_NO_OPTIONS = answer({"error": {"message": "unknown field stream_options"}}, 400)


class Turns(BaseRateLimiter):
    """A limiter of the user's, which counts."""

    taken = 0

    def acquire(self, *, blocking: bool = True) -> bool:
        assert blocking
        self.taken += 1
        return True

    async def aacquire(self, *, blocking: bool = True) -> bool:
        return self.acquire(blocking=blocking)


@pytest.fixture
def _no_backoff(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> None:
    monkeypatch.setattr("openai._base_client.time.sleep", lambda _: None)
    monkeypatch.setattr("openai._base_client.anyio.sleep", clock.anothers)


@all_ways
@each_route
@pytest.mark.usefixtures("_no_backoff")
async def test_each_repeat_waits_for_a_token(clock: Clock, way: str) -> None:
    times: list[float] = []

    def respond(_: Any) -> Any:
        times.append(clock.now)
        return answer({"error": {"message": "broken"}}, 500)

    limiter = _limiter(requests_per_second=0.5)
    error = await ask_and_fail(Gateway(respond), way, rate_limiter=limiter, max_retries=2)
    assert isinstance(error, CometAPIServerError)
    assert [later - earlier for earlier, later in pairwise(times)] == [2.0, 2.0]


@all_ways
@each_route
@pytest.mark.parametrize("kind", [ChatCometAPI, CometAPILLM])
@pytest.mark.parametrize(
    ("answers", "attempts"),
    [
        ([say_hello], 1),
        ([_FAILURE, httpx.ConnectError("refused"), say_hello], 3),
        ([_UNAUTHORIZED, say_hello], 2),
        ([_FAILURE, _UNAUTHORIZED, say_hello], 3),
    ],
)
@pytest.mark.usefixtures("_no_backoff")
async def test_limiter_of_any_kind_is_asked_for_each_attempt(
    kind: Any, answers: list[Any], attempts: int, way: str
) -> None:
    gateway, turns = Gateway(*answers), Turns()
    fields: Any = {"rate_limiter": turns, "max_retries": 2, "api_key": lambda: "sk-called"}
    await ask(gateway.make(kind, model=gateway.default_model, **fields), way)
    assert turns.taken == len(gateway.requests) == attempts


@each_route
@pytest.mark.parametrize("way", ["stream", "astream"])
async def test_stream_that_is_asked_for_without_options_takes_another_token(way: str) -> None:
    gateway, turns = Gateway(_NO_OPTIONS, say_hello), Turns()
    name = f"refuses-options-{way}-{gateway.default_model}"  # what refuses them is remembered
    await ask(gateway.model(name, rate_limiter=turns), way)
    assert turns.taken == len(gateway.requests) == 2


# -- what the gateway says ---------------------------------------------------------------------


@all_ways
@each_route
async def test_429_slows_all_that_share_the_limiter(clock: Clock, way: str) -> None:
    limiter = _limiter(max_bucket_size=4)
    second = Gateway(say_hello).model("claude-opus-5", rate_limiter=limiter)
    await ask_and_fail(Gateway(_busy("20")), way, rate_limiter=limiter)
    start = clock.now
    ends = []
    for other_way in WAYS:
        assert (await ask(second, other_way)).text == "Hello"
        ends.append(clock.now - start)
    assert ends == pytest.approx([20.125, 20.25, 20.375, 20.5])


@all_ways
@pytest.mark.usefixtures("_no_backoff")
async def test_repeat_waits_for_the_pause(way: str, clock: Clock) -> None:
    gateway = Gateway(_busy("20"), say_hello)
    model = gateway.model(rate_limiter=_limiter(), max_retries=1)
    start = clock.now
    await ask(model, way, extra_headers={"X-Mine": "1"})
    assert len(gateway.requests) == 2
    assert clock.now - start >= 20


@all_ways
@pytest.mark.parametrize("status", [429, 500])
async def test_wait_that_the_body_asks_for_pauses_all(way: str, status: int, clock: Clock) -> None:
    error = {"message": "quota", "status": "RESOURCE_EXHAUSTED", "details": [{"retryDelay": "34s"}]}
    limiter = _limiter()
    await ask_and_fail(Gateway(answer([{"error": error}], status)), way, rate_limiter=limiter)
    start = clock.now
    limiter.wait_until_resumed()
    assert clock.now - start == 34


def test_pause_ends_after_its_maximum_or_with_resume(
    clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    limiter = _limiter(max_pause=60)
    limiter.pause(86_400)
    assert "asks for a pause of 86400 s; pausing 60 s" in caplog.text
    start = clock.now
    limiter.wait_until_resumed()
    assert clock.now - start == 60
    limiter.pause(50)
    limiter.resume()
    limiter.wait_until_resumed()
    assert clock.now - start == 60


async def test_429_without_retry_after_pauses_nothing(clock: Clock) -> None:
    limiter = _limiter()
    await ask_and_fail(Gateway(answer({}, 429)), rate_limiter=limiter)
    clock.now += 0.125
    assert limiter.acquire(blocking=False) is True


async def test_waiting_does_not_block_the_loop() -> None:
    limiter = _limiter(requests_per_second=1000, check_every_n_seconds=0.001)
    limiter.pause(0.01)
    waiting = asyncio.ensure_future(limiter.aacquire())
    ticks = 0
    while not waiting.done():
        ticks += 1
        await asyncio.sleep(0)
    assert await waiting
    assert ticks > 1
