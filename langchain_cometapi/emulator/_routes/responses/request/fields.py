"""The shape of an object: which fields it must have, which it may have, and of which types."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from langchain_cometapi.emulator._errors import (
    invalid_value,
    missing_parameter,
    unknown_parameter,
    vendor_error,
    wrong_type,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

_TYPES: dict[str, tuple[type, ...]] = {
    "a string": (str,),
    "an object": (dict,),
    "an array": (list,),
    "a boolean": (bool,),
    "an integer": (int,),
    "a decimal": (int, float),
    "one of a string or array of objects": (str, list),
}

ANY = "any"
STRING = "a string"
OBJECT = "an object"
ARRAY = "an array"
BOOLEAN = "a boolean"
INTEGER = "an integer"
TEXT_OR_PARTS = "one of a string or array of objects"

Kind = str | frozenset[str]
"""A type in OpenAI's words, or the values that a string may have."""


@dataclass(frozen=True)
class Shape:
    """The fields of an object.

    Attributes:
        required: The fields that it must have, and their types.
        optional: The fields that it may have, also as null.
        is_open: Whether it may have others.
    """

    required: Mapping[str, Kind] = field(default_factory=dict)
    optional: Mapping[str, Kind] = field(default_factory=dict)
    is_open: bool = False


def check_type(value: Any, kind: Kind, path: str) -> None:
    """Check a value.

    Args:
        value: The value.
        kind: What it must be.
        path: Its path.

    Raises:
        GatewayError: If it is something else.
    """
    if isinstance(kind, frozenset):
        if not isinstance(value, str):
            raise wrong_type(value, STRING, path)
        if value not in kind:
            raise invalid_value(value, kind, path)
    elif kind != ANY:
        is_wrong_boolean = isinstance(value, bool) and kind != BOOLEAN
        if is_wrong_boolean or not isinstance(value, _TYPES[kind]):
            raise wrong_type(value, kind, path)


def check_shape(value: Any, shape: Shape, path: str) -> dict[str, Any]:
    """Check the fields of an object and return it.

    Args:
        value: The value.
        shape: Its fields.
        path: Its path.

    Raises:
        GatewayError: If it is not an object, or a field is missing, unknown or of the wrong type.
    """
    if not isinstance(value, dict):
        raise wrong_type(value, OBJECT, path)
    for name, kind in shape.required.items():
        if value.get(name) is None:
            raise missing_parameter(path, name)
        check_type(value[name], kind, f"{path}.{name}")
    for name, item in value.items():
        if name in shape.required:
            continue
        if name not in shape.optional:
            if shape.is_open:
                continue
            raise unknown_parameter(path=f"{path}.{name}")
        if item is not None:
            check_type(item, shape.optional[name], f"{path}.{name}")
    return value


def check_length(text: str, path: str, maximum: int) -> None:
    """Check the length of a text that must not be empty.

    Args:
        text: The text.
        path: Its path.
        maximum: How many characters it may have.

    Raises:
        GatewayError: If it is empty or too long.
    """
    if not text:
        msg = (
            f"Invalid '{path}': empty string. Expected a string with minimum length 1, but got an"
            " empty string instead."
        )
        raise vendor_error(msg, "empty_string", path)
    if len(text) > maximum:
        msg = (
            f"Invalid '{path}': string too long. Expected a string with maximum length {maximum},"
            f" but got a string with length {len(text)} instead."
        )
        raise vendor_error(msg, "string_above_max_length", path)
