"""Schemas of every kind that LangChain accepts, each with valid values and wrong ones."""

from __future__ import annotations

import datetime as dt
import decimal
import enum
import json
import sys
import uuid
from dataclasses import dataclass
from functools import cached_property
from typing import Annotated, Any, Literal, NotRequired

import jsonschema
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    HttpUrl,
    RootModel,
    TypeAdapter,
    ValidationError,
)
from typing_extensions import TypedDict

# -- Pydantic classes -----------------------------------------------------------------------------


class Person(BaseModel):
    """A person."""

    name: str = Field(description="The full name.")
    age: int


class Address(BaseModel):
    """Where somebody lives."""

    street: str
    city: str


class Employee(BaseModel):
    """An employee, with classes inside."""

    person: Person
    home: Address
    past: list[Address]


class Options(BaseModel):
    """Everything may be missing."""

    label: str | None = None
    size: int = 3
    tags: list[str] = ["a"]
    required_but_nullable: float | None


class Tree(BaseModel):
    """Recursive through a list."""

    value: int
    children: list[Tree] = []


class Folder(BaseModel):
    """Recursive through a dict."""

    size: int
    folders: dict[str, Folder] = {}


class Link(BaseModel):
    """Recursive through an optional."""

    value: str
    next: Link | None = None


class Number(BaseModel):
    """A leaf of an expression."""

    kind: Literal["number"] = "number"
    value: float


class Sum(BaseModel):
    """A node of an expression: recursive through a union."""

    kind: Literal["sum"] = "sum"
    left: Sum | Number
    right: Sum | Number


class Husband(BaseModel):
    """Recursive through another class."""

    name: str
    wife: Wife | None = None


class Wife(BaseModel):
    """The other class."""

    name: str
    husband: Husband | None = None


class Cat(BaseModel):
    """A cat."""

    species: Literal["cat"]
    lives: int


class Dog(BaseModel):
    """A dog."""

    species: Literal["dog"]
    tricks: list[str]


class Owner(BaseModel):
    """A discriminated union."""

    pet: Annotated[Cat | Dog, Field(discriminator="species")]
    others: list[Annotated[Cat | Dog, Field(discriminator="species")]] = []


class Mixed(BaseModel):
    """A plain union."""

    value: int | str | bool | None
    where: Address | str


class Color(enum.Enum):
    """Texts."""

    RED = "red"
    BLUE = "blue"


class Level(enum.IntEnum):
    """Numbers."""

    LOW = 1
    HIGH = 10


class Enums(BaseModel):
    """Enumerations of texts and of numbers."""

    color: Color
    level: Level
    colors: list[Color] = []


class Literals(BaseModel):
    """Literals of every type."""

    text: Literal["a", "b"]
    one: Literal["only"]
    number: Literal[1, 2]
    single: Literal[7]
    truth: Literal[True]
    mixed: Literal["x", 1] | None


class Tuples(BaseModel):
    """Tuples of fixed and of any length."""

    point: tuple[int, int]
    pair: tuple[str, float]
    many: tuple[int, ...] = ()
    points: list[tuple[int, str, bool]] = []


class Sets(BaseModel):
    """Sets."""

    words: set[str]
    numbers: frozenset[int] = frozenset()


class Times(BaseModel):
    """Dates and times."""

    day: dt.date
    moment: dt.datetime
    clock: dt.time | None = None
    length: dt.timedelta | None = None


class Exact(BaseModel):
    """A decimal, a UUID, a URL and bytes."""

    price: decimal.Decimal
    id: uuid.UUID
    link: HttpUrl | None = None
    data: bytes | None = None


class Limits(BaseModel):
    """Constraints of every type."""

    code: str = Field(min_length=2, max_length=5, pattern="^[A-Z]+$")
    count: int = Field(ge=1, le=9)
    ratio: float = Field(gt=0, lt=1)
    even: int = Field(multiple_of=2)
    names: list[str] = Field(min_length=1, max_length=3)


class Aliases(BaseModel):
    """Names on the wire that are not those of the fields."""

    model_config = ConfigDict(populate_by_name=True)

    from_: str = Field(alias="from")
    kind: str = Field(alias="@type", default="x")
    schema_: dict[str, int] = Field(alias="$ref", default={})


