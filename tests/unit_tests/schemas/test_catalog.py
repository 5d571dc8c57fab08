"""The catalogue of schemas says what it says."""

from __future__ import annotations

import pytest

from tests.support.schemas_catalog import CATALOG, NamedSchema


@pytest.mark.parametrize("named", CATALOG, ids=lambda named: named.name)
def test_schema_of_the_catalogue_accepts_its_valid_values_alone(named: NamedSchema) -> None:
    assert named.json_schema
    assert all(named.accepts(value) for value in named.valid)
    assert not any(named.accepts(value) for value in named.wrong)
