"""The cost of a response and its parts, in USD, wherever a gateway writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from langchain_core.messages import HumanMessage

from langchain_cometapi import CometAPILLM
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

SAID: dict[str, tuple[dict[str, Any], float | None, dict[str, float] | None]] = {
    "number": ({"cost": 0.0021}, 0.0021, None),
    "whole number": ({"cost": 2}, 2.0, None),
    "nothing": ({"cost": 0}, 0.0, None),
    "text": ({"cost": " 1.5e-3 "}, 0.0015, None),
    "another name": ({"total_cost": 0.1}, 0.1, None),
    "object": (
        {"cost": {"input": 0.1, "output": 0.2, "total": 0.3}},
        0.3,
        {"input": 0.1, "output": 0.2},
    ),
    "parts that are all": (
        {"prompt_cost": 0.1, "completion_cost": "0.2"},
        0.1 + 0.2,
        {"input": 0.1, "output": 0.2},
    ),
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
        None,
    ),
    "ticks": ({"cost_in_usd_ticks": 37756000}, 0.0037756, None),
    "US dollars": ({"cost": {"currency": "usd", "total_cost": 0.1}}, 0.1, None),
    "another currency": ({"cost": {"currency": "CNY", "total_cost": 0.1}}, None, None),
    "another currency of all": ({"cost": 0.1, "currency": "EUR"}, None, None),
    "null": ({"cost": None, "cost_details": None}, None, None),
    "negative": ({"cost": -0.1}, None, None),
    "negative text": ({"cost": "-0.1"}, None, None),
    "not a number": ({"cost": float("nan")}, None, None),
    "infinite": ({"cost": float("inf")}, None, None),
    "infinite text": ({"cost": "1e999"}, None, None),
    "huge": ({"cost": 1e300}, None, None),
    "huge whole number": ({"cost": 10**400}, None, None),
    "boolean": ({"cost": True}, None, None),
    "words": ({"cost": "free"}, None, None),
    "list": ({"cost": [0.1], "cost_details": [0.1]}, None, None),
    "good one after a bad one": ({"cost": "n/a", "total_cost": 0.1}, 0.1, None),
}


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


def _check(metadata: dict[str, Any], cost: float | None, details: dict[str, float] | None) -> None:
    assert metadata.get("cost") == cost
    assert metadata.get("cost_details") == details
    assert ("cost" in metadata) is (cost is not None)
    assert ("cost_details" in metadata) is (details is not None)
    assert isinstance(metadata.get("cost", 0.0), float)


@all_ways
@pytest.mark.parametrize("model", ["gpt-5.4-mini", "gpt-6-astra"])
@pytest.mark.parametrize("name", SAID)
async def test_cost_in_the_usage_is_in_the_metadata_once(name: str, model: str, way: str) -> None:
    usage, cost, details = SAID[name]
    gateway = Gateway(lambda request: _reply(request, usage, {}))
    message = await ask(gateway.model(model), way)
    _check(message.response_metadata, cost, details)
    assert message.text == "Hello"
    assert (
        usage.items() <= message.response_metadata["token_usage"].items() or name == "not a number"
    )


@all_ways
@pytest.mark.parametrize("model", ["gpt-5.4-mini", "gpt-6-astra"])
@pytest.mark.parametrize(
    "name", ["number", "text", "object", "parts that may overlap", "negative", "huge"]
)
async def test_cost_beside_the_usage_is_in_the_metadata_once(
    name: str, model: str, way: str
) -> None:
    fields, cost, details = SAID[name]
    gateway = Gateway(lambda request: _reply(request, {}, fields))
    _check((await ask(gateway.model(model), way)).response_metadata, cost, details)


@all_ways
async def test_cost_in_the_usage_wins_over_one_beside_it(way: str) -> None:
    gateway = Gateway(lambda request: _reply(request, {"cost": 0.1}, {"cost": 0.2}))
    assert (await ask(gateway.model(), way)).response_metadata["cost"] == 0.1


# -- results of several prompts, and of LLMs -----------------------------------------------------

PARTS = {"cost": 0.25, "cost_details": {"input_cost": 0.05, "output_cost": 0.2}}
SUMMED = {"cost": 0.5, "cost_details": {"input": 0.1, "output": 0.4}}


@pytest.mark.parametrize("kind", [CometAPILLM, None])
async def test_cost_of_several_prompts_is_summed_in_the_output(kind: Any) -> None:
    gateway = Gateway(lambda request: _reply(request, PARTS, {}))
    model = gateway.model() if kind is None else gateway.make(kind, model="gpt-5.4-mini")
    prompts: Any = ["a", "b"] if kind else [[HumanMessage("a")], [HumanMessage("b")]]
    for result in (model.generate(prompts), await model.agenerate(prompts)):
        output = result.llm_output or {}
        assert {name: output[name] for name in SUMMED} == SUMMED
        assert output["token_usage"]["cost"] == 0.5
        assert len(gateway.requests) in (2, 4)


@pytest.mark.parametrize("kind", [CometAPILLM, None])
def test_cost_is_not_summed_where_one_is_unknown(kind: Any) -> None:
    replies = iter([PARTS, {}])
    gateway = Gateway(lambda request: _reply(request, next(replies), {}))
    model = gateway.model() if kind is None else gateway.make(kind, model="gpt-5.4-mini")
    if kind:
        model.max_concurrency = 1
    prompts: Any = ["a", "b"] if kind else [[HumanMessage("a")], [HumanMessage("b")]]
    output = model.generate(prompts).llm_output
    assert output is not None
    assert not {"cost", "cost_details"} & output.keys()


@pytest.mark.parametrize("streaming", [False, True])
async def test_cost_is_in_the_generation_info_and_the_output_of_an_llm(streaming: bool) -> None:
    gateway = Gateway(lambda request: _reply(request, PARTS, {}))
    llm = gateway.make(CometAPILLM, model="gpt-5.4-mini", streaming=streaming)
    wanted = {"cost": 0.25, "cost_details": {"input": 0.05, "output": 0.2}}
    for result in (llm.generate(["Hi"]), await llm.agenerate(["Hi"])):
        info = result.generations[0][0].generation_info or {}
        for described in (info, result.llm_output or {}):
            assert {name: described.get(name) for name in wanted} == wanted


@pytest.mark.parametrize("way", ["invoke", "stream"])
async def test_second_choice_has_no_cost_wherever_it_is_written(way: str) -> None:
    body = completion("a", cost=0.1)
    body["choices"].append({**body["choices"][0], "index": 1})
    as_events = stream(
        chunk("a", "stop", cost=0.1),
        {
            **chunk(cost=0.1),
            "choices": [{"index": 1, "delta": {"content": "b"}, "finish_reason": "stop"}],
        },
    )
    reply = answer(body) if way == "invoke" else as_events
    result = Gateway(reply).model(n=2).generate([[HumanMessage("Hi")]])
    first, second = (g.message.response_metadata for g in result.generations[0])  # type: ignore[union-attr]
    assert first["cost"] == 0.1
    assert "cost" not in second
