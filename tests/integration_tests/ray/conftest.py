"""A small Ray cluster, and an emulator that can make requests wait. `make test_ray` has Ray."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import threading
import time
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from langchain_cometapi._credentials import API_KEY_VARIABLES, BASE_URL_VARIABLES
from langchain_cometapi.emulator import CometAPIEmulator, create_app

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from starlette.types import ASGIApp, Receive, Scope, Send

ROOT = Path(__file__).resolve().parents[3]
EXAMPLE = ROOT / "examples" / "ray_batch.py"
_PATIENCE_SECONDS = 60
_POLL_SECONDS = 0.02

_CLUSTER = """
import sys, ray

ray.init(address="local", num_cpus=2, include_dashboard=False, object_store_memory=2**27)
print("address", ray.get_runtime_context().gcs_address, flush=True)
sys.stdin.read()
"""


def wait_until(condition: Callable[[], object], what: str) -> None:
    """Wait for a condition; fail with its name after a minute."""
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            pytest.fail(f"waited {_PATIENCE_SECONDS} s: {what}")
        time.sleep(_POLL_SECONDS)


class Gate:
    """Stands before the emulator: counts the requests in it, and can make them wait."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._opened = threading.Event()
        self.reset()

    def reset(self) -> None:
        self._pass: float = float("inf")
        self.inside = self.peak = self.waiting = 0
        self._opened.set()

    def close_after(self, requests: int) -> None:
        """Let so many requests pass, and make the others wait."""
        self._opened.clear()
        self._pass = requests

    def open(self) -> None:
        self._pass = float("inf")
        self._opened.set()

    def guard(self, app: ASGIApp) -> ASGIApp:
        async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
            with self._lock:
                self.inside += 1
                self.peak = max(self.peak, self.inside)
                self._pass -= 1
                waits = self._pass < 0
                self.waiting += waits
            try:
                if waits:
                    await asyncio.to_thread(self._opened.wait)
                await app(scope, receive, send)
            finally:
                with self._lock:
                    self.inside -= 1
                    self.waiting -= waits

        return guarded


@pytest.fixture(scope="session")
def _gate() -> Gate:
    return Gate()


@pytest.fixture
def gate(_gate: Gate) -> Iterator[Gate]:
    _gate.reset()
    yield _gate
    _gate.open()


@pytest.fixture(scope="session")
def emulator(_gate: Gate) -> Iterator[CometAPIEmulator]:
    """The emulator of these tests, behind the gate."""

    def create_guarded(**options: Any) -> ASGIApp:
        return _gate.guard(create_app(**options))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("langchain_cometapi.emulator._server.server.create_app", create_guarded)
        with CometAPIEmulator() as running:
            yield running


@pytest.fixture(autouse=True)
def _no_fault_left(emulator: CometAPIEmulator) -> Iterator[None]:
    yield
    emulator.fault = None


@pytest.fixture(scope="session")
def environment(emulator: CometAPIEmulator) -> dict[str, str]:
    """The environment of workers and drivers; nothing of a user's is in it."""
    hidden = {*API_KEY_VARIABLES, *BASE_URL_VARIABLES}
    return {
        **{name: value for name, value in os.environ.items() if name not in hidden},
        "PYTHONPATH": str(ROOT),
        "COMETAPI_KEY": emulator.api_key,
        "COMETAPI_BASE_URL": emulator.base_url,
        "RAY_USAGE_STATS_ENABLED": "0",
        # Ray listens on the machine's own address, too: only those who know this may join.
        "RAY_AUTH_MODE": "token",
        "RAY_AUTH_TOKEN": uuid.uuid4().hex,
    }


class Cluster:
    """A running Ray, and the example on it."""

    def __init__(self, process: subprocess.Popen[str], address: str, env: dict[str, str]) -> None:
        self._process = process
        self._address = address
        self._environment = env

    def start(self, *arguments: str | Path) -> subprocess.Popen[str]:
        """Start the example: two workers with two calls at once, four rows in a batch."""
        sizes = ("--workers", "2", "--concurrency", "2", "--batch-size", "4")
        command = [sys.executable, EXAMPLE, "--address", self._address, *sizes, *arguments]
        return subprocess.Popen(
            command,
            env=self._environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, *arguments: str | Path, fails: bool = False) -> str:
        """Run the example to its end, and return what it prints."""
        with self.start(*arguments) as driver:
            output, _ = driver.communicate(timeout=100)
        assert driver.returncode == int(fails), output
        return output

    def workers(self) -> list[int]:
        """Return the process ids of the workers that run now, of this cluster alone."""
        parents: dict[int, int] = {}
        workers = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                status = (folder / "status").read_text()
                title = (folder / "cmdline").read_text()
            except OSError:  # it has ended meanwhile
                continue
            parents[int(folder.name)] = int(status.partition("\nPPid:")[2].split()[0])
            if title.startswith("ray::MapWorker"):
                workers.append(int(folder.name))
        return [pid for pid in workers if self._process.pid in _ancestors(pid, parents)]


def _ancestors(pid: int, parents: dict[int, int]) -> list[int]:
    found = []
    while pid := parents.get(pid, 0):
        found.append(pid)
    return found


@pytest.fixture(scope="session")
def cluster(environment: dict[str, str]) -> Iterator[Cluster]:
    """A Ray of two processors; it ends when its standard input does."""
    with subprocess.Popen(
        [sys.executable, "-c", _CLUSTER],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith("address "):
                yield Cluster(process, line.split()[1], environment)
                break
        else:
            pytest.fail("Ray did not start")
        process.communicate(timeout=60)
