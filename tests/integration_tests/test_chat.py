"""What users do with a model, against the strict emulator."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from langchain.agents import create_agent
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage
from langchain_core.tools import tool
from pydantic import BaseModel

from langchain_cometapi import (
    ChatCometAPI,
    CometAPIAuthenticationError,
    CometAPIInvalidRequestError,
    CometAPIModelNotFoundError,
    CometAPIRateLimitError,
    CometAPIUnexpectedResponseError,
)
from langchain_cometapi.emulator import NO_STREAM_OPTIONS_MODEL, RATE_LIMITED_MODEL
from langchain_cometapi.emulator._rules.registry import MODELS
from tests.support import amerge, merge

if TYPE_CHECKING:
    from langchain_cometapi.emulator import CometAPIEmulator

FAMILIES = ["gpt-5.4-mini", "claude-sonnet-5-5", "gemini-3.8-flash", "deepseek-v4-pro"]
THINKING = ["deepseek-v4-pro", "kimi-k3", "glm-5.2", "mimo-v2.6-pro"]


@tool
def get_weather(city: str) -> str:
    """Get the weather in a city."""
    return f"Rain in {city}"


class City(BaseModel):
    """A city."""

    name: str


async def _all_ways(model: Any, prompt: Any) -> list[AIMessage]:
    return [
        model.invoke(prompt),
        await model.ainvoke(prompt),
        merge(model.stream(prompt)),
        await amerge(model.astream(prompt)),
    ]


@pytest.mark.parametrize("model_id", FAMILIES)
async def test_metadata_is_there_once(emulator: CometAPIEmulator, model_id: str) -> None:
    for message in await _all_ways(ChatCometAPI(model=model_id), "Hi"):
        metadata = message.response_metadata
        assert metadata["model_name"].startswith(model_id)
        assert metadata["model_name"].count(model_id) == 1
        assert metadata["model_provider"] == "cometapi"
        assert metadata["finish_reason"] == "stop"
        assert metadata["id"].count("chatcmpl") == 1
        assert len(metadata["request_id"]) == len("20260617165550885561292gJBlzjtp")
        assert message.usage_metadata is not None
        assert message.usage_metadata["total_tokens"] == (
            message.usage_metadata["input_tokens"] + message.usage_metadata["output_tokens"]
        )
        assert metadata["token_usage"]["prompt_tokens"] == message.usage_metadata["input_tokens"]


async def test_only_what_the_user_set_is_sent(emulator: CometAPIEmulator) -> None:
    await _all_ways(ChatCometAPI(model="gpt-5.4-mini"), "Hi")
    body = {"model": "gpt-5.4-mini", "messages": [{"role": "user", "content": "Hi"}]}
    streamed = {**body, "stream": True, "stream_options": {"include_usage": True}}
    assert [request.body for request in emulator.requests] == [body, body, streamed, streamed]


@pytest.mark.parametrize(
    ("model_id", "field"),
    [("gpt-5.4-mini", "max_completion_tokens"), ("claude-sonnet-5-5", "max_tokens")],
)
async def test_token_limit_has_the_name_the_family_takes(
    emulator: CometAPIEmulator, model_id: str, field: str
) -> None:
    await _all_ways(ChatCometAPI(model=model_id, max_tokens=50), "Hi")
    await _all_ways(ChatCometAPI(model="deepseek-v4-pro").bind(model=model_id, max_tokens=50), "Hi")
    assert len(emulator.requests) == 8
    for request in emulator.requests:
        assert request.body is not None
        assert {name for name in request.body if "tokens" in name} == {field}


@pytest.mark.parametrize("model_id", THINKING)
async def test_a_tool_loop_sends_reasoning_back(emulator: CometAPIEmulator, model_id: str) -> None:
    model = ChatCometAPI(model=model_id).bind_tools([get_weather])
    question = HumanMessage("What is the weather in Paris?")
    for call in await _all_ways(model, [question]):
        assert call.additional_kwargs["reasoning_content"]
        assert call.content_blocks[0]["type"] == "reasoning"
        result = ToolMessage("Rain", tool_call_id=call.tool_calls[0]["id"])
        history = [question, call, result]
        for answer in await _all_ways(model, history):
            assert "Rain" in answer.text
        sent = emulator.requests[-1].body
        assert sent is not None
        replayed = sent["messages"][1]["reasoning_content"]
        assert replayed == call.additional_kwargs["reasoning_content"]


@pytest.mark.parametrize("first", FAMILIES)
@pytest.mark.parametrize("second", FAMILIES)
async def test_switching_models_in_a_tool_loop(
    emulator: CometAPIEmulator, first: str, second: str
) -> None:
    model = ChatCometAPI(model=first).bind_tools([get_weather])
    question = HumanMessage("What is the weather in Paris?")
    call = model.invoke([question])
    history = [question, call, ToolMessage("Rain", tool_call_id=call.tool_calls[0]["id"])]
    for answer in await _all_ways(model.bind(model=second), history):
        assert "Rain" in answer.text
        assert answer.response_metadata["model_name"].startswith(second)


@pytest.mark.parametrize("model_id", FAMILIES)
@pytest.mark.parametrize("output_version", ["v0", "v1"])
async def test_agent(emulator: CometAPIEmulator, model_id: str, output_version: str) -> None:
    agent: Any = create_agent(
        ChatCometAPI(model=model_id, output_version=output_version), [get_weather]
    )
    question = {"messages": [HumanMessage("What is the weather in Paris?")]}
    for state in (agent.invoke(question), await agent.ainvoke(question)):
        kinds = [message.type for message in state["messages"]]
        assert kinds == ["human", "ai", "tool", "ai"]
        assert "Rain in Paris" in state["messages"][-1].text


@pytest.mark.parametrize("model_id", FAMILIES)
@pytest.mark.parametrize("method", ["function_calling", "json_schema", None])
async def test_structured_output(emulator: CometAPIEmulator, model_id: str, method: Any) -> None:
    prompt = "Name the city: Paris"
    model = ChatCometAPI(model=model_id).with_structured_output(City, method=method)
    if (model_id, method) == ("deepseek-v4-pro", "json_schema"):
        with pytest.raises(ValueError, match="takes no `response_format` of the type"):
            model.invoke(prompt)
        assert emulator.requests == []
        return
    assert model.invoke(prompt) == City(name="Paris")
    assert await model.ainvoke(prompt) == City(name="Paris")
    raw = ChatCometAPI(model=model_id).with_structured_output(City, method=method, include_raw=True)
    answer: Any = raw.invoke(prompt)
    assert answer["parsed"] == City(name="Paris")
    assert answer["parsing_error"] is None
    assert isinstance(answer["raw"], AIMessage)


async def test_stream_options_refused_once(emulator: CometAPIEmulator) -> None:
    model = ChatCometAPI(model=NO_STREAM_OPTIONS_MODEL, max_retries=0)
    assert merge(model.stream("Hi")).text
    assert (await amerge(model.astream("Hi"))).text
    asked = ["stream_options" in (request.body or {}) for request in emulator.requests]
    assert asked == [True, False, False]
    with pytest.raises(CometAPIInvalidRequestError, match="stream_options"):
        merge(model.stream("Hi", stream_options={"include_usage": True}))
    assert len(emulator.requests) == 4


async def test_errors(emulator: CometAPIEmulator) -> None:
    cases: list[tuple[ChatCometAPI, type[Exception], int]] = [
        (ChatCometAPI(model="gpt-5.4-mini", api_key="sk-wrong"), CometAPIAuthenticationError, 1),
        (ChatCometAPI(model="no-such-model"), CometAPIModelNotFoundError, 1),
        (ChatCometAPI(model="gpt-image-2"), CometAPIModelNotFoundError, 1),
        (ChatCometAPI(model=RATE_LIMITED_MODEL, max_retries=0), CometAPIRateLimitError, 1),
        (
            ChatCometAPI(model="gpt-5.4-mini", base_url=f"{emulator.root_url}/oops"),
            CometAPIUnexpectedResponseError,
            1,
        ),
    ]
    for model, kind, sent in cases:
        for how in ("invoke", "stream"):
            emulator.clear()
            with pytest.raises(kind) as raised:
                model.invoke("Hi") if how == "invoke" else merge(model.stream("Hi"))
            with pytest.raises(kind):
                await (model.ainvoke("Hi") if how == "invoke" else amerge(model.astream("Hi")))
            assert len(emulator.requests) == 2 * sent
            assert str(raised.value).endswith(f"[request id: {raised.value.request_id}]")  # type: ignore[attr-defined]


async def test_several_choices(emulator: CometAPIEmulator) -> None:
    model = ChatCometAPI(model="gpt-5.4-mini", n=2)
    result = model.generate([[HumanMessage("Hi")]])
    generations = result.generations[0]
    assert len(generations) == 2
    messages: list[Any] = [getattr(generation, "message", None) for generation in generations]
    assert messages[0].usage_metadata is not None
    assert messages[1].usage_metadata is None
    with pytest.raises(ValueError, match="`n` must be 1 when streaming"):
        merge(model.stream("Hi"))
    with pytest.raises(ValueError, match="`n` must be 1 when streaming"):
        await amerge(model.astream("Hi"))


REFUSABLE: dict[str, Any] = {
    "temperature": 0.2,
    "top_p": 0.9,
    "presence_penalty": 0.5,
    "frequency_penalty": 0.5,
    "logit_bias": {"1": 5},
    "logprobs": True,
    "seed": 7,
    "stop": ["END"],
}


@pytest.mark.filterwarnings("ignore::langchain_cometapi.CometAPIParameterWarning")
@pytest.mark.parametrize("effort", [None, "low", "none"])
def test_parameters_that_a_vendor_refuses_are_not_sent(
    emulator: CometAPIEmulator, effort: str | None
) -> None:
    """The rows of the package and the rules of the emulator are written apart."""
    efforts = {} if effort is None else {"reasoning_effort": effort}
    for row in MODELS.values():
        known = row.rules.efforts
        if row.kind != "text" or not row.chat or row.rate_limited:
            continue
        if effort is not None and known and effort not in known:
            continue
        model = ChatCometAPI(model=row.id, max_retries=0)
        for name, value in REFUSABLE.items():
            parameters: dict[str, Any] = {name: value, **efforts}
            assert model.invoke("Hi", **parameters).text, (row.id, name)
    assert emulator.requests
