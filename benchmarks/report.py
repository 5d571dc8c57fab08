"""The tables and plots of `docs/performance.md`."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import cases, fresh
from benchmarks.clients import FLOOR, OURS, THEIRS
from benchmarks.measure import Results, floor_ratio, iqr, median, ratio
from langchain_cometapi._client.sdk import httpx

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from benchmarks.cases import Case, Growth

DOCS = Path(__file__).resolve().parents[1] / "docs"
PAGE = DOCS / "performance.md"

MEMORY = 0.85  # the peak of a long stream, to that of ChatOpenAI
LINEAR = 1.3  # the cost of one more, when there are many, to that when there are few
FAIR = 0.5  # the first of many streams ends in the second half of the time
_PACKAGES = ("langchain-core", "langchain-openai", "openai", "pydantic", httpx.__name__)

Growths = dict[int, Results]  # by size


@dataclass
class Run:
    """All that one run has measured."""

    capacity: float
    starts: dict[str, Results]
    cases: dict[str, Results]
    growths: dict[str, Growths]
    memory: dict[str, list[float]]
    aiohttp: Concurrent | None = None


@dataclass
class Concurrent:
    """The concurrent cases, measured with `http_transport="aiohttp"` in another environment."""

    cases: dict[str, Results]
    growth: Growths


# -- goals --------------------------------------------------------------------------------------


@dataclass
class Verdict:
    """A goal, and what was measured."""

    case: str
    what: str
    limit: float
    measured: float | None
    floor: float | None = None  # what LangChain alone comes to

    @property
    def word(self) -> str:
        if self.measured is None:
            return "not measured"
        if round(self.measured, 2) <= self.limit:
            return "met"
        if self.floor is not None and self.floor > self.limit:
            return f"**missed**, as LangChain's floor is {self.floor:.2f}"
        return "**missed**"


def _of_case(case: Case, results: Results) -> Iterator[Verdict]:
    if case.goal is not None:
        floor = ratio(results, FLOOR)
        yield Verdict(case.name, "of ChatOpenAI", case.goal, ratio(results, OURS), floor)
    if case.goal_floor is not None:
        yield Verdict(case.name, "of the floor", case.goal_floor, floor_ratio(results, OURS))


def _cost(growth: Growths, size: int) -> float:
    return median(growth[size][OURS].cpu)


def _of_history(growth: Growths) -> Verdict:
    """Compare what a further message costs from 100 on with what it costs before."""
    few, some, many = cases.HISTORY.sizes[0], 100, cases.HISTORY.sizes[-1]
    early = (_cost(growth, some) - _cost(growth, few)) / (some - few)
    late = (_cost(growth, many) - _cost(growth, some)) / (many - some)
    what = f"of a message up to {some}, a message up to {many:,}"
    return Verdict("history, linear", what, LINEAR, late / early)


def _of_chunks(growth: Growths) -> Verdict:
    """Compare multiples of the floor: LangChain keeps all chunks, which busies the collector."""
    some, many = cases.CHUNKS, cases.CHUNK_COUNT.sizes[-1]
    early, late = (_cost(growth, n) / median(growth[n][FLOOR].cpu) for n in (some, many))
    what = f"of the floor's multiple among {some} chunks, that among {many:,}"
    return Verdict("chunk count, linear", what, LINEAR, late / early)


def _of_concurrency(growth: Growths) -> Verdict:
    what = "of a request at 8, a request at 256, over aiohttp"
    return Verdict("concurrency, flat", what, LINEAR, _cost(growth, 256) / _cost(growth, 8))


def _of_memory(memory: dict[str, list[float]]) -> Iterator[Verdict]:
    short, long = memory[OURS]
    name = f"peak memory, {fresh.LONG:,} chunks"
    yield Verdict(name, "of ChatOpenAI", MEMORY, long / memory[THEIRS][-1])
    flat = (long / fresh.LONG) / (short / fresh.SHORT)
    yield Verdict(name, f"of a chunk among {fresh.SHORT:,}, per chunk", LINEAR, flat)


def verdicts(run: Run) -> Iterator[Verdict]:
    for name, goal, _ in fresh.STARTS:
        yield Verdict(name, "of ChatOpenAI", goal, ratio(run.starts[name], OURS))
    for case in cases.ALL:
        yield from _of_case(case, run.cases[case.name])
        if spread := run.cases[case.name][OURS].spread:
            what = "of the whole time, from the first end to the last"
            yield Verdict(f"{case.name}, fair", what, FAIR, median(spread))
        if case.goal_aiohttp is not None:
            measured = ratio(run.aiohttp.cases[case.name], OURS) if run.aiohttp else None
            what = "of ChatOpenAI, over aiohttp"
            yield Verdict(case.name, what, case.goal_aiohttp, measured)
    yield _of_history(run.growths[cases.HISTORY.name])
    yield _of_chunks(run.growths[cases.CHUNK_COUNT.name])
    if run.aiohttp:
        yield _of_concurrency(run.aiohttp.growth)
    yield from _of_memory(run.memory)


# -- tables -------------------------------------------------------------------------------------


def duration(seconds: float) -> str:
    if seconds < 1e-3:
        return f"{seconds * 1e6:.3g} us" if seconds < 1e-4 else f"{seconds * 1e6:.0f} us"
    return f"{seconds * 1e3:.3g} ms" if seconds < 1 else f"{seconds:.3g} s"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"


def table(columns: str, rows: Iterable[list[str]]) -> list[str]:
    """Columns are separated by commas; a name that ends with `#` is of numbers."""
    names = columns.split(",")
    rule = ("---:" if name.endswith("#") else "---" for name in names)
    lines = [[name.strip("#") for name in names], list(rule), *rows]
    return ["| " + " | ".join(line) + " |" for line in lines] + [""]


def _goal(case: Case, client: str) -> str:
    goals = [] if case.goal is None else [f"{case.goal:.2f}"]
    if case.goal_floor is not None:
        goals.append(f"{case.goal_floor:.1f} x floor")
    return ", ".join(goals) if client == OURS else ""


def _rows(name: str, results: Results, unit: str, case: Case | None = None) -> Iterator[list[str]]:
    for client, figures in results.items():
        yield [
            f"{name}, per {unit}" if client == OURS else "",
            client,
            duration(median(figures.cpu)),
            duration(iqr(figures.cpu)),
            duration(median(figures.wall)),
            _number(ratio(results, client)),
            _number(floor_ratio(results, client)),
            _goal(case, client) if case else "",
        ]


_COLUMNS = "case,client,CPU#,spread#,wall#,to ChatOpenAI#,to the floor#,goal"


def case_table(group: Iterable[Case], results: dict[str, Results]) -> list[str]:
    rows = (row for case in group for row in _rows(case.name, results[case.name], case.unit, case))
    return table(_COLUMNS, rows)


def start_table(starts: dict[str, Results]) -> list[str]:
    rows = (row for name, results in starts.items() for row in _rows(name, results, "process"))
    return table(_COLUMNS, rows)


def growth_table(growth: Growth, results: Growths) -> list[str]:
    clients = list(results[growth.sizes[0]])
    columns = [growth.size, *(f"{client}#" for client in clients), "ratio to ChatOpenAI#"]
    rows = []
    for size in growth.sizes:
        costs = [duration(median(results[size][client].cpu)) for client in clients]
        rows.append([f"{size:,}", *costs, _number(ratio(results[size], OURS))])
    return table(",".join(columns), rows)


def _memory_table(memory: dict[str, list[float]]) -> list[str]:
    columns = f"client,peak of {fresh.SHORT} chunks#,peak of {fresh.LONG} chunks#"
    rows = []
    for client, (short, long) in memory.items():
        each = [f"{short / fresh.SHORT:.0f} B", f"{long / fresh.LONG:.0f} B"]
        sizes = [f"{short / 2**20:.2f} MB", f"{long / 2**20:.2f} MB"]
        rows.append([client, *sizes, *each, f"{long / memory[THEIRS][-1]:.2f}"])
    return table(f"{columns},per chunk#,per chunk#,to ChatOpenAI#", rows)


def goal_table(found: Iterable[Verdict]) -> list[str]:
    rows = ([v.case, v.what, f"{v.limit:.2f}", _number(v.measured), v.word] for v in found)
    return table("case,ratio,at most#,measured#,", rows)


# -- plots --------------------------------------------------------------------------------------


def plot(growth: Growth, results: Growths) -> str:
    """Draw how the cost grows, and return the name of the file."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    mpl.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "benchmarks"})
    unit = growth.case(growth.sizes[0]).unit
    figure = Figure(figsize=(6.4, 3.6), layout="constrained")
    axes = figure.subplots()
    for client in results[growth.sizes[0]]:
        costs = [median(results[size][client].cpu) * 1e6 for size in growth.sizes]
        style = "o--" if client == FLOOR else "o-"
        axes.loglog(
            growth.sizes, costs, style, label=client, linewidth=2.5 if client == OURS else 1
        )
    axes.set_xlabel(growth.size)
    axes.set_ylabel(f"CPU per {unit}, us")
    axes.grid(visible=True, alpha=0.3)
    axes.legend(fontsize="small")
    name = f"performance-{growth.name}.svg"
    figure.savefig(DOCS / name, metadata={"Date": None, "Creator": None})
    return name


