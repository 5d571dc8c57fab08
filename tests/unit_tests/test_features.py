"""The table of features in the README says what tests prove, and nothing else."""

from __future__ import annotations

import ast
from functools import cache
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from scripts import features

if TYPE_CHECKING:
    from pathlib import Path

ROOT = features.ROOT
TESTS = sorted({test for each in features.FEATURES for test in each.tests})


@cache
def read_tests(path: Path) -> dict[str, list[str]]:
    """Return the tests of a file, with the source of their decorators."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {
        node.name: [ast.unparse(decorator) for decorator in node.decorator_list]
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


def test_tables_are_as_the_list_says() -> None:
    table = features.TABLE.search(features.README.read_text(encoding="utf-8"))
    assert table is not None
    assert table.group() == features.render_table(), "run `python -m scripts.features`"
    assert features.PAGE.read_text(encoding="utf-8") == features.render_page()


@pytest.mark.parametrize("test", TESTS)
def test_proof_of_a_claim_is_a_test_that_always_runs(test: str) -> None:
    path, _, name = test.partition("::")
    decorators = read_tests(ROOT / path).get(name)
    assert decorators is not None, f"{path} has no test {name}"
    for word in ("mark.slow", "mark.skip", "xfail", "mark.interop", "mark.llmock", "mark.ray"):
        # Some cases of a test may be slow, but not all of them.
        assert not [text for text in decorators if text.startswith(f"pytest.{word}")], word


@pytest.mark.parametrize("each", features.FEATURES, ids=lambda each: each.name)
def test_claim_has_a_proof_and_a_page(each: features.Feature) -> None:
    assert each.tests
    assert (ROOT / "docs" / f"{each.page}.md").is_file()


@pytest.mark.parametrize(
    ("cases", "outcomes"),
    [
        ([("tests.a", "test_b[x]", "")], {"passed"}),
        ([("tests.a", "test_b", "failure")], {"failed"}),
        ([("tests.a", "test_b", "skipped")], {"skipped"}),
        ([("tests.a", "test_b[x]", ""), ("tests.a", "test_b[y]", "error")], {"passed", "failed"}),
        ([("tests.c", "test_b", "")], set()),
    ],
)
def test_claim_is_proved_only_if_all_cases_have_passed(
    monkeypatch: pytest.MonkeyPatch, cases: list[tuple[str, str, str]], outcomes: set[str]
) -> None:
    feature = features.Feature("B", "b is so", "chat", ("tests/a.py::test_b",))
    monkeypatch.setattr(features, "FEATURES", [feature])
    report = ET.Element("testsuite")
    for module, name, outcome in cases:
        case = ET.SubElement(report, "testcase", classname=module, name=name)
        if outcome:
            ET.SubElement(case, outcome)
    found = features.read_outcomes(report.iter("testcase"))
    assert found.get("tests/a.py::test_b", set()) == outcomes
    assert bool(features.find_unproved(found)) is (outcomes != {"passed"})
