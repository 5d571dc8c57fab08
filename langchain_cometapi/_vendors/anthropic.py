"""Anthropic: Claude, also under CometAPI's own names."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from langchain_cometapi._vendors.base import COMETAPI_DOCS, LOGPROBS, Vendor

_CLAUDE = Vendor(
    "claude",
    r"(cometapi-(opus|sonnet|haiku|fable)|claude)",
    max_tokens_field="max_tokens",
    sampling="one_of",
    refused_parameters=LOGPROBS,
    max_choices=1,
    reasoning_replay="none",
    # "Thinking may not be enabled when tool_choice forces tool use" (langchain-ai/langchain#30047,
    # langchain-aws#927). It is off on the chat route unless `thinking` or an effort asks for it.
    forced_any_while_thinking=False,
    forced_one_while_thinking=False,
    thinking_off=MappingProxyType({}),
    structured_output="function_calling",
    empty_messages=False,  # anthropics/claude-code#59812; nor ones of blanks alone, #23440
    # Anthropic's characters (farion1231/cc-switch#1181), and Bedrock's length for the same models
    # (earendil-works/pi#781); anthropics/claude-code#20631 for an id that comes twice.
    tool_call_ids=r"[a-zA-Z0-9_-]{1,64}",
    unique_tool_call_ids=True,
    tool_media=True,
    parallel_tool_calls=True,
    strict_tools=False,  # ignored by Anthropic's own compatibility layer, too
    cache_control=True,
    images=True,
    audio=False,
    files=True,
    tokens_per_image=1369,  # a token for each patch of 28 x 28
    tokenizer="claude",
    endpoints=frozenset({"chat", "messages"}),
    # CometAPI's comparison of the two: no extended thinking on the chat route.
    reasoning_endpoints=frozenset({"messages"}),
    source=COMETAPI_DOCS + "; Anthropic, OpenAI SDK compatibility, vision and glossary",
)

# Which models have the new tokenizer: ctok 1.3.0, from Anthropic's counts (Opus since 4.7, Sonnet
# and Fable since 5); "1M tokens are about 2.5M characters".
_OPUS_4_7 = replace(
    _CLAUDE,
    pattern=r"(claude|cometapi)-opus-(4[-.][789]|[5-9])",
    sampling="refused",
    tokenizer="claude_4_7",
)
_CLAUDE_5 = replace(
    _CLAUDE,
    pattern=r"(claude|cometapi)-(sonnet|haiku|fable)-[5-9]",
    tokenizer="claude_4_7",
)

ROWS = (
    # The gateway switches thinking on by this ending of the id. Whether it knows response formats
    # for Claude is not known, so the schema is stated in the prompt.
    *(
        replace(
            row,
            pattern=row.pattern + r".*-thinking",
            thinking_off=None,
            reasoning_endpoints=None,
            structured_output="prompt",
        )
        for row in (_OPUS_4_7, _CLAUDE_5, _CLAUDE)
    ),
    _OPUS_4_7,
    _CLAUDE_5,
    _CLAUDE,
)
