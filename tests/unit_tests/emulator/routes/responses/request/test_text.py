"""The format of a text."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.unit_tests.emulator.refusals import accepts, refuses

if TYPE_CHECKING:
    from tests.unit_tests.emulator.responses_client import ResponsesClient

SCHEMA = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "age": {"type": "integer"}},
    "required": ["name", "age"],
    "additionalProperties": False,
}
OPEN = {"type": "object", "properties": {"x": {"type": "string"}}}


def schema(**fields: Any) -> dict[str, Any]:
    return {"text": {"format": {"type": "json_schema", **fields}}}


test_format_is_refused = refuses(
    ("no object", {"text": "json"}, "expected an object"),
    ("unknown field", {"text": {"style": "x"}}, "Unknown parameter: 'text.style'"),
    ("verbosity", {"text": {"verbosity": "none"}}, "Invalid value: 'none'"),
    ("no type", {"text": {"format": {}}}, "'text.format.type'"),
    ("unknown type", {"text": {"format": {"type": "xml"}}}, "Invalid value: 'xml'"),
    (
        "shape of the chat route",
        schema(json_schema={"name": "p", "schema": SCHEMA}),
        "Missing required parameter: 'text.format.name'",
    ),
    ("no schema", schema(name="p"), "'text.format.schema'"),
    ("name with a space", schema(name="a b", schema=SCHEMA), "does not match pattern"),
    (
        "open schema",
        schema(name="p", schema=OPEN, strict=True),
        "Invalid schema for response_format 'p': In context=()",
    ),
    (
        "array",
        schema(name="p", schema={"type": "array", "items": SCHEMA}, strict=True),
        "schema must be a JSON Schema of 'type: \"object\"', got 'type: \"array\"'",
    ),
    (
        "no word",
        {"text": {"format": {"type": "json_object"}}},
        "must contain the word 'json' in some form to use 'text.format'",
    ),
)

test_format_is_accepted = accepts(
    ("text", {"text": {"format": {"type": "text"}, "verbosity": "low"}}),
    ("open schema", schema(name="p", schema=OPEN, strict=False)),
    (
        "word in the instructions",
        {"text": {"format": {"type": "json_object"}}, "instructions": "Answer in JSON."},
    ),
)


def test_text_fits_the_schema(client: ResponsesClient) -> None:
    body = schema(name="p", schema=SCHEMA, strict=True)
    assert json.loads(client.text(input="Ann is 33", **body)) == {"name": "Ann", "age": 33}
