"""Token counts: by estimate, for every model, without a download."""

from __future__ import annotations

from typing import Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage

from langchain_cometapi import ChatCometAPI


def model(name: str = "gpt-5.4-mini", **kwargs: Any) -> ChatCometAPI:
    return ChatCometAPI(model=name, api_key="sk-test", **kwargs)


def get_weather(city: str) -> str:
    """Get the weather in a city."""
    return city


@pytest.mark.parametrize(
    ("name", "tokens"),
    [
        ("gpt-5.4-mini", 175),
        ("claude-sonnet-5-5", 200),
        ("claude-opus-5", 280),
        ("deepseek-v4-pro", 213),
        ("some-new-thing", 175),
    ],
)
def test_a_text_counts_by_the_family(name: str, tokens: int) -> None:
    assert model(name).get_num_tokens("abcd " * 140) == tokens
    assert model(name).get_num_tokens("") == 0
    assert model(name).get_num_tokens("a") == 1


IMAGE_BLOCKS: list[dict[str, Any]] = [
    {"type": "image", "base64": "A" * 90_000, "mime_type": "image/png"},
    {"type": "image", "url": "https://a.example/b.png"},
    {"type": "image_url", "image_url": {"url": "data:image/png;base64," + "A" * 90_000}},
    {"type": "input_image", "image_url": "data:image/png;base64," + "A" * 90_000},
    {"type": "file", "base64": "A" * 90_000, "mime_type": "application/pdf"},
    {"type": "input_audio", "input_audio": {"data": "A" * 90_000, "format": "wav"}},
]


@pytest.mark.parametrize(
    ("name", "tokens"), [("gpt-5.5", 1229), ("claude-opus-5", 1369), ("some-new-thing", 1000)]
)
@pytest.mark.parametrize("block", IMAGE_BLOCKS, ids=lambda block: str(block["type"]))
def test_media_count_as_media(name: str, tokens: int, block: dict[str, Any]) -> None:
    count = model(name).get_num_tokens_from_messages
    text = {"type": "text", "text": "Look."}
    message = HumanMessage([text, block])
    assert count([message]) - count([HumanMessage([text])]) == tokens
    assert message.content[1] == block  # counted, not changed


def test_tools_count() -> None:
    count = model().get_num_tokens_from_messages
    messages = [HumanMessage("How is the weather?")]
    assert 0 < count(messages) < count(messages, tools=[get_weather])


@pytest.mark.parametrize(
    ("name", "counted"), [("deepseek-v4-pro", True), ("kimi-k3", True), ("grok-4.5", False)]
)
def test_thoughts_count_where_they_are_sent_back(name: str, counted: bool) -> None:
    count = model(name).get_num_tokens_from_messages
    thought = AIMessage("Yes", additional_kwargs={"reasoning_content": "Well. " * 100})
    assert (count([thought]) > count([AIMessage("Yes")])) is counted


def test_own_tokenizer() -> None:
    own = model(custom_get_token_ids=lambda text: [0] * len(text.split()))
    assert own.get_num_tokens("one two three") == 3
    assert own.get_num_tokens_from_messages([HumanMessage("one two")]) == 2
