"""xAI: Grok."""

from __future__ import annotations

from dataclasses import replace

from langchain_cometapi._vendors.base import STRICT
from langchain_cometapi._vendors.registry import SchemaDialect
from tests.unit_tests.vendors.rules import check_rules

PENALTIES = frozenset({"presence_penalty", "frequency_penalty"})
WITHOUT_EFFORT = PENALTIES | {"reasoning_effort"}

DIALECT = SchemaDialect(
    object_root=True,
    acyclic_refs=True,
    any_of_only=True,
    lone_any_of=True,
    closed_objects=True,
    no_tuples=True,
)

test_rule_holds_on_the_wire = check_rules(
    ("grok-4.7 grok-3", "empty_messages", False),
    ("grok-4.7 grok-3", "named_roles", frozenset({"user"})),
    ("grok-4.7 grok-3", "family", "grok"),
    ("grok-4.5", "structured_output", "function_calling"),
    ("grok-4.5", "parallel_tool_calls", True),
    ("grok-4.5", "strict_tools", True),
    ("grok-4.5", "json_schema", True),
    ("grok-4.5 grok-3", "schema_dialect", DIALECT),
    ("grok-4.5", "strict_dialect", replace(STRICT, acyclic_refs=True)),
    ("grok-4.5", "json_object", True),
    ("grok-4.5 grok-4 grok-10", "stop_limit", 0),
    ("grok-4.20-0309-non-reasoning grok-4-1-fast-non-reasoning", "stop_limit", 4),
    ("grok-3", "stop_limit", None),
    ("grok-4.3 grok-3", "refused_parameters", PENALTIES),
    ("grok-4-0709 grok-4-1-fast-reasoning", "refused_parameters", WITHOUT_EFFORT),
    ("grok-4.20-0309-non-reasoning", "refused_parameters", WITHOUT_EFFORT),
    ("grok-4.5", "images", True),
    ("grok-3", "images", None),
    ("grok-4.5", "tokens_per_image", 1792),
)
