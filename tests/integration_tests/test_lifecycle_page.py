"""`docs/lifecycle.md` says what is true now, and each of its faults is one of `ChatOpenAI`'s."""

from __future__ import annotations

import subprocess
import sys

import pytest
from openai import VERSION

from scripts import lifecycle

SCENARIOS = [name for scenarios in lifecycle.TABLES.values() for name in scenarios]
UPDATE = "run `make docs`"

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot fork")


@pytest.fixture(scope="module")
def committed() -> dict[str, tuple[str, str]]:
    return lifecycle.read_rows(lifecycle.PAGE.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def true() -> dict[str, tuple[str, str]]:
    """Run the scenarios in a process of their own: `ChatOpenAI` leaves connections open."""
    done = subprocess.run(
        [sys.executable, "-m", "scripts.lifecycle", "-"],
        cwd=lifecycle.ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return lifecycle.read_rows(done.stdout)


def test_every_scenario_has_a_row(committed: dict[str, tuple[str, str]]) -> None:
    assert list(committed) == SCENARIOS, UPDATE
    assert set(SCENARIOS) > lifecycle.SAME


@pytest.mark.slow
@pytest.mark.timeout(300)  # the first one runs them all
@pytest.mark.parametrize("scenario", SCENARIOS)
def test_row_of_a_scenario_is_true_now(
    committed: dict[str, tuple[str, str]], true: dict[str, tuple[str, str]], scenario: str
) -> None:
    """Only our own column: what `ChatOpenAI` does depends on its version, but it must differ."""
    plain, ours = true[scenario]
    assert ours == committed[scenario][1], UPDATE
    if VERSION.partition(".")[0] >= "3":  # on 2, chance has a hand in what `ChatOpenAI` does
        assert (plain != ours) is (scenario not in lifecycle.SAME)
