"""DeepSeek."""

from __future__ import annotations

from typing import Any

import pytest

from tests.unit_tests.vendors.calls import bind, get_body
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
