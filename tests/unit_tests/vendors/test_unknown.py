"""A model of which nothing is known: a request says what the user wrote."""

from __future__ import annotations

from dataclasses import fields

from langchain_cometapi._vendors.registry import Vendor
from tests.unit_tests.vendors.rules import check_rules

KNOWN = {"family", "pattern", "structured_output", "source"}

test_rule_holds_on_the_wire = check_rules(
    ("your-model-id sonnet", "family", "unknown"),
    ("some-new-thing", "structured_output", "function_calling"),
    *(("some-new-thing", field.name, None) for field in fields(Vendor) if field.name not in KNOWN),
    ("text-embedding-3-small", "max_texts", None),
)
