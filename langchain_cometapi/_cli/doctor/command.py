"""`doctor`: the command, and the order of its checks."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from langchain_cometapi._cli.doctor.check import Check, Models
from langchain_cometapi._cli.doctor.report import Report
from langchain_cometapi._cli.options import (
    Service,
    base_url_option,
    check_seconds,
    emulator_option,
    json_option,
    open_service,
)
from langchain_cometapi._cli.output import dump_json
from langchain_cometapi._version import __version__

if TYPE_CHECKING:
    from collections.abc import Iterator

_MODEL = "gpt-5.4-mini"
"""Cheap, quick, on the chat route and with tools."""
_EMBEDDING_MODEL = "text-embedding-3-small"
# Announced for these routes: CometAPI's discussions 147 and 137, 2026.
_CLAUDE_MODEL = "claude-haiku-5-5"
_GEMINI_MODEL = "gemini-3.8-flash"
_SECONDS = 60.0
_CALLS = ("chat", "stream", "tool_call", "embedding", "claude", "gemini")


@click.command()
@click.option("--model", default=_MODEL, show_default=True, metavar="ID", help="The chat model.")
@click.option(
    "--embedding-model",
    default=_EMBEDDING_MODEL,
    show_default=True,
    metavar="ID",
    help="The embedding model.",
)
@click.option(
    "--claude-model",
    default=_CLAUDE_MODEL,
    show_default=True,
    metavar="ID",
    help="The model of the native Claude route, with the extra `anthropic`.",
)
@click.option(
    "--gemini-model",
    default=_GEMINI_MODEL,
    show_default=True,
    metavar="ID",
    help="The model of the native Gemini route, with the extra `google`.",
)
@click.option(
    "--timeout",
    type=float,
    callback=check_seconds,
    metavar="SECONDS",
    default=_SECONDS,
    show_default=True,
    help="Seconds that each check may take.",
)
@base_url_option
@emulator_option
@json_option
def doctor(
    model: str,
    embedding_model: str,
    claude_model: str,
    gemini_model: str,
    *,
    timeout: float,
    base_url: str | None,
    emulator: bool,
    as_json: bool,
) -> None:
    """Check all that stands between this machine and a model's answer.

    Versions, extras, base URL, proxy, TLS, clock, key and catalogue, then a chat, a stream, a tool
    call, an embedding, and what the extras can call on the native routes of Claude and Gemini.
    These are billed: a fraction of a cent. What fails says what to do. The exit code is 1 if a
    check failed.
    """
    models = Models(model, embedding_model, claude_model, gemini_model)
    done: list[Check] = []
    report = None if as_json else Report()
    with open_service(base_url, emulator=emulator) as service:
        for found in _run(service, models, timeout):
            check = found.in_words_of_options()
            done.append(check)
            if report is not None:
                report.print(check)
    has_failed = any(check.status == "failed" for check in done)
    if report is not None:
        report.print_end(done)
    else:
        document: dict[str, Any] = {
            "ok": not has_failed,
            "version": __version__,
            "emulator": emulator,
            **asdict(models),
            "checks": [check.as_dict() for check in done],
        }
        click.echo(dump_json(document))
    if has_failed:
        raise click.exceptions.Exit(1)


def _run(service: Service, models: Models, timeout: float) -> Iterator[Check]:
    """Yield the checks, each after it was made; one that cannot be made is skipped."""
    from langchain_cometapi._cli.doctor.calls import Calls
    from langchain_cometapi._cli.doctor.catalogue import check_catalogue
    from langchain_cometapi._cli.doctor.local import (
        check_base_url,
        check_key,
        check_versions,
        find_key,
    )
    from langchain_cometapi._cli.doctor.native import check_extras
    from langchain_cometapi._cli.doctor.network import probe_host, refuse_key

    yield check_versions()
    yield check_extras()
    located, url = check_base_url(service)
    yield located
    key_check = check_key(service)
    if url is None:
        yield from _skip(("proxy", "connection", "tls", "clock"), "there is no base URL")
        yield key_check
        yield from _skip(("catalogue", *_CALLS), "there is no base URL")
        return
    probe = probe_host(url, find_key(service), timeout)
    yield from probe.checks()
    has_key = key_check.status != "failed"
    if has_key and probe.is_key_refused:
        key_check = refuse_key(probe, key_check.details["origin"])
    yield key_check
    if probe.cause is not None:
        yield from _skip(("catalogue", *_CALLS), "the host cannot be reached")
        return
    yield check_catalogue(url)
    if not has_key:
        yield from _skip(_CALLS, "there is no key")
        return
    accepted = True if probe.is_key_accepted else False if probe.is_key_refused else None
    yield from Calls(service, models, timeout, accepted).checks()


def _skip(names: tuple[str, ...], reason: str) -> Iterator[Check]:
    for name in names:
        yield Check(name, "skipped", reason)
