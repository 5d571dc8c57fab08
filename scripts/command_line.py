"""Run the commands of `docs/command-line.md`, and write what they print below each of them.

    python -m scripts.command_line

They run against an emulator of their own, in an environment that has the extras `anthropic` and
`google`, as that of `make test` has. `python -m scripts.command_line -` prints the page.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from langchain_cometapi.emulator import CometAPIEmulator

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "command-line.md"

SHELL = shutil.which("bash")

EXAMPLE = re.compile(
    r"^```bash\n(?P<code>.*?)^```\n(?:\n```text\n(?P<output>.*?)^```\n)?", re.MULTILINE | re.DOTALL
)
_INSTALLS = "pip install"

# What differs from run to run, and what it is on the page.
_VARYING = (
    (r"http://127\.0\.0\.1:\d+", "http://127.0.0.1:8765"),
    (r"\d+\.\d+ s\b", "0.01 s"),
    (r"\d+ models in", "70 models in"),
    (r"\$\d[\d.]*", "$0.0001"),
    (r"\(\w+\) of \d{4}-\d\d-\d\d", "(cache) of 2026-11-26"),
    (r"within \d+ s of", "within 1 s of"),
    (r"(python|langchain[\w-]*|openai|anthropic|google-genai|genai-prices) \d[\w.]*", r"\1 1.0.0"),
    (r"Python \d[\w.]*", "Python 3.11.9"),
    (r"httpx2? \d[\w.]*", "httpx2 2.16.2"),
    (r"request id: \w+", "request id: 20261126064512000000000AbCdEfGh"),
    (r"\d{4}-\d\d-\d\d \d\d:\d\d UTC", "2026-11-26 06:45 UTC"),
)


def normalise(output: str) -> str:
    """Return what a command prints, with the same times, versions and ids each time."""
    for pattern, text in _VARYING:
        output = re.sub(pattern, text, output)
    return output


def _run(code: str, folder: Path, emulator: CometAPIEmulator) -> str:
    """Run a block as a shell does; return what somebody sees.

    Raises:
        ValueError: If the block has a mistake.
    """
    hidden = ("COMET", "LANGCHAIN_", "LANGSMITH_", "OPENAI_", "LC_", "XDG_")
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(hidden) and not name.lower().endswith("_proxy")
    }
    done = subprocess.run(
        [SHELL or "bash", "-c", code],
        env={
            **kept,
            "COMETAPI_BASE_URL": emulator.base_url,
            "COMETAPI_KEY": emulator.api_key,
            "PATH": f"{folder}{os.pathsep}{Path(sys.executable).parent}{os.pathsep}{kept['PATH']}",
            "PYTHONPATH": str(ROOT),
            "XDG_CACHE_HOME": str(folder / "cache"),
        },
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if done.returncode > 1 or "Traceback" in done.stdout:
        msg = f"exit code {done.returncode}:\n{code}{done.stdout}"
        raise ValueError(msg)
    return normalise(done.stdout)


def write_page(page: str) -> str:
    """Return the page with what its commands print now."""
    with tempfile.TemporaryDirectory() as name, CometAPIEmulator() as emulator:
        folder = Path(name)
        script = folder / "langchain-cometapi"
        script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m langchain_cometapi "$@"\n')
        script.chmod(0o755)

        def fill(example: re.Match[str]) -> str:
            code = example["code"]
            if example["output"] is None or code.startswith(_INSTALLS):
                return example[0]
            return f"```bash\n{code}```\n\n```text\n{_run(code, folder, emulator)}```\n"

        return EXAMPLE.sub(fill, page)


if __name__ == "__main__":
    text = write_page(PAGE.read_text(encoding="utf-8"))
    if "-" in sys.argv[1:]:
        sys.stdout.write(text)
    else:
        PAGE.write_text(text, encoding="utf-8")
