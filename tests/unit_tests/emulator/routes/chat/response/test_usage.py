"""Token counts, the prompt cache, and the shapes of `usage`."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit_tests.emulator.client import (
    CLAUDE,
    DEEPSEEK,
    DEEPSEEK_VISION,
    GEMINI,
    GPT,
    Client,
    tool,
    user,
)

LONG = "word " * 1200
AUDIO = {"type": "input_audio", "input_audio": {"data": "AAAA", "format": "wav"}}


def marked(text: str, ttl: str | None = None) -> dict[str, Any]:
    control = {"type": "ephemeral", **({"ttl": ttl} if ttl else {})}
    return {"type": "text", "text": text, "cache_control": control}


def prompt_details(client: Client, **body: Any) -> dict[str, int]:
    usage = client.chat(**body)["usage"]
    details: dict[str, int] = usage["prompt_tokens_details"]
    assert sum(details.values()) <= usage["prompt_tokens"]
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"]
    return details


def test_four_characters_are_a_token(client: Client) -> None:
    usage = client.chat(messages=[user("12345678")])["usage"]
    assert usage["prompt_tokens"] == 3 + 2
    text = client.message(messages=[user("12345678")])["content"]
    assert usage["completion_tokens"] == -(-len(text) // 4)
    longer = client.chat(messages=[user("12345678")], tools=[tool("f")])["usage"]
    assert longer["prompt_tokens"] > usage["prompt_tokens"]


def test_audio_input_is_counted(client: Client) -> None:
    content = [{"type": "text", "text": "hear"}, AUDIO, AUDIO]
    for model in (GPT, CLAUDE, GEMINI, DEEPSEEK_VISION):
        messages = [{"role": "user", "content": content}]
        assert prompt_details(client, model=model, messages=messages)["audio_tokens"] == 100


@pytest.mark.parametrize("model", [GPT, GEMINI, DEEPSEEK])
def test_a_long_prompt_is_written_then_read(client: Client, model: str) -> None:
    body: dict[str, Any] = {"model": model, "messages": [user(LONG)]}
    first, second = (prompt_details(client, **body) for _ in range(2))
    assert (first["cached_tokens"], first["cache_write_tokens"]) == (0, 1503)
    assert (second["cached_tokens"], second["cache_write_tokens"]) == (1503, 0)


def test_a_conversation_reads_its_beginning(client: Client) -> None:
    body: dict[str, Any] = {"messages": [user(LONG)]}
    client.chat(**body)
    body["messages"] += [{"role": "assistant", "content": "ok"}, user("and now?")]
    details = prompt_details(client, **body)
    assert details["cached_tokens"] == 1503
    assert details["cache_write_tokens"] == (3 + 1) + (3 + 2)


def test_short_prompts_and_other_models_are_not_cached(client: Client) -> None:
    for _ in range(2):
        details = prompt_details(client)
        assert (details["cached_tokens"], details["cache_write_tokens"]) == (0, 0)
    prompt_details(client, messages=[user(LONG)])
    assert prompt_details(client, model="gpt-5.4", messages=[user(LONG)])["cached_tokens"] == 0
    assert prompt_details(client, messages=[user("x" + LONG)])["cached_tokens"] == 0


def test_a_mark_ends_the_cached_part(client: Client) -> None:
    content = [marked("12345678"), {"type": "text", "text": "fresh"}]
    body: dict[str, Any] = {"messages": [{"role": "user", "content": content}]}
    first, second = (prompt_details(client, **body) for _ in range(2))
    assert (first["cached_tokens"], first["cache_write_tokens"]) == (0, 5)
    assert (second["cached_tokens"], second["cache_write_tokens"]) == (5, 0)
    content[1]["text"] = "other"
    assert prompt_details(client, **body)["cached_tokens"] == 5


def test_mark_on_a_tool_ends_the_cached_part(client: Client) -> None:
    asked = tool("f")
    asked["function"]["cache_control"] = {"type": "ephemeral"}
    assert prompt_details(client, tools=[asked])["cache_write_tokens"] > 0
    assert prompt_details(client, tools=[asked], messages=[user("x")])["cached_tokens"] > 0


@pytest.mark.parametrize(("ttl", "five", "hour"), [(None, 5, 0), ("5m", 5, 0), ("1h", 0, 5)])
def test_claude_counts_cache_writes_apart(
    client: Client, ttl: str | None, five: int, hour: int
) -> None:
    messages = [{"role": "user", "content": [marked("12345678", ttl)]}]
    first, second = (client.chat(model=CLAUDE, messages=messages)["usage"] for _ in range(2))
    assert first["claude_cache_creation_5_m_tokens"] == five
    assert first["claude_cache_creation_1_h_tokens"] == hour
    assert first["prompt_tokens_details"] == {"cached_tokens": 0}
    assert "completion_tokens_details" not in first
    assert second["claude_cache_creation_5_m_tokens"] == 0
    assert second["prompt_tokens_details"] == {"cached_tokens": 5}


def test_audio_is_never_cached(client: Client) -> None:
    content = [AUDIO, marked("12345678")]
    body: dict[str, Any] = {"messages": [{"role": "user", "content": content}]}
    prompt_details(client, **body)
    details = prompt_details(client, **body)
    assert (details["audio_tokens"], details["cached_tokens"]) == (50, 5)


def test_shape_of_a_gpts_usage(client: Client) -> None:
    usage = client.chat()["usage"]
    assert usage["completion_tokens_details"] == {
        "reasoning_tokens": 0,
        "audio_tokens": 0,
        "accepted_prediction_tokens": 0,
        "rejected_prediction_tokens": 0,
    }
    assert usage["prompt_tokens_details"].keys() == {
        "cached_tokens",
        "audio_tokens",
        "cache_write_tokens",
    }


def test_some_models_report_a_cost(client: Client) -> None:
    usage = client.chat(model="deepseek-v4-flash-vision")["usage"]
    assert usage["cost"] == pytest.approx(usage["total_tokens"] / 1e6)
    assert "cost" not in client.chat(model=DEEPSEEK)["usage"]
