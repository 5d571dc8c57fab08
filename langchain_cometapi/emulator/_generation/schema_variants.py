"""Many values for one JSON schema, each another one: for arrays of unique items, and for names."""

from __future__ import annotations

from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from langchain_cometapi.emulator._generation.bounds import numbers
from langchain_cometapi.emulator._generation.schema_texts import generated_texts
from langchain_cometapi.emulator._schemas.merging import flatten
from langchain_cometapi.emulator._schemas.validation import is_valid, positional_items

if TYPE_CHECKING:
    from collections.abc import Iterator

    from langchain_cometapi.emulator._generation.schema_values import SchemaFiller

ANY = {"type": "string"}
"""What a value is if its schema does not say."""

_PER_CHILD = 20


def vary(filler: SchemaFiller, schema: Any, name: str, depth: int) -> Iterator[Any]:
    """Yield values that are valid for a schema, each another one if possible.

    Args:
        filler: Generates values for the whole schema.
        schema: The schema of the values.
        name: The name of the property that they are.
        depth: How deep they are in the whole.
    """
    node = flatten(schema, filler.root) if isinstance(schema, dict) else ANY
    options = chain(node.get("anyOf", ()), node.get("oneOf", ()))
    children = (islice(vary(filler, option, name, depth), _PER_CHILD) for option in options)
    kinds = filler.list_types(node, name, depth)
    own = chain.from_iterable(_of_type(filler, node, kind, name, depth) for kind in kinds)
    for value in chain(chain.from_iterable(children), node.get("enum", ()), own):
        if is_valid(value, node, filler.root):
            yield value


def _of_type(
    filler: SchemaFiller, node: dict[str, Any], kind: str, name: str, depth: int
) -> Iterator[Any]:
    if kind == "boolean":
        yield from (True, False)
    elif kind in ("integer", "number"):
        yield from numbers(node, whole=kind == "integer")
    elif kind == "null":
        yield None
    elif kind == "object":
        value = filler.fill_object(node, depth)
        for key in value:
            child = (node.get("properties") or {}).get(key, filler.find_extra(node, key))
            for item in islice(vary(filler, child, key, depth + 1), _PER_CHILD):
                yield {**value, key: item}
    elif kind == "array":
        items = filler.fill_value(node, name, depth)
        first, rest = positional_items(node)
        for index, _ in enumerate(items):
            child = first[index] if index < len(first) else rest
            for item in islice(vary(filler, child, name, depth + 1), _PER_CHILD):
                yield [*items[:index], item, *items[index + 1 :]]
    else:
        yield from generated_texts(node, f"emulated {name or 'value'}")
