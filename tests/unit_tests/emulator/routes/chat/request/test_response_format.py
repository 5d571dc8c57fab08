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
    (schema(name="x", schema={"type": "object", "properties": [1]}), "Invalid schema"),
    (asked("json"), "'response_format'"),
    (asked({"type": "xml"}), "Invalid value: 'xml'"),
    (schema(schema=OBJECT), "json_schema.name'"),
    (schema(name="x"), "json_schema.schema'"),
    (asked({"type": "json_schema"}), "json_schema.name'"),
    (schema(name="x", schema=[]), "expected an object"),
    (schema(name="x", schema=OBJECT, strict=True), "'additionalProperties' is required"),
)


test_request_is_accepted = accepts(
    ("open schema, not strict", schema(name="x", schema=OBJECT)),
    ("strict, not GPT", {"model": GLM, **schema(name="x", schema=OBJECT, strict=True)}),
    ("text format", asked({"type": "text"})),
)
