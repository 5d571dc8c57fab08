"""DeepSeek."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from langchain_cometapi._vendors.base import (
    BLANK_REASONING,
    COMETAPI_DOCS,
    STRICT,
    TEXT_ONLY,
    THINKING_DISABLED,
    Vendor,
)

# DeepSeek's guide to tool calls, strict mode (2026-11), which the gateway may or may not have: no
# sizes of arrays and texts, fewer formats, and a `$ref` has no place in `anyOf`
# (can1357/oh-my-pi#2270).
_STRICT = replace(
    STRICT,
    inline_refs=True,
    const_as_enum=True,
    formats=frozenset({"email", "hostname", "ipv4", "ipv6", "uuid"}),
    keywords=(STRICT.keywords or frozenset()) - {"$ref", "maxItems", "minItems"},
)

_DEEPSEEK = Vendor(
    "deepseek",
    r"deepseek",
    max_tokens_field="max_tokens",
    max_choices=1,
    developer_role=False,
    reasoning_replay="all",  # also turns without tool calls: openclaw/openclaw#73417
    foreign_reasoning=BLANK_REASONING,
    forced_any_while_thinking=False,
    forced_one_while_thinking=False,
    thinking_off=THINKING_DISABLED,
    structured_output="function_calling",
    # n8n-io/n8n#14574, EvoScientist/EvoScientist#77, BerriAI/litellm#6642
    string_roles=frozenset({"system", "assistant", "tool"}),
    tool_media=False,  # DeepSeek API docs: the content of a tool message is a string
    strict_dialect=_STRICT,
    json_schema=False,  # browser-use/browser-use#215
    json_object=True,
    stop_limit=16,
    tokenizer="deepseek",
    source=COMETAPI_DOCS + "; DeepSeek API docs, token usage and vision; "
    "microsoft/agent-framework#5538, langchain-ai/langchain#40769, BerriAI/litellm#37470",
)

ROWS = (
    replace(_DEEPSEEK, pattern=r"deepseek.*vision", images=True, tokens_per_image=384),
    # These always reason: whether `thinking` switches that off is not known. "deepseek-reasoner
    # does not support this tool_choice" (agentscope-ai/agentscope#1608).
    replace(
        _DEEPSEEK,
        pattern=r"deepseek(-reasoner|-r1|.*-thinking)",
        thinking_off=None,
        structured_output="json_mode",
        **TEXT_ONLY,
    ),
    # These reason only when they are asked to.
    replace(
        _DEEPSEEK,
        pattern=r"deepseek(.*-nothinking|-v3|-chat)",
        reasoning_replay="tool_calls",
        thinking_off=MappingProxyType({}),
        **TEXT_ONLY,
    ),
    # rikkahub/rikkahub#1433; of V4 Flash it is not known.
    replace(_DEEPSEEK, pattern=r"deepseek-v4-pro", **TEXT_ONLY),
    _DEEPSEEK,
)
