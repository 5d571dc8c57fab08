"""Tool calls and their results, encoded: what a family wants of their ids and their media."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from langchain_cometapi._content.ids import make_unique_id
from langchain_cometapi._content.media import MEDIA_PARTS

if TYPE_CHECKING:
    from langchain_cometapi._vendors.registry import Vendor


def fit_tool_rounds(messages: list[dict[str, Any]], vendor: Vendor) -> list[dict[str, Any]]:
    """Make the tool calls and results of encoded messages fit their model.

    Args:
        messages: The messages, in a sound order; they are changed.
        vendor: The row of the model.

    Returns:
        The messages, with media behind the results where a result takes text alone.
    """
    if vendor.tool_call_ids is not None:
        _fit_ids(messages, re.compile(vendor.tool_call_ids), unique=vendor.unique_tool_call_ids)
    return _move_media(messages) if vendor.tool_media is False else messages


def _fit_ids(
    messages: list[dict[str, Any]], pattern: re.Pattern[str], *, unique: bool | None
) -> None:
    """Write ids of other families anew, of calls and results alike.

    A new id depends on the old one and what stood before it, so it is the same in each request
    of a conversation, as the vendor's prompt cache wants it.
    """
    seen: Counter[str] = Counter()
    waiting: dict[str, list[str]] = {}
    for message in messages:
        if calls := message.get("tool_calls"):
            waiting = {}  # results belong to the calls right before them
            for call in calls:
                old = call["id"]
                if not isinstance(old, str):
                    continue
                # Kimi counts its calls anew in each turn.
                call["id"] = make_unique_id(old, seen[old] if unique else 0, pattern)
                seen[old] += 1
                waiting.setdefault(old, []).append(call["id"])
        elif message["role"] == "tool" and (ids := waiting.get(message["tool_call_id"])):
            message["tool_call_id"] = ids.pop(0)


def _move_media(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Put the media of tool results into a message of the user right after them."""
    arranged: list[dict[str, Any]] = []
    moved: list[dict[str, Any]] = []
    calls: list[dict[str, Any]] = []
    for message in messages:
        if message["role"] == "tool":
            if isinstance(message["content"], list):
                moved += _take_media(message, calls)
        else:
            arranged += _as_user_message(moved)
            moved = []
            calls = message.get("tool_calls") or []
        arranged.append(message)
    return arranged + _as_user_message(moved)


def _take_media(result: dict[str, Any], calls: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Take the media out of a result, and say which call they are from."""
    media = [part for part in result["content"] if part["type"] in MEDIA_PARTS]
    if not media:
        return []
    texts = [part for part in result["content"] if part["type"] not in MEDIA_PARTS]
    result["content"] = texts or "The result follows in the next user message."
    id_ = result["tool_call_id"]
    name = next(call["function"]["name"] for call in calls if call["id"] == id_)
    return [{"type": "text", "text": f"From the result of {name} (call {id_}):"}, *media]


def _as_user_message(parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"role": "user", "content": parts}] if parts else []
