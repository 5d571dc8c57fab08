"""CPU and wall time of `ChatCometAPI` and others, in one run and on the same bytes.

    make bench

It writes `docs/performance.md`. Read on in `cases` (what), `clients` (who), `measure` (how).
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks import cases, fresh
from benchmarks.clients import ALL, FLOOR, OURS, PEERS, THEIRS, TWO, Makers
from benchmarks.measure import Figures, Results, measure
from benchmarks.report import PAGE, Concurrent, Growths, Run, goal_table, page, verdicts
from benchmarks.server import capacity, running

if TYPE_CHECKING:
    from collections.abc import Iterable

    from benchmarks.cases import Case, Growth

_BEGIN = time.monotonic()


def _say(what: str) -> None:
    print(f"{time.monotonic() - _BEGIN:4.0f} s  {what}", file=sys.stderr)


def _measure_all(group: Iterable[Case], url: str, makers: Makers) -> dict[str, Results]:
    results = {}
    for case in group:
        _say(case.name)
        chosen = TWO if case.constructs else makers
        results[case.name] = measure(case, url, chosen, case.rounds)
    return results


def _measure_growth(growth: Growth, url: str) -> Growths:
    results = {}
    for size in growth.sizes:
        case = growth.case(size)
        _say(f"growth: {case.name}")
        results[size] = measure(case, url, ALL, case.rounds)
    return results


def _concurrent(url: str) -> Concurrent:
    return Concurrent(
        _measure_all(cases.ABATCHES, url, TWO), _measure_growth(cases.CONCURRENCY, url)
    )


def _concurrent_elsewhere(python: str) -> Concurrent:
    """Measure the concurrent cases in another environment."""
    command = [python, "-m", "benchmarks", "--concurrent"]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)  # noqa: S603
    found = json.loads(done.stdout)

    def results(each: dict[str, Any]) -> Results:
        return {client: Figures(**figures) for client, figures in each.items()}

    return Concurrent(
        {name: results(each) for name, each in found["cases"].items()},
        {int(size): results(each) for size, each in found["growth"].items()},
    )


def _run(url: str, aiohttp: str | None) -> Run:
    everyone = {**ALL, **PEERS}
    speed = capacity(url)
    starts = {}
    for name, _, statements in fresh.STARTS:
        _say(name)
        starts[name] = fresh.measure_imports(statements, rounds=5)
    measured = _measure_all((*cases.CALLS, *cases.STREAMING, *cases.AT_ONCE), url, everyone)
    growths = {growth.name: _measure_growth(growth, url) for growth in cases.GROWTHS}
    _say("memory")
    memory = fresh.measure_memory([OURS, THEIRS, FLOOR], url)
    if not aiohttp:
        return Run(speed, starts, measured, growths, memory)
    _say("with the extra [aiohttp]")
    return Run(speed, starts, measured, growths, memory, _concurrent_elsewhere(aiohttp))


def main() -> None:
    """Measure everything and write the page; the goals are printed."""
    parser = argparse.ArgumentParser(description="What ChatCometAPI costs, beside others")
    parser.add_argument("--aiohttp", help="the Python of an environment with the extra [aiohttp]")
    parser.add_argument("--concurrent", action="store_true", help="those cases alone, as JSON")
    parser.add_argument("--output", type=Path, default=PAGE, help="the page to write")
    arguments = parser.parse_args()
    with running() as url:
        if arguments.concurrent:
            print(json.dumps(asdict(_concurrent(url))))
            return
        run = _run(url, arguments.aiohttp)
    arguments.output.write_text(page(run), encoding="utf-8")
    print("\n".join(goal_table(verdicts(run))))


if __name__ == "__main__":
    main()
