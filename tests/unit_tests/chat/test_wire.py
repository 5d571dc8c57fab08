"""Every shape of a response, and what it must become in each of the four ways of calling."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import FIXTURES
from tests.support.wire import SHAPES, read_expected, read_outcome, shorten

OUTCOME = ("message", "error", "warnings")
CASES = [
    (path, way)
    for path in sorted(SHAPES)
    for way in read_expected(path).get("ways", ("invoke", "ainvoke", "stream", "astream"))
]


@pytest.mark.parametrize(("path", "way"), CASES)
async def test_shape_becomes_what_its_file_expects(path: str, way: str) -> None:
    expected = read_expected(path)
    if way.endswith("stream"):
        expected = expected.get("streamed", expected)
    expected = {name: value for name, value in expected.items() if name in OUTCOME}
    assert shorten(await read_outcome(path, way), expected) == expected


def test_every_expectation_has_its_body() -> None:
    bodies = {Path(path).with_suffix("").as_posix() for path in SHAPES}
    expectations = FIXTURES.glob("*/*.expected.json")
    assert bodies == {
        path.relative_to(FIXTURES).as_posix().removesuffix(".expected.json")
        for path in expectations
    }
    assert len(bodies) == len(SHAPES)
