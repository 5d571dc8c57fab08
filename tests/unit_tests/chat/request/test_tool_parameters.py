"""`tools` and `tool_choice` by the rules of each family."""

from __future__ import annotations

import json
from typing import Any

import pytest
from langchain_core.messages import (
    BaseMessage,
    HumanMessage,
)

from tests.support import Gateway, answer, completion, record_losses
from tests.unit_tests.chat.request.histories import (
    CACHE,
    CLAUDE,
    GPT,
    UNKNOWN,
    explain_changes,
    text,
)


def get_weather(city: str) -> str:
    """Get the weather in a city."""
    return city


@pytest.mark.parametrize(
    ("model_id", "off"),
    [
        ("deepseek-v4-pro", {"thinking": {"type": "disabled"}}),
        ("qwen3.8-max", {"enable_thinking": False}),
    ],
)
def test_forced_tool_choice_of_a_thinking_model_is_replaced_or_refused(
    gateway: Gateway, model_id: str, off: dict[str, Any]
) -> None:
    model = gateway.model(model_id)
    with record_losses() as losses:
        model.bind_tools([get_weather], tool_choice="any").invoke("Hi")
    assert gateway.bodies[-1]["tool_choice"] == "auto"
    assert "refuses a forced tool choice while it thinks" in losses[0]
    assert str(off) in losses[0]
    with pytest.raises(ValueError, match="refuses a tool choice that names a tool"):
        model.bind_tools([get_weather], tool_choice="get_weather").invoke("Hi")
    calm = gateway.model(model_id, extra_body=off)
    calm.bind_tools([get_weather], tool_choice="get_weather").invoke("Hi")
    assert gateway.bodies[-1]["tool_choice"]["function"] == {"name": "get_weather"}
    assert len(gateway.requests) == 2


def test_forced_tool_choice_without_reasoning_effort_is_sent(gateway: Gateway) -> None:
    model = gateway.model("deepseek-v4-pro", reasoning_effort="none")
    model.bind_tools([get_weather], tool_choice="any").invoke("Hi")
    assert gateway.bodies[-1]["tool_choice"] == "required"


def test_forced_tool_choice_of_other_models_is_sent(gateway: Gateway) -> None:
    gateway.model().bind_tools([get_weather], tool_choice="any").invoke("Hi")
    assert gateway.bodies[-1]["tool_choice"] == "required"


def test_cache_control_left_out_is_recorded_once() -> None:
    part = text("Hi", cache_control=CACHE)
    function = {"name": "f", "parameters": {"type": "object", "properties": {}}}
    tool = {"type": "function", "function": function}
    history: list[BaseMessage] = [HumanMessage([part, part]), HumanMessage([part])]
    kwargs: Any = {"tools": [{**tool, "cache_control": CACHE}, tool], "cache_control": CACHE}
    for model, kept in ((GPT, False), ("o3", False), (CLAUDE, True), (UNKNOWN, True)):
        changes = explain_changes(model, history, **kwargs)
        assert changes == ([] if kept else [("cache_control", "left out", f"{model} refuses it")])
        gateway = Gateway(answer(completion()))
        gateway.model(model, strict_params=True).invoke(history, **kwargs)
        assert ("cache_control" in gateway.bodies[0]) is kept
        assert gateway.bodies[0]["tools"] == (kwargs["tools"] if kept else [tool, tool])
        assert json.dumps(gateway.bodies[0]).count("cache_control") == (5 if kept else 0)
