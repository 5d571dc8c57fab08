"""What is known of models without a request: the cached catalogue, else the snapshot."""

from __future__ import annotations

import difflib
import re
from datetime import UTC, datetime
from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from langchain_cometapi._catalog.cache import CachedCatalog, read_cached
from langchain_cometapi._catalog.names import spellings
from langchain_cometapi._catalog.read import find_entries, read_cards
from langchain_cometapi._catalog.wire_values import read_date
from langchain_cometapi._credentials import DEFAULT_BASE_URL, resolve_base_url
from langchain_cometapi._json import load_json
from langchain_cometapi.exceptions import CometAPIUnsentRequestError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from langchain_cometapi._catalog.card import ModelCard

_SEPARATORS = re.compile(r"[^a-z0-9]+")
_SIMILAR = 0.55
"""The share of their letters and digits that two ids must have in common."""
_PART = 0.6
"""What it counts if one of them is a part of the other."""
_MIN_PART = 3
_MAX_LENGTH = 100


@lru_cache(maxsize=1)
def load_snapshot() -> Mapping[str, ModelCard]:
    """Return the cards of the snapshot in this package, by id."""
    body = load_json((files("langchain_cometapi.data") / "catalog.json").read_bytes())
    day = read_date(body["date"])
    read_at = None if day is None else datetime(day.year, day.month, day.day, tzinfo=UTC)
    cards = read_cards(find_entries(body), source="snapshot", read_at=read_at)
    return {card.id: card for card in cards}


def _known_cards(base_url: str | None) -> Mapping[str, ModelCard]:
    cached = None if base_url is None else read_cached(base_url)
    return load_snapshot() if (found := cached or _read_default()) is None else found.cards


def _read_default() -> CachedCatalog | None:
    """Return the cached catalogue of the environment's base URL."""
    try:
        return read_cached(resolve_base_url(None))
    except CometAPIUnsentRequestError:  # sending a request raises it
        return read_cached(DEFAULT_BASE_URL)


def list_known(base_url: str | None = None) -> list[ModelCard]:
    """Return the cards of the cached catalogue, else of the snapshot.

    Args:
        base_url: The base URL whose copy is preferred to that of the environment.
    """
    return list(_known_cards(base_url).values())


def get_known(id_: str, base_url: str | None = None) -> ModelCard | None:
    """Return the card of a model, from the cached catalogue, else from the snapshot.

    Args:
        id_: Its id, as CometAPI writes it.
        base_url: The base URL whose copy is preferred to that of the environment.
    """
    return _known_cards(base_url).get(id_) or load_snapshot().get(id_)


def nearest_ids(
    model: str,
    n: int = 3,
    *,
    type_: str | None = None,
    cards: Iterable[ModelCard] | None = None,
) -> list[str]:
    """Return the ids that resemble a text most, the nearest first.

    Models that are retired or not served yet are left out, and so is the text itself.

    Args:
        model: What was asked for: in any case, with or without a prefix such as `openai/`, with
            any separators between its words.
        n: The highest number of ids.
        type_: The type of the models; those whose type is not known count, too.
        cards: The models to choose from; by default those that are known.
    """
    ids = tuple(
        card.id
        for card in (list_known() if cards is None else cards)
        if (type_ is None or card.type in (type_, None))
        and not (card.retired or card.upcoming or card.id == model)
    )
    return list(_rank(model, ids)[:n])


@lru_cache(maxsize=64)  # a batch may fail a thousand times over the same id
def _rank(model: str, ids: tuple[str, ...]) -> tuple[str, ...]:
    asked = {form for name in (model, *spellings(model)) for form in _forms(name)}
    scores = {id_: _compare(asked, _forms(id_)) for id_ in ids}
    # Of ids that are equally alike, the one with the higher version comes first.
    ranked = sorted(sorted(ids, reverse=True), key=lambda id_: -scores[id_])
    return tuple(id_ for id_ in ranked if scores[id_] >= _SIMILAR)


def _forms(name: str) -> set[str]:
    """Return an id without its separators: as it is, with its words sorted, and without `x:`."""
    texts = (name, name.partition(":")[2] or name)
    words = [_SEPARATORS.split(text.lower().rpartition("/")[2][:_MAX_LENGTH]) for text in texts]
    return {"".join(found) for each in words for found in (each, sorted(each))}


def _compare(asked: Iterable[str], forms: Iterable[str]) -> float:
    """Return how much two ids have in common, in their forms that are most alike."""
    best = 0.0
    matcher = difflib.SequenceMatcher(autojunk=False)
    for one in asked:
        matcher.set_seq2(one)
        for other in forms:
            if min(len(one), len(other)) >= _MIN_PART and (one in other or other in one):
                best = max(best, _PART)  # such as `opus`, or an id in a longer name
            matcher.set_seq1(other)
            if matcher.real_quick_ratio() > best and matcher.quick_ratio() > best:
                best = max(best, matcher.ratio())
    return best
