"""`ChatCometAPIAnthropic`: what it sends of Claude's features, and what it says of itself."""

from __future__ import annotations

import importlib
import sys
import warnings
from types import ModuleType
from typing import Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage, ToolMessage
from langchain_core.tools import tool
from pydantic import BaseModel

import langchain_cometapi
from langchain_cometapi import catalog
from langchain_cometapi._client.native_calls import current_call
from langchain_cometapi._client.sdk import httpx
from langchain_cometapi.exceptions import (
    CometAPIParameterWarning,
    CometAPIRetiredModelWarning,
    CometAPIUnsentRequestError,
)
from langchain_cometapi.native import ChatCometAPIAnthropic
from tests.support import KEY
from tests.support.calls import all_ways, ask
from tests.support.messages import (
    MODEL,
    REQUEST_ID,
    MessagesGateway,
    message,
    replies,
    text,
    tool_use,
)

pytestmark = pytest.mark.native

THINKING = {"type": "thinking", "thinking": "Paris, then.", "signature": "c2lnbmVk"}
OLDER = "claude-sonnet-4-6"


@tool
def city(name: str) -> str:
    """Return what is known of a city."""
    return f"{name} is large."


class City(BaseModel):
    """A city."""

    name: str


def sent(gateway: MessagesGateway) -> dict[str, Any]:
    """Return the body of the last request, without what each has."""
    body = gateway.bodies[-1]
    return {name: body[name] for name in body if name not in {"model", "messages", "stream"}}


# -- what LangChain asks ---------------------------------------------------------------------


@all_ways
async def test_message_has_the_vendor_the_gateway_and_the_request(way: str) -> None:
    answer = await ask(MessagesGateway(replies()).claude(), way)

    expected = {
        "model_provider": "anthropic",
        "gateway": "cometapi",
        "request_id": REQUEST_ID,
        "stop_reason": "end_turn",
        "model_name": MODEL,
    }
    assert answer.response_metadata.items() >= expected.items()
    assert answer.content == "Hello"
    assert answer.usage_metadata == {
        "input_tokens": 50,
        "output_tokens": 5,
        "total_tokens": 55,
        "input_token_details": {"cache_read": 40, "cache_creation": 7},
    }
    assert catalog.estimate_cost(answer) is not None


def test_profile_is_that_of_the_own_route() -> None:
    profile: Any = ChatCometAPIAnthropic(model=MODEL, api_key=KEY).profile

    assert profile["reasoning_output"] is True
    assert profile["structured_output"] is True
    assert profile["reasoning_effort_levels"]
    assert profile["max_output_tokens"] == 128_000


@pytest.mark.parametrize(
    ("arguments", "tokens"),
    [
        ({"model": MODEL}, 128_000),
        ({"model": "cometapi-opus-4-7"}, 128_000),
        ({"model": "claude-sonnet-4-6"}, 128_000),
        ({"model": "unknown-model"}, 4096),
        ({"model": MODEL, "max_tokens": 7}, 7),
        ({"model": MODEL, "max_tokens_to_sample": 8}, 8),
    ],
)
def test_max_tokens_are_those_of_the_profile(arguments: dict[str, Any], tokens: int) -> None:
    gateway = MessagesGateway(replies())

    gateway.claude(**arguments).invoke("Hi")

    assert sent(gateway) == {"max_tokens": tokens}


def test_copy_for_another_model_has_its_tokens_and_its_profile() -> None:
    gateway = MessagesGateway(replies())
    model = gateway.claude()
    other = model.model_copy(update={"model": "claude-haiku-4-5"})

    other.invoke("Hi")
    model.invoke("Hi", model="claude-haiku-4-5")
    gateway.claude(max_tokens=5).model_copy(update={"model": "claude-haiku-4-5"}).invoke("Hi")

    assert [body["max_tokens"] for body in gateway.bodies] == [64_000, 64_000, 5]
    assert model.max_tokens == 128_000
    assert other.profile["max_output_tokens"] == 64_000


def test_profile_knows_the_beta_for_a_longer_context() -> None:
    model = ChatCometAPIAnthropic(
        model="claude-sonnet-4-5", api_key=KEY, betas=["context-1m-2025-08-07"]
    )

    profile: Any = model.profile
    assert profile["max_input_tokens"] == 1_000_000


def test_profile_of_the_user_is_kept() -> None:
    model = ChatCometAPIAnthropic(model=MODEL, api_key=KEY, profile={"max_input_tokens": 5})

    assert model.model_copy().profile == {"max_input_tokens": 5}


