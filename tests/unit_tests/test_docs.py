"""The generated pages of `docs/` say what is true now."""

from __future__ import annotations

import re

import pytest

from langchain_cometapi import emulator
from scripts import profile_table, structured_output, wire_shapes
from tests.support import fixture_names
from tests.support.wire import FOLDERS

SHAPES = {
    fixture: shape
    for table in wire_shapes.read_tables().values()
    for fixture, shape in table.items()
}
UPDATE = "run `python -m scripts.wire_shapes`"


@pytest.fixture(scope="module")
def page() -> dict[str, str]:
    return wire_shapes.read_rows(wire_shapes.PAGE.read_text(encoding="utf-8"))


def test_every_wire_shape_has_a_row(page: dict[str, str]) -> None:
    bodies = {f"{folder}/{name}" for folder in FOLDERS for name in fixture_names(folder)}
    assert set(SHAPES) == bodies
    assert set(page) == bodies, UPDATE


@pytest.mark.parametrize("fixture", SHAPES)
def test_row_of_a_wire_shape_is_true_now(page: dict[str, str], fixture: str) -> None:
    """Only our own column: what `ChatOpenAI` does depends on its version."""
    assert wire_shapes.ask_cometapi(fixture) == page.get(fixture), UPDATE


def test_tables_of_structured_output_are_true_now() -> None:
    page = structured_output.PAGE.read_text(encoding="utf-8")
    assert structured_output.render() == page, "run `python -m scripts.structured_output`"
    assert structured_output.render_tables() in page


def test_emulator_tables_are_those_of_its_docstring() -> None:
    page = (wire_shapes.ROOT / "docs" / "emulator.md").read_text(encoding="utf-8")
    documented = emulator.__doc__ or ""
    rows = [line for line in documented.splitlines() if line.startswith("|")]
    assert len(rows) > len(emulator.FAULTS)
    assert [row for row in rows if row not in page] == []


def test_table_of_profiles_is_as_they_are_now() -> None:
    page = profile_table.PAGE.read_text(encoding="utf-8")
    assert profile_table.insert_table(page) == page, "run `python -m scripts.profile_table`"


def read_routes() -> tuple[list[str], list[list[str]], dict[str, str]]:
    """Return the routes of the table in `docs/routes.md`, its rows, and the sources below it."""
    page = (wire_shapes.ROOT / "docs" / "routes.md").read_text(encoding="utf-8")
    section = page.partition("\n## What each route can do\n")[2].partition("\n## ")[0]
    table, _, sources = section.partition("\n### Sources\n")
    lines = [line for line in table.splitlines() if line.startswith("|")]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return cells[0][1:], cells[2:], dict(re.findall(r"^\[(\w)\]: (\S+)$", sources, re.MULTILINE))


def test_each_cell_of_the_routes_has_its_source_or_is_unknown() -> None:
    routes, rows, sources = read_routes()
    assert routes == ["chat", "Responses", "Messages", "generateContent"]
    assert len(rows) > 20
    used = set()
    for feature, *cells in rows:
        assert len(cells) == len(routes), feature
        for cell in cells:
            used.update(re.findall(r"\[(\w)\]", cell))
            assert "unknown" in cell or re.search(r"\[\w\]", cell), (feature, cell)
    assert used == set(sources)
