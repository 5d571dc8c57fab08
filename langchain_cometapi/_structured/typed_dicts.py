"""`TypedDict` classes as Pydantic validates them."""

from __future__ import annotations

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

from typing_extensions import ReadOnly, TypedDict, is_typeddict

_QUALIFIERS = (Required, NotRequired, ReadOnly)


def adapt_typed_dict(typed_dict: Any) -> Any:
    """Return a `TypedDict` that Pydantic takes, and that means what LangChain takes it for.

    Pydantic refuses those of `typing` before Python 3.12. LangChain reads
    `Annotated[int, 3, "Number of legs"]` as a default and a description: such a key is not
    required.

    Args:
        typed_dict: A `TypedDict`; those inside of it are replaced, too.
    """
    return _adapt(typed_dict, {})


def _adapt(hint: Any, adapted: dict[Any, Any]) -> Any:
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
    new.__annotations__ = hints
    new.__required_keys__ = required
    new.__optional_keys__ = frozenset(hints) - required
    new.__doc__ = typed_dict.__doc__
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
