"""The table of models: which rules each known id gets."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest

from langchain_cometapi.emulator._rules.registry import MODELS

if TYPE_CHECKING:
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


def test_ids_belong_to_their_family() -> None:
    assert [
        row.id for row in MODELS.values() if not row.id.startswith(FAMILIES[row.rules.name])
    ] == []
    assert {row.rules.name for row in MODELS.values()} == FAMILIES.keys()


def test_rows_are_frozen() -> None:
    row = MODELS["gpt-5.4"]
    with pytest.raises(dataclasses.FrozenInstanceError):
        row.id = "other"  # type: ignore[misc]
    with pytest.raises(TypeError):
        MODELS["x"] = row  # type: ignore[index]


def test_every_chat_model_responds(client: Client) -> None:
    for row in MODELS.values():
        if row.chat and row.kind == "text" and row.listed:
            answer = client.chat(model=row.id)
            assert answer["model"].startswith(row.id)
            assert f"answering as {row.id}" in answer["choices"][0]["message"]["content"]
