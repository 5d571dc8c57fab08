"""What a run has used and cost, and the limit that ends it before the next request."""

from __future__ import annotations

import asyncio
import copy
import pickle
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from langchain_core.caches import InMemoryCache
from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.language_models import FakeListLLM, GenericFakeChatModel
from langchain_core.messages import AIMessage, HumanMessage
from langchain_core.outputs import ChatGeneration, ChatResult, Generation, LLMResult
from langchain_core.runnables import ConfigurableField
from langchain_core.tracers.run_collector import RunCollectorCallbackHandler

from langchain_cometapi import (
    CometAPIBudgetExceededError,
    CometAPIConnectionError,
    CometAPIError,
    CometAPILLM,
    CometAPIServerError,
    CometAPIStreamTruncatedError,
    CometAPIUnknownCostWarning,
    CometAPIUnsentRequestError,
    CostCallbackHandler,
    Spending,
)
from langchain_cometapi._client.sdk import httpx
from langchain_cometapi.catalog import ModelCard
from tests.support import (
    USAGE_CHUNK,
    Gateway,
    all_ways,
    answer,
    ask,
    chunk,
    completion,
    get_weather,
    respond,
    say_hello,
    stream,
)
from tests.support.responses import RESPONSE_USAGE

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.usefixtures("waits")

CARD = ModelCard(id="any", input_price=1.0, cached_input_price=0.1, output_price=10.0)
"""Of a model whose 3 and 2 tokens of `USAGE` cost 0.000023 USD."""

USAGE: dict[str, Any] = dict(USAGE_CHUNK["usage"])  # type: ignore[arg-type]
DETAILS = {
    "prompt_tokens": 100,
    "completion_tokens": 20,
    "total_tokens": 120,
    "prompt_tokens_details": {"cached_tokens": 40, "cache_write_tokens": 30},
    "completion_tokens_details": {"reasoning_tokens": 15},
}


