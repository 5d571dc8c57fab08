"""Schemas of every kind that LangChain accepts, each with valid values and wrong ones.

The values are in `schemas_catalog.json`.
"""

from __future__ import annotations

import datetime as dt
import decimal
import enum
import json
import sys
import uuid
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
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

ARRAY_ROOT: dict[str, Any] = {
    "title": "words",
    "description": "Some words.",
    "type": "array",
    "items": {"type": "string"},
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
    valid: list[Any]
    wrong: list[Any]

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


def _find_old() -> dict[str, Any]:
    """Return a class of Pydantic 1, where Python still runs it: core does without it from 3.14."""
    if sys.version_info >= (3, 14):
        return {}
    from tests.support.schemas_v1 import OldPerson

    return {"pydantic_v1": OldPerson}


_SCHEMAS: dict[str, Any] = {
    "person": Person,
    "nested": Employee,
    "optionals": Options,
    "recursive_list": Tree,
    "recursive_dict": Folder,
    "recursive_optional": Link,
    "recursive_union": Sum,
    "recursive_pair": Husband,
    "discriminated": Owner,
    "union": Mixed,
    "enums": Enums,
    "literals": Literals,
    "tuples": Tuples,
    "sets": Sets,
    "times": Times,
    "exact": Exact,
    "constraints": Limits,
    "aliases": Aliases,
    "free_dicts": Counts,
    "any": Anything,
    "open": Open,
    "closed": Closed,
    "empty": Empty,
    "keywords": Keywords,
    "root_list": NumberList,
    "root_union": PetRoot,
    "root_dict": Scores,
    "root_literal": Answer,
    "root_recursive_list": TreeList,
    **_find_old(),
    "typed_dict": Film,
    "typed_dict_nested": Cinema,
    "typed_dict_recursive": Chapter,
    "dataclass": Rectangle,
    "array_root": ARRAY_ROOT,
}
_VALUES: dict[str, Any] = json.loads(
    Path(__file__).with_suffix(".json").read_text(encoding="utf-8")
)

CATALOG = tuple(
    NamedSchema(name, values.get("schema") or _SCHEMAS[name], values["valid"], values["wrong"])
    for name, values in _VALUES.items()
    if name in _SCHEMAS or "schema" in values
)
"""Every schema with its values; schemas that are JSON are in the file of the values."""
