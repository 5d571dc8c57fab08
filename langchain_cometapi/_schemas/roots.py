"""Roots of schemas, which must be objects."""

from __future__ import annotations

from typing import Any

from langchain_cometapi._schemas.keywords import describe, without
from langchain_cometapi._schemas.merge import DEFINITIONS, JSONSchema, merge_schemas
from langchain_cometapi._schemas.parts import ANNOTATIONS, infer_type
from langchain_cometapi._schemas.references import References

_UNIONS = ("anyOf", "oneOf")


def is_object(schema: JSONSchema) -> bool:
    """Return whether a schema is one of an object, and no union, at its root."""
    if schema.keys() & {"anyOf", "oneOf", "allOf", "enum", "not", "$ref"}:
        return False
    return schema.get("type") == "object" or ("type" not in schema and "properties" in schema)


def merge_root(root: JSONSchema, changes: dict[str, None], *, keeps_form: bool) -> JSONSchema:
    """Return a root without a union or a conjunction, as far as it is one of objects.

    Args:
        root: The root of a schema.
        changes: What was changed is added here.
        keeps_form: Whether a union of objects becomes one object with the properties of all of
            them, so that its values keep their form. Else it does so only where all of its
            properties stand beside it.
    """
    definitions = {name: root[name] for name in DEFINITIONS if name in root}
    references = References(root)
    opened = _open(without(root, *DEFINITIONS), references, frozenset())
    if opened is None:
        return root
    for name in _UNIONS:
        choices = opened.get(name)
        if not isinstance(choices, list) or not choices:
            continue
        objects = [_open(choice, references, frozenset()) for choice in choices]
        known = [one for one in objects if one is not None]
        base = without(opened, name)
        if len(known) != len(choices) or not all(_may_be_object(base | one) for one in known):
            return {**opened, **definitions}
        has_own = any("properties" in one for one in known)
        if not keeps_form and (has_own or "properties" not in base):
            return {**opened, **definitions}
        changes["a union of objects as one object"] = None
        opened = _unite(base, known)
    is_decided = "type" in opened or "not" in opened or "enum" in opened or not keeps_form
    if is_decided or infer_type(opened) not in (None, "object"):
        return {**opened, **definitions}
    return {"type": "object", **opened, **definitions}


def _open(schema: Any, references: References, seen: frozenset[int]) -> JSONSchema | None:
    """Return a schema without `$ref` and `allOf` at its root; `None` if that cannot be."""
    if not isinstance(schema, dict) or id(schema) in seen:
        return None
    seen |= {id(schema)}
    reference, listed = schema.get("$ref"), schema.get("allOf")
    parts: list[JSONSchema | None] = []
    if isinstance(reference, str):
        parts.append(_open(references.find(reference), references, seen))
    if isinstance(listed, list):
        parts += [_open(one, references, seen) for one in listed]
    known = [part for part in parts if part is not None]
    if len(known) != len(parts):
        return None
    return merge_schemas(*known, without(schema, "$ref", "allOf", *DEFINITIONS))


def _may_be_object(schema: JSONSchema) -> bool:
    if schema.keys() & {"enum", "const", *_UNIONS}:
        return False
    return bool(schema.get("type", "object") == "object")


def _unite(base: JSONSchema, choices: list[JSONSchema]) -> JSONSchema:
    """Return one object that has the properties of all choices; those of each are described."""
    named: dict[str, list[Any]] = {}
    for choice in choices:
        for name, schema in (choice.get("properties") or {}).items():
            found = named.setdefault(name, [])
            if schema not in found:
                found.append(schema)
    united = {
        name: found[0] if len(found) == 1 else {"anyOf": found} for name, found in named.items()
    }
    own = {"properties": united} if united else {}
    common = set.intersection(*({*(choice.get("required") or ())} for choice in choices))
    merged = merge_schemas(own, base)
    required = dict.fromkeys([*(base.get("required") or ()), *sorted(common)])
    if required:
        merged["required"] = list(required)
    for text in (base.get("description"),):
        if text:
            merged["description"] = text
    sets = [
        ", ".join(sorted(choice.get("required") or choice.get("properties") or ()))
        for choice in choices
    ]
    if any(sets):
        merged = describe(
            merged, f"One of these sets of properties: {'; '.join(filter(None, sets))}."
        )
    return {
        name: value
        for name, value in merged.items()
        if name not in ANNOTATIONS or name in base or name == "description"
    }