def test_retired_model_warns() -> None:
    with pytest.warns(CometAPIRetiredModelWarning):
        ChatCometAPIAnthropic(model="claude-sonnet-4", api_key=KEY)


# -- features of Claude ------------------------------------------------------------------------


@all_ways
@pytest.mark.parametrize(
    ("arguments", "body"),
    [
        ({"thinking": {"type": "adaptive"}}, {"thinking": {"type": "adaptive"}}),
        (
            {"model": OLDER, "thinking": {"type": "enabled", "budget_tokens": 2048}},
            {"thinking": {"type": "enabled", "budget_tokens": 2048}},
        ),
        (
            {"effort": "low", "thinking": {"type": "adaptive", "display": "summarized"}},
            {
                "output_config": {"effort": "low"},
                "thinking": {"type": "adaptive", "display": "summarized"},
            },
        ),
        ({"model": OLDER, "temperature": 0.3, "top_k": 5}, {"temperature": 0.3, "top_k": 5}),
        ({"stop": ["END"]}, {"stop_sequences": ["END"]}),
        ({"extra_body": {"new_field": 1}}, {"new_field": 1}),
        ({"metadata": {"mine": "not sent"}}, {}),
        ({"service_tier": "standard_only"}, {"service_tier": "standard_only"}),
    ],
)
async def test_parameter_is_sent_as_it_is(
    arguments: dict[str, Any], body: dict[str, Any], way: str
) -> None:
    gateway = MessagesGateway(replies())

    await ask(gateway.claude(**{"model": MODEL, "max_tokens": 4096, **arguments}), way)

    assert sent(gateway) == {"max_tokens": 4096, **body}


@pytest.mark.parametrize(
    ("headers", "extra", "betas", "sent_betas"),
    [
        ({"anthropic-beta": "a-1"}, {}, ["b-1"], "a-1,b-1"),
        ({"Anthropic-Beta": "a-1, a-2"}, {}, ["b-1", "a-1"], "a-1,a-2,b-1"),
        ({"anthropic-beta": "a-1"}, {"anthropic-beta": "c-1"}, ["b-1"], "c-1,b-1"),
        ({}, {"anthropic-beta": "c-1", "x-own": "1"}, ["b-1"], "c-1,b-1"),
        ({"anthropic-beta": "a-1"}, {}, None, "a-1"),
    ],
)
def test_betas_of_a_header_stay(
    headers: dict[str, str], extra: dict[str, str], betas: list[str] | None, sent_betas: str
) -> None:
    gateway = MessagesGateway(replies())

    gateway.claude(default_headers=headers, betas=betas).invoke("Hi", extra_headers=extra)

    assert gateway.requests[0].headers["anthropic-beta"] == sent_betas
    assert gateway.requests[0].headers.get("x-own") == extra.get("x-own")


@all_ways
async def test_half_of_a_surrogate_pair_is_replaced(way: str) -> None:
    gateway = MessagesGateway(replies())

    await ask(gateway.claude(), way, "a \ud83d b")

    assert gateway.bodies[0]["messages"][0]["content"] == "a \ufffd b"


@all_ways
async def test_no_token_limit_in_a_call_is_that_of_the_profile(way: str) -> None:
    gateway = MessagesGateway(replies())

    await ask(gateway.claude("claude-haiku-4-5"), way, max_tokens=None)

    assert gateway.bodies[0]["max_tokens"] == 64_000


def test_high_token_limit_needs_no_stream() -> None:
    gateway = MessagesGateway(replies())
    gateway.claude(max_tokens=128_000).invoke("Hi")
    assert gateway.requests[0].extensions["timeout"]["read"] == 600


def test_request_id_may_be_in_the_header_of_the_vendor() -> None:
    response = httpx.Response(200, json=message(), headers={"request-id": "req_1"})
    answer = MessagesGateway(response).claude().invoke("Hi")
    assert answer.response_metadata["request_id"] == "req_1"


def test_version_of_the_api_may_be_set() -> None:
    gateway = MessagesGateway(replies())
    gateway.claude(default_headers={"anthropic-version": "2023-06-01"}).invoke("Hi")
    assert gateway.requests[0].headers.get_list("anthropic-version") == ["2023-06-01"]


