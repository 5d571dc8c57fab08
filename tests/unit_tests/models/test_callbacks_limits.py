"""The limit of a run ends it before the next request."""

from __future__ import annotations

import asyncio
import warnings
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.messages import AIMessage
from langchain_core.outputs import ChatGeneration, LLMResult
from langchain_core.tracers.run_collector import RunCollectorCallbackHandler

from langchain_cometapi import (
    CometAPIBudgetExceededError,
    CometAPIUnknownCostWarning,
    CostCallbackHandler,
)
from langchain_cometapi.catalog import ModelCard
from tests.support import (
    Gateway,
    all_ways,
    answer,
    ask,
    completion,
    get_weather,
    say_hello,
)
from tests.support.replies import Call
from tests.support.replies import reply as answer_with
from tests.unit_tests.models.cost_gateway import every_kind, make, reply

if TYPE_CHECKING:
    from langchain_cometapi._client.sdk import httpx

pytestmark = pytest.mark.usefixtures("waits")


@all_ways
@every_kind
@pytest.mark.parametrize(
    ("limit", "says"), [({"max_usd": 0.2}, "max_usd"), ({"max_tokens": 10}, "max_tokens")]
)
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


def test_estimates_and_reports_count_together() -> None:
    card = ModelCard(id="any", input_price=20000.0, output_price=20000.0)  # 0.1 USD for each
    costs = CostCallbackHandler(prices=card, max_usd=0.2)
    model = Gateway(reply(), reply(cost=0.1)).model()
    for _ in range(2):
        model.invoke("Hi", config={"callbacks": [costs]})
    with pytest.raises(CometAPIBudgetExceededError, match=r"0\.1 reported, 0\.1 estimated"):
        model.invoke("Hi", config={"callbacks": [costs]})


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
    """Call the tool again and again, for 5 tokens each time."""
    call = Call('{"city": "Paris"}', name="get_weather")
    response: httpx.Response = answer_with(request, call, finish_reason="tool_calls")
    return response


@all_ways
async def test_agent_is_stopped_at_the_limit(way: str) -> None:
    agents = pytest.importorskip("langchain.agents")
    costs = CostCallbackHandler(max_tokens=15)
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


@pytest.mark.parametrize(
    "arguments", [{"max_usd": 1, "unknown_cost": "ignore"}, {"unknown_cost": "error"}]
)
def test_unknown_cost_that_is_ignored_or_under_no_limit_refuses_nothing(
    arguments: dict[str, Any],
) -> None:
    costs = CostCallbackHandler(estimate=False, **arguments)
    for _ in range(3):
        Gateway(reply()).model().invoke("Hi", config={"callbacks": [costs]})
    assert costs.total.unknown_cost == 3
