"""Token counts by estimate: nothing is downloaded, and no model is refused."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from langchain_core.messages import AIMessage
from langchain_core.messages.utils import count_tokens_approximately
from langchain_core.utils.function_calling import convert_to_openai_tool

from langchain_cometapi._chat.request.media import read_text_file
from langchain_cometapi._chat.request.messages import CALLS
from langchain_cometapi._chat.request.parts import is_of_others, is_type, open_blocks, read_text
from langchain_cometapi._content.media import is_media
from langchain_cometapi._content.origin import ORIGIN, Origin
from langchain_cometapi._content.reasoning import get_reasoning
from langchain_cometapi._content.tokens import (
    CHARACTERS_PER_TOKEN,
    TOKENS_PER_IMAGE,
    count_tokens,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from langchain_core.messages import BaseMessage

    from langchain_cometapi._vendors.registry import Vendor


def count_message_tokens(
    messages: Iterable[BaseMessage], tools: Iterable[Any], vendor: Vendor
) -> int:
    """Estimate the tokens of messages, of media among them, and of tools.

    Args:
        messages: The messages, in any dialect that can be sent.
        tools: What `bind_tools` takes.
        vendor: The row of the model.
    """
    history = [_as_sent(message, vendor) for message in messages]
    estimate = count_tokens_approximately(
        history,
        chars_per_token=vendor.characters_per_token or CHARACTERS_PER_TOKEN,
        tokens_per_image=vendor.tokens_per_image or TOKENS_PER_IMAGE,
    )
    schemas = (json.dumps(convert_to_openai_tool(tool)) for tool in tools)
    return estimate + sum(count_tokens(schema, vendor) for schema in schemas)


def _as_sent(message: BaseMessage, vendor: Vendor) -> BaseMessage:
    """Return a message with what of it is sent: text, and a plain picture for each medium.

    What a minute of audio or a page costs is known of few, so each counts as a picture does.
    """
    content: str | list[Any] = message.content
    if isinstance(message, AIMessage):
        content = _said(message) + _thoughts_sent_back(message, vendor)
    elif isinstance(content, list):
        content = [
            _plain(block, vendor) for block in open_blocks(content) if not is_of_others(block)
        ]
    return message.model_copy(update={"content": content})


def _plain(block: Any, vendor: Vendor) -> Any:
    text = read_text(block)
    if text is None and is_media(block):
        try:
            text = read_text_file(block, vendor)
        except ValueError:  # which is said when it is sent
            text = None
        if text is None:
            return {"type": "image"}
    return block if text is None else {"type": "text", "text": text}


def _said(message: AIMessage) -> str:
    """Return what is sent of an assistant's turn: its text, and its calls if they stand there."""
    extras, content = message.additional_kwargs, message.content
    if isinstance(content, list):
        blocks = list(open_blocks(content))
        content = "".join(read_text(block) or "" for block in blocks)
        if not message.tool_calls:
            content += "".join(repr(block) for block in blocks if is_type(block, *CALLS))
    audio = extras.get("audio")
    transcript = audio.get("transcript") if isinstance(audio, dict) else None
    return content or str(extras.get("refusal") or transcript or "")


def _thoughts_sent_back(message: AIMessage, vendor: Vendor) -> str:
    """Return the reasoning that its own family wants back, as `_replay` does."""
    mark = message.response_metadata.get(ORIGIN)
    endpoint = mark.get("endpoint") if isinstance(mark, dict) else ""
    demanded = vendor.reasoning_replay == "all" or (
        vendor.reasoning_replay == "tool_calls" and message.tool_calls
    )
    own = demanded and Origin(vendor.family, str(endpoint)).fits(message)
    return get_reasoning(message) if own else ""
