"""`docs/command-line.md` has what its commands print."""

from __future__ import annotations

import re
from importlib.util import find_spec

import click
import pytest

from langchain_cometapi._cli.app import app
from scripts import command_line

PAGE = command_line.PAGE.read_text(encoding="utf-8")


@pytest.mark.timeout(300)  # a dozen processes, each of which imports all of LangChain
@pytest.mark.skipif(command_line.SHELL is None, reason="the examples are for bash")
@pytest.mark.skipif(
    not (find_spec("langchain_anthropic") and find_spec("langchain_google_genai")),
    reason="the page shows the extras of the native routes, which `make test` has",
)
@pytest.mark.slow
def test_page_has_what_its_commands_print() -> None:
    written = command_line.write_page(PAGE)
    assert written == PAGE, "run `python -m scripts.command_line`"


def test_each_block_of_commands_has_its_output() -> None:
    outputs = [example["output"] for example in command_line.EXAMPLE.finditer(PAGE)]
    assert outputs.count(None) == 1  # of the installation
    assert all(output is None or output.strip() for output in outputs)


def test_each_command_and_option_is_on_the_page() -> None:
    for command in app.commands.values():
        _, _, section = PAGE.partition(f"\n## {command.name}\n")
        assert section, command.name
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                assert any(name in PAGE for name in parameter.opts), parameter.opts


def test_defaults_are_those_of_the_command() -> None:
    rows = dict(re.findall(r"^\| `(--[\w-]+)[^|]*\| [^|]* \| ([^|]+) \|$", PAGE, re.MULTILINE))
    defaults = {option.opts[0]: option.default for option in app.commands["doctor"].params}
    for name in ("--model", "--embedding-model", "--claude-model", "--gemini-model"):
        assert rows[name].strip("` ") == defaults[name]
    assert float(rows["--timeout"]) == defaults["--timeout"]
