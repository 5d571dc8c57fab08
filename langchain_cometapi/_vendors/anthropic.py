"""Anthropic: Claude, also under CometAPI's own names."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from langchain_cometapi._vendors.base import (
    COMETAPI_DOCS,
    LOGPROBS,
    STRICT_FORMATS,
    NativeRoute,
    SchemaDialect,
    Vendor,
)

# Anthropic's errors for tools: "input_schema does not support oneOf, allOf, or anyOf at the top
# level" (anthropics/claude-code#10606), "Property keys should match pattern" (#3072).
_TOOL_DIALECT = SchemaDialect(object_root=True, property_names=r"[a-zA-Z0-9_.-]{1,64}")

# Anthropic's guide to structured outputs, JSON Schema limitations, and the SDK's
# `transform_schema` (2026-11): no recursion, no bounds but `minItems` of 0 or 1, no objects that
# are open. Whether the gateway sends formats on to Claude is not known; other hosts take them, too.
_FORMAT_KEYWORDS = frozenset(
    {
        "$ref",
        "additionalProperties",
        "anyOf",
        "const",
        "default",
        "description",
        "enum",
        "format",
        "items",
        "pattern",
        "properties",
        "required",
        "title",
        "type",
    }
)
_FORMAT_DIALECT = SchemaDialect(
    object_root=True,
    acyclic_refs=True,
    lone_refs=True,
    any_of_only=True,
    lone_any_of=True,
    typed=True,
    any_types="text",
    closed_objects=True,
    no_tuples=True,
    items_needed=True,
    formats=STRICT_FORMATS | {"uri"},
    no_lookaround=True,
    keywords=_FORMAT_KEYWORDS,
)

# CometAPI's comparison of chat and `/v1/messages`: no extended thinking and no prompt caching on
# chat. The parameters and tools are those of Anthropic's reference that OpenAI's route lacks; the
# gateway refuses `anthropic_beta` in a body (MiXaiLL76/auto_ai_router). 2026-11.
_MESSAGES = NativeRoute(
    "messages",
    "ChatCometAPIAnthropic",
    "anthropic",
    "langchain_anthropic",
    "extended thinking, prompt caching, citations and server tools",
    parameters=frozenset(
        {
            "anthropic_beta",
            "betas",
            "container",
            "context_management",
            "effort",
            "inference_geo",
            "mcp_servers",
            "output_config",
            "thinking",
        }
    ),
    tools=r"(web_search|web_fetch|code_execution|bash|text_editor|computer|memory"
    r"|tool_search_tool_\w+|advisor)_20\d{6}",
)

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
    schema_dialect=_TOOL_DIALECT,
    format_dialect=_FORMAT_DIALECT,
    strict_dialect=replace(
        _FORMAT_DIALECT,
        all_required=True,
        max_depth=10,  # OpenAI's: nothing is known of Claude's
        formats=STRICT_FORMATS,
        keywords=_FORMAT_KEYWORDS - {"default", "title"},
    ),
    strict_tools=False,  # ignored by Anthropic's own compatibility layer, too
    cache_control=True,
    images=True,
    audio=False,
    files=True,
    tokens_per_image=1369,  # a token for each patch of 28 x 28
    # Anthropic, tool use, pricing: for Claude 4, unless a tool is forced. Of later models nothing
    # else is known.
    tokens_for_tools=346,
    tokenizer="claude",
    endpoints=frozenset({"chat", "messages"}),
    # CometAPI's comparison of the two: no extended thinking on the chat route.
    reasoning_endpoints=frozenset({"messages"}),
    native=_MESSAGES,
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
    # for Claude is not known, so the schema is stated in the prompt; nor is it known what the
    # ending means on `/v1/messages`, so these are called on chat.
    *(
        replace(
            row,
            pattern=row.pattern + r".*-thinking",
            thinking_off=None,
            reasoning_endpoints=None,
            native=None,
            structured_output="prompt",
        )
        for row in (_OPUS_4_7, _CLAUDE_5, _CLAUDE)
    ),
    _OPUS_4_7,
    _CLAUDE_5,
    _CLAUDE,
)
