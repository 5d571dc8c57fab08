"""ByteDance: Doubao models."""

from __future__ import annotations

from dataclasses import replace

from langchain_cometapi.emulator._rules.base import VIDEO_PARTS, FamilyRules, ModelRow

_DOUBAO = FamilyRules(
    "doubao",
    "ByteDance",
    extra_params=frozenset({"thinking"}),
    user_parts=VIDEO_PARTS,
    max_prompt=262_144,
)

ROWS = (
    ModelRow("doubao-seed-2-1-pro-260628", replace(_DOUBAO, max_prompt=None)),
    ModelRow("doubao-seed-2-1-turbo-260628", _DOUBAO),
    ModelRow("doubao-seed-2.0-lite", _DOUBAO),
)
