"""`create_agent` with each strategy of structured output, for every family, on the strict emulator.

Requests are counted: no family needs more than `ChatOpenAI` needs for GPT, which is one for the
output and one for each round of tools or of `handle_errors`.
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

from langchain_cometapi import ChatCometAPI
from langchain_cometapi._vendors.registry import get_vendor
from tests.integration_tests.test_structured_output import MODELS as _MODELS
from tests.integration_tests.test_structured_output import (
    PROMPT,
    WAYS,
    City,
    _run,
    get_weather,
    refuse_first,
)

if TYPE_CHECKING:
    from langchain_cometapi.emulator import CometAPIEmulator

MODELS = [*_MODELS, "gpt-6-astra", "gpt-4o-mini"]
ALWAYS_THINKS = {"kimi-k2.7-code"}  # and so takes no forced choice
BY_TOOL = [model_id for model_id in MODELS if model_id not in ALWAYS_THINKS]
BY_FORMAT = [model_id for model_id in MODELS if get_vendor(model_id).json_schema is not False]

OSLO = {"name": "Oslo", "inhabitants": 717710}


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


def _as_dict(output: Any) -> Any:
    if isinstance(output, BaseModel):
        return output.model_dump()
    return output if isinstance(output, dict) else vars(output)


def _count(emulator: CometAPIEmulator) -> int:
    return len(emulator.requests)


@pytest.mark.parametrize("tools", [[], [get_weather]], ids=["alone", "with tools"])
@pytest.mark.parametrize("strategy", [ProviderStrategy, ToolStrategy])
@pytest.mark.parametrize("model_id", MODELS)
async def test_strategy_ends_with_an_output(
    emulator: CometAPIEmulator, model_id: str, strategy: Any, tools: list[Any]
) -> None:
    known = BY_FORMAT if strategy is ProviderStrategy else BY_TOOL
    if model_id not in known:
        with pytest.raises(ValueError, match=r"(?i)use `with_structured_output"):
            await _run(
                create_agent(
                    ChatCometAPI(model=model_id), tools=tools, response_format=strategy(City)
                ),
                "invoke",
            )
        assert _count(emulator) == 0
        return
    for number, way in enumerate(WAYS, 1):
        agent: Any = create_agent(
            ChatCometAPI(model=model_id), tools=tools, response_format=strategy(City)
        )
        state = await _run(agent, way)
        assert state["structured_response"] == City(**OSLO)
        assert _count(emulator) == number * (1 + len(tools))


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
    assert (await _run(agent, "invoke"))["structured_response"] == City(**OSLO)
    assert _count(emulator) == 1 + len(tools)


@pytest.mark.parametrize("schema", SCHEMAS, ids=["class", "TypedDict", "dataclass", "dict"])
@pytest.mark.parametrize("model_id", MODELS)
async def test_schema_of_each_kind_alone_is_enough(
    emulator: CometAPIEmulator, model_id: str, schema: Any
) -> None:
    agent: Any = create_agent(ChatCometAPI(model=model_id), tools=[], response_format=schema)
    for way in ("invoke", "astream"):
        state = await _run(agent, way)
        output = state["structured_response"]
        assert _as_dict(output) == OSLO
        assert isinstance(schema, dict) or type(output) is schema or isinstance(output, dict)
    assert _count(emulator) == 2


@pytest.mark.parametrize("tools", [[], [get_weather]], ids=["alone", "with tools"])
@pytest.mark.parametrize("model_id", BY_TOOL)
async def test_one_of_several_schemas_is_the_output(
    emulator: CometAPIEmulator, model_id: str, tools: list[Any]
) -> None:
    strategy: Any = ToolStrategy(City | Country)
    agent: Any = create_agent(ChatCometAPI(model=model_id), tools=tools, response_format=strategy)
    state = await _run(agent, "invoke")
    assert isinstance(state["structured_response"], City | Country)
    sent = [one.get("function", one)["name"] for one in emulator.requests[0].body["tools"]]
    assert {"City", "Country"} <= set(sent)
    assert _count(emulator) == 1 + len(tools)


@pytest.mark.parametrize("handle_errors", [True, "Try again, please.", ValueError])
@pytest.mark.parametrize("model_id", BY_TOOL)
async def test_error_of_an_output_is_handled_with_one_more_request(
    emulator: CometAPIEmulator, model_id: str, handle_errors: Any
) -> None:
    attempts: list[str] = []
    picky = refuse_first(attempts)
    kinds = StructuredOutputValidationError if handle_errors is ValueError else handle_errors
    strategy: Any = ToolStrategy(picky, handle_errors=kinds)
    agent: Any = create_agent(ChatCometAPI(model=model_id), tools=[], response_format=strategy)
    state = await _run(agent, "invoke")
    assert state["structured_response"].name == attempts[1]
    assert [message.type for message in state["messages"]] == ["human", "ai", "tool", "ai", "tool"]
    assert _count(emulator) == 2


@tool
def get_area(city: str) -> str:
    """Get the area of a city."""
    return f"454 square kilometres in {city}"


@pytest.mark.parametrize("model_id", MODELS)
async def test_several_tools_and_a_schema_keep_a_valid_history(
    emulator: CometAPIEmulator, model_id: str
) -> None:
    agent: Any = create_agent(
        ChatCometAPI(model=model_id), tools=[get_weather, get_area], response_format=City
    )
    state = await _run(agent, "astream")
    assert state["structured_response"] == City(**OSLO)
    follow_up = {"messages": [*state["messages"], ("user", f"Once more. {PROMPT}")]}
    before = _count(emulator)
    state = await agent.ainvoke(follow_up, {"recursion_limit": 12})
    assert state["structured_response"] == City(**OSLO)
    assert _count(emulator) - before <= 3
