"""Moonshot AI: Kimi models."""

from __future__ import annotations

from dataclasses import replace

from langchain_cometapi.emulator._rules.base import (
    PENALTIES,
    VIDEO_PARTS,
    CallIdRules,
    FamilyRules,
    FixedSampling,
    ModelRow,
    Refusal,
    StopRules,
)
from langchain_cometapi.emulator._rules.schema_dialect import SchemaDialect

_REASONING_MISSING = Refusal(
    "thinking is enabled but reasoning_content is missing in assistant tool call message"
    " at index {index}"
)


def _invalid_schema(flaw: str) -> Refusal:
    return Refusal(
        "{parameter} is not a valid moonshot flavored json schema, details:"
        f" <At path '{{named_path}}': {flaw}>"
    )


# MoonshotAI/walle, docs/mfjs-spec.md and docs/walle.md: for tools and for response formats. Of the
# keywords that Moonshot does not know, the specification says that they may not be refused, and
# requests with them were taken. Seen at the service: MoonshotAI/kimi-code#2661 (anyOf),
# luxus/pi-hindsight#550 and earendil-works/pi#4138 (no type), lidge-jun/opencodex#2677 ($ref),
# CommandCodeAI/command-code#566 and NousResearch/hermes-agent#14804 ($defs).
_FLAVORED = SchemaDialect(
    type_missing_error=_invalid_schema("type is not defined"),
    type_with_any_of_error=_invalid_schema(
        "when using anyOf, type should be defined in anyOf items instead of the parent schema"
    ),
    ref_with_type_error=_invalid_schema(
        "when using $ref, type should be defined in the referenced schema instead of the parent"
        " schema"
    ),
    ref_target_error=_invalid_schema("references must start with #/$defs/"),
    ref_missing_error=_invalid_schema("$defs not found for reference: {ref}"),
    required_error=_invalid_schema("required property '{name}' is not defined in properties"),
    enum_match_error=_invalid_schema("enum value ({value}) does not match any type in [{type}]"),
)
_KIMI = FamilyRules(
    "kimi",
    "Moonshot",
    # Kimi API docs, models overview: both penalties and `n` have one value.
    multiple_choices=False,
    refused_params=PENALTIES,
    refused_param_error=Refusal("invalid {name}: only 0 is allowed for this model"),
    extra_params=frozenset({"thinking"}),
    user_parts=VIDEO_PARTS,
    stop=StopRules(max_count=5, max_bytes=32),  # platform.kimi.ai
    # MoonshotAI/Kimi-K2, docs/tool_call_guidance.md
    call_ids=CallIdRules(template="functions.{name}:{index}"),
    tool_name="[a-zA-Z][a-zA-Z0-9_-]{0,63}",
    tool_name_error=Refusal(  # MoonshotAI/kimi-cli#1773
        "Invalid request: function name is invalid, must start with a letter and can contain"
        " letters, numbers, underscores, and dashes"
    ),
    empty_text_error=Refusal("Invalid request: text content is empty"),  # MoonshotAI/kimi-cli#2035
    empty_message_error=Refusal(  # MoonshotAI/kimi-code#1985
        "Invalid request: the message at position {index} with role '{role}' must not be empty"
    ),
    # kodustech/kodus-ai#1120, CherryHQ/cherry-studio#12691.
    fixed_sampling=FixedSampling(
        temperature=1,
        temperature_without_thinking=0.6,
        top_p=0.95,
        error=Refusal("invalid {name}: only {value:g} is allowed for this model"),
    ),
    schema_dialect=replace(
        _FLAVORED,  # Hmbown/Codewhale#3265
        root_error=Refusal('tools.function.parameters.type is required and must be "object"'),
    ),
    format_dialect=_FLAVORED,
    reasoning_text=True,
    reasoning_missing_error=_REASONING_MISSING,
    required_choice_error=Refusal("tool_choice 'required' is incompatible with thinking enabled"),
    named_choice_error=Refusal("tool_choice 'specified' is incompatible with thinking enabled"),
    content_with_tool_calls="",
    max_prompt=262_144,
)
_KIMI_CODE = replace(
    _KIMI,
    thinking_disabled_error=Refusal(  # MoonshotAI/Kimi-K2#141
        "invalid thinking: only type=enabled is allowed for this model"
    ),
)
# While thinking, K3 accepts `required` and refuses only a named function.
_KIMI_3 = replace(_KIMI, required_choice_error=None, max_prompt=1_048_576)

ROWS = (
    ModelRow("kimi-k2.6", _KIMI),
    ModelRow("kimi-k2.7-code", _KIMI_CODE),
    ModelRow("kimi-k3", _KIMI_3),
)
