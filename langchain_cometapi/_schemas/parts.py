"""A part of a schema as it is sent, made of the keywords that its reader knows."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from langchain_cometapi._schemas.keywords import describe

if TYPE_CHECKING:
    from collections.abc import Mapping

    from langchain_cometapi._schemas.codecs import Codec
    from langchain_cometapi._schemas.merge import JSONSchema
    from langchain_cometapi._vendors.registry import SchemaDialect


@dataclass
class Sent:
    """A part of a schema as it is sent, and the codec of its values."""

    schema: JSONSchema
    codec: Codec | None = None


class DoesNotFitError(Exception):
    """A schema cannot be said in a dialect, or not without another form of its values."""


ANNOTATIONS = frozenset(
    {
        "title",
        "description",
        "default",
        "examples",
        "example",
        "deprecated",
        "readOnly",
        "writeOnly",
        "discriminator",
        "$comment",
        "$schema",
        "$id",
        "$anchor",
        "$dynamicAnchor",
        "$defs",
        "definitions",
    }
)
"""Keywords that say nothing of what is valid."""

_SILENT = (ANNOTATIONS - {"default", "examples"}) | {
    "nullable",
    "additionalItems",
    "unevaluatedItems",
    "unevaluatedProperties",
}
"""Those that are left out without a word where they are not known."""

KEYWORDS_OF_TYPES: dict[str, frozenset[str]] = {
    "string": frozenset({"minLength", "maxLength", "pattern", "format"}),
    "number": frozenset(
        {"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "format"}
    ),
    "array": frozenset(
        {
            "items",
            "prefixItems",
            "minItems",
            "maxItems",
            "uniqueItems",
            "contains",
            "minContains",
            "maxContains",
            "unevaluatedItems",
        }
    ),
    "object": frozenset(
        {
            "properties",
            "required",
            "additionalProperties",
            "patternProperties",
            "propertyNames",
            "minProperties",
            "maxProperties",
            "dependentRequired",
            "dependentSchemas",
            "unevaluatedProperties",
            "propertyOrdering",
        }
    ),
}
"""Keywords that only values of a type must obey."""

_TYPED_KEYWORDS = frozenset().union(*KEYWORDS_OF_TYPES.values())

_LOOKAROUND = re.compile(r"(?<!\\)(?:\\\\)*\(\?<?[=!]")

_SIZES = ("minItems", "maxItems")

_LONGEST_NOTE = 300

MISSING = object()
"""Instead of a value: the keyword is left out."""


def infer_type(node: JSONSchema) -> str | None:
    """Return the type that the keywords of a schema are about, `None` if they do not say."""
    for type_ in ("object", "array", "string", "number"):
        if node.keys() & (KEYWORDS_OF_TYPES[type_] - {"format"}):
            return type_
    return "string" if "format" in node else None


def build(
    node: JSONSchema,
    type_: Any,
    dialect: SchemaDialect,
    *,
    changes: dict[str, None],
    new: Mapping[str, Any],
    notes: tuple[str, ...] = (),
) -> JSONSchema:
    """Return a schema with the keywords that a dialect knows; others become its description.

    Args:
        node: The schema.
        type_: Its type, or a list of types, or `None`.
        dialect: The dialect.
        changes: What was changed is added here.
        new: New values of keywords; `MISSING` leaves one out.
        notes: Sentences for the description.
    """
    texts = list(notes)
    types = {type_} if isinstance(type_, str) else set(type_ or ())
    built: JSONSchema = {}
    for name, old in node.items():
        value = new.get(name, old)
        if value is MISSING:
            continue
        is_own = name in new and name not in _SIZES
        if is_own or _is_known(name, value, types, dialect):
            built[name] = value
        elif text := _write_note(name, value, types):
            texts.append(text)
            changes[f"`{name}` in the description"] = None
        else:
            changes[f"without `{name}`"] = None
    added = {}
    for name, value in new.items():
        if name in node or value is MISSING:
            continue
        if name not in _SIZES or _is_known(name, value, types, dialect):
            added[name] = value
        else:
            texts.append(_write_note(name, value, types))
    if "type" in added:
        built = {"type": added.pop("type"), **built}
    built |= added
    for text in texts:
        built = describe(built, text)
    return built


def _is_known(name: str, value: Any, types: set[Any], dialect: SchemaDialect) -> bool:
    if dialect.keywords is not None and name not in dialect.keywords:
        return False
    if dialect.typed and types and name in _TYPED_KEYWORDS and not _is_about(name, types):
        return False
    if name == "format" and dialect.formats is not None:
        return value in dialect.formats
    if name == "pattern" and dialect.no_lookaround:
        return isinstance(value, str) and not _LOOKAROUND.search(value)
    return True


def _is_about(name: str, types: set[Any]) -> bool:
    groups = {"number" if type_ == "integer" else type_ for type_ in types}
    return any(name in KEYWORDS_OF_TYPES.get(group, ()) for group in groups)


def _write_note(name: str, value: Any, types: set[Any]) -> str:
    """Return what a keyword says as a sentence, nothing if it says nothing here."""
    if name in _SILENT or name.startswith("x-") or value is None:
        return ""
    if types and name in _TYPED_KEYWORDS and not _is_about(name, types):
        return ""
    if name == "uniqueItems":
        return "No item comes twice." if value is True else ""
    if name == "default":
        return f"Default: {write_value(value)}."
    text = f"{name}: {write_value(value)}."
    return text if len(text) <= _LONGEST_NOTE else ""


def write_value(value: Any) -> str:
    """Return a value as JSON."""
    return json.dumps(value, ensure_ascii=False)
