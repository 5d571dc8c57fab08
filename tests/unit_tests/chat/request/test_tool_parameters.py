"""`tools` and what goes with them by the rules of each family."""

from __future__ import annotations

import json
from typing import Any

import pytest
from langchain_core.messages import (
    BaseMessage,
    HumanMessage,
)

from tests.support import (
    WAYS,
    City,
    Gateway,
    answer,
    ask,
    completion,
    get_weather,
    name_lost,
    record_losses,
    say_hello,
)
from tests.unit_tests.chat.request.histories import (
    CACHE,
    CLAUDE,
    GPT,
    UNKNOWN,
    explain_changes,
    text,
)

_EMPTY = [
    ({"tools": [], "tool_choice": "auto", "parallel_tool_calls": False}, {}),
    ({"tools": [], "tool_choice": "any", "seed": 7}, {"seed": 7}),
    ({"tools": (), "functions": [], "function_call": "auto"}, {}),
    ({"modalities": [], "stop": []}, {}),
]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(("passed", "sent"), _EMPTY)
async def test_empty_list_is_left_out_with_what_stands_beside_it(
    gateway: Gateway, passed: dict[str, Any], sent: dict[str, Any], way: str
) -> None:
    await ask(gateway.model(strict_params=True).bind(**passed), way)
    always = ("model", "messages", "stream", "stream_options")
    assert {k: v for k, v in gateway.bodies[0].items() if k not in always} == sent


@pytest.mark.parametrize("endpoint", ["chat", "responses"])
def test_bind_tools_with_no_tools_sends_none(endpoint: str) -> None:
    gateway = Gateway(say_hello)
    model = gateway.model("gpt-5.4", endpoint=endpoint)
    bound: Any = model.bind_tools([], tool_choice="auto", parallel_tool_calls=False, strict=True)
    assert bound.explain("Hi").body.keys().isdisjoint({"tools", "tool_choice"})
    bound.invoke("Hi")
    assert gateway.bodies[0].keys().isdisjoint({"tools", "tool_choice", "parallel_tool_calls"})


@pytest.mark.parametrize("model", ["glm-5.2", "gemini-3.8-flash", "mimo-v2.6-pro"])
def test_parameter_cache_control_of_another_vendor_is_left_out(model: str) -> None:
    """Anthropic's middleware sets it, and a fallback takes over the parameters of the request."""
    part = text("Hi", cache_control=CACHE)
    gateway = Gateway(answer(completion()))
    llm = gateway.model(model, strict_params=True)
    llm.invoke([HumanMessage([part])], cache_control=CACHE)
    assert gateway.bodies[0].keys().isdisjoint({"cache_control"})
    assert gateway.bodies[0]["messages"][0]["content"] == [part]
    changes = explain_changes(model, [HumanMessage([part])], cache_control=CACHE)
    assert changes == [("cache_control", "left out", f"{model} takes it in blocks alone")]


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


def test_parallel_tool_calls_where_it_is_refused_is_dropped(gateway: Gateway) -> None:
    model: Any = gateway.model("o3").bind_tools([get_weather], parallel_tool_calls=False)
    with record_losses() as losses:
        model.invoke("Hi")
    assert name_lost(losses) == ["parallel_tool_calls"]
    assert "parallel_tool_calls" not in gateway.bodies[0]
    # What LangChain alone adds is left out without a word.
    strict: Any = gateway.model("o3", strict_params=True)
    structured = strict.with_structured_output(City, method="function_calling", include_raw=True)
    structured.invoke("Hi")
    assert "parallel_tool_calls" not in gateway.bodies[1]
