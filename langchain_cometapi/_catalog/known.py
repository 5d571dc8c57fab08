"""What is known of models without a request: the cached catalogue, else the snapshot."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from langchain_cometapi._catalog.read import find_entries, read_cards
from langchain_cometapi._catalog.wire_values import read_date
from langchain_cometapi._json import load_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from langchain_cometapi._catalog.card import ModelCard


@lru_cache(maxsize=1)
def load_snapshot() -> Mapping[str, ModelCard]:
    """Return the cards of the snapshot in this package, by id."""
    body = load_json((files("langchain_cometapi") / "data" / "catalog.json").read_bytes())
    day = read_date(body["date"])
    read_at = None if day is None else datetime(day.year, day.month, day.day, tzinfo=UTC)
    cards = read_cards(find_entries(body), source="snapshot", read_at=read_at)
    return {card.id: card for card in cards}


def list_known() -> list[ModelCard]:
    """Return the cards of the cached catalogue, else of the snapshot."""
    return list(load_snapshot().values())


def get_known(id_: str) -> ModelCard | None:
    """Return the card of a model, from the cached catalogue, else from the snapshot.

    Args:
        id_: Its id, as CometAPI writes it.
    """
    return load_snapshot().get(id_)


def nearest_ids(model: str, n: int = 3) -> list[str]:
    """Return the known ids that resemble a text most, the nearest first.

    Args:
        model: What was asked for: in any case, with or without a prefix such as `openai/`.
        n: The highest number of ids.
    """
    import difflib

    name = model.lower().rpartition("/")[2]
    by_name = {card.id.lower(): card.id for card in list_known() if not card.retired}
    return [by_name[found] for found in difflib.get_close_matches(name, by_name, n=n)]
