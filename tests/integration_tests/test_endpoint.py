"""Which route a model is called on, against an emulator that knows for itself who answers where."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from langchain.agents import create_agent

from langchain_cometapi import ChatCometAPI, CometAPIError, CometAPILLM
from langchain_cometapi.emulator._rules.registry import MODELS
from tests.support import City, all_ways, ask

if TYPE_CHECKING:
    from langchain_cometapi.emulator import CometAPIEmulator

CHAT_MODELS = [row.id for row in MODELS.values() if row.kind == "text" and not row.rate_limited]


def get_weather(city: str) -> str:
    """Get the weather in a city."""
    return f"Rain in {city}"


def get_time(city: str) -> str:
    """Get the time in a city."""
    return f"Noon in {city}"


def get_population(city: str) -> int:
    """Get the number of inhabitants of a city."""
    return len(city) * 100_000


@all_ways
async def test_every_model_of_the_catalogue_answers_without_a_word_of_its_route(
    emulator: CometAPIEmulator, way: str
) -> None:
    for model_id in CHAT_MODELS:
        for kind in (ChatCometAPI, CometAPILLM):
            model: Any = kind(model=model_id, max_retries=0)
            answer = await ask(model, way)
            assert answer if kind is CometAPILLM else answer.text, model_id
    assert emulator.requests


@pytest.mark.parametrize("endpoint", ["chat", "responses"])
def test_route_that_does_not_serve_a_model_is_an_error_whose_advice_works(
    emulator: CometAPIEmulator, endpoint: Any
) -> None:
    other: Any = "responses" if endpoint == "chat" else "chat"
    refused = set()
    for model_id in CHAT_MODELS:
        try:
            ChatCometAPI(model=model_id, endpoint=endpoint, max_retries=0).invoke("Hi")
        except CometAPIError as error:
            assert f'pass `endpoint="{other}"`' in str(error), model_id  # noqa: PT017 - not all fail
            assert ChatCometAPI(model=model_id, endpoint=other).invoke("Hi").text
            refused.add(model_id)
    assert ("gpt-5.4-pro" in refused) is (endpoint == "chat")
    assert ("claude-sonnet-5-5" in refused) is (endpoint == "responses")
    assert "gpt-5.4" not in refused
    assert emulator.requests


@all_ways
async def test_tools_that_the_chat_route_refuses_work_as_the_error_advises(
    emulator: CometAPIEmulator, way: str
) -> None:
    refused = ChatCometAPI(model="gpt-6-sol", endpoint="chat", reasoning_effort="low")
    with pytest.raises(CometAPIError, match='pass `endpoint="responses"`') as raised:
        await ask(refused.bind_tools([get_weather]), way, "Weather in Oslo?")
    assert "not served" not in str(raised.value)
    advised = refused.model_copy(update={"endpoint": "responses"})
    message = await ask(advised.bind_tools([get_weather]), way, "Weather in Oslo?")
    assert message.tool_calls[0]["args"] == {"city": "Oslo"}
    assert emulator.requests[-1].path == "/v1/responses"


@pytest.mark.parametrize("fields", [{}, {"streaming": True}])
@pytest.mark.parametrize(
    "model_id",
    [
        *("gpt-6-astra", "gpt-6-sol", "gpt-5.4-pro", "gpt-5.4-mini", "claude-sonnet-5-5"),
        *("gemini-3.8-flash", "kimi-k3", "grok-4.5"),
    ],
)
async def test_same_agent_runs_on_every_family(
    emulator: CometAPIEmulator, model_id: str, fields: dict[str, Any]
) -> None:
    model = ChatCometAPI(model=model_id, max_retries=0, **fields)
    tools = [get_weather, get_time, get_population]
    agent: Any = create_agent(model, tools=tools, response_format=City)
    question = {"messages": [("user", "What is the weather in Oslo?")]}
    for state in (agent.invoke(question), await agent.ainvoke(question)):
        assert isinstance(state["structured_response"], City)
    pieces = [piece async for piece, _ in agent.astream(question, stream_mode="messages")]
    assert any(piece.type == "tool" for piece in pieces)
    assert any(getattr(piece, "tool_call_chunks", None) for piece in pieces)
    assert emulator.requests
