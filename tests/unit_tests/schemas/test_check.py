"""The check of values agrees with that of `jsonschema`, and says where a value does not fit."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from langchain_cometapi._schemas.check import find_misfit
from tests.support.schemas_catalog import CATALOG, NamedSchema

_SCALARS = st.none() | st.booleans() | st.integers(-3, 3) | st.sampled_from(["", "a", "ab", 1.5])
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3)
    ),
    max_leaves=6,
)
_TYPES = st.sampled_from(["null", "boolean", "integer", "number", "string", "array", "object"])
_SIZES = st.integers(0, 2)


def _extend(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    many = st.lists(inner, min_size=1, max_size=3)
    named = st.dictionaries(st.sampled_from("abc"), inner, max_size=2)
    names = st.lists(st.sampled_from("abc"), max_size=2, unique=True)
    return st.fixed_dictionaries(
        {},
        optional={
            "type": _TYPES | st.lists(_TYPES, min_size=1, max_size=2, unique=True),
            "enum": st.lists(_VALUES, min_size=1, max_size=3),
            "const": _VALUES,
            "properties": named,
            "patternProperties": st.dictionaries(st.sampled_from(["^a", "b$"]), inner, max_size=1),
            "additionalProperties": inner,
            "propertyNames": inner,
            "required": names,
            "dependentRequired": st.dictionaries(st.sampled_from("abc"), names, max_size=1),
            "dependentSchemas": named,
            "minProperties": _SIZES,
            "maxProperties": _SIZES,
            "items": inner,
            "prefixItems": many,
            "contains": inner,
            "minContains": _SIZES,
            "uniqueItems": st.booleans(),
            "minItems": _SIZES,
            "maxItems": _SIZES,
            "minLength": _SIZES,
            "maxLength": _SIZES,
            "pattern": st.sampled_from(["^a", "b$"]),
            "minimum": st.integers(-2, 2),
            "exclusiveMaximum": st.integers(-2, 2),
            "multipleOf": st.sampled_from([1, 2, 0.5]),
            "anyOf": many,
            "oneOf": many,
            "allOf": many,
            "not": inner,
            "if": inner,
            "then": inner,
            "else": inner,
        },
    )


_LEAVES = st.booleans() | st.builds(lambda type_: {"type": type_}, _TYPES)
_SCHEMAS = st.recursive(_LEAVES, _extend, max_leaves=8)


@given(schema=_SCHEMAS, value=_VALUES)
def test_check_agrees_with_jsonschema(schema: Any, value: Any) -> None:
    expected = jsonschema.Draft202012Validator(schema).is_valid(value)
    assert (find_misfit(value, schema) is None) is expected


@pytest.mark.parametrize("named", CATALOG, ids=lambda named: str(named.name))
def test_check_of_a_json_schema_takes_what_is_valid_alone(named: NamedSchema) -> None:
    schema = named.json_schema
    for value in (*named.valid, *named.wrong):
        expected = jsonschema.Draft202012Validator(schema).is_valid(value)
        assert (find_misfit(value, schema) is None) is expected


_NODE: dict[str, Any] = {
    "$ref": "#/$defs/Node",
    "$defs": {
        "Node": {
            "type": "object",
            "properties": {
                "value": {"type": "integer"},
                "next": {"anyOf": [{"$ref": "#/$defs/Node"}, {"type": "null"}]},
            },
            "required": ["value"],
        }
    },
}


@pytest.mark.parametrize(
    ("value", "schema", "words"),
    [
        (
            {"value": 1, "next": {"value": 2, "next": {}}},
            _NODE,
            "`value` is missing at `next.next`",
        ),
        ([1, "a"], {"items": {"type": "integer"}}, '"a" at `1` is not of the type integer'),
        ([1], {"items": [{"type": "string"}]}, "1 at `0` is not of the type string"),
        ({"a": 1}, {"additionalProperties": False}, "`a` is unknown"),
        ([1, 2], {"prefixItems": [{}], "items": False}, "there are more than 1 items"),
        (1, {"type": ["string", "null"]}, "1 is not of the type string or null"),
        ("x", {"enum": ["a", 1]}, '"x" is not one of ["a", 1]'),
        (5, {"maximum": 5, "exclusiveMaximum": True}, "5 is out of range"),
        (0.3, {"multipleOf": 0.2}, "0.3 is no multiple of 0.2"),
    ],
)
def test_misfit_says_what_is_wrong_and_where(value: Any, schema: Any, words: str) -> None:
    assert words in str(find_misfit(value, schema))


@pytest.mark.parametrize(
    ("value", "schema"),
    [
        ("a", {"type": "STRING"}),
        (None, {"type": "string", "nullable": True}),
        ("a", {"pattern": "(?<bad"}),
        ({"a": 1}, {"$ref": "https://example.com/schema"}),
        (1, {"$ref": "#/$defs/A", "$defs": {"A": {"$ref": "#/$defs/A"}}}),
        (0.3, {"multipleOf": 0.1}),
        (10**400, {"multipleOf": 7}),
        ("a", {"type": "any"}),
        (1, {"$ref": "#n", "$defs": {"N": {"$anchor": "n", "type": "integer"}}}),
    ],
)
def test_what_cannot_be_read_refuses_nothing(value: Any, schema: Any) -> None:
    assert find_misfit(value, schema) is None


def test_nested_choices_are_checked_once_each() -> None:
    value: Any = {"value": "wrong"}
    for _ in range(40):
        value = {"value": 1, "next": value}
    assert "no choice fits at `next`" in str(find_misfit(value, _NODE))
