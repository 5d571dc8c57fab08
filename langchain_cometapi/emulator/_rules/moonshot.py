"""Moonshot AI: Kimi models."""

from __future__ import annotations

from dataclasses import replace

from langchain_cometapi.emulator._rules.base import (
    VIDEO_PARTS,
    CallIdRules,
    FamilyRules,
    FixedSampling,
    ModelRow,
    Refusal,
    SchemaDialect,
    StopRules,
)

_KIMI_REPLAY = (
    "thinking is enabled but reasoning_content is missing in assistant tool call message"
    " at index {index}"
)
_KIMI_NAMED = "tool_choice 'specified' is incompatible with thinking enabled"
_KIMI = FamilyRules(
    "kimi",
    "Moonshot",
    extra_params=frozenset({"thinking"}),
    user_parts=VIDEO_PARTS,
    stop=StopRules(most=5, longest=32),  # platform.kimi.ai
    # MoonshotAI/Kimi-K2, docs/tool_call_guidance.md
    call_ids=CallIdRules(form="functions.{name}:{index}"),
    # kodustech/kodus-ai#1120, CherryHQ/cherry-studio#12691.
    fixed_sampling=FixedSampling(temperature=1, unthinking_temperature=0.6, top_p=0.95),
    # MoonshotAI/kimi-code#2661, luxus/pi-hindsight#550, Hmbown/Codewhale#3265.
    schema_dialect=SchemaDialect(
        type_beside_any_of=False,
        enum_without_type=False,
        root_error=Refusal('tools.function.parameters.type is required and must be "object"'),
    ),
    reasoning_text=True,
    replay_error=_KIMI_REPLAY,
    forced_any_error="tool_choice 'required' is incompatible with thinking enabled",
    forced_one_error=_KIMI_NAMED,
    empty_tool_content="",
)
_KIMI_CODE = replace(
    _KIMI,
    unthinking_error=Refusal(  # MoonshotAI/Kimi-K2#141
        "invalid thinking: only type=enabled is allowed for this model"
    ),
)
# K3 takes `required` while thinking; only a named function is refused.
_KIMI_3 = replace(_KIMI, forced_any_error=None)

ROWS = (
    ModelRow("kimi-k2.6", _KIMI),
    ModelRow("kimi-k2.7-code", _KIMI_CODE),
    ModelRow("kimi-k3", _KIMI_3),
)
