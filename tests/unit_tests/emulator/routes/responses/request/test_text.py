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


def asked(**fields: Any) -> dict[str, Any]:
    """A request for a format with these fields."""
    return {"text": {"format": fields}}


def schema(**fields: Any) -> dict[str, Any]:
    return asked(type="json_schema", **fields)


def strict(root: dict[str, Any]) -> dict[str, Any]:
    return schema(name="p", schema=root, strict=True)


test_format_is_refused = refuses(
    ({"text": "json"}, "expected an object"),
    ({"text": {"style": "x"}}, "Unknown parameter: 'text.style'"),
    ({"text": {"verbosity": "none"}}, "Invalid value: 'none'"),
    (asked(), "'text.format.type'"),
    (asked(type="xml"), "Invalid value: 'xml'"),
    (schema(json_schema={"name": "p"}), "Missing required parameter: 'text.format.name'"),
    (schema(name="p"), "'text.format.schema'"),
    (schema(name="a b", schema=SCHEMA), "does not match pattern"),
    (strict(OPEN), "Invalid schema for response_format 'p': In context=()"),
    (strict({"type": "array", "items": SCHEMA}), "'type: \"object\"', got 'type: \"array\"'"),
    (asked(type="json_object"), "must contain the word 'json' in some form to use 'text.format'"),
)

test_format_is_accepted = accepts(
    ("text", {"text": {"format": {"type": "text"}, "verbosity": "low"}}),
    ("open schema", schema(name="p", schema=OPEN, strict=False)),
    ("word in the instructions", {**asked(type="json_object"), "instructions": "As JSON."}),
)


def test_text_fits_the_schema(client: ResponsesClient) -> None:
    text = client.text(input="Ann is 33", **strict(SCHEMA))
    assert json.loads(text) == {"name": "Ann", "age": 33}
