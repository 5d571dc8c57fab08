"""Reads the catalogue's JSON: one reader for what is live, cached, or in this package.

Sources of the forms: CometAPI's documentation, its command line (cometapi-cli 0.3.10) and
applications that read the catalogue live; 2026-11.
"""

from __future__ import annotations

import re
import warnings
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypedDict

from langchain_cometapi._catalog.card import ModelCard
from langchain_cometapi._catalog.endpoints import read_endpoints
from langchain_cometapi._catalog.retirements import get_retirement
from langchain_cometapi._catalog.wire_values import (
    read_date,
    read_json,
    read_price,
    read_text,
    read_tokens,
)
from langchain_cometapi._json import MAX_DEPTH, TooDeepError, check_depth, cut_depth, load_json
from langchain_cometapi.exceptions import CometAPICatalogWarning

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from langchain_cometapi._catalog.card import Source

TYPES = {
    "chat": "text",
    "llm": "text",
    "text": "text",
    "completion": "text",
    "image": "image",
    "images": "image",
    "video": "video",
    "videos": "video",
    "audio": "audio",
    "speech": "audio",
    "tts": "audio",
    "music": "audio",
    "embedding": "embedding",
    "embeddings": "embedding",
}
"""The words that are in use for a type, and ours."""

_TYPE_BY_ENDPOINT = {
    "chat": "text",
    "responses": "text",
    "messages": "text",
    "embeddings": "embedding",
    "images": "image",
    "audio": "audio",
    "videos": "video",
}

_MODALITIES = {"speech": "audio", "voice": "audio", "music": "audio", "pdf": "file"}
_FEATURE = re.compile(r"([a-z][a-z,+&/ _-]*?)[-_ ]to[-_ ]([a-z][a-z,+&/ _-]*)")
_BETWEEN = re.compile(r"[,+&/ ]+|[-_]and[-_]")

_CURRENCY = re.compile(r"(?:usd|\$)?\s*(?:(?:/|per)\s*(?:1\s*)?(m|mn|million|k|thousand)?\b.*)?")
_CACHED_FIELDS = ("cached_input", "input_cached", "cache_read", "cache_input", "cached")

# So that it can be read in what a body and a cached copy have around it.
_MAX_ENTRY_DEPTH = MAX_DEPTH - 10


class CatalogError(ValueError):
    """A body that is no catalogue."""


def load_catalog(content: bytes) -> list[Any]:
    """Return the entries of a body of `/api/models`, `/v1/models` or a file of ours.

    Args:
        content: Its JSON.

    Raises:
        CatalogError: If there are none.
    """
    content = content.removeprefix(b"\xef\xbb\xbf")
    try:
        try:
            body = load_json(content)
        except TooDeepError:  # `sort_out` leaves out the entry that is cut
            body = load_json(cut_depth(content))
    except ValueError:
        msg = "it is not JSON"
        raise CatalogError(msg) from None
    return find_entries(body)


def find_entries(body: object) -> list[Any]:
    """Return the entries of a parsed body.

    Raises:
        CatalogError: If there are none.
    """
    if isinstance(body, dict):
        if body.get("success") is False:
            reason = read_text(body.get("message")) or "no reason"
            msg = f"`success` is false: {reason[:200]}"
            raise CatalogError(msg)
        body = next((v for name in ("data", "models") if (v := body.get(name)) is not None), None)
        if isinstance(body, dict):  # a page inside of the envelope
            body = next((body[n] for n in ("data", "models", "items", "list") if n in body), None)
    if not isinstance(body, list):
        msg = "it has no list of models"
        raise CatalogError(msg)
    if not body:
        msg = "its list of models is empty"
        raise CatalogError(msg)
    return body


def sort_out(entries: Iterable[object]) -> tuple[list[dict[str, Any]], list[str]]:
    """Return the entries that can be read, in order, and what is wrong with each of the others.

    Args:
        entries: The entries on the wire.
    """
    found: dict[str, dict[str, Any]] = {}
    problems = []
    for index, entry in enumerate(entries):
        reason = None
        if not isinstance(entry, dict):
            reason = "it is not an object"
        elif (id_ := read_text(entry.get("id"))) is None:
            reason = "it has no `id`"
        elif _is_too_deep(entry):
            reason = f"it is nested more than {_MAX_ENTRY_DEPTH} levels deep"
        elif found.setdefault(id_, entry) is not entry:
            reason = f"an earlier entry has the id {id_}"
        if reason:
            problems.append(f"Entry {index} of the catalogue was left out: {reason}.")
    return list(found.values()), problems


def _is_too_deep(entry: dict[str, Any]) -> bool:
    try:
        check_depth(entry, _MAX_ENTRY_DEPTH)
    except TooDeepError:
        return True
    return False


