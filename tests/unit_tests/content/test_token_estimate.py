"""Estimates of tokens: near the true counts in every script, and fast."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from langchain_cometapi._content.token_estimate import estimate_tokens
from langchain_cometapi._vendors.token_weights import WEIGHTS
from scripts.token_error import (
    COLUMNS,
    END,
    PAGE,
    START,
    get_error,
    read_counts,
    read_texts,
    render,
)

if TYPE_CHECKING:
    from langchain_cometapi._vendors.base import Tokenizer

COUNTS = read_counts()
TEXTS = read_texts()
MAX_ERROR, MAX_MEAN_ERROR = 0.22, 0.07


@pytest.mark.parametrize("name", TEXTS)
@pytest.mark.parametrize("tokenizer", COLUMNS)
def test_estimate_is_near_the_true_count(tokenizer: Tokenizer | None, name: str) -> None:
    assert abs(get_error(TEXTS[name], name, tokenizer, COUNTS)) <= MAX_ERROR


@pytest.mark.parametrize("tokenizer", COLUMNS)
def test_estimates_are_near_on_average(tokenizer: Tokenizer | None) -> None:
    errors = [abs(get_error(text, name, tokenizer, COUNTS)) for name, text in TEXTS.items()]
    assert sum(errors) / len(errors) <= MAX_MEAN_ERROR


def test_page_states_the_error_that_is_measured() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert page.partition(START)[2].partition(END)[0] == render(COUNTS)
    assert f"{MAX_ERROR:.0%}" in page


def test_every_tokenizer_of_a_row_is_measured() -> None:
    assert set(WEIGHTS) == set(COLUMNS)
    assert set(COUNTS) == set(WEIGHTS) - {None}


@pytest.mark.parametrize("tokenizer", WEIGHTS)
@pytest.mark.parametrize(
    "text",
    ["a", " ", "\n", "?", "\x00", "\x7f", "é", "?é", "\ud800", "\udc00x", "\ufffe", "\U0010ffff"],
)
def test_text_of_any_character_takes_a_token(tokenizer: Tokenizer | None, text: str) -> None:
    assert estimate_tokens("", WEIGHTS[tokenizer]) == 0
    assert 1 <= estimate_tokens(text, WEIGHTS[tokenizer]) <= 6


# As counted by the vocabularies of o200k, cl100k, DeepSeek and Qwen; DeepSeek's packs 8 tabs.
@pytest.mark.parametrize("tokenizer", WEIGHTS)
@pytest.mark.parametrize(
    ("blanks", "tokens"), [(" " * 128, 1), ("\t" * 16, 1), ("\n" * 16, 1), (" \n" * 8, 4)]
)
def test_long_run_of_blanks_takes_at_least_what_it_does(
    tokenizer: Tokenizer | None, blanks: str, tokens: int
) -> None:
    if tokenizer == "deepseek" and "\t" in blanks:
        tokens *= 2
    assert estimate_tokens(blanks * 5_000, WEIGHTS[tokenizer]) >= 5_000 * tokens
    assert estimate_tokens(f"x{blanks * 5_000}é", WEIGHTS[tokenizer]) >= 5_000 * tokens


@pytest.mark.parametrize("text", [*TEXTS.values(), "What?! Why? ", "Où ? Là ! ", " " * 160])
def test_long_text_takes_what_its_parts_take(text: str) -> None:
    one, ten = (estimate_tokens(text * n, WEIGHTS["o200k"]) for n in (1, 10))
    assert abs(ten - 10 * one) <= 10 + 0.02 * ten
