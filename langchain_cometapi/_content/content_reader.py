"""The content of a message as standard content blocks, whole or chunk by chunk."""

from __future__ import annotations

from itertools import groupby
from typing import Any, cast

from langchain_core.messages import AIMessage, BaseMessage

from langchain_cometapi._content.citations import (
    PlacedBlock,
    create_citation,
    list_texts,
    move_offsets,
    place_citations,
)
from langchain_cometapi._content.media_blocks import (
    MarkdownMedia,
    create_media_block,
    read_markdown,
)

_TOOL_TYPES = {"tool_call", "tool_call_chunk", "invalid_tool_call"}
_TEXT_TYPES = ("text", "output_text")


class ContentReader:
    """Reads the content of one message, and where each block of it stands in the text."""

    __slots__ = ("_markdown", "_position")

    def __init__(self) -> None:
        """Start a message."""
        self._markdown = MarkdownMedia()
        self._position = 0

    def push(self, content: str | list[Any]) -> list[PlacedBlock]:
        """Return the blocks of a chunk; an image in Markdown is buffered until it is whole."""
        if isinstance(content, str):
            return self._place(self._markdown.push(content))
        placed: list[PlacedBlock] = []
        for part in content:
            if isinstance(part, str):
                placed += self.push(part)
            elif isinstance(part, dict):
                placed += self.close()
                placed += self._read_part(part)
        return placed

    def close(self) -> list[PlacedBlock]:
        """Return what is buffered."""
        return self._place(self._markdown.close())

    def read_whole(self, content: str | list[Any]) -> list[PlacedBlock]:
        """Return the blocks of content that nothing follows; adjacent texts are one."""
        placed: list[PlacedBlock] = []
        parts = [content] if isinstance(content, str) else content
        for is_text, run in groupby(parts, lambda part: isinstance(part, str)):
            if is_text:
                placed += self._place(read_markdown("".join(run)))
                continue
            for part in run:
                placed += self._read_part(part) if isinstance(part, dict) else []
        return placed

    def _place(self, blocks: list[tuple[dict[str, Any], int]]) -> list[PlacedBlock]:
        placed = []
        for block, length in blocks:
            placed.append(PlacedBlock(block, self._position, length))
            self._position += length
        return placed

    def _read_part(self, part: dict[str, Any]) -> list[PlacedBlock]:
        text = part.get("text") or ""
        is_text = part.get("type") in _TEXT_TYPES or ("type" not in part and "text" in part)
        if is_text and isinstance(text, str):
            return self._read_text_part(part, text)
        media = create_media_block(part)
        blocks = [media] if media else _translate_by_core(part)
        return [PlacedBlock(block, self._position) for block in blocks]

    def _read_text_part(self, part: dict[str, Any], text: str) -> list[PlacedBlock]:
        start = self._position
        placed = self._place(read_markdown(text))
        fields = {k: v for k, v in part.items() if k not in ("type", "text", "annotations")}
        annotations = part.get("annotations")
        if not (fields or annotations):
            return placed
        texts = list_texts(placed, start)
        for one in texts:
            one.block.update(fields)
        if isinstance(annotations, list):
            place_citations(
                texts, [move_offsets(create_citation(one), start) for one in annotations]
            )
        return placed


def _translate_by_core(part: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a part in one of the other forms that core knows: v1, v0, Anthropic's, Google's."""
    blocks = cast("property", BaseMessage.content_blocks).fget(AIMessage([part]))  # type: ignore[misc]
    return [dict(block) for block in blocks if block.get("type") not in _TOOL_TYPES]
