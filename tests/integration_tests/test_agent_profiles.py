"""What LangChain's agents and middleware do with the profile of each family, on the emulator."""

from __future__ import annotations

from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import pytest
from langchain.agents import create_agent
from langchain.agents.middleware import (
    ClearToolUsesEdit,
    ContextEditingMiddleware,
    SummarizationMiddleware,
)
from langchain_core.messages import AIMessage, AnyMessage, HumanMessage, ToolMessage
from langchain_core.tools import tool
from packaging.version import Version
from pydantic import BaseModel

from langchain_cometapi import ChatCometAPI
from langchain_cometapi._catalog.known import load_snapshot
from tests.integration_tests.agents import MODELS, run_agent

if TYPE_CHECKING:
    from langchain_cometapi.emulator import CometAPIEmulator

BY_SCHEMA = [
    *("gpt-4o-mini", "gpt-5-mini", "gpt-5.4-mini", "gpt-5.5", "gpt-5.5-pro", "gpt-5.6-sol"),
    *("gpt-6-astra", "gpt-6.1-sol", "o4-mini", "gemini-3.1-pro-preview", "gemini-3.8-flash"),
    *("kimi-k2.6", "kimi-k2.7-code", "kimi-k3", "grok-4.5", "grok-4.7", "mimo-v2.6-flash"),
    "doubao-seed-2.0-lite",
]
"""Models that take a schema in `response_format`, which agents then use."""
BY_TOOL = [
    *("gpt-5.4-pro", "claude-opus-5-5", "claude-sonnet-5-5", "claude-haiku-5-5"),
    *("deepseek-v4-flash", "deepseek-v4-pro", "deepseek-v4-flash-vision", "glm-5.2"),
    *("glm-5.3-flashx", "qwen3.7-max", "qwen3.8-max", "qwen4-max-preview", "mimo-v2.6-pro"),
]
"""Others, whose agents offer the schema as a tool."""

UNSERVED = {"cometapi-opus-4-6", "cometapi-sonnet-4-6", "gpt-4.1-mini"}
"""Of the snapshot, what the emulator does not serve."""

SNAPSHOT = {card.id for card in load_snapshot().values() if card.type == "text"}


class City(BaseModel):
    """A city."""

    name: str
    country: str
    population: int | None = None


@tool
def look_up(name: str) -> str:
    """Look up a city."""
    return f"{name} is in France."


def strategy_of(body: dict[str, Any]) -> str:
    """Return how a request asks for structured output."""
    if "response_format" in body or "format" in body.get("text", {}):
        return "schema"
    return "tool" if body.get("tool_choice") == "required" else "none"


@pytest.mark.parametrize("model_id", sorted(SNAPSHOT - UNSERVED))
def test_model_of_the_snapshot_answers_and_calls_tools_on_its_route(
    emulator: CometAPIEmulator, model_id: str
) -> None:
    model = ChatCometAPI(model=model_id)
    assert model.profile
    assert model.invoke("Hello").text
    assert model.profile.get("tool_calling", True)
    assert model.bind_tools([look_up]).invoke("Look up Paris.").tool_calls
    paths = {request.path for request in emulator.requests}
    route = "chat/completions" if model._choose_endpoint(model_id) == "chat" else "responses"
    assert paths == {f"/v1/{route}"}


async def find_strategies(emulator: CometAPIEmulator, model_id: str) -> list[str]:
    """Return how an agent asks for its output without tools and with one: in all its requests."""
    found = []
    for tools in ([], [look_up]):
        emulator.clear()
        agent = create_agent(ChatCometAPI(model=model_id), tools, response_format=City)
        state = await run_agent(agent, "ainvoke", "Look up Paris.")
        assert isinstance(state["structured_response"], City)
        assert len(emulator.requests) == 1 + len(tools)
        (strategy,) = {strategy_of(request.body) for request in emulator.requests}
        found.append(strategy)
    return found


@pytest.mark.parametrize(
    ("model_id", "strategy"),
    [*((one, "schema") for one in BY_SCHEMA), *((one, "tool") for one in BY_TOOL)],
)
async def test_agent_takes_a_strategy_that_works(
    emulator: CometAPIEmulator, model_id: str, strategy: str
) -> None:
    assert await find_strategies(emulator, model_id) == [strategy] * 2


IS_PINNED = pytest.mark.skipif(
    Version(version("langchain")) < Version("1.5"), reason="older versions have other names"
)


