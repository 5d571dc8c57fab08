"""A model of which nothing is known: a request says what the user wrote."""

from __future__ import annotations

from dataclasses import fields

from langchain_cometapi._vendors.registry import Vendor
from tests.support import City
from tests.unit_tests.vendors.calls import gateway
from tests.unit_tests.vendors.rules import check_rules

KNOWN = {"family", "pattern", "structured_output", "source"}

test_rule_holds_on_the_wire = check_rules(
    ("your-model-id sonnet", "family", "unknown"),
    ("some-new-thing", "structured_output", "function_calling"),
    *(("some-new-thing", field.name, None) for field in fields(Vendor) if field.name not in KNOWN),
    ("text-embedding-3-small", "max_texts", None),
)


def test_structured_output_with_disabled_parameters_does_not_send_them() -> None:
    served = gateway()
    model = served.model(
        "some-new-thing", disabled_params={"parallel_tool_calls": None, "tool_choice": None}
    )
    model.with_structured_output(City, include_raw=True).invoke("Hi")
    assert not {"parallel_tool_calls", "tool_choice"} & served.bodies[0].keys()
