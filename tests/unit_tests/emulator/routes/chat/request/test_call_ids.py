"""Ids of tool calls: which are made, which are refused, and that every call is answered once."""

from __future__ import annotations

from typing import Any

import pytest

from langchain_cometapi.emulator._rules.registry import MODELS
from tests.unit_tests.emulator.client import (
    BOTH,
    CLAUDE,
    DEEPSEEK,
    GEMINI,
    GOOGLE_DUMMY_SIGNATURE,
    GPT,
    KIMI,
    OLD_GPT,
    STOCKS,
    WEATHER,
    Client,
    called,
    joined,
    result,
    user,
)

GPTS = [GPT, OLD_GPT, "gpt-4.1-nano", "gpt-5-mini", "gpt-5.6-sol", "gpt-6-astra", "o3", "o4-mini"]
CLAUDES = [CLAUDE, "claude-haiku-4-5", "claude-opus-4-7", "claude-opus-5-5", "claude-fable-5"]
KIMIS = [KIMI, "kimi-k2.7-code", "kimi-k3"]
OTHERS = [GEMINI, DEEPSEEK, *KIMIS, "glm-5.2", "mimo-v2.6-pro", "qwen3.8-max", "grok-4.7"]
KIMI_ID = "functions.get_weather:0"
PATTERN = "String should match pattern '^[a-zA-Z0-9_-]+$'"


def turn(*ids: str, **message: Any) -> list[dict[str, Any]]:
    """Calls with these ids, and their results; with what any vendor wants of them."""
    calls = [called(id_)["tool_calls"][0] for id_ in ids]
    calls[0]["extra_content"] = {"google": {"thought_signature": GOOGLE_DUMMY_SIGNATURE}}
    message = {"role": "assistant", "content": None, "reasoning_content": " ", **message}
    return [{**message, "tool_calls": calls}, *(result(id_) for id_ in ids)]


def strict(messages: list[dict[str, Any]], model: str) -> list[dict[str, Any]]:
    """Leave out what models that refuse unknown keys have no use for."""
    if MODELS[model].rules.strict_fields:
        for message in messages:
            message.pop("reasoning_content", None)
    return messages


E_ACUTE = "\N{LATIN SMALL LETTER E WITH ACUTE}"


@pytest.mark.parametrize(
    ("model", "call_id"),
    [
        *((CLAUDE, id_) for id_ in ("a b", "a.b", "a|b", "", E_ACUTE, "a\n")),
        *((model, KIMI_ID) for model in CLAUDES),
    ],
)
def test_claude_refuses_characters(client: Client, model: str, call_id: str) -> None:
    refusal = client.refusal(model=model, messages=[user("x"), *turn(call_id)])
    words = f"messages.1.content.0.tool_use.id: {PATTERN}"
    assert refusal == (400, words, "invalid_request_error")


def test_claude_looks_at_results_too(client: Client) -> None:
    messages = [user("x"), *turn("a", "b")[:2], result(KIMI_ID)]
    assert (
        client.error(model=CLAUDE, messages=messages)
        == f"messages.2.content.1.tool_result.tool_use_id: {PATTERN}"
    )


def test_claude_counts_as_anthropic_does(client: Client) -> None:
    rules = [{"role": "system", "content": "x"}, {"role": "developer", "content": "y"}]
    earlier = [*rules, user("x"), *turn("a", "b"), {"role": "assistant", "content": "y"}, user("z")]
    parts = [{"type": "text", "text": "one"}, {"type": "text", "text": "two"}]
    for last in (turn("c", KIMI_ID, content="said"), turn(KIMI_ID, content=parts)):
        assert (
            client.error(model=CLAUDE, messages=[*earlier, *last])
            == f"messages.5.content.2.tool_use.id: {PATTERN}"
        )


@pytest.mark.parametrize("model", CLAUDES)
def test_claude_refuses_an_id_that_comes_again(client: Client, model: str) -> None:
    later = [*turn("a"), {"role": "assistant", "content": "y"}, user("x"), *turn("b", "a")]
    for messages, place in ((later, 5), (turn("a", "a"), 1)):
        refusal = client.refusal(model=model, messages=[user("x"), *messages])
        words = f"messages.{place}.content.1: `tool_use` ids must be unique"
        assert refusal == (400, words, "invalid_request_error")


@pytest.mark.parametrize("model", [*GPTS, *OTHERS])
def test_the_others_refuse_it_within_a_message(client: Client, model: str) -> None:
    messages = strict([user("x"), *turn("a", "a")], model)
    message = client.error(model=model, messages=messages)
    assert message == "Duplicate value for 'tool_call_id' of 'a' in message."
    messages = strict([user("x"), *turn("a"), *turn("a")], model)
    assert client.post(model=model, messages=messages).status_code == 200


@pytest.mark.parametrize("model", GPTS)
def test_gpt_refuses_long_ids(client: Client, model: str) -> None:
    messages = strict([user("x"), *turn("a", "x" * 41)], model)
    status, message, code = client.refusal(model=model, messages=messages)
    assert (status, code) == (400, "string_above_max_length")
    assert message == (
        "Invalid 'messages[1].tool_calls[1].id': string too long. Expected a string with maximum"
        " length 40, but got a string with length 41 instead."
    )
    messages = strict([user("x"), *turn("a")[:1], result("x" * 83)], model)
    assert client.error(model=model, messages=messages).startswith(
        "Invalid 'messages[2].tool_call_id': string too long. Expected"
    )


