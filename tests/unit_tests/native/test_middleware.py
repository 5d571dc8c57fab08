"""Middleware of LangChain that looks at what kind of model it has: each native class is seen."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from langchain.agents import create_agent
from langchain.agents.middleware import ModelFallbackMiddleware, SummarizationMiddleware
from langchain_anthropic import ChatAnthropic
from langchain_anthropic.middleware import AnthropicPromptCachingMiddleware
from langchain_google_genai import ChatGoogleGenerativeAI

from langchain_cometapi import ChatCometAPI
from langchain_cometapi._client.sdk import httpx
from tests.support import Gateway, answer, completion, get_weather
from tests.support.native import CALL, CLAUDE, each_protocol

if TYPE_CHECKING:
    from tests.support.native import Protocol

pytestmark = pytest.mark.native

CACHE_CONTROL = {"type": "ephemeral", "ttl": "5m"}
ASK = {"messages": [{"role": "user", "content": "What is the weather in Oslo?"}]}

each_way = pytest.mark.parametrize("way", ["invoke", "ainvoke"])


def whole(body: dict[str, Any], status: int = 200) -> httpx.Response:
    return httpx.Response(status, json=body)


async def run(agent: Any, way: str, state: Any = None) -> Any:
    asked = ASK if state is None else state
    return await agent.ainvoke(asked) if way == "ainvoke" else agent.invoke(asked)


@each_way
async def test_caching_middleware_marks_what_claude_is_sent(way: str) -> None:
    gateway = Gateway(whole(CLAUDE.body()), whole(CLAUDE.say("It rains.")))
    caching = AnthropicPromptCachingMiddleware(unsupported_model_behavior="raise")
    agent = create_agent(
        CLAUDE.make(gateway), [get_weather], system_prompt="Be short.", middleware=[caching]
    )
    state = await run(agent, way)
    assert state["messages"][-1].text == "It rains."
    assert len(gateway.bodies) == 2
    for body in gateway.bodies:
        assert body["cache_control"] == CACHE_CONTROL
        assert body["system"][-1]["cache_control"] == CACHE_CONTROL
        assert body["tools"][-1]["cache_control"] == CACHE_CONTROL
    thought = gateway.bodies[1]["messages"][1]["content"][0]
    assert thought == CLAUDE.body()["content"][0]


@each_way
@each_protocol
async def test_fallback_of_the_chat_route_is_sent_nothing_of_another_vendor(
    protocol: Protocol, way: str
) -> None:
    down = Gateway(whole(protocol.error(503, "Down"), 503))
    up = Gateway(answer(completion("It rains.")))
    caching = AnthropicPromptCachingMiddleware(unsupported_model_behavior="ignore")
    agent = create_agent(
        protocol.make(down),
        [get_weather],
        system_prompt="Be short.",
        middleware=[ModelFallbackMiddleware(up.model()), caching],
    )
    state = await run(agent, way)
    assert state["messages"][-1].text == "It rains."
    assert len(down.requests) == len(up.requests) == 1
    assert ("cache_control" in down.bodies[0]) is (protocol is CLAUDE)
    assert "cache_control" not in str(up.bodies[0])


@each_way
@each_protocol
async def test_native_class_is_a_fallback_and_answers(protocol: Protocol, way: str) -> None:
    error = {"error": {"message": "Down", "type": "server_error"}}
    down = Gateway(whole(error, 503))
    up = Gateway(whole(protocol.body()), whole(protocol.say("It rains.")))
    agent = create_agent(
        down.model(), [get_weather], middleware=[ModelFallbackMiddleware(protocol.make(up))]
    )
    state = await run(agent, way)
    assert state["messages"][1].tool_calls[0]["args"] == CALL["args"]
    assert state["messages"][-1].text == "It rains."
    assert (len(down.requests), len(up.requests)) == (2, 2)


@each_way
async def test_fallback_of_the_same_protocol_keeps_its_cache_marks(way: str) -> None:
    down = Gateway(whole(CLAUDE.error(529, "Overloaded"), 529))
    up = Gateway(whole(CLAUDE.say("It rains.")))
    caching = AnthropicPromptCachingMiddleware(unsupported_model_behavior="raise")
    fallback = ModelFallbackMiddleware(CLAUDE.make(up))
    agent = create_agent(CLAUDE.make(down), [get_weather], middleware=[fallback, caching])
    state = await run(agent, way)
    assert state["messages"][-1].text == "It rains."
    for body in (*down.bodies, *up.bodies):
        assert body["cache_control"] == body["tools"][-1]["cache_control"] == CACHE_CONTROL


@each_way
@each_protocol
async def test_summary_is_made_when_the_model_reports_so_many_tokens(
    protocol: Protocol, way: str
) -> None:
    """The middleware believes a report where the message's provider is that of the model."""
    gateway = Gateway(*(whole(protocol.say(text, 9000)) for text in ("First", "Sum", "Second")))
    model = protocol.make(gateway)
    middleware = SummarizationMiddleware(model, trigger=("tokens", 8000), keep=("messages", 1))
    agent = create_agent(model, [], middleware=[middleware])
    first = await run(agent, way)
    assert len(gateway.requests) == 1
    more = {"messages": [*first["messages"], {"role": "user", "content": "And now?"}]}
    second = await run(agent, way, more)
    assert len(gateway.requests) == 3
    assert [message.text for message in second["messages"]][1:] == ["And now?", "Second"]
    assert "Sum" in second["messages"][0].text
    assert "Sum" in str(gateway.bodies[2])


@each_protocol
def test_summary_is_made_at_a_part_of_the_context_window(protocol: Protocol) -> None:
    gateway = Gateway(*(whole(protocol.say(text)) for text in ("Sum", "Second")))
    model = protocol.make(gateway)
    window = model.profile["max_input_tokens"]
    long = "word " * (window // 2)
    middleware = SummarizationMiddleware(
        model, trigger=("fraction", 0.3), keep=("messages", 1), trim_tokens_to_summarize=None
    )
    agent: Any = create_agent(model, [], middleware=[middleware])
    history = [("user", long), ("ai", "Yes"), ("user", "And now?")]
    state = agent.invoke({"messages": history})
    assert len(gateway.requests) == 2
    assert state["messages"][-1].text == "Second"


@each_protocol
def test_model_is_known_by_the_names_of_its_parent_and_the_gateway_by_its_own(
    protocol: Protocol,
) -> None:
    model = protocol.make(Gateway(whole(protocol.say("Hi"))))
    kind, provider, package = (
        ("anthropic-chat", "anthropic", "langchain-anthropic")
        if protocol is CLAUDE
        else ("chat-google-generative-ai", "google_genai", "langchain-google-genai")
    )
    params = model._get_ls_params()
    assert (model._llm_type, params["ls_provider"], params["ls_gateway"]) == (
        kind,
        provider,
        "cometapi",
    )
    assert params["ls_model_name"] == protocol.model
    assert {package, "langchain-cometapi"} <= model.metadata["lc_versions"].keys()
    metadata = model.invoke("Hi").response_metadata
    assert (metadata["model_provider"], metadata["gateway"]) == (provider, "cometapi")
    assert isinstance(model, ChatAnthropic if protocol is CLAUDE else ChatGoogleGenerativeAI)
    assert ChatCometAPI not in type(model).__mro__
