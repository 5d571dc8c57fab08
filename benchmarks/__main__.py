"""CPU and wall time of `ChatCometAPI` and others, in one run and on the same bytes.

    make bench

It writes `docs/performance.md`, but for its last part (see `peers`). Read on in `cases` (what),
`clients` (who), `measure` (how).
"""

from __future__ import annotations

import argparse
import json
import subprocess
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import cases, fresh
from benchmarks.clients import ALL, FLOOR, OURS, RESPONSES, THEIRS, TWO, Makers, over_aiohttp
from benchmarks.measure import Results, from_json, measure, say
from benchmarks.peers.section import kept
from benchmarks.report import PAGE, Concurrent, Growths, Run, goal_table, page, verdicts
from benchmarks.server import capacity, running

if TYPE_CHECKING:
    from collections.abc import Iterable

    from benchmarks.cases import Case, Growth


def _measure_all(group: Iterable[Case], url: str, makers: Makers) -> dict[str, Results]:
    results = {}
    for case in group:
        say(case.name)
        chosen = TWO if case.constructs else RESPONSES if case.is_responses else makers
        results[case.name] = measure(case, url, chosen, case.rounds)
    return results


def _measure_growth(growth: Growth, url: str, makers: Makers) -> Growths:
    results = {}
    for size in growth.sizes:
        case = growth.case(size)
        say(f"growth: {case.name}")
        results[size] = measure(case, url, makers, case.rounds)
    return results


def _concurrent(url: str) -> Concurrent:
    return Concurrent(
        _measure_all(cases.ABATCHES, url, over_aiohttp(TWO)),
        _measure_growth(cases.CONCURRENCY, url, over_aiohttp(ALL)),
    )


def _concurrent_elsewhere(python: str) -> Concurrent:
    """Measure the concurrent cases over aiohttp, in the environment that has it."""
    command = [python, "-m", "benchmarks", "--concurrent"]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)  # noqa: S603
    found = json.loads(done.stdout)
    return Concurrent(
        {name: from_json(each) for name, each in found["cases"].items()},
        {int(size): from_json(each) for size, each in found["growth"].items()},
    )


def _run(url: str, aiohttp: str | None) -> Run:
    speed = capacity(url)
    starts = {}
    for name, _, statements in fresh.STARTS:
        say(name)
        starts[name] = fresh.measure_imports(statements, rounds=5)
    measured = _measure_all(cases.ALL, url, ALL)
    growths = {growth.name: _measure_growth(growth, url, ALL) for growth in cases.GROWTHS}
    say("memory")
    memory = fresh.measure_memory([OURS, THEIRS, FLOOR], url)
    if not aiohttp:
        return Run(speed, starts, measured, growths, memory)
    say("over aiohttp")
    return Run(speed, starts, measured, growths, memory, _concurrent_elsewhere(aiohttp))


def main() -> None:
    """Measure everything and write the page; the goals are printed."""
    parser = argparse.ArgumentParser(description="What ChatCometAPI costs, beside others")
    parser.add_argument("--aiohttp", help="the Python of an environment with the extra [aiohttp]")
    parser.add_argument(
        "--concurrent", action="store_true", help="the cases over aiohttp alone, as JSON"
    )
    parser.add_argument("--output", type=Path, default=PAGE, help="the page to write")
    arguments = parser.parse_args()
    with running() as url:
        if arguments.concurrent:
            print(json.dumps(asdict(_concurrent(url))))
            return
        run = _run(url, arguments.aiohttp)
    arguments.output.write_text(page(run) + kept(arguments.output), encoding="utf-8")
    print("\n".join(goal_table(verdicts(run))))


if __name__ == "__main__":
    main()
