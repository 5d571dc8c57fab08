"""Xiaomi: MiMo."""

from __future__ import annotations

from tests.unit_tests.vendors.rules import check_rules

DISABLED = {"thinking": {"type": "disabled"}}
ENDPOINTS = frozenset({"chat", "responses", "messages"})

test_rule_holds_on_the_wire = check_rules(
    ("mimo-v2.6-flash mimo-v2.6-pro", "family", "mimo"),
    ("mimo-v2.6-pro", "max_tokens_field", "max_tokens"),
    ("mimo-v2.6-pro", "developer_role", False),
    ("mimo-v2.6-pro", "reasoning_replay", "tool_calls"),
    ("mimo-v2.6-pro", "foreign_reasoning", " "),
    ("mimo-v2.6-pro", "thinking_off", DISABLED),
    ("mimo-v2.6-pro", "structured_output", "function_calling"),
    ("mimo-v2.6-flash", "json_schema", True),
    ("mimo-v2.6-pro", "json_schema", None),
    ("mimo-v2.6-flash", "json_object", True),
    ("mimo-v2.6-pro", "json_object", None),
    ("mimo-v2.6-flash", "images", True),
    ("mimo-v2.6-pro", "images", None),
    ("mimo-v2.6-pro mimo-v2.6-flash", "endpoints", ENDPOINTS),
)
