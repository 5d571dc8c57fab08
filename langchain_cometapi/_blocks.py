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
    from langchain_core.messages import AIMessage, ToolCallChunk
    from langchain_core.messages.content import ContentBlock

_TOOL_TYPES = {"tool_call", "tool_call_chunk", "invalid_tool_call"}
_AUDIO_TYPE = "audio/wav"  # OpenAI's default; the answer does not repeat what was asked for


# -- parts ---------------------------------------------------------------------------------------


def _create_citation(annotation: Any) -> dict[str, Any]:
    """Return an annotation, a citation or a search result as a standard citation."""
    if isinstance(annotation, str):
        return {"type": "citation", "url": annotation}
    if not isinstance(annotation, dict):
        return {"type": "non_standard_annotation", "value": {"value": annotation}}
    kind = annotation.get("type")
    nested = annotation.get(kind) if isinstance(kind, str) else None
    facts = nested if isinstance(nested, dict) else annotation
    if not isinstance(facts.get("url"), str) and "filename" not in facts:
        return {"type": "non_standard_annotation", "value": annotation}
    named = {"url": "url", "title": "title", "filename": "title"}
    named |= {"start_index": "start_index", "end_index": "end_index", "cited_text": "cited_text"}
    citation: dict[str, Any] = {"type": "citation"}
    citation |= {named[name]: value for name, value in facts.items() if name in named}
    if extras := {k: v for k, v in facts.items() if k not in named and k != "type"}:
        citation["extras"] = extras
    return citation


def _create_image(image: Any) -> dict[str, Any]:
    inner = image.get("image_url") if isinstance(image, dict) else image
    url = inner.get("url") if isinstance(inner, dict) else inner
    if not isinstance(url, str):
        return {"type": "non_standard", "value": image if isinstance(image, dict) else {}}
    if not url.startswith("data:"):
        return {"type": "image", "url": url}
    head, _, data = url.removeprefix("data:").partition(",")
    return {"type": "image", "base64": data, "mime_type": head.partition(";")[0]}


def _create_audio(audio: dict[str, Any]) -> dict[str, Any]:
    block = {"type": "audio", "base64": audio["data"], "mime_type": _AUDIO_TYPE}
    if audio.get("id"):
        block["id"] = audio["id"]
    if extras := {k: v for k, v in audio.items() if k not in {"data", "id"}}:
        block["extras"] = extras
    return block


def _media_blocks(extras: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the images and the audio that a message carries beside its content."""
    images = extras.get("images")
    blocks = [_create_image(image) for image in images] if isinstance(images, list) else []
    audio = extras.get("audio")
    if isinstance(audio, dict) and isinstance(audio.get("data"), str):
        blocks.append(_create_audio(audio))
    return blocks


def _citations(extras: dict[str, Any], metadata: dict[str, Any]) -> list[dict[str, Any]]:
    found = [extras.get("annotations"), metadata.get("citations"), metadata.get("search_results")]
    return [_create_citation(one) for some in found if isinstance(some, list) for one in some]


# -- translators ---------------------------------------------------------------------------------


def _said_blocks(message: AIMessage) -> list[dict[str, Any]]:
    """Return all but the tool calls: thoughts, what was said and what it rests on, media."""
    blocks = cast("property", BaseMessage.content_blocks).fget(message)  # type: ignore[misc]
    said = [dict(block) for block in blocks if block.get("type") not in _TOOL_TYPES]
    reasoning = message.additional_kwargs.get("reasoning_content")
    if reasoning and not any(block.get("type") == "reasoning" for block in said):
        said.insert(0, {"type": "reasoning", "reasoning": reasoning})
    if citations := _citations(message.additional_kwargs, message.response_metadata):
        texts = [block for block in said if block["type"] == "text"]
        if not texts:
            texts = [{"type": "text", "text": ""}]
            said.append(texts[0])
        texts[-1].setdefault("annotations", citations)
    return [*said, *_media_blocks(message.additional_kwargs)]


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
    """Return the standard blocks of a chunk, or of chunks merged so far."""
    if message.chunk_position == "last":
        return translate_content(message)
    blocks = _said_blocks(message)
    for block in blocks:
        block.setdefault("index", f"lc_{_SHORT.get(block['type'], block['type'])}_0")
    chunks = _tool_chunk_blocks(message.tool_call_chunks)
    return cast("list[ContentBlock]", [*blocks, *chunks])


_SHORT = {"text": "txt", "reasoning": "rs"}


def register() -> None:
    """Make core use these for messages of this package."""
    register_translator(PROVIDER, translate_content, translate_content_chunk)


# -- streams in `output_version="v1"` --------------------------------------------------------------


class BlockIndexer:
    """Turns the chunks of one stream into chunks of standard blocks.

    Text after a tool call is another block than the text before it, which a chunk alone cannot
    know.
    """

    __slots__ = ("_count", "_kind", "_text_index")

    def __init__(self) -> None:
        """Start a stream."""
        self._kind = ""
        self._count = -1
        self._text_index = "lc_txt_0"

    def convert(self, message: AIMessageChunk) -> AIMessageChunk:
        """Replace the content of a chunk by its blocks, in place."""
        blocks: list[dict[str, Any]] = []
        for block in cast("list[dict[str, Any]]", translate_content_chunk(message)):
            kind = block["type"]
            if kind == "tool_call_chunk":
                self._kind = kind
            elif kind == "text" and not block.get("text"):
                block["index"] = self._text_index  # annotations of what was said before
            else:
                block["index"] = self._index(kind)
            blocks.append(block)
        message.content = cast("list[str | dict[str, Any]]", blocks)
        message.response_metadata["output_version"] = "v1"
        return message

    def _index(self, kind: str) -> str:
        if kind != self._kind or kind not in _SHORT:
            self._kind = kind
            self._count += 1
        index = f"lc_{_SHORT.get(kind, kind)}_{self._count}"
        if kind == "text":
            self._text_index = index
        return index
