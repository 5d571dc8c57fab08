"""Reads JSON as Google's parser does: as messages of protobuf.

Names may be in camel case or in snake case, numbers and enumerations may be texts, and one value
may stand for a list of one.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import sys
from typing import TYPE_CHECKING, Any, Final

from langchain_cometapi.emulator._routes.generate_content.errors import google_error, refuse
from langchain_cometapi.emulator._rules.google_messages import ENUMS, MESSAGES, PART_DATA

if TYPE_CHECKING:
    from langchain_cometapi.emulator._errors import GatewayError

_REPEATED = "repeated "
_PACKAGE = "type.googleapis.com/google.ai.generativelanguage.v1beta."
_TYPES: Final = {
    "string": "TYPE_STRING",
    "bool": "TYPE_BOOL",
    "int32": "TYPE_INT32",
    "float": "TYPE_FLOAT",
    "double": "TYPE_DOUBLE",
    "bytes": "TYPE_BYTES",
    "struct": "type.googleapis.com/google.protobuf.Struct",
}
_MAX_INT32 = 2**31


def read_message(value: Any, message: str, path: str = "") -> dict[str, Any]:
    """Return a message with the names of its fields in camel case, and without its nulls.

    Args:
        value: The JSON.
        message: Which of `MESSAGES` it is.
        path: Where it stands, in Google's notation.

    Raises:
        PassedOnError: In Google's words, for the first field that is not as it must be.
    """
    if not isinstance(value, dict):
        raise invalid(path, f"{_PACKAGE}{message}", value)
    fields = MESSAGES[message]
    read: dict[str, Any] = {}
    for given, item in value.items():
        name = camel(given)
        kind = fields.get(name)
        if kind is None or given not in (name, snake(name)):
            raise unknown_name(given, path)
        field_path = f"{path}.{snake(name)}".removeprefix(".")
        if item is None:
            continue
        set_before = [other for other in read if other == name]
        if message == "Part" and name in PART_DATA:
            set_before = [other for other in read if other in PART_DATA]
        if set_before:
            words = f"oneof field 'data' is already set. Cannot set '{name}'"
            msg = f"Invalid value at '{path}' (oneof), {words}"
            refuse(msg)
        read[name] = _read_field(item, kind, field_path)
    return read


def _read_field(value: Any, kind: str, path: str) -> Any:
    if kind.startswith(_REPEATED):
        kind = kind.removeprefix(_REPEATED)
        if not isinstance(value, list):
            return [_read_one(value, kind, path)]
        return [_read_one(item, kind, f"{path}[{index}]") for index, item in enumerate(value)]
    if isinstance(value, list) and kind != "value":
        parent, _, name = path.rpartition(".")
        where = f" at '{parent}'" if parent else ""
        msg = (
            f'Invalid JSON payload received. Unknown name "{name}"{where}: Proto field is not'
            " repeating, cannot start list."
        )
        refuse(msg)
    return _read_one(value, kind, path)


def _read_one(value: Any, kind: str, path: str) -> Any:
    if kind in MESSAGES:
        return read_message(value, kind, path)
    if kind in ENUMS:
        return read_enum(value, kind, path)
    if kind in ("int32", "float", "double"):
        return _read_number(value, kind, path)
    expected = {"string": str, "bool": bool, "bytes": str, "struct": dict}.get(kind, object)
    if not isinstance(value, expected):
        raise invalid(path, _TYPES[kind], value)
    if kind == "bytes" and decode(str(value)) is None:
        shown = json.dumps(str(value)[:40], ensure_ascii=False)
        msg = f"Invalid value at '{path}' (TYPE_BYTES), Base64 decoding failed for {shown}"
        refuse(msg)
    return value


def read_enum(value: Any, enum: str, path: str) -> str:
    """Return a value of an enumeration in upper case.

    Args:
        value: The JSON.
        enum: Which of `ENUMS` it is.
        path: Where it stands.

    Raises:
        PassedOnError: If there is no such value.
    """
    name, values = ENUMS[enum]
    if not isinstance(value, str) or value.upper() not in values:
        raise invalid(path, _PACKAGE + name, value)
    return value.upper()


def _read_number(value: Any, kind: str, path: str) -> float:
    number = value
    if isinstance(value, str):
        try:
            number = float(value)
        except ValueError:
            raise invalid(path, _TYPES[kind], value) from None
    is_number = isinstance(number, (int, float)) and not isinstance(number, bool)
    if kind != "int32":
        if not is_number or (isinstance(number, int) and abs(number) > sys.float_info.max):
            raise invalid(path, _TYPES[kind], value)
        return float(number)
    # Neither infinity nor what is not a number is in the range.
    if not is_number or not -_MAX_INT32 <= number < _MAX_INT32 or number != int(number):
        raise invalid(path, _TYPES[kind], value)
    return int(number)


def decode(text: str) -> bytes | None:
    """Return the bytes of a text in base64, of either alphabet; `None` if it is not base64.

    Args:
        text: The text.
    """
    plain = text.replace("-", "+").replace("_", "/").rstrip("=")
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None


def invalid(path: str, kind: str, value: Any) -> GatewayError:
    """Return the error for a value of another type.

    Args:
        path: Where it stands.
        kind: Its type.
        value: The JSON.
    """
    shown = value if isinstance(value, (str, int, float)) else type(value).__name__
    return google_error(f"Invalid value at '{path}' ({kind}), {json.dumps(shown)}")


def unknown_name(name: str, path: str) -> GatewayError:
    """Return the error for a field that is not there.

    Args:
        name: Its name.
        path: The path of the message.
    """
    where = f" at '{path}'" if path else ""
    return google_error(
        f'Invalid JSON payload received. Unknown name "{name}"{where}: Cannot find field.'
    )


def camel(name: str) -> str:
    """Return the name of a field in camel case.

    Args:
        name: The name in either case.
    """
    return re.sub(r"_([a-z0-9])", lambda found: found[1].upper(), name)


def snake(name: str) -> str:
    """Return the name of a field in snake case.

    Args:
        name: The name in camel case.
    """
    return re.sub(r"[A-Z]", lambda found: f"_{found[0].lower()}", name)
