"""What is said of an id that the gateway or the catalogue does not know."""

from __future__ import annotations

from typing import TYPE_CHECKING

from langchain_cometapi._catalog.known import nearest_ids
from langchain_cometapi._catalog.retirements import get_retirement

if TYPE_CHECKING:
    from collections.abc import Iterable

    from langchain_cometapi._catalog.card import ModelCard

_MAX_STEPS = 5


def describe_unknown(
    model: str, *, type_: str | None = None, cards: Iterable[ModelCard] | None = None
) -> str:
    """Return what to use instead of a model, without a request; empty if nothing is known.

    Args:
        model: The id that was asked for.
        type_: The type of the models to name, such as `text`; `None` for any.
        cards: The models to choose from; by default those that are known.
    """
    sentences = []
    if (retirement := get_retirement(model)) is not None:
        sentences.append(retirement.describe())
        if (successor := _find_successor(retirement.replacement)) is not None:
            sentences.append(f"That is retired, too: use `{successor}`.")
    if near := nearest_ids(model, type_=type_, cards=cards):
        sentences.append(f"The nearest ids: {', '.join(f'`{id_}`' for id_ in near)}.")
    return " ".join(sentences)


def _find_successor(replacement: str | None) -> str | None:
    """Return what has replaced a replacement that is itself retired by now."""
    last = replacement
    for _ in range(_MAX_STEPS):
        retirement = None if last is None else get_retirement(last)
        if retirement is None or not retirement.is_over or retirement.replacement is None:
            break
        last = retirement.replacement
    return last if last != replacement else None
