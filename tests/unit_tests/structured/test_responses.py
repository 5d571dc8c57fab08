"""Structured output on the Responses route, by every method, whole and streamed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

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
    answer,
    ask,
    get_weather,
    stream,
    text_event,
    text_item,
    whole_response,
)

if TYPE_CHECKING:
    from langchain_cometapi._client.sdk import httpx

PARIS = '{"name": "Paris", "country": "France"}'
METHODS = ("json_schema", "json_mode", "function_calling")
REFUSAL = {
    "id": "msg_1",
    "type": "message",
    "content": [{"type": "refusal", "refusal": "I cannot."}],
}
INCOMPLETE = {"status": "incomplete", "incomplete_details": {"reason": "max_output_tokens"}}
FILTERED = {"status": "incomplete", "incomplete_details": {"reason": "content_filter"}}


class City(BaseModel):
    """A city."""

    name: str
    country: str


def _call(name: str = "City", arguments: str = PARIS, n: int = 1) -> dict[str, Any]:
    return {
        "id": f"fc_{n}",
        "type": "function_call",
        "call_id": f"call_{n}",
        "name": name,
        "arguments": arguments,
        "status": "completed",
    }


def _reply(request: httpx.Request, *output: Any, **fields: Any) -> httpx.Response:
    """Return a response, streamed if that was asked for: a text in two pieces, else at its end."""
    items = [text_item(item) if isinstance(item, str) else item for item in output]
    if b'"stream":true' not in request.content:
        return answer(whole_response(*items, **fields))
    text = output[0] if isinstance(output[0], str) else ""
    pieces = [text_event(piece) for piece in (text[:17], text[17:]) if piece]
    whole = whole_response(*items, **fields)
    end = {"type": f"response.{whole['status']}", "response": whole}
    return stream(*pieces, end, done=False)


def _gateway(*output: Any, **fields: Any) -> Gateway:
    return Gateway(lambda request: _reply(request, *output, **fields))


async def _ask_raw(structured: Any, way: str) -> dict[str, Any]:
    """Return what `include_raw` gives; a stream gives it key by key, in growing versions."""
    if way.endswith("invoke"):
        return await ask(structured, way, "JSON, please")  # type: ignore[no-any-return]
    if way == "stream":
        chunks = list(structured.stream("JSON, please"))
    else:
        chunks = [chunk async for chunk in structured.astream("JSON, please")]
    merged: dict[str, Any] = {}
    for chunk in chunks:
        raw = [merged["raw"] + chunk["raw"]] if "raw" in merged and "raw" in chunk else []
        merged |= chunk | ({"raw": raw[0]} if raw else {})
    return merged


def _output(method: str) -> Any:
    return _call() if method == "function_calling" else PARIS


@all_ways
@pytest.mark.parametrize("method", METHODS)
async def test_output_is_an_instance_of_the_class(method: Any, way: str) -> None:
    gateway = _gateway(_output(method))
    model = gateway.model("gpt-6-astra").with_structured_output(City, method=method)
    assert await ask(model, way, "Which city? Answer in JSON.") == City(
        name="Paris", country="France"
    )
    sent = gateway.bodies[0]
    kind = sent.get("text", {}).get("format", {}).get("type")
    assert kind == {"json_schema": "json_schema", "json_mode": "json_object"}.get(method)
    assert [tool["name"] for tool in sent.get("tools", ())] == ["City"] * (kind is None)


@all_ways
@pytest.mark.parametrize("method", METHODS)
async def test_include_raw_has_the_message(method: Any, way: str) -> None:
    model = _gateway(_output(method)).model("gpt-6-astra")
    structured = model.with_structured_output(City, method=method, include_raw=True)
    result = await _ask_raw(structured, way)
    assert result["parsed"] == City(name="Paris", country="France")
    assert result["parsing_error"] is None
    assert result["raw"].response_metadata["object"] == "response"


@pytest.mark.parametrize("method", ["json_schema", "json_mode"])
def test_streamed_dict_grows(method: Any) -> None:
    model = _gateway(PARIS).model("gpt-6-astra")
    schema = City.model_json_schema()
    chunks = list(model.with_structured_output(schema, method=method).stream("JSON, please"))
    assert chunks[-1] == {"name": "Paris", "country": "France"}
    assert {"name": "Paris"} in chunks


@all_ways
@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("output", "fields", "kind"),
    [
        ([REFUSAL], {}, CometAPIRefusalError),
        ([PARIS], FILTERED, CometAPIOutputFilteredError),
        ([PARIS], INCOMPLETE, CometAPIStructuredOutputError),
        ([PARIS], {"status": "incomplete"}, CometAPIStructuredOutputError),
        (["No."], {}, CometAPIStructuredOutputError),
    ],
    ids=["refusal", "filter", "limit", "incomplete", "text"],
)
async def test_message_without_an_output_is_an_error_with_the_message(
    output: list[Any], fields: dict[str, Any], kind: Any, method: Any, way: str
) -> None:
    model = _gateway(*output, **fields).model("gpt-6-astra")
    structured = model.with_structured_output(City, method=method)
    with pytest.raises(kind) as caught:
        await ask(structured, way, "JSON, please")
    assert caught.value.raw_message.response_metadata["id"] == "resp_1"


@all_ways
async def test_tools_beside_a_schema_may_be_called_instead(way: str) -> None:
    gateway = _gateway(_call("get_weather", '{"city": "Paris"}'))
    model = gateway.model("gpt-6-astra").with_structured_output(
        City, method="json_schema", tools=[get_weather], include_raw=True
    )
    result = await _ask_raw(model, way)
    assert result["parsed"] is None
    assert [call["name"] for call in result["raw"].tool_calls] == ["get_weather"]
    assert [tool["name"] for tool in gateway.bodies[0]["tools"]] == ["get_weather"]


@all_ways
async def test_class_as_response_format_is_parsed(way: str) -> None:
    message = await ask(_gateway(PARIS).model("gpt-6-astra"), way, response_format=City)
    assert message.additional_kwargs["parsed"] == City(name="Paris", country="France")


@pytest.mark.parametrize("strategy", [ProviderStrategy, ToolStrategy])
@pytest.mark.parametrize("output_version", [None, "v0", "v1"])
@pytest.mark.parametrize("streaming", [False, True])
async def test_agent_with_tools_gets_its_output(
    strategy: Any, output_version: str | None, streaming: bool
) -> None:
    first = [
        _call("get_weather", '{"city": "Paris"}', 1),
        _call("get_weather", '{"city": "Rome"}', 2),
    ]
    last = PARIS if strategy is ProviderStrategy else _call("City", PARIS, 3)
    gateway = Gateway(
        lambda request: _reply(request, *first),
        lambda request: _reply(request, last),
    )
    model = gateway.model("gpt-6-astra", output_version=output_version, streaming=streaming)
    agent = create_agent(model, [get_weather], response_format=strategy(City))
    result = await agent.ainvoke({"messages": [("user", "Hi")]})
    assert result["structured_response"] == City(name="Paris", country="France")
    items = gateway.bodies[1]["input"]
    calls = [item["call_id"] for item in items if item.get("type") == "function_call"]
    outputs = [item["call_id"] for item in items if item.get("type") == "function_call_output"]
    assert calls == outputs == ["call_1", "call_2"]
    assert json.dumps(gateway.bodies[0]["tools"]) == json.dumps(gateway.bodies[1]["tools"])
