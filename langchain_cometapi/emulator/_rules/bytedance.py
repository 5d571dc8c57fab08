"""ByteDance: Doubao models."""

from __future__ import annotations

from langchain_cometapi.emulator._rules.base import VIDEO_PARTS, FamilyRules, ModelRow

_DOUBAO = FamilyRules(
    "doubao", "ByteDance", extra_params=frozenset({"thinking"}), user_parts=VIDEO_PARTS
)

ROWS = (
    ModelRow("doubao-seed-2-1-pro-260628", _DOUBAO),
    ModelRow("doubao-seed-2-1-turbo-260628", _DOUBAO),
    ModelRow("doubao-seed-2.0-lite", _DOUBAO),
)
