"""A conversation in the words of the chat route, which texts are generated from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_cometapi.emulator._json import to_json

if TYPE_CHECKING:
    from langchain_cometapi.emulator._routes.messages.request.blocks import Block
    from langchain_cometapi.emulator._routes.messages.request.conversation import Turn

Message = dict[str, Any]


def to_messages(system: list[Block], turns: list[Turn]) -> list[Message]:
    """Return a conversation as messages of the chat route.

    Args:
        system: The blocks of the system prompt.
        turns: The conversation.
    """
    messages: list[Message] = []
    if system:
        messages.append({"role": "system", "content": _parts(system)})
    for turn in turns:
        blocks = [block for _, block in turn.blocks]
        if turn.role == "assistant":
            messages.append(_answer(blocks))
        else:
            messages += _question(turn.role, blocks)
    return messages


def _answer(blocks: list[Block]) -> Message:
    calls = [
        {
            "id": block["id"],
            "type": "function",
            "function": {"name": block["name"], "arguments": to_json(block["input"])},
        }
        for block in blocks
        if block["type"] == "tool_use"
    ]
    message: Message = {"role": "assistant", "content": _parts(blocks, media=False)}
    return {**message, "tool_calls": calls} if calls else message


def _question(role: str, blocks: list[Block]) -> list[Message]:
    """Return the results of tools, then the documents, then the rest."""
    messages: list[Message] = []
    rest: list[Block] = []
    for block in blocks:
        if block["type"] == "tool_result":
            content = block.get("content", "")
            messages.append(
                {
                    "role": "tool",
                    "tool_call_id": block["tool_use_id"],
                    "content": content if isinstance(content, str) else _parts(content),
                }
            )
        else:
            rest.append(block)
    documents = [text for text in map(document_text, rest) if text]
    messages += [{"role": role, "content": text} for text in documents]
    others = [block for block in rest if not document_text(block)]
    if others:
        messages.append({"role": role, "content": _parts(others)})
    return messages


def _parts(blocks: list[Block], *, media: bool = True) -> list[Message]:
    parts: list[Message] = []
    for block in blocks:
        text = block["text"] if block["type"] == "text" else document_text(block)
        if text:
            parts.append({"type": "text", "text": text})
        elif media:
            parts.append({"type": block["type"]})
    return parts


def document_text(block: Block) -> str:
    """Return the text of a document or a search result; empty for any other block.

    Args:
        block: A block.
    """
    if block["type"] == "search_result":
        return "\n".join(part["text"] for part in block["content"])
    if block["type"] != "document":
        return ""
    source = block["source"]
    if source["type"] == "text":
        return str(source["data"])
    if source["type"] != "content":
        return ""
    content = source["content"]
    if isinstance(content, str):
        return content
    return "\n".join(part["text"] for part in content if part.get("type") == "text")
