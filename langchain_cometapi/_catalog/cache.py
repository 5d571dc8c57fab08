"""The cached copy of a catalogue: a file for each base URL, in the cache directory of the user.

Several processes may write a file at once: each writes one of its own and renames it, so that a
reader sees one of them whole. A cache that cannot be written or read is not an error.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import tempfile
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import TYPE_CHECKING, Any

from langchain_cometapi._catalog.read import CatalogError, find_entries, make_cards
from langchain_cometapi._catalog.wire_values import read_text
from langchain_cometapi._json import load_json, read_number

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from langchain_cometapi._catalog.card import ModelCard

MAX_AGE = timedelta(hours=1)
_MAX_BYTES = 32 * 1024 * 1024
"""Of a file. A catalogue has at most 8 MiB, and what is read back may be a little longer."""

_MAX_FILES = 16
"""How many files are kept in memory."""

_logger = logging.getLogger("langchain_cometapi.catalog")


@dataclass(frozen=True)
class CachedCatalog:
    """The entries of a catalogue, and when they were read.

    Attributes:
        entries: The entries on the wire; each of them can be read.
        read_at: When the gateway last sent or confirmed them.
        etag: The version that the gateway named.
        last_modified: The time that it named.
    """

    entries: list[dict[str, Any]]
    read_at: datetime
    etag: str | None = None
    last_modified: str | None = None

    @property
    def is_fresh(self) -> bool:
        """Whether it is young enough not to ask again; not if the clock was set back."""
        return timedelta() <= datetime.now(UTC) - self.read_at < MAX_AGE

    @property
    def validators(self) -> dict[str, str]:
        """The headers that ask whether there is something newer."""
        headers = {"If-None-Match": self.etag, "If-Modified-Since": self.last_modified}
        return {name: value for name, value in headers.items() if value}

    @cached_property
    def cards(self) -> Mapping[str, ModelCard]:
        """The cards of the entries, by id."""
        return make_cards(self.entries, source="cache", read_at=self.read_at)


_Stamp = tuple[int, int, int]
_memo: dict[Path, tuple[_Stamp, CachedCatalog | None]] = {}
"""The content of each file that was read, until the file changes."""


def get_cache_path(base_url: str) -> Path | None:
    """Return the file of a base URL; `None` where the user has no home."""
    import platformdirs

    folder = platformdirs.user_cache_path("langchain-cometapi", appauthor=False)
    name = hashlib.sha256(base_url.encode()).hexdigest()[:16]
    return folder / f"catalog-{name}.json" if folder.is_absolute() else None


def read_cached(base_url: str) -> CachedCatalog | None:
    """Return the cached catalogue of a base URL, however old; `None` if there is none to read."""
    path = get_cache_path(base_url)
    if path is None:
        return None
    try:
        status = path.stat()
        stamp = (status.st_mtime_ns, status.st_ino, status.st_size)
        known = _memo.get(path)
        if known is None or known[0] != stamp:
            if len(_memo) >= _MAX_FILES:
                _memo.clear()
            known = _memo[path] = (stamp, _load(path, status.st_size, base_url))
    except OSError:
        return None
    return known[1]


def _load(path: Path, size: int, base_url: str) -> CachedCatalog | None:
    """Return what a file holds; `None` if it is not one of ours, whole.

    Raises:
        OSError: If it cannot be read.
    """
    if size > _MAX_BYTES:
        return None
    try:
        body = load_json(path.read_bytes())
        entries = find_entries(body)
        if body.get("url") != base_url or not all(map(_is_entry, entries)):
            return None
        return CachedCatalog(
            entries,
            datetime.fromtimestamp(read_number(body.get("read_at")) or 0, UTC),
            _read_header(body.get("etag")),
            _read_header(body.get("last_modified")),
        )
    except (CatalogError, ValueError, OverflowError, AttributeError):
        return None  # it is rewritten as soon as there is something to write


def _is_entry(entry: object) -> bool:
    return isinstance(entry, dict) and read_text(entry.get("id")) is not None


def _read_header(value: object) -> str | None:
    """Return a text that a header can hold."""
    text = read_text(value)
    return text if text and len(text) < 1000 and text.isascii() and text.isprintable() else None  # noqa: PLR2004


def write_cached(base_url: str, catalog: CachedCatalog) -> None:
    """Replace the cached catalogue of a base URL, if the directory can be written to.

    Args:
        base_url: The base URL.
        catalog: What to write.
    """
    path = get_cache_path(base_url)
    if path is None:
        return
    body = {
        "url": base_url,
        "read_at": catalog.read_at.timestamp(),
        "etag": catalog.etag,
        "last_modified": catalog.last_modified,
        "models": catalog.entries,
    }
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, json.dumps(body).encode())
    except OSError as error:
        _logger.debug("The catalogue cannot be cached in %s: %s", path, error)


def _replace(path: Path, content: bytes) -> None:
    """Write a file under another name and rename it.

    Raises:
        OSError: If that is impossible.
    """
    handle, name = tempfile.mkstemp(prefix=f"{path.stem}-", suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.replace(name, path)  # noqa: PTH105 - `name` is a text
    except BaseException:
        with suppress(OSError):
            os.unlink(name)  # noqa: PTH108
        raise
