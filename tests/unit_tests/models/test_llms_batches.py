"""`CometAPILLM` with a list of prompts: order, concurrency, failures and callbacks."""

from __future__ import annotations

import asyncio
import threading
from typing import TYPE_CHECKING, Any

import pytest

from langchain_cometapi import CometAPIInvalidRequestError
from tests.support import Crowd, Gateway
from tests.unit_tests.models.llm_gateway import Recorder, echo, make

if TYPE_CHECKING:
    from langchain_cometapi._client.sdk import httpx


PROMPTS = [f"p{n}" for n in range(6)]

TEXTS = [f"p{n}!" for n in range(6)]


@pytest.mark.parametrize("how", ["batch", "generate", "config"])
async def test_list_of_prompts_runs_concurrently_in_order_and_limited(how: str) -> None:
    def call(llm: Any, prefix: str) -> Any:
        if how == "generate":
            return getattr(llm, f"{prefix}generate")(PROMPTS)
        config = {"max_concurrency": 3} if how == "config" else None
        return getattr(llm, f"{prefix}batch")(PROMPTS, config)

    def texts(result: Any) -> list[str]:
        return result if isinstance(result, list) else [one[0].text for one in result.generations]

    limit = 1 if how == "config" else 3  # a config's own counts first
    crowd = Crowd(3, echo)
    assert texts(call(make(Gateway(crowd), max_concurrency=limit), "")) == TEXTS
    assert crowd.peak == 3
    crowd = Crowd(3, echo)
    later: Any = crowd.later
    assert texts(await call(make(Gateway(later), max_concurrency=limit), "a")) == TEXTS
    assert crowd.peak == 3


async def test_empty_list_makes_no_request() -> None:
    gateway = Gateway(echo)
    llm = make(gateway)
    assert llm.batch([]) == await llm.abatch([]) == []
    assert llm.generate([]).generations == (await llm.agenerate([])).generations == []
    assert gateway.requests == []


async def test_list_of_prompts_with_streaming_returns_their_texts() -> None:
    gateway = Gateway(echo)
    llm = make(gateway, streaming=True)
    for result in (llm.generate(["a", "b"]), await llm.agenerate(["a", "b"])):
        assert [one[0].text for one in result.generations] == ["a!", "b!"]
    assert llm.batch(["a", "b"]) == await llm.abatch(["a", "b"]) == ["a!", "b!"]


async def test_failure_of_one_prompt_is_returned_or_raised() -> None:
    prompts: Any = ["a", "fail", "b"]
    llm: Any = make(Gateway(echo))
    for results in (
        llm.batch(prompts, return_exceptions=True),
        await llm.abatch(prompts, return_exceptions=True),
    ):
        assert (results[0], results[2]) == ("a!", "b!")
        assert isinstance(results[1], CometAPIInvalidRequestError)
    for call in (llm.batch, llm.generate):
        with pytest.raises(CometAPIInvalidRequestError):
            call(prompts)
    with pytest.raises(CometAPIInvalidRequestError):
        await llm.agenerate(prompts)


@pytest.mark.parametrize("how", ["abatch", "agenerate"])
async def test_failure_cancels_the_asynchronous_calls_that_run(how: str) -> None:
    async def fail_first(request: httpx.Request) -> httpx.Response:
        if b"fail" not in request.content:
            await asyncio.sleep(10)
        return echo(request)

    slow: Any = fail_first
    gateway = Gateway(slow)
    llm = make(gateway, max_concurrency=2)
    before = asyncio.all_tasks()
    with pytest.raises(CometAPIInvalidRequestError):
        await asyncio.wait_for(getattr(llm, how)(["a", "fail", "b", "c", "d"]), 5)
    assert asyncio.all_tasks() == before
    assert len(gateway.requests) <= 3


def test_failure_keeps_the_rest_from_starting_while_another_prompt_runs() -> None:
    released = threading.Event()

    def respond(request: httpx.Request) -> httpx.Response:
        if b"slow" in request.content:
            released.wait(0.2)  # until a third request comes, which there must not be
        elif b"fail" not in request.content:
            released.set()
        return echo(request)

    gateway = Gateway(respond)
    with pytest.raises(CometAPIInvalidRequestError):
        make(gateway, max_concurrency=2).generate(["slow", "fail", *PROMPTS])
    assert len(gateway.requests) == 2


async def test_batch_as_completed_has_the_limit_of_the_model() -> None:
    crowd = Crowd(3, echo)
    found = [*make(Gateway(crowd), max_concurrency=3).batch_as_completed(PROMPTS)]
    assert (sorted(found), crowd.peak) == ([*enumerate(TEXTS)], 3)
    crowd = Crowd(3, echo)
    later: Any = crowd.later
    llm = make(Gateway(later), max_concurrency=3)
    found = [pair async for pair in llm.abatch_as_completed(PROMPTS)]
    assert (sorted(found), crowd.peak) == ([*enumerate(TEXTS)], 3)


@pytest.mark.parametrize("streaming", [False, True])
async def test_prompt_of_a_batch_has_callbacks_of_its_own(streaming: bool) -> None:
    llm = make(Gateway(echo), streaming=streaming)
    for asynchronous in (False, True):
        recorders = [Recorder(), Recorder()]
        configs: Any = [{"callbacks": [recorder]} for recorder in recorders]
        prompts: Any = ["a", "b"]
        if asynchronous:
            await llm.abatch(prompts, configs)
        else:
            llm.batch(prompts, configs)
        for recorder, prompt in zip(recorders, prompts, strict=True):
            assert [start[0] for start in recorder.starts] == [prompt]
            assert [t for t in recorder.tokens if t] == ([prompt, "!"] if streaming else [])
            assert recorder.ends[0].generations[0][0].text == f"{prompt}!"
