"""What a run has used and cost."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from typing import Any
from uuid import uuid4

import pytest
from langchain_core.caches import InMemoryCache
from langchain_core.language_models import FakeListLLM, GenericFakeChatModel
from langchain_core.messages import AIMessage, HumanMessage
from langchain_core.outputs import ChatGeneration, ChatResult, Generation, LLMResult
from langchain_core.runnables import ConfigurableField

from langchain_cometapi import (
    CometAPIBudgetExceededError,
    CometAPIError,
    CometAPIStreamTruncatedError,
    CometAPIUnsentRequestError,
    CostCallbackHandler,
    Spending,
)
from langchain_cometapi._client.sdk import httpx
from langchain_cometapi.catalog import ModelCard
from tests.support import (
    Gateway,
    all_ways,
    answer,
    ask,
    chunk,
    completion,
    say_hello,
    stream,
    text_event,
)
from tests.unit_tests.models.cost_gateway import CARD, DETAILS, USAGE, every_kind, make, reply

pytestmark = pytest.mark.usefixtures("waits")


@all_ways
@every_kind
async def test_tokens_and_reported_cost_are_counted_for_the_model_that_was_asked(
    kind: str, way: str
) -> None:
    costs = CostCallbackHandler()
    model = make(Gateway(reply(**DETAILS, cost=0.25)), kind)
    for _ in range(2):
        await ask(model, way, config={"callbacks": [costs]})
    expected = Spending(
        requests=2,
        input_tokens=200,
        cached_input_tokens=80,
        cache_creation_tokens=60,
        output_tokens=40,
        reasoning_tokens=30,
        reported_cost=0.5,
    )
    assert costs.models == {"gpt-5.4-mini" if kind == "llm" else kind: expected}
    assert costs.total == expected
    assert (expected.total_tokens, expected.cost) == (240, 0.5)


@all_ways
@every_kind
async def test_cost_that_is_not_reported_is_estimated_and_kept_apart(kind: str, way: str) -> None:
    costs = CostCallbackHandler(prices=CARD)
    gateway = Gateway(reply(), reply(cost=0.5), reply(cost=0))
    for _ in range(3):
        await ask(make(gateway, kind), way, config={"callbacks": [costs]})
    total = costs.total
    assert total.estimated_cost == pytest.approx(23e-6)
    assert (total.reported_cost, total.unknown_cost) == (0.5, 0)


@all_ways
@every_kind
async def test_cost_without_a_price_is_unknown_and_not_nothing(kind: str, way: str) -> None:
    costs = CostCallbackHandler(prices=ModelCard(id="any"))
    await ask(make(Gateway(reply()), kind), way, config={"callbacks": [costs]})
    assert costs.total == Spending(requests=1, input_tokens=3, output_tokens=2, unknown_cost=1)


async def test_estimates_can_be_switched_off_and_multiplied() -> None:
    card = ModelCard(id="any", input_price=1.0, output_price=10.0, price_ratio=0.5)
    for arguments, estimated in (({"estimate": False}, 0), ({"apply_ratio": True}, 11.5e-6)):
        costs = CostCallbackHandler(prices=card, **arguments)  # type: ignore[arg-type]
        Gateway(reply()).model().invoke("Hi", config={"callbacks": [costs]})
        assert costs.total.estimated_cost == pytest.approx(estimated)
        assert costs.total.unknown_cost == (0 if estimated else 1)


@all_ways
async def test_response_without_usage_has_unknown_tokens(way: str) -> None:
    costs = CostCallbackHandler(prices=CARD)
    model = Gateway(say_hello).model()
    if way.endswith("invoke"):
        model = Gateway(answer(completion(usage=None))).model()
    await ask(model, way, config={"callbacks": [costs]})
    assert costs.total == Spending(requests=1, unknown_cost=1, unknown_tokens=1)


async def test_models_are_counted_apart_also_where_one_is_bound() -> None:
    costs = CostCallbackHandler()
    gateway = Gateway(reply(cost=0.1))
    config: Any = {"callbacks": [costs]}
    gateway.model("gpt-5.4-mini").invoke("Hi", config=config)
    gateway.model("gpt-5.4-mini").bind(model="deepseek-v4-pro").invoke("Hi", config=config)
    configurable = gateway.model("gpt-5.4-mini").configurable_fields(
        model_name=ConfigurableField("model")
    )
    config["configurable"] = {"model": "kimi-k3"}
    configurable.invoke("Hi", config=config)
    requests = {name: spent.requests for name, spent in costs.models.items()}
    assert requests == {"gpt-5.4-mini": 1, "deepseek-v4-pro": 1, "kimi-k3": 1}


@all_ways
@every_kind
async def test_retries_are_counted(kind: str, way: str) -> None:
    costs = CostCallbackHandler()
    model = make(Gateway(answer({}, 503), answer({}, 429), reply(cost=0.1)), kind, max_retries=2)
    await ask(model, way, config={"callbacks": [costs]})
    assert (costs.total.requests, costs.total.retries, costs.total.errors) == (1, 2, 0)
    assert costs.total.reported_cost == 0.1


@all_ways
@every_kind
@pytest.mark.parametrize(
    ("failures", "retries", "unknown"),
    [
        ([answer({}, 503), answer({}, 408)], 1, 0),
        ([httpx.ConnectError("no"), httpx.ConnectTimeout("no"), httpx.ProxyError("no")], 1, 0),
        # The connection broke after it was made.
        ([httpx.ReadError("no"), httpx.ReadTimeout("no"), httpx.RemoteProtocolError("no")], 0, 1),
    ],
)
async def test_error_is_counted_and_has_an_unknown_cost_if_the_request_may_have_arrived(
    kind: str, way: str, failures: list[Any], retries: int, unknown: int
) -> None:
    costs = CostCallbackHandler()
    for failure in failures:
        model = make(Gateway(failure), kind, max_retries=retries)
        with pytest.raises(CometAPIError):
            await ask(model, way, config={"callbacks": [costs]})
    number = len(failures)
    assert costs.total == Spending(
        requests=number,
        retries=retries * number,
        errors=number,
        unknown_cost=unknown * number,
        unknown_tokens=unknown * number,
    )


@all_ways
async def test_request_that_is_not_sent_is_an_error_and_no_request(way: str) -> None:
    costs = CostCallbackHandler()
    model = Gateway(say_hello).model("deepseek-v4-pro")
    image = HumanMessage([{"type": "image", "url": "https://example.com/a.png"}])
    with pytest.raises(CometAPIUnsentRequestError):
        await ask(model, way, [image], config={"callbacks": [costs]})
    assert costs.total == Spending(errors=1)


@pytest.mark.parametrize("way", ["stream", "astream"])
@every_kind
async def test_stream_that_breaks_off_has_an_unknown_cost(kind: str, way: str) -> None:
    costs = CostCallbackHandler()
    begun = text_event("Hel") if kind == "gpt-6-astra" else chunk("Hel")
    broken = Gateway(stream(begun, done=False))
    with pytest.raises(CometAPIStreamTruncatedError):
        await ask(make(broken, kind), way, config={"callbacks": [costs]})
    assert costs.total == Spending(requests=1, errors=1, unknown_cost=1, unknown_tokens=1)


@pytest.mark.parametrize("is_async", [False, True])
@every_kind
async def test_stream_that_is_left_is_no_error_and_has_an_unknown_cost(
    kind: str, is_async: bool
) -> None:
    costs = CostCallbackHandler()
    model = make(Gateway(reply(cost=0.1)), kind)
    config: Any = {"callbacks": [costs]}
    if is_async:
        async with aclosing(model.astream("Hi", config=config)) as chunks:
            async for _ in chunks:
                break
    else:
        for _ in (chunks := model.stream("Hi", config=config)):
            break
        chunks.close()
    assert costs.total == Spending(requests=1, unknown_cost=1, unknown_tokens=1)


@every_kind
async def test_call_that_is_cancelled_has_an_unknown_cost(kind: str) -> None:
    costs = CostCallbackHandler()
    is_sent = asyncio.Event()

    async def reply_never(_: httpx.Request) -> httpx.Response:
        is_sent.set()
        await asyncio.Event().wait()
        raise AssertionError

    never: Any = reply_never
    model = make(Gateway(never), kind)
    call = asyncio.ensure_future(model.ainvoke("Hi", {"callbacks": [costs]}))
    await is_sent.wait()
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    (spent,) = costs.models.items()
    assert spent == (model.model_name, Spending(requests=1, unknown_cost=1, unknown_tokens=1))


@pytest.mark.parametrize("way", ["invoke", "ainvoke"])  # core streams past its cache
@every_kind
async def test_response_of_langchains_cache_costs_nothing(kind: str, way: str) -> None:
    costs = CostCallbackHandler(max_usd=0.1)
    gateway = Gateway(reply(cost=0.1))
    model = make(gateway, kind, cache=InMemoryCache())
    for _ in range(3):
        await ask(model, way, config={"callbacks": [costs]})
    assert len(gateway.requests) == 1
    assert costs.total == Spending(requests=1, input_tokens=3, output_tokens=2, reported_cost=0.1)


@every_kind
async def test_each_prompt_of_a_batch_is_counted(kind: str) -> None:
    costs = CostCallbackHandler()
    gateway = Gateway(reply(cost=0.1))
    model = make(gateway, kind)
    config: Any = {"callbacks": [costs]}
    model.batch(["a", "b", "c"], config)
    await model.abatch(["a", "b", "c"], config)
    assert [i for i, _ in model.batch_as_completed(["a"], config)] == [0]
    assert costs.total.requests == 7
    assert costs.total.reported_cost == pytest.approx(0.7)
    prompts: Any = ["a", "b"] if kind == "llm" else [[HumanMessage("a")], [HumanMessage("b")]]
    model.generate(prompts, callbacks=[costs])
    assert costs.total.requests == 9
    assert costs.total.reported_cost == pytest.approx(0.9)


def test_two_choices_are_counted_once() -> None:
    body = completion("a", usage={**USAGE, "cost": 0.1})
    body["choices"].append({**body["choices"][0], "index": 1})
    costs = CostCallbackHandler()
    Gateway(answer(body)).model(n=2).generate([[HumanMessage("Hi")]], callbacks=[costs])
    assert costs.total == Spending(requests=1, input_tokens=3, output_tokens=2, reported_cost=0.1)


def test_threads_share_a_handler() -> None:
    costs = CostCallbackHandler()
    model = Gateway(reply(cost=0.5)).model()
    with ThreadPoolExecutor(8) as executor:
        calls = (executor.submit(model.invoke, "Hi", {"callbacks": [costs]}) for _ in range(64))
        for call in list(calls):
            call.result()
    assert costs.total == Spending(
        requests=64, input_tokens=192, output_tokens=128, reported_cost=32.0
    )


@pytest.mark.filterwarnings("ignore::langchain_core._api.beta_decorator.LangChainBetaWarning")
async def test_event_streams_are_counted() -> None:
    costs = CostCallbackHandler()
    model = Gateway(reply(cost=0.5)).model()
    config: Any = {"callbacks": [costs]}
    assert model.stream_events("Hi", config, version="v3").output.text == "Hello"
    assert (await (await model.astream_events("Hi", config, version="v3")).output).text == "Hello"
    assert [event async for event in model.astream_events("Hi", config, version="v2")]
    assert costs.total.requests == 3
    assert costs.total.reported_cost == 1.5


# -- models of other providers ---------------------------------------------------------------------


class _Other(GenericFakeChatModel):
    """A model of another provider that states usage."""

    sent: int = 0

    def _generate(self, *args: Any, **kwargs: Any) -> ChatResult:
        self.sent += 1
        usage: Any = {"input_tokens": 5, "output_tokens": 1, "total_tokens": 6}
        message = AIMessage("Hi", usage_metadata=usage, response_metadata={"model_name": "other-1"})
        return ChatResult(generations=[ChatGeneration(message=message)])


async def test_models_of_other_providers_are_counted_and_refused() -> None:
    costs = CostCallbackHandler(max_tokens=12, prices=CARD)
    other = _Other(messages=iter(()))
    config: Any = {"callbacks": [costs]}
    other.invoke("Hi", config)
    await other.ainvoke("Hi", config)
    assert costs.total.total_tokens == 12
    assert costs.total.estimated_cost == pytest.approx(30e-6)
    with pytest.raises(CometAPIBudgetExceededError):
        other.invoke("Hi", config)
    with pytest.raises(CometAPIBudgetExceededError):
        await other.ainvoke("Hi", config)
    assert other.sent == 2
    assert costs.total.requests == 2


def test_cache_creation_of_a_known_lifetime_is_counted() -> None:
    """As langchain-anthropic has it, which then leaves the plain count at 0."""
    details = {"cache_creation": 0, "ephemeral_5m_input_tokens": 3, "ephemeral_1h_input_tokens": 4}
    usage: Any = {
        "input_tokens": 10,
        "output_tokens": 1,
        "total_tokens": 11,
        "input_token_details": {**details, "cache_read": 2},
    }
    message = AIMessage("Hi", usage_metadata=usage, response_metadata={"model_name": "m"})
    costs = CostCallbackHandler()
    result = LLMResult(generations=[[ChatGeneration(message=message)]])
    costs.on_llm_end(result, run_id=uuid4())
    (counted,) = costs.models.values()
    assert (counted.cache_creation_tokens, counted.cached_input_tokens) == (7, 2)


def test_error_of_another_provider_costs_nothing() -> None:
    costs = CostCallbackHandler()
    with pytest.raises(StopIteration):
        GenericFakeChatModel(messages=iter(())).invoke("Hi", {"callbacks": [costs]})
    assert costs.total == Spending(requests=1, errors=1)


def test_llm_without_usage_is_counted_as_unknown() -> None:
    costs = CostCallbackHandler()
    FakeListLLM(responses=["a"]).invoke("Hi", {"callbacks": [costs]})
    assert costs.total == Spending(requests=1, unknown_cost=1, unknown_tokens=1)


def test_usage_in_the_output_of_an_llm_is_counted() -> None:
    costs = CostCallbackHandler(estimate=False)
    output = {"token_usage": {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5}}
    result = LLMResult(generations=[[Generation(text="Hi")]], llm_output=output)
    costs.on_llm_end(result, run_id=uuid4())
    assert costs.total == Spending(requests=1, input_tokens=3, output_tokens=2, unknown_cost=1)
