"""Facts about the vendors behind the gateway, one row per model family.

Code asks the row and never the name of a model. `None` means unknown, and where a fact is
unknown the request says what the user wrote. The first row whose pattern matches wins; a
resolution test pins the row of every model id we know.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Vendor:
    """What is known of one model family.

    Attributes:
        family: Name of the family; rows of one vendor whose models understand each other's
            reasoning share it.
        pattern: Matches the model ids of the row, in lower case and without a `vendor/` prefix.
        max_tokens_field: The name under which the family takes its token limit.
        sampling: What becomes of `temperature` and `top_p`: taken, refused, taken only with
            `reasoning_effort="none"`, or taken one at a time.
        default_effort: The `reasoning_effort` in force when none is set.
        developer_role: Whether the role `developer` is known; it is `system` to the others.
        reasoning_replay: Which assistant turns are refused without `reasoning_content`: all of
            them, those with tool calls, or none.
        foreign_reasoning: What to send in its place for a turn that another family took.
        signed_tool_calls: Whether the first tool call of a turn is refused without the
            signature it came with.
        foreign_extra_content: What to send in its place for a turn that another family took.
        think_tags: Whether thoughts come as `<think>...</think>` at the head of the content.
        forced_any_while_thinking: Whether a thinking model takes `tool_choice="required"`.
        forced_one_while_thinking: Whether a thinking model takes a `tool_choice` that names
            a tool.
        thinking_off: What to add to the body to switch thinking off.
        structured_output: The best method for `with_structured_output`.
        cache_control: Whether `cache_control` on a content part is taken or an error.
        video: Whether video is taken; `False` where the gateway drops it without a word.
        source: Where the facts are from, and when they were read.
    """

    family: str
    pattern: str
    max_tokens_field: Literal["max_tokens", "max_completion_tokens"] | None = None
    sampling: Literal["free", "refused", "effort_none", "one_of"] | None = None
    default_effort: str | None = None
    developer_role: bool | None = None
    reasoning_replay: Literal["all", "tool_calls", "none"] | None = None
    foreign_reasoning: str | None = None
    signed_tool_calls: bool | None = None
    foreign_extra_content: Mapping[str, Any] | None = None
    think_tags: bool | None = None
    forced_any_while_thinking: bool | None = None
    forced_one_while_thinking: bool | None = None
    thinking_off: Mapping[str, Any] | None = None
    structured_output: Literal["function_calling", "json_schema", "json_mode"] | None = None
    cache_control: bool | None = None
    video: bool | None = None
    source: str = ""


_OPENAI = "OpenAI API reference, chat completions and model pages; 2026-11"
_FACTS = "CometAPI facts, sections 2.3, 4 and 7; 2026-11"

# An empty string is refused by DeepSeek V4 Pro, a space is not (NousResearch/hermes-agent#18263).
_BLANK_THOUGHT = " "

_THINKING_DISABLED = MappingProxyType({"thinking": {"type": "disabled"}})

_GPT = Vendor(
    "gpt",
    r"(chat)?gpt-",
    max_tokens_field="max_completion_tokens",
    developer_role=True,
    reasoning_replay="none",
    structured_output="json_schema",
    cache_control=False,
    source=_OPENAI,
)
_CLAUDE = Vendor(
    "claude",
    r"(cometapi-(opus|sonnet|haiku|fable)|claude)",
    max_tokens_field="max_tokens",
    sampling="one_of",
    reasoning_replay="none",
    structured_output="function_calling",
    cache_control=True,
    source=_FACTS,
)
_KIMI = Vendor(
    "kimi",
    r"(kimi|moonshot)",
    max_tokens_field="max_tokens",
    developer_role=False,
    reasoning_replay="tool_calls",
    foreign_reasoning=_BLANK_THOUGHT,
    forced_any_while_thinking=False,
    forced_one_while_thinking=False,
    thinking_off=_THINKING_DISABLED,
    structured_output="function_calling",
    source=_FACTS + "; iOfficeAI/AionUi#2746",
)

VENDORS = (
    replace(
        _GPT,
        pattern=r"(chat)?gpt-(5\.[6-9]|[6-9]|\d\d)",
        sampling="effort_none",
        default_effort="medium",
    ),
    replace(
        _GPT,
        pattern=r"(chat)?gpt-5\.[4-5]",
        sampling="effort_none",
        default_effort="none",
        source=_OPENAI + "; CometAPI announcement 86",
    ),
    replace(_GPT, pattern=r"(chat)?gpt-5(\.\d)?-chat", sampling="free"),
    replace(_GPT, pattern=r"(chat)?gpt-5", sampling="refused"),
    replace(_GPT, max_tokens_field="max_tokens", sampling="free"),
    replace(_GPT, family="o-series", pattern=r"o\d", sampling="refused"),
    replace(
        _CLAUDE,
        pattern=r"(claude-opus-(4-[789]|[5-9])|cometapi-opus-(4-[789]|[5-9]))",
        sampling="refused",
    ),
    _CLAUDE,
    Vendor(
        "gemini",
        r"gemini",
        max_tokens_field="max_tokens",
        reasoning_replay="none",
        signed_tool_calls=True,
        foreign_extra_content=MappingProxyType(
            {"google": {"thought_signature": "skip_thought_signature_validator"}}
        ),
        structured_output="function_calling",
        video=False,
        source=_FACTS + "; Google's guide to thought signatures, 2026",
    ),
    Vendor(
        "deepseek",
        r"deepseek",
        max_tokens_field="max_tokens",
        developer_role=False,
        reasoning_replay="all",  # also turns without tool calls: openclaw/openclaw#73417
        foreign_reasoning=_BLANK_THOUGHT,
        forced_any_while_thinking=False,
        forced_one_while_thinking=False,
        thinking_off=_THINKING_DISABLED,
        structured_output="function_calling",
        source=_FACTS + "; microsoft/agent-framework#5538, langchain-ai/langchain#40769",
    ),
    # K3 takes `required` while it thinks, and refuses a named tool alone.
    replace(_KIMI, pattern=r"(kimi-k[3-9]|kimi-k\d\d)", forced_any_while_thinking=None, video=True),
    _KIMI,
    Vendor(
        "glm",
        r"(glm|chatglm)",
        max_tokens_field="max_tokens",
        developer_role=False,
        reasoning_replay="tool_calls",
        foreign_reasoning=_BLANK_THOUGHT,
        thinking_off=_THINKING_DISABLED,
        structured_output="function_calling",
        source=_FACTS,
    ),
    Vendor(
        "mimo",
        r"mimo",
        max_tokens_field="max_tokens",
        developer_role=False,
        reasoning_replay="tool_calls",
        foreign_reasoning=_BLANK_THOUGHT,
        thinking_off=_THINKING_DISABLED,
        structured_output="function_calling",
        source=_FACTS,
    ),
    Vendor("grok", r"grok", structured_output="function_calling", source=_FACTS),
    Vendor(
        "qwen",
        r"(qwen|qwq)",
        developer_role=False,
        forced_any_while_thinking=False,
        forced_one_while_thinking=False,
        thinking_off=MappingProxyType({"enable_thinking": False}),
        structured_output="function_calling",
        source=_FACTS,
    ),
    Vendor(
        "minimax",
        r"(minimax|abab)",
        think_tags=True,
        structured_output="function_calling",
        source="MiniMax M2 guide, interleaved thinking; 2026-11",
    ),
    Vendor(
        "doubao",
        r"(doubao|seed-)",
        developer_role=False,
        structured_output="function_calling",
        source=_FACTS,
    ),
    Vendor("llama", r"(meta-)?llama", structured_output="function_calling", source=_FACTS),
)

UNKNOWN = Vendor("unknown", r"", structured_output="function_calling")


@lru_cache(maxsize=1024)
def get_vendor(model: str) -> Vendor:
    """Return the row for a model id, `UNKNOWN` if there is none."""
    name = model.lower().rpartition("/")[2]
    return next((row for row in VENDORS if re.match(row.pattern, name)), UNKNOWN)