@all_ways
async def test_betas_are_a_header_and_never_in_the_body(way: str) -> None:
    gateway = MessagesGateway(replies())
    model = gateway.claude(betas=["context-1m-2025-08-07"])

    await ask(model, way)
    await ask(model, way, betas=["other-2026-01-01", "more-2026-01-01"])

    headers = [request.headers["anthropic-beta"] for request in gateway.requests]
    assert headers == ["context-1m-2025-08-07", "other-2026-01-01,more-2026-01-01"]
    assert sent(gateway) == {"max_tokens": 128_000}


@all_ways
async def test_thinking_goes_through_a_tool_loop_with_its_signature(way: str) -> None:
    gateway = MessagesGateway(
        replies(THINKING, tool_use({"name": "Paris"}), stop_reason="tool_use"), replies()
    )
    model = gateway.claude(thinking={"type": "adaptive"}).bind_tools([city])
    history: list[Any] = [HumanMessage("Paris?")]

    call = await ask(model, way, history)
    await ask(model, way, [*history, call, ToolMessage("Large.", tool_call_id="toolu_1")])

    assert call.tool_calls[0]["args"] == {"name": "Paris"}
    assert gateway.bodies[1]["messages"][1]["content"] == [
        THINKING,
        {"type": "tool_use", "id": "toolu_1", "name": "city", "input": {"name": "Paris"}},
    ]


def test_marks_for_the_cache_are_sent() -> None:
    gateway = MessagesGateway(replies())
    mark = {"cache_control": {"type": "ephemeral", "ttl": "1h"}}

    gateway.claude().invoke(
        [SystemMessage([{**text("Long."), **mark}]), HumanMessage([{**text("Hi"), **mark}])]
    )

    assert gateway.bodies[0]["system"] == [{**text("Long."), **mark}]
    assert gateway.bodies[0]["messages"][0]["content"] == [{**text("Hi"), **mark}]


@all_ways
@pytest.mark.parametrize(
    ("method", "schema"),
    [
        ("function_calling", City),
        ("json_schema", City),
        ("json_schema", {**City.model_json_schema(), "additionalProperties": False}),
    ],
    ids=["function_calling", "json_schema", "json_schema of a dict"],
)
async def test_structured_output_is_that_of_the_parent(method: Any, schema: Any, way: str) -> None:
    block = text('{"name": "Paris"}')
    if method == "function_calling":
        block = {**tool_use({"name": "Paris"}), "name": "City"}
    gateway = MessagesGateway(replies(block, stop_reason="tool_use"))
    by_call = method == "function_calling"
    model = gateway.claude(OLDER if by_call else MODEL)  # the newer one takes no forced tool

    output = await ask(model.with_structured_output(schema, method=method), way)

    assert output == (City(name="Paris") if schema is City else {"name": "Paris"})
    assert ("tools" in gateway.bodies[0], "output_config" in gateway.bodies[0]) == (
        by_call,
        not by_call,
    )


# -- rules of rows -----------------------------------------------------------------------------


@all_ways
async def test_sampling_that_the_model_refuses_is_dropped_with_a_warning(way: str) -> None:
    gateway = MessagesGateway(replies())
    model = gateway.claude("claude-opus-4-8", temperature=0.2, top_k=3, max_tokens=9)

    with pytest.warns(CometAPIParameterWarning) as caught:
        await ask(model, way)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        await ask(model, way)  # it warns once

    assert [str(w.message).split("`")[1] for w in caught] == ["temperature", "top_k"]
    assert sent(gateway) == {"max_tokens": 9}
    changes = {(c.parameter, c.action) for c in model.explain("Hi").changes}
    assert changes == {("temperature", "dropped"), ("top_k", "dropped")}


def test_strict_params_make_it_an_error_and_without_the_parameter_it_works() -> None:
    gateway = MessagesGateway(replies())

    with pytest.raises(CometAPIUnsentRequestError, match="`temperature`"):
        gateway.claude("claude-opus-4-8", temperature=0.2, strict_params=True).invoke("Hi")
    gateway.claude("claude-opus-4-8", strict_params=True).invoke("Hi")

    assert len(gateway.requests) == 1


NO_JSON = {"name": "a", "description": "b", "input_schema": {"type": "object", "x": object()}}


