"""Checks of a JSON schema as OpenAI makes them, above all in strict mode.

The rules are those of OpenAI's guide to structured outputs (supported schemas; 2026-11); the
wordings are from: openai/openai-agents-python#474 and livekit/agents#5302 (keywords),
camel-ai/camel#3001 and defog-ai/defog#244 (references), openai/openai-node#970 (references to
nothing), tailcallhq/forgecode#2974 and cyanheads/git-mcp-server#47 (formats), tidyverse/ellmer#671
(levels), mark3labs/mcphost#35 and sigoden/aichat#1049 (items). Where no wording is known, it is the
emulator's own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_cometapi.emulator._errors import vendor_error
from langchain_cometapi.emulator._schemas.nodes import DEFINITIONS, resolve, walk
from langchain_cometapi.emulator._schemas.types import has_type, listed_types

if TYPE_CHECKING:
    from collections.abc import Iterator

    from langchain_cometapi.emulator._schemas.nodes import Node

_KEYWORDS = frozenset(
    {
        *("$defs", "$id", "$ref", "$schema", "additionalProperties", "anyOf", "const"),
        *("definitions", "description", "enum", "exclusiveMaximum", "exclusiveMinimum", "format"),
        *("items", "maxItems", "maximum", "minItems", "minimum", "multipleOf", "pattern"),
        *("properties", "required", "title", "type"),
    }
)
_FORMATS = frozenset(
    {
        *("date", "date-time", "duration", "email", "hostname"),
        *("ipv4", "ipv6", "time", "uuid"),
    }
)
_MAX_LEVELS = 10
_MAX_PROPERTIES = 5000
_MAX_ENUM_VALUES = 1000
_MAX_TEXT = 120_000
_LONG_ENUM = 250
_MAX_LONG_ENUM_TEXT = 15_000
_REFUSED_IN_ROOTS = ("oneOf", "anyOf", "allOf", "enum", "not")


def check_function_schema(schema: dict[str, Any], label: str, param: str = "") -> None:
    """Check what OpenAI asks of each function, strict or not.

    Args:
        schema: The parameters of the function.
        label: The beginning of the error message.
        param: The path of the parameter that the schema is.

    Raises:
        GatewayError: If the root has options, or an array has no items.
    """
    code = "invalid_function_parameters"
    if any(keyword in schema for keyword in _REFUSED_IN_ROOTS):
        names = "/".join(f"'{keyword}'" for keyword in _REFUSED_IN_ROOTS)
        msg = f"{label}: schema must have type 'object' and not have {names} at the top level."
        raise vendor_error(msg, code, param)
    for node in walk(schema):
        if "array" in listed_types(node.schema) and "items" not in node.schema:
            msg = f"{label}: In context={node.place.keys!r}, array schema missing items."
            raise vendor_error(msg, code, param)


def check_root_type(schema: dict[str, Any], label: str, code: str, param: str = "") -> None:
    """Check that the root of a schema is an object.

    Args:
        schema: The schema.
        label: The beginning of the error message.
        code: The error code.
        param: The path of the parameter that the schema is.

    Raises:
        GatewayError: If it is of another type.
    """
    kind = schema.get("type")
    if kind != "object":
        wanted = "schema must be a JSON Schema of 'type: \"object\"'"
        msg = f"{label}: {wanted}, got 'type: \"{kind}\"'."
        raise vendor_error(msg, code, param)


def check_strict_schema(schema: dict[str, Any], label: str, code: str, param: str = "") -> None:
    """Check a schema of `strict: true`.

    Args:
        schema: The schema.
        label: The beginning of the error message.
        code: The error code.
        param: The path of the parameter that the schema is.

    Raises:
        GatewayError: With OpenAI's wording for the first rule that is broken.
    """
    check_root_type(schema, label, code, param)
    for node in walk(schema):
        for flaw in _flaws(node, schema):
            context = f"context={node.place.keys!r}, {flaw}"
            if not flaw.startswith("$ref"):
                context = f"In {context}"
            msg = f"{label}: {context}."
            raise vendor_error(msg, code, param)
    for flaw in _exceeded_limits(schema):
        msg = f"{label}: {flaw}."
        raise vendor_error(msg, code, param)


def _flaws(node: Node, root: dict[str, Any]) -> Iterator[str]:
    schema = node.schema
    if "$ref" in schema:
        yield from _ref_flaws(schema, root)
        return
    # Options in the root are not permitted, either.
    permitted = _KEYWORDS if node.role else _KEYWORDS - {"anyOf"}
    for keyword in schema:
        if keyword not in permitted:
            yield f"'{keyword}' is not permitted"
    types = listed_types(schema)
    if not types and "anyOf" not in schema:
        yield "schema must have a 'type' key"
    if "array" in types:
        yield from _array_flaws(schema)
    if "object" in types:
        yield from _object_flaws(schema)
    if "format" in schema and schema["format"] not in _FORMATS:
        yield f"'{schema['format']}' is not a valid format"
    for value in (*schema.get("enum", ()), *((schema["const"],) if "const" in schema else ())):
        if types and not any(has_type(value, kind) for kind in types):
            yield f"enum value {value!r} does not validate against {{'type': {schema['type']!r}}}"


def _ref_flaws(schema: dict[str, Any], root: dict[str, Any]) -> Iterator[str]:
    beside = {key for key in schema if key not in ("$ref", *DEFINITIONS)}
    if beside:
        yield f"$ref cannot have keywords {beside!r}"
    if not isinstance(resolve(schema["$ref"], root), dict):
        yield f"reference to component '{schema['$ref']}' which was not found in the schema"


def _array_flaws(schema: dict[str, Any]) -> Iterator[str]:
    if "items" not in schema:
        yield "array schema missing items"
    elif not isinstance(schema["items"], dict):
        yield f"{schema['items']!r} is not of type 'object'"


def _object_flaws(schema: dict[str, Any]) -> Iterator[str]:
    if schema.get("additionalProperties") is not False:
        yield "'additionalProperties' is required to be supplied and to be false"
    properties, required = schema.get("properties"), schema.get("required") or []
    if properties is None:
        yield "object schema missing properties"
    elif not isinstance(properties, dict) or not isinstance(required, list):
        yield "'properties' must be an object and 'required' an array"
    else:
        rule = "'required' is required to be supplied and to be an array including every key in"
        named = {name for name in required if isinstance(name, str)}
        for name in sorted(properties.keys() - named):
            yield f"{rule} properties. Missing '{name}'"
        for name in sorted(name for name in required if name not in properties):
            yield f"{rule} properties. Extra required key '{name}' supplied"


def _exceeded_limits(root: dict[str, Any]) -> Iterator[str]:
    nodes = [node.schema for node in walk(root)]
    levels = _count_levels(root, root, ())
    if levels > _MAX_LEVELS:
        yield f"{levels} levels of nesting exceeds limit of {_MAX_LEVELS}"
    names = [name for node in nodes for name in node.get("properties") or ()]
    if len(names) > _MAX_PROPERTIES:
        yield f"{len(names)} parameters exceeds limit of {_MAX_PROPERTIES}"
    enums = [node["enum"] for node in nodes if isinstance(node.get("enum"), list)]
    count = sum(map(len, enums))
    if count > _MAX_ENUM_VALUES:
        yield f"{count} enum values exceeds limit of {_MAX_ENUM_VALUES}"
    for enum in enums:
        size = sum(len(value) for value in enum if isinstance(value, str))
        if len(enum) > _LONG_ENUM and size > _MAX_LONG_ENUM_TEXT:
            yield f"enum of {size} characters exceeds limit of {_MAX_LONG_ENUM_TEXT}"
    names += [name for node in nodes for key in DEFINITIONS for name in node.get(key) or ()]
    values = [value for enum in enums for value in enum]
    values += [node["const"] for node in nodes if "const" in node]
    size = sum(len(str(item)) for item in (*names, *values))
    if size > _MAX_TEXT:
        yield f"schema of {size} characters exceeds limit of {_MAX_TEXT}"


def _count_levels(schema: Any, root: dict[str, Any], above: tuple[str, ...]) -> int:
    """Return how deep objects and arrays are nested; a recursion counts once."""
    if not isinstance(schema, dict):
        return 0
    ref = schema.get("$ref")
    if ref is not None:
        return 0 if ref in above else _count_levels(resolve(ref, root), root, (*above, ref))
    children = [*(schema.get("properties") or {}).values(), schema.get("items")]
    children += schema.get("anyOf") or ()
    deepest = max((_count_levels(child, root, above) for child in children), default=0)
    return deepest + bool({"object", "array"} & set(listed_types(schema)))
