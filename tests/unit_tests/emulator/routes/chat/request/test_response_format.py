"""Response formats that are refused or accepted."""

from __future__ import annotations

from typing import Any

from tests.unit_tests.emulator.client import GLM
from tests.unit_tests.emulator.refusals import accepts, refuses

OBJECT: dict[str, Any] = {"type": "object", "properties": {"a": {"type": "string"}}}


def asked(response_format: Any) -> dict[str, Any]:
    return {"response_format": response_format}


def schema(**holder: Any) -> dict[str, Any]:
    """A request for a JSON schema with these fields."""
    return asked({"type": "json_schema", "json_schema": holder})


test_request_is_refused = refuses(
    (
        "schema malformed",
        schema(name="x", schema={"type": "object", "properties": [1]}),
        "Invalid schema",
    ),
    ("format as text", asked("json"), "'response_format'"),
    ("format unknown", asked({"type": "xml"}), "Invalid value: 'xml'"),
    ("schema without name", schema(schema=OBJECT), "json_schema.name'"),
    ("schema without schema", schema(name="x"), "json_schema.schema'"),
    ("no json_schema", asked({"type": "json_schema"}), "json_schema.name'"),
    ("schema as list", schema(name="x", schema=[]), "expected an object"),
    (
        "strict, open object",
        schema(name="x", schema=OBJECT, strict=True),
        "'additionalProperties' is required",
    ),
    (
        "strict, optional field",
        schema(name="x", schema={**OBJECT, "additionalProperties": False}, strict=True),
        "Missing 'a'",
    ),
    (
        "strict, nested",
        schema(
            name="x",
            strict=True,
            schema={
                "type": "object",
                "properties": {"a": {"type": "array", "items": OBJECT}},
                "required": ["a"],
                "additionalProperties": False,
            },
        ),
        "context=('properties', 'a', 'items')",
    ),
    ("json mode without the word", asked({"type": "json_object"}), "'json'"),
)


test_request_is_accepted = accepts(
    ("open schema, not strict", schema(name="x", schema=OBJECT)),
    (
        "open schema, strict, not GPT",
        {"model": GLM, **schema(name="x", schema=OBJECT, strict=True)},
    ),
    ("text format", asked({"type": "text"})),
)
