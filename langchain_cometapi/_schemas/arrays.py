"""Arrays and tuples in a vendor's dialect."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_cometapi._schemas.codecs import ArrayCodec, Branch, Codec, TupleCodec
from langchain_cometapi._schemas.parts import MISSING, DoesNotFitError, Sent
from langchain_cometapi._schemas.unions import add_null, finish_union

if TYPE_CHECKING:
    from langchain_cometapi._schemas.merge import JSONSchema
    from langchain_cometapi._schemas.rewriter import Path, Rewriter


def visit_array(rewriter: Rewriter, node: JSONSchema, path: Path) -> Sent | None:
    """Return an array as it is sent; `None` if it can have no value."""
    places = node.get("prefixItems")
    if isinstance(places, list) and places:
        if rewriter.dialect.no_tuples:
            return _visit_tuple(rewriter, places, node, path)
        return _visit_places(rewriter, places, node, path)
    new: dict[str, Any] = {"type": "array"} if rewriter.dialect.typed else {}
    items = node.get("items", True)
    if not isinstance(items, dict) or not items:
        if items is not False and not rewriter.dialect.items_needed:
            return Sent(rewriter.build(node, "array", _leave_out_items(rewriter, node, new)))
        rewriter.changes["arrays with a schema of their items"] = None
        items = _find_items(rewriter) if items is not False else False
    sent = rewriter.visit(items, path)
    if sent is None:  # no item can be valid
        if node.get("minItems"):
            return None
        new |= {"items": {"type": "string"}, "maxItems": 0}
        return Sent(rewriter.build(node, "array", new))
    schema = rewriter.build(node, "array", {**new, "items": sent.schema})
    return Sent(schema, ArrayCodec(sent.codec) if sent.codec else None)


def _leave_out_items(rewriter: Rewriter, node: JSONSchema, new: dict[str, Any]) -> dict[str, Any]:
    """Return the new keywords of an array of anything; an empty schema says nothing."""
    return {**new, "items": MISSING} if rewriter.dialect.typed and "items" in node else new


def _find_items(rewriter: Rewriter) -> JSONSchema:
    """Return the schema of items of any type, where there must be one.

    Raises:
        DoesNotFitError: If values would need another form.
    """
    if not rewriter.lossless or not rewriter.dialect.typed:
        return {}
    if rewriter.dialect.all_required:
        msg = "it has a list of anything"
        raise DoesNotFitError(msg)
    return {"type": "string"}


def _visit_places(
    rewriter: Rewriter, places: list[Any], node: JSONSchema, path: Path
) -> Sent | None:
    """Return a tuple for a reader that knows tuples."""
    sent = [rewriter.visit(place, path) for place in places]
    new: dict[str, Any] = {"prefixItems": [one.schema if one else False for one in sent]}
    if isinstance(node.get("items"), dict):
        rest = rewriter.visit(node["items"], path)
        new["items"] = rest.schema if rest else False
    elif "items" not in node and rewriter.dialect.items_needed:
        new["items"] = {}
    return Sent(rewriter.build(node, "array", new))


def _visit_tuple(
    rewriter: Rewriter, places: list[Any], node: JSONSchema, path: Path
) -> Sent | None:
    """Return an array with one schema for all items, or an object with the items by name."""
    low, high, rest = node.get("minItems"), node.get("maxItems"), node.get("items")
    low = low if isinstance(low, int) else 0
    if rest is False or (isinstance(high, int) and high <= len(places)):
        rest = None
    if isinstance(high, int):
        places = places[:high]
    visited = [rewriter.visit(place, path) for place in places]
    end = next((number for number, one in enumerate(visited) if one is None), len(visited))
    if end < low:
        return None
    sent = [one for one in visited[:end] if one is not None]
    others = (
        rewriter.visit(rest, path) if isinstance(rest, dict | bool) and end == len(places) else None
    )
    schemas = [one.schema for one in sent]
    all_schemas = [*schemas, *([others.schema] if others else [])]
    keywords = rewriter.dialect.keywords
    knows_sizes = keywords is None or {"minItems", "maxItems"} <= keywords
    is_uniform = knows_sizes and all(schema == all_schemas[0] for schema in all_schemas)
    if is_uniform or rewriter.lossless:
        return _visit_uniform(rewriter, node, [*sent, *([others] if others else [])], (end, others))
    return _create_object(rewriter, node, sent, low, others)


def _visit_uniform(
    rewriter: Rewriter, node: JSONSchema, sent: list[Sent], shape: tuple[int, Sent | None]
) -> Sent:
    """Return an array for a tuple: of one schema, or of any of those of its places."""
    count, others = shape
    schemas: list[JSONSchema] = []
    for one in sent:
        if one.schema not in schemas:
            schemas.append(one.schema)
    notes: tuple[str, ...] = ()
    codec: Codec | None = sent[0].codec if sent else None
    if not schemas:
        schemas = [{"type": "string"}]
    if len(schemas) > 1:
        order = ", ".join(str(one.schema.get("type", "any")) for one in sent[:count])
        notes = (f"Items in this order: {order}.",)
        rewriter.changes["one schema for all items of a tuple"] = None
        codec = None
    items = finish_union(rewriter, [Branch(schema, None) for schema in schemas], {}).schema
    new: dict[str, Any] = {"type": "array", "prefixItems": MISSING, "items": items}
    if others is None:
        new["maxItems"] = count
    schema = rewriter.build(node, "array", new, notes)
    return Sent(schema, ArrayCodec(codec) if codec else None)


def _create_object(
    rewriter: Rewriter, node: JSONSchema, sent: list[Sent], low: int, others: Sent | None
) -> Sent:
    """Return an object with the items of a tuple by name."""
    dialect = rewriter.dialect
    rewriter.changes["tuples as objects"] = None
    properties: JSONSchema = {}
    codecs: dict[str, Codec | None] = {}
    required = []
    for number, one in enumerate(sent, 1):
        name = f"item_{number}"
        is_optional = number > low
        must_be_null = is_optional and dialect.all_required
        properties[name] = add_null(rewriter, one.schema) if must_be_null else one.schema
        codecs[name] = one.codec
        if dialect.all_required or not is_optional:
            required.append(name)
    rest = None
    if others is not None:
        rest = "more_items"
        properties[rest] = {"type": "array", "items": others.schema}
        if dialect.all_required:
            required.append(rest)
    knows_closing = dialect.keywords is None or "additionalProperties" in dialect.keywords
    new: dict[str, Any] = {
        "type": "object",
        "properties": properties,
        "required": required or MISSING,
        "additionalProperties": False if knows_closing else MISSING,
        "items": MISSING,
        "prefixItems": MISSING,
        "minItems": MISSING,
        "maxItems": MISSING,
    }
    schema = rewriter.build(node, "object", new, ("A list, item by item.",))
    items = ArrayCodec(others.codec) if others and others.codec else None
    return Sent(schema, TupleCodec(codecs, low, rest, items))
