"""`examples/ray_batch.py` on a Ray of two workers: every row has one result, whatever dies."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from tests.integration_tests.ray.conftest import EXAMPLE, wait_until

if TYPE_CHECKING:
    from pathlib import Path

    from langchain_cometapi.emulator import CometAPIEmulator
    from tests.integration_tests.ray.conftest import Cluster, Gate

pytestmark = pytest.mark.ray

ROWS = {f"row-{number}": f"Name a fact about the number {number}." for number in range(24)}
ONCE = ("--max-retries", "0")


@pytest.fixture
def prompts(tmp_path: Path) -> Path:
    path = tmp_path / "prompts.jsonl"
    lines = [json.dumps({"id": row_id, "prompt": prompt}) for row_id, prompt in ROWS.items()]
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


@pytest.fixture
def output(tmp_path: Path) -> Path:
    return tmp_path / "output"


def read(folder: Path) -> list[dict[str, Any]]:
    """Read the rows as any reader of Parquet does."""
    import pyarrow.parquet

    rows: list[dict[str, Any]] = pyarrow.parquet.read_table(folder).to_pylist()
    return rows


def asked(emulator: CometAPIEmulator) -> Counter[str]:
    return Counter(request.body["messages"][0]["content"] for request in emulator.requests)


def check_all_rows_once(rows: list[dict[str, Any]]) -> None:
    assert Counter(row["id"] for row in rows) == Counter(list(ROWS))
    for row in rows:
        assert row["prompt"] == ROWS[row["id"]]
        assert row["error"] is None
        assert row["text"].endswith(f"you said: {row['prompt']}")


def test_every_row_has_one_result(
    cluster: Cluster, emulator: CometAPIEmulator, prompts: Path, output: Path
) -> None:
    printed = cluster.run(prompts, "--output", output, "--model", "deepseek-v4-flash-vision")
    rows = read(output)
    check_all_rows_once(rows)
    assert asked(emulator) == Counter(ROWS.values())
    columns = "id prompt text input_tokens output_tokens cost model error"
    assert {" ".join(row) for row in rows} == {columns}
    for row in rows:
        assert row["input_tokens"] > 0
        assert row["output_tokens"] > 0
        assert row["cost"] > 0
        assert row["model"] == "deepseek-v4-flash-vision"
    assert "24 rows, 0 of them failed" in printed
    assert emulator.api_key not in repr(rows) + printed


def test_concurrency_is_bounded(
    cluster: Cluster, emulator: CometAPIEmulator, gate: Gate, prompts: Path, output: Path
) -> None:
    gate.close_after(0)
    with cluster.start(prompts, "--output", output) as driver:
        wait_until(lambda: gate.waiting == 4, "2 workers with 2 calls each")
        gate.open()
        driver.communicate(timeout=100)
    check_all_rows_once(read(output))
    assert gate.peak == 4


def test_failed_rows_are_told_and_asked_again(
    cluster: Cluster, emulator: CometAPIEmulator, prompts: Path, output: Path
) -> None:
    emulator.fault = ["400", "503", "400", "503", "400"]
    printed = cluster.run(prompts, "--output", output, *ONCE, fails=True)
    assert len(emulator.requests) == 24 + 2  # those with a 503 were tried again
    rows = read(output)
    assert Counter(row["id"] for row in rows) == Counter(list(ROWS))
    failed = [row for row in rows if row["error"] is not None]
    assert len(failed) == 3
    for row in failed:
        assert row["error"].startswith("CometAPIInvalidRequestError: HTTP 400")
        assert (row["text"], row["input_tokens"], row["cost"]) == (None, None, None)
        assert row["model"] == "gpt-5.4-mini"
    assert "24 rows, 3 of them failed" in printed

    emulator.clear()
    printed = cluster.run(prompts, "--output", output, *ONCE)
    assert asked(emulator) == Counter(row["prompt"] for row in failed)
    check_all_rows_once(read(output))
    assert "24 prompts, 21 of them answered before" in printed

    emulator.clear()
    cluster.run(prompts, "--output", output)
    assert emulator.requests == []


def test_rows_that_fail_are_asked_as_often_as_set(
    cluster: Cluster, emulator: CometAPIEmulator, prompts: Path, output: Path
) -> None:
    emulator.fault = "503"
    cluster.run(prompts, "--output", output, *ONCE, "--attempts", "3", fails=True)
    assert asked(emulator) == Counter(dict.fromkeys(ROWS.values(), 3))
    rows = read(output)
    assert Counter(row["id"] for row in rows) == Counter(list(ROWS))
    assert all(row["error"].startswith("CometAPIOverloadedError: HTTP 503") for row in rows)


@pytest.mark.skipif(sys.platform != "linux", reason="finds the workers in /proc")
def test_a_killed_worker_costs_no_result(
    cluster: Cluster, emulator: CometAPIEmulator, gate: Gate, prompts: Path, output: Path
) -> None:
    gate.close_after(6)
    with cluster.start(prompts, "--output", output) as driver:
        # Each worker now waits for two answers. One of them, at least, has had others of the
        # same batch: six are no multiple of four.
        wait_until(lambda: gate.waiting == 4, "both workers in the middle")
        before = cluster.workers()
        assert len(before) == 2
        os.kill(before[0], signal.SIGKILL)
        gate.open()
        printed, _ = driver.communicate(timeout=100)
    assert driver.returncode == 0, printed
    check_all_rows_once(read(output))
    again = asked(emulator) - Counter(ROWS.values())
    assert 2 <= again.total() <= 4, "no more is asked again than the batch of the killed worker"


@pytest.mark.skipif(sys.platform != "linux", reason="finds the workers in /proc")
def test_a_killed_driver_costs_no_result(
    cluster: Cluster, emulator: CometAPIEmulator, gate: Gate, prompts: Path, output: Path
) -> None:
    gate.close_after(10)
    with cluster.start(prompts, "--output", output) as driver:
        wait_until(lambda: gate.waiting == 4, "both workers in the middle")
        driver.kill()
        driver.communicate(timeout=100)
    wait_until(lambda: not cluster.workers(), "Ray ends the workers of a driver that is gone")
    done = read(output)
    assert done, "ten answers of two workers fill one batch of four, at least"
    gate.open()
    wait_until(lambda: gate.inside == 0, "the requests of the dead are through")

    emulator.clear()
    cluster.run(prompts, "--output", output)
    left = Counter(ROWS.values()) - Counter(row["prompt"] for row in done)
    assert asked(emulator) == left
    check_all_rows_once(read(output))


def run_alone(**variables: str) -> tuple[int, str]:
    """Run the example as `make ray` does, on a Ray of its own."""
    output = variables.pop("output")
    done = subprocess.run(
        [sys.executable, EXAMPLE, "--output", output, *ONCE],
        env={**os.environ, **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=100,
        check=False,
    )
    return done.returncode, done.stdout


def test_example_without_a_key_runs_the_emulator(
    monkeypatch: pytest.MonkeyPatch, output: Path
) -> None:
    monkeypatch.delenv("COMETAPI_KEY")
    monkeypatch.delenv("COMETAPI_BASE_URL")
    code, printed = run_alone(output=str(output))
    assert code == 0, printed
    assert "A local emulator" in printed
    assert "12 rows, 0 of them failed" in printed
    assert len({row["id"] for row in read(output)}) == 12


def test_example_with_a_wrong_key_fails_without_showing_it(output: Path) -> None:
    key = "sk-a-key-that-is-wrong"
    code, printed = run_alone(output=str(output), COMETAPI_KEY=key)
    assert code == 1
    assert "every call is billed" in printed
    rows = read(output)
    assert {row["error"].split(":")[0] for row in rows} == {"CometAPIAuthenticationError"}
    assert key not in printed + repr(rows)
