"""Checks of JSON schemas: a vendor's dialect in tool parameters, and OpenAI's strict mode.

A keyword is checked only where a schema can stand. Names of properties and the values of `enum`,
`deerror` and the like may be any text.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from langchain_cometapi.emulator._errors import vendor_error

if TYPE_CHECKING:
    from collections.abc import Iterator

    from langchain_cometapi.emulator._rules.base import SchemaDialect


class _Path(NamedTuple):
    """Where a schema stands, in Google's notation and in Moonshot's."""

    numbered: str
    names: tuple[str, ...]


def check_dialect(parameters: dict[str, Any], index: int, dialect: SchemaDialect) -> None:
    """Check the parameters of a tool as their vendor's schema parser does.

    Args:
        parameters: The JSON schema of the tool's arguments.
        index: The tool's index in `tools`.
        dialect: Which parts of JSON Schema the vendor refuses.

    Raises:
        GatewayError: With the vendor's wording for the first part that is refused.
    """
    if dialect.root_error is not None and parameters.get("type") != "object":
        raise dialect.root_error.error()
    root = _Path(f"tools[0].function_declarations[{index}].parameters", ())
    for schema, path in _schemas(parameters, root):
        _check_keywords(schema, path.numbered, dialect)
        _check_types(schema, ".".join(path.names) or "root", dialect)


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
        if keyword in dialect.unknown_keywords:
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


def check_strict_schema(node: Any, path: tuple[str, ...], label: str, code: str) -> None:
    """Check the objects anywhere in a schema as OpenAI's strict mode does.

    Args:
        node: The schema, or a part of it.
        path: Where the part stands in the schema.
        label: The beginning of the error message.
        code: The error code.

    Raises:
        GatewayError: If an object lacks what strict mode requires.
    """
    if isinstance(node, list):
        for index, item in enumerate(node):
            check_strict_schema(item, (*path, str(index)), label, code)
    if not isinstance(node, dict):
        return
    if node.get("type") == "object":
        error = _strict_mode_error(node)
        if error is not None:
            msg = f"{label}: In context={path!r}, {error}"
            raise vendor_error(msg, code)
    for key in ("properties", "$defs", "definitions"):
        children = node.get(key)
        for name, child in children.items() if isinstance(children, dict) else ():
            check_strict_schema(child, (*path, key, name), label, code)
    for key in ("items", "anyOf", "oneOf", "allOf"):
        check_strict_schema(node.get(key), (*path, key), label, code)


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
