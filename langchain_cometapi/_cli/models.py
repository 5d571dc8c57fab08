"""`models`: what CometAPI serves, as a table."""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click
from rich.table import Table
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

    from rich.console import Console

    from langchain_cometapi.catalog import ModelCard

_COLUMNS = ("model", "type", "context", "output", "$ in", "$ out", "routes", "note")
_COLUMNS_OF_LINES = [name.replace(" ", "_") for name in _COLUMNS]
_NUMBERS = frozenset({"context", "output", "$ in", "$ out"})
_UNKNOWN = "-"
_WIDE_ENOUGH = 100
"""Columns of a terminal from which on a table needs no line breaks in its cells."""


@click.command()
@click.argument("text", metavar="[FILTER]", default="")
@click.option("--type", "type_", metavar="TYPE", help="Such as text, image, video, embedding.")
@click.option(
    "--endpoint", metavar="ENDPOINT", help="Such as chat, responses, messages, embeddings."
)
@click.option("--provider", metavar="NAME", help="Such as openai or anthropic.")
@click.option("--refresh", is_flag=True, help="Read the catalogue anew, also within an hour.")
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
    if not is_terminal(sys.stdout):
        _print_lines(console, cards)
    elif console.width < _WIDE_ENOUGH:
        _print_paragraphs(console, cards)
    else:
        _print_table(console, cards)
    footer = create_console(stderr=not is_terminal(sys.stdout))
    print_text(footer, Text(_describe_source(cards), style="dim"))


def _print_table(console: Console, cards: Sequence[ModelCard]) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in _COLUMNS:
        right = name in _NUMBERS
        table.add_column(name, justify="right" if right else "left", no_wrap=right, overflow="fold")
    for card in cards:
        model, *cells = _cells(card)
        table.add_row(Text(model, style=_style(card)), *map(Text, cells))
    console.print(table)


def _print_paragraphs(console: Console, cards: Sequence[ModelCard]) -> None:
    """Print two lines for each model, where a table does not fit."""
    for card in cards:
        model, *cells = _cells(card)
        known = zip(_COLUMNS[1:], cells, strict=True)
        rest = "  ".join(
            cell if name in {"type", "routes", "note"} else f"{name} {cell}"
            for name, cell in known
            if cell not in {"", _UNKNOWN}
        )
        console.print(Text(model, style=_style(card)), overflow="fold")
        console.print(Text(f"  {rest}"), overflow="fold")


def _print_lines(console: Console, cards: Sequence[ModelCard]) -> None:
    """Print a whole line for each model, with columns that `cut` and `awk` can tell apart."""
    rows = [_COLUMNS_OF_LINES, *(_cells(card) for card in cards)]
    widths = [max(len(row[n]) for row in rows) for n in range(len(_COLUMNS))]
    for row in rows:
        cells = (
            cell.rjust(width) if name in _NUMBERS else cell.ljust(width)
            for name, cell, width in zip(_COLUMNS, row, widths, strict=True)
        )
        print_text(console, "  ".join(cells).rstrip())


def _style(card: ModelCard) -> str:
    return "strike dim" if card.retired else "cyan"


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
    dates: dict[str, Any] = {}
    for card in cards:
        if card.read_at is not None:
            dates[card.source] = max(card.read_at, dates.get(card.source, card.read_at))
        else:
            dates.setdefault(card.source, None)
    sources = ", ".join(
        f"{_SOURCES.get(source, source)}{'' if at is None else f' of {at:%Y-%m-%d %H:%M} UTC'}"
        for source, at in dates.items()
    )
    models = "1 model" if len(cards) == 1 else f"{len(cards)} models"
    return f"{models}; {sources}; prices in USD for a million tokens"


_SOURCES = {
    "live": "the catalogue",
    "cache": "a copy of the catalogue",
    "snapshot": "the snapshot in this package",
    "v1/models": "the list of the key's models",
    "retirements": "the list of retired models in this package",
}
