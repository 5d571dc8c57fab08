"""What a message took and cost, in words."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from langchain_core.messages import AIMessage

_CENT = 0.01
_WHOLE = frozenset({"stop", "STOP", "end_turn", "completed"})
"""Reasons to finish that mean that nothing is missing."""


def get_cost(message: AIMessage) -> float | None:
    """Return what the gateway says that a message cost, in USD; `None` where it says nothing."""
    cost = message.response_metadata.get("cost")
    return float(cost) if isinstance(cost, (int, float)) else None


def format_cost(cost: float) -> str:
    """Return an amount of USD, such as `$0.0123`, with two significant digits at least."""
    text = f"{cost:.4f}" if cost >= _CENT else f"{Decimal(f'{cost:.2g}'):f}"
    return f"${text}"


def format_tokens(message: AIMessage) -> str | None:
    """Return the tokens of a message, such as `12 tokens in, 30 out`; `None` if unknown."""
    usage = message.usage_metadata
    if usage is None:
        return None
    text = f"{usage['input_tokens']} tokens in, {usage['output_tokens']} out"
    reasoning = (usage.get("output_token_details") or {}).get("reasoning")
    return f"{text} ({reasoning} of them reasoning)" if reasoning else text


def describe_usage(message: AIMessage, seconds: float, model: str) -> str:
    """Return one line about a message: model, time, tokens and cost.

    Args:
        message: The message.
        seconds: How long it took.
        model: The id of the model that was asked.
    """
    parts = [
        str(message.response_metadata.get("model_name") or model),
        f"{seconds:.1f} s",
        format_tokens(message) or "tokens unknown",
        _describe_cost(message, model),
    ]
    metadata = message.response_metadata
    finish_reason = metadata.get("finish_reason") or metadata.get("stop_reason")
    if finish_reason and finish_reason not in _WHOLE:
        parts.append(f"ended by {finish_reason}")
    return ", ".join(part for part in parts if part)


def _describe_cost(message: AIMessage, model: str) -> str | None:
    """Return the cost that the gateway says, else an estimate that is named one."""
    from langchain_cometapi.catalog import estimate_cost

    if (cost := get_cost(message)) is not None:
        return format_cost(cost)
    estimate = estimate_cost(message, model=model)
    if estimate is None:
        return None
    date = f" of {estimate.price_date}" if estimate.price_date else ""
    return f"about {format_cost(estimate.amount)} by the prices of {estimate.price_source}{date}"
