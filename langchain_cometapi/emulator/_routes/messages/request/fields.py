"""Checks of JSON values, in the words of Anthropic's parser."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

from langchain_cometapi.emulator._errors import vendor_error

if TYPE_CHECKING:
    from collections.abc import Callable


class Field(NamedTuple):
    """A field of an object.

    Attributes:
        check: What raises an error for a wrong value, given its path.
        required: Whether it must be there.
        nullable: Whether it may be null.
    """

    check: Callable[[Any, str], None]
    required: bool = False
    nullable: bool = False


Fields = Mapping[str, Field]


def refuse(path: str, problem: str) -> NoReturn:
    """Raise Anthropic's error for a value.

    Args:
        path: Where it is; empty for a message alone.
        problem: What is wrong with it.

    Raises:
        GatewayError: Always.
    """
    raise vendor_error(f"{path}: {problem}" if path else problem)


def join(path: str, name: str) -> str:
    """Return the path of a field.

    Args:
        path: The path of its object; empty for the body.
        name: Its name.
    """
    return f"{path}.{name}" if path else name


def check_object(value: Any, path: str, fields: Fields) -> None:
    """Check an object: its fields are known, there and of the right kind.

    Args:
        value: The value.
        path: Where it is.
        fields: The known fields.

    Raises:
        GatewayError: For the first broken rule.
    """
    if not isinstance(value, dict):
        refuse(path, "Input should be a valid dictionary")
    for name in value:
        if name not in fields:
            refuse(join(path, name), "Extra inputs are not permitted")
    for name, field in fields.items():
        if name not in value:
            if field.required:
                refuse(join(path, name), "Field required")
        elif value[name] is not None or not field.nullable:
            field.check(value[name], join(path, name))


def text(value: Any, path: str) -> None:
    """Check a string."""
    if not isinstance(value, str):
        refuse(path, "Input should be a valid string")


def boolean(value: Any, path: str) -> None:
    """Check a boolean."""
    if not isinstance(value, bool):
        refuse(path, "Input should be a valid boolean")


def dictionary(value: Any, path: str) -> None:
    """Check an object of any fields."""
    if not isinstance(value, dict):
        refuse(path, "Input should be a valid dictionary")


def array(value: Any, path: str) -> None:
    """Check an array of any items."""
    if not isinstance(value, list):
        refuse(path, "Input should be a valid array")


def anything(_: Any, __: str) -> None:
    """Accept any value: what Anthropic checks of it is not known, or is checked elsewhere."""


def texts(value: Any, path: str) -> None:
    """Check an array of strings."""
    array(value, path)
    for index, item in enumerate(value):
        text(item, f"{path}.{index}")


def whole(least: int = 0) -> Callable[[Any, str], None]:
    """Return the check of a whole number.

    Args:
        least: The smallest.
    """

    def check(value: Any, path: str) -> None:
        if isinstance(value, bool) or not isinstance(value, int):
            refuse(path, "Input should be a valid integer")
        if value < least:
            refuse(path, f"Input should be greater than or equal to {least}")

    return check


def number(least: float, most: float) -> Callable[[Any, str], None]:
    """Return the check of a number.

    Args:
        least: The smallest.
        most: The largest.
    """

    def check(value: Any, path: str) -> None:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            refuse(path, "Input should be a valid number")
        if value < least:
            refuse(path, f"Input should be greater than or equal to {least:g}")
        if value > most:
            refuse(path, f"Input should be less than or equal to {most:g}")

    return check


def one_of(*values: str) -> Callable[[Any, str], None]:
    """Return the check of a string that is one of several.

    Args:
        *values: The strings.
    """
    names = [f"'{value}'" for value in values]
    listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} or {names[-1]}"

    def check(value: Any, path: str) -> None:
        if value not in values:
            refuse(path, f"Input should be {listed}")

    return check


def record(fields: Fields) -> Callable[[Any, str], None]:
    """Return the check of an object.

    Args:
        fields: Its fields.
    """
    return lambda value, path: check_object(value, path, fields)


def tagged(value: Any, path: str, kinds: Mapping[str, Fields]) -> str:
    """Check an object whose `type` names its fields, and return the type.

    Args:
        value: The value.
        path: Where it is.
        kinds: The fields of each type.

    Raises:
        GatewayError: For the first broken rule.
    """
    if not isinstance(value, dict):
        refuse(path, "Input should be a valid dictionary")
    if "type" not in value:
        refuse(join(path, "type"), "Field required")
    kind = value["type"]
    if not isinstance(kind, str) or kind not in kinds:
        expected = ", ".join(f"'{name}'" for name in kinds)
        refuse(
            path,
            f"Input tag '{kind}' found using 'type' does not match any of the expected tags:"
            f" {expected}",
        )
    check_object(value, f"{path}.{kind}", {"type": Field(text, required=True), **kinds[kind]})
    return kind
