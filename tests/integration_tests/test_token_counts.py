"""Counts of tokens against what the emulator bills; it counts in a way of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from langchain_core.messages import HumanMessage, ToolMessage

from langchain_cometapi import ChatCometAPI, CometAPILLM
from langchain_cometapi._content.reported_tokens import forget_reports
from tests.support import all_ways, ask, get_weather

if TYPE_CHECKING:
    from langchain_cometapi.emulator import CometAPIEmulator

PROMPTS = {
    "english": "The lighthouse stands at the end of a narrow road. " * 12,
    "russian": "Маяк стоит в конце узкой дороги, далеко от деревни. " * 12,
    "numbers": "Wind 23 km/h, 4.1 to 11.8 degrees, 97 ferries, 16:45. " * 12,
}


@pytest.mark.parametrize("kind", [ChatCometAPI, CometAPILLM])
@pytest.mark.parametrize("prompt", PROMPTS.values(), ids=PROMPTS)
@pytest.mark.parametrize("model_id", ["gpt-5.4-mini", "gpt-6-sol", "deepseek-v4-pro", "kimi-k3"])
@all_ways
async def test_count_after_a_call_is_nearer_to_the_bill(
    emulator: CometAPIEmulator, way: str, model_id: str, prompt: str, kind: Any
) -> None:
    usage = ChatCometAPI(model=model_id).invoke(prompt).usage_metadata
    assert usage is not None
    billed = usage["input_tokens"]
    forget_reports()
    model = kind(model=model_id)
    before = model.get_num_tokens_from_messages(prompt)
    await ask(model, way, prompt)
    after = model.get_num_tokens_from_messages(prompt)
    assert abs(after - billed) < abs(before - billed)
    assert len(emulator.requests) == 2


@pytest.mark.parametrize("model_id", ["gpt-5.4-mini", "gpt-6-sol", "claude-sonnet-5-5"])
def test_history_with_tools_is_counted_nearer_after_a_few_steps(
    emulator: CometAPIEmulator, model_id: str
) -> None:
    model = ChatCometAPI(model=model_id)
    bound = model.bind_tools([get_weather])
    messages: list[Any] = []
    for number in range(4):
        messages.append(HumanMessage(f"{number}: {PROMPTS['english']}"))
        before = ChatCometAPI(model=model_id, base_url="https://b.example/v1")
        estimated = before.get_num_tokens_from_messages(messages, tools=[get_weather])
        counted = model.get_num_tokens_from_messages(messages, tools=[get_weather])
        reply = bound.invoke(messages)
        assert reply.usage_metadata is not None
        billed = reply.usage_metadata["input_tokens"]
        assert number == 0 or abs(counted - billed) < abs(estimated - billed)
        messages += [reply, *(ToolMessage("Sunny", tool_call_id=c["id"]) for c in reply.tool_calls)]
    assert len(emulator.requests) == 4


@pytest.mark.parametrize(
    "model_id", ["gpt-5.4-mini", "gpt-6-sol", "claude-sonnet-5-5", "claude-opus-5-5", "kimi-k3"]
)
def test_tools_are_billed_as_they_are_estimated(model_id: str) -> None:
    """Both state what a vendor adds to a request with tools, each for itself."""
    model = ChatCometAPI(model=model_id)
    billed, estimated = [], []
    choices: list[list[Any]] = [[], [get_weather]]
    for tools in choices:
        reply = (model.bind_tools(tools) if tools else model).invoke("Hi")
        assert reply.usage_metadata is not None
        billed.append(reply.usage_metadata["input_tokens"])
        forget_reports()
        estimated.append(model.get_num_tokens_from_messages("Hi", tools=tools))
    assert abs(billed[1] - billed[0] - (estimated[1] - estimated[0])) < 25
