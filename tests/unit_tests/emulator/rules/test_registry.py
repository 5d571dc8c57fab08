"""The table of models: which rules each known id gets."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest

from langchain_cometapi.emulator._rules.registry import MODELS

if TYPE_CHECKING:
    from langchain_cometapi.emulator._rules.base import ModelRow
    from tests.unit_tests.emulator.client import Client

FAMILIES: dict[str, str | tuple[str, ...]] = {
    "claude": "claude-",
    "deepseek": "deepseek-",
    "doubao": "doubao-",
    "emulator": "emulator-",
    "gemini": "gemini-",
    "glm": "glm-",
    "gpt": ("gpt-", "o3", "o4-", "text-embedding-"),
    "grok": "grok-",
    "kimi": "kimi-",
    "mimo": "mimo-",
    "qwen": ("qwen", "text-embedding-v"),
}


@pytest.mark.parametrize("row", MODELS.values(), ids=lambda row: row.id)
def test_every_id_belongs_to_its_family(row: ModelRow) -> None:
    assert row.id.startswith(FAMILIES[row.rules.name])


def test_every_family_has_a_model() -> None:
    assert {row.rules.name for row in MODELS.values()} == set(FAMILIES)


@pytest.mark.parametrize(
    ("model", "field", "value"),
    [
        ("gpt-4o-mini", "max_tokens", True),
        ("gpt-5-mini", "max_tokens", False),
        ("o3", "roles", MODELS["gpt-5-mini"].rules.roles),
        ("o4-mini", "max_tokens", False),
        ("gpt-5.4-mini", "default_effort", "none"),
        ("gpt-5.6-sol", "default_effort", "medium"),
        ("claude-sonnet-5-5", "sampling", "free"),
        ("claude-opus-4-7", "sampling", "refused"),
        ("claude-haiku-5-5", "usage_style", "claude"),
        ("gemini-4-hydrogen", "usage_style", "full"),
        ("deepseek-v4-flash", "reasoning_text", True),
        ("grok-4.5", "reasoning_missing_error", None),
        ("kimi-k3", "required_choice_error", None),
    ],
)
def test_rule_of_a_model_is_that_of_its_row(model: str, field: str, value: object) -> None:
    assert getattr(MODELS[model].rules, field) == value


def test_rows_are_frozen() -> None:
    row = MODELS["gpt-5.4"]
    with pytest.raises(dataclasses.FrozenInstanceError):
        row.id = "other"  # type: ignore[misc]
    with pytest.raises(TypeError):
        MODELS["x"] = row  # type: ignore[index]


@pytest.mark.parametrize(
    "model", [row.id for row in MODELS.values() if row.chat and row.kind == "text" and row.listed]
)
def test_every_chat_model_responds(client: Client, model: str) -> None:
    answer = client.chat(model=model)
    assert answer["model"].startswith(model)
    assert f"answering as {model}" in answer["choices"][0]["message"]["content"]
