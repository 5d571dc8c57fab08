"""What users do with a model, against the strict emulator."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from langchain.agents import create_agent
from langchain_core.messages import HumanMessage

from langchain_cometapi import (
    ChatCometAPI,
    CometAPIAuthenticationError,
    CometAPIError,
    CometAPIModelNotFoundError,
    CometAPIRateLimitError,
    CometAPIUnexpectedResponseError,
)
from langchain_cometapi.emulator import RATE_LIMITED_MODEL
from langchain_cometapi.emulator._rules.registry import MODELS
from tests.integration_tests.agents import get_weather, run_agent
from tests.support import WAYS, all_ways, ask

if TYPE_CHECKING:
    from langchain_cometapi.emulator import CometAPIEmulator

FAMILIES = ["gpt-5.4-mini", "claude-sonnet-5-5", "gemini-3.8-flash", "deepseek-v4-pro"]


@pytest.mark.parametrize("model_id", FAMILIES)
async def test_metadata_of_a_merged_stream_is_there_once(model_id: str) -> None:
    model = ChatCometAPI(model=model_id)
    for message in [await ask(model, way) for way in WAYS]:
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
    model = ChatCometAPI(model="gpt-5.4-mini")
    for way in WAYS:
        await ask(model, way)
    body = {"model": "gpt-5.4-mini", "messages": [{"role": "user", "content": "Hi"}]}
    streamed = {**body, "stream": True, "stream_options": {"include_usage": True}}
    assert [request.body for request in emulator.requests] == [body, streamed, body, streamed]


@pytest.mark.parametrize("model_id", FAMILIES)
@pytest.mark.parametrize("output_version", ["v0", "v1"])
async def test_agent_calls_its_tool_and_answers(model_id: str, output_version: str) -> None:
    model = ChatCometAPI(model=model_id, output_version=output_version)
    for way in WAYS:
        state = await run_agent(create_agent(model, [get_weather]), way)
        assert [message.type for message in state["messages"]] == ["human", "ai", "tool", "ai"]
        assert "4 degrees in Oslo" in state["messages"][-1].text


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
