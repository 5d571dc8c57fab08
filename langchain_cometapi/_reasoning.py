"""What a model thought: captured from an answer, sent back where its vendor demands it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_core.messages import AIMessage

from langchain_cometapi._metadata import PROVIDER
from langchain_cometapi._vendors import get_vendor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from langchain_core.messages import BaseMessage

# One dialect arriving under two names is read once, in this order.
_FIELDS = ("reasoning_content", "reasoning")


def read_reasoning(message: dict[str, Any]) -> str:
    """Return the reasoning text of a message or a delta, else `""`."""
    for field in _FIELDS:
        if isinstance(value := message.get(field), str) and value:
            return value
    return ""


def replay_reasoning(
    messages: Sequence[BaseMessage], encoded: list[dict[str, Any]], model: str
) -> None:
    """Add reasoning to encoded assistant messages where the vendor of `model` demands it.

    DeepSeek, Kimi, GLM and MiMo refuse a tool loop whose assistant turns come without
    `reasoning_content`. A turn of another family gets an empty one, which they accept:
    foreign thoughts are not theirs to read.
    """
    vendor = get_vendor(model)
    if not vendor.requires_reasoning_replay:
        return
    for message, body in zip(messages, encoded, strict=True):
        if isinstance(message, AIMessage) and body.get("tool_calls"):
            body["reasoning_content"] = _own_reasoning(message, vendor.family)


def _own_reasoning(message: AIMessage, family: str) -> str:
    metadata = message.response_metadata
    served = metadata.get("model_name")
    if metadata.get("model_provider") != PROVIDER or not isinstance(served, str):
        return ""
    reasoning = message.additional_kwargs.get("reasoning_content")
    if reasoning is None and isinstance(message.content, list):
        reasoning = "".join(
            block.get("reasoning") or ""
            for block in message.content
            if isinstance(block, dict) and block.get("type") == "reasoning"
        )
    return reasoning if reasoning and get_vendor(served).family == family else ""
