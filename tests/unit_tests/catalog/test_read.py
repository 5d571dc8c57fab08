"""What the bodies in `tests/catalogue` become."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from langchain_cometapi._catalog.read import (
    CatalogError,
    load_catalog,
    make_cards,
    read_cards,
    sort_out,
)
from langchain_cometapi.catalog import ModelCard
from langchain_cometapi.exceptions import CometAPICatalogWarning
from tests.support.catalogue import NAMES, describe_card, read_body, read_expected_cards

READ_AT = datetime(2026, 11, 25, tzinfo=UTC)


@pytest.mark.parametrize("name", NAMES)
def test_body_becomes_the_cards_of_its_file(name: str) -> None:
    expected = read_expected_cards(name)
    if (error := expected.get("error")) is not None:
        with pytest.raises(CatalogError) as caught:
            load_catalog(read_body(name))
        assert str(caught.value) == error
        return
    entries, problems = sort_out(load_catalog(read_body(name)))
    cards = make_cards(entries, source="live", read_at=READ_AT)
    assert [describe_card(card) for card in cards.values()] == expected["cards"]
    assert problems == expected["problems"]
    assert list(cards) == [card.id for card in cards.values()]
    assert {(card.source, card.read_at) for card in cards.values()} == {("live", READ_AT)}


def test_entry_that_cannot_be_read_costs_one_warning() -> None:
    with pytest.warns(CometAPICatalogWarning) as warned:
        cards = read_cards([{"id": "a"}, "b", {"id": "c"}], source="snapshot")
    assert [card.id for card in cards] == ["a", "c"]
    assert [str(warning.message) for warning in warned] == [
        "Entry 1 of the catalogue was left out: it is not an object."
    ]


@pytest.mark.parametrize("field", ["endpoints", "pricing", "features"])
def test_value_that_is_nested_without_end_is_unknown(field: str) -> None:
    deep: object = "openai"
    for _ in range(100):
        deep = [deep]
    (card,) = read_cards([{"id": "a", field: deep}], source="live")
    assert card == ModelCard("a", source="live")


@pytest.mark.parametrize("levels", [189, 900, 200_000])
@pytest.mark.parametrize("form", ["[%s]", '{"data": [%s]}', '{"data": {"items": [%s]}}'])
def test_entry_that_is_nested_too_deeply_costs_itself(form: str, levels: int) -> None:
    text = r'"[[\"{"'  # brackets in texts are none
    deep = "[" * levels + text + "]" * levels
    entries = '{"id": "a", "x": %s}, {"id": %s, "x": {"y": %s, "z": 1}}, {"id": "c"}'
    body = form % (entries % (deep, text, deep))
    found, problems = sort_out(load_catalog(body.encode()))
    assert [entry["id"] for entry in found] == ["a"] * (levels < 190) + ["c"]
    assert problems[-1] == (
        "Entry 1 of the catalogue was left out: it is nested more than 190 levels deep."
    )
    assert found[-1] == {"id": "c"}


@pytest.mark.parametrize("end", ["", "]" * 899, "]" * 900 + "}", '"' + '\\"' * 100_000])
def test_body_that_is_nested_too_deeply_and_broken_is_no_catalogue(end: str) -> None:
    with pytest.raises(CatalogError, match="it is not JSON"):
        load_catalog(b'{"data": [{"id": "a", "x": ' + b"[" * 900 + end.encode())


def test_card_cannot_be_changed() -> None:
    with pytest.raises(AttributeError, match="cannot assign"):
        ModelCard("a").id = "b"  # type: ignore[misc]
