"""DeepSeek."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support import City, record_losses
from tests.unit_tests.vendors.calls import (
    CITY_CHOICE,
    assert_inferred_choice,
    assert_thinking_switched_off,
    bind,
    gateway,
    get_body,
)
from tests.unit_tests.vendors.rules import check_rules

DISABLED = {"thinking": {"type": "disabled"}}
_ALLOWED = {"type": "allowed_tools", "allowed_tools": {"mode": "auto", "tools": []}}
_REQUIRED = {"type": "allowed_tools", "allowed_tools": {"mode": "required", "tools": []}}

STRING_ROLES = frozenset({"system", "assistant", "tool"})

test_rule_holds_on_the_wire = check_rules(
    ("deepseek-v4-pro deepseek-v4-flash-vision", "string_roles", STRING_ROLES),
    ("deepseek-v4-pro deepseek-v4-flash", "max_choices", 1),
    ("deepseek-v4-pro deepseek-v4-flash deepseek-v4-flash-vision", "family", "deepseek"),
    ("deepseek-v4-pro", "max_tokens_field", "max_tokens"),
    ("deepseek-v4-pro", "developer_role", False),
    ("deepseek-v4-pro deepseek-v4-flash", "reasoning_replay", "all"),
    ("deepseek-chat", "reasoning_replay", "tool_calls"),
    ("deepseek-v4-pro deepseek-chat", "foreign_reasoning", " "),
    ("deepseek-v4-pro deepseek-chat", "forced_any_while_thinking", False),
    ("deepseek-v4-pro deepseek-reasoner deepseek-v3", "forced_one_while_thinking", False),
    ("deepseek-v4-pro deepseek-v4-flash", "thinking_off", DISABLED),
    ("DeepSeek-V3.2-Exp-nothinking", "thinking_off", {}),
    ("deepseek-reasoner", "thinking_off", None),
    ("deepseek-v4-pro deepseek-v4-flash", "structured_output", "function_calling"),
    ("deepseek-reasoner", "structured_output", "json_mode"),
    ("deepseek-v4-pro deepseek-v4-flash-vision", "tool_media", False),
    ("deepseek-v4-pro deepseek-v4-flash", "json_schema", False),
    ("deepseek-v4-pro", "json_object", True),
    ("deepseek-v4-pro", "stop_limit", 16),
    ("deepseek-v4-flash-vision", "images", True),
    ("deepseek-v4-pro deepseek-v3.2", "images", False),
    ("deepseek-v4-flash", "images", None),
    ("deepseek-v4-pro", "audio", False),
    ("deepseek-v4-pro", "files", False),
    ("deepseek-v4-flash", "files", None),
    ("deepseek-v4-pro", "video", False),
    ("deepseek-v4-flash-vision", "tokens_per_image", 384),
    ("deepseek-v4-pro", "tokens_per_image", None),
    ("deepseek-v4-pro", "tokenizer", "deepseek"),
)


@pytest.mark.parametrize(
    ("passed", "sent"),
    [
        ({"type": "auto"}, "auto"),
        ({"type": "none"}, "none"),
        ({"type": "any"}, "required"),
        ("any", "required"),
        ("get_weather", {"type": "function", "function": {"name": "get_weather"}}),
        (
            {"type": "tool", "name": "get_weather"},
            {"type": "function", "function": {"name": "get_weather"}},
        ),
        (_ALLOWED, _ALLOWED),
        (_REQUIRED, _REQUIRED),
    ],
)
async def test_forced_tool_choice_switches_thinking_off(passed: Any, sent: Any) -> None:
    parameters = bind("deepseek-v4-pro") | {"tool_choice": passed}
    body = await get_body("deepseek-v4-pro", **parameters)
    assert body["tool_choice"] == sent
    is_forced = sent not in ("auto", "none", _ALLOWED)
    assert body.get("thinking") == (DISABLED["thinking"] if is_forced else None)


@pytest.mark.parametrize(
    ("model_id", "options"),
    [("deepseek-v4-pro", {}), ("gpt-4o", {"model": "deepseek-v4-pro"})],
)
def test_structured_output_switches_thinking_off(model_id: str, options: dict[str, Any]) -> None:
    assert_thinking_switched_off(model_id, DISABLED, **options)


def test_structured_output_without_thinking_names_its_tool() -> None:
    assert_inferred_choice("deepseek-v4-pro", CITY_CHOICE, extra_body=DISABLED)


def test_structured_output_uses_the_method_of_the_model_of_the_call() -> None:
    served = gateway()
    model = served.model("gpt-5.4").with_structured_output(
        City, include_raw=True, model="deepseek-v4-pro"
    )
    with record_losses():
        model.invoke("Hi")
    assert "tools" in served.bodies[0]
    assert "response_format" not in served.bodies[0]
