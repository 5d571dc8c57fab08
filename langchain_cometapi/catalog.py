"""What CometAPI serves: models, their endpoints, context sizes and prices.

```python
from langchain_cometapi import catalog

for card in catalog.list_models(type="text", provider="Anthropic"):
    print(card.id, card.context_tokens, card.input_price)
```

The catalogue is public: no key is sent. It is cached for an hour in the cache directory of the
user; without a network, an older copy answers, else the snapshot in this package. Each card says in
`source` and `read_at` where it is from. With the environment variable `COMETAPI_CATALOG=off` no
request is ever sent.

A listing is no proof that a model answers, and its absence none that it does not: nothing is
refused because of the catalogue.
"""

from __future__ import annotations

import asyncio
import re
import warnings
from collections.abc import Iterable, Mapping

from langchain_cometapi._catalog.advice import describe_unknown
from langchain_cometapi._catalog.card import ModelCard
from langchain_cometapi._catalog.endpoints import find_endpoint
from langchain_cometapi._catalog.known import load_snapshot
from langchain_cometapi._catalog.prices import CostEstimate, estimate_cost
from langchain_cometapi._catalog.read import TYPES
from langchain_cometapi._catalog.reading import CatalogReading
from langchain_cometapi._catalog.retirements import get_retirement
from langchain_cometapi._client.catalog_http import afetch, fetch
from langchain_cometapi._client.clients import async_key, sync_key
from langchain_cometapi._credentials import APIKey, resolve_api_key, resolve_base_url
from langchain_cometapi.exceptions import (
    CometAPICatalogWarning,
    CometAPIInvalidKeyError,
    CometAPIModelNotFoundError,
    CometAPIUnsentRequestError,
)

__all__ = [
    "CostEstimate",
    "ModelCard",
    "aget_model",
    "alist_models",
    "estimate_cost",
    "get_model",
    "list_models",
]


def list_models(
    *,
    type: str | None = None,  # noqa: A002 - the word of the catalogue
    endpoint: str | None = None,
    provider: str | None = None,
    refresh: bool = False,
    base_url: str | None = None,
    api_key: APIKey | str | None = None,
) -> list[ModelCard]:
    """Return the cards of the models that CometAPI lists.

    Those that are retired or not served yet may be among them: see `retired` and `upcoming`.

    Args:
        type: Only models of this type, such as `text`, in any case.
        endpoint: Only models served at this endpoint, such as `responses`, in any case. A model
            whose endpoints are not known is none of them.
        provider: Only models of this vendor, such as `anthropic`, in any case.
        refresh: Whether to ask the gateway even if the cached copy is younger than an hour.
        base_url: The base URL of the gateway; by default that of the environment.
        api_key: The key for `/v1/models`, which is asked where the public catalogue fails; by
            default that of the environment. It is not sent to the public catalogue.

    Raises:
        CometAPIUnsentRequestError: If an argument is not a text, or `base_url` is not an HTTP URL.
        CometAPIInvalidKeyError: If `api_key` is blank or is not a key.
    """
    _check_filters(type=type, endpoint=endpoint, provider=provider)
    cards = _load(refresh=refresh, base_url=base_url, api_key=api_key)
    return _select(cards.values(), type, endpoint, provider)


async def alist_models(
    *,
    type: str | None = None,  # noqa: A002 - the word of the catalogue
    endpoint: str | None = None,
    provider: str | None = None,
    refresh: bool = False,
    base_url: str | None = None,
    api_key: APIKey | str | None = None,
) -> list[ModelCard]:
    """Return the cards of the models that CometAPI lists, without blocking the event loop.

    Args:
        type: As of `list_models`.
        endpoint: As of `list_models`.
        provider: As of `list_models`.
        refresh: As of `list_models`.
        base_url: As of `list_models`.
        api_key: As of `list_models`; may be an asynchronous callable.

    Raises:
        CometAPIUnsentRequestError: If an argument is not a text, or `base_url` is not an HTTP URL.
        CometAPIInvalidKeyError: If `api_key` is blank or is not a key.
    """
    _check_filters(type=type, endpoint=endpoint, provider=provider)
    cards = await _aload(refresh=refresh, base_url=base_url, api_key=api_key)
    return _select(cards.values(), type, endpoint, provider)


def get_model(
    id: str,  # noqa: A002 - the word of the catalogue
    *,
    refresh: bool = False,
    base_url: str | None = None,
    api_key: APIKey | str | None = None,
) -> ModelCard:
    """Return the card of a model.

    A model that the catalogue no longer lists has the card of the snapshot in this package; one
    that is known to be retired has at least a card that says so.

    Args:
        id: Its id, as CometAPI writes it.
        refresh: As of `list_models`.
        base_url: As of `list_models`.
        api_key: As of `list_models`.

    Raises:
        CometAPIModelNotFoundError: If nothing is known of such a model; it names the nearest ids.
        CometAPIUnsentRequestError: If an argument is not a text, or `base_url` is not an HTTP URL.
        CometAPIInvalidKeyError: If `api_key` is blank or is not a key.
    """
    _check_text("id", id)
    return _find(id, _load(refresh=refresh, base_url=base_url, api_key=api_key))


