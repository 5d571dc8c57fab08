"""MiniMax."""

from __future__ import annotations

from tests.unit_tests.vendors.rules import check_rules

test_rule_holds_on_the_wire = check_rules(
    ("minimax-m2 minimax-m3", "empty_messages", False),
    ("minimax-m2 minimax-m3", "max_choices", 1),
    ("minimax-m2 minimax-m3 minimax-m1", "family", "minimax"),
    ("minimax-m2 minimax-m3", "think_tags", True),
    ("minimax-m2", "structured_output", "function_calling"),
    ("minimax-m2", "json_schema", False),
    ("minimax-m3", "json_schema", None),
    ("minimax-m2", "json_object", False),
    ("minimax-m3", "json_object", None),
    ("minimax-m3", "images", True),
    ("minimax-m2", "images", False),
    ("minimax-m3", "video", True),
    ("minimax-m2", "video", False),
)
