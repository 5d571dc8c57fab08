"""Reads a catalogue, step by step, without sending a request: that is for the caller to do.

The catalogue has three sources: the public `/api/models`, the bare `/v1/models` where there is a
key, and what is known without a request: the cached copy, else the snapshot in this package.
"""

from __future__ import annotations

import logging
import os
import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from langchain_cometapi._catalog.cache import CachedCatalog, read_cached, write_cached
from langchain_cometapi._catalog.known import load_snapshot
from langchain_cometapi._catalog.read import CatalogError, load_catalog, make_cards, sort_out

if TYPE_CHECKING:
    from collections.abc import Mapping

    from langchain_cometapi._catalog.card import ModelCard

_VARIABLE = "COMETAPI_CATALOG"
_OFF = frozenset({"off", "0", "false", "no"})
_VERSION_PATH = re.compile(r"/v\d+\w*$")
_OK, _NOT_MODIFIED = 200, 304

_logger = logging.getLogger("langchain_cometapi.catalog")


@dataclass(frozen=True)
class CatalogRequest:
    """A GET request for a list of models.

    Attributes:
        url: The URL.
        headers: The headers that ask whether there is something newer.
        needs_key: Whether it is signed with the key. The public catalogue never is.
    """

    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    needs_key: bool = False


@dataclass(frozen=True)
class CatalogReply:
    """What came of a request.

    Attributes:
        status: The HTTP status; `None` if there was no response.
        content: The body of a 200.
        etag: Its header of this name.
        last_modified: Its header of this name.
        problem: Why there is no response, or none that could be read.
    """

    status: int | None = None
    content: bytes = b""
    etag: str | None = None
    last_modified: str | None = None
    problem: str | None = None


def is_off() -> bool:
    """Whether `COMETAPI_CATALOG=off` forbids requests."""
    return os.environ.get(_VARIABLE, "").strip().lower() in _OFF


class CatalogReading:
    """The way to one list of cards.

    `start` and `take` return the next request, or `None` at the end; then there are `cards`.

    Attributes:
        problems: What is wrong with entries that were left out.
    """

    def __init__(self, base_url: str, *, refresh: bool, has_key: bool) -> None:
        """Begin.

        Args:
            base_url: The base URL, with its version path.
            refresh: Whether to ask even if the cached copy is young.
            has_key: Whether there is a key for the second source.
        """
        self.problems: list[str] = []
        self._base_url = base_url
        self._refresh = refresh
        self._has_key = has_key
        self._cached: CachedCatalog | None = None
        self._read: Mapping[str, ModelCard] | None = None

    def start(self) -> CatalogRequest | None:
        """Return the first request, unless the cached copy is fresh enough."""
        self._cached = read_cached(self._base_url)
        if is_off() or (self._cached is not None and self._cached.is_fresh and not self._refresh):
            return None
        root = _VERSION_PATH.sub("", self._base_url)
        validators = {} if self._cached is None else self._cached.validators
        return CatalogRequest(f"{root}/api/models", validators)

    def take(self, request: CatalogRequest, reply: CatalogReply) -> CatalogRequest | None:
        """Read a reply; return the next request.

        Args:
            request: The request that it answers.
            reply: What came of it.
        """
        try:
            if request.needs_key:
                entries = self._load(reply)
                self._read = make_cards(entries, source="v1/models", read_at=datetime.now(UTC))
            else:
                self._keep(reply)
        except CatalogError as error:
            _logger.warning("The catalogue at %s cannot be read: %s", request.url, error)
            if self._has_key and not request.needs_key:
                return CatalogRequest(f"{self._base_url}/models", needs_key=True)
        return None

    def _keep(self, reply: CatalogReply) -> None:
        now = datetime.now(UTC)
        if reply.status == _NOT_MODIFIED and self._cached is not None:
            self._cached = replace(self._cached, read_at=now)
        else:
            entries = self._load(reply)
            self._cached = CachedCatalog(entries, now, reply.etag, reply.last_modified)
        write_cached(self._base_url, self._cached)
        self._read = make_cards(self._cached.entries, source="live", read_at=now)

    def _load(self, reply: CatalogReply) -> list[dict[str, object]]:
        """Return the entries of a reply.

        Raises:
            CatalogError: If there are none.
        """
        if reply.problem is not None:
            raise CatalogError(reply.problem)
        if reply.status != _OK:
            msg = f"HTTP {reply.status}"
            raise CatalogError(msg)
        entries, problems = sort_out(load_catalog(reply.content))
        if not entries:
            msg = f"no entry can be read ({problems[0]})"
            raise CatalogError(msg)
        self.problems += problems
        return entries

    @property
    def cards(self) -> Mapping[str, ModelCard]:
        """The cards, by id: those that were read, else those of the cached copy or the snapshot."""
        if self._read is not None:
            return self._read
        return load_snapshot() if self._cached is None else self._cached.cards