def reply(**usage: Any) -> Callable[[httpx.Request], httpx.Response]:
    """Reply with this usage on whichever route is called, whole or streamed."""
    usage = {**USAGE, **usage}

    def respond_to(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/responses"):
            return respond(request, usage={**RESPONSE_USAGE, **usage})
        if b'"stream":true' in request.content:
            return stream(chunk("Hel"), chunk("lo", "stop"), {**USAGE_CHUNK, "usage": usage})
        return answer(completion(usage=usage))

    return respond_to


def make(gateway: Gateway, kind: str, **fields: Any) -> Any:
    """A chat model of either route, or an LLM."""
    if kind == "llm":
        return gateway.make(CometAPILLM, model="gpt-5.4-mini", **fields)
    return gateway.model(kind, **fields)


every_kind = pytest.mark.parametrize("kind", ["gpt-5.4-mini", "gpt-6-astra", "llm"])


# -- counting --------------------------------------------------------------------------------------


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
    gateway = Gateway(reply(), reply(cost=0.5))
    for _ in range(2):
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
async def test_error_is_counted_and_costs_nothing(kind: str, way: str) -> None:
    costs = CostCallbackHandler()
    for failure in (answer({}, 503), httpx.ConnectError("refused")):
        model = make(Gateway(failure), kind, max_retries=1)
        with pytest.raises((CometAPIServerError, CometAPIConnectionError)):
            await ask(model, way, config={"callbacks": [costs]})
    assert costs.total == Spending(requests=2, retries=2, errors=2)


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
    broken = stream(chunk("Hel"), done=False)
    gateway = Gateway(broken) if kind != "gpt-6-astra" else Gateway(_broken_response)
    with pytest.raises(CometAPIStreamTruncatedError):
        await ask(make(gateway, kind), way, config={"callbacks": [costs]})
    assert costs.total == Spending(requests=1, errors=1, unknown_cost=1, unknown_tokens=1)


def _broken_response(_: httpx.Request) -> httpx.Response:
    text = {"type": "response.output_text.delta", "item_id": "m", "output_index": 0, "delta": "Hi"}
    return stream({**text, "content_index": 0}, done=False)


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


def test_timeout_has_an_unknown_cost() -> None:
    costs = CostCallbackHandler()
    with pytest.raises(CometAPIError):
        Gateway(httpx.ReadTimeout("slow")).model().invoke("Hi", config={"callbacks": [costs]})
    assert costs.total == Spending(requests=1, errors=1, unknown_cost=1, unknown_tokens=1)


@all_ways
async def test_response_of_langchains_cache_costs_nothing(way: str) -> None:
    costs = CostCallbackHandler(max_usd=0.1)
    gateway = Gateway(reply(cost=0.1))
    model = gateway.model(cache=InMemoryCache())
    is_cached = way.endswith("invoke")
    for number in range(3):
        if number and not is_cached:  # core streams past its cache
            with pytest.raises(CometAPIBudgetExceededError):
                await ask(model, way, config={"callbacks": [costs]})
        else:
            assert (await ask(model, way, config={"callbacks": [costs]})).text == "Hello"
    assert len(gateway.requests) == 1
    assert costs.total == Spending(requests=1, input_tokens=3, output_tokens=2, reported_cost=0.1)


def test_response_of_langchains_cache_to_an_llm_costs_nothing() -> None:
    costs = CostCallbackHandler()
    llm = Gateway(reply(cost=0.1)).make(CometAPILLM, model="gpt-5.4-mini", cache=InMemoryCache())
    for _ in range(3):
        assert llm.invoke("Hi", config={"callbacks": [costs]}) == "Hello"
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


# -- limits ----------------------------------------------------------------------------------------


LIMITS = [({"max_usd": 0.2}, "max_usd"), ({"max_tokens": 10}, "max_tokens")]


@all_ways
@every_kind
@pytest.mark.parametrize(("limit", "says"), LIMITS)
async def test_request_over_the_limit_is_not_sent(
    limit: dict[str, Any], says: str, kind: str, way: str
) -> None:
    costs = CostCallbackHandler(**limit)
    gateway = Gateway(reply(cost=0.1))
    model = make(gateway, kind)
    tracer = RunCollectorCallbackHandler()
    config: Any = {"callbacks": [tracer, costs]}
    for _ in range(2):
        await ask(model, way, config=config)
    for _ in range(2):
        with pytest.raises(CometAPIBudgetExceededError, match=says) as caught:
            await ask(model, way, config=config)
    assert len(gateway.requests) == 2
    error = caught.value
    assert (error.spent_usd, error.spent_tokens) == (0.2, 10)
    assert (error.max_usd, error.max_tokens) == (limit.get("max_usd"), limit.get("max_tokens"))
    assert error.model == gateway.bodies[0]["model"]
    assert error.is_retryable is False
    assert (costs.total.requests, costs.total.errors) == (2, 0)
    assert len(tracer.traced_runs) == 4  # none is left open
    # The message says: raise the limit, or reset.
    costs.reset()
    await ask(model, way, config=config)
    assert len(gateway.requests) == 3


@pytest.mark.parametrize(("limit", "says"), LIMITS)
async def test_estimates_and_reports_count_together(limit: dict[str, Any], says: str) -> None:
    card = ModelCard(id="any", input_price=20000.0, output_price=20000.0)  # 0.1 USD for each
    costs = CostCallbackHandler(prices=card, **limit)
    gateway = Gateway(reply(), reply(cost=0.1))
    model = gateway.model()
    for _ in range(2):
        model.invoke("Hi", config={"callbacks": [costs]})
    with pytest.raises(CometAPIBudgetExceededError, match=says):
        model.invoke("Hi", config={"callbacks": [costs]})
    assert len(gateway.requests) == 2


@pytest.mark.parametrize("way", ["batch", "abatch", "return_exceptions"])
async def test_rest_of_a_batch_over_the_limit_is_not_sent(way: str) -> None:
    costs = CostCallbackHandler(max_usd=0.25)
    gateway = Gateway(reply(cost=0.1))
    model = gateway.model()
    config: Any = {"callbacks": [costs], "max_concurrency": 1}
    prompts: list[Any] = list("abcdefgh")
    if way == "return_exceptions":
        results = model.batch(prompts, config, return_exceptions=True)
        refused = [isinstance(result, CometAPIBudgetExceededError) for result in results]
        assert refused == [False] * 3 + [True] * 5
    else:
        with pytest.raises(CometAPIBudgetExceededError):
            await model.abatch(prompts, config) if way == "abatch" else model.batch(prompts, config)
    assert len(gateway.requests) == 3


async def test_requests_at_the_same_time_exceed_the_limit_by_themselves_alone() -> None:
    costs = CostCallbackHandler(max_usd=0.25)
    gateway = Gateway(reply(cost=0.1))
    model = gateway.model()
    config: Any = {"callbacks": [costs]}
    results = await asyncio.gather(
        *(model.ainvoke("Hi", config) for _ in range(8)), return_exceptions=True
    )
    sent = sum(not isinstance(result, Exception) for result in results)
    assert sent == len(gateway.requests) == costs.total.requests
    with pytest.raises(CometAPIBudgetExceededError):
        await model.ainvoke("Hi", config)


@all_ways
async def test_repeat_over_the_limit_is_not_sent(way: str) -> None:
    costs = CostCallbackHandler(max_usd=0.1)

    def spend_elsewhere(_: httpx.Request) -> httpx.Response:
        run = uuid4()
        message = AIMessage("Hi", response_metadata={"cost": 0.2})
        generation = ChatGeneration(message=message)
        costs.on_llm_end(LLMResult(generations=[[generation]]), run_id=run)
        return answer({}, 503)

    gateway = Gateway(spend_elsewhere)
    with pytest.raises(CometAPIBudgetExceededError):
        await ask(gateway.model(max_retries=2), way, config={"callbacks": [costs]})
    assert len(gateway.requests) == 1


@all_ways
async def test_fallback_of_the_same_run_is_refused_too(way: str) -> None:
    costs = CostCallbackHandler(max_usd=0)
    gateway, other = Gateway(say_hello), Gateway(say_hello)
    model = gateway.model().with_fallbacks([other.model("deepseek-v4-pro")])
    with pytest.raises(CometAPIBudgetExceededError):
        await ask(model, way, config={"callbacks": [costs]})
    assert gateway.requests == other.requests == []


def test_refusal_is_not_retried_by_middleware() -> None:
    agents = pytest.importorskip("langchain.agents")
    middleware = pytest.importorskip("langchain.agents.middleware")
    retry = middleware.ModelRetryMiddleware(max_retries=3, initial_delay=0)
    if not callable(retry.retry_on):
        pytest.skip("this version of langchain retries every exception")
    costs = CostCallbackHandler(max_tokens=5)
    gateway = Gateway(_call_weather)
    starts = _Starts()
    agent = agents.create_agent(gateway.model(), [get_weather], middleware=[retry])
    with pytest.raises(CometAPIBudgetExceededError):
        agent.invoke({"messages": ["Weather?"]}, {"callbacks": [costs, starts]})
    assert len(gateway.requests) == 1
    assert starts.number == 2


class _Starts(BaseCallbackHandler):
    """Counts the runs of chat models."""

    def __init__(self) -> None:
        self.number = 0

    def on_chat_model_start(self, *_: Any, **__: Any) -> None:
        self.number += 1


def _call_weather(request: httpx.Request) -> httpx.Response:
    call = {
        "id": "call_1",
        "type": "function",
        "function": {"name": "get_weather", "arguments": '{"city": "Paris"}'},
    }
    usage = {**USAGE, "cost": 0.1}
    if b'"stream":true' in request.content:
        return stream(
            chunk({"tool_calls": [{"index": 0, **call}]}, "tool_calls"),
            {**USAGE_CHUNK, "usage": usage},
        )
    message = {"role": "assistant", "content": None, "tool_calls": [call]}
    return answer(completion(message, "tool_calls", usage=usage))


@all_ways
async def test_agent_is_stopped_at_the_limit(way: str) -> None:
    agents = pytest.importorskip("langchain.agents")
    costs = CostCallbackHandler(max_usd=0.25)
    gateway = Gateway(_call_weather)
    agent = agents.create_agent(gateway.model(), [get_weather])
    inputs: Any = {"messages": ["Weather?"]}
    config: Any = {"callbacks": [costs]}
    with pytest.raises(CometAPIBudgetExceededError):
        await ask(agent, way, inputs, config=config)
    assert len(gateway.requests) == 3
    assert costs.total.requests == 3


# -- unknown costs under a limit -------------------------------------------------------------------


@all_ways
async def test_unknown_cost_under_a_limit_warns_once(way: str) -> None:
    costs = CostCallbackHandler(max_usd=1, estimate=False)
    gateway = Gateway(reply())
    model = gateway.model()
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        for _ in range(4):
            await ask(model, way, config={"callbacks": [costs]})
    assert [warning.category for warning in caught] == [CometAPIUnknownCostWarning]
    assert "the cost of 1 of 1 requests is not known" in str(caught[0].message)
    assert len(gateway.requests) == 4


@all_ways
@pytest.mark.parametrize(
    ("limit", "usage"), [({"max_usd": 1}, reply()), ({"max_tokens": 100}, None)]
)
async def test_unknown_cost_under_a_limit_may_be_an_error(
    limit: dict[str, Any], usage: Any, way: str
) -> None:
    costs = CostCallbackHandler(unknown_cost="error", estimate=False, **limit)
    no_usage = answer(completion(usage=None)) if way.endswith("invoke") else say_hello
    gateway = Gateway(usage or no_usage)
    model = gateway.model()
    await ask(model, way, config={"callbacks": [costs]})
    with pytest.raises(CometAPIBudgetExceededError, match="of 1 of 1 requests"):
        await ask(model, way, config={"callbacks": [costs]})
    assert len(gateway.requests) == 1


def test_unknown_cost_may_be_ignored() -> None:
    costs = CostCallbackHandler(max_usd=1, unknown_cost="ignore", estimate=False)
    for _ in range(3):
        Gateway(reply()).model().invoke("Hi", config={"callbacks": [costs]})
    assert costs.total.unknown_cost == 3


def test_cost_that_is_unknown_without_a_limit_is_no_matter() -> None:
    costs = CostCallbackHandler(unknown_cost="error", estimate=False)
    for _ in range(3):
        Gateway(reply()).model().invoke("Hi", config={"callbacks": [costs]})
    assert costs.total.unknown_cost == 3


# -- arguments, copies, with -----------------------------------------------------------------------


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
