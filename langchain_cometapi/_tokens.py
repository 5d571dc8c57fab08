"""Token counts by estimate: nothing is downloaded, and no model is refused."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

from langchain_core.messages import AIMessage
from langchain_core.messages.utils import count_tokens_approximately
from langchain_core.utils.function_calling import convert_to_openai_tool

from langchain_cometapi._reasoning import get_reasoning

if TYPE_CHECKING:
    from collections.abc import Iterable

    from langchain_core.messages import BaseMessage

    from langchain_cometapi._vendors import Vendor

# Where a vendor's row does not say: OpenAI's rule of thumb, and about what most vendors charge
# for a picture of 1024 x 1024.
_CHARACTERS_PER_TOKEN = 4.0
_TOKENS_PER_IMAGE = 1000

# Blocks whose base64 is not read as text. What a minute of audio or a page costs is known of
# few, so each counts as a picture does.
_MEDIA = frozenset(
    {
        "audio",
        "document",
        "file",
        "image",
        "image_url",
        "input_audio",
        "input_file",
        "input_image",
        "media",
        "video",
        "video_url",
    }
)


def count_tokens(text: str, vendor: Vendor) -> int:
    """Estimate the tokens of a text."""
    return math.ceil(len(text) / (vendor.characters_per_token or _CHARACTERS_PER_TOKEN))


def count_message_tokens(
    messages: Iterable[BaseMessage], tools: Iterable[Any], vendor: Vendor
) -> int:
    """Estimate the tokens of messages, of media among them, and of tools.

    Args:
        messages: The messages, in any dialect that can be sent.
        tools: What `bind_tools` takes.
        vendor: The row of the model.
    """
    history = [_with_plain_media(message) for message in messages]
    estimate = count_tokens_approximately(
        history,
        chars_per_token=vendor.characters_per_token or _CHARACTERS_PER_TOKEN,
        tokens_per_image=vendor.tokens_per_image or _TOKENS_PER_IMAGE,
    )
    if vendor.reasoning_replay in ("all", "tool_calls"):
        thoughts = (get_reasoning(m) for m in history if isinstance(m, AIMessage))
        estimate += sum(count_tokens(thought, vendor) for thought in thoughts)
    schemas = (json.dumps(convert_to_openai_tool(tool)) for tool in tools)
    return estimate + sum(count_tokens(schema, vendor) for schema in schemas)


def _with_plain_media(message: BaseMessage) -> BaseMessage:
    content = message.content
    if not isinstance(content, list) or not any(map(_is_media, content)):
        return message
    plain = [{"type": "image"} if _is_media(block) else block for block in content]
    return message.model_copy(update={"content": plain})


def _is_media(block: object) -> bool:
    return isinstance(block, dict) and block.get("type") in _MEDIA
