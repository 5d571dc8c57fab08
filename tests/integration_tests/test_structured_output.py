"""Structured output of agents and models of every family, on the strict emulator.

The emulator refuses a forced tool choice while a model thinks, as the vendors do. Requests are
counted: an agent that gets no call asks again, up to its limit, and each request is billed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from langchain.agents import create_agent
from langchain.agents.structured_output import ProviderStrategy, ToolStrategy
from langchain_core.tools import tool
from pydantic import BaseModel, field_validator

from langchain_cometapi import ChatCometAPI, CometAPIUnsentRequestError
from langchain_cometapi._vendors.registry import get_vendor
from tests.integration_tests.callers import SYNC

if TYPE_CHECKING:
    from langchain_cometapi.emulator import CometAPIEmulator

MODELS = [
    "gpt-5.4-mini",
    "gpt-5.5",
    "claude-sonnet-5-5",
    "claude-haiku-4-5",
    "gemini-3.8-flash",
    "deepseek-v4-pro",
    "qwen3.8-max",
    "kimi-k2.6",
    "kimi-k2.7-code",
    "kimi-k3",
    "glm-5.3",
    "grok-4.7",
    "mimo-v2.6-pro",
    "doubao-seed-2.0-lite",
]
THINKING_OFF = {
    "deepseek-v4-pro": ("thinking", {"type": "disabled"}),
    "kimi-k2.6": ("thinking", {"type": "disabled"}),
    "qwen3.8-max": ("enable_thinking", False),
}
PROMPT = "Oslo has 717710 inhabitants. What is the weather in Oslo?"
WAYS = ("invoke", "stream", "ainvoke", "astream")


def refuse_first(names: list[str]) -> type[BaseModel]:
    """Return a class whose first instance is refused; it records the names that it is asked for."""

    class Picky(BaseModel):
        """A city that is refused at first."""

        name: str

        @field_validator("name")
        @classmethod
        def _refuse_once(cls, name: str) -> str:
            names.append(name)
            if len(names) == 1:
                msg = "write it again"
                raise ValueError(msg)
            return name

    return Picky


class City(BaseModel):
    """A city and its inhabitants."""

    name: str
    inhabitants: int


OSLO = City(name="Oslo", inhabitants=717710)


@tool
def get_weather(city: str) -> str:
    """Get the weather in a city."""
    return f"4 degrees in {city}"


async def _run(agent: Any, way: str) -> dict[str, Any]:
    """Return the last state of an agent that is called in one of the four ways."""
    question = {"messages": [("user", PROMPT)]}
    config = {"recursion_limit": 12}
    if way == "invoke":
        state = agent.invoke(question, config)
    elif way == "ainvoke":
        state = await agent.ainvoke(question, config)
    elif way == "stream":
        *_, (_, state) = agent.stream(question, config, stream_mode=["messages", "values"])
    else:
        stream = agent.astream(question, config, stream_mode=["messages", "values"])
        *_, (_, state) = [part async for part in stream]
    result: dict[str, Any] = state
    return result


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("tools", [[], [get_weather]], ids=["alone", "with tools"])
@pytest.mark.parametrize("model_id", MODELS)
async def test_agent_ends_with_its_output(
    emulator: CometAPIEmulator, model_id: str, tools: list[Any], way: str
) -> None:
    agent = create_agent(ChatCometAPI(model=model_id), tools=tools, response_format=City)
    state = await _run(agent, way)
    assert state["structured_response"] == OSLO
    bodies = [request.body for request in emulator.requests]
    assert len(bodies) == 1 + len(tools)
    for body in bodies:
        forced = body.get("tool_choice") == "required"
        assert forced or body["response_format"]["type"] == "json_schema"
        if forced and model_id in THINKING_OFF:
            name, off = THINKING_OFF[model_id]
            assert body[name] == off


@pytest.mark.parametrize("tools", [[], [get_weather]], ids=["alone", "with tools"])
@pytest.mark.parametrize("model_id", ["deepseek-v4-pro", "qwen3.8-max", "kimi-k2.6", "kimi-k3"])
async def test_agent_with_a_tool_strategy_ends_with_its_output(
    emulator: CometAPIEmulator, model_id: str, tools: list[Any]
) -> None:
    model = ChatCometAPI(model=model_id)
    agent: Any = create_agent(model, tools=tools, response_format=ToolStrategy(City))
    assert (await _run(agent, "invoke"))["structured_response"] == OSLO
    assert len(emulator.requests) == 1 + len(tools)


async def test_agent_of_a_model_that_always_thinks_sends_nothing_it_would_refuse(
    emulator: CometAPIEmulator,
) -> None:
    model = ChatCometAPI(model="kimi-k2.7-code")
    agent: Any = create_agent(model, tools=[], response_format=ToolStrategy(City))
    with pytest.raises(ValueError, match=r"cannot be switched off\. .*ProviderStrategy"):
        await _run(agent, "invoke")
    assert emulator.requests == []
    agent = create_agent(model, tools=[], response_format=ProviderStrategy(City))
    assert (await _run(agent, "invoke"))["structured_response"] == OSLO


@pytest.mark.filterwarnings("ignore::langchain_cometapi.CometAPIParameterWarning")
@pytest.mark.parametrize("thinking", [{"type": "enabled", "budget_tokens": 1024}, None])
@pytest.mark.parametrize("model_id", ["claude-sonnet-5-5", "claude-opus-5"])
async def test_claude_with_thinking_on_is_forced_without_it(
    emulator: CometAPIEmulator, model_id: str, thinking: dict[str, Any] | None
) -> None:
    asked: Any = {"extra_body": {"thinking": thinking}} if thinking else {"reasoning_effort": "low"}
    model = ChatCometAPI(model=model_id, **asked)
    if thinking:  # which is on the native route alone
        with pytest.raises(CometAPIUnsentRequestError, match="Use `ChatCometAPIAnthropic`"):
            model.bind_tools([get_weather]).invoke(PROMPT)
    agent = create_agent(model, tools=[get_weather], response_format=City)
    assert (await _run(agent, "invoke"))["structured_response"] == OSLO
    assert model.with_structured_output(City).invoke(PROMPT) == OSLO
    forced = [request.body for request in emulator.requests]
    assert [body.keys() & {"thinking", "reasoning_effort"} for body in forced] == [set()] * 3


@pytest.mark.parametrize("model_id", MODELS)
@pytest.mark.parametrize("way", WAYS)
async def test_structured_model_returns_its_output(
    emulator: CometAPIEmulator, model_id: str, way: str
) -> None:
    raw: Any = ChatCometAPI(model=model_id).with_structured_output(City, include_raw=True)
    if way in SYNC:
        outputs = [raw.invoke(PROMPT)] if way == "invoke" else list(raw.stream(PROMPT))
    else:
        outputs = [await raw.ainvoke(PROMPT)] if way == "ainvoke" else []
        outputs = outputs or [part async for part in raw.astream(PROMPT)]
    merged = outputs[0]
    for part in outputs[1:]:
        merged += part
    assert merged["parsed"] == OSLO
    assert merged["parsing_error"] is None
    assert len(emulator.requests) == 1


@pytest.mark.parametrize("method", [None, "json_schema", "function_calling"])
@pytest.mark.parametrize("model_id", [*MODELS, "gpt-6-astra"])
async def test_output_is_repaired_in_a_conversation_that_the_family_takes(
    emulator: CometAPIEmulator, model_id: str, method: Any
) -> None:
    names: list[str] = []
    picky = refuse_first(names)
    model = ChatCometAPI(model=model_id)
    raw: Any = model.with_structured_output(picky, method=method, max_repairs=1, include_raw=True)
    if method == "json_schema" and get_vendor(model_id).json_schema is False:
        with pytest.raises(ValueError, match="`with_structured_output"):
            raw.invoke(PROMPT)
        assert emulator.requests == []
        return
    if method == "function_calling" and model_id == "kimi-k2.7-code":
        with pytest.raises(ValueError, match="cannot be switched off"):
            raw.invoke(PROMPT)
        return
    output = raw.invoke(PROMPT)
    assert output["parsed"].name == names[-1]
    assert output["raw"].response_metadata["attempts"] == 2
    assert len(emulator.requests) == 2
    names.clear()
    chunks = [part async for part in raw.astream(PROMPT)]
    assert [part["parsed"] for part in chunks if "parsed" in part][-1].name == names[-1]
    assert len(emulator.requests) == 4
