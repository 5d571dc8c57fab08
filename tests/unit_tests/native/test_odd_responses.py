"""Responses of `/v1/messages` that are newer than the SDK, repeat themselves, or are none."""

from __future__ import annotations

import pickle
from typing import Any

import anthropic
import pytest
from langchain_core.messages import AIMessage, HumanMessage

from langchain_cometapi import CometAPIStreamTruncatedError, CometAPIUnexpectedResponseError
from langchain_cometapi._client.sdk import httpx
from tests.support.calls import all_ways, ask
from tests.support.messages import (
    MODEL,
    USAGE,
    MessagesGateway,
    events,
    message,
    replies,
    stream,
    text,
    tool_use,
    write,
)

pytestmark = pytest.mark.native

in_streams = pytest.mark.parametrize("way", ["stream", "astream"])

TOOL = {"name": "city", "description": "A city", "input_schema": {"type": "object"}}
NEWER = [
    {"type": "hologram", "data": "abc"},
    {"type": "container_upload", "file_id": "file_1"},
]
END = {"type": "message_delta", "delta": {"stop_reason": "end_turn", "stop_sequence": None}}


# -- newer ones ----------------------------------------------------------------------------------


@pytest.mark.parametrize("block", NEWER, ids=lambda block: block["type"])
@pytest.mark.parametrize("version", ["v0", "v1"])
@pytest.mark.parametrize("tools", [[], [TOOL]], ids=["plain", "tools"])
@all_ways
async def test_block_of_a_newer_type_is_kept_and_sent_back(
    block: dict[str, Any], version: str, tools: list[Any], way: str
) -> None:
    gateway = MessagesGateway(replies(block, text("Paris.")))
    model = gateway.claude(output_version=version)
    model = model.bind_tools(tools) if tools else model

    answer = await ask(model, way)
    model.invoke([HumanMessage("Hi"), answer, HumanMessage("And?")])

    assert answer.text == "Paris."
    assert [shown["type"] for shown in answer.content_blocks] == ["non_standard", "text"]
    assert gateway.bodies[1]["messages"][1]["content"] == [block, text("Paris.")]


@in_streams
async def test_content_of_a_newer_kind_is_kept_and_no_tool_call(way: str) -> None:
    listed = events(tool_use({"name": "Rome"}, "toolu_0"), NEWER[0], text("Rome."))
    start = next(i for i, e in enumerate(listed) if e.get("content_block") == NEWER[0])
    for delta in (
        {"type": "input_json_delta", "partial_json": "{}"},
        {"type": "hologram_delta", "rays": "xyz"},
    ):
        event = {"type": "content_block_delta", "index": 1, "delta": delta}
        listed.insert(start + 1, event)
    gateway = MessagesGateway(stream(*write(listed)))

    answer = await ask(gateway.claude().bind_tools([TOOL]), way)

    assert [call["id"] for call in answer.tool_calls] == ["toolu_0"]
    assert answer.content[1] == {**NEWER[0], "index": 1, "partial_json": "{}", "rays": "xyz"}


# -- repeated or missing ones --------------------------------------------------------------------


@in_streams
@pytest.mark.parametrize("times", [2, 3])
@pytest.mark.parametrize("kind", ["message_start", "message_delta", "message_stop"])
async def test_event_that_is_repeated_counts_once(kind: str, times: int, way: str) -> None:
    listed = [e for e in events() for _ in range(times if e["type"] == kind else 1)]
    gateway = MessagesGateway(stream(*write(listed)), stream(*write(events())))

    answer = await ask(gateway.claude(), way)
    once = await ask(gateway.claude(), way)

    assert answer.content == "Hello"
    assert answer.usage_metadata == once.usage_metadata
    assert answer.response_metadata == once.response_metadata


@in_streams
async def test_usage_that_grows_is_counted_as_it_is_at_the_end(way: str) -> None:
    listed = events()
    first = {**END, "delta": {"stop_reason": None}, "usage": {"output_tokens": 2}}
    listed.insert(-2, first)

    answer = await ask(MessagesGateway(stream(*write(listed))).claude(), way)

    assert answer.usage_metadata["input_tokens"] == 50
    assert answer.usage_metadata["output_tokens"] == 5
    assert answer.usage_metadata["input_token_details"]["cache_read"] == 40


