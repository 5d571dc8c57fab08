"""`explain`: the request that would be sent, and what the rules of the model changed in it."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import IO, TYPE_CHECKING, Any

import click
from rich.syntax import Syntax
from rich.text import Text

from langchain_cometapi._cli.options import (
    base_url_option,
    create_messages,
    create_model,
    json_option,
    native_option,
    parameter_option,
    read_parameters,
    read_text,
    read_tools,
    system_option,
)
from langchain_cometapi._cli.output import (
    create_console,
    dump_json,
    make_printable,
    print_text,
)

if TYPE_CHECKING:
    from rich.console import Console

    from langchain_cometapi._chat.request.encode import RequestExplanation
    from langchain_cometapi._vendors.base import Vendor

_PLACEHOLDER_KEY = "none-is-needed"
"""No request carries it: this command sends none."""


@click.command()
@click.argument("model")
@click.argument("prompt", default="Hello")
@click.option("--stream", is_flag=True, help="Explain the request of a stream.")
@click.option(
    "--tools",
    type=click.File("rb"),
    metavar="FILE",
    help="A JSON list of tools, as OpenAI or LangChain writes them; - reads the standard input.",
)
@system_option
@parameter_option
@native_option
@base_url_option
@json_option
def explain(
    model: str,
    prompt: str,
    *,
    stream: bool,
    tools: IO[bytes] | None,
    system: str | None,
    parameters: tuple[str, ...],
    native: bool,
    base_url: str | None,
    as_json: bool,
) -> None:
    """Print the request to MODEL, and each rule that changed it. Nothing is sent.

    No key and no network is needed. PROMPT is "Hello" by default; - reads the standard input.
    """
    if prompt == "-" and tools is sys.stdin.buffer:
        msg = "PROMPT and --tools cannot both be read from the standard input."
        raise click.UsageError(msg)
    values = read_parameters(parameters)
    bound = read_tools(tools) if tools is not None else []
    messages = create_messages(read_text(prompt), system)
    connection = {"base_url": base_url, "api_key": _PLACEHOLDER_KEY}
    chat, rest = create_model(model, values, native=native, **connection)
    if bound:
        try:
            binding = chat.bind_tools(bound, tool_choice=rest.pop("tool_choice", None))
        except ValueError as error:
            msg = f"--tools: {error}"
            raise click.UsageError(msg) from None
        request = binding.explain(messages, stream=stream, **rest)
    else:
        request = chat.explain(messages, stream=stream, **rest)
    from langchain_cometapi._vendors.registry import get_vendor

    vendor = get_vendor(model)
    if as_json:
        click.echo(dump_json(_as_dict(request, vendor)))
    else:
        _print(create_console(), request, vendor)


def _as_dict(request: RequestExplanation, vendor: Vendor) -> dict[str, Any]:
    return {
        **asdict(request),
        "rules": {"family": vendor.family, "source": vendor.source or None},
    }


def _print(console: Console, request: RequestExplanation, vendor: Vendor) -> None:
    print_text(console, Text(f"{request.method} {request.url}", style="bold"))
    # The colours of the terminal's own theme, which can be read on a dark one and on a light one.
    syntax = Syntax("", "json", theme="ansi_dark", background_color="default")
    body = syntax.highlight(dump_json(request.body))
    body.rstrip()
    print_text(console, body)
    print_text(console, "")
    if not request.changes:
        print_text(console, "Nothing was changed.")
    for change in request.changes:
        line = Text.assemble(
            (make_printable(change.parameter), "bold"),
            " ",
            (change.action, "yellow"),
            f": {make_printable(change.reason)}",
        )
        print_text(console, line)
    if vendor.source:
        source = f"Rules of the family {vendor.family}, from: {vendor.source}"
    else:
        source = "The model is of no known family: no rule applies, and nothing is changed."
    print_text(console, Text(source, style="dim"))
