"""The prefixes of a prompt that are cached, in Anthropic's order: tools, system, messages."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from langchain_cometapi.emulator._generation.tokens import count_tokens
from langchain_cometapi.emulator._routes.messages.request.fields import refuse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from langchain_cometapi.emulator._routes.messages.request.blocks import Block
    from langchain_cometapi.emulator._routes.messages.request.conversation import Turn
    from langchain_cometapi.emulator._rules.base import FamilyRules

MARK = "cache_control"

_MAX_MARKS = 4
_MESSAGE_TOKENS = 3
_DOCUMENT_TOKENS = 200
_UNCACHEABLE = ("thinking", "redacted_thinking")


@dataclass(frozen=True)
class Segment:
    """A part of a prompt after which a cached prefix can end.

    Attributes:
        key: What it is, without its mark.
        tokens: How many it has.
        ttl: The lifetime of the prefix that ends here, "5m" or "1h"; `None` without a mark.
        path: Where it is.
        is_block: Whether it is a block or a tool, not the beginning of a message.
    """

    key: str
    tokens: int
    ttl: str | None
    path: str
    is_block: bool = True


def list_segments(
    parameters: dict[str, Any], system: list[Block], turns: list[Turn], family: FamilyRules
) -> list[Segment]:
    """Return the parts of a prompt.

    Args:
        parameters: The body.
        system: The blocks of the system prompt.
        turns: The conversation.
        family: The rules of the model's family.

    Raises:
        GatewayError: If there are too many marks, or one of an hour after one of five minutes.
    """
    segments = list(_all_segments(parameters, system, turns, family))
    whole = parameters.get(MARK)
    blocks = [block for turn in turns for _, block in turn.blocks]
    marks = [bool(one.get(MARK)) for one in (*parameters.get("tools", ()), *system, *blocks)]
    count = sum(marks) + sum(len(_inner_marks(block)) for block in blocks) + bool(whole)
    if count > _MAX_MARKS:
        refuse(
            "",
            f"A maximum of {_MAX_MARKS} blocks with cache_control may be provided. Found {count}.",
        )
    if whole:
        _mark_last(segments, turns, whole)
    short = False
    for segment in segments:
        if segment.ttl == "1h" and short:  # cnighswonger/claude-code-cache-fix#44
            refuse(
                f"{segment.path}.cache_control.ttl",
                "a ttl='1h' cache_control block must not come after a ttl='5m' cache_control block."
                " Note that blocks are processed in the following order: `tools`, `system`,"
                " `messages`.",
            )
        short = short or segment.ttl == "5m"
    return segments


def _all_segments(
    parameters: dict[str, Any], system: list[Block], turns: list[Turn], family: FamilyRules
) -> Iterator[Segment]:
    for index, tool in enumerate(parameters.get("tools") or ()):
        text = _dump(tool)
        tokens = count_tokens(text) + (0 if index else family.tool_tokens)
        yield Segment(text, tokens, _ttl(tool), f"tools.{index}")
    # Anthropic's page on prompt caching: these invalidate what is cached of the system prompt and
    # of the messages ...
    blocks = [part for turn in turns for _, block in turn.blocks for part in _parts(block)]
    cites = any((part.get("citations") or {}).get("enabled") for part in blocks if _is_source(part))
    speed = parameters.get("speed") or "standard"
    for index, block in enumerate(system):
        yield Segment(
            f"system:{speed}:{cites}:{_dump(block)}",
            _tokens(block, family),
            _ttl(block),
            f"system.{index}",
        )
    # ... and these of the messages alone, as does any image.
    options = _dump({name: parameters.get(name) for name in ("thinking", "tool_choice")})
    has_images = any(part["type"] == "image" for part in blocks)
    start = f"{speed}:{cites}:{has_images}:{options}"
    for turn in turns:
        place = f"messages.{turn.index}"
        yield Segment(f"{turn.role}:{start}", _MESSAGE_TOKENS, None, place, is_block=False)
        for path, block in turn.blocks:
            yield Segment(_dump(block), _tokens(block, family), _ttl(block), path)


def _mark_last(segments: list[Segment], turns: list[Turn], mark: dict[str, Any]) -> None:
    """Mark the last block that can be cached, as a mark of the whole request does."""
    kinds = {path: block["type"] for turn in turns for path, block in turn.blocks}
    for index in range(len(segments) - 1, -1, -1):
        segment = segments[index]
        if kinds.get(segment.path, "thinking") in _UNCACHEABLE:
            continue
        ttl = mark.get("ttl", "5m")
        if segment.ttl not in (None, ttl):  # Anthropic, prompt caching; the emulator's own words
            refuse("cache_control.ttl", "the last block has a cache_control of another ttl")
        segments[index] = replace(segment, ttl=ttl)
        return


def _parts(block: Block) -> list[Block]:
    """Return a block and the blocks inside it."""
    content = block.get("content") if block["type"] == "tool_result" else None
    return [block, *(content if isinstance(content, list) else ())]


def _is_source(block: Block) -> bool:
    return block["type"] in ("document", "search_result")


def _inner_marks(block: Block) -> list[dict[str, Any]]:
    """Return the marks on blocks inside the result of a tool."""
    content = block.get("content")
    if block["type"] != "tool_result" or not isinstance(content, list):
        return []
    return [part[MARK] for part in content if part.get(MARK)]


def _ttl(block: dict[str, Any]) -> str | None:
    marks = [block[MARK]] if block.get(MARK) else []
    if "tool_use_id" in block:
        marks += _inner_marks(block)
    return marks[-1].get("ttl", "5m") if marks else None


def _dump(value: dict[str, Any]) -> str:
    bare = {key: item for key, item in value.items() if key != MARK}
    return json.dumps(bare, sort_keys=True, ensure_ascii=False)


def _tokens(block: Block, family: FamilyRules) -> int:
    kind = block["type"]
    if kind == "image":
        return family.image_tokens.high
    if kind == "document" and block["source"]["type"] != "text":
        return _DOCUMENT_TOKENS
    if kind == "tool_result" and isinstance(block.get("content"), list):
        return sum(_tokens(part, family) for part in block["content"])
    return count_tokens(_text(block))


def _text(block: Block) -> str:
    """Return what the tokens of a block are counted of."""
    match block["type"]:
        case "text" | "thinking" as kind:
            return str(block[kind])
        case "redacted_thinking":
            return str(block["data"])
        case "document":
            return str(block["source"]["data"])
        case "tool_result":
            return str(block.get("content") or "")
        case "tool_use" | "server_tool_use":
            return f"{block['name']}{_dump(block['input'])}"
    return _dump(block)
