"""Which row every known model id gets; a new family needs a decision here."""

from __future__ import annotations

import re
from dataclasses import fields

import pytest

from langchain_cometapi._vendors import VENDORS, get_vendor

# Model ids of CometAPI's announcements and of integrations, 2026-11.
FAMILIES = {
    "gpt": (
        "gpt-5 gpt-5-mini gpt-5-chat-latest gpt-5.1-codex gpt-5.4 gpt-5.4-mini gpt-5.4-nano "
        "gpt-5.4-pro gpt-5.5 gpt-5.5-pro gpt-5.6 gpt-5.6-sol gpt-5.6-terra gpt-5.6-luna "
        "gpt-6-astra gpt-6-sol gpt-6.1-sol gpt-6.1-terra openai/gpt-5.4 GPT-5.4 "
        "gpt-4o-mini gpt-4o gpt-4.1-nano-2025-04-14 gpt-3.5-turbo chatgpt-4o-latest"
    ),
    "o-series": "o1 o1-mini o3 o3-mini o4-mini",
    "claude": (
        "claude-sonnet-5-5 claude-haiku-5-5 claude-opus-5-5 claude-opus-5 claude-sonnet-5 "
        "claude-fable-5 claude-opus-4-8 claude-opus-4-7 claude-sonnet-4-6 claude-haiku-4-5 "
        "claude-opus-4-5-20251101-thinking cometapi-opus-4-6 cometapi-sonnet-4-6"
    ),
    "gemini": (
        "gemini-4-hydrogen gemini-3.8-flash gemini-3.6-flash gemini-3.5-flash "
        "gemini-3.5-flash-lite gemini-3.1-pro-preview google/gemini-3.8-flash"
    ),
    "deepseek": (
        "deepseek-v4-pro deepseek-v4-flash deepseek-v4-flash-vision deepseek-v4-flash-vision-exp "
        "deepseek-v3.2 deepseek-chat deepseek-reasoner"
    ),
    "kimi": "kimi-k3 kimi-k2.7-code kimi-k2.6",
    "glm": "glm-5.3 glm-5.3-flashx glm-5.2",
    "mimo": "mimo-v2.6-flash mimo-v2.6-pro mimo-v2.6-pro-ultraspeed",
    "grok": "grok-4.7 grok-4.5 grok-4.3",
    "qwen": "qwen4-max-preview qwen3.8-max qwen3.8-flash qwen3.7-plus qwen3.7-max",
    "minimax": "minimax-m2",
    "doubao": "doubao-seed-2.0-lite doubao-seed-2-0-mini",
    "llama": "llama-4-maverick",
    "unknown": "your-model-id sonnet some-new-thing",
}


@pytest.mark.parametrize(
    ("model_id", "family"),
    [(model_id, family) for family, ids in FAMILIES.items() for model_id in ids.split()],
)
def test_row_of_every_known_model(model_id: str, family: str) -> None:
    assert get_vendor(model_id).family == family


# What differs between the generations of one family.
SAMPLING = {
    "free": "gpt-4o-mini gpt-4.1-nano gpt-3.5-turbo chatgpt-4o-latest gpt-5-chat-latest",
    "refused": "gpt-5 gpt-5-mini gpt-5.1-codex o3-mini claude-opus-4-7 claude-opus-4-8 "
    "claude-opus-5 claude-opus-5-5",
    "effort_none": "gpt-5.4 gpt-5.4-mini gpt-5.5 gpt-5.6-sol gpt-6-astra gpt-6.1-sol gpt-10",
    "one_of": "claude-sonnet-5-5 claude-haiku-5-5 claude-sonnet-4-6 claude-fable-5 "
    "claude-opus-4-5-20251101-thinking cometapi-opus-4-6",
}


@pytest.mark.parametrize(
    ("model_id", "sampling"),
    [(model_id, sampling) for sampling, ids in SAMPLING.items() for model_id in ids.split()],
)
def test_generations(model_id: str, sampling: str) -> None:
    assert get_vendor(model_id).sampling == sampling


@pytest.mark.parametrize(
    ("model_id", "effort"),
    [
        ("gpt-5.4-mini", "none"),
        ("gpt-5.5", "none"),
        ("gpt-5.6-sol", "medium"),
        ("gpt-6-sol", "medium"),
    ],
)
def test_default_effort(model_id: str, effort: str) -> None:
    assert get_vendor(model_id).default_effort == effort


def test_rows_are_sound() -> None:
    assert {row.family for row in VENDORS} | {"unknown"} == set(FAMILIES)
    for row in VENDORS:
        assert re.search(r"; 20\d\d-\d\d|, 20\d\d", row.source)
        assert (row.foreign_reasoning is not None) == (
            row.reasoning_replay in {"all", "tool_calls"}
        )
    assert len({row.pattern for row in VENDORS}) == len(VENDORS)


def test_unknown_knows_nothing() -> None:
    unknown = get_vendor("some-new-thing")
    known = {"family", "pattern", "structured_output", "source"}
    assert {f.name for f in fields(unknown) if getattr(unknown, f.name) is not None} <= known
