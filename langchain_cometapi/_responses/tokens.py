"""What is counted of messages on the Responses route."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_core.messages import AIMessage

from langchain_cometapi._chat.tokens import (
    MessageParts,
    encode_assistant,
    read_body_texts,
    read_input,
    write_json,
)
from langchain_cometapi._content import reasoning
from langchain_cometapi._content.tokens import TOKENS_PER_IMAGE
from langchain_cometapi._responses.request.own_items import CALL_TYPES, create_own_items

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

    from langchain_cometapi._context import CallContext

# What no model reads: names of things, and content that only the server can open.
_UNREAD = ("id", "call_id", "type", "status", "encrypted_content", "container_id")


def read_message(message: BaseMessage, context: CallContext) -> MessageParts:
    """Return what is counted of a message on the Responses route.

    Reasoning that goes back as an item counts by the text of its summary, which is all that can be
    read of it.
    """
    if not isinstance(message, AIMessage):
        return read_input(message, context)
    body = encode_assistant(message, context)
    parts = MessageParts(read_body_texts(message, body), [])
    if isinstance(message.content, str) or not context.keeps_items_of(message):
        return parts
    for item in create_own_items(message, body.get("tool_calls") or [], context):
        kind = item["type"]
        if kind == "reasoning":
            parts.texts.append(reasoning.read_text(item))
        elif kind == "image_generation_call":
            parts.media.append(context.vendor.tokens_per_image or TOKENS_PER_IMAGE)
        elif kind not in ("message", *CALL_TYPES):  # which the body has
            parts.texts.append(write_json(_bare(item)))
    return parts


def _bare(item: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in item.items() if name not in _UNREAD}
