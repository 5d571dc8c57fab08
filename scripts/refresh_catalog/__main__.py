"""Rewrite `langchain_cometapi/data`, and print which ids came and went.

    python -m scripts.refresh_catalog             the live catalogue, if it can be reached
    python -m scripts.refresh_catalog --offline   our own list of models alone

`catalog.json` is the live catalogue; if it cannot be read, the models of `models.toml`.
`profiles.json` is what LangChain's partner packages know of each model, then langchain-openrouter,
then `profile_augmentations.toml`. A second run changes nothing. Needs the environment of
`make refresh_catalog`, which has those packages.
"""

from __future__ import annotations

import sys
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from langchain_cometapi._catalog.retirements import get_retirement
from langchain_cometapi._vendors.registry import UNKNOWN, get_vendor
from scripts.refresh_catalog.files import describe_difference, read_json, write_lines
from scripts.refresh_catalog.live import fetch_entries
from scripts.refresh_catalog.partners import read_partners
from scripts.refresh_catalog.profiles import merge_profiles
from scripts.refresh_catalog.snapshot import create_snapshot, list_own_models

DATA = Path(__file__).resolve().parents[2] / "langchain_cometapi" / "data"
SNAPSHOT = DATA / "catalog.json"
PROFILES = DATA / "profiles.json"


def main(arguments: list[str]) -> None:
    """Run the command line."""
    if arguments not in ([], ["--offline"]):
        raise SystemExit(__doc__)
    today = datetime.now(UTC).date().isoformat()
    partners = read_partners()
    profiles = merge_profiles(
        partners,
        _read_toml("profile_augmentations.toml"),
        before=read_json(PROFILES),
        today=today,
        is_text=_is_text,
    )
    live = None if arguments else fetch_entries()
    snapshot = create_snapshot(
        live,
        list_own_models(_read_toml("models.toml")),
        profiles["profiles"],
        before=read_json(SNAPSHOT),
        today=today,
        is_retired=lambda model: get_retirement(model) is not None,
    )
    for path, content, ids in (
        (PROFILES, profiles, set(profiles["profiles"])),
        (SNAPSHOT, snapshot, {entry["id"] for entry in snapshot["data"]}),
    ):
        print(f"{path.name}: {describe_difference(read_json(path), ids)}")
        write_lines(path, content)


def _read_toml(name: str) -> dict[str, Any]:
    return tomllib.loads((DATA / name).read_text(encoding="utf-8"))


def _is_text(model: str) -> bool:
    """Return whether the row of a model is known, and is one of a chat model."""
    vendor = get_vendor(model)
    return vendor is not UNKNOWN and (
        vendor.endpoints is None or not vendor.endpoints.isdisjoint({"chat", "responses"})
    )


if __name__ == "__main__":
    main(sys.argv[1:])
