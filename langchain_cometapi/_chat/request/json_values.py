"""Finds values that JSON does not have, before a request is sent.

The serializer would write some of them (`NaN`, which no host reads) and turn others into text (a
`Decimal`, a date), so that the model or the gateway gets something else than the user passed.
"""

from __future__ import annotations

import datetime as dt
import decimal
import enum
import math
import numbers
import uuid
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from langchain_cometapi._json import write_json
from langchain_cometapi.exceptions import CometAPIUnsentRequestError

if TYPE_CHECKING:
    from collections.abc import Iterable

_KEY = ", a key of it,"
"""The end of the path to a key."""

SCALARS = frozenset({str, bool, int, type(None)})
"""Types of which every value is JSON."""

# Type -> what to pass instead.
_ADVICE: tuple[tuple[type | tuple[type, ...], str], ...] = (
    (decimal.Decimal, "`float(...)` or `str(...)` of it"),
    ((dt.date, dt.time), "its `.isoformat()`"),
    (enum.Enum, "its `.value`"),
    ((uuid.UUID, PurePath), "`str(...)` of it"),
    ((set, frozenset), "`list(...)` of it"),
    ((bytes, bytearray), "text, or base64 for binary data"),
    (BaseModel, 'its `.model_dump(mode="json")`'),
    (float, "a finite number, or `None`"),
    (numbers.Real, "`float(...)` or `int(...)` of it"),
)


def check_json(value: object, name: str, advice: str = "") -> None:
    """Check that a value can be sent as it is.

    Args:
        value: The value of a parameter, an argument or a field.
        name: What the error calls it, such as `` `temperature` ``; subscripts follow.
        advice: What to pass instead of the value itself; by its type if empty.

    Raises:
        CometAPIUnsentRequestError: If it is or holds what JSON does not have; the error says where.
    """
    if (found := find_no_json(value)) is None:
        return
    path, wrong = found
    if isinstance(wrong, (dict, list, tuple)) and not path.endswith(_KEY):
        msg = f"{name}{path} is nested in itself, which cannot be sent."
        raise CometAPIUnsentRequestError(msg)
    what = str(wrong) if isinstance(wrong, float) else f"a {type(wrong).__name__}"
    if path.endswith(_KEY):
        advice = "text"
    elif path or not advice:
        of_type = (text for types, text in _ADVICE if isinstance(wrong, types))
        advice = next(of_type, "text, a number, a list or a dict")
    msg = f"{name}{path} is {what}, which JSON does not have. Pass {advice}."
    raise CometAPIUnsentRequestError(msg)


def check_json_fast(value: object, name: str) -> None:
    """Check what `check_json` checks, faster for large values that are valid.

    Args:
        value: The value, of short texts: they are written to find out.
        name: What the error calls it.

    Raises:
        CometAPIUnsentRequestError: If it is or holds what JSON does not have; the error says where.
    """
    try:
        write_json(value)
    except (TypeError, ValueError, RecursionError):
        check_json(value, name)


def write_arguments(arguments: dict[str, Any], tool: str) -> str:
    """Return the arguments of a tool call as JSON.

    Args:
        arguments: The arguments.
        tool: The name of the tool.

    Raises:
        CometAPIUnsentRequestError: If they hold what JSON does not have; it names the argument.
    """
    try:
        return write_json(arguments)
    except (TypeError, ValueError, RecursionError):
        check_json(arguments, f"In the tool call {tool!r}, args")
    msg = f"In the tool call {tool!r}, args is nested too deeply to be sent."
    raise CometAPIUnsentRequestError(msg)


def find_no_json(value: object) -> tuple[str, object] | None:
    """Return the first value in another that JSON does not have, and where it is.

    JSON has text, finite numbers, booleans, `None`, lists (also tuples), and dicts with text or
    whole numbers as keys.

    Args:
        value: The value to look through, however deep it is nested.

    Returns:
        The subscripts that lead to it, such as `['prices'][0]`, and the value itself; a list or a
        dict that contains itself. `None` if there is none.
    """
    if type(value) in SCALARS:
        return None
    pending = [_Entry(value)]
    while pending:
        entry = pending.pop()
        item = entry.value
        if isinstance(item, dict):
            items: Iterable[tuple[Any, Any]] = item.items()
        elif isinstance(item, (list, tuple)):
            items = enumerate(item)
        elif isinstance(item, (str, int)) or (isinstance(item, float) and math.isfinite(item)):
            continue
        else:
            return entry.describe_path(), item
        if entry.contains_itself():
            return entry.describe_path(), item
        for key, inner in items:
            if not isinstance(key, (str, int)):
                return f"{entry.describe_path()}{_KEY}", key
            if type(inner) not in SCALARS:
                pending.append(_Entry(inner, key, entry))
    return None


class _Entry:
    """A value to check, and the entry that contains it; paths are built only for an error."""

    __slots__ = ("depth", "key", "parent", "value")

    def __init__(self, value: Any, key: Any = None, parent: _Entry | None = None) -> None:
        self.value = value
        self.key = key
        self.parent = parent
        self.depth: int = 0 if parent is None else parent.depth + 1

    def contains_itself(self) -> bool:
        """Return whether the value is inside of itself; checked at some depths only, for speed."""
        if self.depth % _CYCLE_CHECK_DEPTH:
            return False
        parent = self.parent
        while parent is not None:
            if parent.value is self.value:
                return True
            parent = parent.parent
        return False

    def describe_path(self) -> str:
        """Return the subscripts that lead to the value."""
        keys = []
        entry = self
        while entry.parent is not None:
            keys.append(f"[{entry.key!r}]")
            entry = entry.parent
        if len(keys) > _SHOWN_KEYS:
            keys[_SHOWN_KEYS // 2 : -_SHOWN_KEYS // 2] = ["[…]"]
        return "".join(reversed(keys))


_SHOWN_KEYS = 12

# A circle never ends, so it reaches this depth whatever its length.
_CYCLE_CHECK_DEPTH = 512
