"""The commands, and what becomes of their errors."""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import sys
import warnings
from typing import TYPE_CHECKING, Any

import click

from langchain_cometapi._cli.ask import ask
from langchain_cometapi._cli.doctor.command import doctor
from langchain_cometapi._cli.explain import explain
from langchain_cometapi._cli.models import models
from langchain_cometapi._cli.output import INTERRUPTED, make_printable, prepare_streams
from langchain_cometapi._cli.wording import as_command_line
from langchain_cometapi._version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


_NO_SPACE = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO})


class Failure(click.ClickException):
    """An error that the user can do something about: one line, and no traceback."""

    def __init__(self, message: str) -> None:
        """Make the message fit for a line."""
        super().__init__(make_printable(as_command_line(message)))


class WrongParameter(Failure):
    """A value that a parameter does not take."""

    exit_code = 2


class _Commands(click.Group):
    """Turns the errors of this package into lines."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            with _warnings_as_lines():
                return super().invoke(ctx)
        except (click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except KeyboardInterrupt:
            click.echo("\nInterrupted.", err=True)
            raise click.exceptions.Exit(INTERRUPTED) from None
        except Exception as error:
            failure = _describe(error)
            if failure is None:
                raise
            raise failure from None


def _describe(error: Exception) -> Failure | None:
    """Return the line for an error that is expected; `None` for a mistake of this package."""
    from pydantic import ValidationError

    from langchain_cometapi.exceptions import CometAPIError

    if isinstance(error, CometAPIError):
        return Failure(f"{type(error).__name__}: {error}")
    if isinstance(error, ValidationError):
        found = error.errors(include_url=False, include_input=False, include_context=False)
        texts = (
            ": ".join((*map(str, one["loc"]), one["msg"].removeprefix("Value error, ")))
            for one in found
        )
        return WrongParameter("; ".join(texts))
    return None


class _LogLines(logging.Handler):
    """Shows what this package logs as lines."""

    def emit(self, record: logging.LogRecord) -> None:
        _warn(record.getMessage())


@contextlib.contextmanager
def _warnings_as_lines() -> Iterator[None]:
    """Show the warnings that are meant for users as lines, whatever `-W` says."""
    from langchain_cometapi import exceptions as exc

    kinds = (
        exc.CometAPICatalogWarning,
        exc.CometAPIParameterWarning,
        exc.CometAPIRetiredModelWarning,
    )
    handler = _LogLines(logging.WARNING)
    logger = logging.getLogger("langchain_cometapi")
    logger.addHandler(handler)
    try:
        with warnings.catch_warnings():
            for kind in kinds:
                warnings.filterwarnings("always", category=kind)
            warnings.showwarning = lambda message, *_, **__: _warn(str(message))
            yield
    finally:
        logger.removeHandler(handler)


def _warn(message: str) -> None:
    click.echo(f"Warning: {make_printable(as_command_line(message))}", err=True)


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Each command has a --help of its own.",
)
@click.version_option(__version__, message="langchain-cometapi %(version)s")
def app() -> None:
    """Check CometAPI, look models up, and see or send a request.

    The key is read from COMETAPI_KEY, and the base URL from COMETAPI_BASE_URL.
    """


app.add_command(doctor)
app.add_command(models)
app.add_command(explain)
app.add_command(ask)


def run(arguments: Sequence[str] | None = None) -> int:
    """Run a command, and return its exit code.

    Args:
        arguments: Command line arguments; `sys.argv` by default.
    """
    prepare_streams()
    code = 0
    try:
        app.main(args=None if arguments is None else list(arguments))
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    except OSError as error:
        if error.errno not in _NO_SPACE:
            raise
        code = 1
        _report(error)
    return _flush(code)


def _flush(code: int) -> int:
    """Write what is buffered, and return the exit code: Python would report a failure too late."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError as error:
            _discard(stream)
            if code == 0 and not isinstance(error, BrokenPipeError):  # else it has been said
                _report(error)
            code = code or 1
    return code


def _report(error: OSError) -> None:
    with contextlib.suppress(OSError):
        sys.stderr.write(f"Error: The output cannot be written: {error.strerror}.\n")


def _discard(stream: Any) -> None:
    """Send what is still buffered nowhere: Python flushes once more at its end."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
