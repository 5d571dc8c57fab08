"""Runs the command line in this process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from click.testing import CliRunner

from langchain_cometapi._cli.app import app

if TYPE_CHECKING:
    from collections.abc import Mapping

    from click.testing import Result


def run(
    *arguments: str,
    input: str | bytes | None = None,  # noqa: A002 - as the runner calls it
    env: Mapping[str, str] | None = None,
) -> Result:
    """Run a command; a mistake in it is raised, and no error that a user may see."""
    result = CliRunner().invoke(app, arguments, input=input, env=env)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result