class Counts(BaseModel):
    """Free dicts."""

    counts: dict[str, int]
    people: dict[str, Person] = {}
    nested: dict[str, dict[str, list[int]]] = {}
    by_number: dict[int, str] = {}


class Anything(BaseModel):
    """Values of any type."""

    payload: Any
    extra: dict[str, Any] = {}
    items: list[Any] = []


class Open(BaseModel):
    """Fields that are known, and any others."""

    model_config = ConfigDict(extra="allow")

    id: int


class Closed(BaseModel):
    """No other fields."""

    model_config = ConfigDict(extra="forbid")

    id: int
    note: str | None = None


class Empty(BaseModel):
    """No fields at all."""

    model_config = ConfigDict(extra="forbid")


class Keywords(BaseModel):
    """Fields that are named as keywords of JSON Schema."""

    type: str
    properties: list[str]
    required: bool = False
    anyOf: int | None = None  # noqa: N815 - a keyword
    value: str = ""


class NumberList(RootModel[list[int]]):
    """A list as a root."""


class PetRoot(RootModel[Annotated[Cat | Dog, Field(discriminator="species")]]):
    """A union as a root."""


class Scores(RootModel[dict[str, float]]):
    """A dict as a root."""


class Answer(RootModel[Literal["yes", "no"]]):
    """A text as a root."""


class TreeList(RootModel[list[Tree]]):
    """A list of a recursive class as a root."""


# -- other classes --------------------------------------------------------------------------------


class Film(TypedDict):
    """A film."""

    title: Annotated[str, ..., "The title."]
    year: int
    rating: NotRequired[float]


class Cinema(TypedDict):
    """A cinema, with a class inside."""

    name: str
    films: list[Film]


class Chapter(TypedDict):
    """Recursive."""

    title: str
    chapters: list[Chapter]


@dataclass
class Rectangle:
    """A rectangle."""

    width: int
    height: int = 1
    label: str | None = None


# -- dicts ----------------------------------------------------------------------------------------

JSON_SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "order",
    "description": "An order.",
    "type": "object",
    "properties": {
        "items": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "name": {"type": "string", "minLength": 1},
                    "price": {"type": "number", "exclusiveMinimum": 0},
                },
                "required": ["name"],
            },
        },
        "paid": {"type": ["boolean", "null"], "default": None},
        "by": {"oneOf": [{"const": "card"}, {"const": "cash"}]},
    },
    "required": ["items", "by"],
}

ALL_OF: dict[str, Any] = {
    "title": "both",
    "type": "object",
    "properties": {
        "who": {
            "allOf": [
                {"$ref": "#/definitions/Named"},
                {"type": "object", "properties": {"age": {"type": "integer"}}, "required": ["age"]},
            ]
        }
    },
    "required": ["who"],
    "definitions": {
        "Named": {
            "type": "object",
            "properties": {"name": {"type": "string"}},
            "required": ["name"],
        }
    },
}

PATTERNS: dict[str, Any] = {
    "title": "settings",
    "type": "object",
    "properties": {"version": {"type": "integer"}},
    "patternProperties": {"^x-": {"type": "string"}},
    "additionalProperties": False,
    "required": ["version"],
}

FUNCTION: dict[str, Any] = {
    "name": "book_flight",
    "description": "Book a flight.",
    "parameters": {
        "type": "object",
        "properties": {
            "origin": {"type": "string"},
            "seat": {"type": "string", "enum": ["aisle", "window"]},
            "bags": {"type": "integer"},
        },
        "required": ["origin"],
    },
}

ARRAY_ROOT: dict[str, Any] = {
    "title": "words",
    "description": "Some words.",
    "type": "array",
    "items": {"type": "string"},
}

UNION_ROOT: dict[str, Any] = {
    "title": "shape",
    "anyOf": [
        {"type": "object", "properties": {"radius": {"type": "number"}}, "required": ["radius"]},
        {"type": "object", "properties": {"side": {"type": "number"}}, "required": ["side"]},
    ],
}

UNTYPED: dict[str, Any] = {
    "title": "untyped",
    "properties": {"size": {"minimum": 3}, "tags": {"items": {"type": "string"}}},
    "required": ["size", "tags"],
}

SEVERAL_TYPES: dict[str, Any] = {
    "title": "maybe",
    "type": ["object", "null"],
    "properties": {"name": {"type": ["string", "null"]}},
    "required": ["name"],
}

