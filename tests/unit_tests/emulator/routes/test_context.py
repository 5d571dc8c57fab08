"""Prompts that are longer than the context of their model."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from langchain_cometapi.emulator._rules.registry import MODELS
from tests.support import Gateway, answer, ask_and_fail
from tests.unit_tests.emulator.client import Client, user
from tests.unit_tests.emulator.responses_client import ResponsesClient

SHORT = {
    "gpt": "gpt-4o-mini",
    "claude": "claude-haiku-4-5",
    "deepseek": "deepseek-v3.2",
    "kimi": "kimi-k2.6",
    "glm": "glm-5.1",
    "doubao": "doubao-seed-2.0-lite",
    "grok": "grok-4.7",
    "qwen": "qwen3.8-max",
    "gemini": "gemini-3.8-flash",
    "mimo": "mimo-v2.6-pro",
}
"""A model of each family; the shortest context that it has."""

MESSAGE_TOKENS = 3


def text_of(tokens: int) -> str:
    """Return a text whose message has so many tokens."""
    return "word" * (tokens - MESSAGE_TOKENS)


def most_of(model: str) -> int:
    most = MODELS[model].rules.max_prompt
    assert most is not None
    return most


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("model", SHORT.values())
def test_prompt_may_fill_the_context_and_not_exceed_it(
    client: Client, model: str, stream: bool
) -> None:
    most = most_of(model)
    full = client.post(model=model, messages=[user(text_of(most))], stream=stream)
    assert full.status_code == 200
    refused = client.post(model=model, messages=[user(text_of(most + 1))], stream=stream)
    served = Gateway(answer(refused.json(), refused.status_code))
    error = asyncio.run(ask_and_fail(served))
    assert type(error).__name__ == "CometAPIContextOverflowError"


@pytest.mark.parametrize(
    ("model", "says"),
    [
        ("gpt-4o-mini", "Your input exceeds the context window of this model."),
        ("claude-haiku-4-5", "Input is too long for requested model."),
        ("deepseek-v3.2", "131072 tokens. However, you requested 131074 tokens (131074 in"),
        ("kimi-k2.6", "exceeded model token limit: 262144"),
        ("glm-5.1", "Prompt exceeds max length"),
        ("doubao-seed-2.0-lite", "exceed max message tokens"),
        ("grok-4.7", "is 500000 but the request contains 500002 tokens"),
        ("qwen3.8-max", "should be [1, 1000000]"),
        ("gemini-3.8-flash", "(1048578) exceeds the maximum number of tokens allowed (1048576)"),
    ],
)
def test_error_has_the_words_of_the_vendor_and_the_numbers(
    client: Client, model: str, says: str
) -> None:
    refused = client.post(model=model, messages=[user(text_of(most_of(model) + 2))])
    assert refused.status_code == 400
    assert says in refused.text


def test_responses_route_refuses_it_too() -> None:
    client = ResponsesClient()
    most = most_of("gpt-4o-mini")
    assert client.post(model="gpt-4o-mini", input=text_of(most)).status_code == 200
    refused = client.post(model="gpt-4o-mini", input=text_of(most + 1))
    assert refused.status_code == 400
    assert refused.json()["error"]["code"] == "context_length_exceeded"


def test_whole_conversation_and_its_tools_count(client: Client) -> None:
    body: dict[str, Any] = {"model": "gpt-4o-mini", "messages": [user(text_of(128_000))]}
    assert client.post(**body).status_code == 200
    tool = {"type": "function", "function": {"name": "f", "parameters": {"type": "object"}}}
    assert client.post(**body, tools=[tool]).status_code == 400
    messages = [user("Hi"), {"role": "assistant", "content": "Hello"}, *body["messages"]]
    assert client.post(model="gpt-4o-mini", messages=messages).status_code == 400


def test_models_of_unknown_context_take_any_prompt(client: Client) -> None:
    unknown = [row.id for row in MODELS.values() if row.kind == "text" and row.listed]
    unknown = [model for model in unknown if MODELS[model].rules.max_prompt is None]
    assert unknown == ["qwen4-max-preview", "doubao-seed-2-1-pro-260628"]
    for model in unknown:
        assert client.post(model=model, messages=[user("word" * 1_500_000)]).status_code == 200


def test_script_keeps_its_response_for_the_next_request() -> None:
    client = Client()
    script = client.state.scripts.add(["Here."], None, None)
    long = [user(text_of(most_of("gpt-4o-mini") + 1))]
    assert client.post(model="gpt-4o-mini", messages=long).status_code == 400
    assert [reply.text for reply in script.remaining] == ["Here."]
    assert client.message(model="gpt-4o-mini")["content"] == "Here."
