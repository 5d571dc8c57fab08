"""Values of a rewritten schema in the form of the user's own.

A codec stands for a part of a schema whose values have another form. It leaves a value alone that
does not have the form it expects, and raises nothing: the user's own schema decides what is valid.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from langchain_cometapi._schemas.matching import Matcher

if TYPE_CHECKING:
    from langchain_cometapi._schemas.merge import JSONSchema

ROOT = "value"
"""The property that holds a value that is not an object."""

KEY, VALUE = "key", "value"
"""The properties of a pair, which stands for a property of a free dict."""


class Reader:
    """What the codecs of one value have in common."""

    def __init__(self, root: JSONSchema, *, partial: bool = False) -> None:
        """Start with the rewritten schema.

        Args:
            root: The schema.
            partial: Whether the value has not come whole yet.
        """
        self.partial = partial
        self._matchers = (Matcher(root), Matcher(root, partial=True))

    def find_branch(self, value: Any, branches: list[Branch]) -> Branch | None:
        """Return the branch of a union that a value fits, if need be without what it lacks."""
        for matcher in self._matchers:
            for branch in branches:
                if matcher.fits(value, branch.schema):
                    return branch
        return None


class Codec(ABC):
    """Reads the values of a part of a schema."""

    @abstractmethod
    def decode(self, value: Any, reader: Reader) -> Any:
        """Return a value in the user's form."""

    @abstractmethod
    def list_inner(self) -> list[Codec | None]:
        """Return the codecs of the parts inside."""


def decode(codec: Codec | None, value: Any, reader: Reader) -> Any:
    """Return what a codec makes of a value; the value itself where there is none."""
    return value if codec is None else codec.decode(value, reader)


@dataclass
class Field:
    """A property of an object.

    Attributes:
        name: Its own name.
        codec: The codec of its values.
        null_is_absent: Whether null says that there is no value.
    """

    name: str
    codec: Codec | None = None
    null_is_absent: bool = False


@dataclass
class ObjectCodec(Codec):
    """An object, whose properties may have other names, and which may have pairs for others.

    Attributes:
        fields: The properties, by the names that are sent.
        rest: The name of the property that holds the pairs.
        pairs: The codec of the pairs.
        others: The codec of the values of further properties.
    """

    fields: dict[str, Field]
    rest: str | None = None
    pairs: PairsCodec | None = None
    others: Codec | None = None

    def decode(self, value: Any, reader: Reader) -> Any:
        """Return the object with its own names, and without nulls for absent properties."""
        if not isinstance(value, dict):
            return value
        own: dict[str, Any] = {}
        extra: dict[str, Any] = {}
        for name, item in value.items():
            known = self.fields.get(name)
            if known is not None:
                if item is not None or not known.null_is_absent:
                    own[known.name] = decode(known.codec, item, reader)
            elif name == self.rest and self.pairs is not None and isinstance(item, list | dict):
                decoded = self.pairs.decode(item, reader)
                if isinstance(decoded, dict):
                    extra = decoded
                else:
                    own[name] = item
            elif name != self.rest or item is not None:
                own[name] = decode(self.others, item, reader)
        if extra:  # a named property is not one of the others
            taken = own.keys() | {known.name for known in self.fields.values()}
            own |= {name: item for name, item in extra.items() if name not in taken}
        return own

    def list_inner(self) -> list[Codec | None]:
        """Return the codecs of the properties."""
        return [*(known.codec for known in self.fields.values()), self.others]

    @property
    def is_plain(self) -> bool:
        """Whether the object itself keeps its form."""
        return self.rest is None and all(
            name == known.name and not known.null_is_absent for name, known in self.fields.items()
        )


@dataclass
class PairsCodec(Codec):
    """A list of pairs for a free dict."""

    codec: Codec | None

    def decode(self, value: Any, reader: Reader) -> Any:
        """Return the dict; of a value that has not come whole, the pairs that have."""
        if isinstance(value, dict):  # the model kept to the user's form
            return {name: decode(self.codec, item, reader) for name, item in value.items()}
        if not isinstance(value, list):
            return value
        pairs = value[:-1] if reader.partial and not all(map(_is_pair, value[-1:])) else value
        if not all(map(_is_pair, pairs)):
            return value
        return {pair[KEY]: decode(self.codec, pair[VALUE], reader) for pair in pairs}

    def list_inner(self) -> list[Codec | None]:
        """Return the codec of the values."""
        return [self.codec]


def _is_pair(item: object) -> bool:
    return isinstance(item, dict) and isinstance(item.get(KEY), str) and VALUE in item


