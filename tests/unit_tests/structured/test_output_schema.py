"""Each kind of schema makes of JSON what its user expects, and refuses what does not fit."""

from __future__ import annotations

import datetime as dt
import pickle
import typing
from dataclasses import dataclass
from typing import Any

import pytest
import typing_extensions as te  # noqa: TC002 - the annotations are read at run time
from pydantic import BaseModel, ConfigDict

from langchain_cometapi._structured.output_schema import OutputSchema
from tests.support.schemas_catalog import CATALOG, NamedSchema


@pytest.mark.parametrize("named", CATALOG, ids=lambda named: str(named.name))
def test_value_is_what_the_schema_itself_makes_of_it(named: NamedSchema) -> None:
    schema = OutputSchema(named.schema)
    for value in named.valid:
        output = schema.load(value)
        assert output == named.load(value)
        assert type(output) is type(named.load(value))
    for value in named.wrong:
        assert not named.accepts(value)
        with pytest.raises(ValueError, match=r"."):
            schema.load(value)


class Strict(BaseModel):
    """JSON has no dates and no tuples."""

    model_config = ConfigDict(strict=True)

    day: dt.date
    point: tuple[int, int]
    data: bytes


def test_strict_class_reads_json() -> None:
    value = {"day": "2026-11-26", "point": [1, 2], "data": "x"}
    assert OutputSchema(Strict).load(value) == Strict(
        day=dt.date(2026, 11, 26), point=(1, 2), data=b"x"
    )
    with pytest.raises(ValueError, match="point"):
        OutputSchema(Strict).load({**value, "point": ["1", 2]})


class Text(BaseModel):
    """A text and a list."""

    text: str
    nested: Any = None


def test_deeply_nested_value_is_read() -> None:
    nested: Any = 1
    for _ in range(199):
        nested = [nested]
    assert OutputSchema(Text).load({"text": "a", "nested": nested}).nested == nested


# -- TypedDict ---------------------------------------------------------------------------------


class Film(typing.TypedDict):
    """A film, as Python's own `TypedDict`."""

    title: str
    shown: dt.date
    rating: te.NotRequired[float]


class Cinema(typing.TypedDict, total=False):
    """A cinema, with a class inside in every way."""

    films: te.Required[list[Film]]
    best: Film | None
    by_day: dict[str, te.Annotated[Film, "The film of the day."]]
    kind: typing.Literal["big", "small"]
    branches: list[Cinema]


class Described(typing.TypedDict):
    """A dict with LangChain's defaults and descriptions."""

    legs: te.Annotated[int, 4, "Number of legs."]
    name: te.Annotated[str, ..., "The name."]
    kind: te.Annotated[str | None, None, "Its kind."]


_DAY = "2026-11-26"
_FILM = {"title": "Kon-Tiki", "shown": _DAY}
_SEEN = {"title": "Kon-Tiki", "shown": dt.date(2026, 11, 26)}


@pytest.mark.parametrize(
    ("schema", "value", "output"),
    [
        (Film, _FILM, _SEEN),
        (Film, {**_FILM, "rating": 8}, {**_SEEN, "rating": 8.0}),
        (Cinema, {"films": [_FILM], "best": None}, {"films": [_SEEN], "best": None}),
        (
            Cinema,
            {"films": [], "by_day": {"a": _FILM}, "branches": [{"films": [_FILM]}]},
            {"films": [], "by_day": {"a": _SEEN}, "branches": [{"films": [_SEEN]}]},
        ),
        (Described, {"name": "Ann"}, {"name": "Ann"}),
    ],
)
def test_typed_dict_is_a_dict_with_its_types(schema: Any, value: Any, output: Any) -> None:
    assert OutputSchema(schema).load(value) == output


@pytest.mark.parametrize(
    ("schema", "value", "words"),
    [
        (Film, {"title": "Kon-Tiki"}, "shown"),
        (Film, {**_FILM, "rating": "good"}, "rating"),
        (Cinema, {}, "films"),
        (Cinema, {"films": [], "kind": "tiny"}, "kind"),
        (Cinema, {"films": [], "branches": [{}]}, r"branches\.0\.films"),
        (Described, {"legs": 2}, "name"),
        (Described, {"name": "Ann", "legs": "two"}, "legs"),
    ],
)
def test_typed_dict_refuses_what_does_not_fit(schema: Any, value: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        OutputSchema(schema).load(value)


# -- what the schema says of itself ------------------------------------------------------------


@dataclass
class Point:
    """A point."""

    x: int


_SCHEMA = {"type": "object", "properties": {"x": {"type": "integer"}}, "required": ["x"]}


def function(x: int) -> int:
    """Take a number."""
    return x


_DICTS: list[Any] = [
    {"title": "Point", **_SCHEMA},
    {"name": "Point", "parameters": _SCHEMA},
    {"name": "Point", "schema": _SCHEMA, "strict": True},
    {"name": "Point", "input_schema": _SCHEMA},
    {"type": "function", "function": {"name": "Point", "parameters": _SCHEMA}},
    {"type": "json_schema", "json_schema": {"name": "Point", "schema": _SCHEMA}},
    {"toolSpec": {"name": "Point", "inputSchema": {"json": _SCHEMA}}},
    function,
]


@pytest.mark.parametrize("schema", _DICTS)
def test_dict_of_any_dialect_is_read(schema: Any) -> None:
    own = OutputSchema(schema)
    assert own.properties == {"x"}
    assert own.output_type == dict[str, Any]
    assert own.load({"x": 1}) == {"x": 1}
    with pytest.raises(ValueError, match="`x` is missing"):
        own.load({})


def test_schema_can_be_pickled_after_it_was_used() -> None:
    for schema in (Strict, Film, Point, _DICTS[0]):
        own = OutputSchema(schema)
        assert own.json_schema
        again = pickle.loads(pickle.dumps(own))  # noqa: S301 - our own
        assert again.schema == schema


def test_name_alone_accepts_any_object() -> None:
    assert OutputSchema({"name": "anything"}).load({"x": 1}) == {"x": 1}


@pytest.mark.parametrize("schema", [Point, Text, Film])
def test_type_of_the_output_is_the_class(schema: Any) -> None:
    assert OutputSchema(schema).output_type is schema
