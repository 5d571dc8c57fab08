"""Xiaomi: MiMo models."""

from __future__ import annotations

from langchain_cometapi.emulator._rules.base import (
    REASONING_CONTENT_MISSING,
    VIDEO_PARTS,
    FamilyRules,
    ModelRow,
)

_MIMO = FamilyRules(
    "mimo",
    "Xiaomi",
    extra_params=frozenset({"thinking"}),
    user_parts=VIDEO_PARTS,
    reasoning_text=True,
    replay_error=REASONING_CONTENT_MISSING,
    empty_tool_content="",
    endpoints=("openai", "openai-response", "anthropic"),
)

ROWS = (
    ModelRow("mimo-v2.6-flash", _MIMO),
    ModelRow("mimo-v2.6-pro", _MIMO),
    ModelRow("mimo-v2.6-pro-ultraspeed", _MIMO),
)
