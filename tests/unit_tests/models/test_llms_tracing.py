"""`CometAPILLM` in traces, in the cache and with a rate limiter."""

from __future__ import annotations

from typing import Any

import pytest
from langchain_core.caches import InMemoryCache
from langchain_core.callbacks import get_usage_metadata_callback

from langchain_cometapi import CometAPIInvalidRequestError, CometAPILLM, CometAPIRateLimitError
from langchain_cometapi.rate_limiters import SharedRateLimiter
from tests.support import (
    KEY,
    WAYS,
    Gateway,
    all_ways,
    answer,
    ask,
    chunk,
    completion,
    stream,
)
from tests.unit_tests.models.cost_gateway import reply
from tests.unit_tests.models.llm_gateway import SECRET, Recorder, Turns, echo, make

# -- callbacks and traces -------------------------------------------------------------------------


@all_ways
@pytest.mark.parametrize("streaming", [False, True])
async def test_call_is_one_run_with_its_tokens(way: str, streaming: bool) -> None:
    recorder = Recorder()
    llm = make(Gateway(echo), streaming=streaming)
    assert await ask(llm, way, config={"callbacks": [recorder]}) == "Hi!"
    assert [prompt for prompt, _ in recorder.starts] == ["Hi"]
    assert recorder.chat_starts == 0
    assert len(recorder.ends) == 1
    assert recorder.ends[0].generations[0][0].text == "Hi!"
    streams = streaming or way in ("stream", "astream")
    assert [token for token in recorder.tokens if token] == (["H", "i!"] if streams else [])


async def call_in_every_form(llm: CometAPILLM) -> int:
    """Call a model in each form there is; return the number of requests."""
    for way in WAYS:
        await ask(llm, way)
    llm.batch(["a", "b"])
    await llm.abatch(["a", "b"])
    list(llm.batch_as_completed(["a", "b"]))
    [pair async for pair in llm.abatch_as_completed(["a", "b"])]
    llm.generate(["a", "b"])
    await llm.agenerate(["a", "b"])
    return 4 + 6 * 2


@pytest.mark.parametrize("streaming", [False, True])
async def test_usage_callback_counts_every_form_of_call(streaming: bool) -> None:
    gateway = Gateway(echo)
    with get_usage_metadata_callback() as counted:
        number = await call_in_every_form(make(gateway, streaming=streaming))
    assert len(gateway.requests) == number
    (usage,) = counted.usage_metadata.values()
    assert list(counted.usage_metadata) == ["gpt-5.4-mini-2026-03-17"]
    assert (usage["input_tokens"], usage["output_tokens"]) == (3 * number, 2 * number)
    assert usage["total_tokens"] == 5 * number


@all_ways
async def test_usage_callback_has_the_details_of_a_chat_model(way: str) -> None:
    gateway = Gateway(reply(completion_tokens_details={"reasoning_tokens": 1}))
    counts = []
    for model in (make(gateway), gateway.model()):
        with get_usage_metadata_callback() as counted:
            await ask(model, way)
        counts.append(counted.usage_metadata)
    assert counts[0] == counts[1]
    assert counts[0]["gpt-5.4-mini-2026-03-17"]["output_token_details"] == {"reasoning": 1}


async def test_usage_of_several_texts_counts_once() -> None:
    choice = {"index": 0, "message": {"role": "assistant", "content": "x"}, "finish_reason": "stop"}
    gateway = Gateway(answer(completion(choices=[choice, {**choice, "index": 1}])))
    with get_usage_metadata_callback() as counted:
        await ask(make(gateway, n=2), "invoke")
    (usage,) = counted.usage_metadata.values()
    assert usage["total_tokens"] == 5


@pytest.mark.parametrize("way", ["stream", "astream"])
async def test_stream_without_usage_counts_nothing(way: str) -> None:
    gateway = Gateway(stream(chunk("Hi"), chunk(finish_reason="stop")))
    with get_usage_metadata_callback() as counted:
        assert await ask(make(gateway), way) == "Hi"
    assert counted.usage_metadata == {}


@all_ways
async def test_error_is_passed_to_callbacks_and_raised(way: str) -> None:
    recorder = Recorder()
    with pytest.raises(CometAPIInvalidRequestError) as raised:
        await ask(make(Gateway(echo)), way, "fail", config={"callbacks": [recorder]})
    assert recorder.errors == [raised.value]


