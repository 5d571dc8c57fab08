"""Schemas that go with `strict` keep to OpenAI's documented rules, whatever the user's own are."""

from __future__ import annotations

from typing import Any

import pytest

from langchain_cometapi._schemas.rewriting import Use, rewrite, rewrite_for
from langchain_cometapi._vendors.base import STRICT
from langchain_cometapi._vendors.registry import get_vendor
from langchain_cometapi.exceptions import CometAPIUnsentRequestError
from tests.support.openai_strict import find_violations
from tests.support.schemas_catalog import CATALOG, NamedSchema

MODELS = ("gpt-5.4-mini", "kimi-k3", "grok-4.5", "claude-sonnet-5-5", "qwen3.8-max", "unknown-1")

# Those whose root is neither an object nor a union of objects.
NO_OBJECTS = {
    "array_root",
    "root_list",
    "root_literal",
    "root_null",
    "root_recursive_list",
    "several_types",
}

# Those with dicts of any keys, which Claude takes in no form.
FREE_DICTS = {
    "aliases",
    "any",
    "free_dicts",
    "open",
    "pattern_properties",
    "recursive_dict",
    "root_dict",
}

CONFORMING: dict[str, Any] = {
    "type": "object",
    "properties": {
        "a": {"type": ["string", "null"], "description": "An a."},
        "b": {"type": "string", "enum": ["x"]},
        "c": {"type": "array", "items": {"$ref": "#/$defs/C"}, "minItems": 1},
        "d": {"anyOf": [{"$ref": "#"}, {"type": "null"}]},
    },
    "required": ["a", "b", "c", "d"],
    "additionalProperties": False,
    "$defs": {"C": {"type": "number", "minimum": 0}},
}

# Each breaks another rule in a property.
PARTS: tuple[dict[str, Any], ...] = (
    {},
    {"enum": ["a"]},
    {"type": "string", "minLength": 1},
    {"type": "string", "format": "uri"},
    {"type": "string", "pattern": "^(?!a)"},
    {"type": "string", "default": "a"},
    {"type": "array"},
    {"type": "array", "items": {}},
    {"type": "array", "items": {"type": "string"}, "uniqueItems": True},
    {"type": "object"},
    {"type": "object", "properties": {}, "required": []},
    {"oneOf": [{"type": "string"}]},
    {"anyOf": []},
    {"$ref": "#/$defs/None"},
    {"$ref": "#", "description": "D"},
    {"type": "string", "enum": [str(number) for number in range(1001)]},
)

BROKEN: tuple[dict[str, Any], ...] = (
    {"type": "array", "items": {"type": "string"}},
    {"anyOf": [CONFORMING]},
    {**CONFORMING, "additionalProperties": True},
    {**CONFORMING, "required": ["a"]},
    {**CONFORMING, "minProperties": 1},
    *(
        {
            "type": "object",
            "properties": {"x": part},
            "required": ["x"],
            "additionalProperties": False,
        }
        for part in PARTS
    ),
)


def test_checker_takes_what_openai_documents() -> None:
    assert find_violations(CONFORMING) == []


@pytest.mark.parametrize("schema", BROKEN)
def test_checker_finds_what_openai_refuses(schema: dict[str, Any]) -> None:
    assert find_violations(schema)


def test_schema_that_is_strict_already_is_not_changed() -> None:
    for lossless in (True, False):
        rewritten = rewrite(CONFORMING, STRICT, lossless=lossless)
        assert (rewritten.schema, rewritten.changes, rewritten.fits) == (CONFORMING, (), True)


@pytest.mark.parametrize("lossless", [True, False])
@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("named", CATALOG, ids=lambda named: named.name)
def test_schema_of_the_catalogue_is_strict_or_goes_without(
    named: NamedSchema,
    model: str,
    lossless: bool,
) -> None:
    vendor = get_vendor(model)
    use: Use = "format" if vendor.strict_tools is False else "tool"
    if lossless and named.name in NO_OBJECTS:
        with pytest.raises(CometAPIUnsentRequestError, match="root of the schema is not an object"):
            rewrite_for(vendor, named.json_schema, use, strict=True, lossless=lossless)
        return
    if lossless and model.startswith("claude") and named.name in FREE_DICTS:
        with pytest.raises(CometAPIUnsentRequestError, match="a dict of any keys"):
            rewrite_for(vendor, named.json_schema, use, strict=True, lossless=lossless)
        return
    rewritten = rewrite_for(vendor, named.json_schema, use, strict=True, lossless=lossless)
    assert rewritten.fits or lossless
    if rewritten.fits:
        assert find_violations(rewritten.schema) == []
        again = rewrite_for(vendor, rewritten.schema, use, strict=True, lossless=True)
        assert (again.schema, again.changes) == (rewritten.schema, ())
