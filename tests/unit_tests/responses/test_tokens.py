"""Tokens of messages of the Responses route: of what goes back to the model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from langchain_cometapi import ChatCometAPI
from langchain_cometapi._content.reported_tokens import forget_reports
from tests.support import (
    Gateway,
    all_ways,
    answer,
    ask,
    call_item,
    get_weather,
    respond,
    text_item,
    whole_response,
)
from tests.unit_tests.responses.items import ITEMS

if TYPE_CHECKING:
    from langchain_core.messages import AIMessage

MODEL = "gpt-6-sol"
REASONING: dict[str, Any] = {
    "type": "reasoning",
    "id": "rs_1",
    "summary": [{"type": "summary_text", "text": "The tower has many steps. " * 40}],
    "encrypted_content": "gAAAA" * 2000,
}


def receive(*items: dict[str, Any], version: str | None = None) -> Any:
    gateway = Gateway(answer(whole_response(*items)))
    message = gateway.model(MODEL, output_version=version).invoke("Hi")
    forget_reports()
    return message


def count(*messages: AIMessage, model: str = MODEL, **fields: Any) -> int:
    made = ChatCometAPI(model=model, api_key="k", **fields)
    return made.get_num_tokens_from_messages(messages)


each_version = pytest.mark.parametrize("version", ["v0", "v1", "responses/v1"])


@each_version
def test_reasoning_counts_where_it_goes_back(version: str) -> None:
    plain = receive(text_item("Yes"), version=version)
    with_reasoning = receive(REASONING, text_item("Yes"), version=version)
    assert 150 < count(with_reasoning) - count(plain) < 350  # not what is encrypted
    for fields in (
        {"replay_reasoning": False},
        {"model": "claude-sonnet-5-5"},
        {"base_url": "https://b.example/v1"},
        {"endpoint": "chat"},
        {"model": "gpt-4o", "endpoint": "responses"},  # it takes no reasoning
    ):
        assert count(with_reasoning, **fields) == count(plain, **fields), fields


@each_version
def test_reasoning_without_what_it_belongs_to_does_not_count(version: str) -> None:
    message = receive(REASONING, text_item("Yes"), version=version)
    content = [block for block in message.content if block["type"] == "reasoning"]
    assert count(message.model_copy(update={"content": content})) < 10


@each_version
def test_call_counts_once_and_by_its_arguments(version: str) -> None:
    short, long = (
        receive(call_item("f", f'{{"a": "{text}"}}'), version=version)
        for text in ("one", "one two three four five six " * 20)
    )
    assert 100 < count(long) - count(short) < 200
    assert count(short) < 25


@each_version
def test_items_of_built_in_tools_count_by_what_is_in_them(version: str) -> None:
    search = {"action": {"type": "search", "query": "lighthouse opening hours " * 10}}
    plain = count(receive(text_item("Yes"), version=version))

    def added(kind: str, **fields: Any) -> int:
        item = {**ITEMS[kind], **fields}
        return count(receive(item, text_item("Yes"), version=version)) - plain

    assert added("compaction", encrypted_content="gAAAA" * 2000) < 10
    assert 20 < added("web_search_call", **search) < 80
    assert added("image_generation_call", result="A" * 90_000) == 1229


@all_ways
async def test_loop_with_reasoning_is_estimated_as_it_is_counted(way: str) -> None:
    items = [REASONING, call_item("get_weather", '{"city": "Paris"}'), text_item("Sunny.")]
    reply = receive(*items[:2])
    history: list[Any] = [
        "How is the weather?",
        reply,
        {"role": "tool", "content": "Sunny", "tool_call_id": "call_1"},
    ]
    plain = ChatCometAPI(model=MODEL, api_key="k")
    estimated = plain.get_num_tokens_from_messages(history, tools=[get_weather])
    usage = {"input_tokens": estimated, "output_tokens": 1, "total_tokens": estimated + 1}
    gateway = Gateway(lambda request: respond(request, items[2], usage=usage))
    await ask(gateway.model(MODEL).bind_tools([get_weather]), way, history)
    after = plain.get_num_tokens_from_messages(history, tools=[get_weather])
    assert abs(after - estimated) <= 2
