"""`docs/differences.md` says what is true now of our classes, and of those of langchain-openai."""

from __future__ import annotations

import pytest

from scripts.differences import page
from scripts.differences.side import DIFFERENCES, PAIRS, Difference, run

TEXT = page.PAGE.read_text(encoding="utf-8")
ROWS = page.read_rows(TEXT)
UPDATE = "run `python -m scripts.differences`"

# What classes of other versions do is not what the page says.
IS_OF_THESE_VERSIONS = page.versions() in TEXT


@pytest.mark.parametrize("difference", DIFFERENCES, ids=lambda difference: difference.what)
def test_row_of_a_difference_is_true_now(difference: Difference) -> None:
    theirs, ours = (run(difference.probe, cls, difference.kind) for cls in PAIRS[difference.kind])
    row = ROWS.get((page.TITLES[difference.kind], difference.what))
    if IS_OF_THESE_VERSIONS:
        assert row == (None if theirs == ours else (theirs, ours)), UPDATE
    elif row is not None:
        assert row[1] == ours


@pytest.mark.parametrize("kind", PAIRS)
def test_arguments_are_those_of_the_classes_now(kind: str) -> None:
    if not IS_OF_THESE_VERSIONS:
        pytest.skip(f"the page is about other versions than {page.versions()}")
    rows = {what: cells for (title, what), cells in ROWS.items() if title == page.TITLES[kind]}
    others = {difference.what for difference in DIFFERENCES if difference.kind == kind}
    arguments = {what: cells for what, cells in rows.items() if what not in others}
    assert arguments == page.compare_arguments(kind), UPDATE


def test_page_has_differences_of_each_class() -> None:
    assert {title for title, _ in ROWS} == set(page.TITLES.values())
    assert len(ROWS) > 80
