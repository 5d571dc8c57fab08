"""JSON Schema in a vendor's dialect: what its row calls unknown is said in other words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

if TYPE_CHECKING:
    from langchain_cometapi._vendors.registry import SchemaDialect

JSONSchema = dict[str, Any]

_DEFINITIONS = ("$defs", "definitions")
_OF_NAMED_SCHEMAS = frozenset({"properties", "patternProperties", *_DEFINITIONS})
_OF_SCHEMAS = frozenset({"anyOf", "oneOf", "allOf", "prefixItems"})
_OF_A_SCHEMA = frozenset({"items", "additionalProperties", "not", "contains"})

# The ones of these that hold of each item or property: two of them are as one that says both.
_OF_EACH = frozenset({"items", "additionalProperties"})

# What is said of a property rather than of its type.
_ANNOTATIONS = frozenset({"title", "description", "default"})

_TYPES = {str: "string", bool: "boolean", int: "integer", float: "number", type(None): "null"}
_TYPES |= {list: "array", dict: "object"}

# Of two bounds the narrower one holds.
_BOUNDS = {
    f"{side}{what}": narrower
    for side, narrower in (("min", max), ("max", min))
    for what in ("imum", "Length", "Items", "Properties")
}

# Definitions that name each other grow with each level that is opened. Where all of them together
# take more parts than this, fewer levels are opened, in every branch alike.
_MOST_PARTS = 5000
_LEVELS = (8, 5, 3, 2, 1)


def adapt_schema(schema: JSONSchema, dialect: SchemaDialect) -> JSONSchema:
    """Rewrite a schema; the given one is not changed.

    Args:
        schema: A JSON schema.
        dialect: What its reader does not know.

    Returns:
        A schema that means the same, less the keywords that cannot be said.
    """
    for levels in (None, *_LEVELS):
        try:
            return _Adapter(schema, dialect, levels, _MOST_PARTS).adapt(schema, ())
        except (_TooLargeError, RecursionError):
            continue
    return _Adapter(schema, dialect, 0, None).adapt(schema, ())


class _TooLargeError(Exception):
    """A schema has grown too large by what its references name."""


class _Adapter:
    """Rewrites the parts of one schema."""

    def __init__(
        self, root: JSONSchema, dialect: SchemaDialect, levels: int | None, parts: int | None
    ) -> None:
        """Start with a schema.

        Args:
            root: The schema.
            dialect: What its reader does not know.
            levels: How many references may be opened one in the other, `None` for all.
            parts: How many parts may come from references, `None` for any number.
        """
        self._root = root
        self._dialect = dialect
        self._levels = levels
        self._parts_left = parts

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
        if inside:
            self._count_part()
        while True:
            if self._dialect.any_of_only and "allOf" in schema:
                listed = schema["allOf"] if isinstance(schema["allOf"], list) else []
                opened = [self._open(part, inside) for part in listed if isinstance(part, dict)]
                schema = _join(*(part for part, _ in opened), _without(schema, "allOf"))
                inside = tuple(
                    dict.fromkeys([*inside, *(name for _, led in opened for name in led)])
                )
            reference = schema.get("$ref")
            if not self._dialect.inline_refs or not isinstance(reference, str):
                break
            schema = _join(self._name(reference, inside), _without(schema, "$ref"))
            inside = (*inside, reference)
        return _without(schema, *_DEFINITIONS) if self._dialect.inline_refs else schema, inside

    def _count_part(self) -> None:
        if self._parts_left is None:
            return
        self._parts_left -= 1
        if self._parts_left < 0:
            raise _TooLargeError

    def _name(self, reference: str, inside: tuple[str, ...]) -> JSONSchema:
        """Return what is put in place of a reference: less than it names where it must end."""
        named = self._resolve(reference)
        too_deep = self._levels is not None and len(inside) >= self._levels
        if reference in inside or (too_deep and _holds_reference(named)):
            unsaid = named.keys() - {"type", "description"}
            return {"type": "object", **_without(named, *unsaid)}
        return named or {"type": "object"}

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
            if isinstance(found, dict):
                found = found.get(key, found.get(unquote(key)))
            elif isinstance(found, list) and key.isdecimal() and int(key) < len(found):
                found = found[int(key)]
            else:
                return {}
        if found is self._root or not isinstance(found, dict):
            return {}
        return found


def _without(schema: JSONSchema, *names: str) -> JSONSchema:
    return {name: value for name, value in schema.items() if name not in names}


def _holds_reference(part: Any) -> bool:
    if isinstance(part, dict):
        return "$ref" in part or any(map(_holds_reference, part.values()))
    return isinstance(part, list) and any(map(_holds_reference, part))


def _without_one_of(schema: JSONSchema) -> JSONSchema:
    if "oneOf" not in schema:
        return schema
    places = (schema.get("anyOf"), schema["oneOf"])
    choices = [choice for place in places if isinstance(place, list) for choice in place]
    rest = _without(schema, "oneOf")
    return rest | {"anyOf": choices} if choices else rest


def _join(*schemas: JSONSchema) -> JSONSchema:
    """Return what holds where all of the schemas do; the last wins where two contradict."""
    joined: JSONSchema = {}
    for schema in schemas:
        for name, value in schema.items():
            joined[name] = _both(name, joined[name], value) if name in joined else value
    return joined


def _both(name: str, one: Any, other: Any) -> Any:
    """Return what a keyword says where two schemas say it."""
    if one == other:
        return one
    if name in _OF_NAMED_SCHEMAS or name in _OF_EACH:
        return _both_schemas(name, one, other)
    if name == "type":
        return _both_types(one, other)
    if name in ("allOf", "anyOf", "oneOf", "enum", "required"):
        return _both_lists(name, one, other)
    if name in _BOUNDS and _is_number(one) and _is_number(other):
        return _BOUNDS[name](one, other)
    return other


def _both_schemas(name: str, one: Any, other: Any) -> Any:
    if not isinstance(one, dict) or not isinstance(other, dict):
        return one if isinstance(one, dict) else other
    if name in _OF_EACH:
        return {"allOf": [one, other]}  # opened like any other when its turn comes
    common = {key: _both("items", one[key], other[key]) for key in one.keys() & other.keys()}
    return {key: common.get(key, value) for key, value in {**one, **other}.items()}


def _both_types(one: Any, other: Any) -> Any:
    firsts, seconds = ([kind] if isinstance(kind, str) else kind for kind in (one, other))
    if not isinstance(firsts, list) or not isinstance(seconds, list):
        return one if isinstance(firsts, list) else other
    if "number" in firsts:
        firsts = [*firsts, "integer"]
    if "number" in seconds:
        seconds = [*seconds, "integer"]
    common = [kind for kind in firsts if kind in seconds]
    if "number" in common:  # which an integer is, too
        common = [kind for kind in common if kind != "integer"]
    return (common[0] if len(common) == 1 else common) or other


def _both_lists(name: str, one: Any, other: Any) -> Any:
    if not isinstance(one, list) or not isinstance(other, list):
        return one if isinstance(one, list) else other
    if name == "allOf":
        return one + other
    if name == "required":
        return one + [item for item in other if item not in one]
    # Choices twice: those in both, else the narrower list, as each with each are too many.
    return [item for item in one if item in other] or min(one, other, key=len)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _part_types(schema: JSONSchema) -> JSONSchema:
    """Write a list of types as `anyOf`: each type with what is said of it."""
    annotations = {name: schema[name] for name in _ANNOTATIONS & schema.keys()}
    rest = _without(schema, "type", *_ANNOTATIONS)
    kinds = [_of_type(kind, rest) for kind in schema["type"]]
    # No value of an enumeration is of the type: there is none.
    kinds = [kind for kind in kinds if kind.get("enum") != []] or kinds
    if not kinds:
        return _without(schema, "type")
    return {**annotations, **kinds[0]} if len(kinds) == 1 else {**annotations, "anyOf": kinds}


def _of_type(kind: Any, rest: JSONSchema) -> JSONSchema:
    if kind == "null":
        return {"type": kind}
    if not isinstance(rest.get("enum"), list):
        return {"type": kind, **rest}
    taken = {"number", "integer"} if kind == "number" else {kind}
    return {"type": kind, **rest, "enum": [v for v in rest["enum"] if _TYPES.get(type(v)) in taken]}


def _with_types(schema: JSONSchema) -> JSONSchema:
    """Say the type beside an `enum`, and within `anyOf` instead of beside it."""
    if isinstance(schema.get("enum"), list) and "type" not in schema:
        kinds = {_TYPES.get(type(value)) for value in schema["enum"]}
        if len(kinds) == 1 and (kind := kinds.pop()):
            return {"type": kind, **schema}
    if "type" in schema and isinstance(schema.get("anyOf"), list):
        kind = schema["type"]
        choices = [{"type": kind, **part} for part in schema["anyOf"] if isinstance(part, dict)]
        return _without(schema, "type") | {"anyOf": choices}
    return schema