# -- the page -----------------------------------------------------------------------------------

_HOW = f"""\
Everyone answers to the same canned server on the loopback interface, a process of its own without a
framework: {{capacity}} requests a second over one connection, so it is never what is waited for. A
stream sends each event as an HTTP chunk of its own. Everyone is measured in turn, several rounds
over, after one that does not count.

CPU is user and system time of the client's process. Figures are medians, the spread is the distance
between the quartiles, and a ratio is the median of the ratios of the rounds. Only the ratios mean
something elsewhere.

"{FLOOR}" is a `BaseChatModel` that asks nobody and yields ready chunks. "bare HTTP" is the HTTP
library of the SDK with pydantic's JSON parser. `ChatCometAPI` has all its guards, vendor rules and
decoding on, and its default chunk timeout.
"""
_AT_ONCE = f"""\
Of the {cases.STREAMS} streams each has {cases.CHUNKS_EACH} chunks; the server sends a tenth of
them every 10 ms.
"""
_MEMORY = """\
The peak of the Python heap (`tracemalloc`) above where it was before the stream. What grows is what
LangChain keeps: the chunks of a stream, until it ends, to join them for callbacks.
"""


def _machine() -> str:
    installed = [f"{package} {version(package)}" for package in _PACKAGES]
    cores = os.cpu_count()
    return f"{cores} cores, Python {platform.python_version()}, {', '.join(installed)}."


