"""Classes of Pydantic for `TypedDict`s, in the words of LangChain: type, default, description."""

from __future__ import annotations

import inspect
import re
from types import UnionType
from typing import (
    Annotated,
    Any,
    ForwardRef,
    Literal,
    NotRequired,
    Required,
    Union,
    get_args,
    get_origin,
)

import typing_extensions
from pydantic import BaseModel, ConfigDict, Field, create_model
from pydantic.fields import FieldInfo
from typing_extensions import get_type_hints, is_typeddict

_REQUIRED = (Required, typing_extensions.Required)
_NOT_REQUIRED = (NotRequired, typing_extensions.NotRequired)
_OTHER_CHARACTERS = re.compile(r"\W")


class _Model(BaseModel):
    model_config = ConfigDict(arbitrary_types_allowed=True)


def create_model_of(typed_dict: Any) -> type[BaseModel]:
    """Return a class of Pydantic with the fields of a `TypedDict`, and of those inside of it.

    Args:
        typed_dict: The class. A field may be `Annotated[type, default, "description"]`, with `...`
            for no default, as in LangChain.
    """
    converter = _Converter()
    model = converter.create(typed_dict)
    for one in converter.models.values():
        one.model_rebuild(_types_namespace={**converter.models})
    return model


class _Converter:
    """Creates the classes of `TypedDict`s that may name each other."""

    def __init__(self) -> None:
        self.models: dict[str, type[BaseModel]] = {}
        self._names: dict[int, str] = {}

    def create(self, typed_dict: Any) -> type[BaseModel]:
        """Return the class of a `TypedDict`."""
        name = self._name(typed_dict)
        doc, texts = _read_docstring(typed_dict)
        fields: dict[str, Any] = {}
        for number, (own, hint) in enumerate(
            get_type_hints(typed_dict, include_extras=True).items()
        ):
            fields[f"field_{number}"] = self._create_field(typed_dict, own, hint, texts.get(own))
        model = create_model(typed_dict.__name__, __base__=_Model, __doc__=doc, **fields)
        self.models[name] = model
        return model

    def _name(self, typed_dict: Any) -> str:
        """Return the name that other classes call this one; every class has another."""
        wanted = _OTHER_CHARACTERS.sub("_", typed_dict.__name__)
        return self._names.setdefault(id(typed_dict), f"{wanted}_{len(self._names)}")

    def _create_field(self, typed_dict: Any, name: str, hint: Any, text: str | None) -> Any:
        is_required = name in typed_dict.__required_keys__
        while (origin := get_origin(hint)) in (*_REQUIRED, *_NOT_REQUIRED):
            is_required = origin in _REQUIRED
            (hint,) = get_args(hint)
        options: dict[str, Any] = {"alias": name}
        if get_origin(hint) is Annotated:
            inner, *extra = get_args(hint)
            if _is_of_langchain(extra):
                hint = inner
                if extra[0] is not ...:
                    options["default"] = extra[0]
                if len(extra) > 1:
                    text = text or extra[1]
        if text:
            options["description"] = text
        if not is_required and "default" not in options:
            options["default_factory"] = dict  # optional, without a default in the schema
        return self._convert(hint), Field(**options)

    def _convert(self, hint: Any) -> Any:
        """Return a type with the classes of `TypedDict`s in their place."""
        if is_typeddict(hint):
            if id(hint) not in self._names:
                self.create(hint)
            return ForwardRef(self._names[id(hint)])
        origin, args = get_origin(hint), get_args(hint)
        if origin is None or origin is Literal or not args:
            return hint
        if origin is Annotated:
            return Annotated[(self._convert(args[0]), *args[1:])]
        converted = tuple(arg if isinstance(arg, list) else self._convert(arg) for arg in args)
        if origin in (Union, UnionType):
            return Union[converted]  # noqa: UP007 - of a tuple
        return origin[converted]


def _is_of_langchain(extra: list[Any]) -> bool:
    """Return whether an annotation is a default and a description."""
    if isinstance(extra[0], FieldInfo) or type(extra[0]).__module__ == "annotated_types":
        return False
    return len(extra) == 1 or (len(extra) == 2 and isinstance(extra[1], str))  # noqa: PLR2004


def _read_docstring(typed_dict: Any) -> tuple[str | None, dict[str, str]]:
    """Return what a docstring in Google's style says of a class, and of its fields."""
    own = typed_dict.__dict__.get("__doc__")
    if not own:
        return None, {}
    text, _, rest = inspect.cleandoc(own).partition("\nArgs:\n")
    block = rest.partition("\n\n")[0]
    found = re.findall(r"^\s+(\w+)(?: \([^)]*\))?: (.*(?:\n\s{8,}.*)*)", block, re.MULTILINE)
    return text.strip() or None, {name: " ".join(line.split()) for name, line in found}
