"""What a user passes as the schema of an output, and the value that it makes of JSON."""

from __future__ import annotations

import dataclasses
import json
from functools import cached_property
from typing import TYPE_CHECKING, Any

from langchain_core.utils.pydantic import is_basemodel_subclass
from pydantic import BaseModel, TypeAdapter, ValidationError
from typing_extensions import is_typeddict

from langchain_cometapi._schemas.check import find_misfit
from langchain_cometapi._schemas.references import References
from langchain_cometapi._schemas.sources import read_schema
from langchain_cometapi._schemas.typed_dicts import adapt_typed_dict

if TYPE_CHECKING:
    from collections.abc import Callable


class MisfitError(ValueError):
    """A value that does not fit a JSON schema."""


class OutputSchema:
    """A schema of an output, of any kind that LangChain accepts.

    An instance comes of a Pydantic class, of either major version, and of a dataclass, as
    `create_agent` returns it; `ChatOpenAI` returns a dict for a dataclass. A `TypedDict` gives a
    dict whose values have the types that it names, any other schema a dict as the model wrote it.
    """

    def __init__(self, schema: Any) -> None:
        """Take a schema.

        Args:
            schema: A Pydantic class, a dataclass, a `TypedDict`, a JSON or function schema, a
                response format, a tool or a function.
        """
        self.schema = schema

    def __reduce__(self) -> tuple[type[OutputSchema], tuple[Any]]:
        """Pickle without validators, which cannot be."""
        return type(self), (self.schema,)

    def __repr__(self) -> str:
        """Return the schema's name or dict."""
        return f"OutputSchema({getattr(self.schema, '__name__', self.schema)})"

    @property
    def is_class(self) -> bool:
        """Whether the output is an instance, so that a part of it may be invalid."""
        return isinstance(self.schema, type) and not is_typeddict(self.schema)

    @property
    def output_type(self) -> Any:
        """The type of the output."""
        is_class = isinstance(self.schema, type)
        return self.schema if is_class else dict[str, Any]

    def load(self, value: Any) -> Any:
        """Return the output of a JSON value.

        Raises:
            ValueError: If the value does not fit: Pydantic's error for a class.
        """
        return self._load(value)

    @cached_property
    def _load(self) -> Callable[[Any], Any]:
        schema = self.schema
        if isinstance(schema, type) and is_basemodel_subclass(schema):
            if not issubclass(schema, BaseModel):
                return schema.parse_obj  # type: ignore[attr-defined,no-any-return]
            return _Loader(schema.model_validate_json, schema.model_validate)
        if is_typeddict(schema):
            return _Loader.create(TypeAdapter(adapt_typed_dict(schema)))
        if isinstance(schema, type) and dataclasses.is_dataclass(schema):
            return _Loader.create(TypeAdapter(schema))
        return self._check

    def _check(self, value: Any) -> Any:
        if (misfit := find_misfit(value, self.json_schema)) is not None:
            raise MisfitError(misfit)
        return value

    @cached_property
    def json_schema(self) -> Any:
        """The user's own JSON schema, before anything is rewritten."""
        return read_schema(self.schema).schema

    @cached_property
    def properties(self) -> frozenset[str]:
        """The names of the properties that the schema declares at its root."""
        found, references = self.json_schema, References(self.json_schema)
        for _ in range(_MAX_REFERENCES):
            reference = found.get("$ref") if isinstance(found, dict) else None
            if not isinstance(reference, str):
                break
            found = references.find(reference)
        declared = found.get("properties") if isinstance(found, dict) else None
        return frozenset(declared) if isinstance(declared, dict) else frozenset()


_MAX_REFERENCES = 10


class _Loader:
    """Reads a value as JSON, in which a date is a text and a tuple a list, also in strict mode."""

    def __init__(self, load_json: Callable[[str], Any], load: Callable[[Any], Any]) -> None:
        self._load_json = load_json
        self._load = load

    @classmethod
    def create(cls, adapter: TypeAdapter[Any]) -> _Loader:
        return cls(adapter.validate_json, adapter.validate_python)

    def __call__(self, value: Any) -> Any:
        try:
            return self._load_json(json.dumps(value))
        except ValidationError as error:
            if error.errors()[0]["type"] != "json_invalid":
                raise
        return self._load(value)  # what Pydantic's parser of JSON does not take
