"""JSON Schema in a vendor's dialect: keywords that it does not know, in other words.

`dereference_refs` of LangChain cannot take the references here: definitions that name each other
grow by its result with the factorial of their number (seven make 200 KB), it raises `KeyError`
where a reference leads nowhere, and an end of a recursion loses its type, which Gemini demands.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from langchain_cometapi._json import write_json
from langchain_cometapi._schemas.keywords import (
    add_items,
    add_types,
    replace_one_of,
    replace_tuples,
    restrict_enum,
    restrict_required,
    split_types,
    without,
)
from langchain_cometapi._schemas.merge import (
    DEFINITIONS,
    NAMED_SUBSCHEMAS,
    JSONSchema,
    merge_schemas,
)
from langchain_cometapi.exceptions import CometAPIUnsentRequestError

if TYPE_CHECKING:
    from langchain_cometapi._vendors.registry import SchemaDialect

_LISTED_SUBSCHEMAS = frozenset({"anyOf", "oneOf", "allOf", "prefixItems"})
_SINGLE_SUBSCHEMAS = frozenset({"items", "additionalProperties", "not", "contains"})

# Definitions that name each other grow with each level that is opened. Where all of them together
# take more subschemas than this, fewer levels are opened, in every branch alike.
MAX_OPENED_SUBSCHEMAS = 5000
_MAX_LEVELS = (8, 5, 3, 2, 1)


def adapt_schema(
    schema: JSONSchema, dialect: SchemaDialect, removed: set[str] | None = None
) -> JSONSchema:
    """Return a schema that means the same, less the keywords that cannot be expressed.

    Args:
        schema: A JSON schema; it is not changed.
        dialect: What its reader does not know.
        removed: The names of the keywords that are removed are added here.
    """
    for max_levels in (None, *_MAX_LEVELS, 0):
        limit = MAX_OPENED_SUBSCHEMAS if max_levels != 0 else None
        adapter = _Adapter(schema, dialect, max_levels, limit)
        try:
            adapted = adapter.adapt(schema, ())
        except (_TooLargeError, RecursionError):
            continue
        if removed is not None:
            removed |= adapter.removed
        return adapted
    msg = "A schema is nested too deeply to be sent."
    raise CometAPIUnsentRequestError(msg)


def adapt_known_schema(schema: JSONSchema, dialect: SchemaDialect, removed: set[str]) -> JSONSchema:
    """Return what `adapt_schema` does, remembered: agents send the same tools again and again.

    Args:
        schema: A JSON schema, of JSON values alone.
        dialect: What its reader does not know.
        removed: The names of the keywords that are removed are added here.

    Returns:
        A schema that must not be changed.
    """
    try:
        text = write_json(schema)
    except RecursionError:
        return adapt_schema(schema, dialect, removed)
    adapted, names = _adapt_text(text, dialect)
    removed |= names
    return adapted


@lru_cache(maxsize=256)
def _adapt_text(text: str, dialect: SchemaDialect) -> tuple[JSONSchema, frozenset[str]]:
    removed: set[str] = set()
    return adapt_schema(json.loads(text), dialect, removed), frozenset(removed)


class _TooLargeError(Exception):
    """A schema has grown too large by its references."""


class _Adapter:
    """Rewrites one schema, subschema by subschema."""

    def __init__(
        self,
        root: JSONSchema,
        dialect: SchemaDialect,
        max_levels: int | None,
        max_opened: int | None,
    ) -> None:
        """Start with a schema.

        Args:
            root: The schema.
            dialect: What its reader does not know.
            max_levels: How many references may be opened inside of each other, `None` for all.
            max_opened: How many subschemas may come from references, `None` for any number.
        """
        self._root = root
        self._dialect = dialect
        self._max_levels = max_levels
        self._remaining = max_opened
        self.removed: set[str] = set()
        """The names of keywords that were removed."""

    def adapt(self, schema: JSONSchema, path: tuple[str, ...]) -> JSONSchema:
        """Return a subschema in the dialect.

        Args:
            schema: The subschema.
            path: The references that led to it: one that leads to itself ends there.
        """
        dialect = self._dialect
        schema, path = self._open(schema, path)
        if dialect.any_of_only:
            schema = replace_one_of(schema)
        if dialect.const_as_enum and "const" in schema:
            schema = without(schema, "const") | {"enum": [schema["const"]]}
        if dialect.one_type and isinstance(schema.get("type"), list):
            schema = split_types(schema)
        if dialect.typed:
            schema = add_types(schema)
        if dialect.keywords is not None:
            schema = self._restrict(schema, dialect.keywords)
        adapted = {name: self._adapt_value(name, value, path) for name, value in schema.items()}
        return adapted if dialect.keywords is None else _drop_empty_choices(adapted, schema)

    def _restrict(self, schema: JSONSchema, keywords: frozenset[str]) -> JSONSchema:
        """Return a schema with these keywords alone, and values as their reader takes them."""
        if isinstance(properties := schema.get("properties"), dict):
            known = {name: {} if one is True else one for name, one in properties.items()}
            kept = {name: one for name, one in known.items() if isinstance(one, dict)}
            schema = {**schema, "properties": kept}
        schema = add_items(replace_tuples(restrict_required(schema)))
        if isinstance(schema.get("type"), str) and schema["type"].lower() not in _TYPE_NAMES:
            schema = without(schema, "type")
        schema = restrict_enum(schema)
        self.removed |= schema.keys() - keywords
        return {name: value for name, value in schema.items() if name in keywords}

    def _adapt_value(self, name: str, value: Any, path: tuple[str, ...]) -> Any:
        if name in NAMED_SUBSCHEMAS and isinstance(value, dict):
            return {key: self._adapt_any(subschema, path) for key, subschema in value.items()}
        if name in _LISTED_SUBSCHEMAS and isinstance(value, list):
            return [self._adapt_any(subschema, path) for subschema in value]
        return self._adapt_any(value, path) if name in _SINGLE_SUBSCHEMAS else value

    def _adapt_any(self, subschema: Any, path: tuple[str, ...]) -> Any:
        """Return a subschema in the dialect; `True` and `False` are schemas, too."""
        return self.adapt(subschema, path) if isinstance(subschema, dict) else subschema

    # -- references ------------------------------------------------------------------------------

    def _open(
        self, schema: JSONSchema, path: tuple[str, ...]
    ) -> tuple[JSONSchema, tuple[str, ...]]:
        """Return a schema with `$ref` and `allOf` replaced, and the path that led into it."""
        if path:
            self._count_opened()
        while True:
            if self._dialect.any_of_only and "allOf" in schema:
                schema, path = self._open_all_of(schema, path)
            reference = schema.get("$ref")
            if not self._dialect.inline_refs or not isinstance(reference, str):
                break
            schema = merge_schemas(self._resolve(reference, path), without(schema, "$ref"))
            path = (*path, reference)
        return without(schema, *DEFINITIONS) if self._dialect.inline_refs else schema, path

    def _open_all_of(
        self, schema: JSONSchema, path: tuple[str, ...]
    ) -> tuple[JSONSchema, tuple[str, ...]]:
        listed = schema["allOf"] if isinstance(schema["allOf"], list) else []
        opened = [self._open(one, path) for one in listed if isinstance(one, dict)]
        merged = merge_schemas(*(one for one, _ in opened), without(schema, "allOf"))
        references = [reference for _, inner in opened for reference in inner]
        return merged, tuple(dict.fromkeys([*path, *references]))

    def _count_opened(self) -> None:
        if self._remaining is None:
            return
        self._remaining -= 1
        if self._remaining < 0:
            raise _TooLargeError

    def _resolve(self, reference: str, path: tuple[str, ...]) -> JSONSchema:
        """Return the definition of a reference, or its type and description where it must end."""
        definition = self._find_definition(reference)
        is_too_deep = self._max_levels is not None and len(path) >= self._max_levels
        if reference in path or (is_too_deep and _contains_reference(definition)):
            cut = without(definition, *(definition.keys() - {"type", "description"}))
            return {"type": "object", **cut}
        return definition or {"type": "object"}

    def _find_definition(self, reference: str) -> JSONSchema:
        """Return the definition of a reference, `{}` if there is none in this schema."""
        found: Any = self._root
        for name in reference.removeprefix("#").split("/")[1:]:
            key = name.replace("~1", "/").replace("~0", "~")
            if isinstance(found, dict):
                found = found.get(key, found.get(unquote(key)))
            elif isinstance(found, list) and key.isdecimal() and int(key) < len(found):
                found = found[int(key)]
            else:
                return {}
        if found is self._root or not isinstance(found, dict):
            return {}
        return found


_TYPE_NAMES = frozenset({"string", "number", "integer", "boolean", "array", "object", "null"})


def _drop_empty_choices(adapted: JSONSchema, schema: JSONSchema) -> JSONSchema:
    """Return a schema without the choices that became empty."""
    choices, before = adapted.get("anyOf"), schema.get("anyOf")
    if not isinstance(choices, list) or not isinstance(before, list):
        return adapted
    pairs = zip(choices, before, strict=True)
    kept = [one for one, old in pairs if isinstance(one, dict) and (one or not old)]
    return {**adapted, "anyOf": kept} if kept else without(adapted, "anyOf")


def _contains_reference(value: Any) -> bool:
    if isinstance(value, dict):
        return "$ref" in value or any(map(_contains_reference, value.values()))
    return isinstance(value, list) and any(map(_contains_reference, value))
