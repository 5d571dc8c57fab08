"""Anthropic: Claude."""

from __future__ import annotations

from dataclasses import replace

from langchain_cometapi._vendors.base import NativeRoute, SchemaDialect
from tests.unit_tests.vendors.rules import check_rules

TOOL_DIALECT = SchemaDialect(object_root=True, property_names=r"[a-zA-Z0-9_.-]{1,64}")
KEYWORDS = (
    "$ref additionalProperties anyOf const default description enum format items pattern "
    "properties required title type"
)
FORMATS = frozenset(
    "date-time time date duration email hostname ipv4 ipv6 uuid uri".split()  # noqa: SIM905
)
FORMAT_DIALECT = SchemaDialect(
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
    formats=FORMATS,
    no_lookaround=True,
    keywords=frozenset(KEYWORDS.split()),
)
STRICT = replace(
    FORMAT_DIALECT,
    all_required=True,
    max_depth=10,
    formats=FORMATS - {"uri"},
    keywords=frozenset(KEYWORDS.split()) - {"default", "title"},
)

PARAMETERS = (
    "anthropic_beta betas container context_management effort inference_geo mcp_servers"
    " output_config thinking"
)
LOGPROBS = frozenset({"logprobs", "top_logprobs"})

MESSAGES = NativeRoute(
    "messages",
    "ChatCometAPIAnthropic",
    "anthropic",
    "langchain_anthropic",
    "extended thinking, prompt caching, citations and server tools",
    parameters=frozenset(PARAMETERS.split()),
    tools=r"(web_search|web_fetch|code_execution|bash|text_editor|computer|memory"
    r"|tool_search_tool_\w+|advisor)_20\d{6}",
)

test_rule_holds_on_the_wire = check_rules(
    ("claude-sonnet-5-5 claude-opus-5", "empty_messages", False),
    ("claude-sonnet-5-5 claude-opus-5", "refused_parameters", LOGPROBS),
    ("claude-sonnet-5-5 claude-opus-5", "max_choices", 1),
    ("claude-sonnet-5-5 claude-opus-5-5 claude-sonnet-5", "family", "claude"),
    ("claude-sonnet-5-5 claude-opus-5", "max_tokens_field", "max_tokens"),
    ("claude-opus-4-7 claude-opus-5", "sampling", "refused"),
    ("claude-sonnet-4-6 claude-opus-4-5-20251101-thinking", "sampling", "one_of"),
    ("claude-sonnet-5-5 cometapi-opus-4-6", "sampling", "one_of"),
    ("claude-sonnet-5-5", "reasoning_replay", "none"),
    ("claude-sonnet-5-5 claude-opus-5-5", "forced_any_while_thinking", False),
    ("claude-sonnet-5-5 cometapi-opus-4-6", "forced_one_while_thinking", False),
    ("claude-sonnet-5-5 claude-opus-5-5", "thinking_off", {}),
    ("claude-opus-4-5-20251101-thinking claude-opus-4-8-thinking", "thinking_off", None),
    ("claude-sonnet-5-5 claude-opus-5", "reasoning_endpoints", frozenset({"messages"})),
    ("claude-opus-4-5-20251101-thinking", "reasoning_endpoints", None),
    ("claude-sonnet-5-5 claude-opus-5", "native", MESSAGES),
    ("claude-opus-4-5-20251101-thinking", "native", None),
    ("claude-sonnet-5-5 claude-opus-5-5", "structured_output", "function_calling"),
    ("claude-opus-4-5-20251101-thinking", "structured_output", "prompt"),
    ("claude-opus-4-8-thinking", "sampling", "refused"),
    ("claude-sonnet-5-5 claude-opus-5", "tool_call_ids", r"[a-zA-Z0-9_-]{1,64}"),
    ("claude-sonnet-5-5 claude-opus-5", "unique_tool_call_ids", True),
    ("claude-sonnet-5-5", "tool_media", True),
    ("claude-sonnet-5-5", "parallel_tool_calls", True),
    ("claude-sonnet-5-5 claude-opus-5", "strict_tools", False),
    ("claude-sonnet-5-5", "schema_dialect", TOOL_DIALECT),
    ("claude-sonnet-5-5", "format_dialect", FORMAT_DIALECT),
    ("claude-sonnet-5-5", "strict_dialect", STRICT),
    ("claude-sonnet-5-5", "cache_control", True),
    ("claude-haiku-5-5", "images", True),
    ("claude-opus-5", "audio", False),
    ("claude-opus-5", "files", True),
    ("claude-sonnet-5-5 claude-opus-5", "tokens_per_image", 1369),
    ("claude-sonnet-4-6 claude-opus-4-5", "tokenizer", "claude"),
    ("claude-opus-4-7 claude-sonnet-5-5", "tokenizer", "claude_4_7"),
    ("claude-sonnet-4-6 claude-opus-5-5", "tokens_for_tools", 346),
    ("claude-sonnet-5-5 cometapi-opus-4-6", "endpoints", frozenset({"chat", "messages"})),
)
