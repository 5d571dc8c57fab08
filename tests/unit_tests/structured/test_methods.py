"""Structured output of every family, in a way that its models keep, on a gateway that is strict."""

from __future__ import annotations

import json
from typing import Any

import pytest
from langchain.agents import create_agent
from langchain.agents.structured_output import ProviderStrategy, ToolStrategy
from langchain_core.messages import HumanMessage, SystemMessage
from pydantic import BaseModel

from langchain_cometapi.exceptions import CometAPIUnsentRequestError
from tests.support import Gateway, all_ways, answer, ask, chunk, completion, get_weather, stream

TEXT = '{"name": "Oslo"}'


class City(BaseModel):
    """A city of the world."""

    name: str


# -- the gateway ---------------------------------------------------------------------------------

NO_TOOLS = frozenset({"gpt-5-chat-latest", "o1-mini"})
NO_SCHEMA = NO_TOOLS | {
    *("deepseek-v4-pro", "deepseek-v4-flash", "deepseek-v4-flash-vision", "deepseek-reasoner"),
    *("deepseek-chat", "deepseek-v3.2", "deepseek-r1", "gpt-4-turbo", "minimax-m2.5"),
    "doubao-seed-2-0-code-preview",
}
NO_JSON_MODE = frozenset(
    {"o1-mini", "minimax-m2.5", "doubao-seed-2-0-code-preview", "qwq-plus", "qwen3-8b-thinking"}
)
# Models that think unless the request says this, and refuse a forced choice while they do.
DISABLED = {"thinking": {"type": "disabled"}}
DISABLED_QWEN = {"enable_thinking": False}
NEVER = {"never": True}
THINKING: dict[str, dict[str, Any]] = {
    **dict.fromkeys(["deepseek-v4-pro", "deepseek-v4-flash", "deepseek-v4-flash-vision"], DISABLED),
    **dict.fromkeys(["kimi-k2.5", "kimi-k2.6"], DISABLED),
    **dict.fromkeys(["qwen3.8-max", "qwen3.7-plus", "qwen4-max-preview"], DISABLED_QWEN),
    **dict.fromkeys(["deepseek-reasoner", "deepseek-r1", "kimi-k2.7-code"], NEVER),
    **dict.fromkeys(["kimi-k2-thinking", "qwq-plus", "qwen3-8b-thinking"], NEVER),
    "claude-opus-4-5-20251101-thinking": NEVER,
}
MODELS = sorted(
    {*THINKING, *NO_SCHEMA, *NO_JSON_MODE}
    | {"qwen3-coder-plus", "kimi-k3", "kimi-k2", "glm-5.3", "glm-4.6", "gpt-5.4-mini", "o3"}
    | {"gpt-5.5", "claude-sonnet-5-5", "gemini-3.8-flash", "grok-4.7", "mimo-v2.6-pro"}
    | {"doubao-seed-2.0-lite", "llama-4-maverick", "some-new-thing"}
)


def _check(body: dict[str, Any]) -> None:
    """Refuse what the vendor of a model refuses."""
    model_id, choice = body["model"], body.get("tool_choice", "auto")
    kind = body.get("response_format", {}).get("type")
    assert not (body.get("tools") and model_id in NO_TOOLS)
    assert not (kind == "json_schema" and model_id in NO_SCHEMA)
    assert not (kind == "json_object" and model_id in NO_JSON_MODE)
    if choice not in ("auto", "none") and model_id in THINKING:
        off = THINKING[model_id]
        assert {name: body.get(name) for name in off} == off, "forced while thinking"
    assert not (isinstance(choice, dict) and model_id == "kimi-k3")


def _create_message(body: dict[str, Any]) -> dict[str, Any]:
    """Return the message of a model that does what it is asked to, and no more."""
    _check(body)
    if body.get("tool_choice", "auto") not in ("auto", "none"):
        function = {"name": body["tools"][-1]["function"]["name"], "arguments": TEXT}
        return {"content": None, "tool_calls": [{"id": "call_1", "function": function}]}
    kind = body.get("response_format", {}).get("type")
    prompt = " ".join(str(message["content"]) for message in body["messages"])
    assert kind != "json_object" or "json" in prompt.lower()
    if kind == "json_schema" or ("JSON" in prompt and '"name"' in prompt):
        return {"content": TEXT}
    return {"content": "{}" if kind else "Oslo is nice."}


