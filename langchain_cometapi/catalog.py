"""What CometAPI serves: models, their endpoints, context sizes and prices."""

from __future__ import annotations

from langchain_cometapi._catalog.card import ModelCard
from langchain_cometapi._catalog.endpoints import find_endpoint
from langchain_cometapi._catalog.known import get_known, list_known, nearest_ids
from langchain_cometapi._catalog.read import TYPES
from langchain_cometapi._credentials import APIKey
from langchain_cometapi.exceptions import CometAPIModelNotFoundError

__all__ = ["ModelCard", "aget_model", "alist_models", "get_model", "list_models"]


def list_models(
    *,
    type: str | None = None,  # noqa: A002 - the word of the catalogue
    endpoint: str | None = None,
    provider: str | None = None,
    refresh: bool = False,
    base_url: str | None = None,
    api_key: APIKey | str | None = None,
) -> list[ModelCard]:
    """Return the cards of the models that CometAPI serves.

    Args:
        type: Only models of this type, such as `text`, in any case.
        endpoint: Only models that are served at this endpoint, such as `responses`.
        provider: Only models of this vendor, in any case.
        refresh: Whether to read the catalogue anew, however young the cached copy is.
        base_url: The base URL of the gateway; by default that of the environment.
        api_key: The key for `/v1/models`; by default that of the environment.
    """
    _ = refresh, base_url, api_key
    return _select(list_known(), type, endpoint, provider)


async def alist_models(
    *,
    type: str | None = None,  # noqa: A002 - the word of the catalogue
    endpoint: str | None = None,
    provider: str | None = None,
    refresh: bool = False,
    base_url: str | None = None,
    api_key: APIKey | str | None = None,
) -> list[ModelCard]:
    """Return the cards of the models that CometAPI serves; see `list_models`."""
    _ = refresh, base_url, api_key
    return _select(list_known(), type, endpoint, provider)


def get_model(
    id: str,  # noqa: A002 - the word of the catalogue
    *,
    refresh: bool = False,
    base_url: str | None = None,
    api_key: APIKey | str | None = None,
) -> ModelCard:
    """Return the card of a model.

    Args:
        id: Its id.
        refresh: Whether to read the catalogue anew, however young the cached copy is.
        base_url: The base URL of the gateway; by default that of the environment.
        api_key: The key for `/v1/models`; by default that of the environment.

    Raises:
        CometAPIModelNotFoundError: If no model of that id is known; it names the nearest ids.
    """
    _ = refresh, base_url, api_key
    return _find(id)


async def aget_model(
    id: str,  # noqa: A002 - the word of the catalogue
    *,
    refresh: bool = False,
    base_url: str | None = None,
    api_key: APIKey | str | None = None,
) -> ModelCard:
    """Return the card of a model; see `get_model`."""
    _ = refresh, base_url, api_key
    return _find(id)


def _find(id_: str) -> ModelCard:
    card = get_known(id_)
    if card is None:
        near = ", ".join(nearest_ids(id_))
        msg = f"The catalogue has no model {id_}. The nearest ids are: {near or 'none'}."
        raise CometAPIModelNotFoundError(msg, model=id_)
    return card


def _select(
    cards: list[ModelCard], type_: str | None, endpoint: str | None, provider: str | None
) -> list[ModelCard]:
    if type_ is not None:
        word = type_.strip().lower()
        word = TYPES.get(word, word)
        cards = [card for card in cards if card.type == word]
    if endpoint is not None:
        name = find_endpoint(endpoint)
        cards = [card for card in cards if name in card.endpoints]
    if provider is not None:
        vendor = provider.strip().casefold()
        cards = [card for card in cards if (card.provider or "").casefold() == vendor]
    return cards
