"""Which request gets which fault."""

from __future__ import annotations

import random
import threading
from collections.abc import Sequence
from itertools import chain, repeat
from typing import TYPE_CHECKING

from langchain_cometapi.emulator._faults.fault import NO_FAULT, Fault

if TYPE_CHECKING:
    from collections.abc import Iterator


_REMEMBERED = 1000

FaultLike = Fault | str | int | None
"""A fault, its text or its status; `None` for none."""

Faults = FaultLike | Sequence[FaultLike]
"""One fault for all requests, or one after the other."""


def read_fault(fault: FaultLike) -> Fault | None:
    """Return a fault however it was written.

    Args:
        fault: The fault.

    Raises:
        ValueError: If it is none.
    """
    if isinstance(fault, (str, int)):
        fault = Fault.parse(str(fault))
    return None if fault is None or fault.name == NO_FAULT else fault


def plan(faults: Faults) -> Iterator[Fault | None]:
    """Return what happens to one request after the other; nothing after the last.

    Args:
        faults: One fault, or a sequence. An entry of a sequence stands for one request, or for
            as many as its `times` says.

    Raises:
        ValueError: If there is no such fault.
    """
    if isinstance(faults, Sequence) and not isinstance(faults, str):
        steps = [read_fault(fault) for fault in faults]
        return chain.from_iterable(repeat(step, (step and step.times) or 1) for step in steps)
    fault = read_fault(faults)
    return iter(()) if fault is None else _hits(fault)


def _hits(fault: Fault) -> Iterator[Fault | None]:
    draws = random.Random(fault.seed)  # noqa: S311 - repeatable on purpose
    hits = 0
    while fault.times is None or hits < fault.times:
        hit = draws.random() < fault.rate
        hits += hit
        yield fault if hit else None


class FaultSwitch:
    """Which fault the next request gets; safe to use from several threads."""

    def __init__(self, faults: Faults = None) -> None:
        """Start with a fault, or a sequence of them."""
        self._lock = threading.Lock()
        self.set(faults)

    @property
    def faults(self) -> Faults:
        """What was set."""
        return self._faults

    def set(self, faults: Faults) -> None:
        """Change the faults, and begin to count anew.

        Args:
            faults: A fault, or a sequence of them.

        Raises:
            ValueError: If there is no such fault.
        """
        planned = plan(faults)
        with self._lock:
            self._faults = faults
            self._plan = planned
            self._asked: dict[str, Iterator[Fault | None]] = {}

    def draw(self, asked: str | None) -> Fault | None:
        """Return the fault of a request.

        Args:
            asked: The request's header, if it has one. Its `times`, `rate` and `seed` hold for
                all the requests with the same header.

        Raises:
            ValueError: If the header names no fault.
        """
        with self._lock:
            if asked is None:
                return next(self._plan, None)
            if asked not in self._asked:
                if len(self._asked) >= _REMEMBERED:
                    self._asked.clear()
                self._asked[asked] = plan(asked)
            return next(self._asked[asked], None)
