"""Messages of this package as LangChain's standard content blocks.

Registered with core for `model_provider="cometapi"`. Blocks of a stream carry an index of
their kind ("lc_rs_0", "lc_txt_0", "lc_tc_1"): core merges blocks by index, and with the bare
numbers of the wire a tool call would be merged into the text before it.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple, cast
from uuid import uuid4

from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.messages.block_translators import register_translator

from langchain_cometapi._content.citations import (
    CitedText,
    create_citation,
    gather_citations,
    move_offsets,
    place_citations,
)
from langchain_cometapi._content.media_blocks import (
    MarkdownMedia,
    create_media_block,
    create_media_blocks,
    read_markdown,
)
from langchain_cometapi._content.origin import PROVIDER

if TYPE_CHECKING:
    from langchain_core.messages import ToolCallChunk
    from langchain_core.messages.content import ContentBlock

_TOOL_TYPES = {"tool_call", "tool_call_chunk", "invalid_tool_call"}
_TEXT_TYPES = ("text", "output_text")
_SHORT = {"text": "txt", "reasoning": "rs"}
"""The kinds of blocks that go on from chunk to chunk, as indices name them."""


# -- content -------------------------------------------------------------------------------------


class Piece(NamedTuple):
    """A block of what was said, and where it stands in the text as the model sent it."""

    block: dict[str, Any]
    start: int
    length: int


class ContentReader:
    """Reads the content of one message, whole or chunk by chunk."""

    __slots__ = ("_markdown", "_position")

    def __init__(self) -> None:
        """Start a message."""
        self._markdown = MarkdownMedia()
        self._position = 0

    def read(self, content: str | list[Any]) -> list[Piece]:
        """Return the blocks of content; an image in Markdown may be held back."""
        if isinstance(content, str):
            return self._place(self._markdown.push(content))
        pieces: list[Piece] = []
        for part in content:
            if isinstance(part, str):
                pieces += self.read(part)
            elif isinstance(part, dict):
                pieces += self.close()
                pieces += self._read_part(part)
        return pieces

    def close(self) -> list[Piece]:
        """Return what was held back."""
        return self._place(self._markdown.close())

    def read_whole(self, content: str | list[Any]) -> list[Piece]:
        """Return the blocks of content that nothing follows; texts side by side are one."""
        pieces: list[Piece] = []
        parts = [content] if isinstance(content, str) else content
        for is_text, run in groupby(parts, lambda part: isinstance(part, str)):
            if is_text:
                pieces += self._place(read_markdown("".join(run)))
                continue
            for part in run:
                pieces += self._read_part(part) if isinstance(part, dict) else []
        return pieces

    def _place(self, blocks: list[tuple[dict[str, Any], int]]) -> list[Piece]:
        pieces = []
        for block, length in blocks:
            pieces.append(Piece(block, self._position, length))
            self._position += length
        return pieces

    def _read_part(self, part: dict[str, Any]) -> list[Piece]:
        text = part.get("text") or ""
        is_text = part.get("type") in _TEXT_TYPES or ("type" not in part and "text" in part)
        if not is_text or not isinstance(text, str):
            blocks = [media] if (media := create_media_block(part)) else _ask_core(part)
            return [Piece(block, self._position, 0) for block in blocks]
        beside = {name: v for name, v in part.items() if name not in ("text", "annotations")}
        annotations = part.get("annotations")
        start = self._position
        pieces = self._place(read_markdown(text))
        texts = [piece for piece in pieces if piece.block["type"] == "text"]
        if not texts and (annotations or beside.keys() - {"type"}):
            texts = [Piece({"type": "text", "text": ""}, start, 0)]
            pieces += texts
        for piece in texts:
            piece.block.update({**beside, "type": "text"})
        if isinstance(annotations, list) and annotations:
            found = [move_offsets(create_citation(one), start) for one in annotations]
            _cite(texts, found)
        return pieces


def _ask_core(part: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a part in one of the other forms that core knows: v1, v0, Anthropic's, Google's."""
    blocks = cast("property", BaseMessage.content_blocks).fget(AIMessage([part]))  # type: ignore[misc]
    return [dict(block) for block in blocks if block.get("type") not in _TOOL_TYPES]


def _cite(texts: list[Piece], citations: list[dict[str, Any]]) -> None:
    """Add citations, with offsets in the whole text, to the blocks they are about."""
    cited = [CitedText(p.start, p.length, p.block.get("annotations", [])) for p in texts]
    place_citations(cited, citations)
    for piece, text in zip(texts, cited, strict=True):
        if text.citations:
            piece.block["annotations"] = text.citations


# -- translators ---------------------------------------------------------------------------------


def _read_pieces(message: AIMessage) -> list[Piece]:
    """Return all but the tool calls and the media beside the content: thoughts and content."""
    return ContentReader().read_whole(message.content)


def _thought(message: AIMessage, blocks: list[dict[str, Any]]) -> list[dict[str, Any]]:
    reasoning = message.additional_kwargs.get("reasoning_content")
    if not reasoning or any(block["type"] == "reasoning" for block in blocks):
        return []
    return [{"type": "reasoning", "reasoning": reasoning}]


