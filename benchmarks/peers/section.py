"""The peers' part of `docs/performance.md`: its last, which `make bench` keeps."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from benchmarks.clients import OURS
from benchmarks.measure import Results, from_json, ratio
from benchmarks.report import table

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from benchmarks.peers.registry import Peer

START = "import and first model"
SHARED = ("langchain-openai", "openai", "pydantic")  # packages that every environment has
MARK = "\n<!-- Written by `make bench_peers`; `make bench` keeps it. -->\n"
_LONGEST = 160  # characters of a reason

_HOW = """\
CPU as a multiple of `ChatOpenAI`'s: the same cases, server and way of measuring, each peer in an
environment of its own, in turn with `ChatOpenAI` and `ChatCometAPI`, in fewer rounds where a case
takes long. The column of `ChatCometAPI` has its lowest and highest ratio in these environments: the
versions of the SDK differ.

pydantic-ai's model is called directly, without an agent. LlamaIndex, pydantic-ai and pyreqwest have
no batches: theirs are calls in as many tasks or threads. "pyreqwest and jiter", an HTTP client
and a JSON parser in Rust and nothing else, is a floor like "bare HTTP" above.
"""


@dataclass
class Found:
    """What was measured in the environment of a peer."""

    peer: Peer
    versions: dict[str, str] = field(default_factory=dict)
    cases: dict[str, Results] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)  # by case: why the peer has no figure
    reason: str = "not measured"  # of the cases that are not there at all


def shortened(text: str) -> str:
    """One line that stays the same from run to run, and is code in Markdown."""
    line = re.sub(r" at 0x[0-9a-f]+", "", " ".join(text.split())).replace("`", "'")
    return line if len(line) <= _LONGEST else line[: _LONGEST - 3] + "..."


def reason_of(error: BaseException) -> str:
    return shortened(f"{type(error).__name__}: {error}".removesuffix(": "))


def found_in(output: bytes, peer: Peer, reason: str) -> Found:
    """Read what `run` has printed; the reason is why it may not have come to its end."""
    found = Found(peer, reason=reason)
    versions, *lines = map(json.loads, output.splitlines() or [b"{}"])
    found.versions = versions
    for line in lines:
        found.cases[line["case"]] = from_json(line["results"])
        if line["reason"]:
            found.reasons[line["case"]] = line["reason"]
    return found


def _figure(value: float) -> str:
    return f"{value:.2f}" if value < 10 else f"{value:.0f}"


def _cell(found: Found, case: str, notes: list[str]) -> str:
    """A ratio, or a dash and the number of the reason: the same reason has the same number."""
    measured = ratio(found.cases.get(case, {}), found.peer.title)
    if measured is not None:
        return _figure(measured)
    reason = found.reasons.get(case, found.reason)
    if reason not in notes:
        notes.append(reason)
    return f"- ({notes.index(reason) + 1})"


def _range(everyone: Iterable[Found], case: str) -> str:
    ratios = [ratio(found.cases.get(case, {}), OURS) for found in everyone]
    figures = [_figure(value) for value in sorted(each for each in ratios if each is not None)]
    if not figures:
        return "-"
    return figures[0] if figures[0] == figures[-1] else f"{figures[0]} to {figures[-1]}"


def section(names: Iterable[str], everyone: list[Found]) -> str:
    """The tables of these cases, and the reasons for what is missing."""
    notes: list[str] = []
    columns = ["case", f"{OURS}#", *(f"{found.peer.title}#" for found in everyone)]
    rows = [
        [name, _range(everyone, name), *(_cell(found, name, notes) for found in everyone)]
        for name in names
    ]
    lines = ["## Peers", "", _HOW, *table(",".join(columns), rows)]
    if notes:
        lines += [*(f"{number}. `{reason}`" for number, reason in enumerate(notes, 1)), ""]
    installed = (
        [found.peer.title, ", ".join(map(" ".join, found.versions.items())) or "-"]
        for found in everyone
    )
    return "\n".join([*lines, *table("peer,installed", installed)])


def kept(page: Path) -> str:
    """What `make bench` keeps of the page as it is."""
    text = page.read_text(encoding="utf-8") if page.exists() else ""
    _, mark, peers = text.partition(MARK)
    return mark + peers


def replaced(text: str, peers: str) -> str:
    """The page with another section of peers."""
    return text.partition(MARK)[0] + MARK + "\n" + peers
