"""Peers, each in an environment of its own (`.venv-peer-NAME`).

    make bench_peers

It writes the last part of `docs/performance.md`. A peer that fails has dashes and the reason.
"""

from __future__ import annotations

import argparse
import os
import subprocess
from pathlib import Path

from benchmarks.measure import say
from benchmarks.peers.registry import PEERS, Peer
from benchmarks.peers.run import CASES
from benchmarks.peers.section import START, Found, found_in, replaced, section, shortened
from benchmarks.report import PAGE
from benchmarks.server import running

SECONDS = 300.0  # for a peer: what is not done then has a dash
# LiteLLM asks a host for its prices when it is imported.
_ENVIRONMENT = {**os.environ, "LITELLM_LOCAL_MODEL_COST_MAP": "True"}


def not_installed(environment: Path) -> str | None:
    """Why an environment is not there, in pip's words."""
    if any(environment.glob(".ready-*")):
        return None
    log = environment / "pip.log"
    lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
    errors = [line for line in lines if line.startswith("ERROR: ")]
    return shortened(
        f"not installed: {errors[0].removeprefix('ERROR: ')}" if errors else "not installed"
    )


def _measure(peer: Peer, url: str) -> Found:
    environment = Path(f".venv-peer-{peer.name}")
    if reason := not_installed(environment):
        return Found(peer, reason=reason)
    python = str(environment / "bin" / "python")
    command = [python, "-m", "benchmarks.peers.run", peer.name, url]
    try:
        done = subprocess.run(  # noqa: S603
            command, check=False, stdout=subprocess.PIPE, timeout=SECONDS, env=_ENVIRONMENT
        )
        return found_in(done.stdout, peer, f"ended with status {done.returncode}")
    except subprocess.TimeoutExpired as late:
        return found_in(late.stdout or b"", peer, f"not done after {SECONDS:.0f} s")


def main() -> None:
    """Measure all peers, or those named, and write their section."""
    parser = argparse.ArgumentParser(description="What others cost, beside ChatCometAPI")
    parser.add_argument("--only", nargs="*", help="names of peers; the rest is left out")
    parser.add_argument("--output", type=Path, default=PAGE, help="the page to write into")
    arguments = parser.parse_args()
    chosen = [peer for peer in PEERS if not arguments.only or peer.name in arguments.only]
    everyone = []
    with running() as url:
        for number, peer in enumerate(chosen, 1):
            say(f"{peer.title}, {number} of {len(chosen)}")
            everyone.append(_measure(peer, url))
    peers = section([START, *(case.name for case in CASES)], everyone)
    text = arguments.output.read_text(encoding="utf-8")
    arguments.output.write_text(replaced(text, peers), encoding="utf-8")
    print(peers)


if __name__ == "__main__":
    main()
