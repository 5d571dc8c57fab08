"""What runs in a peer's environment: the cases, with `ChatCometAPI` and `ChatOpenAI` beside it.

    python -m benchmarks.peers.run NAME URL

It prints a line of JSON for the environment, and one for each case as soon as it is done.
"""

from __future__ import annotations

import json
import signal
import sys
from contextlib import redirect_stdout
from dataclasses import asdict, replace
from functools import partial
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, NoReturn

from benchmarks import cases, fresh
from benchmarks.clients import TWO
from benchmarks.measure import Results, measure, say
from benchmarks.peers.registry import PEERS
from benchmarks.peers.section import SHARED, START, reason_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmarks.cases import Case
    from benchmarks.clients import Makers
    from benchmarks.peers.registry import Peer

ONE_GO = 30  # seconds: what takes longer has come to a standstill
SECONDS = 5.0  # for a case, unless even the fewest rounds take longer

# Some read certificates for each model: a thousand would take a minute.
_CONSTRUCTION = replace(cases.CONSTRUCTION, units=50, run=partial(cases.construct, 50))
CASES = (
    _CONSTRUCTION,
    *(case for case in cases.CALLS if not case.constructs),
    *cases.STREAMING,
    *cases.AT_ONCE,
)


def _start(peer: Peer, *, alone: bool) -> Results:
    statements = {} if alone else {peer.title: peer.first}
    return fresh.measure_imports({**statements, **fresh.FIRST_MODELS}, rounds=2)


def _late(*_: object) -> NoReturn:
    msg = f"one go of this case was not done after {ONE_GO} s"
    raise TimeoutError(msg)


def _limited(run: Callable[[Any], float | None], client: object) -> float | None:
    signal.alarm(ONE_GO)
    try:
        return run(client)
    finally:
        signal.alarm(0)


def _case(case: Case, peer: Peer, url: str, *, alone: bool) -> Results:
    makers: Makers = TWO if alone else {peer.title: peer.make, **TWO}
    limited = replace(case, run=partial(_limited, case.run))
    return measure(limited, url, makers, case.rounds, SECONDS)


def _plan(peer: Peer, url: str) -> Iterator[tuple[str, Callable[..., Results]]]:
    yield START, partial(_start, peer)
    for case in CASES:
        yield case.name, partial(_case, case, peer, url)


def _attempt(run: Callable[..., Results]) -> tuple[Results, str | None]:
    """Measure, and if that fails, the two without the peer: what fails then is no peer's fault."""
    try:
        return run(alone=False), None
    except Exception as error:  # noqa: BLE001
        reason = reason_of(error)
        say(reason)
        cases.loop.cache_clear()  # what hangs in the old loop is left there
        return run(alone=True), reason


def main() -> None:
    """Measure one peer."""
    name, url = sys.argv[1:]
    signal.signal(signal.SIGALRM, _late)
    [peer] = (peer for peer in PEERS if peer.name == name)
    packages = [*peer.packages, *SHARED]
    print(json.dumps({package: version(package) for package in packages}), flush=True)
    for case, run in _plan(peer, url):
        say(f"{peer.title}: {case}")
        with redirect_stdout(sys.stderr):  # libraries print
            results, reason = _attempt(run)
        figures = {client: asdict(each) for client, each in results.items()}
        print(json.dumps({"case": case, "reason": reason, "results": figures}), flush=True)


if __name__ == "__main__":
    main()
