"""Messages of the Responses route as LangChain's standard content blocks.

Their content has the form of `ChatOpenAI(use_responses_api=True)`, which core translates.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from langchain_core.messages import AIMessage, AIMessageChunk
from langchain_core.messages.block_translators import get_translator

if TYPE_CHECKING:
    from collections.abc import Callable

    from langchain_core.messages import BaseMessage, ToolCallChunk
    from langchain_core.messages.content import ContentBlock

    Translate = Callable[[AIMessage], list[ContentBlock]]

_V0_FIELDS = ("reasoning", "tool_outputs", "__openai_function_call_ids__")
"""Fields of `additional_kwargs` that `output_version="v0"` has in place of blocks."""

_WITH_ID = frozenset(
    {
        "web_search_call",
        "file_search_call",
        "code_interpreter_call",
        "mcp_call",
        "mcp_list_tools",
        "tool_search_call",
        "tool_search_output",
    }
)
"""Items that core translates by their id, which some hosts leave out."""

_OF_CHAT = frozenset({"thinking", "redacted_thinking", "reference", "image_url", "tool_use"})
"""Parts of the chat route, some of which have bare numbers, too."""


def is_of_responses(message: BaseMessage) -> bool:
    """Whether a message, a chunk or the chunks so far are of the Responses route."""
    content = message.content
    if not isinstance(content, list):
        return False
    if message.response_metadata.get("object") == "response":
        return True
    if any(name in message.additional_kwargs for name in _V0_FIELDS):
        return True
    # Pieces of blocks have bare numbers here.
    return bool(content) and all(
        isinstance(block, dict)
        and isinstance(block.get("index"), int)
        and block.get("type") not in _OF_CHAT
        for block in content
    )


def translate(message: AIMessage) -> list[ContentBlock]:
    """Return the standard blocks of a whole message, or of all its chunks."""
    return _translate(message, "translate_content")


def translate_chunk(message: AIMessageChunk) -> list[ContentBlock]:
    """Return the standard blocks of a chunk, or of chunks merged so far.

    Core knows a call by its being the only one of a chunk, so each is translated by itself.
    """
    chunks = {chunk.get("index"): chunk for chunk in message.tool_call_chunks}
    if message.chunk_position == "last" or not chunks:
        return _translate(message, "translate_content_chunk")
    if isinstance(message.content, list) and len(chunks) == len(message.content) == 1:
        return _translate(message, "translate_content_chunk")
    blocks: list[ContentBlock] = []
    content: list[Any] = list(message.content)
    if any(name in message.additional_kwargs for name in _V0_FIELDS):
        # In the form `v0` calls are not blocks of the content, and other blocks are elsewhere.
        rest = message.model_copy(update={"tool_call_chunks": [], "tool_calls": []})
        blocks, content = _translate(rest, "translate_content_chunk"), []
    for block in content:
        own: list[ToolCallChunk] = []
        if isinstance(block, dict) and block.get("type") == "function_call":
            found = chunks.pop(block.get("index"), None)
            own = [found] if found else []
        one = AIMessageChunk(
            content=[block],
            tool_call_chunks=own,
            response_metadata={"model_provider": "openai"},
        )
        blocks += _translate(one, "translate_content_chunk")
    custom = {b.get("index") for b in message.content if isinstance(b, dict)}
    for index, chunk in chunks.items():
        if index not in custom:
            block = {"type": "tool_call_chunk", **chunk, "index": f"lc_tc_{index}"}
            blocks.append(cast("ContentBlock", block))
    return blocks


def _translate(message: AIMessage, how: str) -> list[ContentBlock]:
    translators: dict[str, Any] = get_translator("openai") or {}
    translate_: Translate = translators[how]
    extras = message.additional_kwargs
    changed: dict[str, Any] = {}
    if isinstance(message.content, list) and any(map(_is_refused, message.content)):
        changed["content"] = [_adapt(block) for block in message.content]
    if any(map(_is_refused, outputs := extras.get("tool_outputs") or ())):
        outputs = [_adapt(block) for block in outputs]
        changed["additional_kwargs"] = {**extras, "tool_outputs": outputs}
    return translate_(message.model_copy(update=changed) if changed else message)


def _is_refused(block: Any) -> bool:
    """Whether core cannot translate a block, which lacks what OpenAI always sends."""
    return _lacks_id(block) or _has_citation_without_url(block)


def _lacks_id(block: Any) -> bool:
    return isinstance(block, dict) and block.get("type") in _WITH_ID and "id" not in block


def _has_citation_without_url(block: Any) -> bool:
    annotations: Any = block.get("annotations") if isinstance(block, dict) else None
    return bool(annotations) and any(map(_lacks_url, annotations))


def _lacks_url(annotation: Any) -> bool:
    return annotation.get("type") == "url_citation" and "url" not in annotation


def _adapt(block: Any) -> Any:
    if _lacks_id(block):
        return {"type": "non_standard", "value": {k: v for k, v in block.items() if k != "index"}}
    if not _has_citation_without_url(block):
        return block
    annotations = [{**one, "url": ""} if _lacks_url(one) else one for one in block["annotations"]]
    return {**block, "annotations": annotations}
