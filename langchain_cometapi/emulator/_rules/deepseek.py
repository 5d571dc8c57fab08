"""DeepSeek models."""

from __future__ import annotations

from dataclasses import replace

from langchain_cometapi.emulator._rules.base import (
    REASONING_CONTENT_MISSING,
    TEXT_PARTS,
    FamilyRules,
    ModelRow,
    Refusal,
    StopRules,
)

_DEEPSEEK_FORCED = "Thinking mode does not support this tool_choice"
_DEEPSEEK = FamilyRules(
    "deepseek",
    "DeepSeek",
    extra_params=frozenset({"thinking", "top_k"}),
    stop=StopRules(most=16),
    json_schema_error=Refusal("This response_format type is unavailable now"),  # browser-use#215
    json_word_error=Refusal(  # vercel/ai#7913
        "Prompt must contain the word 'json' in some form to use 'response_format' of type"
        " 'json_object'."
    ),
    many_choices=False,
    reasoning_text=True,
    replay_error=REASONING_CONTENT_MISSING,
    replay_turns="all",  # openclaw/openclaw#73417
    forced_any_error=_DEEPSEEK_FORCED,
    forced_one_error=_DEEPSEEK_FORCED,
    empty_tool_content="",
)
_DEEPSEEK_BLIND = replace(
    _DEEPSEEK,
    user_parts=TEXT_PARTS,
    part_error=Refusal(  # rikkahub/rikkahub#1433
        "Failed to deserialize the JSON body into the target type: {message}: unknown variant"
        " `{kind}`, expected `text`"
    ),
)

ROWS = (
    ModelRow("deepseek-v4-flash", _DEEPSEEK),
    ModelRow("deepseek-v4-flash-vision", _DEEPSEEK, reports_cost=True),
    ModelRow("deepseek-v4-pro", _DEEPSEEK_BLIND, pricing=(0.416, 0.832)),
)
