"""Calls of tools that a model did not finish: shown as invalid, never run and never sent again."""

from __future__ import annotations

from typing import Any

import pytest
from langchain_core.messages import HumanMessage, ToolMessage

from tests.support import Gateway, all_ways, ask
from tests.support.messages import MessagesGateway, replies, text, tool_use
from tests.unit_tests.native.gemini_gateway import CALL, make, reply

pytestmark = pytest.mark.native

CITY = {"name": "city", "description": "Of a city", "input_schema": {"type": "object"}}
BLOCKS = (text("Let me look."), tool_use({"name": "Paris"}))
PARTS = {"call": [CALL], "text": [{"text": "Look:"}, CALL], "calls": [CALL, CALL]}
OTHER_REASONS = ("model_context_window_exceeded", "refusal", "pause_turn", "stop_sequence")


# -- Claude ----------------------------------------------------------------------------------------


@all_ways
@pytest.mark.parametrize(
    ("reason", "arguments"),
    [
        *(("max_tokens", cut) for cut in ('{"name": "Par', "", '{"tags": ["a"')),
        *((reason, '{"name": "Paris"}') for reason in ("max_tokens", *OTHER_REASONS)),
    ],
)
async def test_call_of_claude_that_was_cut_off_never_runs(
    reason: str, arguments: str, way: str
) -> None:
    blocks = (*BLOCKS[:-1], tool_use({"name": "Rome"}, "toolu_0"), BLOCKS[-1])
    gateway = MessagesGateway(replies(*BLOCKS, stop_reason=reason, arguments=arguments))
    if way in {"invoke", "ainvoke"}:
        gateway = MessagesGateway(replies(*blocks, stop_reason=reason))

    answer = await ask(gateway.claude().bind_tools([CITY]), way)

    assert "toolu_1" not in [call["id"] for call in answer.tool_calls]
    assert [call["id"] for call in answer.invalid_tool_calls] == ["toolu_1"]
    assert reason in answer.response_metadata["tool_call_errors"]["toolu_1"]
    [shown] = [block for block in answer.content_blocks if block.get("id") == "toolu_1"]
    assert shown["type"] == "invalid_tool_call"
    assert reason in str(shown.get("error"))


@pytest.mark.parametrize("version", ["v0", "v1"])
@all_ways
async def test_whole_call_beside_one_that_was_cut_off_is_kept(version: str, way: str) -> None:
    blocks = (tool_use({"name": "Rome"}, "toolu_0"), tool_use({"name": "Paris"}))
    gateway = MessagesGateway(replies(*blocks, stop_reason="max_tokens"))

    answer = await ask(gateway.claude(output_version=version).bind_tools([CITY]), way)

    assert [call["id"] for call in answer.tool_calls] == ["toolu_0"]
    shown = {block.get("id"): block["type"] for block in answer.content_blocks}
    is_merged_v1 = version == "v1" and way in {"stream", "astream"}  # core leaves the chunk there
    invalid = "tool_call_chunk" if is_merged_v1 else "invalid_tool_call"
    assert shown == {"toolu_0": "tool_call", "toolu_1": invalid}


@pytest.mark.filterwarnings("ignore:.*stream_events")
@pytest.mark.parametrize("arguments", ['{"name": "Par', "", '{"name": "Paris"}'])
def test_call_that_was_cut_off_never_runs_in_streams_of_events(arguments: str) -> None:
    gateway = MessagesGateway(replies(*BLOCKS, stop_reason="max_tokens", arguments=arguments))

    answer = gateway.claude().bind_tools([CITY]).stream_events("Hi", version="v3").output

    assert answer.tool_calls == []
    assert "tool_call" not in [block["type"] for block in answer.content_blocks]


@all_ways
async def test_call_that_text_follows_is_whole(way: str) -> None:
    blocks = (tool_use({"name": "Paris"}), text("And"))
    gateway = MessagesGateway(replies(*blocks, stop_reason="max_tokens"))

    answer = await ask(gateway.claude().bind_tools([CITY]), way)

    assert [call["args"] for call in answer.tool_calls] == [{"name": "Paris"}]
    assert answer.invalid_tool_calls == []


@pytest.mark.parametrize("way", ["stream", "astream"])
async def test_arguments_that_are_no_json_never_run(way: str) -> None:
    gateway = MessagesGateway(replies(*BLOCKS, stop_reason="tool_use", arguments='{"name": "Pa'))

    answer = await ask(gateway.claude().bind_tools([CITY]), way)

    assert answer.tool_calls == []
    assert answer.invalid_tool_calls[0]["id"] == "toolu_1"


@all_ways
async def test_call_of_claude_that_was_cut_off_is_not_sent_again(way: str) -> None:
    gateway = MessagesGateway(replies(*BLOCKS, stop_reason="max_tokens"), replies())
    answer = await ask(gateway.claude().bind_tools([CITY]), way)

    gateway.claude().invoke([HumanMessage("Hi"), answer, HumanMessage("Go on")])

    assert gateway.bodies[1]["messages"][1]["content"] == [text("Let me look.")]


# -- Gemini ----------------------------------------------------------------------------------------


@all_ways
@pytest.mark.parametrize("finish", ["MAX_TOKENS", "MALFORMED_FUNCTION_CALL", "SAFETY"])
@pytest.mark.parametrize("parts", PARTS.values(), ids=PARTS)
async def test_call_of_gemini_that_was_cut_off_never_runs(
    parts: list[Any], finish: str, way: str
) -> None:
    message = await ask(make(Gateway(reply(*parts, finish=finish))), way)
    [cut] = message.invalid_tool_calls
    assert cut["name"] == "get_weather"
    assert len(message.tool_calls) == parts.count(CALL) - 1
    assert finish in message.response_metadata["tool_call_errors"][cut["id"]]


@all_ways
@pytest.mark.parametrize("parts", PARTS.values(), ids=PARTS)
async def test_call_of_gemini_that_was_cut_off_is_not_sent_again(
    parts: list[Any], way: str
) -> None:
    gateway = Gateway(reply(*parts, finish="MAX_TOKENS"), reply({"text": "Hello"}))
    model = make(gateway)
    message = await ask(model, way)
    after = [ToolMessage("Rain", tool_call_id=call["id"]) for call in message.tool_calls]
    await ask(model, way, [HumanMessage("Hi"), message, *after, HumanMessage("Go on")])
    sent = [part for content in gateway.bodies[1]["contents"] for part in content["parts"]]
    kinds = [next(iter(part.keys() - {"thoughtSignature"})) for part in sent]
    kept = ["text" if "text" in part else "functionCall" for part in parts[:-1]]
    assert kinds == ["text", *kept, *(["functionResponse"] if after else []), "text"]
