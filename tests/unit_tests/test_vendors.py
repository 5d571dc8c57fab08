"""Which row every known model id gets; a new family needs a decision here."""

from __future__ import annotations

import re
from dataclasses import fields

import pytest

from langchain_cometapi._vendors.registry import VENDORS, get_vendor

# Model ids of CometAPI's announcements and of integrations, 2026-11.
FAMILIES = {
    "gpt": (
        "gpt-5 gpt-5-mini gpt-5-chat-latest gpt-5.1-codex gpt-5.4 gpt-5.4-mini gpt-5.4-nano "
        "gpt-5.4-pro gpt-5.5 gpt-5.5-pro gpt-5.6 gpt-5.6-sol gpt-5.6-terra gpt-5.6-luna "
        "gpt-6-astra gpt-6-sol gpt-6.1-sol gpt-6.1-terra openai/gpt-5.4 GPT-5.4 "
        "gpt-4o-mini gpt-4o gpt-4.1-nano-2025-04-14 gpt-3.5-turbo chatgpt-4o-latest"
    ),
    "gpt-oss": "gpt-oss-120b",
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
    "claude-opus-5 claude-opus-5-5 claude-opus-4.7 gpt-6-astra gpt-6-sol gpt-5.4-pro",
    "fixed": "kimi-k3 kimi-k2.6 kimi-k2.7-code",
    "effort_none": "gpt-5.4 gpt-5.4-mini gpt-5.5 gpt-5.6-sol gpt-6.1-sol gpt-10",
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


# -- what else the rows say, a column each: the value, then the models that have it ---------------

COLUMNS: dict[str, dict[object, str]] = {
    "tool_call_ids": {
        r".{1,40}": "gpt-5.4-mini gpt-4o gpt-3.5-turbo o3",
        r"[a-zA-Z0-9_-]{1,64}": "claude-sonnet-5-5 claude-opus-5",
        None: "gemini-3.8-flash deepseek-v4-pro kimi-k3 grok-4.5",
    },
    "unique_tool_call_ids": {
        True: "claude-sonnet-5-5 claude-opus-5",
        None: "gpt-5.4-mini kimi-k3 gemini-3.8-flash",
    },
    "tool_media": {
        True: "claude-sonnet-5-5",
        False: "gpt-5.4-mini o3 gpt-3.5-turbo deepseek-v4-flash-vision",
        None: "gemini-3.8-flash kimi-k3 qwen3.8-max",
    },
    "audio_ids": {True: "gpt-4o gpt-5.4-mini", None: "o3 gemini-3.8-flash claude-opus-5"},
    "parallel_tool_calls": {
        True: "gpt-5.4-mini claude-sonnet-5-5 grok-4.5 qwen3.8-max",
        False: "o1 o3 o3-mini o4-mini",
        None: "gemini-3.8-flash deepseek-v4-pro kimi-k3",
    },
    "strict_tools": {
        True: "gpt-5.4-mini o3 grok-4.5",
        False: "claude-sonnet-5-5 claude-opus-5",
        None: "gemini-3.8-flash deepseek-v4-pro kimi-k3 qwen3.8-max",
    },
    "json_schema": {
        True: "gpt-4o gpt-4.1-nano gpt-5.4-mini o3 gemini-3.8-flash kimi-k3 kimi-k2.6 grok-4.5 "
        "mimo-v2.6-flash doubao-seed-2.0-lite",
        False: "gpt-3.5-turbo gpt-4 gpt-4-turbo chatgpt-4o-latest gpt-5-chat-latest o1-mini "
        "deepseek-v4-pro deepseek-v4-flash minimax-m2 doubao-seed-2-0-code-preview-260215",
        None: "claude-sonnet-5-5 glm-5.3 qwen3.8-max mimo-v2.6-pro minimax-m3 llama-4-maverick",
    },
    "json_object": {
        True: "gpt-3.5-turbo gpt-5.4-mini deepseek-v4-pro kimi-k3 glm-5.3 qwen3.8-max grok-4.5",
        False: "o1-mini minimax-m2",
        None: "claude-sonnet-5-5 mimo-v2.6-pro minimax-m3",
    },
    "stop_limit": {
        0: "gpt-5 gpt-5-mini gpt-5.4-mini gpt-5.6-sol gpt-6-astra o3 o4-mini grok-4.5 grok-4",
        1: "glm-5.3",
        4: "gpt-4o-mini gpt-3.5-turbo gpt-5-chat-latest",
        5: "kimi-k3 gemini-3.8-flash",
        16: "deepseek-v4-pro",
        None: "claude-sonnet-5-5 o1 o3-mini grok-3 qwen3.8-max",
    },
    "images": {
        True: "gpt-4o gpt-4-turbo gpt-5.4-mini o3 claude-haiku-5-5 gemini-3.8-flash kimi-k2.6 "
        "deepseek-v4-flash-vision deepseek-v4-flash-vision-exp glm-4.6v glm-5v-turbo grok-4.5 "
        "mimo-v2.6-flash minimax-m3 doubao-seed-2.0-lite llama-4-maverick",
        False: "gpt-3.5-turbo gpt-4 o1-mini o3-mini deepseek-v4-pro deepseek-v3.2 deepseek-chat "
        "glm-5 glm-5.2 glm-5-turbo glm-4.6 minimax-m2",
        None: "deepseek-v4-flash kimi-k2 glm-5.3 glm-5.3-flashx qwen3.8-max mimo-v2.6-pro grok-3",
    },
    "video": {
        True: "kimi-k3 kimi-k2.7-code glm-4.5v minimax-m3 doubao-seed-2.0-lite",
        False: "gemini-3.8-flash deepseek-v4-pro glm-5.2",
        None: "gpt-5.4-mini claude-sonnet-5-5 kimi-k2 qwen3.8-max",
    },
    "audio": {
        True: "gemini-3.8-flash",
        False: "claude-opus-5 deepseek-v4-pro glm-5.2",
        None: "gpt-5.4-mini kimi-k3",
    },
    "files": {
        True: "gpt-5.4-mini claude-opus-5 gemini-3.8-flash glm-4.6v",
        False: "gpt-3.5-turbo deepseek-v4-pro glm-5.2",
        None: "deepseek-v4-flash kimi-k3 qwen3.8-max",
    },
    "tokens_per_image": {
        765: "gpt-4o gpt-4.1",
        25_501: "gpt-4o-mini",
        630: "gpt-5",
        1659: "gpt-5-mini gpt-5.4-mini",
        2520: "gpt-5-nano gpt-5.4-nano",
        1229: "gpt-5.5 gpt-5.6-sol gpt-6-astra",
        1369: "claude-sonnet-5-5 claude-opus-5",
        1120: "gemini-3.8-flash",
        384: "deepseek-v4-flash-vision",
        1792: "grok-4.5",
        None: "kimi-k3 qwen3.8-max deepseek-v4-pro",
    },
    "characters_per_token": {
        4.0: "gpt-5.4-mini o3 gemini-3.8-flash",
        3.5: "claude-sonnet-5-5 claude-haiku-4-5",
        2.5: "claude-opus-4-7 claude-opus-5-5",
        3.3: "deepseek-v4-pro",
        None: "kimi-k3 glm-5.3 grok-4.5",
    },
    "endpoints": {
        frozenset({"responses"}): "gpt-5.4-pro gpt-5.5-pro",
        frozenset({"chat", "responses"}): "gpt-5.4-mini gpt-5.6-sol gpt-6-astra o3",
        frozenset({"chat", "messages"}): "claude-sonnet-5-5 cometapi-opus-4-6",
        frozenset({"chat", "generate_content"}): "gemini-3.8-flash gemini-4-hydrogen",
        frozenset({"chat", "responses", "messages"}): "mimo-v2.6-pro mimo-v2.6-flash",
        frozenset({"chat"}): "qwen4-max-preview qwen3.8-max glm-5.3-flashx",
        None: "gpt-4o kimi-k3 deepseek-v4-pro grok-4.5 glm-5.3",
    },
    "forced_one_while_thinking": {
        False: "deepseek-v4-pro deepseek-reasoner kimi-k3 kimi-k2.6 kimi-k2-thinking qwen3.8-max",
        None: "DeepSeek-V3.2-Exp-nothinking deepseek-chat deepseek-v3 deepseek-v3-0324 "
        "qwen3-coder-plus qwen3-max-instruct kimi-k2 "
        "kimi-k2-instruct kimi-k2-0905-preview gpt-5.4-mini glm-5.3",
    },
    "thinking_off": {
        None: "kimi-k3 kimi-k2.7-code gpt-5.4-mini",
    },
}


@pytest.mark.parametrize(
    ("column", "value", "model_id"),
    [
        (column, value, model_id)
        for column, values in COLUMNS.items()
        for value, ids in values.items()
        for model_id in ids.split()
    ],
)
def test_columns(column: str, value: object, model_id: str) -> None:
    found = getattr(get_vendor(model_id), column)
    assert (found, type(found)) == (value, type(value))


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
