"""What is said of an id that the gateway or the catalogue does not know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from langchain_cometapi._catalog.known import get_known, list_known, nearest_ids
from langchain_cometapi._catalog.retirements import Retirement, get_retirement

if TYPE_CHECKING:
    from collections.abc import Iterable

    from langchain_cometapi._catalog.card import ModelCard

_MAX_STEPS = 5


def describe_missing(model: str, *, type_: str, base_url: str | None = None) -> str:
    """Return what to do about an id that the gateway does not serve, as far as it is known.

    Args:
        model: The id that was asked for.
        type_: The type of the models that the route serves, such as `text`.
        base_url: The base URL that was called.
    """
    known = get_known(model, base_url)
    sentences = [describe_unknown(model, type_=type_, cards=list_known(base_url))]
    if known is not None and not known.retired:
        day = "" if known.read_at is None else f" of {known.read_at:%Y-%m-%d}"
        sentences.insert(
            0,
            f"The catalogue{day} lists this id, so the gateway may have no channel for it at the "
            "moment, or none for this key: use another model, or try later.",
        )
    return " ".join(sentence for sentence in sentences if sentence)


def describe_retired(model: str) -> str:
    """Return what has replaced a model that is no longer served; empty if it is not known to be."""
    retirement = get_retirement(model)
    return _describe(retirement) if retirement is not None and retirement.is_over else ""


def describe_unknown(model: str, *, type_: str | None = None, cards: Iterable[ModelCard]) -> str:
    """Return what to use instead of a model, without a request; empty if nothing is known.

    Args:
        model: The id that was asked for.
        type_: The type of the models to name, such as `text`; `None` for any.
        cards: The models to choose from.
    """
    retirement = get_retirement(model)
    sentences = [] if retirement is None else [_describe(retirement)]
    if near := nearest_ids(model, type_=type_, cards=cards):
        sentences.append(f"The nearest ids: {', '.join(f'`{id_}`' for id_ in near)}.")
    return " ".join(sentences)


def _describe(retirement: Retirement) -> str:
    text = retirement.describe()
    if (successor := _find_successor(retirement.replacement)) is not None:
        text += f" That is retired, too: use `{successor}`."
    return text


def _find_successor(replacement: str | None) -> str | None:
    """Return what has replaced a replacement that is itself retired by now."""
    last = replacement
    for _ in range(_MAX_STEPS):
        retirement = None if last is None else get_retirement(last)
        if retirement is None or not retirement.is_over or retirement.replacement is None:
            break
        last = retirement.replacement
    return last if last != replacement else None
