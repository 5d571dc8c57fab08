"""`make refresh_catalog`: what is merged into the generated data, and how."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from langchain_cometapi._catalog.read import find_entries, read_cards
from langchain_cometapi._catalog.reading import CatalogReply
from scripts.refresh_catalog import live
from scripts.refresh_catalog.files import describe_difference, read_json, write_lines
from scripts.refresh_catalog.partners import Partner, parse_profiles
from scripts.refresh_catalog.profiles import merge_profiles
from scripts.refresh_catalog.snapshot import LIVE, create_snapshot, list_own_models

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FIRST = Partner(
    "langchain-openai",
    "1.0",
    {
        "gpt-1": {"max_input_tokens": 1, "max_output_tokens": 0, "text_outputs": True},
        "gpt-image-1": {"max_input_tokens": 0, "text_outputs": False},
        "dall-e-1": {"max_input_tokens": 1},
    },
)
GATEWAY = Partner(
    "langchain-openrouter",
    "2.0",
    {
        "openai/gpt-1": {"max_input_tokens": 99},
        "anthropic/claude-opus-4.5": {"max_input_tokens": 2},
        "z-ai/glm-5.2": {"max_input_tokens": 3},
        "z-ai/glm-5.2:free": {"max_input_tokens": 4},
        "somebody/gpt-2": {"max_input_tokens": 5},
    },
    is_gateway=True,
)
OWN = {
    "aliases": {"glm-x": "z-ai/glm-5.2"},
    "overrides": {
        "gpt-1": {"source": "Somewhere; 2026-11-26", "tool_calling": True},
        "gpt-new": {"source": "A page; 2026-11-26", "max_input_tokens": 6},
    },
}
GROUPS = {
    "groups": [
        {
            "provider": "OpenAI",
            "model_type": "text",
            "features": ["text-to-text"],
            "endpoints": ["openai"],
            "source": "Documentation",
            "models": {
                "gpt-1": {"published": date(2026, 11, 13), "input": 1.5, "output_price": 3.0},
                "gpt-old": {},
                "gpt-2-2026-01-02": {"features": [], "context": "2K", "source": "A user"},
            },
        }
    ]
}


def merge(before: Mapping[str, Any] | None = None, today: str = "2026-11-26") -> dict[str, Any]:
    return merge_profiles(
        [FIRST, GATEWAY],
        OWN,
        before=before,
        today=today,
        is_text=lambda id_: not id_.startswith("dall-e"),
    )


def snap(
    entries: Any = None, before: Mapping[str, Any] | None = None, today: str = "2026-11-26"
) -> dict[str, Any]:
    profiles = {"gpt-2": {"profile": {"max_input_tokens": 7, "max_output_tokens": 8}}}
    return create_snapshot(
        entries,
        list_own_models(GROUPS),
        profiles,
        before=before,
        today=today,
        is_retired=lambda id_: id_ == "gpt-old",
    )


def test_profiles_of_the_first_package_that_knows_an_id_are_taken() -> None:
    profiles = merge()["profiles"]
    found = {id_: (entry["from"], entry["profile"]) for id_, entry in profiles.items()}
    openrouter = "langchain-openrouter"
    assert found == {
        "claude-opus-4-5": (openrouter, {"max_input_tokens": 2}),
        "glm-5.2": (openrouter, {"max_input_tokens": 3}),
        "glm-x": (openrouter, {"max_input_tokens": 3}),
        "gpt-1": (
            "langchain-openai",
            {"max_input_tokens": 1, "text_outputs": True, "tool_calling": True},
        ),
        "gpt-new": ("profile_augmentations.toml", {"max_input_tokens": 6}),
    }
    assert profiles["gpt-new"]["source"] == "A page; 2026-11-26"
    assert list(profiles) == sorted(profiles)


def test_sources_keep_their_day_until_there_is_a_new_version() -> None:
    before = merge()
    assert before["sources"]["langchain-openai"] == {"version": "1.0", "date": "2026-11-26"}
    assert merge(before, "2026-12-01") == before
    before["sources"]["langchain-openai"] = {"version": "0.9", "date": "2026-11-01"}
    sources = merge(before, "2026-12-01")["sources"]
    assert sources["langchain-openai"] == {"version": "1.0", "date": "2026-12-01"}
    assert sources["langchain-openrouter"] == {"version": "2.0", "date": "2026-11-26"}


def test_snapshot_without_the_live_catalogue_is_our_own_list() -> None:
    snapshot = snap()
    cards = {card.id: card for card in read_cards(find_entries(snapshot), source="snapshot")}
    assert list(cards) == ["gpt-1", "gpt-2-2026-01-02"]  # the retired one is left out
    card = cards["gpt-1"]
    assert (card.provider, card.type, card.endpoints) == ("OpenAI", "text", ("chat",))
    assert (card.input_price, card.output_price) == (1.5, 3.0)
    assert (card.published, card.context_tokens) == (date(2026, 11, 13), None)
    other = cards["gpt-2-2026-01-02"]  # its limits: ours, then those of its profile
    assert (other.context_tokens, other.max_output_tokens) == (2000, 8)
    assert (other.input_modalities, other.input_price, other.published) == ((), None, None)
    assert {entry["id"]: entry["source"] for entry in snapshot["data"]} == {
        "gpt-1": "Documentation",
        "gpt-2-2026-01-02": "A user",
    }


def test_snapshot_of_the_live_catalogue_has_its_entries_and_what_we_know_beside() -> None:
    entries = [
        {
            "id": "gpt-z",
            "description": "long",
            "upcoming": True,
            "context_length": None,
            "pricing": {"input": 0, "output": None, "ratio": 0.8, "note": "x"},
        },
        {"id": "gpt-1", "model_type": "text", "provider": "Other", "context_length": "9K"},
    ]
    snapshot = snap(entries)
    assert snapshot["source"] == LIVE
    first, second = snapshot["data"]
    assert second == {"id": "gpt-z", "upcoming": True, "pricing": {"input": 0, "ratio": 0.8}}
    assert (first["id"], first["provider"], first["context_length"]) == ("gpt-1", "Other", "9K")
    assert first["endpoints"] == ["openai"]


def test_snapshot_keeps_its_day_until_an_entry_changes() -> None:
    before = snap()
    assert snap(before=before, today="2026-12-01") == before
    assert snap([{"id": "gpt-z"}], before=before, today="2026-12-01")["date"] == "2026-12-01"


def test_files_are_written_a_model_a_line_and_read_back(tmp_path: Path) -> None:
    path = tmp_path / "profiles.json"
    assert read_json(path) is None
    for content, ids in ((merge(), merge()["profiles"].keys()), (snap(), {"gpt-1"})):
        write_lines(path, content)
        assert read_json(path) == content
        lines = path.read_text(encoding="utf-8").splitlines()
        assert all(any(id_ in line for line in lines) for id_ in ids)
        assert len(lines) > len(ids)


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        (None, "2 ids, 2 added or removed\n  + a\n  + b"),
        ({"profiles": {"a": 1, "c": 1}}, "2 ids, 2 added or removed\n  + b\n  - c"),
        ({"data": [{"id": "a"}, {"id": "b"}]}, "2 ids, 0 added or removed"),
    ],
)
def test_difference_names_ids_that_came_and_went(before: Any, expected: str) -> None:
    assert describe_difference(before, {"a", "b"}) == expected


def test_profiles_of_a_package_are_read_without_running_it() -> None:
    source = "import nothing_that_is_here\n_PROFILES: dict[str, object] = {'a': {'name': 'A'}}\n"
    assert parse_profiles(source) == {"a": {"name": "A"}}
    with pytest.raises(SystemExit, match="has no `_PROFILES`"):
        parse_profiles("OTHER = {}")


@pytest.mark.parametrize(
    ("reply", "problem"),
    [
        (CatalogReply(problem="no network"), "no network"),
        (CatalogReply(status=503), "HTTP 503"),
        (CatalogReply(status=200, content=b"<html>"), "it is not JSON"),
        (CatalogReply(status=200, content=b'{"success": false}'), "`success` is false"),
    ],
)
def test_live_catalogue_that_cannot_be_read_is_none(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    reply: CatalogReply,
    problem: str,
) -> None:
    monkeypatch.setattr(live, "fetch", lambda _: reply)
    assert live.fetch_entries() is None
    assert problem in capsys.readouterr().out


def test_live_catalogue_is_read_without_its_broken_entries(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    body = {"success": True, "data": [{"id": "gpt-1"}, "broken"]}
    reply = CatalogReply(status=200, content=json.dumps(body).encode())
    monkeypatch.setattr(live, "fetch", lambda request: reply if request.url == LIVE else None)
    assert live.fetch_entries() == [{"id": "gpt-1"}]
    assert "ntry 1" in capsys.readouterr().out
