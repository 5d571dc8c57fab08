"""Checks of tool parameters against the subset of JSON Schema that a vendor understands.

Only what stands where a schema stands is a keyword: names of properties and the values of `enum`,
`default` and the like may be called as they want.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from langchain_cometapi.emulator._errors import vendor_error

if TYPE_CHECKING:
    from collections.abc import Iterator

    from langchain_cometapi.emulator._rules.base import SchemaDialect


class _Place(NamedTuple):
    """Where a schema stands, as Google and as Moonshot write it."""

    numbered: str
    named: tuple[str, ...]


def check_dialect(parameters: dict[str, Any], index: int, dialect: SchemaDialect) -> None:
    """Check the parameters of a tool as their vendor's schema parser does.

    Args:
        parameters: The JSON schema of the tool's arguments.
        index: The tool's place among the tools.
        dialect: What the vendor's subset of JSON Schema leaves out.

    Raises:
        GatewayError: With the vendor's wording for the first schema that is not understood.
    """
    if dialect.root_error is not None and parameters.get("type") != "object":
        raise vendor_error(dialect.root_error.text, dialect.root_error.code)
    root = _Place(f"tools[0].function_declarations[{index}].parameters", ())
    for schema, place in _schemas(parameters, root):
        _check_fields(schema, place.numbered, dialect)
        _check_types(schema, ".".join(place.named) or "root", dialect)


def _schemas(schema: dict[str, Any], root: _Place) -> Iterator[tuple[dict[str, Any], _Place]]:
    """Go through a schema and the schemas in it, each before those inside."""
    left: list[tuple[Any, _Place]] = [(schema, root)]
    while left:
        node, place = left.pop()
        if isinstance(node, dict):
            yield node, place
            left += reversed(list(_children(node, place)))


def _children(node: dict[str, Any], place: _Place) -> Iterator[tuple[Any, _Place]]:
    numbered, named = place
    properties = node.get("properties")
    if isinstance(properties, dict):
        for index, (name, child) in enumerate(properties.items()):
            path = f"{numbered}.properties[{index}].value"
            yield child, _Place(path, (*named, "properties", name))
    yield node.get("items"), _Place(f"{numbered}.items", (*named, "items"))
    options = node.get("anyOf")
    if isinstance(options, list):
        for index, child in enumerate(options):
            yield child, _Place(f"{numbered}.any_of[{index}]", (*named, "anyOf", str(index)))


def _check_fields(schema: dict[str, Any], path: str, dialect: SchemaDialect) -> None:
    """Refuse what Google's protocol buffers have no field for."""
    for keyword, value in schema.items():
        flaw = None
        if keyword in dialect.unknown_keywords:
            flaw = "Cannot find field."
        elif keyword == "type" and isinstance(value, list) and not dialect.type_lists:
            flaw = "Proto field is not repeating, cannot start list."
        if flaw is not None:
            msg = f"Invalid JSON payload received. Unknown name \"{keyword}\" at '{path}': {flaw}"
            raise vendor_error(msg)


def _check_types(schema: dict[str, Any], path: str, dialect: SchemaDialect) -> None:
    """Refuse types that are not where Moonshot's flavour of JSON Schema has them."""
    flaw = None
    if "type" in schema:
        if "anyOf" in schema and not dialect.type_beside_any_of:
            flaw = (
                "when using anyOf, type should be defined in anyOf items instead of the parent"
                " schema"
            )
    elif "enum" in schema and not dialect.enum_without_type:
        flaw = "type is not defined"
    if flaw is not None:
        msg = (
            "tools.function.parameters is not a valid moonshot flavored json schema, details:"
            f" <At path '{path}': {flaw}>"
        )
        raise vendor_error(msg)


def check_strict_schema(node: Any, where: tuple[str, ...], label: str, code: str) -> None:
    """Refuse what OpenAI's strict mode refuses of an object anywhere in a schema."""
    if isinstance(node, list):
        for index, item in enumerate(node):
            check_strict_schema(item, (*where, str(index)), label, code)
    if not isinstance(node, dict):
        return
    if node.get("type") == "object":
        flaw = _strict_flaw(node)
        if flaw is not None:
            msg = f"{label}: In context={where!r}, {flaw}"
            raise vendor_error(msg, code)
    for key in ("properties", "$defs", "definitions"):
        children = node.get(key)
        for name, child in children.items() if isinstance(children, dict) else ():
            check_strict_schema(child, (*where, key, name), label, code)
    for key in ("items", "anyOf", "oneOf", "allOf"):
        check_strict_schema(node.get(key), (*where, key), label, code)


def _strict_flaw(node: dict[str, Any]) -> str | None:
    """Say what strict mode has against an object schema."""
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
