"""JSON that is not all there yet: what can be read of it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.utils.json import parse_partial_json

from langchain_cometapi._structured.partial_json import parse_partial

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
    assert parse_partial(text) == value


@given(_JSON.map(lambda value: {"a": value, "b": [value]}), st.integers(0))
def test_prefix_of_json_gives_what_core_reads_of_it(value: Any, length: int) -> None:
    text = json.dumps(value, ensure_ascii=length % 2 == 0)
    prefix = text[: length % len(text)]
    assert parse_partial(text) == value
    # Core reads a number that has only begun, and no string whose last escape has.
    if prefix and prefix[-1] not in "-0123456789" and "\\" not in prefix[-6:]:
        assert parse_partial(prefix) == parse_partial_json(prefix)


@pytest.mark.parametrize("text", ['{"a": "b" "' + "c" * 100_000, "[" * 100_000, '{"a": ' * 50_000])
def test_long_text_that_is_no_json_gives_nothing(text: str) -> None:
    assert parse_partial(text) in (None, {})
