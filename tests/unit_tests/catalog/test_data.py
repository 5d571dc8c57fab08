"""The generated data: snapshot, profiles and rows say the same of each model."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from langchain_cometapi import ChatCometAPI
from langchain_cometapi._catalog.known import load_snapshot
from langchain_cometapi._catalog.names import spellings
from langchain_cometapi._catalog.profiles import get_profile, list_published
from langchain_cometapi._catalog.retirements import get_retirement
from langchain_cometapi._vendors.registry import UNKNOWN, get_vendor
from scripts.refresh_catalog.files import read_json, write_lines
from scripts.refresh_catalog.snapshot import OWN, list_own_models
from tests.support import KEY

DATA = Path(__file__).resolve().parents[3] / "langchain_cometapi" / "data"
SNAPSHOT: Any = read_json(DATA / "catalog.json")
PROFILES: Any = read_json(DATA / "profiles.json")
AUGMENTATIONS = tomllib.loads((DATA / "profile_augmentations.toml").read_text(encoding="utf-8"))
MODELS = tomllib.loads((DATA / "models.toml").read_text(encoding="utf-8"))

CARDS = load_snapshot()
TEXT = sorted(id_ for id_, card in CARDS.items() if card.type == "text")
OTHERS = sorted(CARDS.keys() - set(TEXT))
WITHOUT_LIMITS = {"doubao-seed-2-1-pro-260628", "qwen4-max-preview"}
"""Text models whose context nobody has published."""

MODALITIES = {"image": "image_inputs", "file": "pdf_inputs", "audio": "audio_inputs"}
UNIVERSAL = {"chat": "chat", "responses": "responses"}


@pytest.mark.parametrize("id_", TEXT)
def test_text_model_of_the_snapshot_has_a_profile_and_a_row_that_agree_with_its_card(
    id_: str,
) -> None:
    card, vendor = CARDS[id_], get_vendor(id_)
    assert vendor is not UNKNOWN
    assert get_retirement(id_) is None
    assert vendor.endpoints is None or set(card.endpoints) <= vendor.endpoints
    model = ChatCometAPI(model=id_, api_key=KEY)
    route: Any = model._choose_endpoint(id_)
    assert route in card.endpoints
    profile: Any = model.profile
    assert profile == get_profile(id_, route)
    for limit, name in (
        (card.context_tokens, "max_input_tokens"),
        (card.max_output_tokens, "max_output_tokens"),
    ):
        assert (limit is None) is (name not in profile)
        # CometAPI rounds: 1M is 1,048,576. Some vendors count the input alone.
        assert limit is None or profile[name] == pytest.approx(limit, rel=0.35)
    assert ("max_input_tokens" in profile) is (id_ not in WITHOUT_LIMITS)
    for word in card.input_modalities:
        assert profile.get(MODALITIES.get(word, "text_inputs")) is True, word
    assert set(card.output_modalities) <= {"text"}
    assert profile["structured_output"] is (vendor.json_schema is True)


@pytest.mark.parametrize("id_", OTHERS)
def test_other_model_of_the_snapshot_is_called_at_its_own_endpoints(id_: str) -> None:
    card, vendor = CARDS[id_], get_vendor(id_)
    assert vendor.endpoints is None or set(card.endpoints) <= vendor.endpoints
    if card.type == "embedding":
        assert card.endpoints == ("embeddings",)
        assert get_profile(id_, "chat") is None


def test_profiles_have_a_source_with_a_day() -> None:
    for id_, entry in PROFILES["profiles"].items():
        known = PROFILES["sources"].get(entry["from"])
        day = entry.get("source", "").rpartition("; ")[2]
        assert day[:3] == "202" or known["date"] > "2026", id_
        assert id_ == id_.lower()
    assert {PROFILES["profiles"][id_]["from"] for id_ in AUGMENTATIONS["aliases"]} <= {
        *PROFILES["sources"]
    }


def test_entries_of_the_snapshot_have_a_source() -> None:
    assert SNAPSHOT["source"] != OWN or all(entry["source"] for entry in SNAPSHOT["data"])
    assert SNAPSHOT["date"] > "2026-11"


@pytest.mark.parametrize("id_", sorted(AUGMENTATIONS["overrides"]))
def test_augmentation_adds_what_no_package_knows(id_: str) -> None:
    entry, own = PROFILES["profiles"][id_], dict(AUGMENTATIONS["overrides"][id_])
    assert own.pop("source") == entry["source"]
    assert own.items() <= entry["profile"].items()
    assert list_published()[id_] == entry["profile"]
    own_alone = entry["from"] == "profile_augmentations.toml"
    # A whole profile of ours goes once a package has one.
    assert own_alone is ("name" in own)


@pytest.mark.skipif(SNAPSHOT["source"] != OWN, reason="the snapshot is that of the live catalogue")
def test_snapshot_is_that_of_our_own_list() -> None:
    own = {entry["id"]: entry for entry in list_own_models(MODELS)}
    assert set(own) == set(CARDS)
    for entry in SNAPSHOT["data"]:
        assert {name: entry.get(name) for name in own[entry["id"]]} == own[entry["id"]]


@pytest.mark.parametrize(("name", "content"), [("catalog", SNAPSHOT), ("profiles", PROFILES)])
def test_file_is_in_the_form_that_is_generated(name: str, content: Any, tmp_path: Path) -> None:
    write_lines(tmp_path / "again.json", content)
    written = (tmp_path / "again.json").read_text(encoding="utf-8")
    assert written == (DATA / f"{name}.json").read_text(encoding="utf-8")
    assert json.loads(written) == content


def test_spellings_of_an_id_of_the_snapshot_begin_with_the_id() -> None:
    assert [spellings(id_)[0] for id_ in CARDS] == [id_.lower() for id_ in CARDS]
