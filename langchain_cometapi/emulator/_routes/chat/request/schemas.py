"""Checks of JSON schemas: a vendor's dialect in tool parameters, and OpenAI's strict mode.

A keyword is checked only where a schema can stand. Names of properties and the values of `enum`,
`deerror` and the like may be any text.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from langchain_cometapi.emulator._errors import vendor_error

if TYPE_CHECKING:
    from collections.abc import Iterator

    from langchain_cometapi.emulator._rules.base import SchemaDialect


class _Path(NamedTuple):
    """Where a schema stands, in Google's notation and in Moonshot's."""

    numbered: str
    names: tuple[str, ...]


def check_dialect(schema: dict[str, Any], path: str, dialect: SchemaDialect) -> None:
    """Check a schema as its vendor's parser does.

    Args:
        schema: The JSON schema.
        path: Where it stands, in Google's notation.
        dialect: Which parts of JSON Schema the vendor refuses.

    Raises:
        GatewayError: With the vendor's wording for the first part that is refused.
    """
    for node, where in _schemas(schema, _Path(path, ())):
        _check_keywords(node, where.numbered, dialect)
        _check_types(node, ".".join(where.names) or "root", dialect)
        _check_values(node, where.numbered, dialect)


def _schemas(schema: dict[str, Any], root: _Path) -> Iterator[tuple[dict[str, Any], _Path]]:
    """Yield a schema and the schemas in it, each before those inside it."""
    pending: list[tuple[Any, _Path]] = [(schema, root)]
    while pending:
        node, path = pending.pop()
        if isinstance(node, dict):
            yield node, path
            pending += reversed(list(_children(node, path)))


def _children(node: dict[str, Any], path: _Path) -> Iterator[tuple[Any, _Path]]:
    numbered, names = path
    properties = node.get("properties")
    if isinstance(properties, dict):
        for index, (name, child) in enumerate(properties.items()):
            child_path = f"{numbered}.properties[{index}].value"
            yield child, _Path(child_path, (*names, "properties", name))
    yield node.get("items"), _Path(f"{numbered}.items", (*names, "items"))
    options = node.get("anyOf")
    if isinstance(options, list):
        for index, child in enumerate(options):
            yield child, _Path(f"{numbered}.any_of[{index}]", (*names, "anyOf", str(index)))


def _check_keywords(schema: dict[str, Any], path: str, dialect: SchemaDialect) -> None:
    for keyword, value in schema.items():
        refusal = None
        if dialect.keywords is not None and keyword not in dialect.keywords:
            refusal = dialect.keyword_error
        elif keyword == "type" and isinstance(value, list):
            refusal = dialect.type_list_error
        if refusal is not None:
            raise refusal.error(keyword=keyword, numbered_path=path)


def _check_types(schema: dict[str, Any], path: str, dialect: SchemaDialect) -> None:
    refusal = None
    if "type" in schema:
        if "anyOf" in schema:
            refusal = dialect.type_with_any_of_error
    elif "enum" in schema:
        refusal = dialect.enum_without_type_error
    if refusal is not None:
        raise refusal.error(named_path=path)


def _check_values(schema: dict[str, Any], path: str, dialect: SchemaDialect) -> None:
    enum, required = schema.get("enum"), schema.get("required")
    for index, value in enumerate(enum if isinstance(enum, list) else ()):
        if dialect.enum_value_error is not None and not isinstance(value, str):
            where = f"{path}.enum[{index}]"
            raise dialect.enum_value_error.error(field_path=where, value=json.dumps(value))
    type_ = str(schema.get("type", "")).lower()
    if dialect.enum_type_error is not None and enum and type_ != "string":
        raise dialect.enum_type_error.error(numbered_path=path)
    if dialect.items_missing_error is not None and type_ == "array" and not schema.get("items"):
        raise dialect.items_missing_error.error(numbered_path=path)
    properties = schema.get("properties") or {}
    for index, name in enumerate(required if isinstance(required, list) else ()):
        if dialect.required_error is not None and name not in properties:
            raise dialect.required_error.error(field_path=f"{path}.required[{index}]")


def check_strict_schema(
    node: Any, path: tuple[str, ...], label: str, code: str, param: str = ""
) -> None:
    """Check the objects anywhere in a schema as OpenAI's strict mode does.

    Args:
        node: The schema, or a part of it.
        path: Where the part stands in the schema.
        label: The beginning of the error message.
        code: The error code.
        param: The path of the parameter that the schema is.

    Raises:
        GatewayError: If an object lacks what strict mode requires.
    """
    if isinstance(node, list):
        for index, item in enumerate(node):
            check_strict_schema(item, (*path, str(index)), label, code, param)
    if not isinstance(node, dict):
        return
    if node.get("type") == "object":
        error = _strict_mode_error(node)
        if error is not None:
            msg = f"{label}: In context={path!r}, {error}"
            raise vendor_error(msg, code, param)
    for key in ("properties", "$defs", "definitions"):
        children = node.get(key)
        for name, child in children.items() if isinstance(children, dict) else ():
            check_strict_schema(child, (*path, key, name), label, code, param)
    for key in ("items", "anyOf", "oneOf", "allOf"):
        check_strict_schema(node.get(key), (*path, key), label, code, param)


def _strict_mode_error(node: dict[str, Any]) -> str | None:
    """Return what an object schema lacks for strict mode, in OpenAI's wording."""
    if node.get("additionalProperties") is not False:
        return "'additionalProperties' is required to be supplied and to be false."
    properties, required = node.get("properties") or {}, node.get("required") or []
    if not isinstance(properties, dict) or not isinstance(required, list):
        return "'properties' must be an object and 'required' an array."
    missing = sorted(name for name in properties if name not in required)
    if not missing:
        return None
    return (
        "'required' is required to be supplied and to be an array including every key in"
        f" properties. Missing '{missing[0]}'."
    )
