"""JSON Schema in a vendor's dialect: keywords that it does not know, in other words.

`dereference_refs` of LangChain cannot take the references here: definitions that name each other
grow by its result with the factorial of their number (seven make 200 KB), it raises `KeyError`
where a reference leads nowhere, and an end of a recursion loses its type, which Gemini demands.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from langchain_cometapi._chat.request.schema_merge import (
    DEFINITIONS,
    NAMED_SUBSCHEMAS,
    JSONSchema,
    merge_schemas,
)

if TYPE_CHECKING:
    from langchain_cometapi._vendors.registry import SchemaDialect

_LISTED_SUBSCHEMAS = frozenset({"anyOf", "oneOf", "allOf", "prefixItems"})
_SINGLE_SUBSCHEMAS = frozenset({"items", "additionalProperties", "not", "contains"})

# Keywords about the property rather than about its type.
_ANNOTATIONS = frozenset({"title", "description", "default"})

_TYPES = {str: "string", bool: "boolean", int: "integer", float: "number", type(None): "null"}
_TYPES |= {list: "array", dict: "object"}

# Definitions that name each other grow with each level that is opened. Where all of them together
# take more subschemas than this, fewer levels are opened, in every branch alike.
MAX_OPENED_SUBSCHEMAS = 5000
_MAX_LEVELS = (8, 5, 3, 2, 1)


def adapt_schema(schema: JSONSchema, dialect: SchemaDialect) -> JSONSchema:
    """Return a schema that means the same, less the keywords that cannot be expressed.

    Args:
        schema: A JSON schema; it is not changed.
        dialect: What its reader does not know.
    """
    for max_levels in (None, *_MAX_LEVELS):
        try:
            return _Adapter(schema, dialect, max_levels, MAX_OPENED_SUBSCHEMAS).adapt(schema, ())
        except (_TooLargeError, RecursionError):
            continue
    return _Adapter(schema, dialect, 0, None).adapt(schema, ())


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

    def adapt(self, schema: JSONSchema, path: tuple[str, ...]) -> JSONSchema:
        """Return a subschema in the dialect.

        Args:
            schema: The subschema.
            path: The references that led to it: one that leads to itself ends there.
        """
        dialect = self._dialect
        schema, path = self._open(schema, path)
        if dialect.any_of_only:
            schema = _replace_one_of(schema)
        if dialect.const_as_enum and "const" in schema:
            schema = _without(schema, "const") | {"enum": [schema["const"]]}
        if dialect.one_type and isinstance(schema.get("type"), list):
            schema = _split_types(schema)
        if dialect.typed:
            schema = _add_types(schema)
        return {
            name: self._adapt_value(name, value, path)
            for name, value in schema.items()
            if name not in dialect.left_out
        }

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
            schema = merge_schemas(self._resolve(reference, path), _without(schema, "$ref"))
            path = (*path, reference)
        return _without(schema, *DEFINITIONS) if self._dialect.inline_refs else schema, path

    def _open_all_of(
        self, schema: JSONSchema, path: tuple[str, ...]
    ) -> tuple[JSONSchema, tuple[str, ...]]:
        listed = schema["allOf"] if isinstance(schema["allOf"], list) else []
        opened = [self._open(one, path) for one in listed if isinstance(one, dict)]
        merged = merge_schemas(*(one for one, _ in opened), _without(schema, "allOf"))
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
            cut = _without(definition, *(definition.keys() - {"type", "description"}))
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


def _contains_reference(value: Any) -> bool:
    if isinstance(value, dict):
        return "$ref" in value or any(map(_contains_reference, value.values()))
    return isinstance(value, list) and any(map(_contains_reference, value))


# -- keywords ------------------------------------------------------------------------------------


def _without(schema: JSONSchema, *names: str) -> JSONSchema:
    return {name: value for name, value in schema.items() if name not in names}


def _replace_one_of(schema: JSONSchema) -> JSONSchema:
    """Return a schema with the choices of `oneOf` in `anyOf`."""
    if "oneOf" not in schema:
        return schema
    lists = (schema.get("anyOf"), schema["oneOf"])
    choices = [choice for one in lists if isinstance(one, list) for choice in one]
    rest = _without(schema, "oneOf")
    return rest | {"anyOf": choices} if choices else rest


def _split_types(schema: JSONSchema) -> JSONSchema:
    """Return a schema with its list of types as `anyOf`, each type with the keywords about it."""
    annotations = {name: schema[name] for name in _ANNOTATIONS & schema.keys()}
    rest = _without(schema, "type", *_ANNOTATIONS)
    choices = [_create_choice(type_, rest) for type_ in schema["type"]]
    # A type without any value of the enumeration is left out.
    choices = [choice for choice in choices if choice.get("enum") != []] or choices
    if not choices:
        return _without(schema, "type")
    if len(choices) == 1:
        return {**annotations, **choices[0]}
    return {**annotations, "anyOf": choices}


def _create_choice(type_: Any, rest: JSONSchema) -> JSONSchema:
    if type_ == "null":
        return {"type": type_}
    if not isinstance(rest.get("enum"), list):
        return {"type": type_, **rest}
    types = {"number", "integer"} if type_ == "number" else {type_}
    values = [value for value in rest["enum"] if _TYPES.get(type(value)) in types]
    return {"type": type_, **rest, "enum": values}


def _add_types(schema: JSONSchema) -> JSONSchema:
    """Return a schema with a `type` next to `enum`, and inside of `anyOf` instead of next to it."""
    if isinstance(schema.get("enum"), list) and "type" not in schema:
        types = {_TYPES.get(type(value)) for value in schema["enum"]}
        if len(types) == 1 and (only := types.pop()):
            return {"type": only, **schema}
    if "type" in schema and isinstance(schema.get("anyOf"), list):
        type_ = schema["type"]
        choices = [{"type": type_, **one} for one in schema["anyOf"] if isinstance(one, dict)]
        return _without(schema, "type") | {"anyOf": choices}
    return schema
