"""The emulator's Messages route, driven by Anthropic's SDK and held against its types."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any, cast

import anthropic
import pytest
from anthropic.types import Message, RawMessageStreamEvent
from pydantic import BaseModel, TypeAdapter

from langchain_cometapi.emulator import Reply

if TYPE_CHECKING:
    from collections.abc import Iterator

    from langchain_cometapi.emulator import CometAPIEmulator

pytestmark = pytest.mark.native

OPUS, OLD = "claude-opus-5", "claude-haiku-4-5"
BUDGET = {"type": "enabled", "budget_tokens": 1024}
SHOWN = {"type": "adaptive", "display": "summarized"}
EVENTS: TypeAdapter[Any] = TypeAdapter(RawMessageStreamEvent)
WEATHER = {
    "name": "get_weather",
    "description": "The weather.",
    "input_schema": {"type": "object", "properties": {"city": {"type": "string"}}},
}
SEARCH = {"type": "web_search_20250305", "name": "web_search"}
CODE = {"type": "code_execution_20260120", "name": "code_execution"}
PDF = base64.b64encode(b"%PDF-1.7").decode()
DOCUMENT = {
    "type": "document",
    "source": {"type": "base64", "media_type": "application/pdf", "data": PDF},
    "citations": {"enabled": True},
}
CASES: dict[str, dict[str, Any]] = {
    "text": {"prompt": "Hi"},
    "thinking": {"prompt": "Hi", "thinking": SHOWN},
    "omitted thinking": {"prompt": "Hi", "thinking": {"type": "adaptive"}},
    "tools": {"prompt": "The weather in Rome?", "tools": [WEATHER]},
    "search": {"prompt": "Search for cats", "tools": [SEARCH]},
    "code": {"prompt": "Compute it", "tools": [CODE]},
    "pause": {"prompt": "Search, then pause", "tools": [SEARCH]},
    "document": {"prompt": [DOCUMENT, {"type": "text", "text": "What is it?"}]},
    "cut": {"prompt": "Hi", "max_tokens": 4},
    "stop": {"prompt": "Hi", "stop_sequences": ["you"]},
    "refusal": {"prompt": "ANTHROPIC_MAGIC_STRING_TRIGGER_REFUSAL_1FAE"},
}


def body(case: str) -> dict[str, Any]:
    fields = dict(CASES[case])
    messages = [{"role": "user", "content": fields.pop("prompt")}]
    return {"model": OPUS, "max_tokens": 4096, "messages": messages, **fields}


@pytest.fixture
def client(emulator: CometAPIEmulator) -> Iterator[anthropic.Anthropic]:
    emulator.clear()
    with anthropic.Anthropic(
        base_url=emulator.root_url, api_key=emulator.api_key, max_retries=0
    ) as client:
        yield client


def check_known(value: Any, model: Any) -> None:
    """Check that each field of a body is one of the SDK's type for it."""
    if isinstance(model, BaseModel):
        assert set(value) <= set(type(model).model_fields), (value, type(model))
        for name, item in value.items():
            check_known(item, getattr(model, name))
    elif isinstance(model, list):
        for item, one in zip(value, model, strict=True):
            check_known(item, one)


@pytest.mark.parametrize("case", CASES)
def test_message_is_of_the_sdks_types(client: anthropic.Anthropic, case: str) -> None:
    raw = client.messages.with_raw_response.create(**body(case)).http_response.json()
    check_known(raw, Message.model_validate(raw, strict=False))


@pytest.mark.parametrize("case", CASES)
def test_events_are_of_the_sdks_types_and_make_a_message(
    client: anthropic.Anthropic, case: str
) -> None:
    whole = client.messages.create(**body(case))
    with client.messages.create(**body(case), stream=True) as stream:
        for event in stream:
            raw = event.to_dict(mode="json", exclude_unset=True)
            check_known(raw, EVENTS.validate_python(raw))
    with client.messages.stream(**body(case)) as stream:
        message = stream.get_final_message()
    assert [block.type for block in message.content] == [block.type for block in whole.content]
    assert message.stop_reason == whole.stop_reason
    assert message.usage == whole.usage


