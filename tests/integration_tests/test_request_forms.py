"""Names, schemas and texts of other packages and frameworks, as the emulator takes them."""

from __future__ import annotations

import uuid
from typing import Any, Literal

import pytest
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage, ToolMessage
from langchain_core.tools import StructuredTool
from pydantic import BaseModel, Field

from langchain_cometapi import ChatCometAPI

MODELS = (
    *("gpt-4o-mini", "claude-sonnet-5-5", "gemini-3.8-flash", "deepseek-v4-pro", "kimi-k3"),
    *("glm-5.2", "grok-4.7", "qwen3.8-max", "mimo-v2.6-pro"),
)


class Order(BaseModel):
    """Order something."""

    size: Literal[1, 2]
    color: Literal["red", "blue"] = "red"
    corner: tuple[int, int]
    point: tuple[float, float] | None = None
    tags: list[Any] = Field(default_factory=list)
    extra: dict[str, list[int]] = Field(default_factory=dict)
    id: uuid.UUID | None = None
    flag: Literal[True] = True
    mixed: Literal["a", 1] | None = None


def order(**arguments: Any) -> str:
    """Order something."""
    return str(arguments)


@pytest.mark.parametrize("model", MODELS)
def test_agent_of_odd_tools_and_names_goes_on(model: str) -> None:
    names = ["shop.order", "shop_order", "2nd order", "m" * 70]
    tools = [StructuredTool.from_function(order, name=name, args_schema=Order) for name in names]
    asked = ChatCometAPI(model=model).bind_tools(tools)
    sent = [tool["function"]["name"] for tool in asked.explain("Hi").body["tools"]]
    history: list[Any] = [
        SystemMessage([{"type": "text", "text": "Rules."}], name="The Boss"),
        HumanMessage("Hi", name="Ann Lee"),
        AIMessage("", name="Research Agent"),
        HumanMessage(f"Call {sent[2]}", name="Ann Lee"),
    ]
    answer = asked.invoke(history)
    assert answer.tool_calls
    for call in answer.tool_calls:
        assert call["name"] == "2nd order"
        Order.model_validate(call["args"])
    history.append(answer.model_copy(update={"name": "Research Agent"}))
    history += [
        ToolMessage([{"type": "text", "text": "Ok"}], tool_call_id=call["id"], name=call["name"])
        for call in answer.tool_calls
    ]
    assert asked.invoke(history).content_blocks


@pytest.mark.parametrize("method", ["function_calling", "json_schema"])
def test_odd_schema_is_taken_by_gemini_and_its_output_fits(method: Any) -> None:
    model = ChatCometAPI(model="gemini-3.8-flash")
    assert isinstance(model.with_structured_output(Order, method=method).invoke("Hi"), Order)
