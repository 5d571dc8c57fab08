"""Moonshot: Kimi."""

from __future__ import annotations

from dataclasses import replace

from langchain_cometapi._vendors.base import (
    BLANK_REASONING,
    COMETAPI_DOCS,
    PENALTIES,
    THINKING_DISABLED,
    SchemaDialect,
    Vendor,
)

# Moonshot's specification and its validator (MoonshotAI/walle: docs/mfjs-spec.md, docs/walle.md,
# model.go; 2026-06): nothing of the same name beside `$ref` or `anyOf` and inside, `items` that
# are not empty, enumerations of one type, some names of properties that are taken.
_KEYWORDS = frozenset(
    {
        "$ref",
        "additionalProperties",
        "anyOf",
        "default",
        "description",
        "enum",
        "items",
        "maxItems",
        "maxLength",
        "maximum",
        "minItems",
        "minLength",
        "minimum",
        "properties",
        "required",
        "title",
        "type",
    }
)
_DIALECT = SchemaDialect(
    object_root=True,
    lone_refs=True,
    const_as_enum=True,
    one_type=True,
    any_of_only=True,
    lone_any_of=True,
    bare_any_of=True,
    typed=True,
    any_types="list",
    no_tuples=True,
    property_names=r"(?!(?:\$defs|\$ref|anyOf|required|additionalProperties)$).+",
    keywords=_KEYWORDS,
)
_STRICT = replace(  # what OpenAI demands with `strict`, too
    _DIALECT,
    any_types="text",
    closed_objects=True,
    all_required=True,
    items_needed=True,
    keywords=_KEYWORDS - {"default", "maxLength", "minLength", "title"},
)

_KIMI = Vendor(
    "kimi",
    r"(kimi|moonshot)",
    max_tokens_field="max_tokens",
    developer_role=False,
    reasoning_replay="tool_calls",
    foreign_reasoning=BLANK_REASONING,
    forced_any_while_thinking=False,
    forced_one_while_thinking=False,
    thinking_off=THINKING_DISABLED,
    structured_output="function_calling",
    empty_messages=False,  # MoonshotAI/kimi-code#1985, MoonshotAI/kimi-cli#2035
    # "must start with a letter": MoonshotAI/kimi-cli#1773
    tool_names=r"[a-zA-Z][a-zA-Z0-9_-]{0,63}",
    json_object=True,
    schema_dialect=_DIALECT,  # MoonshotAI/kimi-code#2661, vercel/ai#18921
    strict_dialect=_STRICT,
    stop_limit=5,
    source=COMETAPI_DOCS + "; Kimi API docs; MoonshotAI/walle, mfjs-spec; iOfficeAI/AionUi#2746",
)
# From K2.5 on, these have fixed values of their own (CherryHQ/cherry-studio#12691; Kimi API docs,
# models overview).
_KIMI_K2_5 = replace(
    _KIMI,
    sampling="fixed",
    refused_parameters=PENALTIES,
    max_choices=1,
    structured_output="json_schema",  # it may think then, and forced to call a tool it may not
    json_schema=True,
    images=True,
    video=True,
)

ROWS = (
    # K3 takes `required` while it reasons, and refuses only the name of a tool. Reasoning cannot
    # be switched off, in K3 as in K2.7 Code (MoonshotAI/Kimi-K2#141).
    replace(
        _KIMI_K2_5,
        pattern=r"kimi-k([3-9]|\d\d)",
        forced_any_while_thinking=None,
        thinking_off=None,
        structured_output="function_calling",
    ),
    replace(_KIMI_K2_5, pattern=r"kimi-k2\.7-code", thinking_off=None),
    replace(_KIMI_K2_5, pattern=r"kimi-k2\.[5-9]"),
    # These always reason.
    replace(
        _KIMI,
        pattern=r"kimi-(k2-)?thinking",
        thinking_off=None,
        structured_output="json_mode",
    ),
    # These do not reason, so they take any tool choice.
    replace(
        _KIMI,
        pattern=r"(kimi-k2(-instruct|-\d{4}|-turbo|$)|moonshot-v1)",
        forced_any_while_thinking=None,
        forced_one_while_thinking=None,
    ),
    _KIMI,
)
