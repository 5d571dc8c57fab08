"""The emulator's Responses route, driven by langchain-openai."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from langchain.agents import create_agent
from langchain_core.messages import HumanMessage
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI
from pydantic import BaseModel

from tests.support import SYNC, ask_sync

if TYPE_CHECKING:
    from langchain_core.language_models import LanguageModelInput
    from langchain_core.messages import AIMessage, BaseMessage
    from langchain_core.runnables import Runnable

    from langchain_cometapi.emulator import CometAPIEmulator

THINKER = "gpt-6-astra"
ANSWER = f"This is the CometAPI emulator answering as {THINKER}: you said: "
PROMPT = "The weather in Rome, and the stock price of ACME?"
SEALED: dict[str, Any] = {"store": False, "include": ["reasoning.encrypted_content"]}
each_way = pytest.mark.parametrize("way", SYNC)


class Person(BaseModel):
    """A person."""

    name: str
    age: int


@tool
def get_weather(city: str) -> str:
    """Return the weather of a city."""
    return "sunny"


@tool
def stock_price(symbol: str) -> str:
    """Return the price of a stock."""
    return "42"


TOOLS = {each.name: each for each in (get_weather, stock_price)}


def build(emulator: CometAPIEmulator, model: str = THINKER, **kwargs: Any) -> ChatOpenAI:
    emulator.clear()
    return ChatOpenAI(
        model=model,
        use_responses_api=True,
        base_url=emulator.base_url,
        api_key=emulator.api_key,
        max_retries=0,
        **kwargs,
    )


def run_tools(
    model: Runnable[LanguageModelInput, AIMessage], messages: list[BaseMessage], way: str
) -> None:
    """Ask until the model calls no tool, and append all messages."""
    while True:
        answer = ask_sync(model, way, messages)
        messages.append(answer)
        if not answer.tool_calls:
            return
        messages.extend(TOOLS[call["name"]].invoke(call) for call in answer.tool_calls)


@each_way
def test_text_comes_with_reasoning_and_usage(emulator: CometAPIEmulator, way: str) -> None:
    model = build(emulator, reasoning={"summary": "auto"})
    answer = ask_sync(model, way, "Hi")
    assert answer.text == ANSWER + "Hi"
    assert [block["type"] for block in answer.content_blocks] == ["reasoning", "text"]
    assert answer.usage_metadata["output_token_details"]["reasoning"] == 64
    assert answer.response_metadata["id"].startswith("resp_")


@each_way
@pytest.mark.parametrize("extra", [{}, SEALED], ids=["stored", "sealed"])
@pytest.mark.parametrize("output_version", ["v0", "responses/v1", "v1"])
def test_tools_are_called_until_they_have_answered(
    emulator: CometAPIEmulator, way: str, extra: dict[str, Any], output_version: str
) -> None:
    model = build(emulator, output_version=output_version, **extra).bind_tools([*TOOLS.values()])
    messages: list[BaseMessage] = [HumanMessage(PROMPT)]
    run_tools(model, messages, way)
    assert [message.type == "tool" for message in messages] == [False, False, True, True, False]
    assert "get_weather returned sunny; stock_price returned 42" in messages[-1].text
    sent = [item.get("type") for item in emulator.requests[-1].body["input"]]
    assert sent[1] == "reasoning"
    messages.append(HumanMessage("Thanks"))
    run_tools(model, messages, way)
    assert messages[-1].text == ANSWER + "Thanks"


def test_tools_of_a_model_of_another_vendor_are_called(emulator: CometAPIEmulator) -> None:
    model = build(emulator, "mimo-v2.6-pro").bind_tools([get_weather])
    (call,) = model.invoke("The weather in Rome?").tool_calls
    assert (call["name"], call["args"]) == ("get_weather", {"city": "Rome"})


@each_way
@pytest.mark.parametrize("method", ["json_schema", "function_calling"])
def test_structured_output_fits_the_schema(
    emulator: CometAPIEmulator, way: str, method: Any
) -> None:
    model = build(emulator).with_structured_output(Person, method=method)
    assert ask_sync(model, way, "Ann is 33") == Person(name="Ann", age=33)


def test_agent_ends_with_a_structured_response(emulator: CometAPIEmulator) -> None:
    agent = create_agent(build(emulator), [*TOOLS.values()], response_format=Person)
    state = agent.invoke({"messages": [HumanMessage(f"{PROMPT} For Ann, aged 33.")]})
    assert isinstance(state["structured_response"], Person)
    assert sum(message.type == "tool" for message in state["messages"]) == 2


def test_previous_response_is_continued(emulator: CometAPIEmulator) -> None:
    model = build(emulator, use_previous_response_id=True)
    messages: list[BaseMessage] = [HumanMessage("My name is Ann")]
    messages += [model.invoke(messages), HumanMessage("Hi")]
    answer = model.invoke(messages)
    body = emulator.requests[-1].body
    assert len(body["input"]) == 1
    assert body["previous_response_id"] == messages[1].response_metadata["id"]
    assert answer.text == ANSWER + "Hi"