@pytest.mark.filterwarnings("ignore:.*stream_events")
def test_usage_that_grows_is_whole_in_streams_of_events() -> None:
    listed = events()
    listed.insert(-2, {**END, "delta": {"stop_reason": None}, "usage": {"output_tokens": 2}})
    model = MessagesGateway(stream(*write(listed))).claude()

    usage: Any = model.stream_events("Hi", version="v3").output.usage_metadata

    assert (usage["input_tokens"], usage["output_tokens"]) == (50, 5)
    assert usage["input_token_details"]["cache_read"] == 40


@in_streams
@pytest.mark.parametrize("usage", [{}, {"usage": None}], ids=["missing", "null"])
async def test_end_without_usage_has_that_of_the_start(usage: dict[str, Any], way: str) -> None:
    listed = [*events()[:-2], END | usage, {"type": "message_stop"}]

    answer = await ask(MessagesGateway(stream(*write(listed))).claude(), way)

    assert answer.usage_metadata["input_tokens"] == 50


@in_streams
@pytest.mark.parametrize("blocks", [[text()], [tool_use({"name": "Rome"})]], ids=["text", "call"])
@pytest.mark.parametrize("delta", [[], [{**END, "delta": {"stop_reason": None}, "usage": USAGE}]])
async def test_message_without_a_stop_reason_is_cut_off(
    delta: list[Any], blocks: list[Any], way: str
) -> None:
    listed = [*events(*blocks)[:-2], *delta, {"type": "message_stop"}]
    model = MessagesGateway(stream(*write(listed))).claude()

    with pytest.raises(CometAPIStreamTruncatedError, match="stop_reason") as caught:
        await ask(model.bind_tools([TOOL]), way)

    partial = caught.value.partial_message
    assert isinstance(partial, AIMessage)
    assert partial.tool_calls == []
    kinds = [block["type"] for block in partial.content_blocks]
    assert kinds == (["text"] if blocks[0]["type"] == "text" else ["invalid_tool_call"])


# -- no messages ---------------------------------------------------------------------------------


def check(error: CometAPIUnexpectedResponseError) -> None:
    """It is of the SDK as well, says what is wrong and not what it read, and can be pickled."""
    assert isinstance(error, anthropic.APIResponseValidationError)
    assert "cannot read the response" in str(error)
    assert "secret" not in str(error)
    assert error.model == MODEL
    assert str(pickle.loads(pickle.dumps(error))) == str(error)  # noqa: S301 - our own bytes


@pytest.mark.parametrize("way", ["invoke", "ainvoke"])
@pytest.mark.parametrize(
    "block",
    [
        {"type": "text"},
        {"type": "text", "text": None},
        {"type": "tool_use", "id": "toolu_1", "name": "city", "input": ["secret"]},
        {"type": "tool_use", "id": "toolu_1", "name": "city"},
        {"no": "type"},
        "secret",
        None,
    ],
)
async def test_content_that_cannot_be_read_is_a_typed_error(block: Any, way: str) -> None:
    gateway = MessagesGateway(httpx.Response(200, json=message(block)))

    with pytest.raises(CometAPIUnexpectedResponseError) as caught:
        await ask(gateway.claude(max_retries=0), way)

    check(caught.value)


@in_streams
@pytest.mark.parametrize(
    "event",
    [
        {"type": "message_start"},
        {"type": "message_start", "message": None},
        {"type": "content_block_delta", "index": 0},
        {"type": "message_delta", "usage": USAGE},
        {"type": "message_delta", "delta": None},
    ],
)
async def test_event_that_cannot_be_read_is_a_typed_error(event: dict[str, Any], way: str) -> None:
    listed = events()
    gateway = MessagesGateway(stream(*write([*listed[:5], event, *listed[5:]])))

    with pytest.raises(CometAPIUnexpectedResponseError) as caught:
        await ask(gateway.claude(), way)

    check(caught.value)
    assert isinstance(caught.value.partial_message, AIMessage)
    assert caught.value.partial_message.text
