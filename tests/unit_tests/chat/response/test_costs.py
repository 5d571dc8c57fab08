"""The cost of a response and its parts, in USD, wherever a gateway writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from langchain_core.messages import HumanMessage

from langchain_cometapi import ChatCometAPI, CometAPILLM
from langchain_cometapi._chat.response.costs import describe_cost
from tests.support import (
    USAGE_CHUNK,
    Gateway,
    all_ways,
    answer,
    ask,
    chunk,
    completion,
    respond,
    stream,
)
from tests.support.responses import RESPONSE_USAGE

if TYPE_CHECKING:
    from langchain_cometapi._client.sdk import httpx

USAGE: dict[str, int] = USAGE_CHUNK["usage"]  # type: ignore[assignment]

TWO_PARTS = {"input": 0.1, "output": 0.2}

# Fields with costs -> the cost, and its parts.
SAID: dict[str, tuple[dict[str, Any], float | None, dict[str, float]]] = {
    "whole number": ({"cost": 2}, 2.0, {}),
    "nothing": ({"cost": 0}, 0.0, {}),
    "text": ({"cost": " 1.5e-3 "}, 0.0015, {}),
    "another name": ({"total_cost": 0.1}, 0.1, {}),
    "object": ({"cost": {**TWO_PARTS, "total": 0.3}}, 0.3, TWO_PARTS),
    "parts that are all": ({"prompt_cost": 0.1, "completion_cost": "0.2"}, 0.1 + 0.2, TWO_PARTS),
    "parts that may overlap": (
        {"cost_details": {"input_cost": 0.2, "cached_input_cost": 0.1, "output_cost": 0.3}},
        None,
        {"input": 0.2, "cached_input": 0.1, "output": 0.3},
    ),
    "one part": ({"output_cost": 0.2}, None, {"output": 0.2}),
    "flat parts": (
        {
            "cost_usd_total": 0.4,
            "cost_usd_input": 0.1,
            "cost_usd_cached_input": 0.2,
            "cost_usd_output": 0.1,
        },
        0.4,
        {"input": 0.1, "cached_input": 0.2, "output": 0.1},
    ),
    "cache": (
        {"cost": 0.5, "cost_details": {"cache_read": 0.1, "cache_write": 0.2}},
        0.5,
        {"cached_input": 0.1, "cache_creation": 0.2},
    ),
    "parts on the bill of the vendor": (
        {"cost": 0.01, "is_byok": True, "cost_details": {"upstream_inference_prompt_cost": 0.2}},
        0.01,
        {},
    ),
    "US dollars": ({"cost": {"currency": "usd", "total_cost": 0.1}}, 0.1, {}),
    "another currency": ({"cost": {"currency": "CNY", "total_cost": 0.1}}, None, {}),
    "another currency of all": ({"cost": 0.1, "currency": "EUR"}, None, {}),
    "null": ({"cost": None, "cost_details": None}, None, {}),
    "negative": ({"cost": -0.1}, None, {}),
    "negative text": ({"cost": "-0.1"}, None, {}),
    "infinite": ({"cost": float("inf")}, None, {}),
    "infinite text": ({"cost": "1e999"}, None, {}),
    "huge": ({"cost": 1e300}, None, {}),
    "huge whole number": ({"cost": 10**400}, None, {}),
    "boolean": ({"cost": True}, None, {}),
    "list": ({"cost": [0.1], "cost_details": [0.1]}, None, {}),
    "good one after a bad one": ({"cost": "n/a", "total_cost": 0.1}, 0.1, {}),
}


@pytest.mark.parametrize(("fields", "cost", "details"), SAID.values(), ids=SAID)
def test_cost_is_known_where_it_can_be_one(
    fields: dict[str, Any], cost: float | None, details: dict[str, float]
) -> None:
    total = {} if cost is None else {"cost": cost}
    described = {**total, **({"cost_details": details} if details else {})}
    assert describe_cost(fields, {}) == describe_cost({}, fields) == described
    assert isinstance(described.get("cost", 0.0), float)


# -- on the wire ---------------------------------------------------------------------------------


def _reply(request: httpx.Request, usage: dict[str, Any], fields: dict[str, Any]) -> httpx.Response:
    """Reply with usage and top-level fields on whichever route is called, whole or streamed."""
    if request.url.path.endswith("/responses"):
        return respond(request, usage={**RESPONSE_USAGE, **usage}, **fields)
    if b'"stream":true' in request.content:
        return stream(
            chunk("Hel"),
            chunk("lo", "stop"),
            {**USAGE_CHUNK, "usage": {**USAGE, **usage}, **fields},
        )
    return answer(completion(usage={**USAGE, **usage}, **fields))


@all_ways
@pytest.mark.parametrize("model", ["gpt-5.4-mini", "gpt-6-astra"])
@pytest.mark.parametrize(("usage", "cost"), [({"cost": 0.1}, 0.1), ({}, 0.2)])
async def test_cost_in_the_usage_wins_over_one_beside_it(
    usage: dict[str, Any], cost: float, model: str, way: str
) -> None:
    gateway = Gateway(lambda request: _reply(request, usage, {"cost": 0.2}))
    message = await ask(gateway.model(model), way)
    assert message.response_metadata["cost"] == cost
    assert usage.items() <= message.response_metadata["token_usage"].items()


# -- results of several prompts, and of LLMs -----------------------------------------------------

PARTS = {"cost": 0.25, "cost_details": {"input_cost": 0.05, "output_cost": 0.2}}
SUMMED = {"cost": 0.5, "cost_details": {"input": 0.1, "output": 0.4}}


@pytest.mark.parametrize("kind", [ChatCometAPI, CometAPILLM])
async def test_cost_of_several_prompts_is_summed_where_all_are_known(kind: Any) -> None:
    replies = [PARTS] * 4 + [PARTS, {}]
    gateway = Gateway(lambda request: _reply(request, replies.pop(0), {}))
    model: Any = gateway.make(kind, model="gpt-5.4-mini")
    prompts: Any = ["a", "b"]
    if kind is ChatCometAPI:
        prompts = [[HumanMessage(prompt)] for prompt in prompts]
    for result in (model.generate(prompts), await model.agenerate(prompts)):
        output = result.llm_output or {}
        assert {name: output[name] for name in SUMMED} == SUMMED
        assert output["token_usage"]["cost"] == 0.5
        assert output["model_name"].startswith("gpt-5.4-mini")
    assert not SUMMED.keys() & (model.generate(prompts).llm_output or {}).keys()
    assert replies == []


@pytest.mark.parametrize("streaming", [False, True])
async def test_cost_is_in_the_generation_info_and_the_output_of_an_llm(streaming: bool) -> None:
    gateway = Gateway(lambda request: _reply(request, PARTS, {}))
    llm = gateway.make(CometAPILLM, model="gpt-5.4-mini", streaming=streaming)
    wanted = {"cost": 0.25, "cost_details": {"input": 0.05, "output": 0.2}}
    for result in (llm.generate(["Hi"]), await llm.agenerate(["Hi"])):
        info = result.generations[0][0].generation_info or {}
        for described in (info, result.llm_output or {}):
            assert {name: described.get(name) for name in wanted} == wanted


@pytest.mark.parametrize("streamed", [False, True])
def test_second_choice_has_no_cost_wherever_it_is_written(streamed: bool) -> None:
    body = completion("a", cost=0.1)
    body["choices"].append({**body["choices"][0], "index": 1})
    second = {"index": 1, "delta": {"content": "b"}, "finish_reason": "stop"}
    events = (chunk("a", "stop", cost=0.1), {**chunk(cost=0.1), "choices": [second]})
    reply = stream(*events) if streamed else answer(body)
    result = Gateway(reply).model(n=2).generate([[HumanMessage("Hi")]])
    costs = [g.message.response_metadata.get("cost") for g in result.generations[0]]  # type: ignore[union-attr]
    assert costs == [0.1, None]
