"""The JSON schemas of classes."""

from __future__ import annotations

import decimal
import enum
import math
import re
import uuid
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, create_model
from typing_extensions import TypedDict

from langchain_cometapi._schemas.sources import read_schema


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 10


@pytest.mark.parametrize(
    ("keys", "valid", "wrong"),
    [
        (int, ["7", "-12"], ["x", "1.5", ""]),
        (float, ["7", "-1.5"], ["x", "1.", ""]),
        (decimal.Decimal, ["7", "1.50"], ["x"]),
    ],
)
def test_names_in_a_dict_are_those_of_its_keys(
    keys: Any, valid: list[str], wrong: list[str]
) -> None:
    (names,) = read_names(keys)
    assert all(re.search(names["pattern"], name) for name in valid)
    assert not any(re.search(names["pattern"], name) for name in wrong)


def test_names_of_enumerations_are_texts() -> None:
    assert read_names(Level) == [{"enum": ["1", "10"]}]
    assert read_names(bool) == [{"enum": ["true", "false"]}]
    assert read_names(uuid.UUID) == [{"format": "uuid"}]
    assert read_names(str) == []


@pytest.mark.parametrize(
    ("default", "is_said"), [(math.inf, False), (math.nan, False), (1.5, True)]
)
def test_default_that_json_does_not_have_is_left_out(default: float, is_said: bool) -> None:
    model: type[BaseModel] = create_model("Held", held=(float, default))
    held = read_schema(model).schema["properties"]["held"]
    assert held.keys() == ({"type", "default"} if is_said else {"type"})


class Film(TypedDict):
    """A film.

    Args:
        year: When it
            was shown.
    """

    title: Annotated[str, ..., "The title."]
    rating: Annotated[float, 5.0, "Its rating."]
    year: int


def test_descriptions_of_a_typed_dict_are_those_of_its_annotations_and_its_docstring() -> None:
    source = read_schema(Film)
    assert source.description == "A film."
    properties = source.schema["properties"]
    described = {name: one.get("description") for name, one in properties.items()}
    words = {"title": "The title.", "rating": "Its rating.", "year": "When it was shown."}
    assert described == words
    assert [name for name, one in properties.items() if "default" in one] == ["rating"]


def read_names(keys: Any) -> list[Any]:
    """The schema of the names in a dict with such keys, if there is one."""
    model: type[BaseModel] = create_model("Held", held=(dict[keys, str], ...))
    held = read_schema(model).schema["properties"]["held"]
    return [held["propertyNames"]] if "propertyNames" in held else []