@dataclass
class ArrayCodec(Codec):
    """A list whose items have another form."""

    codec: Codec | None

    def decode(self, value: Any, reader: Reader) -> Any:
        """Return the list with its items in the user's form."""
        if not isinstance(value, list):
            return value
        return [decode(self.codec, item, reader) for item in value]

    def list_inner(self) -> list[Codec | None]:
        """Return the codec of the items."""
        return [self.codec]


@dataclass
class TupleCodec(Codec):
    """An object that stands for a tuple.

    Attributes:
        places: The codecs of the places, by the names that are sent.
        required: How many of them must be there.
        rest: The name of the property with the list of further items.
        items: The codec of that list.
    """

    places: dict[str, Codec | None]
    required: int
    rest: str | None = None
    items: Codec | None = None

    def decode(self, value: Any, reader: Reader) -> Any:
        """Return the items in order, up to the first that is absent."""
        if isinstance(value, list):  # the model kept to the user's form
            codecs = [*self.places.values()][: len(value)]
            codecs += [None] * (len(value) - len(codecs))
            return [decode(codec, item, reader) for codec, item in zip(codecs, value, strict=True)]
        if not isinstance(value, dict) or (value and not value.keys() & self.places.keys()):
            return value
        result: list[Any] = []
        for number, (name, codec) in enumerate(self.places.items()):
            item = value.get(name)
            if name not in value or (item is None and number >= self.required):
                return result
            result.append(decode(codec, item, reader))
        rest = decode(self.items, value.get(self.rest), reader) if self.rest else None
        return result + rest if isinstance(rest, list) else result

    def list_inner(self) -> list[Codec | None]:
        """Return the codecs of the places."""
        return [*self.places.values(), self.items]


@dataclass
class EnumCodec(Codec):
    """Texts for the values of an enumeration.

    Attributes:
        values: The values, by their texts.
    """

    values: dict[str, Any]

    def decode(self, value: Any, reader: Reader) -> Any:  # noqa: ARG002 - the interface
        """Return the value of a text."""
        return self.values.get(value, value) if isinstance(value, str) else value

    def list_inner(self) -> list[Codec | None]:
        """Return nothing: there is nothing inside."""
        return []


@dataclass
class TextCodec(Codec):
    """A text that may be the JSON of a list or an object."""

    def decode(self, value: Any, reader: Reader) -> Any:  # noqa: ARG002 - the interface
        """Return the list or the object in a text; any other text stays."""
        if not isinstance(value, str) or value.lstrip()[:1] not in ("{", "["):
            return value
        try:
            return json.loads(value, strict=False)
        except (ValueError, RecursionError):
            return value

    def list_inner(self) -> list[Codec | None]:
        """Return nothing: there is nothing inside."""
        return []


@dataclass
class Branch:
    """A branch of a union: its schema as it is sent, and its codec."""

    schema: JSONSchema
    codec: Codec | None


@dataclass
class UnionCodec(Codec):
    """A value of one of several forms."""

    branches: list[Branch]

    def decode(self, value: Any, reader: Reader) -> Any:
        """Return the value as its branch reads it."""
        branch = reader.find_branch(value, self.branches)
        return value if branch is None else decode(branch.codec, value, reader)

    def list_inner(self) -> list[Codec | None]:
        """Return the codecs of the branches."""
        return [branch.codec for branch in self.branches]


@dataclass
class ReferenceCodec(Codec):
    """A reference to a definition, which may lead back to itself.

    Attributes:
        name: The name of the definition.
        table: The codecs of all definitions; it is complete when the first value is read.
    """

    name: str
    table: dict[str, Codec | None] = field(repr=False)

    def decode(self, value: Any, reader: Reader) -> Any:
        """Return the value as the definition reads it."""
        return decode(self.table.get(self.name), value, reader)

    def list_inner(self) -> list[Codec | None]:
        """Return the codec of the definition."""
        return [self.table.get(self.name)]


@dataclass
class RootCodec(Codec):
    """An object around a value that is not an object."""

    codec: Codec | None

    def decode(self, value: Any, reader: Reader) -> Any:
        """Return the value inside."""
        if isinstance(value, dict) and value.keys() == {ROOT}:
            value = value[ROOT]
        elif reader.partial and value == {}:
            return None  # the object around it has only begun
        return decode(self.codec, value, reader)

    def list_inner(self) -> list[Codec | None]:
        """Return the codec of the value."""
        return [self.codec]


def changes_values(codec: Codec | None) -> bool:
    """Return whether a codec changes any value at all."""
    pending = [codec]
    seen: set[int] = set()
    while pending:
        one = pending.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        is_plain = one.is_plain if isinstance(one, ObjectCodec) else isinstance(one, _PLAIN)
        if not is_plain:
            return True
        pending += one.list_inner()
    return False


_PLAIN = (ArrayCodec, UnionCodec, ReferenceCodec)
