"""The cached copy of a catalogue."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import platformdirs
import pytest

from langchain_cometapi._catalog.cache import (
    MAX_AGE,
    CachedCatalog,
    get_cache_path,
    read_cached,
    write_cached,
)

URL = "https://a.example/v1"
NOW = datetime.now(UTC)
ENTRY = {
    "id": "a",
    "context_length": "8K",
    "pricing": {"input": float("inf")},
    "name": "\U0001f600",
}
CATALOG = CachedCatalog([ENTRY], NOW, '"1"', "Thu, 26 Nov 2026")


def path_of(url: str) -> Path:
    path = get_cache_path(url)
    assert path is not None
    return path


def test_what_was_written_is_read() -> None:
    write_cached(URL, CATALOG)
    assert read_cached(URL) == CATALOG
    assert read_cached("https://b.example/v1") is None
    assert [card.context_tokens for card in CATALOG.cards.values()] == [8000]
    assert {card.source for card in CATALOG.cards.values()} == {"cache"}


def test_file_is_read_again_only_when_it_has_changed() -> None:
    write_cached(URL, CATALOG)
    first = read_cached(URL)
    assert read_cached(URL) is first
    write_cached(URL, CachedCatalog([{"id": "b"}], NOW))
    changed = read_cached(URL)
    assert changed is not None
    assert changed.entries == [{"id": "b"}]


@pytest.mark.parametrize(
    ("age", "is_fresh"),
    [
        (timedelta(), True),
        (MAX_AGE - timedelta(seconds=5), True),
        (MAX_AGE, False),
        (-timedelta(hours=2), False),  # the clock was set back
    ],
)
def test_copy_is_fresh_for_an_hour(age: timedelta, is_fresh: bool) -> None:
    assert CachedCatalog([], datetime.now(UTC) - age).is_fresh is is_fresh


@pytest.mark.parametrize(
    "change",
    [
        b"",
        b"\x00\xff",
        b"null",
        {"models": None},
        {"models": []},
        {"models": ["a"]},
        {"models": [{"code": "a"}]},
        {"url": "https://b.example/v1"},
        {"read_at": 1e300},
    ],
)
def test_corrupt_file_is_ignored_and_replaced(change: bytes | dict[str, Any]) -> None:
    write_cached(URL, CATALOG)
    path = path_of(URL)
    if isinstance(change, dict):
        change = json.dumps({**json.loads(path.read_bytes()), **change}).encode()
    path.write_bytes(change)
    assert read_cached(URL) is None
    write_cached(URL, CATALOG)
    assert read_cached(URL) == CATALOG


@pytest.mark.parametrize("etag", ['"1"\r\nX-Injected: 1', "ä", "", 7, "x" * 5000])
def test_validator_that_no_header_can_hold_is_left_out(etag: object) -> None:
    write_cached(URL, CATALOG)
    path = path_of(URL)
    path.write_text(json.dumps({**json.loads(path.read_bytes()), "etag": etag}), encoding="utf-8")
    cached = read_cached(URL)
    assert cached is not None
    assert cached.validators == {"If-Modified-Since": "Thu, 26 Nov 2026"}


def test_directory_that_cannot_be_written_is_no_error(cache_directory: Path) -> None:
    cache_directory.write_bytes(b"a file in the place of the directory")
    write_cached(URL, CATALOG)
    assert read_cached(URL) is None


def test_user_without_a_home_has_no_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(platformdirs, "user_cache_path", lambda *_, **__: Path("~/.cache"))
    monkeypatch.chdir(tmp_path)
    write_cached(URL, CATALOG)
    assert read_cached(URL) is None
    assert list(tmp_path.iterdir()) == []


def test_write_that_fails_leaves_the_old_file_and_no_other(
    monkeypatch: pytest.MonkeyPatch, cache_directory: Path
) -> None:
    write_cached(URL, CATALOG)

    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "replace", refuse)
    write_cached(URL, CachedCatalog([{"id": "b"}], NOW))
    assert read_cached(URL) == CATALOG
    assert len(list(cache_directory.iterdir())) == 1