ANCHORS: dict[str, Any] = {
    "$id": "https://example.com/anchors",
    "title": "anchors",
    "type": "object",
    "properties": {
        "size": {"$ref": "#size"},
        "next": {"$ref": "https://example.com/anchors#/definitions/Next"},
    },
    "required": ["size"],
    "definitions": {
        "Size": {"$anchor": "size", "type": "integer"},
        "Next": {"type": "object", "properties": {"more": {"$ref": "#size"}}},
    },
}


# -- the catalogue --------------------------------------------------------------------------------


@dataclass(frozen=True)
class NamedSchema:
    """A schema with values.

    Attributes:
        name: Its name in tests.
        schema: What a user passes to `with_structured_output`.
        valid: JSON values that it accepts.
        wrong: JSON values that it refuses.
    """

    name: str
    schema: Any
    valid: tuple[Any, ...]
    wrong: tuple[Any, ...]

    @cached_property
    def json_schema(self) -> dict[str, Any]:
        """The schema in JSON, as its own class says it."""
        schema = self.schema
        if isinstance(schema, dict):
            inner: dict[str, Any] = schema.get("parameters", schema)
            return inner
        if _is_old(schema):
            return schema.schema()  # type: ignore[no-any-return]
        return TypeAdapter(schema).json_schema()

    def load(self, value: Any) -> Any:
        """Return what a user gets for a JSON value.

        Raises:
            ValueError: If the schema refuses it.
        """
        schema = self.schema
        if isinstance(schema, dict):
            try:
                jsonschema.validate(value, self.json_schema)
            except jsonschema.ValidationError as error:
                raise ValueError(error.message) from error
            return value
        if _is_old(schema):
            return schema.parse_obj(value)
        return TypeAdapter(schema).validate_json(json.dumps(value))

    def accepts(self, value: Any) -> bool:
        """Return whether the schema accepts a JSON value."""
        try:
            self.load(value)
        except (ValueError, ValidationError):
            return False
        return True


def _is_old(schema: Any) -> bool:
    """Return whether a schema is a class of Pydantic 1."""
    return hasattr(schema, "parse_obj") and not hasattr(schema, "model_json_schema")


def _create_old() -> tuple[NamedSchema, ...]:
    """Return a class of Pydantic 1, where Python still runs it: core does without it from 3.14."""
    if sys.version_info >= (3, 14):
        return ()
    from tests.support.schemas_v1 import OldPerson

    valid = ({"name": "A"}, {"name": "A", "age": 1, "friends": [{"city": "Bath"}]})
    return (
        NamedSchema("pydantic_v1", OldPerson, valid, ({"age": 1}, {"name": "A", "friends": [{}]})),
    )


_CAT = {"species": "cat", "lives": 9}
_DOG = {"species": "dog", "tricks": ["sit"]}
_HOME = {"street": "High St", "city": "Bath"}
_TREE = {"value": 1, "children": [{"value": 2, "children": [{"value": 3, "children": []}]}]}
_ID = "12345678-1234-4234-8234-123456789abc"