@pytest.mark.parametrize(
    ("model", "call_id"),
    [
        *((model, id_) for model in CLAUDES for id_ in ("toolu_01A-b", "0", "x" * 100)),
        *((model, id_) for model in GPTS for id_ in ("x" * 40, KIMI_ID, E_ACUTE * 40)),
        *((model, id_) for model in OTHERS for id_ in ("x" * 200, KIMI_ID, "a|b")),
    ],
)
def test_other_ids_are_accepted(client: Client, model: str, call_id: str) -> None:
    messages = strict([user("x"), *turn(call_id)], model)
    assert client.post(model=model, messages=messages).status_code == 200


# -- ids that are made ---------------------------------------------------------------------------


def made(client: Client, model: str, *earlier: dict[str, Any]) -> dict[str, Any]:
    return client.message(model=model, messages=[*earlier, BOTH], tools=[WEATHER, STOCKS])


def ids(message: dict[str, Any]) -> list[str]:
    return [call["id"] for call in message["tool_calls"]]


@pytest.mark.parametrize("model", KIMIS)
def test_kimi_counts_the_calls_of_the_conversation(client: Client, model: str) -> None:
    first = made(client, model)
    assert ids(first) == ["functions.get_weather:0", "functions.stock_price:1"]
    history = [BOTH, first, *map(result, ids(first))]
    second = made(client, model, *history)
    assert ids(second) == ["functions.get_weather:2", "functions.stock_price:3"]
    history += [BOTH, second, *map(result, ids(second))]
    assert client.post(model=model, messages=history).status_code == 200
    # Another conversation begins anew.
    assert ids(made(client, model)) == ids(first)


def test_kimi_counts_the_calls_of_other_models_too(client: Client) -> None:
    assert ids(made(client, KIMI, user("x"), *turn("a", "b", "c")))[0] == "functions.get_weather:3"


def test_kimis_ids_are_streamed(client: Client) -> None:
    chunks = client.chunks(model=KIMI, messages=[BOTH], tools=[WEATHER, STOCKS])
    calls = [c for chunk in chunks for c in chunk["choices"][0]["delta"].get("tool_calls", ())]
    made = [call["id"] for call in calls if "id" in call]
    assert made == ["functions.get_weather:0", "functions.stock_price:1"]
    assert joined(chunks, "reasoning_content")


@pytest.mark.parametrize("model", [GPT, CLAUDE, GEMINI, DEEPSEEK, "glm-5.2", "grok-4.7"])
def test_ids_of_other_vendors_are_accepted_by_all(client: Client, model: str) -> None:
    first, second = made(client, model), made(client, model)
    assert len({*ids(first), *ids(second)}) == 4
    for asked in (GPT, CLAUDE):
        messages = strict([user("x"), *turn(*ids(first))], asked)
        assert client.post(model=asked, messages=messages).status_code == 200


# -- calls and results ---------------------------------------------------------------------------

UNANSWERED = (
    "An assistant message with 'tool_calls' must be followed by tool messages responding to each"
    " 'tool_call_id'. The following tool_call_ids did not have response messages: {}"
)
NO_CALL = (
    "Invalid parameter: messages with role 'tool' must be a response to a preceeding message with"
    " 'tool_calls'."
)
SAID = {"role": "assistant", "content": "y", "reasoning_content": " "}


@pytest.mark.parametrize(
    ("messages", "words"),
    [
        (turn("a", "b")[:1], UNANSWERED.format("a, b")),
        (turn("a", "b")[:2], UNANSWERED.format("b")),
        ([*turn("a", "b")[:2], user("y")], UNANSWERED.format("b")),
        ([*turn("a", "b")[:2], user("y"), result("b")], UNANSWERED.format("b")),
        ([*turn("a", "b")[:2], SAID], UNANSWERED.format("b")),
        ([*turn("a", "b")[:2], *turn("c")], UNANSWERED.format("b")),
        ([*turn("a", "b")[:1], result("b"), user("y")], UNANSWERED.format("a")),
        ([*turn("a", "b"), result("a")], NO_CALL),
        ([*turn("a", "b")[:2], result("a"), result("b")], NO_CALL),
        ([*turn("a"), user("y"), result("a")], NO_CALL),
        ([*turn("a"), *turn("b"), result("a")], NO_CALL),
    ],
)
def test_every_call_needs_one_result_right_after_it(
    client: Client, messages: list[dict[str, Any]], words: str
) -> None:
    assert client.error(model=KIMI, messages=[user("x"), *messages]) == words


@pytest.mark.parametrize("model", [GPT, "o4-mini", CLAUDE, *OTHERS])
def test_results_may_come_in_any_order_and_not_be_missing(client: Client, model: str) -> None:
    call, first, second = turn("a", "b")
    messages = strict([user("x"), call, second, first, SAID.copy(), user("y")], model)
    assert client.post(model=model, messages=messages).status_code == 200
    del messages[3]
    assert client.refusal(model=model, messages=messages)[:2] == (400, UNANSWERED.format("a"))
