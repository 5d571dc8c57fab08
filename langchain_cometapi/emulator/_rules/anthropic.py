"""Anthropic: Claude models."""

from __future__ import annotations

from dataclasses import replace

from langchain_cometapi.emulator._rules.base import (
    ROLES_WITH_DEVELOPER,
    CallIdRules,
    FamilyRules,
    ImageTokens,
    ModelRow,
    Refusal,
)

# langchain-ai/langchain#30047, mastra-ai/mastra#7507, and llm-exe/llm-exe#720 for the effort.
_FORCED_CHOICE = Refusal("Thinking may not be enabled when tool_choice forces tool use.")
_CLAUDE_4 = FamilyRules(
    "claude",
    "Anthropic",
    extra_params=frozenset({"thinking", "top_k"}),
    roles=ROLES_WITH_DEVELOPER,
    sampling_pair_error=Refusal(
        "`temperature` and `top_p` cannot both be specified for this model. Please use only one."
    ),
    # anthropics/claude-code#59812 and #23440
    empty_text_error=Refusal("messages: text content blocks must be non-empty"),
    empty_message_error=Refusal("messages: text content blocks must be non-empty"),
    blank_is_empty=True,
    # farion1231/cc-switch#1181, maximhq/bifrost#5097; anthropics/claude-code#20693 and #21317.
    call_ids=CallIdRules(
        pattern="^[a-zA-Z0-9_-]+$",
        pattern_error=Refusal("{block}.{field}: String should match pattern '{pattern}'"),
        unique_in_conversation=True,
        duplicate_error=Refusal("{block}: `tool_use` ids must be unique"),
    ),
    logprobs=False,
    multiple_choices=False,
    thinks_if_asked=True,
    required_choice_error=_FORCED_CHOICE,
    named_choice_error=_FORCED_CHOICE,
    usage_style="claude",
    image_tokens=ImageTokens(1369, 1369),  # patches of 28 x 28 pixels (Anthropic, vision)
    tool_tokens=346,  # the system prompt for tools (Anthropic, tool use, pricing)
    endpoints=("anthropic", "openai"),
)
_CLAUDE = replace(_CLAUDE_4, sampling="refused", sampling_pair_error=None)

ROWS = (
    ModelRow("claude-haiku-4-5", _CLAUDE_4),
    ModelRow("claude-sonnet-4-6", _CLAUDE_4, pricing=(3, 15), context="200K", max_output="64K"),
    ModelRow("claude-opus-4-7", _CLAUDE),
    ModelRow("claude-opus-4-8", _CLAUDE),
    ModelRow("claude-fable-5", _CLAUDE_4),
    ModelRow("claude-sonnet-5", _CLAUDE_4),
    ModelRow("claude-opus-5", _CLAUDE),
    ModelRow("claude-opus-5-5", _CLAUDE),
    ModelRow("claude-sonnet-5-5", _CLAUDE_4),
    ModelRow("claude-haiku-5-5", _CLAUDE_4, context="1M", max_output="128K"),
)