@all_ways
@pytest.mark.parametrize(
    ("fields", "call", "match"),
    [
        ({}, {"timeout": "soon"}, "timeout"),
        ({}, {"timeout": -1}, "timeout"),
        ({}, {"extra_headers": {"a b": "1"}}, "extra_headers"),
        ({"model": "claude-haiku-4-5", "temperature": float("nan")}, {}, "`temperature`"),
        (
            {"model_kwargs": {"metadata": {"user_id": object()}}},
            {},
            r"`metadata`\['user_id'\]",
        ),
        ({"extra_body": {"more": {1.5, 2.5}}}, {}, "`more`"),
        ({}, {"tools": [NO_JSON]}, "serializable"),
        ({}, {"temperature": 0.5}, "`temperature` is not supported"),
        ({}, {"thinking": {"type": "enabled", "budget_tokens": 1024}}, "adaptive"),
        (
            {"model": OLDER},
            {"thinking": {"type": "adaptive"}, "tool_choice": {"type": "any"}},
            "forced",
        ),
        ({}, {"effort": "low", "tool_choice": {"type": "tool", "name": "x"}}, "forced"),
        ({}, {"unknown": 1}, "`unknown` is unknown"),
        ({}, {"context_management": {"edits": []}}, r"needs a beta \(`betas`\)"),
        ({"model": "gpt-5.4-mini"}, {}, "use `ChatCometAPI`"),
    ],
)
async def test_request_that_would_be_refused_is_not_sent(
    fields: dict[str, Any], call: dict[str, Any], match: str, way: str
) -> None:
    gateway = MessagesGateway(replies())

    with pytest.raises(CometAPIUnsentRequestError, match=match):
        await ask(gateway.claude(**fields), way, **call)

    assert gateway.requests == []


def test_explain_is_the_request_that_is_sent() -> None:
    gateway = MessagesGateway(replies())
    model = gateway.claude(OLDER, temperature=0.3, betas=["some-beta"]).bind_tools([city])
    bound: Any = model

    explained = bound.bound.explain("Hi", **bound.kwargs)
    model.invoke("Hi")

    assert explained.body == gateway.bodies[0]
    assert (explained.method, explained.url) == ("POST", str(gateway.requests[0].url))
    assert KEY not in repr(explained)


# -- streams -------------------------------------------------------------------------------------


async def test_call_is_current_only_while_the_sdk_works() -> None:
    model = MessagesGateway(replies()).claude()

    for _ in model.stream("Hi"):
        assert current_call.get() is None
    async for _ in model.astream("Hi"):
        assert current_call.get() is None
    await model.ainvoke("Hi")
    assert current_call.get() is None


@pytest.mark.parametrize("version", ["v0", "v1"])
@all_ways
async def test_content_blocks_are_standard(version: str, way: str) -> None:
    gateway = MessagesGateway(replies(THINKING, text("Paris."), stop_reason="end_turn"))
    model = gateway.claude(thinking={"type": "adaptive"}, output_version=version)

    answer: AIMessage = await ask(model, way)

    reasoning, answered = answer.content_blocks
    assert reasoning["type"] == "reasoning"
    assert reasoning["reasoning"] == "Paris, then."
    assert answered["type"] == "text"
    assert answered["text"] == "Paris."


@pytest.mark.parametrize("way", ["stream", "astream"])
async def test_thinking_that_was_not_asked_for_keeps_one_form_of_content(way: str) -> None:
    thinking = {**THINKING, "thinking": ""}  # as by default: newer models omit its text
    gateway = MessagesGateway(replies(thinking, text("Paris.")))

    answer = await ask(gateway.claude(), way)
    gateway.claude().invoke([HumanMessage("Hi"), answer, HumanMessage("And?")])

    assert answer.text == "Paris."
    assert [block["type"] for block in answer.content_blocks] == ["reasoning", "text"]
    assert gateway.bodies[1]["messages"][1]["content"] == [thinking, text("Paris.")]


# -- imports -------------------------------------------------------------------------------------


def test_class_is_importable_from_the_top_level() -> None:
    assert langchain_cometapi.ChatCometAPIAnthropic is ChatCometAPIAnthropic
    assert "ChatCometAPIAnthropic" in dir(langchain_cometapi)


def test_older_sdk_of_openai_is_an_error_with_advice(monkeypatch: pytest.MonkeyPatch) -> None:
    native = importlib.import_module("langchain_cometapi.native")
    monkeypatch.setattr("langchain_cometapi._client.sdk.httpx", ModuleType("httpx"))
    monkeypatch.delitem(vars(native), "ChatCometAPIAnthropic")

    with pytest.raises(ImportError, match=r'pip install -U "langchain-cometapi\[anthropic\]"'):
        _ = native.ChatCometAPIAnthropic

    assert "langchain_cometapi.native.anthropic" in sys.modules
