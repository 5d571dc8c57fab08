"""Zhipu AI: GLM models."""

from __future__ import annotations

from dataclasses import replace

from langchain_cometapi.emulator._rules.base import (
    REASONING_CONTENT_MISSING,
    TEXT_PARTS,
    VIDEO_PARTS,
    FamilyRules,
    ModelRow,
    Refusal,
    StopRules,
)

_GLM = FamilyRules(
    "glm",
    "Zhipu AI",
    extra_params=frozenset({"do_sample", "request_id", "thinking", "tool_stream", "user_id"}),
    user_parts=VIDEO_PARTS,
    empty_text_error=Refusal(  # zed-industries/zed#38153, gptme/gptme#1444
        "messages[{index}].content[{position}].text:text cannot be empty", "1214"
    ),
    empty_message_error=Refusal("未正常接收到prompt参数", "1213"),  # earendil-works/pi#3365
    stop=StopRules(  # zai-org/ChatGLM3#798
        max_count=1, too_many_error=Refusal("stop:最大只能有{max_count}个停止词", "1214")
    ),
    reasoning_text=True,
    reasoning_missing_error=Refusal(REASONING_CONTENT_MISSING),
    always_thinks_with_tools=True,
    content_with_tool_calls="",
    max_prompt=1_048_576,
)
_TEXT_ONLY = replace(
    _GLM,
    user_parts=TEXT_PARTS,
    part_error=Refusal(  # BigPizzaV3/CodexPlusPlus#1760
        "messages.content.type 参数非法\N{FULLWIDTH COMMA}取值范围 ['text']", "1210"
    ),
)

ROWS = (
    ModelRow("glm-5.1", replace(_TEXT_ONLY, max_prompt=204_800)),
    ModelRow("glm-5.2", _TEXT_ONLY, context="1M", max_output="128K"),
    ModelRow("glm-5.3", replace(_GLM, max_prompt=1_310_720)),
    ModelRow("glm-5.3-flashx", _GLM),
)
