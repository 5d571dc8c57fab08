"""The body of a request, and `explain()`, which shows it with what the vendor's rules changed."""

from __future__ import annotations

import json
from typing import Any

import pytest
from langchain_core.load import dumpd
from langchain_core.messages import (
    AIMessage,
    HumanMessage,
    SystemMessage,
    ToolMessage,
)

from langchain_cometapi._chat.request.parameter_warnings import LOSSY
from tests.support import (
    KEY,
    City,
    Gateway,
    amerge,
    get_weather,
    merge,
    name_lost,
    record_losses,
)

# -- bodies ------------------------------------------------------------------------------------


PLAIN = {"model": "gpt-5.4-mini", "messages": [{"role": "user", "content": "Hi"}]}


async def test_body_without_settings_is_model_and_messages(gateway: Gateway) -> None:
    model = gateway.model()
    model.invoke("Hi")
    await model.ainvoke("Hi", stop=[])
    merge(model.stream("Hi"))
    await amerge(model.astream("Hi"))
    merge(gateway.model(stream_usage=False).stream("Hi"))
    streamed = {**PLAIN, "stream": True, "stream_options": {"include_usage": True}}
    assert gateway.bodies == [PLAIN, PLAIN, streamed, streamed, {**PLAIN, "stream": True}]


def test_body_with_every_setting_of_chat_openai_has_them(gateway: Gateway) -> None:
    as_passed: dict[str, Any] = {
        "temperature": 0.5,
        "top_p": 0.9,
        "seed": 1,
        "logprobs": True,
        "top_logprobs": 2,
        "presence_penalty": 0.1,
        "frequency_penalty": 0.2,
        "reasoning_effort": "none",
        "verbosity": "low",
        "service_tier": "flex",
        "store": False,
        "modalities": ["text"],
    }
    gateway.model(
        "some-new-thing",  # an unknown model is sent what the user wrote
        **as_passed,
        max_completion_tokens=7,
        stop_sequences=["END"],
        logit_bias={1: 2},
        model_kwargs={"user": "u-1"},
        extra_body={"top_k": 3},
    ).invoke("Hi")
    others = {"max_tokens": 7, "stop": ["END"], "logit_bias": {"1": 2}, "user": "u-1", "top_k": 3}
    assert gateway.bodies == [{**PLAIN, "model": "some-new-thing", **as_passed, **others}]


def test_options_of_a_call_are_sent(gateway: Gateway) -> None:
    gateway.model().invoke(
        "Hi",
        model="claude-sonnet-5-5",
        max_completion_tokens=7,
        timeout=3,
        extra_query={"trace": "1"},
        extra_body={"top_k": 3},
    )
    assert gateway.bodies == [{**PLAIN, "model": "claude-sonnet-5-5", "max_tokens": 7, "top_k": 3}]
    request = gateway.requests[0]
    assert request.url.params["trace"] == "1"
    assert request.extensions["timeout"]["read"] == 3


# -- explain -----------------------------------------------------------------------------------


HISTORY = [
    SystemMessage("Rules", additional_kwargs={"__openai_role__": "developer"}),
    HumanMessage([{"type": "text", "text": "Hi", "cache_control": {"type": "ephemeral"}}]),
    AIMessage(
        [{"type": "thinking", "thinking": "Hmm.", "signature": "c2ln"}],
        tool_calls=[{"name": "get_weather", "args": {"city": "Köln"}, "id": "call_1"}],
    ),
    ToolMessage("Rain", tool_call_id="call_1"),
]


DROPPED = "temperature dropped, top_p dropped"


@pytest.mark.parametrize(
    ("model_id", "expected"),
    [
        ("gpt-5.4-mini", "max_tokens renamed, stop dropped, cache_control left out"),
        ("gpt-6-sol", f"max_tokens renamed, {DROPPED}, stop dropped, cache_control left out"),
        ("claude-opus-5", DROPPED),
        ("claude-sonnet-5-5", "top_p dropped"),
        ("gemini-3.8-flash", ""),
        ("deepseek-v4-pro", "thinking added, developer renamed"),
        ("kimi-k2.6", f"{DROPPED}, thinking added, developer renamed"),
        ("kimi-k3", f"{DROPPED}, developer renamed"),
        ("qwen3.8-max", "enable_thinking added, developer renamed"),
        ("some-new-thing", ""),
    ],
)
def test_explain_returns_what_invoke_sends(gateway: Gateway, model_id: str, expected: str) -> None:
    model = gateway.model(
        model_id,
        endpoint="chat",
        temperature=0.2,
        top_p=0.9,
        seed=7,
        extra_body={"custom": {"a": 1}},
        default_headers={"X-Mine": "sk-in-a-header"},
    )
    bound: Any = model.bind_tools([get_weather], tool_choice="any")
    kwargs = {**bound.kwargs, "max_tokens": 5}
    explained = model.explain(HISTORY, stop=["END"], **kwargs)
    assert gateway.requests == []
    with record_losses() as losses:
        model.invoke(HISTORY, stop=["END"], **kwargs)
    assert name_lost(losses) == [c.parameter for c in explained.changes if c.action in LOSSY]
    assert explained.body == gateway.bodies[0]
    assert (explained.method, explained.url) == ("POST", str(gateway.requests[0].url))
    assert ", ".join(f"{c.parameter} {c.action}" for c in explained.changes) == expected
    assert all(model_id in c.reason for c in explained.changes)
    assert KEY not in repr(explained)
    assert "sk-in-a-header" not in repr(explained)
    assert gateway.requests[0].headers["authorization"] == f"Bearer {KEY}"
    json.dumps(explained.body)


