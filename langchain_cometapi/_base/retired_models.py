"""The warning about a model that CometAPI has retired."""

from __future__ import annotations

import warnings
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from langchain_cometapi._catalog.retirements import get_retirement
from langchain_cometapi._chat.request.parameter_warnings import find_stacklevel
from langchain_cometapi.exceptions import CometAPIRetiredModelWarning

if TYPE_CHECKING:
    from collections.abc import Iterator

_is_known = ContextVar("_is_known", default=False)


def warn_if_retired(model: str) -> None:
    """Warn at the line of the user if a retirement of the model is announced."""
    retirement = get_retirement(model)
    if retirement is not None and not _is_known.get():
        warnings.warn(
            retirement.describe(), CometAPIRetiredModelWarning, stacklevel=find_stacklevel()
        )


@contextmanager
def retirement_known() -> Iterator[None]:
    """Create models without that warning: the user has had it from the model they are part of."""
    token = _is_known.set(True)
    try:
        yield
    finally:
        _is_known.reset(token)
