"""Tool calls and results in encoded messages: ids and media as the vendor takes them."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from langchain_cometapi._chat.request.media import MEDIA_PARTS
from langchain_cometapi._content.ids import make_unique_id

if TYPE_CHECKING:
    from collections.abc import Iterable

    from langchain_cometapi._vendors.registry import Vendor


# Two ids with half of a surrogate pair would become the same when they are sent.
_SENDABLE = "(?=[^\ud800-\udfff]*$)"


def adapt_tool_rounds(
    messages: list[dict[str, Any]], vendor: Vendor, earlier: Iterable[str] = ()
) -> list[dict[str, Any]]:
    """Return messages with tool calls and results that fit their model.

    Args:
        messages: The messages, after `check_messages`; they are changed.
        vendor: The row of the model.
        earlier: The ids of calls in messages before these, which the server has.

    Returns:
        The messages, with media behind the results where a result takes text alone.
    """
    if any("tool_calls" in message for message in messages):
        seen = Counter(earlier)
        _replace_ids(messages, vendor.tool_call_ids, seen, unique=bool(vendor.unique_tool_call_ids))
    return _move_media(messages) if vendor.tool_media is False else messages


def _replace_ids(
    messages: list[dict[str, Any]], allowed: str | None, seen: Counter[str], *, unique: bool
) -> None:
    """Replace ids that the vendor refuses, in calls and their results alike.

    An id that comes twice in one message is replaced for all: no vendor could tell the results.

    Args:
        messages: The messages; changed in place.
        allowed: What the whole id of a call must match; any text if `None`.
        seen: How often an id has come in earlier messages; changed in place.
        unique: Whether an id of an earlier turn is refused; Kimi counts its calls again in each.
    """
    plain = re.compile(allowed) if allowed else None
    other = re.compile(f"{_SENDABLE}(?:{allowed or '.*'})", re.DOTALL)
    waiting: dict[str, list[str]] = {}
    for message in messages:
        if calls := message.get("tool_calls"):
            if not unique:
                seen.clear()
            for call in calls:
                old = call["id"]
                if not isinstance(old, str):
                    continue
                call["id"] = make_unique_id(old, seen[old], plain if old.isascii() else other)
                seen[old] += 1
                waiting.setdefault(old, []).append(call["id"])
        elif message["role"] == "tool" and (ids := waiting.get(message["tool_call_id"])):
            message["tool_call_id"] = ids.pop(0)


def _move_media(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return messages with the media of tool results in a user message right after them."""
    if not any(m["role"] == "tool" and isinstance(m["content"], list) for m in messages):
        return messages
    arranged: list[dict[str, Any]] = []
    moved: list[dict[str, Any]] = []
    calls: list[dict[str, Any]] = []
    for message in messages:
        if message["role"] == "tool":
            if isinstance(message["content"], list):
                moved += _take_media(message, calls)
        else:
            arranged += _create_user_messages(moved)
            moved = []
            calls = message.get("tool_calls") or []
        arranged.append(message)
    return arranged + _create_user_messages(moved)


def _take_media(result: dict[str, Any], calls: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Remove the media from a result and return them, after a text that names their call."""
    media = [part for part in result["content"] if part["type"] in MEDIA_PARTS]
    if not media:
        return []
    others = [part for part in result["content"] if part["type"] not in MEDIA_PARTS]
    result["content"] = others or "The result follows in the next user message."
    id_ = result["tool_call_id"]
    name = next(call["function"]["name"] for call in calls if call["id"] == id_)
    return [{"type": "text", "text": f"From the result of {name} (call {id_}):"}, *media]


def _create_user_messages(parts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"role": "user", "content": parts}] if parts else []
