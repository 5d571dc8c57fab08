"""Meta: Llama."""

from __future__ import annotations

from tests.unit_tests.vendors.rules import check_rules

test_rule_holds_on_the_wire = check_rules(
    ("llama-4-maverick meta-llama/llama-3.3-70b", "family", "llama"),
    ("llama-4-maverick", "structured_output", "function_calling"),
    ("llama-4-maverick", "images", True),
    ("llama-3.3-70b", "images", None),
)