@IS_PINNED
@pytest.mark.parametrize(
    ("model_id", "without_tools", "with_tools"),
    [
        # It takes a schema beside tools (profile), but not by LangChain's test on the name.
        ("gemini-4-hydrogen", "schema", "tool"),
        # Their profile says no; LangChain's list of names says yes.
        ("claude-fable-5", "schema", "schema"),
        ("claude-opus-4-8", "schema", "schema"),
        ("claude-sonnet-4-6", "schema", "schema"),
    ],
)
async def test_agent_goes_by_the_name_where_langchain_does_today(
    emulator: CometAPIEmulator, model_id: str, without_tools: str, with_tools: str
) -> None:
    assert await find_strategies(emulator, model_id) == [without_tools, with_tools]


# -- summaries and context -----------------------------------------------------------------------


def talk(turns: int) -> list[AnyMessage]:
    words = "Paris is the capital of France and has many museums. " * 8
    kinds: list[Any] = [HumanMessage, AIMessage] * turns
    return [*(kind(words) for kind in kinds), HumanMessage("And then?")]


def is_summary(message: AnyMessage) -> bool:
    return message.additional_kwargs.get("lc_source") == "summarization"


@pytest.mark.parametrize("model_id", MODELS)
async def test_summarization_by_fractions_of_the_context_works(model_id: str) -> None:
    model = ChatCometAPI(model=model_id)
    assert model.profile is not None
    context = model.profile["max_input_tokens"]
    middleware: Any = SummarizationMiddleware(
        model, trigger=("fraction", 1500 / context), keep=("fraction", 400 / context)
    )
    agent = create_agent(model, [], middleware=[middleware])
    state = await run_agent(agent, "ainvoke", talk(turns=1))
    assert [is_summary(message) for message in state["messages"]] == [False] * 4
    state = await run_agent(agent, "ainvoke", talk(turns=10))
    assert [is_summary(message) for message in state["messages"]][:2] == [True, False]
    assert 3 <= len(state["messages"]) < 10


@pytest.mark.parametrize("model_id", ["gpt-5.4-mini", "gpt-6-astra", "claude-sonnet-5-5"])
async def test_summarization_trusts_the_tokens_that_a_message_of_the_model_reports(
    model_id: str,
) -> None:
    model = ChatCometAPI(model=model_id)
    middleware: Any = SummarizationMiddleware(
        model, trigger=("tokens", 1_000_000), keep=("messages", 1)
    )
    agent = create_agent(model, [], middleware=[middleware])
    reported = await model.ainvoke("Hi")
    assert reported.usage_metadata is not None
    assert reported.response_metadata["model_provider"] == model._get_ls_params()["ls_provider"]
    for tokens, summarized in ((2_000_000, True), (10, False)):
        usage = {**reported.usage_metadata, "total_tokens": tokens}
        turn = reported.model_copy(update={"usage_metadata": usage})
        history = [HumanMessage("Hi"), turn, HumanMessage("And then?")]
        state = await run_agent(agent, "ainvoke", history)
        assert is_summary(state["messages"][0]) is summarized


def history_with_results(number: int) -> list[AnyMessage]:
    messages: list[AnyMessage] = [HumanMessage("Look up some cities.")]
    for index in range(number):
        call = {"name": "look_up", "args": {"name": "Paris"}, "id": f"call_{index:024x}"}
        result = ToolMessage("Paris is in France. " * 40, tool_call_id=call["id"], name="look_up")
        messages += [AIMessage("", tool_calls=[call]), result]
    return [*messages, AIMessage("Paris is in France."), HumanMessage("Thanks. And then?")]


@pytest.mark.parametrize(
    ("model_id", "method"),
    [*((model_id, "model") for model_id in MODELS), ("gpt-5.4-mini", "approximate")],
)
async def test_context_editing_clears_old_results(
    emulator: CometAPIEmulator, model_id: str, method: Any
) -> None:
    edit = ClearToolUsesEdit(trigger=400, keep=1)
    middleware: Any = ContextEditingMiddleware(edits=[edit], token_count_method=method)
    agent = create_agent(ChatCometAPI(model=model_id), [look_up], middleware=[middleware])
    for number, cleared in ((1, 0), (4, 3)):
        emulator.clear()
        await run_agent(agent, "ainvoke", history_with_results(number))
        assert str(emulator.requests[0].body).count("[cleared]") == cleared
