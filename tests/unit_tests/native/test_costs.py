"""What calls of the native classes have used and cost, and limits for both."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from langchain_core.caches import InMemoryCache

from langchain_cometapi import CometAPIBudgetExceededError, CostCallbackHandler, Spending, catalog
from langchain_cometapi.catalog import ModelCard
from tests.support import Gateway, all_ways, ask, messages
from tests.support.messages import USAGE, MessagesGateway, replies
from tests.unit_tests.native import gemini_gateway

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.native

CARD = ModelCard(id="m", input_price=1.0, cached_input_price=0.1, output_price=10.0, source="cache")
CREATION = {"ephemeral_5m_input_tokens": 4, "ephemeral_1h_input_tokens": 3}


@pytest.fixture(autouse=True)
def _usage(monkeypatch: pytest.MonkeyPatch) -> None:
    usage = {**USAGE, "cache_creation": CREATION, "output_tokens_details": {"thinking_tokens": 2}}
    monkeypatch.setattr(messages, "USAGE", usage)


def make_claude(**fields: Any) -> tuple[Any, Gateway]:
    gateway = MessagesGateway(replies())
    return gateway.claude(**fields), gateway


def make_gemini(**fields: Any) -> tuple[Any, Gateway]:
    gateway = Gateway(gemini_gateway.reply({"text": "Hel"}, {"text": "lo"}))
    return gemini_gateway.make(gateway, **fields), gateway


# What makes a model, its id, what it uses, and the least and the most that it costs in 1e-6 USD.
CASES: list[tuple[Callable[..., tuple[Any, Gateway]], str, Spending, tuple[float, float]]] = [
    (
        make_claude,
        "claude-sonnet-5-5",
        Spending(
            requests=1,
            input_tokens=50,  # with what was read from the cache and written to it
            cached_input_tokens=40,
            cache_creation_tokens=7,
            output_tokens=5,
            reasoning_tokens=2,
        ),
        (3 + 4 + 7 + 50, 3 + 4 + 14 + 50),
    ),
    (
        make_gemini,
        "gemini-3.8-flash",
        Spending(requests=1, input_tokens=12, output_tokens=34, reasoning_tokens=10),
        (12 + 340, 12 + 340),
    ),
]
every_class = pytest.mark.parametrize(("make", "model_id", "used", "bounds"), CASES)


@all_ways
@every_class
async def test_tokens_are_counted_and_the_cost_is_estimated(
    *, make: Any, model_id: str, used: Spending, bounds: tuple[float, float], way: str
) -> None:
    costs = CostCallbackHandler(prices=CARD)
    model, _ = make()
    message = await ask(model, way, config={"callbacks": [costs]})
    estimate = catalog.estimate_cost(message, prices=CARD)
    assert estimate is not None
    assert estimate.minimum == pytest.approx(bounds[0] * 1e-6)
    assert estimate.amount == pytest.approx(bounds[1] * 1e-6)
    assert costs.models.keys() == {model_id}
    assert replace(costs.total, estimated_cost=0.0) == used
    assert costs.total.cost == pytest.approx(estimate.amount)


@all_ways
@every_class
async def test_request_over_the_limit_is_not_sent(
    *,
    make: Any,
    model_id: str,
    used: Spending,
    bounds: tuple[float, float],
    way: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    for limit in ({"max_usd": bounds[1] * 1e-6}, {"max_tokens": used.total_tokens}):
        costs = CostCallbackHandler(prices=CARD, **limit)
        model, gateway = make()
        config = {"callbacks": [costs]}
        await ask(model, way, config=config)
        with pytest.raises(CometAPIBudgetExceededError) as caught:
            await ask(model, way, config=config)
        assert caught.value.model == model_id
        assert len(gateway.requests) == 1
        assert costs.total.requests == 1
    assert caplog.records == []


@pytest.mark.parametrize("way", ["invoke", "ainvoke"])
@every_class
async def test_response_of_langchains_cache_is_not_refused(
    *, make: Any, model_id: str, used: Spending, bounds: tuple[float, float], way: str
) -> None:
    """Whether there is a request to refuse, the class knows, and not the start of its run."""
    del model_id, bounds
    costs = CostCallbackHandler(max_tokens=used.total_tokens)
    model, gateway = make(cache=InMemoryCache())
    for _ in range(2):
        assert (await ask(model, way, config={"callbacks": [costs]})).text == "Hello"
    assert len(gateway.requests) == costs.total.requests == 1
