"""A forced tool choice and reasoning: never both where a vendor refuses that, and never relaxed."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support import Gateway, all_ways, ask, get_weather, name_lost, record_losses

DISABLED = {"thinking": {"type": "disabled"}}
ENABLED = {"thinking": {"type": "enabled", "budget_tokens": 2048}}
NAMED = {"type": "function", "function": {"name": "get_weather"}}


def get_time(city: str) -> str:
    """Get the time in a city."""
    return city


def _extras(body: dict[str, Any]) -> dict[str, Any]:
    """Return what is sent beside the messages, tools and their choice."""
    usual = ("model", "messages", "tools", "tool_choice", "stream", "stream_options")
    return {name: value for name, value in body.items() if name not in usual}


# Model, fields of the model -> what is sent of reasoning, and the parameters that are lost.
_SWITCHED_OFF: list[tuple[str, dict[str, Any], dict[str, Any], list[str]]] = [
    ("deepseek-v4-pro", {}, DISABLED, []),
    ("deepseek-v4-flash", {"reasoning_effort": "high"}, DISABLED, ["reasoning_effort"]),
    ("deepseek-v4-pro", {"extra_body": {**ENABLED, "x": 1}}, {**DISABLED, "x": 1}, ["thinking"]),
    ("deepseek-chat", {"extra_body": ENABLED}, {}, ["thinking"]),
    (
        "qwen3.8-max",
        {"extra_body": {"enable_thinking": True, "thinking_budget": 100}},
        {"enable_thinking": False},
        ["enable_thinking", "thinking_budget"],
    ),
    ("claude-sonnet-5-5", {}, {}, []),
    ("claude-opus-4-8", {"extra_body": {"thinking": {"type": "adaptive"}}}, {}, ["thinking"]),
    ("claude-opus-5", {"extra_body": {"reasoning": {"effort": "high"}}}, {}, ["reasoning"]),
    ("claude-opus-5", {"extra_body": DISABLED}, DISABLED, []),
    ("claude-opus-5", {"reasoning_effort": "none"}, {"reasoning_effort": "none"}, []),
    ("gpt-5.6-sol", {"reasoning_effort": "low"}, {"reasoning_effort": "low"}, []),
    ("glm-5.3", {"extra_body": ENABLED}, ENABLED, []),
]


@pytest.mark.parametrize("choice", ["any", "get_weather"])
@pytest.mark.parametrize("case", _SWITCHED_OFF)
def test_forced_choice_is_sent_without_reasoning_that_would_be_refused(
    gateway: Gateway, case: tuple[str, dict[str, Any], dict[str, Any], list[str]], choice: str
) -> None:
    model_id, fields, sent, lost = case
    model = gateway.model(model_id, endpoint="chat", **fields)
    bound: Any = model.bind_tools([get_weather, get_time], tool_choice=choice)
    with record_losses() as losses:
        bound.invoke("Hi")
    body = gateway.bodies[0]
    assert body["tool_choice"] == ("required" if choice == "any" else NAMED)
    assert _extras(body) == sent
    assert sorted(name_lost(losses)) == sorted(lost)
    asked = {**fields, **fields.get("extra_body", {})}
    actions = {change.parameter: change.action for change in bound.explain("Hi").changes}
    assert actions.keys() == {*lost, *(sent.keys() - asked.keys())}
    assert [name for name, action in actions.items() if action != "added"] == lost
    assert model.extra_body == fields.get("extra_body")  # the user's own
    if lost:
        strict = gateway.model(model_id, endpoint="chat", **fields, strict_params=True)
        with pytest.raises(ValueError, match="takes no forced tool choice while it thinks"):
            strict.bind_tools([get_weather], tool_choice=choice).invoke("Hi")
        assert len(gateway.requests) == 1


@pytest.mark.parametrize(
    ("model_id", "asked"),
    [("deepseek-v4-pro", ENABLED), ("qwen3.8-max", {"enable_thinking": True})],
)
def test_advice_of_a_lost_thinking_leads_to_no_warning(
    gateway: Gateway, model_id: str, asked: dict[str, Any]
) -> None:
    model = gateway.model(model_id, extra_body=asked)
    with record_losses() as losses:
        model.bind_tools([get_weather], tool_choice="any").invoke("Hi")
    _, _, advice = losses[0].partition("`extra_body=")
    body: Any = eval(advice.partition("`")[0])  # noqa: S307 - as a user would type it
    for fields in ({"extra_body": body}, {}):
        calm = gateway.model(model_id, strict_params=True, **fields)
        calm.bind_tools([get_weather], tool_choice="any").invoke("Hi")
    first, second, third = gateway.bodies
    assert first == second == third


@all_ways
@pytest.mark.parametrize("choice", ["any", "get_weather"])
async def test_forced_choice_is_refused_where_thinking_cannot_be_switched_off(
    gateway: Gateway, choice: str, way: str
) -> None:
    model = gateway.model("deepseek-reasoner")
    with pytest.raises(ValueError, match=r"deepseek-reasoner refuses .* while it thinks"):
        await ask(model.bind_tools([get_weather], tool_choice=choice), way)
    assert gateway.requests == []
    await ask(model.bind_tools([get_weather], tool_choice="auto"), way)
    assert gateway.bodies[0]["tool_choice"] == "auto"  # as the error advises


def test_name_that_is_refused_while_thinking_is_sent_as_the_only_tool(gateway: Gateway) -> None:
    model = gateway.model("kimi-k3", strict_params=True)
    model.bind_tools([get_time, get_weather], tool_choice="get_weather").invoke("Hi")
    (body,) = gateway.bodies
    assert body["tool_choice"] == "required"
    assert [tool["function"]["name"] for tool in body["tools"]] == ["get_weather"]


def test_name_of_no_tool_is_refused_where_names_are(gateway: Gateway) -> None:
    named = {"type": "tool", "name": "get_rain"}
    with pytest.raises(ValueError, match="refuses a tool choice that names a tool"):
        gateway.model("kimi-k3").bind_tools([get_time], tool_choice=named).invoke("Hi")
    assert gateway.requests == []


def test_json_output_is_sent_without_reasoning_that_would_be_refused(gateway: Gateway) -> None:
    format_ = {"type": "json_object"}
    gateway.model("qwen3.8-max").invoke("Hi", response_format=format_)
    assert _extras(gateway.bodies[0]) == {"response_format": format_, "enable_thinking": False}
