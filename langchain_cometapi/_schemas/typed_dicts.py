"""`TypedDict` classes as Pydantic validates them."""

from __future__ import annotations

import inspect
import re
import types
from typing import (
    Annotated,
    Any,
    Literal,
    NotRequired,
    Required,
    Union,
    get_args,
    get_origin,
    get_type_hints,
)

from pydantic import Field
from typing_extensions import ReadOnly, TypedDict, is_typeddict

_QUALIFIERS = (Required, NotRequired)


def adapt_typed_dict(typed_dict: Any) -> Any:
    """Return a `TypedDict` that Pydantic takes, and that means what LangChain takes it for.

    Pydantic refuses those of `typing` before Python 3.12. LangChain reads
    `Annotated[int, 3, "Number of legs"]` as a default and a description: such a key is not
    required. A docstring in Google's style describes keys, too.

    Args:
        typed_dict: A `TypedDict`; those inside of it are replaced, too.
    """
    return _adapt(typed_dict, {})


def _adapt(hint: Any, adapted: dict[Any, Any]) -> Any:
    if get_origin(hint) is ReadOnly:  # of which Pydantic warns that it does not protect the value
        (hint,) = get_args(hint)
    if is_typeddict(hint):
        return adapted[hint] if hint in adapted else _rebuild(hint, adapted)
    origin, arguments = get_origin(hint), get_args(hint)
    if not arguments or origin is Literal:
        return hint
    if origin is Annotated:
        inner, *metadata = arguments
        return Annotated[(_adapt(inner, adapted), *metadata)]
    replaced = tuple(_adapt(one, adapted) for one in arguments)
    if replaced == arguments:
        return hint
    if origin in (Union, types.UnionType):
        return Union[replaced]  # noqa: UP007 - of types that are known at run time
    return origin[replaced[0] if origin in _QUALIFIERS else replaced]


def _rebuild(typed_dict: Any, adapted: dict[Any, Any]) -> Any:
    new: Any = TypedDict(typed_dict.__name__, {})  # type: ignore[misc]
    adapted[typed_dict] = new  # before its fields, which may name it
    hints = {
        name: _adapt(hint, adapted)
        for name, hint in get_type_hints(typed_dict, include_extras=True).items()
    }
    optional = {name for name, hint in hints.items() if _has_default(hint)}
    required = frozenset(typed_dict.__required_keys__) - optional
    text, described = _read_docstring(typed_dict)
    new.__annotations__ = {
        name: _add_metadata(hint, described.get(name)) for name, hint in hints.items()
    }
    new.__required_keys__ = required
    new.__optional_keys__ = frozenset(hints) - required
    new.__doc__ = text
    new.__module__ = typed_dict.__module__
    for name in ("__pydantic_config__", "__extra_items__", "__closed__"):
        if (value := getattr(typed_dict, name, None)) is not None:
            setattr(new, name, value)
    return new


def _has_default(hint: Any) -> bool:
    if get_origin(hint) is not Annotated:
        return False
    first = get_args(hint)[1]
    return first is None or isinstance(first, str | int | float | list | dict | tuple)


def _add_metadata(hint: Any, text: str | None) -> Any:
    """Return a type with what is said about it as Pydantic reads it."""
    default: dict[str, Any] = {}
    if get_origin(hint) is Annotated:
        _, *metadata = get_args(hint)
        if _has_default(hint):
            default = {"json_schema_extra": {"default": metadata[0]}}
        if len(metadata) > 1 and isinstance(metadata[1], str):
            text = text or metadata[1]
    if not text and not default:
        return hint
    field: Any = Field(description=text, **default)
    if get_origin(hint) in _QUALIFIERS:
        (inner,) = get_args(hint)
        return get_origin(hint)[Annotated[inner, field]]
    return Annotated[hint, field]


def _read_docstring(typed_dict: Any) -> tuple[str | None, dict[str, str]]:
    """Return what a docstring in Google's style says of a class, and of its keys."""
    own = typed_dict.__dict__.get("__doc__")
    if not own:
        return None, {}
    text, _, rest = inspect.cleandoc(own).partition("\nArgs:\n")
    block = rest.partition("\n\n")[0]
    found = re.findall(r"^\s+(\w+)(?: \([^)]*\))?: (.*(?:\n\s{8,}.*)*)", block, re.MULTILINE)
    return text.strip() or None, {name: " ".join(line.split()) for name, line in found}
