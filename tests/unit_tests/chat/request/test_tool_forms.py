"""Tools in any form, sent on the chat route in its own."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support import Gateway, all_ways, ask, say_hello
from tests.unit_tests.chat.request.histories import CLAUDE, GPT

PARAMETERS = {"type": "object", "properties": {"q": {"type": "string"}}}
FUNCTION = {"name": "search", "description": "Search.", "parameters": PARAMETERS}
SENT = {"type": "function", "function": FUNCTION}
GRAMMAR = {"syntax": "lark", "definition": "start: /a/"}


@all_ways
@pytest.mark.parametrize("model_id", [GPT, CLAUDE])
@pytest.mark.parametrize(
    "given",
    [
        SENT,
        {"type": "function", **FUNCTION},
        FUNCTION,
        {"name": "search", "description": "Search.", "input_schema": PARAMETERS},
    ],
)
async def test_function_of_any_form_is_sent_in_that_of_this_route(
    way: str, model_id: str, given: dict[str, Any]
) -> None:
    gateway = Gateway(say_hello)
    await ask(gateway.model(model_id), way, tools=[given])
    await ask(gateway.model(model_id).bind_tools([given]), way)
    assert [body["tools"] for body in gateway.bodies] == [[SENT]] * 2


@pytest.mark.parametrize(
    "given",
    [
        {"type": "custom", "name": "run", "format": {"type": "grammar", **GRAMMAR}},
        {
            "type": "custom",
            "custom": {"name": "run", "format": {"type": "grammar", "grammar": GRAMMAR}},
        },
    ],
)
def test_custom_tool_of_any_form_is_sent_in_that_of_this_route(given: dict[str, Any]) -> None:
    bound = Gateway(say_hello).model(GPT).bind_tools([given], tool_choice="run")
    body = bound.explain("Hi").body
    format_ = {"type": "grammar", "grammar": GRAMMAR}
    assert body["tools"] == [{"type": "custom", "custom": {"name": "run", "format": format_}}]
    assert body["tool_choice"] == {"type": "custom", "custom": {"name": "run"}}


def test_choice_in_the_form_of_the_responses_route_is_sent_in_that_of_this_one() -> None:
    model = Gateway(say_hello).model(GPT)
    tool = {"type": "function", "name": "search"}
    choice: dict[str, Any] = {"type": "allowed_tools", "mode": "auto", "tools": [tool]}
    for given, sent in (
        (tool, {"type": "function", "function": {"name": "search"}}),
        (
            choice,
            {
                "type": "allowed_tools",
                "allowed_tools": {
                    "mode": "auto",
                    "tools": [{"type": "function", "function": {"name": "search"}}],
                },
            },
        ),
    ):
        assert model.explain("Hi", tools=[SENT], tool_choice=given).body["tool_choice"] == sent
