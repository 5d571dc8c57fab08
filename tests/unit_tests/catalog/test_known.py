"""What is known without a request."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from langchain_cometapi._catalog.cache import CachedCatalog, write_cached
from langchain_cometapi._catalog.known import get_known, list_known, load_snapshot, nearest_ids
from langchain_cometapi._credentials import DEFAULT_BASE_URL
from langchain_cometapi.catalog import ModelCard

IDS = (
    "gpt-5.4",
    "gpt-5.4-mini",
    "gpt-5.4-pro",
    "gpt-6-astra",
    "claude-sonnet-4-6",
    "claude-sonnet-5-5",
    "claude-opus-5-5",
    "gemini-3.5-flash",
    "gemini-3.8-flash",
    "deepseek-v4-pro",
    "kimi-k2.7-code",
    "DeepSeek-V3.2-Exp-nothinking",
)
CARDS = (
    *(ModelCard(id_, type="text") for id_ in IDS),
    ModelCard("text-embedding-3-small", type="embedding"),
    ModelCard("gemini-3.6-flash", type="text", retired=True),
    ModelCard("gemini-4-flash", type="text", upcoming=True),
    ModelCard("of-no-type"),
)


@pytest.mark.parametrize(
    ("model", "nearest"),
    [
        ("gpt-5.4-min", "gpt-5.4-mini"),
        ("openrouter/openai/gpt-5.4-mini", "gpt-5.4-mini"),
        ("cometapi:gpt-5.4-mini", "gpt-5.4-mini"),
        ("gpt-5-4-mini", "gpt-5.4-mini"),
        ("gpt 5.4_mini", "gpt-5.4-mini"),
        ("gpt54mini", "gpt-5.4-mini"),
        ("gpt-5.4-mini-2026-03-17", "gpt-5.4-mini"),
        ("claude-4-6-sonnet", "claude-sonnet-4-6"),
        ("anthropic.claude-sonnet-4-6-v1:0", "claude-sonnet-4-6"),
        ("claude-sonnet-4-6-20260217-thinking", "claude-sonnet-4-6"),
        ("deepseek-v3.2-exp-nothinking", "DeepSeek-V3.2-Exp-nothinking"),
        ("gemini-9-flash", "gemini-3.8-flash"),  # of two that are equally near, the newer one
        ("kimi-k2.7", "kimi-k2.7-code"),
        ("opus", "claude-opus-5-5"),
        ("my own deployment of gpt-5.4-mini for the team", "gpt-5.4-mini"),
    ],
)
def test_nearest_id_is_found(model: str, nearest: str) -> None:
    found = nearest_ids(model, cards=CARDS)
    assert found[0] == nearest
    assert len(found) <= 3


@pytest.mark.parametrize("model", ["", "/", "zzz", "完全", "a" * 10_000])
def test_id_that_is_like_no_other_has_no_nearest_ones(model: str) -> None:
    assert nearest_ids(model, cards=CARDS) == []


def test_nearest_ids_leave_out_what_would_not_answer() -> None:
    found = nearest_ids("gemini-3.6-flash", n=9, cards=CARDS)
    assert found[:2] == ["gemini-3.8-flash", "gemini-3.5-flash"]
    assert not {"gemini-3.6-flash", "gemini-4-flash"} & {*found}


def test_nearest_ids_are_of_the_type_that_the_route_serves() -> None:
    text = nearest_ids("text-embedding-3-smal", type_="text", cards=CARDS)
    assert "text-embedding-3-small" not in text
    embedding = nearest_ids("text-embedding-3-smal", type_="embedding", cards=CARDS)
    assert embedding == ["text-embedding-3-small"]
    assert nearest_ids("of-no-typ", type_="embedding", cards=CARDS) == ["of-no-type"]


def test_cached_catalogue_is_known_before_the_snapshot() -> None:
    listed = next(iter(load_snapshot()))
    write_cached(DEFAULT_BASE_URL, CachedCatalog([{"id": "new-model"}], datetime.now(UTC)))
    assert [card.id for card in list_known()] == ["new-model"]
    new = get_known("new-model")
    assert new is not None
    assert new.source == "cache"
    assert get_known(listed) == load_snapshot()[listed]
    assert get_known("neither") is None
    assert nearest_ids("new-modal") == ["new-model"]


def test_cached_catalogue_of_another_host_is_not_known(monkeypatch: pytest.MonkeyPatch) -> None:
    other = "https://a.example/v1"
    write_cached(other, CachedCatalog([{"id": "new-model"}], datetime.now(UTC)))
    assert get_known("new-model") is None
    monkeypatch.setenv("COMETAPI_BASE_URL", other)
    assert get_known("new-model") is not None
    monkeypatch.setenv("COMETAPI_BASE_URL", "no URL")
    assert get_known("new-model") is None


def test_every_entry_of_the_snapshot_can_be_read() -> None:
    cards = load_snapshot()  # a warning would be an error
    assert {card.source for card in cards.values()} == {"snapshot"}
    assert all(card.read_at for card in cards.values())