CATALOG: tuple[NamedSchema, ...] = (
    NamedSchema("person", Person, ({"name": "Ann", "age": 3},), ({"name": "Ann"}, {}, [])),
    NamedSchema(
        "nested",
        Employee,
        ({"person": {"name": "A", "age": 1}, "home": _HOME, "past": [_HOME, _HOME]},),
        ({"person": {"name": "A"}, "home": _HOME, "past": []},),
    ),
    NamedSchema(
        "optionals",
        Options,
        (
            {"required_but_nullable": None},
            {"label": "x", "size": 1, "tags": [], "required_but_nullable": 1.5},
        ),
        ({}, {"required_but_nullable": "x"}),
    ),
    NamedSchema(
        "recursive_list", Tree, (_TREE, {"value": 1}), ({"value": 1, "children": [{"value": "x"}]},)
    ),
    NamedSchema(
        "recursive_dict",
        Folder,
        ({"size": 1, "folders": {"a": {"size": 2, "folders": {"b c": {"size": 3}}}}},),
        ({"size": 1, "folders": {"a": {"size": "x"}}}, {"size": 1, "folders": []}),
    ),
    NamedSchema(
        "recursive_optional",
        Link,
        ({"value": "a", "next": {"value": "b", "next": None}}, {"value": "a"}),
        ({"value": "a", "next": {"value": 1}},),
    ),
    NamedSchema(
        "recursive_union",
        Sum,
        (
            {
                "kind": "sum",
                "left": {"kind": "number", "value": 1},
                "right": {
                    "kind": "sum",
                    "left": {"kind": "number", "value": 2},
                    "right": {"kind": "number", "value": 3.5},
                },
            },
        ),
        ({"kind": "sum", "left": 1, "right": 2},),
    ),
    NamedSchema(
        "recursive_pair",
        Husband,
        ({"name": "A", "wife": {"name": "B", "husband": {"name": "C", "wife": None}}},),
        ({"name": "A", "wife": {"name": 1}},),
    ),
    NamedSchema(
        "discriminated",
        Owner,
        ({"pet": _CAT}, {"pet": _DOG, "others": [_CAT, _DOG]}),
        ({"pet": {"species": "cat", "tricks": []}}, {"pet": {"species": "cow"}}),
    ),
    NamedSchema(
        "union",
        Mixed,
        (
            {"value": 1, "where": _HOME},
            {"value": "x", "where": "there"},
            {"value": None, "where": "there"},
            {"value": True, "where": "there"},
        ),
        ({"value": [], "where": "x"}, {"value": 1, "where": 1}),
    ),
    NamedSchema(
        "enums",
        Enums,
        ({"color": "red", "level": 10}, {"color": "blue", "level": 1, "colors": ["red"]}),
        ({"color": "green", "level": 1}, {"color": "red", "level": 2}),
    ),
    NamedSchema(
        "literals",
        Literals,
        (
            {"text": "a", "one": "only", "number": 2, "single": 7, "truth": True, "mixed": 1},
            {"text": "b", "one": "only", "number": 1, "single": 7, "truth": True, "mixed": None},
        ),
        (
            {"text": "c", "one": "only", "number": 2, "single": 7, "truth": True, "mixed": 1},
            {"text": "a", "one": "only", "number": 3, "single": 7, "truth": True, "mixed": "x"},
        ),
    ),
    NamedSchema(
        "tuples",
        Tuples,
        (
            {"point": [1, 2], "pair": ["a", 1.5]},
            {"point": [1, 2], "pair": ["a", 2], "many": [1, 2, 3], "points": [[1, "a", True]]},
        ),
        ({"point": [1], "pair": ["a", 1.5]}, {"point": [1, 2], "pair": [1.5, "a"]}),
    ),
    NamedSchema(
        "sets", Sets, ({"words": ["a", "b"], "numbers": [1, 2]}, {"words": []}), ({"words": [1]},)
    ),
    NamedSchema(
        "times",
        Times,
        (
            {"day": "2026-11-26", "moment": "2026-11-26T07:00:00Z"},
            {
                "day": "2026-11-26",
                "moment": "2026-11-26T07:00:00+01:00",
                "clock": "07:00:00",
                "length": "P1DT2H",
            },
        ),
        ({"day": "soon", "moment": "2026-11-26T07:00:00Z"},),
    ),
    NamedSchema(
        "exact",
        Exact,
        (
            {"price": "1.50", "id": _ID},
            {"price": 2, "id": _ID, "link": "https://example.com/", "data": "abc"},
        ),
        ({"price": "much", "id": _ID}, {"price": "1", "id": "no"}),
    ),
    NamedSchema(
        "constraints",
        Limits,
        ({"code": "ABC", "count": 5, "ratio": 0.5, "even": 4, "names": ["a", "b"]},),
        (
            {"code": "abc", "count": 5, "ratio": 0.5, "even": 4, "names": ["a"]},
            {"code": "ABC", "count": 10, "ratio": 0.5, "even": 4, "names": ["a"]},
            {"code": "ABC", "count": 5, "ratio": 1, "even": 4, "names": ["a"]},
            {"code": "ABC", "count": 5, "ratio": 0.5, "even": 3, "names": ["a"]},
            {"code": "ABC", "count": 5, "ratio": 0.5, "even": 4, "names": []},
        ),
    ),
    NamedSchema(
        "aliases",
        Aliases,
        ({"from": "a"}, {"from": "a", "@type": "b", "$ref": {"c": 1}}),
        ({"@type": "b"},),
    ),
    NamedSchema(
        "free_dicts",
        Counts,
        (
            {"counts": {"a": 1, "": 2}},
            {
                "counts": {},
                "people": {"x": {"name": "A", "age": 1}},
                "nested": {"a": {"b": [1]}},
                "by_number": {"7": "x"},
            },
        ),
        ({"counts": {"a": "x"}}, {"counts": []}),
    ),
    NamedSchema(
        "any",
        Anything,
        (
            {"payload": {"a": [1, None, {"b": True}]}},
            {"payload": None, "extra": {"a": "x", "b": [1]}, "items": [1, "a", None, {}]},
            {"payload": "text"},
        ),
        ({}, {"payload": 1, "extra": 1}),
    ),
    NamedSchema("open", Open, ({"id": 1}, {"id": 1, "note": "x"}), ({"id": "x"},)),
    NamedSchema(
        "closed", Closed, ({"id": 1}, {"id": 1, "note": None}), ({"id": 1, "other": 1}, {})
    ),
    NamedSchema("empty", Empty, ({},), ({"a": 1}, [])),
    NamedSchema(
        "keywords",
        Keywords,
        ({"type": "a", "properties": ["b"]}, {"type": "a", "properties": [], "anyOf": 1}),
        ({"type": 1, "properties": []},),
    ),
    NamedSchema("root_list", NumberList, ([1, 2], []), (["x"], {})),
    NamedSchema("root_union", PetRoot, (_CAT, _DOG), ({"species": "cow"},)),
    NamedSchema("root_dict", Scores, ({"a": 1.5}, {}), ({"a": "x"}, [])),
    NamedSchema("root_literal", Answer, ("yes", "no"), ("maybe", {})),
    NamedSchema("root_recursive_list", TreeList, ([_TREE], []), ([{"value": "x"}],)),
    *_create_old(),
    NamedSchema(
        "typed_dict",
        Film,
        ({"title": "M", "year": 1931}, {"title": "M", "year": 1931, "rating": 8.3}),
        ({"title": "M"},),
    ),
    NamedSchema(
        "typed_dict_nested",
        Cinema,
        ({"name": "Rex", "films": [{"title": "M", "year": 1931}]},),
        ({"name": "Rex", "films": [{}]},),
    ),
    NamedSchema(
        "typed_dict_recursive",
        Chapter,
        ({"title": "1", "chapters": [{"title": "1.1", "chapters": []}]},),
        ({"title": "1", "chapters": [{"title": "1.1"}]},),
    ),
    NamedSchema(
        "dataclass",
        Rectangle,
        ({"width": 1}, {"width": 1, "height": 2, "label": "x"}),
        ({"height": 1}, {"width": "x"}),
    ),
    NamedSchema(
        "json_schema",
        JSON_SCHEMA,
        (
            {"items": [{"name": "a"}], "by": "card"},
            {"items": [{"name": "a", "price": 1.5}], "paid": True, "by": "cash"},
        ),
        ({"items": [{}], "by": "card"}, {"items": [], "by": "cheque"}),
    ),
    NamedSchema("all_of", ALL_OF, ({"who": {"name": "A", "age": 1}},), ({"who": {"name": "A"}},)),
    NamedSchema(
        "pattern_properties",
        PATTERNS,
        ({"version": 1}, {"version": 1, "x-a": "b"}),
        ({"version": 1, "x-a": 1}, {"version": 1, "y": "b"}),
    ),
    NamedSchema(
        "function",
        FUNCTION,
        ({"origin": "LHR"}, {"origin": "LHR", "seat": "aisle", "bags": 2}),
        ({"origin": "LHR", "seat": "roof"}, {}),
    ),
    NamedSchema(
        "untyped_root",
        UNTYPED,
        ({"size": 3, "tags": ["a"]}, {"size": 4.5, "tags": []}),
        ({"size": 1, "tags": []}, {"size": 3}),
    ),
    NamedSchema("several_types", SEVERAL_TYPES, ({"name": "A"}, {"name": None}, None), ([], {})),
    NamedSchema("anchors", ANCHORS, ({"size": 1}, {"size": 1, "next": {}}), ({"size": "x"}, {})),
    NamedSchema("root_null", {"title": "nothing", "type": "null"}, (None,), ({}, "null")),
    NamedSchema("array_root", ARRAY_ROOT, (["a"], []), ([1], {})),
    NamedSchema("union_root", UNION_ROOT, ({"radius": 1.5}, {"side": 2}), ({}, {"radius": "x"})),
)
"""Every schema with its values."""
