"""Anthropic: Claude models."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from langchain_cometapi.emulator._rules.base import (
    ROLES_WITH_DEVELOPER,
    CallIdRules,
    FamilyRules,
    ImageTokens,
    ModelRow,
    Refusal,
)
from langchain_cometapi.emulator._rules.schema_dialect import SchemaDialect

_NUMBERS = frozenset({"exclusiveMaximum", "exclusiveMinimum", "maximum", "minimum", "multipleOf"})

# langchain-ai/langchain#30047, mastra-ai/mastra#7507, and llm-exe/llm-exe#720 for the effort.
_FORCED_CHOICE = Refusal("Thinking may not be enabled when tool_choice forces tool use.")
_TOOLS = SchemaDialect(
    # dearlordylord/huly-mcp#66, anthropics/claude-code#27337
    root_options_error=Refusal(
        "{anthropic_path}: input_schema does not support oneOf, allOf, or anyOf at the top level"
    ),
    root_type_error=Refusal("{anthropic_path}.type: Field required"),
    draft_error=Refusal(  # anthropics/claude-code#63673, anthropics/anthropic-sdk-java#241
        "{anthropic_path}: JSON schema is invalid. It must match JSON Schema draft 2020-12"
        " (https://json-schema.org/draft/2020-12). Learn more about tool use at"
        " https://docs.claude.com/en/docs/tool-use."
    ),
)
# Anthropic's guide to structured outputs, JSON Schema limitations. Whether CometAPI passes a schema
# on is not known: a schema within these rules works either way. Wordings: agentjido/req_llm#302,
# gaiin-platform/amplify-genai-backend#383, BerriAI/litellm#35808, ax-llm/ax#458; the emulator's own
# for the rest.
_FORMATS = replace(
    _TOOLS,
    root_options_error=None,
    open_object_error=Refusal(
        "{anthropic_path}: For 'object' type, 'additionalProperties' must be explicitly set to"
        " false"
    ),
    extra_properties_error=Refusal(
        "{anthropic_path}: For 'object' type, 'additionalProperties: {value}' is not supported."
        " Please set 'additionalProperties' to false"
    ),
    constraints=MappingProxyType(
        {
            "array": frozenset({"contains", "maxItems", "uniqueItems"}),
            "integer": _NUMBERS,
            "number": _NUMBERS,
            "object": frozenset(
                {"maxProperties", "minProperties", "patternProperties", "propertyNames"}
            ),
            "string": frozenset({"maxLength", "minLength"}),
        }
    ),
    constraint_error=Refusal("{anthropic_path}: For '{type}' type, {properties} not supported"),
    min_items=1,
    min_items_error=Refusal(
        "{anthropic_path}: For 'array' type, 'minItems' values other than 0 or 1 are not supported"
    ),
    formats=frozenset(
        {
            *("date", "date-time", "duration", "email", "hostname"),
            *("ipv4", "ipv6", "time", "uri", "uuid"),
        }
    ),
    format_error=Refusal("{anthropic_path}: String format '{format}' is not supported"),
    refused_keywords=frozenset({"else", "if", "not", "oneOf", "prefixItems", "then"}),
    keyword_error=Refusal("{anthropic_path}: Schema type '{keyword}' is not supported"),
    type_missing_error=Refusal("{anthropic_path}: Schema must have a 'type'"),
    recursion_error=Refusal("{anthropic_path}: Recursive schemas are not supported: {ref}"),
)
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
    schema_dialect=_TOOLS,
    format_dialect=_FORMATS,
    logprobs=False,
    multiple_choices=False,
    max_prompt=1_000_000,
    thinks_if_asked=True,
    required_choice_error=_FORCED_CHOICE,
    named_choice_error=_FORCED_CHOICE,
    usage_style="claude",
    image_tokens=ImageTokens(1369, 1369),  # patches of 28 x 28 pixels (Anthropic, vision)
    tool_tokens=346,  # the system prompt for tools (Anthropic, tool use, pricing)
    endpoints=("anthropic", "openai"),
)
_CLAUDE = replace(_CLAUDE_4, sampling="refused", sampling_pair_error=None)

# The gateway switches thinking on by this ending of the id.
_THINKING = replace(_CLAUDE_4, thinks_if_asked=False, max_prompt=200_000)
_CLAUDE_4_5 = replace(_CLAUDE_4, max_prompt=200_000)

ROWS = (
    ModelRow("claude-opus-4-5-20251101", _CLAUDE_4_5),
    ModelRow("claude-opus-4-5-20251101-thinking", _THINKING),
    ModelRow("claude-haiku-4-5", _CLAUDE_4_5),
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
