"""Checks of `response_format`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from langchain_cometapi.emulator._errors import missing_parameter, vendor_error, wrong_type
from langchain_cometapi.emulator._generation.conversation import joined_text
from langchain_cometapi.emulator._schemas.dialect import RESPONSE_FORMAT, check_dialect
from langchain_cometapi.emulator._schemas.strict import check_strict_schema

if TYPE_CHECKING:
    from langchain_cometapi.emulator._rules.base import FamilyRules


def check_response_format(
    value: Any, rules: FamilyRules, *, thinking: bool
) -> dict[str, Any] | None:
    """Check `response_format` and return it, or `None` for plain text.

    Args:
        value: The request's `response_format`, or `None`.
        rules: The family's rules.
        thinking: Whether thinking is on for this request.

    Raises:
        GatewayError: If the format is unknown or its schema is refused.
    """
    if value is None:
        return None
    if not isinstance(value, dict):
        raise wrong_type(value, "an object", "response_format")
    kind = value.get("type")
    if kind == "text":
        return None
    if thinking and rules.json_thinking_error is not None:
        raise rules.json_thinking_error.error()
    if kind == "json_object":
        return value
    if kind != "json_schema":
        msg = (
            f"Invalid value: '{kind}'. Supported values are: 'json_object', 'json_schema',"
            " and 'text'."
        )
        raise vendor_error(msg, "invalid_value")
    if rules.json_schema_error is not None:
        raise rules.json_schema_error.error()
    _check_json_schema(value.get("json_schema"), rules)
    return value


def _check_json_schema(value: Any, rules: FamilyRules) -> None:
    for name in ("name", "schema"):
        if not isinstance(value, dict) or value.get(name) is None:
            raise missing_parameter(path="response_format.json_schema", name=name)
    if not isinstance(value["schema"], dict):
        raise wrong_type(value["schema"], "an object", "response_format.json_schema.schema")
    if not re.fullmatch(r"[a-zA-Z0-9_-]{1,64}", str(value["name"])):
        msg = (
            "Invalid 'response_format.json_schema.name': string does not match pattern. Expected a"
            " string that matches the pattern '^[a-zA-Z0-9_-]+$'."
        )
        raise vendor_error(msg, "invalid_value")
    if rules.format_dialect is not None:
        check_dialect(value["schema"], RESPONSE_FORMAT, rules.format_dialect)
    if value.get("strict") and rules.strict_schemas:
        label = f"Invalid schema for response_format '{value['name']}'"
        check_strict_schema(value["schema"], label, "invalid_json_schema")


def check_json_word(messages: list[dict[str, Any]], rules: FamilyRules) -> None:
    """Check that the messages contain the word "json", which JSON mode may require.

    Args:
        messages: Valid messages.
        rules: The family's rules.

    Raises:
        GatewayError: If the word is required and missing.
    """
    refusal = rules.json_word_error
    if refusal is None:
        return
    if not any("json" in joined_text(message.get("content")).lower() for message in messages):
        raise refusal.error()
