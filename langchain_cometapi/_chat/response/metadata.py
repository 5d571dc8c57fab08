"""Ids, usage and cost: where each fact of the gateway's JSON stands in a LangChain message."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

from langchain_core.messages.ai import InputTokenDetails, OutputTokenDetails, UsageMetadata

if TYPE_CHECKING:
    from langchain_cometapi._client.responses import ResponseInfo

# Field of a completion or a chunk -> key in `response_metadata`; LangChain's names.
_IDENTITY = (
    ("model", "model_name"),
    ("id", "id"),
    ("system_fingerprint", "system_fingerprint"),
    ("service_tier", "service_tier"),
)


# Read elsewhere, or without a meaning beyond the one answer's own form.
_ENVELOPE = frozenset({"object", "created", "choices", "usage", "obfuscation", "error"})
_NAMED = frozenset(field for field, _ in _IDENTITY)
_KEYS = frozenset(key for _, key in _IDENTITY)
_CHOICE = frozenset({"index", "delta", "message", "finish_reason", "logprobs", "usage", "error"})
_PLAIN = _NAMED | _ENVELOPE


def read_identity(data: dict[str, Any], known: dict[str, Any]) -> None:
    """Take over what identifies an answer; the first value of each wins.

    What a gateway adds of its own is kept under its own name.
    """
    for field, key in _IDENTITY:
        if key not in known and isinstance(value := data.get(field), str) and value:
            known[key] = value
    if not data.keys() <= _PLAIN:
        _read_unknown(data, _PLAIN, known)


def read_choice(choice: dict[str, Any], known: dict[str, Any]) -> None:
    """Take over what a gateway adds to a choice."""
    if not choice.keys() <= _CHOICE:
        _read_unknown(choice, _CHOICE, known)


def _read_unknown(data: dict[str, Any], read: frozenset[str], known: dict[str, Any]) -> None:
    for name, value in data.items():
        if name not in read and value is not None and value not in ("", [], {}):
            if name in _KEYS and name in known:
                continue  # an answer's identity does not change
            known[name] = _update(known.get(name), value)


def _update(known: Any, new: Any) -> Any:
    """Return what holds after a later chunk has told a fact anew.

    Lists and objects may come in parts; the last word counts on anything else, as some hosts send
    a filter's verdict, a state or mere padding with every chunk.
    """
    if known == new:
        return known
    if isinstance(known, dict) and isinstance(new, dict):
        later = {k: _update(known.get(k), v) for k, v in new.items() if v is not None}
        return {**new, **known, **later}
    if isinstance(known, list) and isinstance(new, list):
        return known + [item for item in new if item not in known]
    return new


def add_logprobs(known: Any, new: Any) -> Any:
    """Put the logprobs of two chunks together: their lists follow each other."""
    if isinstance(known, dict) and isinstance(new, dict):
        later = {k: add_logprobs(known.get(k), v) for k, v in new.items() if v is not None}
        return {**new, **known, **later}
    return known + new if isinstance(known, list) and isinstance(new, list) else new


def describe_response(info: ResponseInfo, *, include_headers: bool) -> dict[str, Any]:
    """Return what the response itself adds to `response_metadata`."""
    described: dict[str, Any] = {}
    if info.request_id:
        described["request_id"] = info.request_id
    if info.retries:
        described["retries"] = info.retries
    if include_headers:
        described["headers"] = dict(info.headers)
    return described


def read_usage(*sources: object) -> dict[str, Any] | None:
    """Return the usage of the first source that has any: a completion, a chunk, a choice."""
    for source in sources:
        usage = source.get("usage") if isinstance(source, dict) else None
        if usage and isinstance(usage, dict):
            return usage
    return None


def describe_usage(usage: dict[str, Any] | None) -> dict[str, Any]:
    """Return what usage adds to `response_metadata`: itself, and the cost in USD."""
    if not usage:
        return {}
    described: dict[str, Any] = {"token_usage": usage}
    if isinstance(cost := usage.get("cost"), (int, float)):
        described["cost"] = cost
    return described


def _count(*sources: tuple[object, str]) -> int | None:
    """Return the first count that is there; some channels send floats."""
    for source, name in sources:
        value = source.get(name) if isinstance(source, dict) else None
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return int(value) if math.isfinite(value) else None
    return None


def _create_usage_metadata(usage: dict[str, Any]) -> UsageMetadata:
    """Read the usage of any dialect.

    OpenAI's fields, with the cache counters of DeepSeek (`prompt_cache_hit_tokens`),
    Anthropic (top level) and CometAPI's Claude channel (`claude_cache_creation_5_m_tokens`;
    facts of 2026-11, section 2.5).
    """
    prompt = usage.get("prompt_tokens_details") or usage.get("input_tokens_details")
    answer = usage.get("completion_tokens_details") or usage.get("output_tokens_details")
    input_tokens = _count((usage, "prompt_tokens"), (usage, "input_tokens")) or 0
    output_tokens = _count((usage, "completion_tokens"), (usage, "output_tokens")) or 0
    cache_creation = _count(
        (prompt, "cache_write_tokens"),
        (prompt, "cache_creation_tokens"),
        (usage, "cache_creation_input_tokens"),
    )
    if cache_creation is None:
        parts = [
            _count((usage, "claude_cache_creation_5_m_tokens")),
            _count((usage, "claude_cache_creation_1_h_tokens")),
        ]
        known = [part for part in parts if part is not None]
        cache_creation = sum(known) if known else None
    input_details = {
        "audio": _count((prompt, "audio_tokens")),
        "cache_read": _count(
            (prompt, "cached_tokens"),
            (usage, "prompt_cache_hit_tokens"),
            (usage, "cache_read_input_tokens"),
        ),
        "cache_creation": cache_creation,
    }
    output_details = {
        "audio": _count((answer, "audio_tokens")),
        "reasoning": _count((answer, "reasoning_tokens"), (usage, "reasoning_tokens")),
    }
    cache_tokens = (input_details["cache_read"] or 0) + (cache_creation or 0)
    if cache_tokens > input_tokens:  # Anthropic's own counting, where cache is not in the input
        input_tokens += cache_tokens
    total = _count((usage, "total_tokens")) or 0
    if total == input_tokens + output_tokens + (output_details["reasoning"] or 0):
        output_tokens = total - input_tokens  # a channel that leaves reasoning out of the answer
    metadata = UsageMetadata(
        input_tokens=input_tokens,
        output_tokens=output_tokens,
        total_tokens=input_tokens + output_tokens or total,
    )
    if kept := {name: count for name, count in input_details.items() if count is not None}:
        metadata["input_token_details"] = InputTokenDetails(**kept)  # type: ignore[typeddict-item]
    if kept := {name: count for name, count in output_details.items() if count is not None}:
        metadata["output_token_details"] = OutputTokenDetails(**kept)  # type: ignore[typeddict-item]
    return metadata
