"""A model lives in any process, and is pickled to it; nothing is opened before it is needed."""

from __future__ import annotations

import multiprocessing
import subprocess
import sys
import threading
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from langchain_cometapi import ChatCometAPI
from langchain_cometapi.emulator import CometAPIEmulator
from tests.integration_tests.callers import (
    ANSWER,
    DERIVED,
    MODEL,
    WAYS,
    ask_anyhow,
    ask_every_way,
    open_files,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]


def build(**kwargs: Any) -> ChatCometAPI:
    return ChatCometAPI(model=MODEL, max_retries=0, **kwargs)


def run_program(name: str, carrier: str) -> None:
    """Run a program of `callers.py`, where a warning of any kind is an error."""
    names = ["over_aiohttp", name] if carrier == "aiohttp" else [name]
    calls = "; ".join(f"{name}()" for name in names)
    command = f"from tests.integration_tests.callers import {', '.join(names)}; {calls}"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-X", "dev", "-c", command],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize(
    ("program", "requests"),
    [
        pytest.param("end_without_closing", 4, marks=pytest.mark.slow),
        ("end_after_closing", 14),
    ],
)
def test_program_ends_without_a_warning(
    emulator: CometAPIEmulator, carrier: str, program: str, requests: int
) -> None:
    run_program(program, carrier)
    assert len(emulator.requests) == requests


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot fork")
@pytest.mark.parametrize(
    ("program", "requests"),
    [("fork", 18), pytest.param("fork_while_locked", 12, marks=pytest.mark.slow)],
)
def test_fork_has_connections_of_its_own(
    emulator: CometAPIEmulator, carrier: str, program: str, requests: int
) -> None:
    run_program(program, carrier)
    assert len(emulator.requests) == requests


@pytest.fixture(scope="module")
def other() -> Iterator[CometAPIEmulator]:
    """An emulator that no variable points to."""
    with CometAPIEmulator(api_key="sk-of-the-other") as running:
        yield running


METHODS: list[Any] = ["spawn"]
if "forkserver" in multiprocessing.get_all_start_methods():
    METHODS.append(pytest.param("forkserver", marks=pytest.mark.slow))


@pytest.fixture(scope="module", params=METHODS)
def workers(request: pytest.FixtureRequest) -> Iterator[ProcessPoolExecutor]:
    context = multiprocessing.get_context(request.param)
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        yield pool


@pytest.mark.parametrize("derived", DERIVED)
@pytest.mark.parametrize("explicit", [False, True], ids=["key of environment", "explicit key"])
def test_model_answers_in_other_processes(
    emulator: CometAPIEmulator,
    other: CometAPIEmulator,
    workers: ProcessPoolExecutor,
    explicit: bool,
    derived: str,
) -> None:
    server = other if explicit else emulator
    server.clear()
    given = {"base_url": other.base_url, "api_key": other.api_key} if explicit else {}
    made = DERIVED[derived](build(**given))
    before = workers.submit(ask_every_way, made).result()
    here = ask_every_way(made)
    after = workers.submit(ask_every_way, made).result()
    assert before == after == here
    if derived != "with_structured_output":
        assert here == [ANSWER] * 4
    assert len(server.requests) == 12


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lists its open files in /proc")
def test_constructing_opens_nothing(emulator: CometAPIEmulator) -> None:
    connections = emulator.open_connections
    files, threads = open_files(), threading.active_count()
    models = [build(timeout=n + 1) for n in range(1000)]
    assert open_files() <= files
    assert threading.active_count() == threads
    assert emulator.open_connections <= connections
    assert emulator.requests == []
    assert [ask_anyhow(models[-1], way) for way in WAYS] == [ANSWER] * 4
    assert len(emulator.requests) == 4
