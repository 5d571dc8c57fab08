"""Messages of this package as LangChain's standard content blocks.

Registered with core for `model_provider="cometapi"`. Blocks of a stream carry an index of
their kind ("lc_rs_0", "lc_txt_0", "lc_tc_1"): core merges blocks by index, and with the bare
numbers of the wire a tool call would be merged into the text before it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast
from uuid import uuid4

from langchain_core.messages.block_translators import register_translator
from langchain_core.messages.content import KNOWN_BLOCK_TYPES

from langchain_cometapi._content.citations import (
    PlacedBlock,
    gather_citations,
    list_texts,
    move_offsets,
    place_citations,
)
from langchain_cometapi._content.content_reader import ContentReader
from langchain_cometapi._content.finish_reasons import Finish, read_finish_reason
from langchain_cometapi._content.media_blocks import create_media_blocks
from langchain_cometapi._content.origin import PROVIDER
from langchain_cometapi._content.responses_blocks import (
    is_of_responses,
    translate,
    translate_chunk,
)

if TYPE_CHECKING:
    from langchain_core.messages import AIMessage, AIMessageChunk, ToolCallChunk
    from langchain_core.messages.content import ContentBlock

_SHORT_KINDS = {"text": "txt", "reasoning": "rs", "refusal": "rf"}
"""The kinds of blocks that later chunks continue, as indices name them."""

_KNOWS_REFUSALS = "refusal" in KNOWN_BLOCK_TYPES
"""Whether this version of core has a standard block for refusals; it came with 1.7.5."""


def _add_fields(message: AIMessage, content: list[PlacedBlock]) -> list[PlacedBlock]:
    """Return the blocks of a message without its tool calls: reasoning, content, media, refusal.

    Args:
        message: The message, for what is in its fields.
        content: The blocks of its content, which may hold the reasoning already.
    """
    extras = message.additional_kwargs
    fields = [PlacedBlock(block) for block in create_media_blocks(extras)]
    if (refusal := _find_refusal(message, content)) is not None:
        fields.append(PlacedBlock({"type": "refusal", "refusal": refusal}))
    reasoning = extras.get("reasoning_content")
    if not reasoning or any(placed.block["type"] == "reasoning" for placed in content):
        return [*content, *fields]
    block = {"type": "reasoning", "reasoning": reasoning}
    return [PlacedBlock(block), *content, *fields]


def _find_refusal(message: AIMessage, content: list[PlacedBlock]) -> str | None:
    """Return the text of a refusal, `""` if only the finish reason says so, else `None`."""
    if not _KNOWS_REFUSALS or any(placed.block["type"] == "refusal" for placed in content):
        return None
    refusal = message.additional_kwargs.get("refusal")
    if isinstance(refusal, str) and refusal:
        return refusal
    reason = message.response_metadata.get("finish_reason")
    return "" if reason and read_finish_reason(reason) is Finish.REFUSAL else None


def _tool_blocks(message: AIMessage) -> list[dict[str, Any]]:
    valid = [
        {"type": "tool_call", "name": call["name"], "args": call["args"], "id": call["id"]}
        for call in message.tool_calls
    ]
    return [*valid, *(dict(call) for call in message.invalid_tool_calls)]


def _tool_chunk_blocks(chunks: list[ToolCallChunk]) -> list[dict[str, Any]]:
    blocks = []
    for chunk in chunks:
        block: dict[str, Any] = {"type": "tool_call_chunk"}
        block |= {name: chunk.get(name) for name in ("id", "name", "args")}
        if (index := chunk.get("index")) is not None:
            block["index"] = f"lc_tc_{index}"
        blocks.append(block)
    return blocks


def translate_content(message: AIMessage) -> list[ContentBlock]:
    """Return the standard blocks of a whole message."""
    if is_of_responses(message):
        return translate(message)
    placed = ContentReader().read_whole(message.content)
    if citations := gather_citations(message.additional_kwargs, message.response_metadata):
        place_citations(list_texts(placed), citations)
    blocks = [one.block for one in _add_fields(message, placed)]
    return cast("list[ContentBlock]", [*blocks, *_tool_blocks(message)])


def translate_content_chunk(message: AIMessageChunk) -> list[ContentBlock]:
    """Return the standard blocks of a chunk, or of chunks merged so far.

    Texts of all chunks are one block here, and so is reasoning: a chunk does not know the
    others. Anything else is a block of its own, whose index no block of another chunk has.
    """
    if is_of_responses(message):
        return translate_chunk(message)
    if message.chunk_position == "last":
        return translate_content(message)
    placed = ContentReader().read_whole(message.content)
    for one in placed:
        if one.is_text:  # the last chunk has them, with offsets in the whole text
            one.block.pop("annotations", None)
    if citations := gather_citations(message.additional_kwargs, message.response_metadata):
        # The text before is not known here, and need not be: offsets start where it starts.
        list_texts(placed)[-1].block["annotations"] = citations
    blocks = [one.block for one in _add_fields(message, placed)]
    for block in blocks:
        short = _SHORT_KINDS.get(block["type"])
        block["index"] = f"lc_{short}_0" if short else f"lc_{block['type']}_{uuid4().hex}"
    chunks = _tool_chunk_blocks(message.tool_call_chunks)
    return cast("list[ContentBlock]", [*blocks, *chunks])


def register() -> None:
    """Make core use these for messages of this package."""
    register_translator(PROVIDER, translate_content, translate_content_chunk)


class BlockIndexer:
    """Turns the chunks of one stream into chunks of standard blocks, for `output_version="v1"`.

    Text after a tool call is another block than the text before it, which a chunk alone cannot
    know. Citations leave with the end: only then all texts are known, and events of core
    replace the annotations of a block where merged chunks add them up.
    """

    __slots__ = ("_count", "_has_refusal", "_kind", "_reader", "_texts")

    def __init__(self) -> None:
        """Start a stream."""
        self._kind = ""
        self._count = -1
        self._has_refusal = False
        self._reader = ContentReader()
        self._texts: dict[str, PlacedBlock] = {}
        """Place and citations of each text block so far, by its index."""

    def convert(self, message: AIMessageChunk) -> AIMessageChunk:
        """Replace the content of a chunk by its blocks, in place."""
        return self._set_content(
            message, self._create_blocks(message, is_end=bool(message.tool_call_chunks))
        )

    def convert_end(self, message: AIMessageChunk) -> AIMessageChunk:
        """Replace the content of the last chunk by its blocks, in place."""
        blocks = self._create_blocks(message, is_end=True)
        if citations := gather_citations(message.additional_kwargs, message.response_metadata):
            if not self._texts:
                self._remember(PlacedBlock({"index": self._next_index("text")}))
            place_citations(list(self._texts.values()), citations)
        by_index = {block.get("index"): block for block in blocks}
        for index, text in self._texts.items():
            if not (annotations := text.block.get("annotations")):
                continue
            if index in by_index:
                by_index[index]["annotations"] = annotations
            else:
                blocks.append(text.block)
        return self._set_content(message, blocks)

    def _create_blocks(self, message: AIMessageChunk, *, is_end: bool) -> list[dict[str, Any]]:
        """Return the blocks of a chunk with their indices.

        Args:
            message: The chunk.
            is_end: Whether nothing follows its content, or something else than text.
        """
        has_reasoning = bool(message.additional_kwargs.get("reasoning_content"))
        buffered = self._reader.close() if has_reasoning else []
        content = self._reader.push(message.content)
        if is_end:
            content += self._reader.close()
        blocks = []
        for placed in (*buffered, *_add_fields(message, content)):
            if placed.block["type"] == "refusal":
                if self._has_refusal and not placed.block["refusal"]:
                    continue  # the finish reason says once more what has come
                self._has_refusal = True
            placed.block["index"] = self._next_index(placed.block["type"])
            if placed.is_text:
                self._remember(placed)
            blocks.append(placed.block)
        if calls := _tool_chunk_blocks(message.tool_call_chunks):
            self._kind = "tool_call_chunk"
            blocks += calls
        return blocks

    def _remember(self, placed: PlacedBlock) -> None:
        """Record the place of a piece of text; move its citations to the last chunk."""
        index = placed.block["index"]
        text = self._texts.get(index)
        if text is None:
            block = {"type": "text", "text": "", "index": index}
            text = self._texts[index] = PlacedBlock(block, placed.start)
        text.length = placed.start + placed.length - text.start
        for citation in placed.block.pop("annotations", ()):
            moved = move_offsets(citation, placed.start - text.start)
            text.block.setdefault("annotations", []).append(moved)

    def _next_index(self, kind: str) -> str:
        if kind != self._kind or kind not in _SHORT_KINDS:
            self._kind = kind
            self._count += 1
        return f"lc_{_SHORT_KINDS.get(kind, kind)}_{self._count}"

    @staticmethod
    def _set_content(message: AIMessageChunk, blocks: list[dict[str, Any]]) -> AIMessageChunk:
        message.content = cast("list[str | dict[str, Any]]", blocks)
        message.response_metadata["output_version"] = "v1"
        return message
