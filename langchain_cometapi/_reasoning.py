"""What a model thought: captured from an answer, sent back where its vendor demands it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_core.messages import AIMessage

from langchain_cometapi._metadata import PROVIDER
from langchain_cometapi._vendors import get_vendor

if TYPE_CHECKING:
    from collections.abc import Sequence

    from langchain_core.messages import BaseMessage

# Where reasoning stands, in the order of preference: the field and, where its value is a list
# of items, the keys of their text.
_DIALECTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("reasoning_content", ()),
    ("reasoning", ()),
    ("reasoning_details", ("text", "summary")),
    ("thinking_blocks", ("thinking",)),
)


class ReasoningReader:
    """Reads the reasoning text of one message, sent under one name or several.

    The first dialect seen is read to the end: the same thought under another name is not a
    second one.
    """

    __slots__ = ("_dialect",)

    def __init__(self) -> None:
        """Start without a dialect."""
        self._dialect: tuple[str, tuple[str, ...]] | None = None

    def read(self, message: dict[str, Any]) -> str:
        """Return the reasoning text of a message or a delta, else `""`."""
        if self._dialect is not None:
            return _read_dialect(message, self._dialect)
        for dialect in _DIALECTS:
            if text := _read_dialect(message, dialect):
                self._dialect = dialect
                return text
        return ""


def _read_dialect(message: dict[str, Any], dialect: tuple[str, tuple[str, ...]]) -> str:
    field, keys = dialect
    value = message.get(field)
    if isinstance(value, str):
        return value
    if not isinstance(value, list):
        return ""
    items = [item for item in value if isinstance(item, dict)]
    texts = [item[key] for item in items for key in keys if isinstance(item.get(key), str)]
    return "".join(texts)


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
