"""What cannot be sent to `/v1/responses` is refused before anything is sent."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage

from langchain_cometapi import CometAPIUnsentRequestError
from tests.support import Gateway, all_ways, answer, ask


@pytest.fixture
def gateway() -> Gateway:
    return Gateway(answer({"id": "r", "object": "response", "output": [], "model": "m"}))


def _call_with(value: Any) -> list[Any]:
    calls = [{"name": "buy", "args": {"price": [value]}, "id": "call_1"}]
    return [
        HumanMessage("Hi"),
        AIMessage("", tool_calls=calls),
        ToolMessage("Ok", tool_call_id="call_1"),
    ]


def _tool_with(value: Any) -> dict[str, Any]:
    schema = {"type": "object", "properties": {"n": {"type": "number", "default": value}}}
    return {"type": "function", "function": {"name": "f", "parameters": schema}}


@all_ways
@pytest.mark.parametrize("value", [math.nan, Decimal(1), {1}, b"a", object()])
async def test_value_that_json_does_not_have_is_refused(
    gateway: Gateway, way: str, value: Any
) -> None:
    model: Any = gateway.model("gpt-5.4", use_responses_api=True)
    schema = {"name": "f", "schema": {"type": "object", "default": value}}
    cases: list[tuple[Any, dict[str, Any], str]] = [
        (_call_with(value), {}, r"Message 1: In the tool call 'buy', args\['price'\]\[0\] is "),
        ("Hi", {"tools": [_tool_with(value)]}, r"`tools`\[0\].*\['default'\] is "),
        (
            "Hi",
            {"response_format": {"type": "json_schema", "json_schema": schema}},
            r"`response_format`.*\['default'\] is ",
        ),
    ]
    for messages, parameters, words in cases:
        with pytest.raises(CometAPIUnsentRequestError, match=words):
            await ask(model, way, messages, **parameters)
        with pytest.raises(CometAPIUnsentRequestError, match=words):
            model.explain(messages, **parameters)
    assert gateway.requests == []


def test_functions_of_a_response_are_refused_with_the_way_that_works(gateway: Gateway) -> None:
    model = gateway.model("gpt-5.4", use_responses_api=True)
    with pytest.raises(CometAPIUnsentRequestError, match="use `bind_tools`"):
        model.invoke("Hi", functions=[{"name": "f"}])
    model.bind_tools([_tool_with(1)]).invoke("Hi")
    assert gateway.bodies[0]["tools"][0]["name"] == "f"
