"""Tools in any form, sent on the chat route in its own."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support import Gateway
from tests.unit_tests.chat.request.histories import CLAUDE, GPT

PARAMETERS = {"type": "object", "properties": {"q": {"type": "string"}}}
FUNCTION = {"name": "search", "description": "Search.", "parameters": PARAMETERS}
SENT = {"type": "function", "function": FUNCTION}
GRAMMAR = {"syntax": "lark", "definition": "start: /a/"}


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
def test_function_of_any_form_is_sent_in_that_of_this_route(
    gateway: Gateway, model_id: str, given: dict[str, Any]
) -> None:
    model = gateway.model(model_id)
    model.invoke("Hi", tools=[given])
    model.bind_tools([given]).invoke("Hi")
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
    body = Gateway().model(GPT).bind_tools([given], tool_choice="run").explain("Hi").body
    format_ = {"type": "grammar", "grammar": GRAMMAR}
    assert body["tools"] == [{"type": "custom", "custom": {"name": "run", "format": format_}}]
    assert body["tool_choice"] == {"type": "custom", "custom": {"name": "run"}}


TOOL = {"type": "function", "name": "search"}
SENT_TOOL = {"type": "function", "function": {"name": "search"}}


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        (TOOL, SENT_TOOL),
        (
            {"type": "allowed_tools", "mode": "auto", "tools": [TOOL]},
            {"type": "allowed_tools", "allowed_tools": {"mode": "auto", "tools": [SENT_TOOL]}},
        ),
    ],
)
def test_choice_in_the_form_of_the_responses_route_is_sent_in_that_of_this_one(
    given: dict[str, Any], sent: dict[str, Any]
) -> None:
    body = Gateway().model(GPT).explain("Hi", tools=[SENT], tool_choice=given).body
    assert body["tool_choice"] == sent
