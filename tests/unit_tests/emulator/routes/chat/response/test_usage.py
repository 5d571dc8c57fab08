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


def sent(*content: Any, **body: Any) -> dict[str, Any]:
    """A request of one message, whose content is these parts."""
    return {"messages": [{"role": "user", "content": list(content)}], **body}


def prompt_details(client: Client, **body: Any) -> dict[str, int]:
    usage = client.chat(**body)["usage"]
    details: dict[str, int] = usage["prompt_tokens_details"]
    assert sum(details.values()) <= usage["prompt_tokens"]
    assert usage["total_tokens"] == usage["prompt_tokens"] + usage["completion_tokens"]
    return details


def use(client: Client, **body: Any) -> tuple[int, int]:
    """Return the tokens that are read from the cache, and written."""
    details = prompt_details(client, **body)
    return details["cached_tokens"], details["cache_write_tokens"]


def test_four_characters_are_a_token(client: Client) -> None:
    usage = client.chat(messages=[user("12345678")])["usage"]
    assert usage["prompt_tokens"] == 3 + 2
    text = client.message(messages=[user("12345678")])["content"]
    assert usage["completion_tokens"] == -(-len(text) // 4)
    longer = client.chat(messages=[user("12345678")], tools=[tool("f")])["usage"]
    assert longer["prompt_tokens"] > usage["prompt_tokens"]


@pytest.mark.parametrize("model", [GPT, CLAUDE, GEMINI, DEEPSEEK_VISION])
def test_audio_input_is_counted(client: Client, model: str) -> None:
    body = sent({"type": "text", "text": "hear"}, AUDIO, AUDIO, model=model)
    assert prompt_details(client, **body)["audio_tokens"] == 100


@pytest.mark.parametrize("model", [GPT, GEMINI, DEEPSEEK])
def test_a_long_prompt_is_written_then_read(client: Client, model: str) -> None:
    body: dict[str, Any] = {"model": model, "messages": [user(LONG)]}
    assert [use(client, **body) for _ in range(2)] == [(0, 1503), (1503, 0)]


def test_a_conversation_reads_its_beginning(client: Client) -> None:
    messages = [user(LONG)]
    client.chat(messages=messages)
    messages += [{"role": "assistant", "content": "ok"}, user("and now?")]
    assert use(client, messages=messages) == (1503, (3 + 1) + (3 + 2))


def test_short_prompts_and_other_models_are_not_cached(client: Client) -> None:
    assert [use(client) for _ in range(2)] == [(0, 0)] * 2
    use(client, messages=[user(LONG)])
    for other in ({"model": "gpt-5.4", "messages": [user(LONG)]}, {"messages": [user("x" + LONG)]}):
        assert use(client, **other)[0] == 0


def test_a_mark_ends_the_cached_part(client: Client) -> None:
    body = sent(marked("12345678"), {"type": "text", "text": "fresh"})
    assert [use(client, **body) for _ in range(2)] == [(0, 5), (5, 0)]
    assert use(client, **sent(marked("12345678"), {"type": "text", "text": "other"})) == (5, 0)


def test_mark_on_a_tool_ends_the_cached_part(client: Client) -> None:
    asked = tool("f")
    asked["function"]["cache_control"] = {"type": "ephemeral"}
    assert use(client, tools=[asked])[1] > 0
    assert use(client, tools=[asked], messages=[user("x")])[0] > 0


@pytest.mark.parametrize(("ttl", "five", "hour"), [(None, 5, 0), ("5m", 5, 0), ("1h", 0, 5)])
def test_claude_counts_cache_writes_apart(
    client: Client, ttl: str | None, five: int, hour: int
) -> None:
    body = sent(marked("12345678", ttl), model=CLAUDE)
    first, second = (client.chat(**body)["usage"] for _ in range(2))
    assert first["claude_cache_creation_5_m_tokens"] == five
    assert first["claude_cache_creation_1_h_tokens"] == hour
    assert first["prompt_tokens_details"] == {"cached_tokens": 0}
    assert "completion_tokens_details" not in first
    assert second["claude_cache_creation_5_m_tokens"] == 0
    assert second["prompt_tokens_details"] == {"cached_tokens": 5}


def test_audio_is_never_cached(client: Client) -> None:
    body = sent(AUDIO, marked("12345678"))
    use(client, **body)
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
    details = {"cached_tokens", "audio_tokens", "cache_write_tokens"}
    assert usage["prompt_tokens_details"].keys() == details


def test_some_models_report_a_cost(client: Client) -> None:
    usage = client.chat(model="deepseek-v4-flash-vision")["usage"]
    assert usage["cost"] == pytest.approx(usage["total_tokens"] / 1e6)
    assert "cost" not in client.chat(model=DEEPSEEK)["usage"]
