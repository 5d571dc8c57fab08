"""Facts about the vendors behind the gateway, one row per model family.

Code asks the row and never the name of a model. `None` means unknown, and where a fact is
unknown the request says what the user wrote. The first row whose pattern matches wins; a
resolution test pins the row of every model id we know.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal


@dataclass(frozen=True)
class Vendor:
    """What is known of one model family.

    Attributes:
        family: Name of the family.
        pattern: Matches the model ids of the family, in lower case and without a
            `vendor/` prefix.
        max_tokens_field: The name under which the family takes its token limit.
        requires_reasoning_replay: Whether an assistant turn with tool calls is refused
            without the `reasoning_content` it came with.
        forced_any_while_thinking: Whether a thinking model takes `tool_choice="required"`.
        forced_one_while_thinking: Whether a thinking model takes a `tool_choice` that names
            a tool.
        structured_output: The best method for `with_structured_output`.
        source: Where the facts are from, and when they were read.
    """

    family: str
    pattern: str
    max_tokens_field: Literal["max_tokens", "max_completion_tokens"] | None = None
    requires_reasoning_replay: bool | None = None
    forced_any_while_thinking: bool | None = None
    forced_one_while_thinking: bool | None = None
    structured_output: Literal["function_calling", "json_schema", "json_mode"] | None = None
    source: str = ""


_OPENAI = "OpenAI API reference, chat completions; 2026-11"
_FACTS = "CometAPI facts, sections 2.3, 4 and 7; 2026-11"

VENDORS = (
    Vendor(
        "gpt-5+",
        r"(chat)?gpt-([5-9]|\d\d)",
        max_tokens_field="max_completion_tokens",
        requires_reasoning_replay=False,
        structured_output="json_schema",
        source=_OPENAI,
    ),
    Vendor(
        "gpt-4",
        r"(chat)?gpt-",
        max_tokens_field="max_tokens",
        requires_reasoning_replay=False,
        structured_output="json_schema",
        source=_OPENAI,
    ),
    Vendor(
        "o-series",
        r"o\d",
        max_tokens_field="max_completion_tokens",
        requires_reasoning_replay=False,
        structured_output="json_schema",
        source=_OPENAI,
    ),
    Vendor(
        "claude",
        r"(cometapi-(opus|sonnet|haiku|fable)|claude)",
        max_tokens_field="max_tokens",
        requires_reasoning_replay=False,
        structured_output="function_calling",
        source=_FACTS,
    ),
    Vendor(
        "gemini",
        r"gemini",
        max_tokens_field="max_tokens",
        requires_reasoning_replay=False,
        structured_output="function_calling",
        source=_FACTS,
    ),
    Vendor(
        "deepseek",
        r"deepseek",
        max_tokens_field="max_tokens",
        requires_reasoning_replay=True,
        forced_any_while_thinking=False,
        forced_one_while_thinking=False,
        structured_output="function_calling",
        source=_FACTS + "; microsoft/agent-framework#5538, langchain-ai/langchain#40769",
    ),
    Vendor(
        "kimi",
        r"(kimi|moonshot)",
        max_tokens_field="max_tokens",
        requires_reasoning_replay=True,
        forced_one_while_thinking=False,
        structured_output="function_calling",
        source=_FACTS + "; iOfficeAI/AionUi#2746",
    ),
    Vendor(
        "glm",
        r"(glm|chatglm)",
        max_tokens_field="max_tokens",
        requires_reasoning_replay=True,
        structured_output="function_calling",
        source=_FACTS,
    ),
    Vendor(
        "mimo",
        r"mimo",
        max_tokens_field="max_tokens",
        requires_reasoning_replay=True,
        structured_output="function_calling",
        source=_FACTS,
    ),
    Vendor("grok", r"grok", structured_output="function_calling", source=_FACTS),
    Vendor(
        "qwen",
        r"(qwen|qwq)",
        forced_any_while_thinking=False,
        forced_one_while_thinking=False,
        structured_output="function_calling",
        source=_FACTS,
    ),
    Vendor("minimax", r"(minimax|abab)", structured_output="function_calling", source=_FACTS),
    Vendor("doubao", r"(doubao|seed-)", structured_output="function_calling", source=_FACTS),
    Vendor("llama", r"(meta-)?llama", structured_output="function_calling", source=_FACTS),
)

UNKNOWN = Vendor("unknown", r"", structured_output="function_calling")


@lru_cache(maxsize=1024)
def get_vendor(model: str) -> Vendor:
    """Return the row for a model id, `UNKNOWN` if there is none."""
    name = model.lower().rpartition("/")[2]
    return next((row for row in VENDORS if re.match(row.pattern, name)), UNKNOWN)
