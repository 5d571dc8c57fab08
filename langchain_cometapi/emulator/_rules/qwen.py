"""Alibaba: Qwen models."""

from __future__ import annotations

from dataclasses import replace

from langchain_cometapi.emulator._rules.base import (
    JSON_WORD_MISSING,
    VIDEO_PARTS,
    FamilyRules,
    ModelRow,
    Refusal,
)

_FORCED_CHOICE = Refusal(
    "<400> InternalError.Algo.InvalidParameter: The tool_choice parameter does not support being"
    " set to required or object in thinking mode"
)
_QWEN = FamilyRules(
    "qwen",
    "Alibaba",
    extra_params=frozenset(
        {"enable_search", "enable_thinking", "repetition_penalty", "thinking_budget", "top_k"}
    ),
    user_parts=VIDEO_PARTS,
    json_word_error=Refusal(  # agno-agi/agno#5317
        f"<400> InternalError.Algo.InvalidParameter: {JSON_WORD_MISSING}", "invalid_parameter_error"
    ),
    # presenton/presenton#184; Alibaba's guide lists models for JSON without thinking.
    json_thinking_error=Refusal(
        "<400> InternalError.Algo.InvalidParameter: Json mode response is not supported when"
        " enable_thinking is true",
        "invalid_parameter_error",
    ),
    reasoning_text=True,
    required_choice_error=_FORCED_CHOICE,
    named_choice_error=_FORCED_CHOICE,
    content_with_tool_calls="",
    max_prompt=1_000_000,
)

_EMBEDDINGS = FamilyRules("qwen", "Alibaba", endpoints=("embeddings",))

ROWS = (
    ModelRow(
        "text-embedding-v4",
        _EMBEDDINGS,
        kind="embedding",
        dimensions=1024,
        max_texts=10,
        too_many_texts_error=Refusal(  # memodb-io/memobase#142
            "<400> InternalError.Algo.InvalidParameter: Value error, batch size is invalid, it"
            " should not be larger than 10.: input.contents",
            "InvalidParameter",
        ),
    ),
    ModelRow("qwen3.6-plus", _QWEN),
    ModelRow("qwen3.7-max", _QWEN),
    ModelRow("qwen3.7-plus", _QWEN),
    ModelRow("qwen3.8-flash", _QWEN),
    ModelRow("qwen3.8-max", _QWEN),
    ModelRow("qwen4-max-preview", replace(_QWEN, max_prompt=None)),
)
