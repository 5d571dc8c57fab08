"""Turns messages of the Responses route back into the items that they were received as.

OpenAI refuses a reasoning item without the item that followed it, and an item with an id without
the reasoning that came before it. So both are sent, or neither: without its reasoning, a message or
a call is sent as a new one, without an id.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from langchain_cometapi._chat.request.assistant_messages import CUSTOM_INPUT
from langchain_cometapi._responses.request.stored_blocks import read_blocks

if TYPE_CHECKING:
    from collections.abc import Iterable

    from langchain_core.messages import AIMessage

    from langchain_cometapi._context import CallContext

Item = dict[str, Any]

_IMAGE_CALL = "image_generation_call"
_IMAGE_DROPPED = (
    "is not sent a generated image of the history, which was not stored or whose reasoning is not "
    "sent; to ask about it, pass it in a user message"
)

CALL_TYPES = ("function_call", "custom_tool_call")

# Calls whose result follows in another message, so that they cannot be left out.
_ANSWERED_ELSEWHERE = frozenset(
    {
        "apply_patch_call",
        "computer_call",
        "local_shell_call",
        "mcp_approval_request",
        "shell_call",
        "tool_search_call",
    }
)
# Blocks that are not items: LangChain, the user or another package has added them.
_NO_ITEMS = frozenset(
    {
        "audio",
        "file",
        "image",
        "image_url",
        "text-plain",
        "tool_call_chunk",
        "tool_use",
        "video",
        "web_search_result",
    }
)


_UNREAD: Item = {"invalid_arguments": None}
"""Stands for the arguments of an invalid call, which could not be parsed."""


class _Entry:
    """An item of a message, which may have been edited or removed since it was received.

    Attributes:
        item: The item.
        is_lost: Whether it is not sent at all.
        is_edited: Whether it has been changed since it was received.
    """

    __slots__ = ("is_edited", "is_lost", "item")

    def __init__(self, item: Item, *, is_lost: bool = False, is_edited: bool = False) -> None:
        self.item = item
        self.is_lost = is_lost
        self.is_edited = is_edited

    @property
    def is_whole(self) -> bool:
        """Whether it is sent as it was received."""
        return not (self.is_lost or self.is_edited)


def create_own_items(
    message: AIMessage,
    calls: list[dict[str, Any]],
    context: CallContext,
    *,
    is_repeated: bool = False,
) -> list[Item]:
    """Return the items of a message that the same model family has sent on this route.

    Args:
        message: The message, whose content is a list.
        calls: Its tool calls as they are sent, in the form of the chat route.
        context: The call.
        is_repeated: Whether the message is in the history before; an item is taken once only.
    """
    takes_reasoning = (
        context.replay_reasoning is not False
        and context.vendor.reasoning_items is not False
        and not is_repeated
    )
    keeps_ids = context.store is not False and context.origin.has_stored(message)
    items: list[Item] = []
    # Backwards: what becomes of a reasoning item depends on the next item, and what becomes of the
    # items after it depends on the reasoning.
    group: list[_Entry] = []
    is_next_sent = False
    entries = _read_entries(message, calls)
    for entry in reversed(entries):
        if entry.item.get("type") != "reasoning":
            group.append(entry)
            continue
        if group:
            is_next_sent = group[-1].is_whole and (not keeps_ids or "id" in group[-1].item)
        is_stored = keeps_ids and "id" in entry.item
        is_readable = is_stored or bool(entry.item.get("encrypted_content"))
        is_sent = is_next_sent and is_readable and takes_reasoning
        items += _list_items(group, keeps_ids=keeps_ids, has_reasoning=is_sent)
        if is_sent:
            entry.item.pop("status", None)  # refused in reasoning (BerriAI/litellm#13420)
            items.append(entry.item)
        group, is_next_sent = [], is_sent
    items += _list_items(group, keeps_ids=keeps_ids, has_reasoning=not is_repeated)
    generated = sum(entry.item["type"] == _IMAGE_CALL for entry in entries)
    if not is_repeated and generated > sum(item["type"] == _IMAGE_CALL for item in items):
        context.record_change("messages", "dropped", _IMAGE_DROPPED)
    return items[::-1]


def _list_items(entries: list[_Entry], *, keeps_ids: bool, has_reasoning: bool) -> list[Item]:
    """Return the items of entries, which follow one reasoning item or none."""
    items = []
    for entry in entries:
        if entry.is_lost:
            continue
        item = entry.item
        kind = item["type"]
        is_whole = has_reasoning and not entry.is_edited
        if kind == "message" or kind in CALL_TYPES:
            # Without a store, LangChain keeps the ids of calls and leaves those of messages out.
            if not is_whole or (kind == "message" and not keeps_ids):
                item.pop("id", None)
        elif not is_whole and kind not in _ANSWERED_ELSEWHERE:
            continue
        elif kind == _IMAGE_CALL:
            # A server that stores it knows the id; otherwise the image itself is needed.
            if keeps_ids:
                item = {"type": kind, "id": item.get("id")}
            elif not item.get("result"):
                continue
        items.append(item)
    return items


def _read_entries(message: AIMessage, calls: list[dict[str, Any]]) -> list[_Entry]:
    """Return the items of a message in their order; calls that the user has added come last."""
    sent = {
        known["id"]: (known, call)
        for known, call in zip(_list_calls(message, calls), calls, strict=False)
    }
    entries: list[_Entry] = []
    for block in read_blocks(message):
        kind = block.get("type")
        if kind in ("text", "output_text", "refusal"):
            _add_part(entries, block)
        elif kind in CALL_TYPES:
            entries.append(_read_call(block, sent.pop(block.get("call_id"), None)))
        elif isinstance(kind, str) and kind not in _NO_ITEMS:
            if _is_new_id(block.get("id")):
                block.pop("id", None)
            entries.append(_Entry(_without_sources(block)))
    entries += [_Entry(create_call(call)) for _, call in sent.values()]
    return entries


def _list_calls(message: AIMessage, calls: list[dict[str, Any]]) -> list[Any]:
    """Return the id of each call before it was encoded, and its arguments if the user has them."""
    if not (message.tool_calls or message.invalid_tool_calls):
        return [{"id": call["id"], "args": None} for call in calls]
    invalid = calls[len(message.tool_calls) :]
    return [*message.tool_calls, *({"id": call["id"], "args": _UNREAD} for call in invalid)]


def _is_new_id(id_: object) -> bool:
    """Return whether an id is one of LangChain's own, which no server knows."""
    return not isinstance(id_, str) or id_.startswith("lc_")


