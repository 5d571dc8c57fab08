"""Checks of `text`: the format and the verbosity of a text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from langchain_cometapi.emulator._errors import invalid_value, missing_parameter, vendor_error
from langchain_cometapi.emulator._generation.conversation import joined_text
from langchain_cometapi.emulator._routes.responses.request.fields import (
    BOOLEAN,
    OBJECT,
    STRING,
    Shape,
    check_length,
    check_shape,
)
from langchain_cometapi.emulator._schemas.dialect import RESPONSE_FORMAT, check_dialect
from langchain_cometapi.emulator._schemas.strict import check_strict_schema

if TYPE_CHECKING:
    from langchain_cometapi.emulator._rules.base import FamilyRules

_TEXT = Shape({}, {"format": OBJECT, "verbosity": frozenset({"high", "low", "medium"})})
_FORMATS = {
    "text": Shape({}, {"type": STRING}),
    "json_object": Shape({}, {"type": STRING}),
    "json_schema": Shape(
        {"name": STRING, "schema": OBJECT},
        {"type": STRING, "description": STRING, "strict": BOOLEAN},
    ),
}
_NAME = re.compile(r"[a-zA-Z0-9_-]+")
_MAX_NAME = 64


def read_format(text: Any, rules: FamilyRules) -> dict[str, Any] | None:
    """Check `text` and return its format in the words of the chat route.

    Args:
        text: The request's `text`, or `None`.
        rules: The family's rules.

    Returns:
        A `response_format`, or `None` for plain text.

    Raises:
        GatewayError: If the format is unknown or its schema is refused.
    """
    if text is None:
        return None
    check_shape(text, _TEXT, "text")
    value = text.get("format")
    if value is None:
        return None
    kind = value.get("type")
    if kind is None:
        raise missing_parameter(path="text.format", name="type")
    if not isinstance(kind, str) or kind not in _FORMATS:
        raise invalid_value(kind, _FORMATS, "text.format.type")
    check_shape(value, _FORMATS[kind], "text.format")
    if kind == "text":
        return None
    if kind == "json_object":
        return {"type": kind}
    if rules.json_schema_error is not None:
        raise rules.json_schema_error.error()
    _check_schema(value, rules)
    return {"type": kind, "json_schema": value}


def _check_schema(value: dict[str, Any], rules: FamilyRules) -> None:
    path = "text.format.name"
    check_length(value["name"], path, _MAX_NAME)
    if not _NAME.fullmatch(value["name"]):
        msg = (
            f"Invalid '{path}': string does not match pattern. Expected a string that matches the"
            " pattern '^[a-zA-Z0-9_-]+$'."
        )
        raise vendor_error(msg, "invalid_value", path)
    if rules.format_dialect is not None:
        check_dialect(value["schema"], RESPONSE_FORMAT, rules.format_dialect)
    if value.get("strict") and rules.strict_schemas:
        label = f"Invalid schema for response_format '{value['name']}'"
        check_strict_schema(value["schema"], label, "invalid_json_schema", "text.format.schema")


def check_json_word(messages: list[dict[str, Any]], rules: FamilyRules) -> None:
    """Check that the input contains the word "json", which JSON mode requires.

    Args:
        messages: The conversation, in the words of the chat route.
        rules: The family's rules.

    Raises:
        GatewayError: If the word is required and missing.
    """
    if rules.json_word_error is None:
        return
    if not any("json" in joined_text(message.get("content")).lower() for message in messages):
        msg = (
            "Response input messages must contain the word 'json' in some form to use"
            " 'text.format' of type 'json_object'."
        )
        raise vendor_error(msg, param="input")
