"""What the models of `/v1/messages` accept on that route, by model id.

Sources, all of 2026-11: Anthropic's pages on thinking, effort, prompt caching and preserved
thinking, its migration guides (Opus 4.7, 5, 5.5, Sonnet 5, 5.5, Haiku 5.5), its overview of models,
and the types of its SDK (anthropic 2.14). What CometAPI changes of that is not known: nothing is
assumed.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping

Display = Literal["omitted", "summarized"]

API_VERSIONS = frozenset({"2023-01-01", "2023-06-01", "2026-10-21"})
"""The values of `anthropic-version`: that of CometAPI's documents, an older, the SDK's newest."""

SERVER_TOOLS = frozenset({"code_execution", "web_fetch", "web_search"})
"""The tools that Anthropic runs, and the emulator plays."""

TOOL_TYPES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "advisor_20260301": ("advisor", "advisor-tool-"),
        "bash_20250124": ("bash", ""),
        "browser_toolset_20260801": ("", ""),
        "code_execution_20250522": ("code_execution", ""),
        "code_execution_20250825": ("code_execution", ""),
        "code_execution_20260120": ("code_execution", ""),
        "code_execution_20260521": ("code_execution", ""),
        "computer_20250124": ("computer", "computer-use-"),
        "computer_20251124": ("computer", "computer-use-"),
        "computer_toolset_20260801": ("", ""),
        "mcp_toolset": ("", "mcp-client-"),
        "memory_20250818": ("memory", ""),
        "text_editor_20250124": ("str_replace_editor", ""),
        "text_editor_20250429": ("str_replace_based_edit_tool", ""),
        "text_editor_20250728": ("str_replace_based_edit_tool", ""),
        "tool_search_tool_bm25_20251119": ("tool_search_tool_bm25", ""),
        "tool_search_tool_regex_20251119": ("tool_search_tool_regex", ""),
        "web_fetch_20250910": ("web_fetch", ""),
        "web_fetch_20260209": ("web_fetch", ""),
        "web_fetch_20260309": ("web_fetch", ""),
        "web_fetch_20260318": ("web_fetch", ""),
        "web_search_20250305": ("web_search", ""),
        "web_search_20260209": ("web_search", ""),
        "web_search_20260318": ("web_search", ""),
    }
)
"""Anthropic's own tools: the name that each must have, if any, and the beta that it needs."""

BETA_FIELDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "billing_policy": ("user-profiles-billing-",),
        "compaction": ("compact-",),
        "context_management": ("context-management-", "compact-"),
        "fallback_credit_token": ("fallback-credit-",),
        "fallbacks": ("server-side-fallback-",),
        "mcp_servers": ("mcp-client-",),
        "thread": ("message-threads-",),
    }
)
"""Fields of a body that need one of these betas."""


@dataclass(frozen=True)
class MessagesRules:
    """What one model accepts on this route.

    Attributes:
        thinking: Accepted values of `thinking.type`.
        thinks_by_default: Whether the model thinks in a request without `thinking`.
        disabled_needs_low_effort: Whether "disabled" is refused above the effort "high".
        display: The `display` of thinking that a request does not name.
        efforts: Accepted efforts; empty if the parameter is refused.
        default_effort: The effort of a request that names none.
        sampling: Whether `temperature`, `top_p` and `top_k` are accepted.
        forced_choice: Whether `tool_choice` "any" and "tool" are accepted.
        prefill: Whether a conversation may end with an assistant message.
        system_messages: Whether a conversation may have messages of the role "system".
        max_output: The largest `max_tokens`.
        min_cached: The shortest prefix, in tokens, that is cached.
        server_tools: Tools that are run for the model.
    """

    thinking: frozenset[str] = frozenset({"enabled", "disabled"})
    thinks_by_default: bool = False
    disabled_needs_low_effort: bool = False
    display: Display = "summarized"
    efforts: frozenset[str] = frozenset()
    default_effort: str = "high"
    sampling: bool = True
    forced_choice: bool = True
    prefill: bool = True
    system_messages: bool = False
    max_output: int = 64_000
    min_cached: int = 4096
    server_tools: frozenset[str] = SERVER_TOOLS


_EFFORTS = frozenset({"low", "medium", "high"})
_ALL_EFFORTS = _EFFORTS | {"xhigh", "max"}

_4_5 = MessagesRules()
_4_6 = MessagesRules(
    thinking=frozenset({"adaptive", "disabled", "enabled"}),
    efforts=_EFFORTS | {"max"},
    prefill=False,
    max_output=128_000,
    min_cached=1024,
)
_4_7 = replace(
    _4_6,
    thinking=frozenset({"adaptive", "disabled"}),
    display="omitted",
    efforts=_ALL_EFFORTS,
    sampling=False,
    min_cached=2048,
)
_4_8 = replace(_4_7, system_messages=True, min_cached=1024)
_5 = replace(_4_8, thinks_by_default=True)
_5_ALWAYS = replace(_5, thinking=frozenset({"adaptive"}), min_cached=512)

# MiMo speaks the protocol too (CometAPI's announcement 141); what it refuses there is not known.
_MIMO = MessagesRules(
    thinking=frozenset({"adaptive", "disabled", "enabled"}),
    thinks_by_default=True,
    efforts=_ALL_EFFORTS,
    max_output=128_000,
    min_cached=1024,
    server_tools=frozenset(),
)

MESSAGES_RULES: Mapping[str, MessagesRules] = MappingProxyType(
    {
        "claude-opus-4-5-20251101": replace(_4_5, efforts=_EFFORTS),
        # The gateway switches thinking on by this ending of the id.
        "claude-opus-4-5-20251101-thinking": replace(
            _4_5, efforts=_EFFORTS, thinks_by_default=True
        ),
        "claude-haiku-4-5": _4_5,
        "claude-sonnet-4-6": _4_6,
        "claude-opus-4-7": _4_7,
        "claude-opus-4-8": _4_8,
        "claude-fable-5": _5_ALWAYS,
        "claude-sonnet-5": _5,
        "claude-opus-5": replace(
            _5,
            disabled_needs_low_effort=True,
            min_cached=512,
            server_tools=SERVER_TOOLS - {"web_fetch"},
        ),
        "claude-opus-5-5": replace(_5_ALWAYS, default_effort="medium", forced_choice=False),
        "claude-sonnet-5-5": replace(
            _5_ALWAYS, thinking=frozenset({"adaptive", "between_tools"}), forced_choice=False
        ),
        "claude-haiku-5-5": replace(
            _5, disabled_needs_low_effort=True, default_effort="medium", min_cached=512
        ),
        "mimo-v2.6-flash": _MIMO,
        "mimo-v2.6-pro": _MIMO,
        "mimo-v2.6-pro-ultraspeed": _MIMO,
    }
)
"""The models that the catalogue lists for this route."""
