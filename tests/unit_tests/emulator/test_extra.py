"""The emulator without its extra: it says what to install."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
COMMAND = 'pip install "langchain-cometapi[emulator]"'


def run_without(package: str, code: str) -> subprocess.CompletedProcess[str]:
    """Run code in a Python that lacks a package."""
    blocked = f"import sys; sys.modules[{package!r}] = None; {code}"
    return subprocess.run(
        [sys.executable, "-c", blocked],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env={**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
    )


def test_command_line_without_the_extra_names_the_install_command() -> None:
    code = (
        "import runpy; sys.argv = ['emulator', '--port', '0']; "
        "runpy.run_module('langchain_cometapi.emulator', run_name='__main__')"
    )
    done = run_without("h11", code)
    expected = f"The emulator needs h11, which is not installed: {COMMAND}\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", expected)


@pytest.mark.parametrize("name", ["CometAPIEmulator", "create_app"])
def test_import_without_the_extra_names_the_install_command(name: str) -> None:
    done = run_without("starlette", f"from langchain_cometapi.emulator import {name}")
    assert done.returncode == 1
    assert done.stderr.count("Traceback") == 1
    assert done.stderr.splitlines()[-1].startswith("ModuleNotFoundError: The emulator needs ")
    assert done.stderr.rstrip().endswith(COMMAND)


def test_fixture_without_the_extra_names_the_install_command(tmp_path: Path) -> None:
    plugin = "pytest_plugins = ['langchain_cometapi.emulator.pytest_plugin']"
    (tmp_path / "conftest.py").write_text(plugin)
    (tmp_path / "test_it.py").write_text(
        "def test_it(cometapi_emulator_env): ...\ndef test_other(): ...\n"
    )
    arguments = ["-q", "-p", "no:cacheprovider", "-c", os.devnull, str(tmp_path)]
    code = f"import pytest; sys.exit(pytest.main({arguments}))"
    done = run_without("uvicorn", code)
    assert done.returncode == 1
    assert "1 passed, 1 error" in done.stdout
    assert COMMAND in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_other_missing_modules_are_not_blamed_on_the_extra() -> None:
    done = run_without(
        "langchain_cometapi.emulator._server.body",
        "from langchain_cometapi.emulator import CometAPIEmulator",
    )
    assert COMMAND not in done.stderr
    assert "langchain_cometapi.emulator._server.body" in done.stderr
