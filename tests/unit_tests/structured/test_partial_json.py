"""JSON that is not all there yet: what can be read of it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.utils.json import parse_partial_json

from langchain_cometapi._structured import partial_json
from langchain_cometapi._structured.partial_json import PartialReader

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda values: st.lists(values) | st.dictionaries(st.text(), values),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("", None),
        ("{", {}),
        ('{"na', {}),
        ('{"name": ', {}),
        ('{"name": "Os', {"name": "Os"}),
        ('{"name": "Os\\', {"name": "Os"}),
        ('{"name": "Os\\u00e', {"name": "Os"}),
        ('{"name": "a, {b", "x": tr', {"name": "a, {b"}),
        ('{"a": [1, 2], "b": [3, {"c": [4', {"a": [1, 2], "b": [3, {"c": [4]}]}),
        ('{"a": [{"b": 1}], "c"', {"a": [{"b": 1}]}),
        ('{"a": 1}', {"a": 1}),
        ('```json\n{"a": [1,', {"a": [1]}),
        ('```\n{"a": 1}\n```\nAnd', {"a": 1}),
        ("[[], ", [[]]),
        ("Oslo is nice", None),
        ('{"a": 1} and {"b": 2}', None),
    ],
)
def test_text_gives_the_value_so_far(text: str, value: Any) -> None:
    assert PartialReader().read(text) == value


@given(_JSON.map(lambda value: {"a": value, "b": [value]}), st.integers(0))
def test_prefix_of_json_gives_what_core_reads_of_it(value: Any, length: int) -> None:
    text = json.dumps(value, ensure_ascii=length % 2 == 0)
    prefix = text[: length % len(text)]
    assert PartialReader().read(text) == value
    # Core reads a number that has only begun, and no string whose last escape has.
    if prefix and prefix[-1] not in "-0123456789" and "\\" not in prefix[-6:]:
        assert PartialReader().read(prefix) == parse_partial_json(prefix)


@given(
    _JSON.map(lambda value: {"a": value, "b": [value]}),
    st.lists(st.integers(1, 7), min_size=1),
    st.sampled_from(["", "```json\n", "```\n"]),
)
def test_growing_text_gives_what_each_part_of_it_gives(
    value: Any, lengths: list[int], fence: str
) -> None:
    text = f"{fence}{json.dumps(value, ensure_ascii=len(lengths) % 2 == 0)}{fence and '```'} x"
    reader, end = PartialReader(), 0
    while end < len(text):
        for length in lengths:
            end += length
            assert reader.read(text[:end]) == PartialReader().read(text[:end])


def test_growing_text_that_begins_anew_gives_its_own_value() -> None:
    reader = PartialReader()
    assert reader.read('{"draft": [1, ') == {"draft": [1]}
    assert reader.read('{"a": "b') == {"a": "b"}


def test_growing_text_is_looked_through_once(monkeypatch: pytest.MonkeyPatch) -> None:
    text = json.dumps({"items": ["abcdef"] * 100})
    found: list[str] = []

    class Pattern:
        def finditer(self, text: str, position: int = 0) -> Iterator[re.Match[str]]:
            for token in token_pattern.finditer(text, position):
                found.append(token[0])
                yield token

    token_pattern = partial_json._TOKEN
    monkeypatch.setattr(partial_json, "_TOKEN", Pattern())
    reader = PartialReader()
    for end in range(4, len(text) + 4, 4):
        value = reader.read(text[:end])
    assert value == {"items": ["abcdef"] * 100}
    assert len([one for one in found if one in ("[", ",", "]")]) == 101


@pytest.mark.parametrize("text", ['{"a": "b" "' + "c" * 100_000, "[" * 100_000, '{"a": ' * 50_000])
def test_long_text_that_is_no_json_gives_nothing(text: str) -> None:
    assert PartialReader().read(text) in (None, {})