async def aget_model(
    id: str,  # noqa: A002 - the word of the catalogue
    *,
    refresh: bool = False,
    base_url: str | None = None,
    api_key: APIKey | str | None = None,
) -> ModelCard:
    """Return the card of a model, without blocking the event loop; see `get_model`.

    Args:
        id: As of `get_model`.
        refresh: As of `list_models`.
        base_url: As of `list_models`.
        api_key: As of `list_models`; may be an asynchronous callable.

    Raises:
        CometAPIModelNotFoundError: If nothing is known of such a model; it names the nearest ids.
        CometAPIUnsentRequestError: If an argument is not a text, or `base_url` is not an HTTP URL.
        CometAPIInvalidKeyError: If `api_key` is blank or is not a key.
    """
    _check_text("id", id)
    return _find(id, await _aload(refresh=refresh, base_url=base_url, api_key=api_key))


def _check_filters(**filters: str | None) -> None:
    for name, value in filters.items():
        if value is not None:
            _check_text(name, value)


def _check_text(name: str, value: object) -> None:
    if not isinstance(value, str):
        kind = value.__class__.__name__
        msg = f"`{name}` must be a text, not of the type `{kind}`."
        raise CometAPIUnsentRequestError(msg)


def _load(
    *, refresh: bool, base_url: str | None, api_key: APIKey | str | None
) -> Mapping[str, ModelCard]:
    key = _resolve_key(api_key)
    reading = CatalogReading(resolve_base_url(base_url), refresh=refresh, has_key=key is not None)
    request = reading.start()
    while request is not None:
        signed = None
        if request.needs_key and key is not None:
            known = sync_key(key)
            signed = known if isinstance(known, str) else known()
        request = reading.take(request, fetch(request, signed))
    _warn(reading.problems)
    return reading.cards


async def _aload(
    *, refresh: bool, base_url: str | None, api_key: APIKey | str | None
) -> Mapping[str, ModelCard]:
    key = _resolve_key(api_key)
    reading = CatalogReading(resolve_base_url(base_url), refresh=refresh, has_key=key is not None)
    request = await asyncio.to_thread(reading.start)  # reads files, as the next steps do
    while request is not None:
        signed = None
        if request.needs_key and key is not None:
            known = async_key(key)
            signed = known if isinstance(known, str) else await known()
        reply = await afetch(request, signed)
        request = await asyncio.to_thread(reading.take, request, reply)
    _warn(reading.problems)
    return await asyncio.to_thread(lambda: reading.cards)


def _resolve_key(api_key: APIKey | str | None) -> APIKey | None:
    """Return the key of the second source; without one, there is no such source.

    Raises:
        CometAPIInvalidKeyError: If the user's key cannot be one.
    """
    try:
        return resolve_api_key(api_key)
    except CometAPIInvalidKeyError:
        if api_key is not None:
            raise
        return None


def _warn(problems: Iterable[str]) -> None:
    for problem in problems:
        warnings.warn(problem, CometAPICatalogWarning, stacklevel=4)  # the caller of this module


def _find(id_: str, cards: Mapping[str, ModelCard]) -> ModelCard:
    card = cards.get(id_) or load_snapshot().get(id_)
    if card is None and (retirement := get_retirement(id_)) is not None:
        card = ModelCard(
            id_,
            retired=retirement.is_over,
            retired_on=retirement.on,
            replacement=retirement.replacement,
            source="retirements",
        )
    if card is None:
        advice = describe_unknown(id_, cards=cards.values())
        msg = f"Nothing is known of a model `{id_}`. {advice or 'No known id is like it.'}"
        raise CometAPIModelNotFoundError(msg, model=id_)
    return card


def _select(
    cards: Iterable[ModelCard], type_: str | None, endpoint: str | None, provider: str | None
) -> list[ModelCard]:
    found = list(cards)
    if type_ is not None:
        word = type_.strip().lower()
        word = TYPES.get(word, word)
        found = [card for card in found if card.type == word]
    if endpoint is not None:
        name = find_endpoint(endpoint)
        found = [card for card in found if name in card.endpoints]
    if provider is not None:
        vendor = _plain(provider)
        found = [card for card in found if _plain(card.provider or "") == vendor]
    return found


def _plain(provider: str) -> str:
    """Return a vendor without case and separators: `Zhipu AI` is `zhipu-ai`, too."""
    return re.sub(r"[\W_]", "", provider).casefold()