@pytest.fixture
def gateway() -> Gateway:
    """Return the gateway."""

    def respond(request: Any) -> Any:
        body = json.loads(request.content)
        message: dict[str, Any] = {"role": "assistant", **_create_message(body)}
        if not body.get("stream"):
            return answer(completion(message))
        calls = [{"index": 0, **call} for call in message.get("tool_calls", ())]
        delta = {"tool_calls": calls} if calls else {"content": message["content"]}
        return stream(chunk(delta), chunk(finish_reason="stop"))

    return Gateway(respond)


# -- tests ---------------------------------------------------------------------------------------


@all_ways
@pytest.mark.parametrize("model_id", MODELS)
async def test_default_method_is_one_that_the_model_keeps(
    gateway: Gateway, model_id: str, way: str
) -> None:
    structured = gateway.model(model_id).with_structured_output(City)
    assert await ask(structured, way, "Which city?") == City(name="Oslo")
    assert len(gateway.requests) == 1


@pytest.mark.parametrize("tools", [[], [get_weather]])
@pytest.mark.parametrize("model_id", sorted(set(MODELS) - NO_TOOLS))
def test_agent_gets_its_output_with_one_request_or_sends_none(
    gateway: Gateway, model_id: str, tools: list[Any]
) -> None:
    agent: Any = create_agent(gateway.model(model_id), tools=tools, response_format=City)
    has_way = THINKING.get(model_id) is not NEVER or model_id == "kimi-k2.7-code"
    if not has_way:
        with pytest.raises(CometAPIUnsentRequestError, match="cannot be switched off"):
            agent.invoke({"messages": [("user", "Which city?")]})
    else:
        output = agent.invoke({"messages": [("user", "Which city?")]})
        assert output["structured_response"] == City(name="Oslo")
    assert len(gateway.requests) == has_way


# Of the models without tools, only the gateway knows that they have none.
_METHODS = [
    (model_id, method)
    for model_id in MODELS
    for method in ("json_schema", "json_mode", "function_calling")
    if method != "function_calling" or model_id not in NO_TOOLS
]


@pytest.mark.parametrize(("model_id", "method"), _METHODS)
def test_advice_of_a_refused_method_leads_to_an_output(
    gateway: Gateway, model_id: str, method: Any
) -> None:
    model = gateway.model(model_id)
    prompt = 'JSON with "name", please'
    try:
        output = model.with_structured_output(City, method=method).invoke(prompt)
    except CometAPIUnsentRequestError as error:
        assert gateway.requests == []
        _follow(model, str(error))
    else:
        assert output == City(name="Oslo")


def _follow(model: Any, advice: str) -> None:
    """Do all that an error advises."""
    assert "`with_structured_output(schema)` without a `method`" in advice
    assert model.with_structured_output(City).invoke("Which city?") == City(name="Oslo")
    for strategy in (ToolStrategy, ProviderStrategy):
        if strategy.__name__ not in advice:
            continue
        for tools in ([], [get_weather]):
            agent: Any = create_agent(model, tools=tools, response_format=strategy(City))
            output = agent.invoke({"messages": [("user", "Which city?")]})
            assert output["structured_response"] == City(name="Oslo")


@pytest.mark.parametrize("model_id", sorted(NO_SCHEMA - NO_TOOLS - {"deepseek-r1"}))
def test_provider_strategy_is_refused_with_advice_that_helps(
    gateway: Gateway, model_id: str
) -> None:
    model = gateway.model(model_id)
    agent: Any = create_agent(model, tools=[], response_format=ProviderStrategy(City))
    with pytest.raises(CometAPIUnsentRequestError, match="takes no `response_format`") as caught:
        agent.invoke({"messages": [("user", "Which city?")]})
    assert gateway.requests == []
    _follow(model, str(caught.value))


