"""Structured output of each schema from each family, method and way of calling."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.support.emulated import EmulatedGateway
from tests.support.matrix import find_flaws
from tests.support.schemas_catalog import CATALOG, NamedSchema

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def gateway() -> Iterator[EmulatedGateway]:
    gateway = EmulatedGateway()
    yield gateway
    gateway.close()


@pytest.mark.filterwarnings("ignore::langchain_cometapi.CometAPIParameterWarning")
@pytest.mark.parametrize("schema", CATALOG, ids=lambda schema: schema.name)
def test_output_is_valid_for_the_schema(gateway: EmulatedGateway, schema: NamedSchema) -> None:
    assert find_flaws(gateway, schema) == {}
