"""JSON Schema in a vendor's dialect: what its row calls unknown is said in other words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from langchain_cometapi._vendors import SchemaDialect

JSONSchema = dict[str, Any]

_DEFINITIONS = ("$defs", "definitions")
_OF_NAMED_SCHEMAS = frozenset({"properties", "patternProperties", *_DEFINITIONS})
_OF_SCHEMAS = frozenset({"anyOf", "oneOf", "allOf", "prefixItems"})
_OF_A_SCHEMA = frozenset({"items", "additionalProperties", "not", "contains"})

# What is said of a property rather than of its type.
_ANNOTATIONS = frozenset({"title", "description", "default"})

_TYPES = {str: "string", bool: "boolean", int: "integer", float: "number", type(None): "null"}


def adapt_schema(schema: JSONSchema, dialect: SchemaDialect) -> JSONSchema:
    """Rewrite a schema; the given one is not changed.

    Args:
        schema: A JSON schema.
        dialect: What its reader does not know.

    Returns:
        A schema that means the same, less the keywords that cannot be said.
    """
    return _Adapter(schema, dialect).adapt(schema, ())


class _Adapter:
    """Rewrites the parts of one schema."""

    def __init__(self, root: JSONSchema, dialect: SchemaDialect) -> None:
        self._root = root
        self._dialect = dialect

    def adapt(self, schema: JSONSchema, inside: tuple[str, ...]) -> JSONSchema:
        """Rewrite a part.

        Args:
            schema: The part.
            inside: The references that led to it: one that leads to itself ends there.
        """
        dialect = self._dialect
        schema, inside = self._open(schema, inside)
        if dialect.any_of_only:
            schema = _without_one_of(schema)
        if dialect.const_as_enum and "const" in schema:
            schema = _without(schema, "const") | {"enum": [schema["const"]]}
        if dialect.one_type and isinstance(schema.get("type"), list):
            schema = _part_types(schema)
        if dialect.typed:
            schema = _with_types(schema)
        return {
            name: self._adapt_value(name, value, inside)
            for name, value in schema.items()
            if name not in dialect.left_out
        }

    def _open(
        self, schema: JSONSchema, inside: tuple[str, ...]
    ) -> tuple[JSONSchema, tuple[str, ...]]:
        """Put what `$ref` and `allOf` stand for in their place."""
        while True:
            if self._dialect.any_of_only and isinstance(schema.get("allOf"), list):
                parts = [self._open(p, inside)[0] for p in schema["allOf"] if isinstance(p, dict)]
                schema = _join(*parts, _without(schema, "allOf"))
            reference = schema.get("$ref")
            if not self._dialect.inline_refs or not isinstance(reference, str):
                break
            named = {} if reference in inside else self._resolve(reference)
            schema = {**(named or {"type": "object"}), **_without(schema, "$ref")}
            inside = (*inside, reference)
        return _without(schema, *_DEFINITIONS) if self._dialect.inline_refs else schema, inside

    def _adapt_value(self, name: str, value: Any, inside: tuple[str, ...]) -> Any:
        if name in _OF_NAMED_SCHEMAS and isinstance(value, dict):
            return {key: self._adapt_part(part, inside) for key, part in value.items()}
        if name in _OF_SCHEMAS and isinstance(value, list):
            return [self._adapt_part(part, inside) for part in value]
        return self._adapt_part(value, inside) if name in _OF_A_SCHEMA else value

    def _adapt_part(self, part: Any, inside: tuple[str, ...]) -> Any:
        return self.adapt(part, inside) if isinstance(part, dict) else part

    def _resolve(self, reference: str) -> JSONSchema:
        """Return what a reference names, nothing if it names nothing in this schema."""
        found: Any = self._root
        for name in reference.removeprefix("#").split("/")[1:]:
            key = name.replace("~1", "/").replace("~0", "~")
            found = found.get(key) if isinstance(found, dict) else None
        if found is self._root or not isinstance(found, dict):
            return {}
        return found


def _without(schema: JSONSchema, *names: str) -> JSONSchema:
    return {name: value for name, value in schema.items() if name not in names}


def _without_one_of(schema: JSONSchema) -> JSONSchema:
    if "oneOf" not in schema:
        return schema
    choices = [*schema.get("anyOf", ()), *schema["oneOf"]]
    return _without(schema, "oneOf") | {"anyOf": choices}


def _join(*schemas: JSONSchema) -> JSONSchema:
    """Return what holds where all of the schemas do; the last wins where two contradict."""
    joined: JSONSchema = {}
    for schema in schemas:
        properties = {**joined.get("properties", {}), **schema.get("properties", {})}
        required = dict.fromkeys([*joined.get("required", ()), *schema.get("required", ())])
        joined |= schema
        if properties:
            joined["properties"] = properties
        if required:
            joined["required"] = list(required)
    return joined


def _part_types(schema: JSONSchema) -> JSONSchema:
    """Write a list of types as `anyOf`: each type with what is said of it."""
    annotations = {name: schema[name] for name in _ANNOTATIONS & schema.keys()}
    rest = _without(schema, "type", *_ANNOTATIONS)
    kinds = [
        {"type": kind} if kind == "null" else {"type": kind, **rest} for kind in schema["type"]
    ]
    return {**annotations, **kinds[0]} if len(kinds) == 1 else {**annotations, "anyOf": kinds}


def _with_types(schema: JSONSchema) -> JSONSchema:
    """Say the type beside an `enum`, and within `anyOf` instead of beside it."""
    if "enum" in schema and "type" not in schema:
        kinds = {_TYPES.get(type(value)) for value in schema["enum"]}
        if len(kinds) == 1 and (kind := kinds.pop()):
            return {"type": kind, **schema}
    if "type" in schema and isinstance(schema.get("anyOf"), list):
        kind = schema["type"]
        choices = [{"type": kind, **part} for part in schema["anyOf"] if isinstance(part, dict)]
        return _without(schema, "type") | {"anyOf": choices}
    return schema
