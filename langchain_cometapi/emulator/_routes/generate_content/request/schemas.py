"""Schemas in Google's own form, as JSON Schema."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_cometapi.emulator._errors import GatewayError
from langchain_cometapi.emulator._routes.generate_content.errors import google_error, refuse
from langchain_cometapi.emulator._routes.generate_content.request.messages import (
    camel,
    invalid,
    snake,
)
from langchain_cometapi.emulator._rules.google_messages import REQUEST
from langchain_cometapi.emulator._schemas.dialect import Parameter, check_dialect

if TYPE_CHECKING:
    from langchain_cometapi.emulator._rules.schema_dialect import SchemaDialect

Schema = dict[str, Any]

_SCHEMA = "type.googleapis.com/google.ai.generativelanguage.v1beta.Schema"
_TYPE = "type.googleapis.com/google.ai.generativelanguage.v1beta.Type"
_TYPES = frozenset(
    {"ARRAY", "BOOLEAN", "INTEGER", "NULL", "NUMBER", "OBJECT", "STRING", "TYPE_UNSPECIFIED"}
)
_COUNTS = frozenset(
    {"maxItems", "maxLength", "maxProperties", "minItems", "minLength", "minProperties"}
)


def read_schema(value: Any, path: str, dialect: SchemaDialect) -> Schema:
    """Return a schema of Google's own form as JSON Schema.

    Args:
        value: The JSON.
        path: Where it stands, in Google's notation.
        dialect: Which parts of JSON Schema Google refuses.

    Raises:
        PassedOnError: In Google's words, for the first part that is refused.
    """
    schema = _convert(value, path)
    try:
        check_dialect(schema, Parameter("", path, ""), dialect)
    except GatewayError as error:
        raise google_error(error.message) from None
    return schema


def read_json_schema(value: Any, path: str) -> Schema:
    """Return a JSON Schema, of which Google refuses nothing.

    Args:
        value: The JSON.
        path: Where it stands.

    Raises:
        PassedOnError: If it is not an object.
    """
    if not isinstance(value, dict):
        msg = f"* {REQUEST}.{path}: must be a JSON object\n"
        refuse(msg)
    return value


def _convert(value: Any, path: str) -> Schema:
    """Return a schema with names in camel case and types in lower case."""
    if not isinstance(value, dict):
        raise invalid(path, _SCHEMA, value)
    schema: Schema = {}
    for given, item in value.items():
        name = camel(given) if "_" in given.strip("_$") else given
        if item is None and name not in ("default", "example"):
            continue
        schema[name] = _convert_field(name, item, path)
    return schema


def _convert_field(name: str, item: Any, path: str) -> Any:
    if name == "type" and not isinstance(item, list):
        if not isinstance(item, str) or item.upper() not in _TYPES:
            where = f"{path}.type"
            raise invalid(where, _TYPE, item)
        return item.lower()
    if name == "items":
        return _convert(item, f"{path}.items")
    if name == "anyOf" and isinstance(item, list):
        return [_convert(one, f"{path}.any_of[{index}]") for index, one in enumerate(item)]
    if name == "properties" and isinstance(item, dict):
        return {
            key: _convert(one, f"{path}.properties[{index}].value")
            for index, (key, one) in enumerate(item.items())
        }
    if name in _COUNTS:
        item = _read_count(item, f"{path}.{snake(name)}")
    elif name in ("propertyOrdering", "required"):
        item = _read_names(item, f"{path}.{snake(name)}")
    return item


def _read_names(item: Any, path: str) -> list[str]:
    names = item if isinstance(item, list) else [item]
    for index, one in enumerate(names):
        if not isinstance(one, str):
            where = f"{path}[{index}]"
            raise invalid(where, "TYPE_STRING", one)
    return names


def _read_count(item: Any, path: str) -> int:
    """Return a 64-bit integer, which is a text in the JSON of protobuf, or a number."""
    if isinstance(item, str) and item.isdecimal():
        return int(item)
    if isinstance(item, bool) or not isinstance(item, (int, float)) or item % 1 != 0:
        raise invalid(path, "TYPE_INT64", item)
    return int(item)
