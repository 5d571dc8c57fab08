"""Values of the gateway that no plain reader survives."""

from __future__ import annotations

import json
from typing import Any

import pytest

from langchain_cometapi._json import (
    MAX_DEPTH,
    load_json,
    load_with_surrogates,
    read_count,
    replace_surrogates,
)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (rb'"a\ud83d\ude00b"', "a😀b"),
        (rb'"a\ud83d"', "a\ufffd"),
        (rb'"\ude00b"', "\ufffdb"),
        (rb'"\ud83d\ud83d\ude00"', "\ufffd😀"),
        (b'"\xed\xa0\xbd\xed\xb8\x80"', "😀"),  # CESU-8, as Java writes it
        (b'"a\xff"', "a\ufffd"),
        (rb'{"k\ud83d": ["\ude00", {"\ud83d": 1}]}', {"k\ufffd": ["\ufffd", {"\ufffd": 1}]}),
        (b'{"n": ' + b"9" * 5000 + b"}", {"n": "9" * 5000}),
    ],
)
def test_json_that_the_fast_parser_refuses_is_read(body: bytes, expected: Any) -> None:
    assert load_json(body) == expected


@pytest.mark.parametrize("depth", [MAX_DEPTH + 10, 900, 1_000, 100_000])
@pytest.mark.parametrize("load", [load_json, load_with_surrogates])
@pytest.mark.parametrize("brackets", [("[", "]"), ('{"a":', "}")], ids=["lists", "objects"])
def test_json_nested_too_deeply_is_no_json(load: Any, depth: int, brackets: Any) -> None:
    first, last = brackets
    with pytest.raises(ValueError, match=r"deep|recursion"):
        load(f"{first * depth}{'1' if first != '[' else ''}{last * depth}")


def test_json_at_the_limit_is_read() -> None:
    for load in (load_json, load_with_surrogates):
        assert load("[" * MAX_DEPTH + "]" * MAX_DEPTH) is not None


@pytest.mark.parametrize(
    ("value", "count"),
    [
        (0, 0),
        (7, 7),
        (7.9, 7),
        (-1, None),
        (-0.5, None),
        (True, None),
        ("7", None),
        (10**400, None),
        (1e300, None),
        (float("nan"), None),
        (float("inf"), None),
        ([], None),
    ],
)
def test_count_is_read_or_unknown(value: Any, count: int | None) -> None:
    assert read_count(value) == count


def test_texts_without_surrogates_stay_as_they_are() -> None:
    value = {"é": ["😀", 1, None, 2.5, {"a": "b"}]}
    assert replace_surrogates(value) == value
    assert json.dumps(replace_surrogates({"\ud83d": ("\ude00",)})).isascii()
