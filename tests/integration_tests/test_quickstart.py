"""`make demo`, run as a user runs it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from langchain_cometapi._credentials import API_KEY_VARIABLES, BASE_URL_VARIABLES
from langchain_cometapi.emulator import RATE_LIMITED_MODEL

if TYPE_CHECKING:
    from langchain_cometapi.emulator import CometAPIEmulator

ROOT = Path(__file__).resolve().parents[2]
TITLES = [
    "Chat",
    "Token stream",
    "Batch with progress",
    "Two calls on one event loop",
    "Tools",
    "Structured answer",
    "A document",
]


def quickstart(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    hidden = {*API_KEY_VARIABLES, *BASE_URL_VARIABLES}
    environment = {name: value for name, value in os.environ.items() if name not in hidden}
    environment |= {"PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error", **variables}
    return subprocess.run(
        [sys.executable, str(ROOT / "examples" / "quickstart.py"), *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=100,
        check=False,
    )


def sections(output: str) -> dict[str, str]:
    """Return the text of each section by its title, the model left out."""
    parts = re.split(r"^\d\. (.+?): .+$", output, flags=re.MULTILINE)
    return dict(zip(parts[1::2], (part.strip() for part in parts[2::2]), strict=True))


def test_quickstart_without_a_key_runs_the_emulator() -> None:
    done = quickstart()
    assert (done.returncode, done.stderr) == (0, "")
    first = done.stdout.splitlines()[0]
    assert "emulator" in first
    assert "no model runs" in first
    shown = sections(done.stdout)
    assert list(shown) == TITLES
    assert all("    tokens: " in text for text in shown.values())
    assert [f"[{n}/4] " in shown["Batch with progress"] for n in range(1, 5)] == [True] * 4
    assert "called get_weather({'city': 'Paris'}), got: 12 degrees and rain" in shown["Tools"]
    assert "City(name='Oslo', inhabitants=717710)" in shown["Structured answer"]
    assert shown["A document"].startswith("README.md, ")
    assert "the document says: `langchain-cometapi` connects" in shown["A document"]


@pytest.mark.parametrize("key", API_KEY_VARIABLES)
def test_quickstart_with_a_key_asks_the_service(emulator: CometAPIEmulator, key: str) -> None:
    done = quickstart(**{key: emulator.api_key, "COMETAPI_BASE_URL": emulator.base_url})
    assert (done.returncode, done.stderr) == (0, "")
    first = done.stdout.splitlines()[0]
    assert emulator.base_url in first
    assert "emulator" not in first
    assert list(sections(done.stdout)) == TITLES
    families = {str((request.body or {})["model"]).split("-")[0] for request in emulator.requests}
    assert families == {"gpt", "claude", "gemini", "deepseek"}


def test_quickstart_reads_the_file_and_asks_the_model_it_is_given(
    emulator: CometAPIEmulator, tmp_path: Path
) -> None:
    path = tmp_path / "notes.md"
    text = "# The Zugspitze\n\nThe Zugspitze is 2962 metres high.\n\n" + "More follows here.\n" * 20
    path.write_text(text, encoding="utf-8")
    done = quickstart(str(path), "--model", "kimi-k3")
    assert (done.returncode, done.stderr) == (0, "")
    shown = sections(done.stdout)
    assert shown["A document"].startswith("notes.md, ")
    assert "What does it say about The Zugspitze?" in shown["A document"]
    assert "the document says: The Zugspitze is 2962 metres high." in shown["A document"]
    assert done.stdout.count(": kimi-k3\n") == len(TITLES)


@pytest.mark.slow
def test_a_big_file_is_cut_with_a_note(tmp_path: Path) -> None:
    path = tmp_path / "big.txt"
    path.write_text("All the same.\n" * 10_000, encoding="utf-8")
    done = quickstart(str(path))
    assert (done.returncode, done.stderr) == (0, "")
    assert "big.txt, 139,999 characters." in done.stdout
    assert "Only its first 60,000 characters are sent." in done.stdout


@pytest.mark.parametrize(
    ("content", "says"), [(None, "No such file"), (b"\xff\xfe\x00", "not UTF-8 text")]
)
def test_a_file_that_cannot_be_read(tmp_path: Path, content: bytes | None, says: str) -> None:
    path = tmp_path / "file"
    if content is not None:
        path.write_bytes(content)
    done = quickstart(str(path))
    assert (done.returncode, done.stdout) == (2, "")
    assert f"cannot read {path}: {says}" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.slow
def test_empty_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "empty"
    path.touch()
    assert quickstart(str(path)).returncode == 0


@pytest.mark.parametrize(
    ("arguments", "variables", "says"),
    [
        (["--model", "no-such-model"], {}, "CometAPIModelNotFoundError: HTTP 503"),
        pytest.param(
            ["--model", RATE_LIMITED_MODEL],
            {},
            "CometAPIRateLimitError: HTTP 429",
            marks=pytest.mark.slow,
        ),
        ([], {"COMETAPI_KEY": "key", "COMETAPI_BASE_URL": "ftp://x"}, "is not an HTTP URL"),
    ],
)
def test_failure_is_a_message_without_a_traceback(
    arguments: list[str], variables: dict[str, str], says: str
) -> None:
    done = quickstart(*arguments, **variables)
    assert done.returncode == 1
    assert says in done.stderr
    assert "Traceback" not in done.stderr
