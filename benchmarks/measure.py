"""CPU and wall time per unit: everyone in turn, several times over, medians and spread."""

from __future__ import annotations

import gc
import math
import statistics
import sys
import time
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from benchmarks.clients import FLOOR, THEIRS

if TYPE_CHECKING:
    from benchmarks.cases import Case
    from benchmarks.clients import Makers


LEAST = 2  # rounds, however long they take

_BEGIN = time.monotonic()


def say(what: str) -> None:
    print(f"{time.monotonic() - _BEGIN:4.0f} s  {what}", file=sys.stderr)


@dataclass
class Figures:
    """What was measured of one client in one case: a number for each round."""

    cpu: list[float] = field(default_factory=list)  # seconds per unit, user and system
    wall: list[float] = field(default_factory=list)  # seconds per unit
    spread: list[float] = field(default_factory=list)  # see `cases.streams_at_once`


Results = dict[str, Figures]  # of one case, by client


def from_json(found: dict[str, dict[str, Any]]) -> Results:
    """What another process has measured."""
    return {client: Figures(**figures) for client, figures in found.items()}


def median(values: list[float]) -> float:
    return statistics.median(values)


def iqr(values: list[float]) -> float:
    """The distance between the first and the third quartile."""
    if len(values) < 2:
        return 0.0
    first, _, third = statistics.quantiles(values, n=4, method="inclusive")
    return third - first


def ratio(results: Results, client: str, to: str = THEIRS) -> float | None:
    """How many times the CPU of another: the median over the rounds, each by itself.

    What slows the machine down for a while slows both clients of a round.
    """
    if client not in results or to not in results:
        return None
    pairs = zip(results[client].cpu, results[to].cpu, strict=True)
    return median([one / other for one, other in pairs])


def floor_ratio(results: Results, client: str) -> float | None:
    return ratio(results, client, FLOOR)


def measure(
    case: Case, url: str, makers: Makers, rounds: int, seconds: float = math.inf
) -> Results:
    """Measure one case. The first round warms up and does not count.

    After so many seconds no further round begins, unless there were too few.
    """
    end = time.monotonic() + seconds
    clients: dict[str, Any] = {
        name: partial(make, f"{url}/{case.answer}/v1") for name, make in makers.items()
    }
    if not case.constructs:
        clients = {name: make() for name, make in clients.items()}
    results = {name: Figures() for name in clients}
    for count in range(rounds + 1):
        if count > LEAST and time.monotonic() > end:
            break
        for name, client in clients.items():
            gc.collect()
            wall, cpu = time.perf_counter(), time.process_time()
            spread = case.run(client)
            cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
            if count:
                figures = results[name]
                figures.cpu.append(cpu / case.units)
                figures.wall.append(wall / case.units)
                if spread is not None:
                    figures.spread.append(spread)
    return results
