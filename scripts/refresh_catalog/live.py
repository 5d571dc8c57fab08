"""The entries of the live catalogue."""

from __future__ import annotations

from typing import Any

from langchain_cometapi._catalog.read import CatalogError, load_catalog, sort_out
from langchain_cometapi._catalog.reading import CatalogRequest
from langchain_cometapi._client.catalog_http import fetch
from scripts.refresh_catalog.snapshot import LIVE

_OK = 200


def fetch_entries() -> list[dict[str, Any]] | None:
    """Return the entries of the live catalogue; None, after a line on why, if there are none."""
    reply = fetch(CatalogRequest(LIVE))
    problem = reply.problem or (None if reply.status == _OK else f"HTTP {reply.status}")
    if problem is None:
        try:
            entries, problems = sort_out(load_catalog(reply.content))
        except CatalogError as error:
            problem = str(error)
        else:
            print(*problems, sep="\n", end="\n" if problems else "")
            return entries
    print(f"{LIVE} cannot be read: {problem}. The snapshot is made of `models.toml`.")
    return None
