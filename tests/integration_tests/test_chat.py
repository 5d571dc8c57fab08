"""What users do with a model, against the strict emulator."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from langchain.agents import create_agent
from langchain_core.messages import AIMessage, HumanMessage
from langchain_core.tools import tool

from langchain_cometapi import (
    ChatCometAPI,
    CometAPIAuthenticationError,
    CometAPIError,
    CometAPIInvalidRequestError,
    CometAPIModelNotFoundError,
    CometAPIRateLimitError,
    CometAPIUnexpectedResponseError,
    CometAPIUnsentRequestError,
)
from langchain_cometapi.emulator import NO_STREAM_OPTIONS_MODEL, RATE_LIMITED_MODEL
from langchain_cometapi.emulator._rules.registry import MODELS
from tests.support import WAYS, City, all_ways, ask

if TYPE_CHECKING:
    from langchain_cometapi.emulator import CometAPIEmulator

FAMILIES = ["gpt-5.4-mini", "claude-sonnet-5-5", "gemini-3.8-flash", "deepseek-v4-pro"]


@tool
def get_weather(city: str) -> str:
    """Get the weather in a city."""
    return f"Rain in {city}"


async def _all_ways(model: Any, prompt: Any) -> list[AIMessage]:
    return [await ask(model, way, prompt) for way in WAYS]


@pytest.mark.parametrize("model_id", FAMILIES)
async def test_metadata_of_a_merged_stream_is_there_once(
    emulator: CometAPIEmulator, model_id: str
) -> None:
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
    assert [request.body for request in emulator.requests] == [body, streamed, body, streamed]


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


@pytest.mark.parametrize("model_id", FAMILIES)
@pytest.mark.parametrize("output_version", ["v0", "v1"])
async def test_agent_calls_its_tool_and_answers(
    emulator: CometAPIEmulator, model_id: str, output_version: str
) -> None:
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
    raw = ChatCometAPI(model=model_id).with_structured_output(City, method=method, include_raw=True)
    assert model.invoke(prompt) == City(name="Paris")
    assert await model.ainvoke(prompt) == City(name="Paris")
    answer: Any = raw.invoke(prompt)
    assert answer["parsed"] == City(name="Paris")
    assert answer["parsing_error"] is None
    assert isinstance(answer["raw"], AIMessage)


async def test_stream_options_that_are_refused_are_not_sent_again(
    emulator: CometAPIEmulator,
) -> None:
    model = ChatCometAPI(model=NO_STREAM_OPTIONS_MODEL, max_retries=0)
    for way in ("stream", "astream"):
        assert (await ask(model, way)).text
    asked = ["stream_options" in (request.body or {}) for request in emulator.requests]
    assert asked == [True, False, False]
    with pytest.raises(CometAPIInvalidRequestError, match="stream_options"):
        await ask(model, "stream", stream_options={"include_usage": True})
    assert len(emulator.requests) == 4


@all_ways
@pytest.mark.parametrize(
    ("fields", "kind"),
    [
        ({"api_key": "sk-wrong"}, CometAPIAuthenticationError),
        ({"model": "no-such-model"}, CometAPIModelNotFoundError),
        ({"model": RATE_LIMITED_MODEL, "max_retries": 0}, CometAPIRateLimitError),
        ({"base_url": "{root_url}/oops"}, CometAPIUnexpectedResponseError),
    ],
    ids=str,
)
async def test_error_is_of_its_kind_and_names_its_request(
    emulator: CometAPIEmulator, fields: dict[str, Any], kind: type[CometAPIError], way: str
) -> None:
    if "base_url" in fields:
        fields = {"base_url": fields["base_url"].format(root_url=emulator.root_url)}
    with pytest.raises(kind) as raised:
        await ask(ChatCometAPI(**{"model": "gpt-5.4-mini", **fields}), way)
    assert len(emulator.requests) == 1
    assert str(raised.value).endswith(f"[request id: {raised.value.request_id}]")


@all_ways
@pytest.mark.parametrize("model_id", ["gpt-image-2", "text-embedding-3-small"])
async def test_model_without_a_chat_route_is_refused_before_sending(
    emulator: CometAPIEmulator, model_id: str, way: str
) -> None:
    assert model_id in MODELS
    with pytest.raises(CometAPIUnsentRequestError, match=f"serves {model_id} by .*, not by chat"):
        await ask(ChatCometAPI(model=model_id), way)
    assert emulator.requests == []


async def test_several_choices_are_returned_and_refused_in_streams(
    emulator: CometAPIEmulator,
) -> None:
    model = ChatCometAPI(model="gpt-5.4-mini", n=2)
    result = model.generate([[HumanMessage("Hi")]])
    generations = result.generations[0]
    assert len(generations) == 2
    messages: list[Any] = [getattr(generation, "message", None) for generation in generations]
    assert messages[0].usage_metadata is not None
    assert messages[1].usage_metadata is None
    for way in ("stream", "astream"):
        with pytest.raises(ValueError, match="`n` must be 1 when streaming"):
            await ask(model, way)


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
        model = ChatCometAPI(model=row.id, endpoint="chat", max_retries=0)
        for name, value in REFUSABLE.items():
            parameters: dict[str, Any] = {name: value, **efforts}
            assert model.invoke("Hi", **parameters).text, (row.id, name)
    assert emulator.requests


@pytest.mark.parametrize("detail", ["auto", "high", "low"])
@pytest.mark.parametrize(
    "model_id",
    [
        *("gpt-4o-mini", "gpt-4.1-nano", "gpt-5-mini", "gpt-5.1", "gpt-5.4", "gpt-5.4-mini"),
        *("gpt-5.5", "gpt-6-astra", "o3", "o4-mini", "claude-sonnet-5-5", "gemini-3.8-flash"),
        *("grok-4.5", "deepseek-v4-flash-vision", "kimi-k3"),
    ],
)
def test_image_is_billed_as_it_is_estimated(
    emulator: CometAPIEmulator, model_id: str, detail: str
) -> None:
    """Both state what an image of 1024 x 1024 pixels costs, each for itself."""
    png: dict[str, Any] = {
        "type": "image_url",
        "image_url": {"url": "data:image/png;base64,AAAA", "detail": detail},
    }
    text: dict[str, Any] = {"type": "text", "text": "What is it?"}
    model = ChatCometAPI(model=model_id, endpoint="chat")
    billed, estimated = [], []
    for parts in ([text], [text, png]):
        message = HumanMessage([*parts])
        usage = model.invoke([message]).usage_metadata
        assert usage is not None
        billed.append(usage["input_tokens"])
        estimated.append(model.get_num_tokens_from_messages([message]))
    assert billed[1] - billed[0] == estimated[1] - estimated[0]
    assert len(emulator.requests) == len(billed)
