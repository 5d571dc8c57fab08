"""The short form for CI: fail if a case costs clearly more than its goal.

    make bench_short

Bounds have slack for a noisy machine, and what is above its bound is measured once more.
"""

from __future__ import annotations

import sys
import time
from functools import partial
from typing import TYPE_CHECKING

from benchmarks import cases, fresh
from benchmarks.clients import OURS, RESPONSES, TWO
from benchmarks.measure import Results, measure, median, ratio
from benchmarks.report import duration
from benchmarks.server import running

if TYPE_CHECKING:
    from collections.abc import Callable

SLACK = 1.5
ROUNDS = 5

_CASES = (
    cases.STREAM,
    cases.ASTREAM,
    cases.INVOKE,
    cases.INVOKE_LONG,
    cases.CONSTRUCTION,
    cases.ABATCHES[0],
    *cases.RESPONSES,
)


def _plan(url: str) -> dict[str, tuple[float, Callable[[], Results]]]:
    """By name: the goal, and what measures it."""
    plan: dict[str, tuple[float, Callable[[], Results]]] = {}
    for case in _CASES:
        assert case.goal is not None
        makers = RESPONSES if case.is_responses else TWO
        plan[case.name] = case.goal, partial(measure, case, url, makers, ROUNDS)
    for name, goal, statements in fresh.STARTS:
        two = {client: statements[client] for client in TWO}
        plan[name] = goal, partial(fresh.measure_imports, two, ROUNDS - 2)
    return plan


def main() -> int:
    """Print the table, and return 1 if a case is above its bound twice."""
    start = time.monotonic()
    failed = []
    print("| case | ChatCometAPI | ChatOpenAI | ratio | goal | bound | |")
    print("| --- | ---: | ---: | ---: | ---: | ---: | --- |")
    with running() as url:
        for name, (goal, run) in _plan(url).items():
            bound = goal * SLACK
            for attempt in ("above the bound, once more:", "**failed**"):
                results = run()
                measured = ratio(results, OURS)
                assert measured is not None
                verdict = "passed" if measured <= bound else attempt
                figures = " | ".join(duration(median(results[client].cpu)) for client in TWO)
                print(f"| {name} | {figures} | {measured:.2f} | {goal} | {bound:.2f} | {verdict} |")
                sys.stdout.flush()
                if verdict == "passed":
                    break
            else:
                failed.append(f"{name}: {measured:.2f} times ChatOpenAI, at most {bound:.2f}")
    print(f"\n{time.monotonic() - start:.0f} s. " + ("\n".join(failed) or "Nothing got worse."))
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main())
