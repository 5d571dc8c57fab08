"""Agents of every family on the strict emulator: they end, with the output that was asked for.

Requests are counted, as each is billed: no family needs more than `ChatOpenAI` needs for GPT, which
is one for the output and one for each round of tools or of `handle_errors`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from langchain.agents import create_agent
from langchain.agents.structured_output import (
    ProviderStrategy,
    StructuredOutputValidationError,
    ToolStrategy,
)
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI
from pydantic import BaseModel, SecretStr
from typing_extensions import TypedDict

from langchain_cometapi import ChatCometAPI, CometAPIUnsentRequestError
from langchain_cometapi._vendors.registry import get_vendor
from tests.integration_tests.agents import (
    MODELS,
    OSLO,
    PROMPT,
    City,
    get_weather,
    refuse_first,
    run_agent,
)

if TYPE_CHECKING:
    from langchain_cometapi.emulator import CometAPIEmulator

ALWAYS_THINKS = {"kimi-k2.7-code"}  # and so takes no forced choice
BY_TOOL = [model_id for model_id in MODELS if model_id not in ALWAYS_THINKS]
BY_FORMAT = [model_id for model_id in MODELS if get_vendor(model_id).json_schema is not False]
FEW = ["gpt-5.4-mini", "gpt-6-astra", "claude-sonnet-5-5", "deepseek-v4-pro"]
"""Of each route, and of families that take no schema or think."""

with_and_without_tools = pytest.mark.parametrize(
    "tools", [[], [get_weather]], ids=["alone", "with tools"]
)


class Country(BaseModel):
    """A country and its capital."""

    country: str
    capital: str


class CityDict(TypedDict):
    """A city and its inhabitants."""

    name: str
    inhabitants: int


@dataclass
class CityData:
    """A city and its inhabitants."""

    name: str
    inhabitants: int


SCHEMAS: list[Any] = [
    City,
    CityDict,
    CityData,
    {**City.model_json_schema(), "title": "City", "description": "A city and its inhabitants."},
]


def build_agent(model_id: str, response_format: Any, *tools: Any) -> Any:
    return create_agent(
        ChatCometAPI(model=model_id), tools=[*tools], response_format=response_format
    )


@with_and_without_tools
@pytest.mark.parametrize("strategy", [ProviderStrategy, ToolStrategy])
@pytest.mark.parametrize("model_id", MODELS)
async def test_strategy_ends_with_an_output(
    emulator: CometAPIEmulator, model_id: str, strategy: Any, tools: list[Any]
) -> None:
    agent = build_agent(model_id, strategy(City), *tools)
    if model_id not in (BY_FORMAT if strategy is ProviderStrategy else BY_TOOL):
        other = "Tool" if strategy is ProviderStrategy else "Provider"
        words = rf"(?i)use `with_structured_output.*`response_format={other}Strategy\(schema\)`"
        with pytest.raises(ValueError, match=words):
            await run_agent(agent, "invoke")
        assert emulator.requests == []
        return
    for number, way in enumerate(("invoke", "astream"), 1):
        assert (await run_agent(agent, way))["structured_response"] == OSLO
        assert len(emulator.requests) == number * (1 + len(tools))


@pytest.mark.parametrize(
    ("strategy", "tools"),
    # Without tools, it sends an empty list of them with a format, which is refused.
    [(ProviderStrategy, [get_weather]), (ToolStrategy, [get_weather]), (ToolStrategy, [])],
)
async def test_chat_openai_needs_as_many_requests(
    emulator: CometAPIEmulator, strategy: Any, tools: list[Any]
) -> None:
    model = ChatOpenAI(
        model="gpt-5.4-mini", base_url=emulator.base_url, api_key=SecretStr(emulator.api_key)
    )
    agent: Any = create_agent(model, tools=tools, response_format=strategy(City))
    assert (await run_agent(agent, "invoke"))["structured_response"] == OSLO
    assert len(emulator.requests) == 1 + len(tools)


@pytest.mark.parametrize("schema", SCHEMAS, ids=["class", "TypedDict", "dataclass", "dict"])
@pytest.mark.parametrize("model_id", FEW)
async def test_schema_of_each_kind_alone_is_enough(
    emulator: CometAPIEmulator, model_id: str, schema: Any
) -> None:
    output = (await run_agent(build_agent(model_id, schema), "astream"))["structured_response"]
    assert isinstance(output, dict) or type(output) is schema
    assert (output if isinstance(output, dict) else vars(output)) == OSLO.model_dump()
    assert len(emulator.requests) == 1


@with_and_without_tools
@pytest.mark.parametrize("model_id", FEW)
async def test_one_of_several_schemas_is_the_output(
    emulator: CometAPIEmulator, model_id: str, tools: list[Any]
) -> None:
    strategy: Any = ToolStrategy(City | Country)
    state = await run_agent(build_agent(model_id, strategy, *tools), "invoke")
    assert isinstance(state["structured_response"], City | Country)
    sent = [one.get("function", one)["name"] for one in emulator.requests[0].body["tools"]]
    assert {"City", "Country"} <= set(sent)
    assert len(emulator.requests) == 1 + len(tools)


@pytest.mark.parametrize(
    ("model_id", "handle_errors"),
    [
        *((model_id, True) for model_id in BY_TOOL),
        ("gpt-5.4-mini", "Try again, please."),
        ("gpt-5.4-mini", StructuredOutputValidationError),
    ],
)
async def test_error_of_an_output_is_handled_with_one_more_request(
    emulator: CometAPIEmulator, model_id: str, handle_errors: Any
) -> None:
    attempts: list[str] = []
    strategy: Any = ToolStrategy(refuse_first(attempts), handle_errors=handle_errors)
    state = await run_agent(build_agent(model_id, strategy), "invoke")
    assert state["structured_response"].name == attempts[1]
    assert [message.type for message in state["messages"]] == ["human", "ai", "tool", "ai", "tool"]
    assert len(emulator.requests) == 2


@tool
def get_area(city: str) -> str:
    """Get the area of a city."""
    return f"454 square kilometres in {city}"


@pytest.mark.parametrize("model_id", MODELS)
async def test_several_tools_and_a_schema_keep_a_valid_history(
    emulator: CometAPIEmulator, model_id: str
) -> None:
    agent = build_agent(model_id, City, get_weather, get_area)
    state = await run_agent(agent, "astream")
    assert state["structured_response"] == OSLO
    before = len(emulator.requests)
    follow_up = [*state["messages"], ("user", f"Once more. {PROMPT}")]
    assert (await run_agent(agent, "ainvoke", follow_up))["structured_response"] == OSLO
    assert len(emulator.requests) - before <= 3


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
    assert (await run_agent(agent, "invoke"))["structured_response"] == OSLO
    assert model.with_structured_output(City).invoke(PROMPT) == OSLO
    forced = [request.body for request in emulator.requests]
    assert [body.keys() & {"thinking", "reasoning_effort"} for body in forced] == [set()] * 3


SEEING = (
    *("gpt-5.4-mini", "o4-mini", "claude-sonnet-5-5", "gemini-3.8-flash"),
    *("deepseek-v4-flash-vision", "kimi-k3", "grok-4.5", "qwen3.7-plus", "mimo-v2.6-pro"),
)
"""A model of each family that reads images."""

PIXEL = "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
"""A GIF of one pixel."""


@tool
def picture(subject: str) -> list[dict[str, Any]]:
    """Draw a picture of a subject."""
    return [
        {"type": "text", "text": f"A picture of {subject}:"},
        {"type": "image", "base64": PIXEL, "mime_type": "image/gif"},
    ]


@pytest.mark.parametrize("model_id", SEEING)
async def test_agent_ends_when_a_tool_returned_an_image(model_id: str) -> None:
    state = await run_agent(
        create_agent(ChatCometAPI(model=model_id), [picture]), "ainvoke", "Draw a picture of a cat."
    )
    assert [message.type for message in state["messages"]] == ["human", "ai", "tool", "ai"]
    assert "picture returned" in state["messages"][-1].text
