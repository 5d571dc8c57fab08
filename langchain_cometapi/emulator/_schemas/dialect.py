"""Checks of a JSON schema against the dialect of its vendor."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from langchain_cometapi.emulator._schemas.nodes import find_recursion, resolve, walk
from langchain_cometapi.emulator._schemas.types import TYPES, has_type, listed_types

if TYPE_CHECKING:
    from collections.abc import Iterator

    from langchain_cometapi.emulator._rules.base import Refusal
    from langchain_cometapi.emulator._rules.schema_dialect import SchemaDialect
    from langchain_cometapi.emulator._schemas.nodes import Node

_OPTIONS = ("anyOf", "oneOf", "allOf")
_KNOWN_TYPES = frozenset(TYPES)


@dataclass(frozen=True)
class Parameter:
    """The parameter that a schema is, as each vendor names it.

    Attributes:
        moonshot: Moonshot's name for it.
        google: Google's path.
        anthropic: Anthropic's path.
    """

    moonshot: str
    google: str
    anthropic: str


def tool_parameter(index: int) -> Parameter:
    """Return the parameter that the schema of a tool is.

    Args:
        index: The index of the tool.
    """
    return Parameter(
        "tools.function.parameters",
        f"tools[0].function_declarations[{index}].parameters",
        f"tools.{index}.custom.input_schema",
    )


RESPONSE_FORMAT = Parameter(
    "response_format.json_schema.schema",
    "generation_config.response_schema",
    "output_config.format.schema",
)
"""The parameter that the schema of a response format is."""

_Flaw = tuple["Refusal | None", dict[str, Any]]


def check_dialect(schema: dict[str, Any], parameter: Parameter, dialect: SchemaDialect) -> None:
    """Check a schema as its vendor's parser does.

    Args:
        schema: The JSON schema.
        parameter: The parameter that it is.
        dialect: Which parts of JSON Schema the vendor refuses.

    Raises:
        GatewayError: With the vendor's wording for the first part that is refused.
    """
    for refusal, values in _flaws(schema, parameter, dialect):
        if refusal is not None:
            names = {"parameter": parameter.moonshot, "anthropic_path": parameter.anthropic}
            raise refusal.error(**names, **values)


def _flaws(schema: dict[str, Any], parameter: Parameter, dialect: SchemaDialect) -> Iterator[_Flaw]:
    if any(keyword in schema for keyword in _OPTIONS):
        yield dialect.root_options_error, {}
    if "type" not in schema:
        yield dialect.root_type_error, {}
    for node in walk(schema, parameter.google):
        yield from _keyword_flaws(node, dialect)
        yield from _type_flaws(node, schema, dialect)
        yield from _value_flaws(node, dialect)
        yield from _object_flaws(node, dialect)
        if dialect.draft_error is not None and not _is_of_draft_2020(node.schema):
            yield dialect.draft_error, {}
    if dialect.recursion_error is not None:
        ref = find_recursion(schema)
        if ref is not None:
            yield dialect.recursion_error, {"ref": ref}


def _keyword_flaws(node: Node, dialect: SchemaDialect) -> Iterator[_Flaw]:
    schema, path = node.schema, node.place.numbered
    for keyword, value in schema.items():
        values = {"keyword": keyword, "numbered_path": path}
        is_unknown = dialect.keywords is not None and keyword not in dialect.keywords
        if is_unknown or keyword in dialect.refused_keywords:
            yield dialect.keyword_error, values
        elif keyword == "type" and isinstance(value, list):
            yield dialect.type_list_error, values
    for kind in listed_types(schema):
        refused = sorted(dialect.constraints.get(kind, frozenset()) & schema.keys())
        if refused:
            named = f"properties {', '.join(refused)} are"
            if len(refused) == 1:
                named = f"property '{refused[0]}' is"
            yield dialect.constraint_error, {"type": kind, "properties": named}
    if dialect.formats is not None and schema.get("format", "date") not in dialect.formats:
        yield dialect.format_error, {"format": schema["format"]}
    if dialect.min_items is not None and schema.get("minItems", 0) > dialect.min_items:
        yield dialect.min_items_error, {}


def _type_flaws(node: Node, root: dict[str, Any], dialect: SchemaDialect) -> Iterator[_Flaw]:
    schema = node.schema
    values = {"named_path": ".".join(node.place.names) or "root"}
    if "type" in schema:
        if "anyOf" in schema:
            yield dialect.type_with_any_of_error, values
        if "$ref" in schema:
            yield dialect.ref_with_type_error, values
    else:
        # An empty schema as root or for additional properties takes any value (MoonshotAI/walle).
        takes_any = not schema and node.role in ("", "additionalProperties")
        if not takes_any and "anyOf" not in schema and "$ref" not in schema:
            yield dialect.type_missing_error, values
        if node.role == "anyOf":
            yield dialect.option_type_error, values
    ref = schema.get("$ref")
    if isinstance(ref, str):
        if ref != "#" and not ref.startswith("#/$defs/"):
            yield dialect.ref_target_error, values
        if resolve(ref, root) is None:
            named_path = f"{values['named_path']}.$ref".removeprefix("root.")
            yield dialect.ref_missing_error, {"named_path": named_path, "ref": ref}


def _value_flaws(node: Node, dialect: SchemaDialect) -> Iterator[_Flaw]:
    schema, path = node.schema, node.place.numbered
    enum = schema.get("enum")
    types = listed_types(schema)
    for index, value in enumerate(enum if isinstance(enum, list) else ()):
        values = {
            "field_path": f"{path}.enum[{index}]",
            "named_path": ".".join((*node.place.names, "enum")),
            "value": json.dumps(value),
            "type": " ".join(types),
        }
        if not isinstance(value, str):
            yield dialect.enum_value_error, values
        if types and not any(has_type(value, kind) for kind in types):
            yield dialect.enum_match_error, values
    if enum and types != ["string"]:
        yield dialect.enum_type_error, {"numbered_path": path}
    if types == ["array"] and not schema.get("items"):
        yield dialect.items_missing_error, {"numbered_path": path}


def _object_flaws(node: Node, dialect: SchemaDialect) -> Iterator[_Flaw]:
    schema, place = node.schema, node.place
    properties, required = schema.get("properties"), schema.get("required")
    properties = properties if isinstance(properties, dict) else {}
    required = (
        [name for name in required if isinstance(name, str)] if isinstance(required, list) else []
    )
    for index, name in enumerate(required):
        if name not in properties:
            yield (
                dialect.required_error,
                {
                    "field_path": f"{place.numbered}.required[{index}]",
                    "named_path": ".".join((*place.names, "required")),
                    "name": name,
                },
            )
    if "object" not in listed_types(schema):
        return
    for name in properties:
        if name not in required:
            yield dialect.optional_error, {"name": name}
    extra = schema.get("additionalProperties")
    if "additionalProperties" not in schema:
        yield dialect.open_object_error, {}
    elif extra is not False:
        refusal = dialect.extra_properties_error or dialect.open_object_error
        yield refusal, {"value": json.dumps(extra)}


def _is_of_draft_2020(schema: dict[str, Any]) -> bool:
    """Return whether the usual keywords have values of the kind that the draft asks for."""
    bounds = [schema.get(f"exclusive{side}", 0) for side in ("Minimum", "Maximum")]
    return (
        set(listed_types(schema)) <= _KNOWN_TYPES
        and isinstance(schema.get("items", {}), (dict, bool))
        and isinstance(schema.get("properties", {}), dict)
        and all(isinstance(child, (dict, bool)) for child in schema.get("properties", {}).values())
        and isinstance(schema.get("required", []), list)
        and all(isinstance(name, str) for name in schema.get("required", []))
        and isinstance(schema.get("enum", []), list)
        and not any(isinstance(bound, bool) for bound in bounds)
    )
