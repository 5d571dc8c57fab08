"""One warning for each parameter that a model does not get as the user wrote it."""

from __future__ import annotations

import sys
import threading
import warnings
from typing import TYPE_CHECKING

from langchain_cometapi.exceptions import CometAPIParameterWarning

if TYPE_CHECKING:
    from collections.abc import Iterable

    from langchain_cometapi._context import Change

LOSSY = ("dropped", "replaced")
"""The changes that lose something the user asked for."""

_ADVICE = (
    "Leave it out, or pass `strict_params=True` for an error instead; "
    '`warnings.filterwarnings("ignore", category=CometAPIParameterWarning)` silences this.'
)

# No line of the user is above these on the stack: a thread or a task of its own runs the call.
_SCHEDULERS = frozenset({"asyncio", "concurrent", "threading"})

_lock = threading.Lock()


class ParameterWarnings:
    """What one model object has warned of.

    It warns once for each model id and parameter. A warning that a filter turns into an error is
    raised at every call. It is not part of a model's identity: models that differ in it are equal,
    and a pickle or a deep copy starts empty.
    """

    def __init__(self) -> None:
        """Start without warnings."""
        self._warned: set[tuple[str, str]] = set()

    def __eq__(self, other: object) -> bool:
        """Return whether the other is of this class."""
        return isinstance(other, ParameterWarnings)

    __hash__ = None  # type: ignore[assignment]

    def __reduce__(self) -> tuple[type[ParameterWarnings], tuple[()]]:
        return ParameterWarnings, ()

    def warn(self, changes: Iterable[Change], model: str) -> None:
        """Warn of each loss that is new.

        Args:
            changes: What was changed in a request.
            model: The model that it goes to.
        """
        for change in changes:
            key = (model, change.parameter)
            if change.action not in LOSSY or not self._is_new(key):
                continue
            text = f"`{change.parameter}` was {change.action}: {change.reason}. {_ADVICE}"
            try:
                warnings.warn(text, CometAPIParameterWarning, stacklevel=find_stacklevel())
            except CometAPIParameterWarning:
                self._warned.discard(key)
                raise

    def _is_new(self, key: tuple[str, str]) -> bool:
        with _lock:
            is_new = key not in self._warned
            self._warned.add(key)
        return is_new


def find_stacklevel() -> int:
    """Return the level of the line that called LangChain, or of this package if there is none.

    Pydantic stands between a line and the validators of what it constructs.
    """
    level, frame = 1, sys._getframe(1)
    while frame.f_back is not None:
        level, frame = level + 1, frame.f_back
        package = str(frame.f_globals.get("__name__")).partition(".")[0]
        if package in _SCHEDULERS:
            break
        if package != "contextlib" and not package.startswith(
            ("langchain", "langgraph", "pydantic")
        ):
            return level
    return 1
