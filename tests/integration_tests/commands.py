"""Runs the command line, in this process or in one of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from click.testing import CliRunner

from langchain_cometapi._cli.app import app

if TYPE_CHECKING:
    from collections.abc import Mapping

    from click.testing import Result

ROOT = Path(__file__).resolve().parents[2]
KEY = "sk-poison-0123456789abcdef"
"""A key that no output may have a part of."""
COMMAND = (sys.executable, "-W", "error", "-m", "langchain_cometapi")
_HIDDEN = ("COMET", "OPENAI_", "LANGSMITH_", "LANGCHAIN_", "SSL_CERT_", "NO_COLOR", "FORCE_COLOR")


def _is_hidden(name: str) -> bool:
    return name.startswith(_HIDDEN) or name.lower().endswith("_proxy")


def clean_environment(variables: Mapping[str, str | None] | None = None) -> dict[str, str | None]:
    """Return an environment with these variables, and `None` for those of the machine's owner."""
    hidden = dict.fromkeys(filter(_is_hidden, os.environ))
    return {**hidden, "COMETAPI_KEY": KEY, **(variables or {})}


def process_environment(variables: Mapping[str, str | None] | None = None) -> dict[str, str]:
    """Return the same as a process of its own needs it."""
    merged = {**os.environ, "PYTHONPATH": str(ROOT), **clean_environment(variables)}
    return {name: value for name, value in merged.items() if value is not None}


def _check(out: str, err: str) -> None:
    assert "poison" not in out + err
    assert "Traceback" not in err


def run(
    *arguments: str,
    env: Mapping[str, str | None] | None = None,
    input: bytes | None = None,  # noqa: A002 - as the runner calls it
) -> Result:
    """Run a command in this process; no output may have a part of its key."""
    runner = CliRunner()
    result = runner.invoke(app, arguments, input=input, env=clean_environment(env))
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    _check(result.stdout, result.stderr)
    return result


def start(
    *arguments: str, env: Mapping[str, str | None] | None = None, **options: Any
) -> subprocess.CompletedProcess[bytes]:
    """Run a command in a process of its own, in which each warning is an error."""
    done = subprocess.run(
        [*COMMAND, *arguments],
        env=process_environment(env),
        check=False,
        timeout=100,
        **{"capture_output": True, **options},
    )
    _check((done.stdout or b"").decode("utf-8", "replace"), (done.stderr or b"").decode())
    return done


def diagnose(
    *arguments: str, env: Mapping[str, str | None] | None = None
) -> tuple[int, dict[str, dict[str, Any]]]:
    """Return the exit code of `doctor`, and its checks by their names."""
    done = run("doctor", "--json", *arguments, env=env)
    assert done.stderr == ""
    document = json.loads(done.stdout)
    assert document["ok"] is (done.exit_code == 0)
    assert document.keys() == {"ok", "version", "emulator", "checks", *MODELS}
    checks = {check["name"]: check for check in document["checks"]}
    assert list(checks) == CHECKS
    for check in checks.values():
        assert check.keys() == {"name", "status", "message", "advice", "details"}
        assert check["message"]
    return done.exit_code, checks


MODELS = ("model", "embedding_model", "claude_model", "gemini_model")
CHECKS = [
    *("versions", "extras", "base_url", "proxy", "connection", "tls", "clock", "key", "catalogue"),
    *("chat", "stream", "tool_call", "embedding", "claude", "gemini"),
]
"""The names of all checks: none is ever left out."""