def _add_part(entries: list[_Entry], block: Item) -> None:
    """Add a part of a message to the message that it belongs to."""
    id_ = block.get("id")
    if _is_new_id(id_):
        id_ = None
    part = _create_part(block)
    if part is None and id_ is None:
        return
    item = _find_message(entries, id_)
    if item is None:
        item = {"type": "message", "role": "assistant", "content": []}
        entries.append(_Entry(item))
    if id_ is not None:
        item["id"] = id_
    if (phase := block.get("phase")) is not None:
        item["phase"] = phase
    if part is not None:
        item["content"].append(part)


def _find_message(entries: list[_Entry], id_: object) -> Item | None:
    """Return the message that a part belongs to, by its id or its place, if it is there."""
    messages = [entry.item for entry in entries if entry.item.get("type") == "message"]
    if id_ is not None and (known := [item for item in messages if item.get("id") == id_]):
        return known[-1]
    last = entries[-1].item if entries else {}
    if last.get("type") == "message" and (id_ is None or "id" not in last):
        return last
    return None


def _create_part(block: Item) -> Item | None:
    if block.get("type") == "refusal":
        refusal = block.get("refusal")
        return {"type": "refusal", "refusal": refusal} if refusal else None
    if not isinstance(text := block.get("text"), str):
        return None
    if not text and _is_new_id(block.get("id")):
        return None
    annotations = block.get("annotations") or ()
    return {
        "type": "output_text",
        "text": text,
        "annotations": [_restore_annotation(annotation) for annotation in annotations],
    }


def _restore_annotation(annotation: Item) -> Item:
    """Return an annotation with `index`, for which LangChain has `file_index`."""
    if annotation.get("type") != "file_citation" or "file_index" not in annotation:
        return annotation
    return {"index" if k == "file_index" else k: v for k, v in annotation.items()}


def _without_sources(item: Item) -> Item:
    """Return an item without the sources of a web search, which OpenAI refuses to take back."""
    action = item.get("action")
    if item["type"] != "web_search_call" or not isinstance(action, dict):
        return item
    return {**item, "action": {k: v for k, v in action.items() if k != "sources"}}


def _read_call(block: Item, sent: tuple[Any, dict[str, Any]] | None) -> _Entry:
    """Return a call as it was received, with the user's changes."""
    if sent is None:
        return _Entry(block, is_lost=True)
    known, call = sent
    if _is_new_id(block.get("id")):
        block.pop("id", None)
    function = call["function"]
    item = {**block, "call_id": call["id"], "name": function["name"]}
    if block["type"] == "custom_tool_call":
        received = block.get("input")
        item["input"] = (known["args"] or {}).get(CUSTOM_INPUT, received)
        return _Entry(item, is_edited=item["input"] != received)
    raw, arguments = block.get("arguments"), known["args"]
    if raw is None and arguments is not None:
        # Not every form of the content keeps the original text; models write JSON without spaces.
        raw = json.dumps(arguments, ensure_ascii=False, separators=(",", ":"))
    is_same = arguments is None or _parses_to(raw, arguments)
    item["arguments"] = raw if is_same and raw is not None else function["arguments"]
    return _Entry(item, is_edited=not is_same)


def _parses_to(raw: object, arguments: object) -> bool:
    try:
        return isinstance(raw, str) and bool(json.loads(raw) == arguments)
    except (ValueError, RecursionError):
        return False


def create_call(call: dict[str, Any], custom: Iterable[str] = ()) -> Item:
    """Return the item of a call in the form of the chat route.

    Args:
        call: The call.
        custom: The ids of calls of custom tools.
    """
    function = call["function"]
    item = {"call_id": call["id"], "name": function["name"]}
    if call["id"] in custom:
        text = json.loads(function["arguments"]).get(CUSTOM_INPUT, "")
        return {"type": "custom_tool_call", **item, "input": str(text)}
    return {"type": "function_call", **item, "arguments": function["arguments"]}
