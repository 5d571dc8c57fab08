"""Unions in a vendor's dialect."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_cometapi._schemas.codecs import Branch, Codec, TextCodec, UnionCodec
from langchain_cometapi._schemas.enums import visit_any
from langchain_cometapi._schemas.keywords import without
from langchain_cometapi._schemas.merge import merge_schemas
from langchain_cometapi._schemas.parts import ANNOTATIONS, Sent, write_value

if TYPE_CHECKING:
    from langchain_cometapi._schemas.merge import JSONSchema
    from langchain_cometapi._schemas.rewriter import Path, Rewriter

_NULL = {"type": "null"}

# More pairs of choices than this are not written out: those of one list stay.
_MAX_PAIRS = 64


def list_choices(node: JSONSchema, changes: dict[str, None]) -> JSONSchema:
    """Return a schema with the choices of `oneOf` in `anyOf`."""
    if "oneOf" not in node:
        return node
    changes["`oneOf` as `anyOf`"] = None
    one, other = node.get("anyOf"), node["oneOf"]
    rest = without(node, "oneOf")
    if not isinstance(other, list) or not other:
        return rest
    if not isinstance(one, list) or not one:
        return {**rest, "anyOf": other}
    if len(one) * len(other) > _MAX_PAIRS:
        return {**rest, "anyOf": min(one, other, key=len)}
    return {**rest, "anyOf": [{"allOf": [first, last]} for first in one for last in other]}


def visit_union(rewriter: Rewriter, node: JSONSchema, path: Path) -> Sent | None:
    """Return a union as it is sent; `None` if none of its choices has a value."""
    dialect = rewriter.dialect
    choices = node["anyOf"]
    annotations = {name: value for name, value in node.items() if name in ANNOTATIONS}
    rest = without(node, "anyOf", *ANNOTATIONS)
    if not choices:
        return rewriter.visit_typed(without(node, "anyOf"), path)
    if not dialect.lone_any_of:
        return _visit_with_siblings(rewriter, node, path)
    if rest and not _is_repeated_inside(rest, choices):
        rewriter.changes["keywords beside `anyOf` in its schemas"] = None
        choices = [
            merge_schemas(rest, one) if isinstance(one, dict) else (rest if one else False)
            for one in choices
        ]
    branches = _visit_choices(rewriter, choices, path)
    if not branches:
        return None
    if any(isinstance(branch.codec, TextCodec) for branch in branches):
        return visit_any(rewriter, annotations)  # a value of any type is one of any branch
    return finish_union(rewriter, branches, annotations)


def _is_repeated_inside(rest: JSONSchema, choices: list[Any]) -> bool:
    """Return whether the only sibling of a union is a type that its references repeat."""
    return rest.keys() == {"type"} and all(
        isinstance(one, dict) and one.keys() & {"$ref", "type"} for one in choices
    )


def _visit_with_siblings(rewriter: Rewriter, node: JSONSchema, path: Path) -> Sent | None:
    """Return a union with its sibling keywords."""
    sent = rewriter.visit_typed(without(node, "anyOf"), path)
    branches = _visit_choices(rewriter, node["anyOf"], path)
    if not branches or sent is None:
        return None
    schema = {name: sent.schema.get(name) for name in node if name in sent.schema}
    schema = {**schema, **sent.schema, "anyOf": [branch.schema for branch in branches]}
    return Sent(schema, _combine(branches) or sent.codec)


def _visit_choices(rewriter: Rewriter, choices: list[Any], path: Path) -> list[Branch]:
    """Return the choices as they are sent, those of unions inside among them, each once."""
    branches: dict[str, Branch] = {}
    is_branch = sum(choice != _NULL for choice in choices) > 1
    for choice in choices:
        sent = rewriter.visit(choice, path, is_branch=is_branch)
        if sent is None:
            continue
        for branch in (
            _flatten(sent) if rewriter.dialect.lone_any_of else [Branch(sent.schema, sent.codec)]
        ):
            branches.setdefault(write_value(branch.schema), branch)
    return list(branches.values())


def _flatten(sent: Sent) -> list[Branch]:
    """Return the choices of a union that has nothing else, and any other schema as it is."""
    if sent.schema.keys() != {"anyOf"}:
        return [Branch(sent.schema, sent.codec)]
    if isinstance(sent.codec, UnionCodec):
        return sent.codec.branches
    return [Branch(one, sent.codec) for one in sent.schema["anyOf"]]


def _combine(branches: list[Branch]) -> Codec | None:
    return UnionCodec(branches) if any(branch.codec for branch in branches) else None


def finish_union(rewriter: Rewriter, branches: list[Branch], annotations: JSONSchema) -> Sent:
    """Return a union of branches, with what is said about all of them.

    Args:
        rewriter: The rewriter.
        branches: The branches as they are sent; at least one.
        annotations: The siblings of `anyOf` that say nothing of what is valid.
    """
    dialect = rewriter.dialect
    siblings = rewriter.build(annotations, None, {})
    codec = _combine(branches)
    if dialect.nullable:
        values = [branch for branch in branches if branch.schema.get("type") != "null"]
        if len(values) == 1 and len(branches) > 1 and "anyOf" not in values[0].schema:
            rewriter.changes["null as `nullable`"] = None
            schema = _describe_first(values[0].schema, siblings)
            return Sent({**schema, **siblings, "nullable": True}, codec)
    if len(branches) == 1:
        (only,) = branches
        if not siblings:
            return Sent(only.schema, only.codec)
        if "$ref" not in only.schema:
            return Sent(_describe_first(only.schema, siblings) | siblings, only.codec)
    schemas = [branch.schema for branch in branches]
    if dialect.bare_any_of and siblings:
        described = next((n for n, one in enumerate(schemas) if _can_describe(one)), None)
        if described is not None:
            texts = [siblings.get("description"), _write_default(siblings)]
            texts.append(schemas[described].get("description"))
            text = " ".join(dict.fromkeys(filter(None, texts)))
            schemas[described] = {**schemas[described], **({"description": text} if text else {})}
            branches[described] = Branch(schemas[described], branches[described].codec)
            codec, siblings = _combine(branches), {}
    return Sent({"anyOf": schemas, **siblings}, codec)


def _write_default(siblings: JSONSchema) -> str:
    default = siblings.get("default")
    return "" if default is None else f"Default: {write_value(default)}."


def _can_describe(schema: JSONSchema) -> bool:
    return "$ref" not in schema and schema.get("type") != "null"


def _describe_first(schema: JSONSchema, siblings: JSONSchema) -> JSONSchema:
    """Return a schema whose description begins with that of the union."""
    text, own = siblings.get("description"), schema.get("description")
    if not text or not own or text == own:
        return schema
    siblings["description"] = f"{text} {own}"
    return {**schema, "description": siblings["description"]}


def add_null(rewriter: Rewriter, schema: JSONSchema) -> JSONSchema:
    """Return a schema that takes null, too."""
    if isinstance(choices := schema.get("anyOf"), list):
        return schema if _NULL in choices else {**schema, "anyOf": [*choices, _NULL]}
    type_ = schema.get("type")
    if isinstance(type_, list):
        return schema if "null" in type_ else {**schema, "type": [*type_, "null"]}
    is_scalar = type_ in ("string", "number", "integer", "boolean")
    if is_scalar and not rewriter.dialect.one_type and not schema.keys() & {"enum", "const"}:
        return {**schema, "type": [type_, "null"]}
    if type_ == "null":
        return schema
    if rewriter.dialect.bare_any_of:
        return {"anyOf": [schema, _NULL]}
    siblings = {"description": schema["description"]} if "description" in schema else {}
    return {"anyOf": [without(schema, "description"), _NULL], **siblings}