def page(run: Run) -> str:
    lines = ["# Performance", "", "Written by `make bench`.", "", _machine(), ""]
    lines += ["## Goals", "", *goal_table(verdicts(run))]
    lines += ["## How it is measured", "", _HOW.format(capacity=f"{run.capacity:,.0f}")]
    lines += ["## Starting", "", *start_table(run.starts)]
    lines += ["## Calls", "", *case_table(cases.CALLS, run.cases)]
    lines += ["## Streams", "", *case_table(cases.STREAMING, run.cases)]
    lines += ["## The Responses route", "", *case_table(cases.RESPONSES, run.cases)]
    lines += ["## Many at once", "", *case_table(cases.AT_ONCE, run.cases), _AT_ONCE]
    if run.aiohttp:
        lines += ['### With `http_transport="aiohttp"`', ""]
        over_aiohttp = [replace(case, goal=case.goal_aiohttp) for case in cases.ABATCHES]
        lines += case_table(over_aiohttp, run.aiohttp.cases)
        lines += growth_table(cases.CONCURRENCY, run.aiohttp.growth)
    lines += ["## Memory", "", _MEMORY, *_memory_table(run.memory)]
    for growth in cases.GROWTHS:
        results = run.growths[growth.name]
        unit = growth.case(growth.sizes[0]).unit
        lines += [f"## CPU per {unit}, by {growth.size}", "", *growth_table(growth, results)]
        lines += [f"![CPU per {unit}, by {growth.size}]({plot(growth, results)})", ""]
    return "\n".join(lines).rstrip() + "\n"
