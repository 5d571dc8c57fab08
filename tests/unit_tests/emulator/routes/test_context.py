"""Prompts that are longer than the context of their model."""

from __future__ import annotations

import asyncio

import pytest

from langchain_cometapi.emulator._rules.registry import MODELS
from tests.support import Gateway, answer, ask_and_fail
from tests.unit_tests.emulator.client import OLD_GPT, Client, tool, user
from tests.unit_tests.emulator.responses_client import ResponsesClient

MESSAGE_TOKENS = 3
WORDS = "Your input exceeds the context window of this model."


def text_of(tokens: int) -> str:
    """Return a text whose message has so many tokens."""
    return "word" * (tokens - MESSAGE_TOKENS)


def most_of(model: str) -> int:
    most = MODELS[model].rules.max_prompt
    assert most is not None
    return most


@pytest.mark.parametrize(
    ("model", "says"),
    [
        (OLD_GPT, WORDS),
        ("claude-haiku-4-5", "Input is too long for requested model."),
        ("deepseek-v3.2", "131072 tokens. However, you requested 131073 tokens (131073 in"),
        ("kimi-k2.6", "exceeded model token limit: 262144"),
        ("glm-5.1", "Prompt exceeds max length"),
        ("doubao-seed-2.0-lite", "exceed max message tokens"),
        ("grok-4.7", "is 500000 but the request contains 500001 tokens"),
        ("qwen3.8-max", "should be [1, 1000000]"),
        ("gemini-3.8-flash", "(1048577) exceeds the maximum number of tokens allowed (1048576)"),
        ("mimo-v2.6-pro", WORDS),
    ],
)
def test_prompt_may_fill_the_context_and_not_exceed_it(
    client: Client, model: str, says: str
) -> None:
    most = most_of(model)
    assert client.post(model=model, messages=[user(text_of(most))]).status_code == 200
    refused = client.post(model=model, messages=[user(text_of(most + 1))])
    assert refused.status_code == 400
    assert says in refused.text
    served = Gateway(answer(refused.json(), refused.status_code))
    error = asyncio.run(ask_and_fail(served))
    assert type(error).__name__ == "CometAPIContextOverflowError"


def test_responses_route_refuses_it_too() -> None:
    client = ResponsesClient()
    most = most_of(OLD_GPT)
    assert client.post(model=OLD_GPT, input=text_of(most)).status_code == 200
    refused = client.post(model=OLD_GPT, input=text_of(most + 1))
    assert refused.status_code == 400
    assert refused.json()["error"]["code"] == "context_length_exceeded"


def test_whole_conversation_and_its_tools_count(client: Client) -> None:
    long = [user(text_of(128_000))]
    assert client.post(model=OLD_GPT, messages=long).status_code == 200
    assert client.post(model=OLD_GPT, messages=long, tools=[tool("f")]).status_code == 400
    messages = [user("Hi"), {"role": "assistant", "content": "Hello"}, *long]
    assert client.post(model=OLD_GPT, messages=messages).status_code == 400


def test_models_of_unknown_context_take_any_prompt(client: Client) -> None:
    unknown = [row.id for row in MODELS.values() if row.kind == "text" and row.listed]
    unknown = [model for model in unknown if MODELS[model].rules.max_prompt is None]
    assert unknown == ["qwen4-max-preview", "doubao-seed-2-1-pro-260628"]
    assert client.post(model=unknown[0], messages=[user("word" * 1_050_000)]).status_code == 200


def test_script_keeps_its_response_for_the_next_request() -> None:
    client = Client()
    script = client.state.scripts.add(["Here."], None, None)
    long = [user(text_of(most_of(OLD_GPT) + 1))]
    assert client.post(model=OLD_GPT, messages=long).status_code == 400
    assert [reply.text for reply in script.remaining] == ["Here."]
    assert client.message(model=OLD_GPT)["content"] == "Here."
