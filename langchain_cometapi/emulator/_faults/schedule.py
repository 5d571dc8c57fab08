"""Which fault each request gets."""

from __future__ import annotations

import random
import threading
from collections.abc import Sequence
from itertools import chain, repeat
from typing import TYPE_CHECKING

from langchain_cometapi.emulator._faults.fault import NO_FAULT, Fault

if TYPE_CHECKING:
    from collections.abc import Iterator


_MAX_HEADERS = 1000

FaultLike = Fault | str | int | None
"""A fault, its text or its HTTP status; `None` for no fault."""

Faults = FaultLike | Sequence[FaultLike]
"""One fault for all requests, or a sequence with one per request."""


def read_fault(fault: FaultLike) -> Fault | None:
    """Return the fault that an object, a text or an HTTP status states.

    Args:
        fault: The fault.

    Raises:
        ValueError: If there is no such fault.
    """
    if isinstance(fault, (str, int)):
        fault = Fault.parse(str(fault))
    return None if fault is None or fault.name == NO_FAULT else fault


def plan(faults: Faults) -> Iterator[Fault | None]:
    """Return the fault of each request in turn, or `None` for a request without.

    Args:
        faults: One fault, or a sequence. An item of a sequence is for one request, or for as many
            as its `times`.

    Raises:
        ValueError: If there is no such fault.
    """
    if isinstance(faults, Sequence) and not isinstance(faults, str):
        steps = [read_fault(fault) for fault in faults]
        return chain.from_iterable(repeat(step, (step and step.times) or 1) for step in steps)
    fault = read_fault(faults)
    return iter(()) if fault is None else _hits(fault)


def _hits(fault: Fault) -> Iterator[Fault | None]:
    draws = random.Random(fault.seed)  # noqa: S311 - must be repeatable
    hits = 0
    while fault.times is None or hits < fault.times:
        hit = draws.random() < fault.rate
        hits += hit
        yield fault if hit else None


class FaultSwitch:
    """The faults that are set, and the next one; safe to use from several threads."""

    def __init__(self, faults: Faults = None) -> None:
        """Set a fault, or a sequence of them."""
        self._lock = threading.Lock()
        self.set(faults)

    @property
    def faults(self) -> Faults:
        """The faults as they were set."""
        return self._faults

    def set(self, faults: Faults) -> None:
        """Set the faults, and restart all counts.

        Args:
            faults: A fault, or a sequence of them.

        Raises:
            ValueError: If there is no such fault.
        """
        new_plan = plan(faults)
        with self._lock:
            self._faults = faults
            self._plan = new_plan
            self._plans_by_header: dict[str, Iterator[Fault | None]] = {}

    def draw(self, header: str | None) -> Fault | None:
        """Return the fault of the next request.

        Args:
            header: The request's `X-Emulator-Fault`, if any. Its `times`, `rate` and `seed` apply
                to all requests with the same header.

        Raises:
            ValueError: If the header names no fault.
        """
        with self._lock:
            if header is None:
                return next(self._plan, None)
            if header not in self._plans_by_header:
                if len(self._plans_by_header) >= _MAX_HEADERS:
                    self._plans_by_header.clear()
                self._plans_by_header[header] = plan(header)
            return next(self._plans_by_header[header], None)
