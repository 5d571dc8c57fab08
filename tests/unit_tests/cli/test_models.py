"""`models`: the catalogue as a table, as lines, as paragraphs and as JSON."""

from __future__ import annotations

import json
import re
from dataclasses import fields
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

import pytest
from rich.console import Console
from rich.text import Text

from langchain_cometapi import catalog
from langchain_cometapi._cli import models as command
from langchain_cometapi.catalog import ModelCard
from tests.unit_tests.cli.runner import run

if TYPE_CHECKING:
    from collections.abc import Callable

READ_AT = datetime(2026, 11, 26, 6, 30, tzinfo=UTC)
CARDS = [
    ModelCard(
        "claude-opus-5-5",
        provider="Anthropic",
        type="text",
        endpoints=("chat", "messages"),
        context_tokens=1_000_000,
        max_output_tokens=128_000,
        input_price=5.0,
        output_price=25.0,
        source="live",
        read_at=READ_AT,
    ),
    ModelCard(
        "gpt-4o-2024-05-13-with-a-name-that-is-long",
        type="text",
        retired=True,
        retired_on=date(2026, 10, 1),
        replacement="gpt-5.4-mini",
        source="live",
        read_at=READ_AT,
    ),
    ModelCard(
        "sora-3",
        type="video",
        endpoints=("videos",),
        second_price=0.1,
        context_tokens=8191,
        input_price=0.00125,
    ),
    ModelCard("flux-\x1b[31m2", type="image", request_price=0.04, source="cache"),
]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What the catalogue is asked for; it has the cards above."""
    calls: list[dict[str, Any]] = []

    def list_models(**options: Any) -> list[ModelCard]:
        calls.append(options)
        return CARDS

    monkeypatch.setattr(catalog, "list_models", list_models)
    return calls


@pytest.fixture
def show(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], str]:
    """Print the cards on a terminal of so many columns, and return what is on it."""

    def show(width: int) -> str:
        console = Console(
            force_terminal=True, width=width, record=True, color_system="standard", markup=False
        )
        monkeypatch.setattr(command, "is_terminal", lambda _: True)
        monkeypatch.setattr(command, "create_console", lambda **_: console)
        with console.capture() as capture:
            command._print(console, CARDS)
        return capture.get()

    return show


@pytest.mark.usefixtures("asked")
def test_pipe_gets_a_whole_line_for_each_model() -> None:
    done = run("models")
    lines = done.stdout.splitlines()
    assert [re.split(" {2,}", line) for line in lines] == [
        ["model", "type", "context", "output", "$in", "$out", "routes", "note"],
        ["claude-opus-5-5", "text", "1M", "128K", "5", "25", "chat,messages"],
        [CARDS[1].id, "text", *"-----", "retired 2026-10-01, use gpt-5.4-mini"],
        ["sora-3", "video", "8191", "-", "0.00125", "-", "videos", "$0.1 a second"],
        ["flux-\\x1b[31m2", "image", *"-----", "$0.04 a request"],
    ]
    assert [line.index(" $0.") for line in lines[3:]] == [lines[0].index(" note")] * 2
    assert done.stderr == (
        "4 models; the catalogue of 2026-11-26 06:30 UTC, the snapshot in this package, a copy of "
        "the catalogue; prices in USD for a million tokens\n"
    )


@pytest.mark.parametrize("width", [40, 80, 200])
def test_terminal_of_any_width_shows_all_of_it(show: Callable[[int], str], width: int) -> None:
    shown = show(width)
    plain = Text.from_ansi(shown).plain
    assert max(len(line) for line in plain.splitlines()[:-2]) <= width
    squeezed = re.sub(r"\s", "", plain)
    for text in ("claude-opus-5-5", "1M", "128K", "$0.1 a second", "use gpt-5.4-mini", "06:30"):
        assert re.sub(r"\s", "", text) in squeezed
    assert "…" not in plain


@pytest.mark.parametrize("width", [30, 140])
def test_retired_model_is_struck_through_on_a_terminal(
    show: Callable[[int], str], width: int
) -> None:
    text = Text.from_ansi(show(width))
    struck = [text.plain[s.start : s.end].strip() for s in text.spans if "strike" in str(s.style)]
    assert "".join(struck) == CARDS[1].id
    assert "\x1b[31m2" not in text.plain


def test_options_are_passed_on(asked: list[dict[str, Any]]) -> None:
    options = ["--type", "text", "--endpoint", "chat", "--provider", "x", "--refresh"]
    run("models", *options, "--base-url", "http://localhost:1")
    assert asked == [
        {
            "type": "text",
            "endpoint": "chat",
            "provider": "x",
            "refresh": True,
            "base_url": "http://localhost:1",
        }
    ]


@pytest.mark.usefixtures("asked")
def test_json_has_every_field_of_each_card() -> None:
    found = json.loads(run("models", "--json", "OPUS").stdout)
    assert [card["id"] for card in found] == ["claude-opus-5-5"]
    assert found[0].keys() == {field.name for field in fields(ModelCard)}
    assert found[0]["read_at"] == "2026-11-26T06:30:00+00:00"
    assert found[0]["endpoints"] == ["chat", "messages"]
    assert found[0]["request_price"] is None
    retired = json.loads(run("models", "--json", "gpt-4o").stdout)
    assert retired[0]["retired_on"] == "2026-10-01"


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize("options", [[], ["--json"]], ids=["text", "json"])
def test_no_match_names_the_nearest_ids(options: list[str]) -> None:
    done = run("models", "claude-opos-5.5", *options)
    assert (done.exit_code, done.stdout) == (1, "")
    assert "No model has `claude-opos-5.5` in its id." in done.stderr
    assert "`claude-opus-5-5`" in done.stderr
    assert run("models", "claude-opus-5-5").exit_code == 0


def test_no_match_of_the_options_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalog, "list_models", lambda **_: [])
    done = run("models", "--type", "poem")
    assert (done.exit_code, done.stdout) == (1, "")
    assert "Leave some of them out" in done.stderr


def test_snapshot_answers_without_a_network(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMETAPI_CATALOG", "off")
    done = run("models", "gpt-5.4-mini")
    assert done.exit_code == 0
    assert done.stdout.splitlines()[1].startswith("gpt-5.4-mini ")
    assert "the snapshot in this package of 2026-" in done.stderr


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (None, "-"),
        (8191, "8191"),
        (200_000, "200K"),
        (1_048_576, "1048576"),
        (1_000_000, "1M"),
        (1_050_000, "1050K"),
        (1_500_000, "1.5M"),
    ],
)
def test_count_is_short_only_where_it_stays_exact(number: int | None, text: str) -> None:
    assert command._format_count(number) == text
