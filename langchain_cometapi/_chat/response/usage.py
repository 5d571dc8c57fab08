"""Token usage of any dialect, in LangChain's terms."""

from __future__ import annotations

import math
from typing import Any

from langchain_core.messages.ai import InputTokenDetails, OutputTokenDetails, UsageMetadata

_INPUT_DETAILS = ("prompt_tokens_details", "input_tokens_details")
_OUTPUT_DETAILS = ("completion_tokens_details", "output_tokens_details")

# Each count and its names, in the order of preference. `input.` and `output.` stand for the
# details of OpenAI's fields. The cache counters are those of OpenAI, DeepSeek
# (`prompt_cache_hit_tokens`), Anthropic (`cache_..._input_tokens`) and CometAPI's Claude channel
# (`claude_cache_creation_...`).
_NAMES: dict[str, tuple[str, ...]] = {
    "input": ("prompt_tokens", "input_tokens"),
    "output": ("completion_tokens", "output_tokens"),
    "total": ("total_tokens",),
    "input audio": ("input.audio_tokens",),
    "cache read": (
        "input.cached_tokens",
        "prompt_cache_hit_tokens",
        "cache_read_input_tokens",
    ),
    "cache creation": (
        "input.cache_write_tokens",
        "input.cache_creation_tokens",
        "cache_creation_input_tokens",
    ),
    "cache creation, 5 minutes": ("claude_cache_creation_5_m_tokens",),
    "cache creation, 1 hour": ("claude_cache_creation_1_h_tokens",),
    "output audio": ("output.audio_tokens",),
    "reasoning": ("output.reasoning_tokens", "reasoning_tokens"),
}


def create_usage_metadata(usage: dict[str, Any]) -> UsageMetadata:
    """Return the usage of a response as LangChain has it.

    What was read from a cache or written to one counts as input, and reasoning as output, also
    where a vendor counts them apart.
    """
    count = _read_counts(usage)
    cache_creation = _add(
        count["cache creation, 5 minutes"],
        count["cache creation, 1 hour"],
        otherwise=count["cache creation"],
    )
    input_tokens, output_tokens = count["input"] or 0, count["output"] or 0
    cache_tokens = (count["cache read"] or 0) + (cache_creation or 0)
    if cache_tokens > input_tokens:  # Anthropic's own counting
        input_tokens += cache_tokens
    total = count["total"] or 0
    if total == input_tokens + output_tokens + (count["reasoning"] or 0):
        output_tokens = total - input_tokens
    metadata = UsageMetadata(
        input_tokens=input_tokens,
        output_tokens=output_tokens,
        total_tokens=input_tokens + output_tokens or total,
    )
    input_details = _drop_unknown(
        audio=count["input audio"], cache_read=count["cache read"], cache_creation=cache_creation
    )
    if input_details:
        metadata["input_token_details"] = InputTokenDetails(**input_details)  # type: ignore[typeddict-item]
    output_details = _drop_unknown(audio=count["output audio"], reasoning=count["reasoning"])
    if output_details:
        metadata["output_token_details"] = OutputTokenDetails(**output_details)  # type: ignore[typeddict-item]
    return metadata


def _read_counts(usage: dict[str, Any]) -> dict[str, int | None]:
    fields = dict(usage)
    for prefix, names in (("input", _INPUT_DETAILS), ("output", _OUTPUT_DETAILS)):
        details = usage.get(names[0]) or usage.get(names[1])
        if isinstance(details, dict):
            fields |= {f"{prefix}.{name}": value for name, value in details.items()}
    return {
        count: next((int(fields[n]) for n in names if _is_number(fields.get(n))), None)
        for count, names in _NAMES.items()
    }


def _is_number(value: object) -> bool:
    """Whether a value is a count; some hosts send floats."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return math.isfinite(value)


def _add(*counts: int | None, otherwise: int | None) -> int | None:
    """Return a count, or the sum of those it comes in."""
    if otherwise is not None:
        return otherwise
    known = [count for count in counts if count is not None]
    return sum(known) if known else None


def _drop_unknown(**counts: int | None) -> dict[str, int]:
    return {name: count for name, count in counts.items() if count is not None}
