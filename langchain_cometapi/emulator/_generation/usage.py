"""Token counts by simple rules, and an emulated prompt cache.

Four characters are a token, rounded up for each text. A message adds three tokens, an image and
the first tool what the model's rules say, a file 200, an audio clip 50, a video 200 unless the
gateway drops it.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from langchain_cometapi.emulator._generation.tokens import count_tokens

if TYPE_CHECKING:
    from langchain_cometapi.emulator._generation.prompt import Prompt
    from langchain_cometapi.emulator._rules.base import ImageTokens
    from langchain_cometapi.emulator._state import EmulatorState

CACHE_THRESHOLD = 1024
"""Prompts of at least this many tokens are cached without a mark."""

EFFORT_TOKENS = {
    "minimal": 16,
    "low": 32,
    "medium": 64,
    "high": 128,
    "xhigh": 256,
    "max": 512,
}
"""Reasoning tokens of models that do not return their reasoning."""

_MARKS = ("cache_control", "prompt_cache_breakpoint")
_BREAKPOINT_MODE = "mode"
"""What a `prompt_cache_breakpoint` has, and a `cache_control` has not."""

_MESSAGE_TOKENS = 3
_AUDIO_TOKENS = 50
PART_TOKENS = {"file": 200, "video_url": 200}


@dataclass(frozen=True)
class PromptCount:
    """Token counts of a prompt.

    Attributes:
        total: All tokens.
        audio: Tokens of audio clips.
        cached: Tokens read from the prompt cache.
        written: Tokens written to the prompt cache.
        hour: Whether they were written for an hour rather than five minutes.
    """

    total: int
    audio: int
    cached: int
    written: int
    hour: bool


@dataclass(frozen=True)
class CompletionCount:
    """Token counts of a completion.

    Attributes:
        total: All tokens.
        reasoning: Reasoning tokens.
        audio: Tokens of audio output.
        accepted: Predicted tokens that the text has.
        rejected: Predicted tokens that it has not; they are paid for all the same.
    """

    total: int
    reasoning: int
    audio: int
    accepted: int
    rejected: int


@dataclass(frozen=True)
class _Segment:
    """A part of the prompt after which the cached prefix can end."""

    key: str
    tokens: int
    mark: dict[str, Any] | None


def hidden_reasoning_tokens(request: Prompt) -> int:
    """Return the reasoning tokens of a model that does not return its reasoning.

    Args:
        request: A valid request.
    """
    rules = request.row.rules
    if rules.reasoning_text or rules.usage_style == "claude":
        return 0
    return EFFORT_TOKENS.get(request.effort or "none", 0)


def count_tokens_of(request: Prompt) -> int:
    """Return all tokens of a prompt.

    Args:
        request: A valid request.
    """
    segments, audio = _segments(request)
    return audio + sum(segment.tokens for segment in segments)


def count_prompt(request: Prompt, state: EmulatorState) -> PromptCount:
    """Return a prompt's token counts, and store it in the prompt cache.

    The prompt is cached up to the last mark, `cache_control` or OpenAI's `prompt_cache_breakpoint`.
    All of it is cached if it is long enough and has no `cache_control`, unless the request asks for
    explicit caching. The part that was cached before counts as read, the rest as written.

    Args:
        request: A valid request.
        state: The emulator's memory.
    """
    segments, audio = _segments(request)
    total = audio + sum(segment.tokens for segment in segments)
    marked = [index for index, segment in enumerate(segments) if segment.mark]
    implicit = request.implicit_cache and total - audio >= CACHE_THRESHOLD
    if marked and not (implicit and _BREAKPOINT_MODE in (segments[marked[-1]].mark or {})):
        segments = segments[: marked[-1] + 1]
    elif not implicit:
        segments = []
    # Each key identifies the model and the whole prefix up to its segment.
    digest = hashlib.sha256(request.row.id.encode())
    keys = []
    for segment in segments:
        digest.update(f"{len(segment.key)}:{segment.key}".encode())
        keys.append(digest.hexdigest())
    stored = state.cache_prefixes(keys)
    cached = sum(segment.tokens for segment in segments[:stored])
    if not marked and cached < CACHE_THRESHOLD:
        cached = 0
    written = sum(segment.tokens for segment in segments) - cached
    mark = segments[-1].mark if segments else None
    hour = isinstance(mark, dict) and mark.get("ttl") == "1h"
    return PromptCount(total=total, audio=audio, cached=cached, written=written, hour=hour)


def _segments(request: Prompt) -> tuple[list[_Segment], int]:
    """Return the prompt's cacheable segments, and its audio tokens, which are never cached."""
    segments = []
    audio = 0
    if request.tools:
        tools_json = json.dumps(request.tools, sort_keys=True)
        marks = [tool["cache_control"] for tool in request.tools if "cache_control" in tool]
        tokens = count_tokens(tools_json) + request.row.rules.tool_tokens
        segments.append(_Segment(tools_json, tokens, marks[-1] if marks else None))
    parts: list[dict[str, Any]]
    dropped, images = request.row.rules.dropped_parts, request.row.rules.image_tokens
    for message in request.messages:
        head = {key: value for key, value in message.items() if key != "content"}
        segments.append(_Segment(json.dumps(head, sort_keys=True), _head_tokens(message), None))
        content = message.get("content") or ""
        parts = [{"type": "text", "text": content}] if isinstance(content, str) else content
        for part in parts:
            if part["type"] == "input_audio":
                audio += _AUDIO_TOKENS
            elif part["type"] not in dropped:
                bare = {key: value for key, value in part.items() if key not in _MARKS}
                mark = next((part[key] for key in _MARKS if part.get(key)), None)
                key = json.dumps(bare, sort_keys=True)
                segments.append(_Segment(key, _part_tokens(part, images), mark))
    return segments, audio


def _head_tokens(message: dict[str, Any]) -> int:
    calls = sum(
        count_tokens(call["function"]["name"]) + count_tokens(call["function"]["arguments"])
        for call in message.get("tool_calls") or ()
    )
    return _MESSAGE_TOKENS + calls + count_tokens(message.get("reasoning_content") or "")


def _part_tokens(part: dict[str, Any], images: ImageTokens) -> int:
    kind = part["type"]
    if kind == "image_url":
        image = part["image_url"]
        is_low = isinstance(image, dict) and image.get("detail") == "low"
        return images.low if is_low else images.high
    return PART_TOKENS[kind] if kind in PART_TOKENS else count_tokens(part[kind])