def test_explain_takes_what_invoke_takes(gateway: Gateway) -> None:
    model = gateway.model()
    for given in ("Hi", [("user", "Hi")], [{"role": "user", "content": "Hi"}], HumanMessage("Hi")):
        prompt: Any = [given] if isinstance(given, HumanMessage) else given
        assert model.explain(prompt).body["messages"] == [{"role": "user", "content": "Hi"}]
    other = model.explain("Hi", model="o3", temperature=0.5)
    assert other.body["model"] == "o3"
    assert [change.parameter for change in other.changes] == ["temperature"]
    assert model.explain("Hi").changes == ()


def test_explain_of_a_binding_includes_what_is_bound(gateway: Gateway) -> None:
    model = gateway.model("deepseek-v4-pro")
    bound: Any = model.bind_tools([get_weather], tool_choice="any").bind(seed=7)
    for asked in (bound, bound.with_config(tags=["t"]), bound.with_types(output_type=AIMessage)):
        explained = asked.explain("Hi")
        with record_losses():
            asked.invoke("Hi")
        assert explained.body == gateway.bodies[-1]
        assert explained.body["tools"][0]["function"]["name"] == "get_weather"
        assert (explained.body["tool_choice"], explained.body["seed"]) == ("required", 7)
        assert [c.parameter for c in explained.changes] == ["thinking"]
    assert bound.explain("Hi", seed=8).body["seed"] == 8
    assert dumpd(bound)["id"][-1] == "RunnableBinding"


@pytest.mark.parametrize("model_id", ["gpt-5.4-mini", "deepseek-v4-pro"])
@pytest.mark.parametrize("method", ["function_calling", "json_mode"])
def test_explain_of_structured_output_returns_its_request(
    gateway: Gateway, model_id: str, method: Any
) -> None:
    model = gateway.model(model_id)
    structured: Any = model.with_structured_output(City, method=method, include_raw=True)
    with record_losses():
        structured.invoke("Hi")
    assert structured.first.steps__["raw"].explain("Hi").body == gateway.bodies[0]


@pytest.mark.parametrize("streaming", [True, False])
def test_explain_of_a_stream_returns_what_stream_sends(gateway: Gateway, streaming: bool) -> None:
    options: dict[str, Any] = {"streaming": True} if streaming else {}
    model = gateway.model(**options)
    model.invoke("Hi")
    merge(model.stream("Hi"))
    merge(model.stream("Hi", stream_usage=False))
    whole, streamed, unmeasured = gateway.bodies
    assert model.explain("Hi").body == whole
    assert model.explain("Hi", stream=True).body == streamed
    assert streamed["stream_options"] == {"include_usage": True}
    assert model.explain("Hi", stream=True, stream_usage=False).body == unmeasured
    assert (whole == streamed) is streaming


def test_explain_with_a_query_has_its_names_in_the_url(gateway: Gateway) -> None:
    model = gateway.model(default_query={"a": "1", "b": "2"})
    query = {"c": "x y"}
    model.invoke("Hi", extra_query=query)
    merge(model.stream("Hi", extra_query=query))
    hidden = dict.fromkeys("abc", "REDACTED")
    sent = [str(request.url.copy_with(params=hidden)) for request in gateway.requests]
    asked = (model.explain("Hi", extra_query=query, stream=s) for s in (False, True))
    assert [explained.url for explained in asked] == sent


def test_explain_on_the_responses_route_returns_its_request(gateway: Gateway) -> None:
    model = gateway.model("gpt-5.4-pro")
    explained = model.explain("Hi")
    model.invoke("Hi")
    assert explained.body == gateway.bodies[0]
    assert explained.url == str(gateway.requests[0].url)
    assert explained.url.endswith("/v1/responses")
