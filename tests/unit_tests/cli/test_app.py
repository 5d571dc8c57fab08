"""The command line as a whole: what it imports, its extra, its help and its exit codes."""

from __future__ import annotations

import subprocess
import sys
import tomllib
import warnings
from importlib import metadata
from pathlib import Path
from typing import Any

import click
import pytest
from packaging.requirements import Requirement

from langchain_cometapi.__main__ import main
from langchain_cometapi._cli import app as module
from langchain_cometapi._cli.app import app
from langchain_cometapi._version import __version__
from tests.unit_tests.cli.runner import run

ROOT = Path(__file__).parents[3]
COMMANDS = ("ask", "doctor", "explain", "models")


def start(code: str) -> subprocess.CompletedProcess[str]:
    """Run code in a Python of its own, in which each warning is an error."""
    command = [sys.executable, "-W", "error", "-c", code]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("package", ["click", "rich"])
@pytest.mark.parametrize("way", ["module", "script"])
def test_missing_extra_is_one_line_that_names_it(package: str, way: str) -> None:
    call = {
        "module": "import runpy; runpy.run_module('langchain_cometapi', run_name='__main__')",
        "script": "from langchain_cometapi.__main__ import main; sys.exit(main())",
    }[way]
    done = start(f"import sys; sys.modules[{package!r}] = None; sys.argv = ['x', 'models']; {call}")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        f"The command line needs {package}, which is not installed: "
        'pip install "langchain-cometapi[cli]"\n'
    )


def test_other_missing_module_is_not_blamed_on_the_extra() -> None:
    blocked = "sys.modules['langchain_cometapi._cli.usage'] = None"
    done = start(f"import sys; {blocked}; from langchain_cometapi.__main__ import main; main()")
    assert "[cli]" not in done.stderr
    assert "langchain_cometapi._cli.usage" in done.stderr


def test_script_is_the_module() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    (script,) = project["scripts"].values()
    point = metadata.EntryPoint("langchain-cometapi", script, "console_scripts")
    assert point.load() is main
    wanted = {Requirement(text).name for text in project["optional-dependencies"]["cli"]}
    assert wanted == {"click", "packaging", "rich"}


def test_help_loads_no_model() -> None:
    done = start(
        "import sys\nfrom langchain_cometapi.__main__ import main\n"
        "code = main(['--help'])\n"
        "print(code, {'openai', 'langchain_core', 'langchain_openai'} & sys.modules.keys())"
    )
    assert done.stdout.splitlines()[-1] == "0 set()"
    assert done.stderr == ""


@pytest.mark.parametrize("arguments", [["--help"], *([name, "-h"] for name in COMMANDS)])
def test_help_is_there_for_each_command(arguments: list[str]) -> None:
    done = run(*arguments)
    assert (done.exit_code, done.stderr) == (0, "")
    assert "Usage: " in done.stdout
    if len(arguments) == 1:
        assert set(COMMANDS) <= set(done.stdout.split())
        assert "..." not in done.stdout.partition("Commands:")[2], "a first sentence is too long"


def test_every_option_has_a_help() -> None:
    assert app.commands.keys() == set(COMMANDS)
    for command in app.commands.values():
        options = [p for p in command.params if isinstance(p, click.Option)]
        assert [o.name for o in options if not o.help] == []


@pytest.mark.parametrize(
    "arguments", [[], ["nope"], ["ask"], ["doctor", "--nope"], ["models", "a", "b"]]
)
def test_wrong_command_line_is_exit_code_2(arguments: list[str]) -> None:
    assert run(*arguments).exit_code == 2


@pytest.mark.parametrize("error", [RuntimeError("a mistake"), DeprecationWarning("a mistake")])
def test_mistake_and_warning_of_a_library_are_not_hidden(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    """Only what this package warns of is meant for users; the rest is for us."""

    def fail(**_: Any) -> None:
        if isinstance(error, Warning):
            warnings.warn(error, stacklevel=1)
        raise error

    monkeypatch.setattr(app.commands["models"], "callback", fail)
    with pytest.raises(type(error), match="a mistake"):
        run("models")


def test_interrupt_is_exit_code_130(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(**_: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(app.commands["models"], "callback", interrupt)
    done = run("models")
    assert (done.exit_code, done.stdout, done.stderr.strip()) == (130, "", "Interrupted.")


def test_exit_code_of_a_run_is_returned(capsys: pytest.CaptureFixture[str]) -> None:
    assert module.run(["--version"]) == 0
    assert capsys.readouterr().out == f"langchain-cometapi {__version__}\n"
    assert module.run(["nope"]) == 2
    assert "No such command" in capsys.readouterr().err
