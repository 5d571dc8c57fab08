"""ByteDance: Doubao and Seed."""

from __future__ import annotations

from tests.unit_tests.vendors.rules import check_rules

test_rule_holds_on_the_wire = check_rules(
    ("doubao-seedream-4-0", "endpoints", frozenset({"images"})),
    ("doubao-seedance-1-0-pro", "endpoints", frozenset({"videos"})),
    ("doubao-seed-2.0-lite", "family", "doubao"),
    ("doubao-seed-2.0-lite", "developer_role", False),
    ("doubao-seed-2.0-lite", "structured_output", "function_calling"),
    ("doubao-seed-2.0-lite", "json_schema", True),
    ("doubao-seed-2-0-code-preview-260215", "json_schema", False),
    ("doubao-seed-2.0-lite", "json_object", True),
    ("doubao-seed-2-0-code-preview-260215", "json_object", False),
    ("doubao-seed-2.0-lite", "images", True),
    ("doubao-seed-2.0-lite", "video", True),
)
