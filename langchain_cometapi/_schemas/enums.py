"""Enumerations and values of any type in a vendor's dialect."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_cometapi._schemas.codecs import EnumCodec, TextCodec
from langchain_cometapi._schemas.keywords import (
    TYPE_NAMES,
    create_constant,
    split_types,
    type_of,
    without,
)
from langchain_cometapi._schemas.parts import (
    ANNOTATIONS,
    KEYWORDS_OF_TYPES,
    MISSING,
    DoesNotFitError,
    Sent,
    write_value,
)

if TYPE_CHECKING:
    from langchain_cometapi._schemas.merge import JSONSchema
    from langchain_cometapi._schemas.rewriter import Path, Rewriter

_ANY_TEXT = "Any text; a list or an object is written as its JSON."
_ANY = ("string", "number", "boolean", "null")


def visit_enum(rewriter: Rewriter, node: JSONSchema, path: Path) -> Sent | None:
    """Return an enumeration as it is sent, `None` if it needs no rewriting."""
    dialect = rewriter.dialect
    if not (dialect.typed or dialect.text_enums):
        return None
    node, values = _choose_values(node)
    types = list(dict.fromkeys(map(type_of, values)))
    if not values or "" in types:
        return rewriter.visit_typed(without(node, "enum"), path)
    if {"object", "array"} & {*types}:
        annotations = {name: node[name] for name in node.keys() & ANNOTATIONS}
        return rewriter.visit({**annotations, "anyOf": list(map(create_constant, values))}, path)
    keeps_form = rewriter.lossless or rewriter.is_branch
    if dialect.text_enums and not keeps_form and (sent := _visit_texts(rewriter, node, values)):
        return sent
    if {"integer", "number"} <= {*types}:
        types.remove("integer")
    if len(types) > 1:
        split = split_types({**node, "type": types, "enum": values})
        return rewriter.visit(split, path)
    if types == ["integer"] and node.get("type") == "number":
        types = ["number"]
    return _visit_one_type(rewriter, node, types[0], values)


def _choose_values(node: JSONSchema) -> tuple[JSONSchema, list[Any]]:
    """Return an enumeration, and its values, which have its type if it has one."""
    values = list({write_value(value): value for value in node["enum"]}.values())
    types = node.get("type")
    if types is None:
        return node, values
    names = {str(name).lower() for name in (types if isinstance(types, list) else [types])}
    if "number" in names:
        names.add("integer")
    fitting = [value for value in values if type_of(value) in names]
    if not fitting or "null" in names:
        fitting = fitting or values
    return without(node, "type") if isinstance(types, list) else node, fitting


def _visit_texts(rewriter: Rewriter, node: JSONSchema, values: list[Any]) -> Sent | None:
    """Return an enumeration of texts for values of any type, `None` if they are texts already."""
    own: dict[str, Any] = {value: value for value in values if isinstance(value, str)}
    others: dict[str, Any] = {}
    for value in values:
        if not isinstance(value, str):
            text = write_value(value)
            others[f"{text} ({type_of(value)})" if text in own else text] = value
    if not others or values == [None]:
        return None
    own |= others
    rewriter.changes["texts in enumerations"] = None
    new = {"type": "string", "enum": list(own)}
    schema = rewriter.build(_keep_annotations(node), "string", new)
    return Sent(schema, EnumCodec(others))


def _visit_one_type(
    rewriter: Rewriter, node: JSONSchema, type_: str, values: list[Any]
) -> Sent | None:
    dialect = rewriter.dialect
    node = _keep_annotations(node)
    if type_ == "null":
        return Sent(rewriter.build(node, type_, {"type": type_, "enum": MISSING}))
    if type_ == "string" or not dialect.text_enums:
        return Sent(rewriter.build(node, type_, {"type": type_, "enum": values}))
    rewriter.changes["values of enumerations in the description"] = None
    new = {"type": type_, "enum": MISSING}
    if type_ in ("integer", "number"):
        new |= {"minimum": min(values), "maximum": max(values)}
    shown = ", ".join(map(write_value, values))
    return Sent(rewriter.build(node, type_, new, (f"One of: {shown}.",)))


def _keep_annotations(node: JSONSchema) -> JSONSchema:
    """Return an enumeration without the bounds that its values keep to anyway."""
    bounds = frozenset().union(*KEYWORDS_OF_TYPES.values())
    return {name: value for name, value in node.items() if name not in bounds}


def visit_any(rewriter: Rewriter, node: JSONSchema) -> Sent:
    """Return a schema of any value as it is sent.

    Raises:
        DoesNotFitError: If values would need another form.
    """
    kind = rewriter.dialect.any_types
    if kind == "list":
        return Sent(rewriter.build(node, None, {"type": list(TYPE_NAMES)}))
    if kind is None or (rewriter.lossless and not rewriter.dialect.all_required):
        return Sent(rewriter.build(node, None, {}))
    if rewriter.lossless:
        msg = "it has values of any type"
        raise DoesNotFitError(msg)
    rewriter.changes["values of any type as texts, numbers, booleans or null"] = None
    choices: list[Any] = [{"type": type_} for type_ in _ANY]
    choices[0]["description"] = _ANY_TEXT
    siblings = rewriter.build(node, None, {})
    if rewriter.dialect.bare_any_of and "description" in siblings:
        choices[0]["description"] = f"{siblings.pop('description')} {_ANY_TEXT}"
    return Sent({"anyOf": choices, **siblings}, TextCodec())
