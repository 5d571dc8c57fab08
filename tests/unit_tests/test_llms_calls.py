"""`CometAPILLM`: what tells two calls apart, and what belongs to whom."""

from __future__ import annotations

import asyncio
import copy
import json
from typing import TYPE_CHECKING, Any

import pytest
from langchain_core.caches import InMemoryCache

from langchain_cometapi import CometAPILLM
from tests.support import Gateway, answer, chunk, completion, stream

if TYPE_CHECKING:
    from langchain_cometapi._client.sdk import httpx

WAYS = ("invoke", "stream", "ainvoke", "astream")


def echo(request: httpx.Request) -> httpx.Response:
    body = json.loads(request.content)
    said = f"{body['messages'][-1]['content']}!"
    if body.get("stream"):
        return stream(chunk(said), chunk(finish_reason="stop"))
    return answer(completion(said))


def make(gateway: Gateway, **kwargs: Any) -> CometAPILLM:
    return gateway.make(CometAPILLM, **{"model": "gpt-4o", **kwargs})


async def ask(llm: Any, way: str, **kwargs: Any) -> str:
    if way == "invoke":
        return str(llm.invoke("Hi", **kwargs))
    if way == "stream":
        return "".join(llm.stream("Hi", **kwargs))
    if way == "ainvoke":
        return str(await llm.ainvoke("Hi", **kwargs))
    return "".join([text async for text in llm.astream("Hi", **kwargs)])


# -- the cache ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ({}, {"stop": ["."]}),
        ({"stop": ["."]}, {"stop": ["!"]}),
        ({"think_tags": False}, {"think_tags": True}),
        ({"system": "A"}, {"system": "B"}),
        ({"base_url": "https://a.example/v1"}, {"base_url": "https://b.example/v1"}),
    ],
)
def test_other_fields_are_other_answers(one: dict[str, Any], two: dict[str, Any]) -> None:
    cache, gateway = InMemoryCache(), Gateway(echo)
    for fields in (one, two, one, two):
        make(gateway, cache=cache, **fields).invoke("Hi")
    assert len(gateway.requests) == 2


async def test_other_secrets_are_other_answers_and_stay_secret() -> None:
    cache, gateway = InMemoryCache(), Gateway(echo)
    llm = make(gateway, cache=cache)
    for name in ("extra_query", "extra_headers"):
        for value in ("tenant-a", "tenant-b", "tenant-a"):
            secret: dict[str, Any] = {name: {"x-tenant": value}}
            llm.invoke("Hi", **secret)
            await llm.ainvoke("Hi", **secret)
    assert len(gateway.requests) == 4
    assert "tenant-" not in str(list(cache._cache))


def test_the_stop_of_the_model_is_traced() -> None:
    llm = make(Gateway(echo), stop=["END"])
    assert llm._get_ls_params()["ls_stop"] == ["END"]
    assert llm._get_ls_params(stop=["X"])["ls_stop"] == ["X"]


# -- what a call may set -----------------------------------------------------------------------


@pytest.mark.parametrize("way", WAYS)
async def test_fields_of_our_own_are_no_parameters(way: str) -> None:
    gateway = Gateway(echo)
    assert await ask(make(gateway), way, system="Be brief.", max_concurrency=2) == "Hi!"
    (body,) = gateway.bodies
    assert [message["role"] for message in body["messages"]] == ["system", "user"]
    assert not {"system", "max_concurrency", "streaming"} & body.keys()


async def test_streaming_for_one_call() -> None:
    gateway = Gateway(echo)
    llm = make(gateway)
    for streaming in (True, False):
        await ask(llm, "invoke", streaming=streaming)
        await ask(llm, "ainvoke", streaming=streaming)
    assert [bool(body.get("stream")) for body in gateway.bodies] == [True, True, False, False]


@pytest.mark.parametrize("place", ["model_kwargs", "extra_body"])
@pytest.mark.parametrize("name", ["best_of", "suffix", "echo"])
def test_what_has_no_twin_has_none_anywhere(place: str, name: str) -> None:
    with pytest.raises(ValueError, match=f"`{name}` belongs to the legacy"):
        make(Gateway(echo), **{place: {name: 2}})


@pytest.mark.parametrize("name", ["extra_headers", "extra_query"])
def test_secrets_have_a_place_of_their_own(name: str) -> None:
    with pytest.raises(ValueError, match=r"Pass `default_(headers|query)` instead"):
        make(Gateway(echo), model_kwargs={name: {"x": "secret"}})


async def test_another_route_is_another_class() -> None:
    for way in WAYS:
        with pytest.raises(ValueError, match="`use_responses_api=True` to `ChatCometAPI`"):
            await ask(make(Gateway(echo), model="gpt-5.4-pro"), way)


# -- answers -----------------------------------------------------------------------------------


@pytest.mark.parametrize("streaming", [True, False])
async def test_a_refusal_is_kept(streaming: bool) -> None:
    said = {"role": "assistant", "content": None, "refusal": "No."}
    parts = stream(chunk({"refusal": "N"}), chunk({"refusal": "o."}), chunk(finish_reason="stop"))
    gateway = Gateway(parts if streaming else answer(completion(said)))
    llm = make(gateway, streaming=streaming)
    for result in (llm.generate(["Hi"]), await llm.agenerate(["Hi"])):
        (generation,) = result.generations[0]
        assert generation.text == ""
        assert (generation.generation_info or {})["refusal"] == "No."


def test_no_tokenizer_is_fetched() -> None:
    with pytest.raises(NotImplementedError, match="Set `custom_get_token_ids`"):
        make(Gateway(echo)).get_token_ids("Hi")
    own = make(Gateway(echo), custom_get_token_ids=lambda text: [len(text)])
    assert own.get_token_ids("Hi") == [2]


# -- clients -----------------------------------------------------------------------------------


def test_copies_and_changes_keep_clients_apart() -> None:
    llm = CometAPILLM(model="m", api_key="sk-test")
    other = copy.copy(llm)
    changed = llm.model_copy(update={"temperature": 0.1})
    models = [one._chat_model() for one in (llm, other, changed)]
    assert len({id(model._clients) for model in models}) == 3
    assert [one._chat_model() for one in (llm, other, changed)] == models  # and none is made anew
    first = models[0].root_client
    llm.temperature = 0.5
    assert llm._chat_model() is not models[0]
    assert llm._chat_model().root_client is first  # closing the model closes it


async def test_as_completed_has_the_limit_of_the_model() -> None:
    under_way, most = 0, 0

    class Slow(CometAPILLM):
        async def ainvoke(self, *_: Any, **__: Any) -> str:
            nonlocal under_way, most
            under_way += 1
            most = max(most, under_way)
            await asyncio.sleep(0)
            under_way -= 1
            return "Hi"

    llm = Slow(model="m", api_key="sk-test", max_concurrency=2)
    found = [pair async for pair in llm.abatch_as_completed(["Hi"] * 8)]
    assert sorted(found) == [(index, "Hi") for index in range(8)]
    assert most == 2
    plain = make(Gateway(echo), max_concurrency=2)
    assert sorted(plain.batch_as_completed(["a", "b", "c"])) == [(0, "a!"), (1, "b!"), (2, "c!")]
