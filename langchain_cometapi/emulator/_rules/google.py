"""Google: Gemini models."""

from __future__ import annotations

from langchain_cometapi.emulator._rules.base import (
    ROLES_WITH_DEVELOPER,
    VIDEO_PARTS,
    FamilyRules,
    ModelRow,
    SchemaDialect,
    StopRules,
)

# Function declarations are Google's own message, which knows no other fields
# (router-for-me/CLIProxyAPI#97, zed-industries/zed#44875, pizza-bot-app/pizza-bot#62,
# genspark-ai/genoffice#186).
_GEMINI_DIALECT = SchemaDialect(
    unknown_keywords=frozenset(
        {
            "$ref",
            "$schema",
            "additionalProperties",
            "allOf",
            "const",
            "examples",
            "exclusiveMaximum",
            "exclusiveMinimum",
            "multipleOf",
            "oneOf",
            "propertyNames",
            "uniqueItems",
        }
    ),
    type_lists=False,
)
_GEMINI = FamilyRules(
    "gemini",
    "Google",
    extra_params=frozenset(
        {"extra_body", "google", "safety_settings", "thinking", "thinking_config", "top_k"}
    ),
    roles=ROLES_WITH_DEVELOPER,
    user_parts=VIDEO_PARTS,
    dropped_parts=frozenset({"video_url"}),
    stop=StopRules(kept=5),  # cut by the gateway (new-api)
    schema_dialect=_GEMINI_DIALECT,
    signs_tool_calls=True,
    usage_style="full",
    endpoints=("gemini", "openai"),
)

ROWS = (
    ModelRow("gemini-3.1-pro-preview", _GEMINI),
    ModelRow("gemini-3.5-flash", _GEMINI),
    ModelRow("gemini-3.5-flash-lite", _GEMINI),
    ModelRow("gemini-3.8-flash", _GEMINI),
    ModelRow("gemini-4-hydrogen", _GEMINI),
)
