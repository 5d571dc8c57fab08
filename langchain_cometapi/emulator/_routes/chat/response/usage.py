"""Token usage in the words of the chat route."""

from __future__ import annotations

from itertools import takewhile
from typing import TYPE_CHECKING, Any

from langchain_cometapi.emulator._generation.tokens import CHARS_PER_TOKEN, count_tokens

if TYPE_CHECKING:
    from langchain_cometapi.emulator._generation.usage import CompletionCount, PromptCount
    from langchain_cometapi.emulator._rules.base import ModelRow

_COST_PER_TOKEN = 1e-6


def count_prediction(prediction: str | None, text: str) -> tuple[int, int]:
    """Return how many predicted tokens a text has, and how many it has not.

    Args:
        prediction: The prediction of the request.
        text: The text that was generated.
    """
    if prediction is None:
        return 0, 0
    total = count_tokens(prediction)
    if prediction in text:
        return total, 0
    same = takewhile(lambda pair: pair[0] == pair[1], zip(prediction, text, strict=False))
    accepted = sum(1 for _ in same) // CHARS_PER_TOKEN
    return accepted, total - accepted


def usage_object(row: ModelRow, prompt: PromptCount, completion: CompletionCount) -> dict[str, Any]:
    """Return the `usage` object in the shape of the model's family.

    Args:
        row: The requested model.
        prompt: Counts of the prompt.
        completion: Counts of the completion.
    """
    usage: dict[str, Any] = {
        "prompt_tokens": prompt.total,
        "completion_tokens": completion.total,
        "total_tokens": prompt.total + completion.total,
    }
    prompt_details = {"cached_tokens": prompt.cached}
    completion_details = {"reasoning_tokens": completion.reasoning}
    style = row.rules.usage_style
    if style == "full" or prompt.audio:
        prompt_details["audio_tokens"] = prompt.audio
    if style == "full" or completion.audio:
        completion_details["audio_tokens"] = completion.audio
    if style == "full":
        completion_details["accepted_prediction_tokens"] = completion.accepted
        completion_details["rejected_prediction_tokens"] = completion.rejected
    if style == "claude":
        five, hour = (0, prompt.written) if prompt.hour else (prompt.written, 0)
        usage["claude_cache_creation_5_m_tokens"] = five
        usage["claude_cache_creation_1_h_tokens"] = hour
    else:
        prompt_details["cache_write_tokens"] = prompt.written
    usage["prompt_tokens_details"] = prompt_details
    if style != "claude" or completion.audio:
        usage["completion_tokens_details"] = completion_details
    if row.reports_cost:
        usage["cost"] = round(usage["total_tokens"] * _COST_PER_TOKEN, 9)
    return usage