@all_ways
async def test_trace_has_the_parameters_of_the_call_without_secrets(way: str) -> None:
    gateway, recorder = Gateway(echo), Recorder()
    fields: dict[str, Any] = {"model": "gpt-6-astra", "max_tokens": 7}
    llm = make(gateway, api_key=SECRET, default_headers={"X-Token": SECRET}, **fields)
    call: dict[str, Any] = {"model": "gpt-4o", "temperature": 0.5, "stop": ["END"]}
    secret = {"extra_headers": {"X-Call": SECRET}, "extra_query": {"token": SECRET}}
    await ask(llm, way, config={"callbacks": [recorder]}, **call, **secret)
    (_, event) = recorder.starts[0]
    expected = {
        "ls_provider": "cometapi",
        "ls_model_type": "llm",
        "ls_model_name": "gpt-4o",
        "ls_temperature": 0.5,
        "ls_max_tokens": 7,
        "ls_stop": ["END"],
    }
    assert event["metadata"].items() >= expected.items()
    params = event["invocation_params"]
    assert (params["model"], params["_type"]) == ("gpt-4o", "cometapi-llm")
    assert (params["base_url"], params["endpoint"]) == ("https://api.cometapi.com/v1", "chat")
    assert SECRET not in str(recorder.starts)
    assert gateway.requests[0].headers["x-call"] == gateway.requests[0].url.params["token"]


def test_stop_of_the_model_is_traced_unless_the_call_has_one() -> None:
    llm = make(Gateway(echo), stop=["END"])
    assert llm._get_ls_params()["ls_stop"] == ["END"]
    assert llm._get_ls_params(stop=["X"])["ls_stop"] == ["X"]


# -- the cache ------------------------------------------------------------------------------------


@pytest.mark.parametrize("streaming", [False, True])
async def test_cache_is_hit_by_the_same_call_alone(streaming: bool) -> None:
    gateway, turns = Gateway(echo), Turns()
    llm = make(gateway, cache=InMemoryCache(), rate_limiter=turns, streaming=streaming)
    calls: list[dict[str, Any]] = [
        {},
        {"model": "gpt-4o"},
        {"temperature": 0.1},
        {"model": "gpt-4o", "stop": ["END"]},
    ]
    for _ in range(2):
        for call in calls:
            assert await ask(llm, "invoke", **call) == await ask(llm, "ainvoke", **call) == "Hi!"
    assert len(gateway.requests) == turns.taken == len(calls)
    assert KEY not in str(llm.cache._cache)  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ({}, {"stop": ["."]}),
        ({"stop": ["."]}, {"stop": ["!"]}),
        ({"think_tags": False}, {"think_tags": True}),
        ({}, {"max_tokens": 3}),
        ({}, {"system": "A"}),
        ({"system": "A"}, {"system": "B"}),
        ({"base_url": "https://a.example/v1"}, {"base_url": "https://b.example/v1"}),
    ],
)
def test_cache_is_missed_by_another_field(one: dict[str, Any], two: dict[str, Any]) -> None:
    cache, gateway = InMemoryCache(), Gateway(echo)
    for fields in (one, two, one, two):
        make(gateway, model="gpt-4o", cache=cache, **fields).invoke("Hi")
    assert len(gateway.requests) == 2


async def test_cache_is_missed_by_another_secret_and_does_not_hold_it() -> None:
    cache, gateway = InMemoryCache(), Gateway(echo)
    llm = make(gateway, cache=cache)
    for name in ("extra_query", "extra_headers"):
        for value in ("tenant-a", "tenant-b", "tenant-a"):
            secret: dict[str, Any] = {name: {"x-tenant": value}}
            llm.invoke("Hi", **secret)
            await llm.ainvoke("Hi", **secret)
    assert len(gateway.requests) == 4
    assert "tenant-" not in str(list(cache._cache))


async def test_cached_prompts_of_a_list_are_not_sent() -> None:
    gateway = Gateway(echo)
    llm = make(gateway, cache=InMemoryCache())
    await ask(llm, "invoke", "b")
    result = await llm.agenerate(["a", "b", "c"])
    assert [one[0].text for one in result.generations] == ["a!", "b!", "c!"]
    assert [body["messages"][0]["content"] for body in gateway.bodies] == ["b", "a", "c"]
    assert llm.generate(["a", "b"]).llm_output == {}
    assert len(gateway.requests) == 3


# -- rate limiters --------------------------------------------------------------------------------


async def test_request_takes_one_turn_of_the_rate_limiter() -> None:
    turns = Turns()
    llm = make(Gateway(echo), rate_limiter=turns)
    for number, way in enumerate(WAYS, 1):
        await ask(llm, way)
        assert turns.taken == number
    llm.generate(["a", "b"])
    await llm.agenerate(["a", "b"])
    assert turns.taken == 8
    await ask(llm.model_copy(update={"streaming": True}), "ainvoke")
    assert turns.taken == 9


async def test_shared_rate_limiter_pauses_after_a_429() -> None:
    busy = answer({"error": {"message": "slow", "code": "rate_limit"}}, 429, retry_after="20")
    for way in WAYS:
        limiter = SharedRateLimiter(requests_per_second=1000, check_every_n_seconds=0.001)
        with pytest.raises(CometAPIRateLimitError):
            await ask(make(Gateway(busy), rate_limiter=limiter), way)
        assert limiter.acquire(blocking=False) is False
