"""`make demo`, run as a user runs it."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from langchain_cometapi._credentials import API_KEY_VARIABLES, BASE_URL_VARIABLES
from langchain_cometapi.emulator import EMULATOR_API_KEY, RATE_LIMITED_MODEL

if TYPE_CHECKING:
    from langchain_cometapi.emulator import CometAPIEmulator

ROOT = Path(__file__).resolve().parents[2]
STREAM = "A streamed answer and its reasoning"
THREAD = "One thread, four vendors, three tools"
CUT = "A stream that breaks off"
RULES = "What is sent, and what a rule changed"
BATCH = "A batch"
FILE = "A document"
COST = "Usage and cost"
TITLES = [STREAM, THREAD, CUT, RULES, BATCH, COST]
MODELS = {"gpt-6-sol", "claude-sonnet-5-5", "deepseek-v4-pro", "gemini-3.8-flash"}
QUICKSTART = [sys.executable, str(ROOT / "examples" / "quickstart.py")]


def environment(**variables: str) -> dict[str, str]:
    hidden = {*API_KEY_VARIABLES, *BASE_URL_VARIABLES, "NO_COLOR", "FORCE_COLOR", "COLUMNS"}
    kept = {name: value for name, value in os.environ.items() if name not in hidden}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "error", **variables}


def quickstart(*arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*QUICKSTART, *arguments],
        cwd=ROOT,
        env=environment(**variables),
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=100,
        check=False,
    )


def run(*arguments: str, **variables: str) -> str:
    """Return what a demo without an error prints."""
    done = quickstart(*arguments, **variables)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def in_a_terminal(columns: int, **variables: str) -> str:
    """Return what the demo writes to a terminal."""
    import pty  # not on Windows

    ours, theirs = pty.openpty()
    size = {"COLUMNS": str(columns), "LINES": "30", "TERM": "xterm-256color"}
    with subprocess.Popen(
        QUICKSTART, cwd=ROOT, env=environment(**size, **variables), stdout=theirs, stderr=theirs
    ) as process:
        os.close(theirs)
        written = b""
        with contextlib.suppress(OSError):  # EIO at the end, on Linux
            while part := os.read(ours, 65_536):
                written += part
        os.close(ours)
        assert process.wait(timeout=100) == 0, written
    return written.decode()


def sections(output: str) -> dict[str, str]:
    """Return the text of each section by its title."""
    parts = re.split(r"^\d\. (.+)$", output, flags=re.MULTILINE)
    return dict(zip(parts[1::2], (part.strip() for part in parts[2::2]), strict=True))


def test_quickstart_without_a_key_runs_the_emulator() -> None:
    printed = run()
    first = printed.splitlines()[0]
    assert "emulator" in first
    assert "no model runs" in first
    for unwanted in ("\x1b", EMULATOR_API_KEY, "you said"):
        assert unwanted not in printed
    shown = sections(printed)
    assert list(shown) == TITLES
    reasoning, answer = shown[STREAM].splitlines()
    assert "Rayleigh" in reasoning
    assert answer.startswith("[CometAPI emulator] Sunlight")
    assert set(re.findall(r"^To (\S+): ", shown[THREAD], re.MULTILINE)) == MODELS
    assert "get_weather(city='Oslo') -> 12 degrees" in shown[THREAD]
    assert "The weather in Oslo: 12 degrees, dry until four. The Munch" in shown[THREAD]
    assert "-> 188.03 EUR\n" in shown[THREAD]
    assert "In euros: 188.03 EUR." in shown[THREAD]
    arrived, error, advice = shown[CUT].splitlines()
    assert error.startswith("CometAPIStreamTruncatedError: The stream ended")
    assert f" the {len(arrived)} characters that had come" in advice
    assert "temperature dropped: gpt-6-sol" in shown[RULES]
    assert "max_tokens renamed: gpt-6-sol" in shown[RULES]
    assert shown[BATCH].count("[CometAPI emulator]") == shown[BATCH].count("Why ") == 5
    rows = [line.split() for line in shown[COST].splitlines()]
    assert rows[0] == ["model", "calls", "in", "out", "USD"]
    costs = {row[0]: row[-1] for row in rows[1:7]}
    assert costs.keys() == {*MODELS, "deepseek-v4-flash-vision", "all"}
    assert not costs.pop("deepseek-v4-flash-vision").startswith("~"), "it states its cost"
    assert costs["deepseek-v4-pro"].startswith("~0.00")
    # The prices of the others come with an extra that not every environment has.
    assert all(cost == "unknown" or cost.startswith("~0.00") for cost in costs.values())


@pytest.mark.skipif(sys.platform == "win32", reason="it has no pseudo terminals")
@pytest.mark.slow
def test_terminal_shows_dim_reasoning_and_a_bar_and_keeps_to_its_width() -> None:
    written = in_a_terminal(44)
    dimmed = "".join(re.findall(r"\x1b\[2;3m(.*?)\x1b\[0m", written))
    assert "goes with the fourth power of the frequency" in dimmed
    assert "Sunlight" not in dimmed
    for done in range(1, 6):
        assert f"{done}/5" in written
    assert "\x1b[36m" in written
    plain = re.sub(r"\x1b\[[\d;?]*[A-Za-z]", "", written)
    lines = [part.rstrip() for line in plain.splitlines() for part in line.split("\r")]
    texts = [line for line in lines if "\u2501" not in line]
    assert max(map(len, texts)) <= 44
    assert any(re.fullmatch(r"all +\d+ +\d+ +\d+ +~0\.\d{6}", line) for line in texts)


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="it has no pseudo terminals")
def test_no_color_is_obeyed() -> None:
    assert not re.search(r"\x1b\[[\d;]*(3[0-7]|9[0-7]|38;)", in_a_terminal(80, NO_COLOR="1"))


@pytest.mark.parametrize("key", API_KEY_VARIABLES)
@pytest.mark.slow
def test_quickstart_with_a_key_asks_the_service(emulator: CometAPIEmulator, key: str) -> None:
    printed = run(**{key: emulator.api_key, "COMETAPI_BASE_URL": emulator.base_url})
    first = printed.splitlines()[0]
    assert emulator.base_url in first
    assert "emulator" not in first
    assert emulator.api_key not in printed
    assert list(sections(printed)) == TITLES
    families = {str((request.body or {})["model"]).split("-")[0] for request in emulator.requests}
    assert families == {"gpt", "claude", "gemini", "deepseek"}
    asked = [(request.body or {}).get("messages", [{}])[-1] for request in emulator.requests]
    assert not any("rainbow" in str(message.get("content")) for message in asked)


def test_quickstart_reads_the_file_and_asks_the_model_it_is_given(
    emulator: CometAPIEmulator, tmp_path: Path
) -> None:
    path = tmp_path / "notes.md"
    text = "# The Zugspitze\n\nThe Zugspitze is 2962 metres high.\n\n" + "More follows here.\n" * 20
    path.write_text(text, encoding="utf-8")
    service = {"COMETAPI_KEY": emulator.api_key, "COMETAPI_BASE_URL": emulator.base_url}
    shown = sections(run(str(path), "--model", "kimi-k3", **service))
    assert list(shown) == [*TITLES[:-1], FILE, COST]
    assert shown[FILE].startswith("notes.md, ")
    assert "What does it say about The Zugspitze?" in shown[FILE]
    assert "the document says: The Zugspitze is 2962 metres high." in shown[FILE]
    assert {str((request.body or {})["model"]) for request in emulator.requests} == {"kimi-k3"}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("text", "says"),
    [
        (
            "All the same.\n" * 10_000,
            ["notes.txt, 139,999 characters.", "Only its first 60,000 characters are sent."],
        ),
        ("", []),
    ],
    ids=["big", "empty"],
)
def test_file_of_any_size_is_read(tmp_path: Path, text: str, says: list[str]) -> None:
    path = tmp_path / "notes.txt"
    path.write_text(text, encoding="utf-8")
    printed = run(str(path))
    for words in says:
        assert words in printed


@pytest.mark.parametrize(
    ("arguments", "variables", "status", "says"),
    [
        pytest.param(["/no/such/file"], {}, 2, "No such file", marks=pytest.mark.slow),
        pytest.param([sys.executable], {}, 2, "not UTF-8 text", marks=pytest.mark.slow),
        (["--model", "no-such-model"], {}, 1, "CometAPIModelNotFoundError: HTTP 503"),
        pytest.param(
            ["--model", RATE_LIMITED_MODEL],
            {},
            1,
            "CometAPIRateLimitError: HTTP 429",
            marks=pytest.mark.slow,
        ),
        pytest.param(
            [],
            {"COMETAPI_KEY": "key", "COMETAPI_BASE_URL": "ftp://x"},
            1,
            "is not an HTTP URL",
            marks=pytest.mark.slow,
        ),
    ],
)
def test_failure_is_a_message_without_a_traceback(
    arguments: list[str], variables: dict[str, str], status: int, says: str
) -> None:
    done = quickstart(*arguments, **variables)
    assert done.returncode == status
    assert says in done.stderr
    assert "Traceback" not in done.stderr
