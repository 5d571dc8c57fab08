"""Values survive the way to a vendor's dialect and back, and wrong ones are refused."""

from __future__ import annotations

import pickle
from typing import Any

import jsonschema
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from langchain_cometapi._schemas.rewriting import Rewritten, rewrite_for
from langchain_cometapi._schemas.sources import read_schema
from langchain_cometapi._vendors.registry import get_vendor
from langchain_cometapi.exceptions import CometAPIUnsentRequestError
from tests.support.openai_strict import find_violations
from tests.support.schema_encoding import encode, fits
from tests.support.schema_instances import SCHEMAS, instances
from tests.support.schemas_catalog import CATALOG, NamedSchema

# A model id, and whether its schemas go with `strict`.
DIALECTS = (
    ("gpt-5.4-mini", True),
    ("gpt-5.4-mini", False),
    ("gemini-3.8-flash", False),
    ("kimi-k3", False),
    ("kimi-k3", True),
    ("grok-4.5", False),
    ("grok-4.5", True),
    ("claude-sonnet-5-5", False),
    ("deepseek-v4-pro", True),
)

# What a dialect without `prefixItems` leaves of a tuple, if it has to stay an array.
TUPLE_LOSSES = {
    "one schema for all items of a tuple",
    "`minItems` in the description",
    "`maxItems` in the description",
}


def rewrite(schema: dict[str, Any], dialect: tuple[str, bool]) -> Rewritten:
    model, strict = dialect
    return rewrite_for(get_vendor(model), schema, "format", strict=strict)


def is_valid(value: Any, schema: dict[str, Any]) -> bool:
    return bool(jsonschema.Draft202012Validator(schema).is_valid(value))


def normalize(value: Any) -> Any:
    """Return a value without properties that are null: those are absent, as far as it can be."""
    if isinstance(value, list):
        return [normalize(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {name: normalize(item) for name, item in value.items() if item is not None}


@pytest.mark.parametrize("dialect", DIALECTS)
@given(data=st.data())
@settings(max_examples=30)
def test_value_that_fits_what_is_sent_fits_the_own_schema(
    dialect: tuple[str, bool], data: st.DataObject
) -> None:
    schema = data.draw(SCHEMAS)
    rewritten = rewrite(schema, dialect)
    if rewritten.fits and dialect[1]:
        assert find_violations(rewritten.schema) == []
    value = data.draw(instances(rewritten.schema))
    assume(fits(value, rewritten.schema, rewritten.schema))
    decoded = rewritten.decode(value)
    assert is_valid(decoded, schema), (rewritten.schema, value, decoded)


@pytest.mark.parametrize("dialect", DIALECTS)
@given(data=st.data())
@settings(max_examples=30)
def test_value_of_the_own_schema_comes_back(dialect: tuple[str, bool], data: st.DataObject) -> None:
    schema = data.draw(SCHEMAS)
    value = data.draw(instances(schema))
    assume(is_valid(value, schema))
    rewritten = rewrite(schema, dialect)
    try:
        sent = encode(value, rewritten)
    except LookupError:
        assume("recursion to a limited depth" not in rewritten.changes)
        raise
    assume(fits(sent, rewritten.schema, rewritten.schema))
    assert normalize(rewritten.decode(sent)) == normalize(value)


@pytest.mark.parametrize("dialect", DIALECTS)
@given(data=st.data())
@settings(max_examples=20)
def test_value_of_another_form_is_left_alone(
    dialect: tuple[str, bool], data: st.DataObject
) -> None:
    schema, other = data.draw(SCHEMAS), data.draw(SCHEMAS)
    rewritten = rewrite(schema, dialect)
    value = data.draw(instances(other))
    for partial in (True, False):
        rewritten.decode(value, partial=partial)  # nothing is raised


@pytest.mark.parametrize("dialect", DIALECTS)
@given(data=st.data())
@settings(max_examples=20)
def test_schema_whose_values_keep_their_form_needs_no_way_back(
    dialect: tuple[str, bool], data: st.DataObject
) -> None:
    drawn = data.draw(SCHEMAS)
    schema = {"type": "object", "properties": {"x": drawn}, "$defs": drawn.pop("$defs")}
    model, strict = dialect
    try:
        rewritten = rewrite_for(get_vendor(model), schema, "format", strict=strict, lossless=True)
    except CometAPIUnsentRequestError:  # a dict of any keys
        assert model.startswith("claude")
        return
    value = data.draw(instances(rewritten.schema))
    assert rewritten.decode(value) is value
    if strict and rewritten.fits and TUPLE_LOSSES.isdisjoint(rewritten.changes):
        assume(fits(value, rewritten.schema, rewritten.schema))
        assert is_valid(value, schema)


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("named", CATALOG, ids=lambda named: named.name)
def test_values_of_the_catalogue_survive_and_wrong_ones_are_refused(
    named: NamedSchema, dialect: tuple[str, bool]
) -> None:
    rewritten = pickle.loads(pickle.dumps(rewrite(read_schema(named.schema).schema, dialect)))  # noqa: S301 - our own
    for value in named.valid:
        sent = encode(value, rewritten)
        assert fits(sent, rewritten.schema, rewritten.schema)
        assert normalize(named.load(rewritten.decode(sent))) == normalize(named.load(value))
    for value in named.wrong:
        decoded = rewritten.decode(value)
        if decoded == value:  # `[]` may say an empty dict
            assert not named.accepts(value)
