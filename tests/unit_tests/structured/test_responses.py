"""Structured output on the Responses route: what is sent, and what is no output there."""

from __future__ import annotations

import json
from typing import Any

import pytest
from langchain.agents import create_agent
from langchain.agents.structured_output import ProviderStrategy, ToolStrategy
from pydantic import BaseModel

from langchain_cometapi.exceptions import (
    CometAPIOutputFilteredError,
    CometAPIRefusalError,
    CometAPIStructuredOutputError,
)
from tests.support import (
    Gateway,
    all_ways,
    ask,
    ask_raw,
    call_item,
    get_weather,
    respond,
    text_item,
)

PARIS = '{"name": "Paris", "country": "France"}'
METHODS = ("json_schema", "json_mode", "function_calling")
REFUSAL = {**text_item(), "content": [{"type": "refusal", "refusal": "I cannot."}]}
INCOMPLETE = {"status": "incomplete", "incomplete_details": {"reason": "max_output_tokens"}}
FILTERED = {"status": "incomplete", "incomplete_details": {"reason": "content_filter"}}


class City(BaseModel):
    """A city."""

    name: str
    country: str


CITY = City(name="Paris", country="France")


def _model(*items: dict[str, Any], **fields: Any) -> tuple[Any, Gateway]:
    gateway = Gateway(lambda request: respond(request, *items, **fields))
    return gateway.model("gpt-6-astra"), gateway


@all_ways
@pytest.mark.parametrize("method", METHODS)
async def test_output_is_asked_for_by_each_method(method: Any, way: str) -> None:
    item = call_item("City", PARIS) if method == "function_calling" else text_item(PARIS)
    model, gateway = _model(item)
    structured = model.with_structured_output(City, method=method, include_raw=True)
    output = await ask_raw(structured, way, "Which city? Answer in JSON.")
    assert (output["parsed"], output["parsing_error"]) == (CITY, None)
    assert output["raw"].response_metadata["object"] == "response"
    sent = gateway.bodies[0]
    kind = sent.get("text", {}).get("format", {}).get("type")
    assert kind == {"json_schema": "json_schema", "json_mode": "json_object"}.get(method)
    assert [tool["name"] for tool in sent.get("tools", ())] == ["City"] * (kind is None)


@all_ways
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("item", "fields", "kind"),
    [
        (REFUSAL, {}, CometAPIRefusalError),
        (text_item(PARIS), FILTERED, CometAPIOutputFilteredError),
        (text_item(PARIS), INCOMPLETE, CometAPIStructuredOutputError),
        (text_item(PARIS), {"status": "incomplete"}, CometAPIStructuredOutputError),
    ],
    ids=["refusal", "filter", "limit", "incomplete"],
)
async def test_message_without_an_output_is_an_error_with_the_message(
    item: dict[str, Any], fields: dict[str, Any], kind: Any, method: Any, way: str
) -> None:
    model, _ = _model(item, **fields)
    with pytest.raises(kind) as caught:
        await ask(model.with_structured_output(City, method=method), way, "JSON, please")
    assert caught.value.raw_message.response_metadata["id"] == "resp_1"


@all_ways
async def test_tools_beside_a_schema_may_be_called_instead(way: str) -> None:
    model, gateway = _model(call_item("get_weather", '{"city": "Paris"}'))
    structured = model.with_structured_output(
        City, method="json_schema", tools=[get_weather], include_raw=True
    )
    output = await ask_raw(structured, way)
    assert output["parsed"] is None
    assert [call["name"] for call in output["raw"].tool_calls] == ["get_weather"]
    assert [tool["name"] for tool in gateway.bodies[0]["tools"]] == ["get_weather"]


@all_ways
async def test_class_as_response_format_is_parsed(way: str) -> None:
    model, _ = _model(text_item(PARIS))
    message = await ask(model, way, response_format=City)
    assert message.additional_kwargs["parsed"] == CITY


@pytest.mark.parametrize("strategy", [ProviderStrategy, ToolStrategy])
@pytest.mark.parametrize("output_version", [None, "v0", "v1"])
@pytest.mark.parametrize("streaming", [False, True])
async def test_agent_with_tools_gets_its_output(
    strategy: Any, output_version: str | None, streaming: bool
) -> None:
    first = [call_item("get_weather", f'{{"city": "{name}"}}', name) for name in ("Oslo", "Rome")]
    last = text_item(PARIS) if strategy is ProviderStrategy else call_item("City", PARIS, "last")
    gateway = Gateway(
        lambda request: respond(request, *first), lambda request: respond(request, last)
    )
    model = gateway.model("gpt-6-astra", output_version=output_version, streaming=streaming)
    agent = create_agent(model, [get_weather], response_format=strategy(City))
    result = await agent.ainvoke({"messages": [("user", "Hi")]})
    assert result["structured_response"] == CITY
    items = gateway.bodies[1]["input"]
    calls = [item["call_id"] for item in items if item.get("type") == "function_call"]
    outputs = [item["call_id"] for item in items if item.get("type") == "function_call_output"]
    assert calls == outputs == ["Oslo", "Rome"]
    assert json.dumps(gateway.bodies[0]["tools"]) == json.dumps(gateway.bodies[1]["tools"])