_SCHEMAS: list[Any] = [
    City,
    {"title": "City", "type": "object", "properties": {"name": {"type": "string"}}},
    {"name": "City", "parameters": {"type": "object", "properties": {"name": {"type": "string"}}}},
    {"name": "City", "schema": {"type": "object", "properties": {"name": {"type": "string"}}}},
]
_HISTORIES: list[Any] = [
    [HumanMessage("Which city?")],
    [SystemMessage("Be brief."), HumanMessage("Which city?")],
    [SystemMessage([{"type": "text", "text": "Be brief."}]), HumanMessage("Which city?")],
]


@pytest.mark.parametrize("schema", _SCHEMAS)
@pytest.mark.parametrize("history", _HISTORIES)
@pytest.mark.parametrize("model_id", ["glm-5.3", "qwq-plus"])
def test_stated_schema_stands_in_the_system_message_once(
    gateway: Gateway, model_id: str, history: list[Any], schema: Any
) -> None:
    structured: Any = gateway.model(model_id).with_structured_output(schema)
    before = [message.model_copy(deep=True) for message in history]
    output = structured.invoke(history)
    assert (output if isinstance(output, dict) else output.model_dump()) == {"name": "Oslo"}
    assert history == before
    (body,) = gateway.bodies
    assert structured.first.explain(history).body == body
    system, *others = body["messages"]
    assert system["role"] == "system"
    assert [message["content"] for message in others] == ["Which city?"]
    text = json.dumps(system["content"])
    assert text.count("JSON Schema") == 1
    assert ("Be brief." in text) is (len(history) > 1)
    assert "inferred_parameters" not in body


def test_strict_and_tools_are_refused_where_a_schema_is_stated(gateway: Gateway) -> None:
    model = gateway.model("glm-5.3")
    with pytest.raises(CometAPIUnsentRequestError, match=r"`strict=True` has no effect .* Leave"):
        model.with_structured_output(City, strict=True)
    assert model.with_structured_output(City, strict=False).invoke("Hi") == City(name="Oslo")


def test_tools_go_with_a_json_schema_alone(gateway: Gateway) -> None:
    model = gateway.model("claude-sonnet-5-5")
    with pytest.raises(CometAPIUnsentRequestError, match='`tools` go with `method="json_schema"`'):
        model.with_structured_output(City, tools=[get_weather])


@pytest.mark.parametrize("strict", [None, True, False])
def test_schema_of_a_class_is_strict_unless_told_otherwise(
    gateway: Gateway, strict: bool | None
) -> None:
    structured = gateway.model().with_structured_output(City, method="json_schema", strict=strict)
    assert structured.invoke("Which city?") == City(name="Oslo")
    sent = gateway.bodies[0]["response_format"]["json_schema"]
    assert (sent["name"], sent["strict"]) == ("City", strict is not False)
    assert (sent["schema"].get("additionalProperties") is False) is sent["strict"]


def test_advice_about_tools_beside_a_schema_can_be_followed(gateway: Gateway) -> None:
    model = gateway.model("deepseek-v4-pro")
    with pytest.raises(CometAPIUnsentRequestError, match=r"`bind_tools\(\[\*tools, schema\]\)`"):
        model.with_structured_output(City, tools=[get_weather])
    model.bind_tools([get_weather, City]).invoke("Which city?")
    sent = [tool["function"]["name"] for tool in gateway.bodies[0]["tools"]]
    assert sent == ["get_weather", "City"]


@all_ways
async def test_pydantic_class_as_response_format_is_parsed(gateway: Gateway, way: str) -> None:
    model = gateway.model()
    message = await ask(model, way, "Which city?", response_format=City)
    assert message.additional_kwargs == {"parsed": City(name="Oslo")}
    assert message.text == TEXT
    await ask(model, way, [HumanMessage("Which city?"), message, HumanMessage("And?")])
    assert gateway.bodies[-1]["messages"][1] == {"role": "assistant", "content": TEXT}
    called = await ask(
        model, way, response_format=City, **model.bind_tools([City], tool_choice="any").kwargs
    )
    assert called.additional_kwargs["parsed"] is None
    plain = await ask(model, way, "Hi", response_format={"type": "text"})
    assert "parsed" not in plain.additional_kwargs
