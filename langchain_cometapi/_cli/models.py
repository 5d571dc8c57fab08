"""`models`: what CometAPI serves, as a table."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

import click
from rich.cells import cell_len, set_cell_size
from rich.padding import Padding
from rich.text import Text

from langchain_cometapi._cli.options import base_url_option, json_option
from langchain_cometapi._cli.output import (
    create_console,
    dump_json,
    is_terminal,
    make_printable,
    print_text,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from rich.console import Console

    from langchain_cometapi.catalog import ModelCard

_COLUMNS = ("model", "type", "context", "output", "$in", "$out", "routes", "note")
_NUMBERS = frozenset({"context", "output", "$in", "$out"})
_GAP = "  "
_UNKNOWN = "-"


@click.command()
@click.argument("text", metavar="[FILTER]", default="")
@click.option("--type", "type_", metavar="TYPE", help="Such as text, image, video, embedding.")
@click.option(
    "--endpoint",
    metavar="ENDPOINT",
    help="Such as chat, responses, messages, generate_content, embeddings.",
)
@click.option("--provider", metavar="NAME", help="Such as openai or anthropic.")
@click.option("--refresh", is_flag=True, help="Read the catalogue again, also within an hour.")
@base_url_option
@json_option
def models(
    text: str,
    *,
    type_: str | None,
    endpoint: str | None,
    provider: str | None,
    refresh: bool,
    base_url: str | None,
    as_json: bool,
) -> None:
    """List models, or those alone whose id has FILTER in it.

    Prices are in USD for a million tokens. A listed model may not answer, and one that is not
    listed may.
    """
    from langchain_cometapi.catalog import list_models

    cards = list_models(
        type=type_, endpoint=endpoint, provider=provider, refresh=refresh, base_url=base_url
    )
    found = [card for card in cards if text.lower() in card.id.lower()]
    if not found:
        raise click.ClickException(_describe_nothing(text, cards))
    if as_json:
        click.echo(dump_json([asdict(card) for card in found]))
    else:
        _print(create_console(), found)


def _describe_nothing(text: str, cards: Sequence[ModelCard]) -> str:
    """Return why nothing was found, and what comes near."""
    from langchain_cometapi._catalog.advice import describe_unknown

    if not cards:
        return "No model is of this type, endpoint and provider. Leave some of them out."
    advice = describe_unknown(text, cards=cards) or "Leave the filter out to see all of them."
    return make_printable(f"No model has `{text}` in its id. {advice}")


def _print(console: Console, cards: Sequence[ModelCard]) -> None:
    rows = [list(_COLUMNS), *(_cells(card) for card in cards)]
    styles = ["bold", *("strike dim" if card.retired else "cyan" for card in cards)]
    widths = [max(cell_len(row[n]) for row in rows) for n in range(len(_COLUMNS))]
    is_seen = is_terminal(sys.stdout)
    if is_seen and sum(widths) + len(_GAP) * (len(widths) - 1) > console.width:
        _print_paragraphs(console, rows[1:], styles[1:])
    else:
        _print_table(console, rows, styles, widths)
    footer = create_console(stderr=not is_seen)
    print_text(footer, Text(_describe_source(cards), style="dim"))


def _print_table(
    console: Console, rows: Sequence[list[str]], styles: Sequence[str], widths: Sequence[int]
) -> None:
    """Print a line for each model, with columns that `cut` and `awk` can tell apart, too."""
    for style, row in zip(styles, rows, strict=True):
        model, *cells = (
            cell.rjust(width) if name in _NUMBERS else set_cell_size(cell, width)
            for name, cell, width in zip(_COLUMNS, row, widths, strict=True)
        )
        rest = _GAP.join(["", *cells]).rstrip()
        gap = len(model) - len(model.rstrip())
        print_text(console, Text.assemble((model.rstrip(), style), " " * gap, rest))


def _print_paragraphs(console: Console, rows: Sequence[list[str]], styles: Sequence[str]) -> None:
    """Print two lines or more for each model, where a table does not fit."""
    for style, (model, *cells) in zip(styles, rows, strict=True):
        known = zip(_COLUMNS[1:], cells, strict=True)
        rest = ", ".join(
            f"{name} {cell}" if name in _NUMBERS else cell
            for name, cell in known
            if cell not in {"", _UNKNOWN}
        )
        console.print(Text(model, style=style), overflow="fold")
        console.print(Padding(Text(rest, overflow="fold"), (0, 0, 0, 2)))


def _cells(card: ModelCard) -> list[str]:
    cells = [
        card.id,
        card.type or _UNKNOWN,
        _format_count(card.context_tokens),
        _format_count(card.max_output_tokens),
        _format_price(card.input_price),
        _format_price(card.output_price),
        ",".join(card.endpoints) or _UNKNOWN,
        _describe_state(card),
    ]
    return [make_printable(cell) for cell in cells]


def _describe_state(card: ModelCard) -> str:
    """Return what else a user should know of a model."""
    notes = []
    if card.retired:
        on = f" {card.retired_on}" if card.retired_on else ""
        instead = f", use {card.replacement}" if card.replacement else ""
        notes.append(f"retired{on}{instead}")
    if card.request_price is not None:
        notes.append(f"${card.request_price:g} a request")
    if card.second_price is not None:
        notes.append(f"${card.second_price:g} a second")
    return "; ".join(notes)


def _format_count(number: int | None) -> str:
    """Return a number of tokens, such as `200K` or `1M`; exact if it is no round number."""
    if number is None:
        return _UNKNOWN
    for unit, letter in ((1_000_000, "M"), (1_000, "K")):
        if number >= unit and number % (unit // 10) == 0:
            return f"{number / unit:g}{letter}"
    return str(number)


def _format_price(price: float | None) -> str:
    return _UNKNOWN if price is None else f"{price:.10g}"


def _describe_source(cards: Sequence[ModelCard]) -> str:
    """Return where the cards are from, and when they were read."""
    dates: dict[str, datetime | None] = {}
    for card in cards:
        known = [at for at in (card.read_at, dates.get(card.source)) if at is not None]
        dates[card.source] = max(known, default=None)
    sources = ", ".join(
        f"{_SOURCES.get(source, source)}{_describe_date(source, at)}"
        for source, at in dates.items()
    )
    models = "1 model" if len(cards) == 1 else f"{len(cards)} models"
    return f"{models}; {sources}; prices in USD for a million tokens"


def _describe_date(source: str, at: datetime | None) -> str:
    if at is None:
        return ""
    return f" of {at:%Y-%m-%d}" if source == "snapshot" else f" of {at:%Y-%m-%d %H:%M} UTC"


_SOURCES = {
    "live": "the catalogue",
    "cache": "a copy of the catalogue",
    "snapshot": "the snapshot in this package",
    "v1/models": "the list of the key's models",
    "retirements": "the list of retired models in this package",
}