def _said_blocks(message: AIMessage) -> list[dict[str, Any]]:
    """Return all but the tool calls: thoughts, what was said and what it rests on, media."""
    pieces = _read_pieces(message)
    if citations := gather_citations(message.additional_kwargs, message.response_metadata):
        texts = [piece for piece in pieces if piece.block["type"] == "text"]
        if not texts:
            texts = [Piece({"type": "text", "text": ""}, 0, 0)]
            pieces += texts
        _cite(texts, citations)
    said = [piece.block for piece in pieces]
    return [*_thought(message, said), *said, *create_media_blocks(message.additional_kwargs)]


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
    return cast("list[ContentBlock]", [*_said_blocks(message), *_tool_blocks(message)])


def translate_content_chunk(message: AIMessageChunk) -> list[ContentBlock]:
    """Return the standard blocks of a chunk, or of chunks merged so far.

    Texts of all chunks are one block here, and so are thoughts: a chunk does not know the
    others. Anything else is a block of its own, whose index no block of another chunk has.
    """
    if message.chunk_position == "last":
        return translate_content(message)
    extras = message.additional_kwargs
    said = [piece.block for piece in _read_pieces(message)]
    for block in said:
        if block["type"] == "text":
            block.pop("annotations", None)  # the last chunk has them, with offsets in all the text
    if citations := gather_citations(extras, message.response_metadata):
        # The text before is not known here, and need not be: offsets start where it starts.
        texts = [block for block in said if block["type"] == "text"]
        if not texts:
            texts = [{"type": "text", "text": ""}]
            said += texts
        texts[-1]["annotations"] = citations
    blocks = [*_thought(message, said), *said, *create_media_blocks(extras)]
    for block in blocks:
        short = _SHORT.get(block["type"])
        block["index"] = f"lc_{short}_0" if short else f"lc_{block['type']}_{uuid4().hex}"
    chunks = _tool_chunk_blocks(message.tool_call_chunks)
    return cast("list[ContentBlock]", [*blocks, *chunks])


def register() -> None:
    """Make core use these for messages of this package."""
    register_translator(PROVIDER, translate_content, translate_content_chunk)


# -- streams in `output_version="v1"` --------------------------------------------------------------


class BlockIndexer:
    """Turns the chunks of one stream into chunks of standard blocks.

    Text after a tool call is another block than the text before it, which a chunk alone cannot
    know. Citations leave with the end: only then all texts are known, and events of core
    replace the annotations of a block where merged chunks add them up.
    """

    __slots__ = ("_count", "_kind", "_reader", "_texts")

    def __init__(self) -> None:
        """Start a stream."""
        self._kind = ""
        self._count = -1
        self._reader = ContentReader()
        self._texts: dict[str, CitedText] = {}

    def convert(self, message: AIMessageChunk) -> AIMessageChunk:
        """Replace the content of a chunk by its blocks, in place."""
        return self._fill(message, is_end=bool(message.tool_call_chunks))

    def convert_end(self, message: AIMessageChunk) -> AIMessageChunk:
        """Replace the content of the last chunk by its blocks, in place."""
        message = self._fill(message, is_end=True)
        blocks = cast("list[dict[str, Any]]", message.content)
        citations = gather_citations(message.additional_kwargs, message.response_metadata)
        if citations and not self._texts:
            self._texts[self._index("text")] = CitedText(0, 0)
        if citations:
            place_citations(list(self._texts.values()), citations)
        for index, text in self._texts.items():
            if not text.citations:
                continue
            block = next((block for block in blocks if block.get("index") == index), None)
            if block is None:
                block = {"type": "text", "text": "", "index": index}
                blocks.append(block)
            block["annotations"] = text.citations
        message.content = cast("list[str | dict[str, Any]]", blocks)
        return message

    def _fill(self, message: AIMessageChunk, *, is_end: bool) -> AIMessageChunk:
        """Replace the content of a chunk; text that was held back comes before what follows it.

        Args:
            message: The chunk.
            is_end: Whether something else than text follows the content, or nothing.
        """
        thinks = bool(message.additional_kwargs.get("reasoning_content"))
        blocks = self._name(self._reader.close()) if thinks else []
        pieces = self._reader.read(message.content)
        if is_end:
            pieces += self._reader.close()
        for block in _thought(message, [piece.block for piece in pieces]):
            blocks.append({**block, "index": self._index("reasoning")})
        blocks += self._name(pieces)
        for block in create_media_blocks(message.additional_kwargs):
            blocks.append({**block, "index": self._index(block["type"])})
        if calls := _tool_chunk_blocks(message.tool_call_chunks):
            self._kind = "tool_call_chunk"
            blocks += calls
        message.content = cast("list[str | dict[str, Any]]", blocks)
        message.response_metadata["output_version"] = "v1"
        return message

    def _name(self, pieces: list[Piece]) -> list[dict[str, Any]]:
        """Return the blocks of pieces with their indices."""
        for piece in pieces:
            piece.block["index"] = self._index(piece.block["type"])
            if piece.block["type"] == "text":
                self._remember(piece)
        return [piece.block for piece in pieces]

    def _remember(self, piece: Piece) -> None:
        index = piece.block["index"]
        text = self._texts.get(index)
        if text is None:
            text = self._texts[index] = CitedText(piece.start, 0)
        text.length = piece.start + piece.length - text.start
        for citation in piece.block.pop("annotations", ()):
            text.citations.append(move_offsets(citation, piece.start - text.start))

    def _index(self, kind: str) -> str:
        if kind != self._kind or kind not in _SHORT:
            self._kind = kind
            self._count += 1
        return f"lc_{_SHORT.get(kind, kind)}_{self._count}"
