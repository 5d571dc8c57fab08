"""Token usage of any dialect, in LangChain's terms."""

from __future__ import annotations

from typing import Any

from langchain_core.messages.ai import InputTokenDetails, OutputTokenDetails, UsageMetadata

from langchain_cometapi._json import read_count

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


_PRICED_TIERS = ("flex", "priority")


def create_usage_metadata(usage: dict[str, Any], service_tier: object = None) -> UsageMetadata:
    """Return the usage of a response as LangChain has it.

    What was read from a cache or written to one counts as input, and reasoning as output, also
    where a vendor counts them apart. Of a service tier with prices of its own, the details are
    named after it, as `ChatOpenAI` has them: `flex_cache_read`, and `flex` for the rest.

    Args:
        usage: The usage, in any dialect.
        service_tier: The tier that the response names.
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
    tier = service_tier if service_tier in _PRICED_TIERS else ""
    prefix = f"{tier}_" if tier else ""
    input_details = _drop_unknown(
        {
            "audio": count["input audio"],
            f"{prefix}cache_read": count["cache read"],
            f"{prefix}cache_creation": cache_creation,
            # What has a price of its own is not counted twice.
            **({tier: input_tokens - (count["cache read"] or 0)} if tier else {}),
        }
    )
    if input_details:
        metadata["input_token_details"] = InputTokenDetails(**input_details)  # type: ignore[typeddict-item]
    output_details = _drop_unknown(
        {
            "audio": count["output audio"],
            f"{prefix}reasoning": count["reasoning"],
            **({tier: max(0, output_tokens - (count["reasoning"] or 0))} if tier else {}),
        }
    )
    if output_details:
        metadata["output_token_details"] = OutputTokenDetails(**output_details)  # type: ignore[typeddict-item]
    return metadata


def _read_counts(usage: dict[str, Any]) -> dict[str, int | None]:
    fields = dict(usage)
    for prefix, names in (("input", _INPUT_DETAILS), ("output", _OUTPUT_DETAILS)):
        details = usage.get(names[0]) or usage.get(names[1])
        if isinstance(details, dict):
            fields |= {f"{prefix}.{name}": value for name, value in details.items()}
    return {count: _read_first(fields, names) for count, names in _NAMES.items()}


def _read_first(fields: dict[str, Any], names: tuple[str, ...]) -> int | None:
    for name in names:
        if name in fields and (count := read_count(fields[name])) is not None:
            return count
    return None


def _add(*counts: int | None, otherwise: int | None) -> int | None:
    """Return a count; one that comes in several parts is their sum."""
    if otherwise is not None:
        return otherwise
    known = [count for count in counts if count is not None]
    return sum(known) if known else None


def _drop_unknown(counts: dict[str, int | None]) -> dict[str, int]:
    return {name: count for name, count in counts.items() if count is not None}
