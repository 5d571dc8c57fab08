"""Tokens of messages and tools, by estimate: nothing is downloaded, and no model is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_core.messages import AIMessage
from langchain_core.messages.utils import count_tokens_approximately
from langchain_core.utils.function_calling import convert_to_openai_tool

from langchain_cometapi._chat.request.blocks import (
    TOOL_CALL_BLOCKS,
    is_provider_block,
    is_type,
    open_blocks,
    read_text,
)
from langchain_cometapi._chat.request.media import read_text_file
from langchain_cometapi._chat.request.replay import create_reasoning_fields
from langchain_cometapi._content import reasoning
from langchain_cometapi._content.media import is_media
from langchain_cometapi._content.tokens import CHARACTERS_PER_TOKEN, TOKENS_PER_IMAGE

if TYPE_CHECKING:
    from collections.abc import Iterable

    from langchain_core.messages import BaseMessage

    from langchain_cometapi._context import CallContext
    from langchain_cometapi._vendors.registry import Vendor


def count_message_tokens(
    messages: Iterable[BaseMessage], tools: Iterable[Any], context: CallContext
) -> int:
    """Return about how many tokens messages, media in them and tools take.

    Args:
        messages: The messages, in any dialect that can be sent.
        tools: What `bind_tools` takes.
        context: The call.
    """
    vendor = context.vendor
    messages = list(messages)
    per_image = vendor.tokens_per_image or TOKENS_PER_IMAGE
    per_low_image = vendor.tokens_per_low_image or per_image
    low_images = sum(map(_count_low_images, messages))
    return low_images * (per_low_image - per_image) + count_tokens_approximately(
        [_convert_to_countable(message, context) for message in messages],
        chars_per_token=vendor.characters_per_token or CHARACTERS_PER_TOKEN,
        tokens_per_image=per_image,
        tools=[convert_to_openai_tool(tool) for tool in tools],
    )


def _count_low_images(message: BaseMessage) -> int:
    """Return how many images of a message have `"detail": "low"`."""
    if isinstance(message, AIMessage) or not isinstance(message.content, list):
        return 0
    blocks = (block for block in open_blocks(message.content) if isinstance(block, dict))
    details = ((block.get("image_url"), block) for block in blocks if is_media(block))
    return sum(
        (inner if isinstance(inner, dict) else block).get("detail") == "low"
        for inner, block in details
    )


def _convert_to_countable(message: BaseMessage, context: CallContext) -> BaseMessage:
    """Return a message with what is sent of it, in the blocks that core counts rightly.

    What a minute of audio or a page costs is known of few models, so each medium counts as an
    image does.
    """
    content: str | list[Any] = message.content
    if isinstance(message, AIMessage):
        content = _get_assistant_text(message) + _get_replayed_text(message, context)
    elif isinstance(content, list):
        blocks = (block for block in open_blocks(content) if not is_provider_block(block))
        content = [_convert_block(block, context.vendor) for block in blocks]
    return message.model_copy(update={"content": content})


def _convert_block(block: Any, vendor: Vendor) -> Any:
    text = read_text(block)
    if text is None and is_media(block):
        try:
            text = read_text_file(block, vendor)
        except ValueError:  # raised again when it is sent
            text = None
        if text is None:
            return {"type": "image"}
    return block if text is None else {"type": "text", "text": text}


def _get_assistant_text(message: AIMessage) -> str:
    """Return the text of an assistant message, with the tool calls in its content if any."""
    extras, content = message.additional_kwargs, message.content
    if isinstance(content, list):
        blocks = list(open_blocks(content))
        content = "".join(read_text(block) or "" for block in blocks)
        if not message.tool_calls:
            content += "".join(repr(block) for block in blocks if is_type(block, *TOOL_CALL_BLOCKS))
    audio = extras.get("audio")
    transcript = audio.get("transcript") if isinstance(audio, dict) else None
    return content or str(extras.get("refusal") or transcript or "")


def _get_replayed_text(message: AIMessage, context: CallContext) -> str:
    """Return the reasoning that is sent back with a message."""
    fields = create_reasoning_fields(message, context, has_calls=bool(message.tool_calls))
    return "".join(map(reasoning.read_text, fields.values()))
