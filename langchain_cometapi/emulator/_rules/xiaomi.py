"""Xiaomi: MiMo models."""

from __future__ import annotations

from langchain_cometapi.emulator._rules.base import (
    REASONING_CONTENT_MISSING,
    VIDEO_PARTS,
    FamilyRules,
    ModelRow,
    Refusal,
)

_MIMO = FamilyRules(
    "mimo",
    "Xiaomi",
    extra_params=frozenset({"thinking"}),
    user_parts=VIDEO_PARTS,
    reasoning_text=True,
    reasoning_missing_error=Refusal(REASONING_CONTENT_MISSING),
    content_with_tool_calls="",
    max_prompt=1_048_576,
    endpoints=("openai", "openai-response", "anthropic"),
    responses_route=True,  # CometAPI's announcement 141
    reasoning_items_have_text=True,  # as open models do: their reasoning is not secret
)

ROWS = (
    ModelRow("mimo-v2.6-flash", _MIMO),
    ModelRow("mimo-v2.6-pro", _MIMO),
    ModelRow("mimo-v2.6-pro-ultraspeed", _MIMO),
)