def make_cards(
    entries: Iterable[dict[str, Any]], *, source: Source, read_at: datetime | None = None
) -> dict[str, ModelCard]:
    """Return the cards of entries that `sort_out` has returned, by id.

    Args:
        entries: The entries.
        source: Where they are from.
        read_at: When they were read.
    """
    cards = (_read_card(entry, source, read_at) for entry in entries)
    return {card.id: card for card in cards}


def read_cards(
    entries: Iterable[object], *, source: Source, read_at: datetime | None = None
) -> list[ModelCard]:
    """Return the card of each entry, in order. An entry that cannot be read costs a warning.

    Args:
        entries: The entries on the wire.
        source: Where they are from.
        read_at: When they were read.
    """
    good, problems = sort_out(entries)
    for problem in problems:
        warnings.warn(problem, CometAPICatalogWarning, stacklevel=2)
    return list(make_cards(good, source=source, read_at=read_at).values())


def _read_card(entry: dict[str, Any], source: Source, read_at: datetime | None) -> ModelCard:
    id_ = str(read_text(entry["id"]))
    retirement = get_retirement(id_)
    endpoints = read_endpoints(entry.get("endpoints") or entry.get("supported_endpoint_types"))
    inputs, outputs = _read_modalities(entry.get("features"))
    # OpenAI's own list has `shutdown_date`; whether CometAPI passes it on is not known.
    retired_on = read_date(entry.get("shutdown_date"))
    is_over = retired_on is not None and retired_on <= datetime.now(UTC).date()
    if retired_on is None and retirement is not None:
        retired_on, is_over = retirement.on, retirement.is_over
    return ModelCard(
        id=id_,
        provider=read_text(entry.get("provider")),
        type=_read_type(entry.get("model_type"), outputs, endpoints),
        endpoints=endpoints,
        context_tokens=read_tokens(entry.get("context_length")),
        max_output_tokens=read_tokens(entry.get("max_completion_tokens")),
        input_modalities=inputs,
        output_modalities=outputs,
        **_read_prices(read_json(entry.get("pricing"))),
        published=read_date(entry.get("published_at")),
        upcoming=entry.get("upcoming") is True,
        retired=is_over,
        retired_on=retired_on,
        replacement=None if retirement is None else retirement.replacement,
        source=source,
        read_at=read_at,
    )


def _read_type(value: object, outputs: tuple[str, ...], endpoints: tuple[str, ...]) -> str | None:
    """Return our word for the type, by the modalities or endpoints where it has another one.

    The catalogue has vendors among its types, such as `claude`.
    """
    word = (read_text(value) or "").lower()
    found = TYPES.get(word)
    if found is None and len(outputs) == 1:
        found = TYPES.get(outputs[0])
    if found is None:
        found = next((t for name in endpoints if (t := _TYPE_BY_ENDPOINT.get(name))), None)
    return found or word or None


def _read_modalities(value: object) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what a model reads and makes, by features such as `text-to-image`."""
    features = read_json(value)
    if isinstance(features, str):
        features = features.split(";")
    inputs: dict[str, None] = {}
    outputs: dict[str, None] = {}
    for feature in features if isinstance(features, list) else ():
        found = _FEATURE.fullmatch(feature.strip().lower()) if isinstance(feature, str) else None
        if found:
            inputs.update(dict.fromkeys(_split(found[1])))
            outputs.update(dict.fromkeys(_split(found[2])))
    return tuple(inputs), tuple(outputs)


def _split(text: str) -> Iterator[str]:
    for word in _BETWEEN.split(text):
        if word:
            yield _MODALITIES.get(word, word)


class _Prices(TypedDict, total=False):
    """The fields of a card that say what a model costs."""

    input_price: float | None
    cached_input_price: float | None
    output_price: float | None
    request_price: float | None
    second_price: float | None
    price_ratio: float | None


def _read_prices(pricing: object) -> _Prices:
    """Return the prices of an entry; `None` for each one that is not known."""
    if not isinstance(pricing, dict):
        return {}
    ratio = read_price(pricing.get("ratio"))
    currency = _CURRENCY.fullmatch((read_text(pricing.get("currency")) or "").lower())
    if currency is None:  # in yuan, say
        return {"price_ratio": ratio}
    factor = 1000 if (currency[1] or "").startswith(("k", "t")) else 1

    def read_token_price(*names: str) -> float | None:
        price = next((p for name in names if (p := read_price(pricing.get(name)))), None)
        return None if price is None else round(price * factor, 9)

    return {
        "input_price": read_token_price("input"),
        "cached_input_price": read_token_price(*_CACHED_FIELDS),
        "output_price": read_token_price("output"),
        "request_price": read_price(pricing.get("per_request")),
        "second_price": read_price(pricing.get("per_second")),
        "price_ratio": ratio,
    }
