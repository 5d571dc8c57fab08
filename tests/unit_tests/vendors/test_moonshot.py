"""Moonshot: Kimi."""

from __future__ import annotations

from dataclasses import replace

from langchain_cometapi._vendors.registry import SchemaDialect
from tests.unit_tests.vendors.rules import check_rules

PENALTIES = frozenset({"presence_penalty", "frequency_penalty"})
DISABLED = {"thinking": {"type": "disabled"}}

KEYWORDS = (
    "$ref additionalProperties anyOf default description enum items maxItems maxLength maximum "
    "minItems minLength minimum properties required title type"
)
DIALECT = SchemaDialect(
    object_root=True,
    lone_refs=True,
    const_as_enum=True,
    one_type=True,
    any_of_only=True,
    lone_any_of=True,
    bare_any_of=True,
    typed=True,
    any_types="list",
    no_tuples=True,
    property_names=r"(?!(?:\$defs|\$ref|anyOf|required|additionalProperties)$).+",
    keywords=frozenset(KEYWORDS.split()),
)
STRICT = replace(
    DIALECT,
    any_types="text",
    closed_objects=True,
    all_required=True,
    items_needed=True,
    keywords=frozenset(KEYWORDS.split()) - {"default", "maxLength", "minLength", "title"},
)

test_rule_holds_on_the_wire = check_rules(
    ("kimi-k3 kimi-k2.6", "empty_messages", False),
    ("kimi-k3 kimi-k2.6", "tool_names", r"[a-zA-Z][a-zA-Z0-9_-]{0,63}"),
    ("kimi-k3 kimi-k2.6", "refused_parameters", PENALTIES),
    ("kimi-k2", "refused_parameters", None),
    ("kimi-k3 kimi-k2.6", "max_choices", 1),
    ("kimi-k3 kimi-k2.7-code kimi-k2.6", "family", "kimi"),
    ("kimi-k3 kimi-k2", "max_tokens_field", "max_tokens"),
    ("kimi-k3 kimi-k2.6", "sampling", "fixed"),
    ("kimi-k2", "sampling", None),
    ("kimi-k3", "developer_role", False),
    ("kimi-k3 kimi-k2", "reasoning_replay", "tool_calls"),
    ("kimi-k3 kimi-k2", "foreign_reasoning", " "),
    ("kimi-k2.6 kimi-k2.7-code", "forced_any_while_thinking", False),
    ("kimi-k3 kimi-k2", "forced_any_while_thinking", None),
    ("kimi-k3 kimi-k2.6", "forced_one_while_thinking", False),
    ("kimi-k2", "forced_one_while_thinking", None),
    ("kimi-k3 kimi-k2.7-code kimi-k2-thinking", "thinking_off", None),
    ("kimi-k2.6 kimi-k2.5", "thinking_off", DISABLED),
    ("kimi-k3 kimi-k2", "structured_output", "function_calling"),
    ("kimi-k2.6 kimi-k2.7-code", "structured_output", "json_schema"),
    ("kimi-k2-thinking", "structured_output", "json_mode"),
    ("kimi-k3 kimi-k2.6", "json_schema", True),
    ("kimi-k2", "json_schema", None),
    ("kimi-k3", "json_object", True),
    ("kimi-k3 kimi-k2", "schema_dialect", DIALECT),
    ("kimi-k3", "strict_dialect", STRICT),
    ("kimi-k3", "stop_limit", 5),
    ("kimi-k2.6", "images", True),
    ("kimi-k2", "images", None),
    ("kimi-k3 kimi-k2.7-code", "video", True),
    ("kimi-k2", "video", None),
)
