"""Zhipu: GLM."""

from __future__ import annotations

from tests.unit_tests.vendors.rules import check_rules

DISABLED = {"thinking": {"type": "disabled"}}

test_rule_holds_on_the_wire = check_rules(
    ("glm-5.2", "string_roles", frozenset({"system", "assistant", "tool"})),
    ("glm-5.2 glm-5.3", "empty_messages", False),
    ("glm-5.3 glm-5.3-flashx glm-5.2", "family", "glm"),
    ("glm-5.3", "max_tokens_field", "max_tokens"),
    ("glm-5.3", "developer_role", False),
    ("glm-5.3", "reasoning_replay", "tool_calls"),
    ("glm-5.3", "foreign_reasoning", " "),
    ("glm-5.3", "thinking_off", DISABLED),
    ("glm-5.3 glm-4.6", "structured_output", "json_mode"),
    ("glm-5.3", "json_object", True),
    ("glm-5.3", "stop_limit", 1),
    ("glm-4.6v", "images", True),
    ("glm-5", "images", False),
    ("glm-5.3 glm-5.3-flashx", "images", None),
    ("glm-5.2", "audio", False),
    ("glm-4.6v", "files", True),
    ("glm-5.2", "files", False),
    ("glm-4.5v", "video", True),
    ("glm-5.2", "video", False),
    ("glm-5.3-flashx", "endpoints", frozenset({"chat"})),
    ("glm-5.3", "endpoints", None),
    ("embedding-3", "endpoints", frozenset({"embeddings"})),
    ("embedding-3", "max_texts", 64),
)