@pytest.mark.parametrize(
    ("model", "thinking"), [(OLD, BUDGET), (OPUS, SHOWN), (OPUS, {"type": "adaptive"})]
)
def test_tool_loop_sends_back_what_it_has_got(
    client: anthropic.Anthropic, model: str, thinking: Any
) -> None:
    fields: dict[str, Any] = {
        "model": model,
        "max_tokens": 4096,
        "thinking": thinking,
        "tools": [WEATHER],
    }
    messages: list[Any] = [{"role": "user", "content": "The weather in Rome?"}]
    with client.messages.stream(messages=messages, **fields) as stream:
        answer: Any = stream.get_final_message()
    thought, call = answer.content
    assert (thought.type, call.type, answer.stop_reason) == ("thinking", "tool_use", "tool_use")
    result = {"type": "tool_result", "tool_use_id": call.id, "content": "sunny"}
    messages += [answer.to_param(), {"role": "user", "content": [result]}]
    last: Any = client.messages.create(messages=messages, **fields)
    assert last.content[-1].text.endswith("get_weather returned sunny")
    messages += [last.to_param(), {"role": "user", "content": "Thanks"}]
    client.messages.create(messages=messages, **fields)


def test_paused_turn_is_sent_back(client: anthropic.Anthropic) -> None:
    fields = body("pause")
    answer = client.messages.create(**fields)
    assert answer.stop_reason == "pause_turn"
    fields["messages"].append(answer.to_param())
    assert client.messages.create(**fields).stop_reason == "end_turn"


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        ("400", anthropic.BadRequestError),
        ("bedrock", anthropic.BadRequestError),
        ("401", anthropic.AuthenticationError),
        ("403", anthropic.PermissionDeniedError),
        ("404", anthropic.NotFoundError),
        ("413", anthropic.RequestTooLargeError),
        ("429", anthropic.RateLimitError),
        ("529", anthropic.OverloadedError),
        ("reset", anthropic.APIConnectionError),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
def test_faults_are_the_sdks_errors(
    client: anthropic.Anthropic,
    emulator: CometAPIEmulator,
    fault: str,
    kind: type[Exception],
    stream: bool,
) -> None:
    with emulator.script([Reply("Hi", fault=fault)]), pytest.raises(kind) as caught:
        client.messages.create(**body("text"), stream=stream)
    if isinstance(caught.value, anthropic.APIStatusError) and fault != "bedrock":
        assert cast("Any", caught.value.body)["error"]["message"]


def test_error_within_a_stream_is_an_error(
    client: anthropic.Anthropic, emulator: CometAPIEmulator
) -> None:
    seen: list[str] = []
    with (
        emulator.script([Reply("A long answer of a few words.", fault="stream_error; status=529")]),
        pytest.raises(anthropic.APIStatusError) as caught,
        client.messages.stream(**body("text")) as stream,
    ):
        seen.extend(stream.text_stream)
    assert seen
    assert cast("Any", caught.value.body)["error"]["type"] == "overloaded_error"


def test_betas_are_sent_as_a_header(
    client: anthropic.Anthropic, emulator: CometAPIEmulator
) -> None:
    managed: Any = {"edits": [{"type": "clear_tool_uses_20250919"}]}
    betas = ["context-management-2025-06-27"]
    message = client.beta.messages.create(**body("text"), betas=betas, context_management=managed)
    assert message.context_management is not None
    assert emulator.requests[-1].headers["anthropic-beta"] == betas[0]
    with pytest.raises(anthropic.BadRequestError, match="context_management: Extra inputs"):
        client.beta.messages.create(**body("text"), context_management=managed)


def test_cache_is_written_and_read(client: anthropic.Anthropic) -> None:
    system: Any = [
        {
            "type": "text",
            "text": "word " * 2000,
            "cache_control": {"type": "ephemeral", "ttl": "1h"},
        }
    ]
    first, second = (client.messages.create(**body("text"), system=system).usage for _ in "ab")
    assert first.cache_creation is not None
    assert first.cache_creation.ephemeral_1h_input_tokens == 2500
    assert (second.cache_creation_input_tokens, second.cache_read_input_tokens) == (0, 2500)


async def test_async_client_is_served(emulator: CometAPIEmulator) -> None:
    async with (
        anthropic.AsyncAnthropic(
            base_url=emulator.root_url, auth_token=emulator.api_key, api_key=None, max_retries=0
        ) as client,
        client.messages.stream(**body("thinking")) as stream,
    ):
        message = await stream.get_final_message()
    assert [block.type for block in message.content] == ["thinking", "text"]
