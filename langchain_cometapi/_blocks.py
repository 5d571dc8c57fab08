"""Messages of this package as LangChain's standard content blocks.

Registered with core for `model_provider="cometapi"`. Blocks of a stream carry an index of
their kind ("lc_rs_0", "lc_txt_0", "lc_tc_1"): core merges blocks by index, and with the bare
numbers of the wire a tool call would be merged into the text before it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.messages.block_translators import register_translator

from langchain_cometapi._metadata import PROVIDER

if TYPE_CHECKING:
    from langchain_core.messages import AIMessage
    from langchain_core.messages.content import ContentBlock

_TOOL_TYPES = {"tool_call", "tool_call_chunk", "invalid_tool_call"}


def _own_blocks(message: AIMessage) -> list[dict[str, Any]]:
    """Return the blocks of the content itself, read by core."""
    blocks = cast("property", BaseMessage.content_blocks).fget(message)  # type: ignore[misc]
    return [dict(block) for block in blocks if block.get("type") not in _TOOL_TYPES]


def _with_reasoning(message: AIMessage, blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    reasoning = message.additional_kwargs.get("reasoning_content")
    if not reasoning or any(block.get("type") == "reasoning" for block in blocks):
        return blocks
    return [{"type": "reasoning", "reasoning": reasoning}, *blocks]


def _tool_blocks(message: AIMessage) -> list[dict[str, Any]]:
    valid = [
        {"type": "tool_call", "name": call["name"], "args": call["args"], "id": call["id"]}
        for call in message.tool_calls
    ]
    return [*valid, *(dict(call) for call in message.invalid_tool_calls)]


def translate_content(message: AIMessage) -> list[ContentBlock]:
    """Return the standard blocks of a whole message."""
    blocks = _with_reasoning(message, _own_blocks(message))
    return cast("list[ContentBlock]", [*blocks, *_tool_blocks(message)])


def translate_content_chunk(message: AIMessageChunk) -> list[ContentBlock]:
    """Return the standard blocks of a chunk, or of chunks merged so far."""
    blocks = _with_reasoning(message, _own_blocks(message))
    if message.chunk_position == "last":
        return cast("list[ContentBlock]", [*blocks, *_tool_blocks(message)])
    for block in blocks:
        if block["type"] == "text":
            block.setdefault("index", "lc_txt_0")
        elif block["type"] == "reasoning":
            block.setdefault("index", "lc_rs_0")
    for chunk in message.tool_call_chunks:
        block = {
            "type": "tool_call_chunk",
            "id": chunk.get("id"),
            "name": chunk.get("name"),
            "args": chunk.get("args"),
        }
        if (index := chunk.get("index")) is not None:
            block["index"] = f"lc_tc_{index}"
        blocks.append(block)
    return cast("list[ContentBlock]", blocks)


def register() -> None:
    """Make core use these for messages of this package."""
    register_translator(PROVIDER, translate_content, translate_content_chunk)
