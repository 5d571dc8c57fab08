"""What a model warns of because its vendor does not take it."""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from typing import TYPE_CHECKING

from langchain_cometapi import CometAPIParameterWarning

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def record_losses() -> Iterator[list[str]]:
    """Collect the texts of parameter warnings; any other warning is an error as always."""
    texts: list[str] = []
    with warnings.catch_warnings(record=True) as caught:
        warnings.filterwarnings("always", category=CometAPIParameterWarning)
        yield texts
    texts += [str(warning.message) for warning in caught]


def name_lost(texts: list[str]) -> list[str]:
    """Return the names of the parameters that warnings are about."""
    return [text.split("`")[1] for text in texts]
