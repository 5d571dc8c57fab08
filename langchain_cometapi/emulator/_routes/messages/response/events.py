"""A message as server-sent events, in Anthropic's order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_cometapi.emulator._json import to_json
from langchain_cometapi.emulator._routes.chat.response.stream import CHUNK_LENGTH, split_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from langchain_cometapi.emulator._routes.messages.response.message import Message

_INPUT_DELTAS = 3
_CALLS = ("tool_use", "server_tool_use")
_USAGE = (
    *("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens"),
    *("output_tokens", "output_tokens_details", "server_tool_use"),
)
"""What the last usage of a stream has."""


def event(kind: str, /, **fields: Any) -> str:
    """Return an event as text.

    Args:
        kind: Its type.
        **fields: Its other fields.
    """
    return f"event: {kind}\ndata: {to_json({'type': kind, **fields})}\n\n"


def events(message: Message, *, unfinished: bool = False) -> Iterator[str]:
    """Yield the server-sent events of a message as text.

    The first is a keep-alive comment, which gateways of this kind send.

    Args:
        message: The message.
        unfinished: Whether to omit the last two events.
    """
    yield ": PING\n\n"
    yield event("message_start", message=message.head())
    for index, block in enumerate(message.content):
        yield event("content_block_start", index=index, content_block=_opening(block))
        if index == 0:
            yield event("ping")
        for delta in _deltas(block, message.inputs.get(index)):
            yield event("content_block_delta", index=index, delta=delta)
        yield event("content_block_stop", index=index)
    if not unfinished:
        usage = {name: message.usage[name] for name in _USAGE if name in message.usage}
        yield event("message_delta", delta=message.end(), usage=usage, **message.edits())
        yield event("message_stop")


def first_events(message: Message, after: int) -> tuple[list[str], str]:
    """Return the events up to a number of deltas, and the one after them.

    Args:
        message: The message.
        after: How many deltas; 0 for no event at all.
    """
    comment, *rest = events(message)
    if not after:
        return [], rest[0]
    deltas = 0
    for index, one in enumerate(rest[:-1]):
        deltas += one.startswith("event: content_block_delta\n")
        if deltas == after:
            return [comment, *rest[: index + 1]], rest[index + 1]
    # Not to the end: what is left out is the stop reason, too.
    return [comment, *rest[:-2]], rest[-2]


def _opening(block: dict[str, Any]) -> dict[str, Any]:
    """Return a block as it is when it starts."""
    kind = block["type"]
    if kind in _CALLS:
        return {**block, "input": {}}
    if kind == "text":
        return {**block, "text": "", **({"citations": []} if "citations" in block else {})}
    if kind == "thinking":
        return {**block, "thinking": "", "signature": ""}
    return block


def _deltas(block: dict[str, Any], given: str | None) -> Iterator[dict[str, Any]]:
    kind = block["type"]
    if kind == "text":
        for text in split_text(block["text"], CHUNK_LENGTH):
            yield {"type": "text_delta", "text": text}
        for citation in block.get("citations", ()):
            yield {"type": "citations_delta", "citation": citation}
    elif kind == "thinking":
        for text in split_text(block["thinking"], CHUNK_LENGTH):
            yield {"type": "thinking_delta", "thinking": text}
        if block["signature"]:
            yield {"type": "signature_delta", "signature": block["signature"]}
    elif kind in _CALLS:
        text = to_json(block["input"]) if given is None else given
        yield {"type": "input_json_delta", "partial_json": ""}
        for part in split_text(text, -(-len(text) // _INPUT_DELTAS)):
            yield {"type": "input_json_delta", "partial_json": part}
