"""Response formats that are refused or accepted."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit_tests.emulator.client import (
    CLAUDE,
    Client,
)

OBJECT: dict[str, Any] = {"type": "object", "properties": {"a": {"type": "string"}}}


def schema(**holder: Any) -> dict[str, Any]:
    return {"type": "json_schema", "json_schema": holder}


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    (
        "schema malformed",
        {"response_format": schema(name="x", schema={"type": "object", "properties": [1]})},
        "Invalid schema",
    ),
    ("format as text", {"response_format": "json"}, "'response_format'"),
    ("format unknown", {"response_format": {"type": "xml"}}, "Invalid value: 'xml'"),
    ("schema without name", {"response_format": schema(schema=OBJECT)}, "json_schema.name'"),
    ("schema without schema", {"response_format": schema(name="x")}, "json_schema.schema'"),
    ("no json_schema", {"response_format": {"type": "json_schema"}}, "json_schema.name'"),
    ("schema as list", {"response_format": schema(name="x", schema=[])}, "expected an object"),
    (
        "strict, open object",
        {"response_format": schema(name="x", schema=OBJECT, strict=True)},
        "'additionalProperties' is required",
    ),
    (
        "strict, optional field",
        {
            "response_format": schema(
                name="x", schema={**OBJECT, "additionalProperties": False}, strict=True
            )
        },
        "Missing 'a'",
    ),
    (
        "strict, nested",
        {
            "response_format": schema(
                name="x",
                strict=True,
                schema={
                    "type": "object",
                    "properties": {"a": {"type": "array", "items": OBJECT}},
                    "required": ["a"],
                    "additionalProperties": False,
                },
            )
        },
        "context=('properties', 'a', 'items')",
    ),
    ("json mode without the word", {"response_format": {"type": "json_object"}}, "'json'"),
]


@pytest.mark.parametrize(
    ("body", "words"), [row[1:] for row in REFUSED], ids=[r[0] for r in REFUSED]
)
def test_refused(client: Client, body: dict[str, Any], words: str) -> None:
    status, message, _ = client.refusal(**body)
    assert status == 400
    assert words in message


ACCEPTED: list[tuple[str, dict[str, Any]]] = [
    ("open schema, not strict", {"response_format": schema(name="x", schema=OBJECT)}),
    (
        "open schema, strict, not GPT",
        {"model": CLAUDE, "response_format": schema(name="x", schema=OBJECT, strict=True)},
    ),
    ("text format", {"response_format": {"type": "text"}}),
]


@pytest.mark.parametrize("body", [row[1] for row in ACCEPTED], ids=[row[0] for row in ACCEPTED])
def test_accepted(client: Client, body: dict[str, Any]) -> None:
    assert client.post(**body).status_code == 200
