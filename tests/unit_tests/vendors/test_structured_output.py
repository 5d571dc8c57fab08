"""What structured output by function calling sends to models of several vendors."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support import City, name_lost, record_losses
from tests.unit_tests.vendors.calls import gateway

OFF = {"thinking": {"type": "disabled"}}
NAMED = {"type": "function", "function": {"name": "City"}}


def ask(model_id: str, options: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """Return the body of a request for a `City`."""
    served = gateway()
    model = served.model(model_id, endpoint="chat", **fields)
    options = {"method": "function_calling", **options}
    model.with_structured_output(City, include_raw=True, **options).invoke("Hi")
    assert "inferred_parameters" not in served.bodies[0]
    return served.bodies[0]


@pytest.mark.parametrize(
    ("model_id", "options", "sent"),
    [
        ("gpt-4o", {}, {"tool_choice": NAMED, "parallel_tool_calls": False}),
        ("o3", {}, {"tool_choice": NAMED}),
        ("claude-sonnet-5-5", {}, {"tool_choice": NAMED, "parallel_tool_calls": False}),
        ("kimi-k3", {}, {"tool_choice": "required", "parallel_tool_calls": False}),
        ("kimi-k2.6", {}, {"tool_choice": NAMED, "parallel_tool_calls": False, **OFF}),
        *(
            (model_id, options, {"tool_choice": NAMED, "parallel_tool_calls": False, **OFF})
            for model_id, options in (
                ("deepseek-v4-pro", {}),
                ("deepseek-v4-pro", {"extra_body": OFF}),
                ("gpt-4o", {"model": "deepseek-v4-pro"}),
                ("gpt-5.4", {"model": "deepseek-v4-pro", "method": None}),
            )
        ),
    ],
)
def test_tool_is_forced_as_the_vendor_takes_it_without_a_warning(
    model_id: str, options: dict[str, Any], sent: dict[str, Any]
) -> None:
    with record_losses() as losses:
        for fields in ({}, {"strict_params": True}):
            body = ask(model_id, options, **fields)
            names = ("tool_choice", "parallel_tool_calls", "thinking", "response_format")
            assert {name: body[name] for name in names if name in body} == sent
    assert losses == []


@pytest.mark.parametrize(
    ("model_id", "options"),
    [("kimi-k2.6", {}), ("deepseek-v4-pro", {}), ("gpt-4o", {"model": "deepseek-v4-pro"})],
)
def test_thinking_that_was_asked_for_is_switched_off_with_a_warning(
    model_id: str, options: dict[str, Any]
) -> None:
    asked = {**options, "extra_body": {"thinking": True}}
    with record_losses() as losses:
        assert ask(model_id, asked)["thinking"] == OFF["thinking"]
    assert name_lost(losses) == ["thinking"]
    with pytest.raises(ValueError, match=r"`thinking`: .* takes no forced tool choice"):
        ask(model_id, asked, strict_params=True)


def test_disabled_parameters_are_not_sent() -> None:
    disabled = {"parallel_tool_calls": None, "tool_choice": None}
    body = ask("some-new-thing", {}, disabled_params=disabled)
    assert not disabled.keys() & body.keys()
