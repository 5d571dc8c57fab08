"""The content of a message, whoever wrote it, as the parts that a model takes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from langchain_cometapi._chat.request.media import convert_media
from langchain_cometapi._content.media import is_media

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from langchain_cometapi._context import CallContext


# Parts of what another model or provider said that nobody else can read. The tool calls among
# them are read elsewhere.
_OF_OTHERS = frozenset(
    {
        "thinking",
        "redacted_thinking",
        "reasoning",
        "reasoning_content",
        "tool_use",
        "tool_call",
        "tool_call_chunk",
        "invalid_tool_call",
        "server_tool_call",
        "server_tool_call_chunk",
        "server_tool_result",
        "function_call",
        "code_interpreter_call",
    }
)

# Blocks of text, LangChain's and the Responses API's, and where their text stands.
_TEXTS = {
    "text": "text",
    "text-plain": "text",
    "output_text": "text",
    "input_text": "text",
    "refusal": "refusal",
}

# What a model makes in an answer of the Responses API.
_MADE = ("image_generation_call",)

# Kinds of an Anthropic document that is text, and where its text stands.
_TEXT_SOURCES = {"text": "data", "content": "content"}


def is_type(block: object, *types: str) -> bool:
    """Whether a content block is of one of these types."""
    return isinstance(block, dict) and block.get("type") in types


def convert_content(content: str | list[Any], context: CallContext) -> str | list[dict[str, Any]]:
    """Return what a user, a system or a tool says.

    Raises:
        ValueError: If a block cannot be sent to this model.
    """
    if isinstance(content, str):
        return content
    parts = (_convert_block(block, context) for block in open_blocks(content))
    return [part for part in parts if part is not None] or ""  # an empty list is refused


def convert_said(content: str | list[Any], context: CallContext) -> str | list[dict[str, Any]]:
    """Return what a model said as text; nothing else of it can be told to another."""
    if isinstance(content, str):
        return content
    texts = (
        _convert_block(block, context)
        for block in open_blocks(content)
        if read_text(block) is not None
    )
    parts = [part for part in texts if part is not None]
    if any(part.keys() > {"type", "text"} for part in parts):
        return parts
    return "".join(part["text"] for part in parts)


def holds_media(content: str | list[Any], *, but_audio: bool) -> bool:
    """Whether a content holds media as blocks.

    Args:
        content: The content.
        but_audio: Whether sound does not count.
    """
    if isinstance(content, str):
        return False
    blocks = [block for block in open_blocks(content) if read_text(block) is None]
    return any(
        is_media(block, except_kind="audio" if but_audio else "") or is_type(block, *_MADE)
        for block in blocks
    )


def is_of_others(block: object) -> bool:
    """Whether a block is what only its own provider can read, or is sent elsewhere."""
    return is_type(block, *_OF_OTHERS)


def read_result(block: dict[str, Any]) -> str | list[Any]:
    """Return the content of an Anthropic tool result, which says so if it is an error.

    Only Anthropic has a field for that, and not on this route.
    """
    content = _as_content(block.get("content"))
    texts = [content] if isinstance(content, str) else [b.get("text") for b in _dicts(content)]
    if not block.get("is_error") or any("error" in str(text).lower() for text in texts):
        return content
    if isinstance(content, str):
        return f"Error: {content}" if content else "Error"
    return [{"type": "text", "text": "Error:"}, *content]


def _as_content(value: object) -> str | list[Any]:
    """Return what stands where a content is wanted as one: text, a block, or any JSON value."""
    if isinstance(value, str | list):
        return value
    if isinstance(value, dict) and isinstance(value.get("type"), str):
        return [value]
    return "" if value is None else json.dumps(value, ensure_ascii=False, default=str)


def _dicts(blocks: Iterable[object]) -> list[dict[str, Any]]:
    return [block for block in blocks if isinstance(block, dict)]


# -- blocks around blocks ----------------------------------------------------------------------


def open_blocks(content: Iterable[Any]) -> Iterator[Any]:
    """Yield the blocks of a content, and those inside of a block in place of it."""
    for block in content:
        inner = _inside(block) if isinstance(block, dict) else None
        if inner is None:
            yield block
        else:
            yield from open_blocks(_hand_down_cache_control(block, inner))


def _inside(block: dict[str, Any]) -> list[Any] | None:
    type_, source = block.get("type"), block.get("source")
    if type_ == "non_standard" and isinstance(block.get("value"), dict):
        return [block["value"]]
    if type_ == "tool_result":
        return _as_blocks(read_result(block))
    if type_ == "search_result":
        return [*_heading(block.get("title"), source), *_as_blocks(block.get("content"))]
    if type_ == "document" and isinstance(source, dict) and is_type(source, *_TEXT_SOURCES):
        text = source.get(_TEXT_SOURCES[source["type"]])
        return [*_heading(block.get("title")), *_as_blocks(text)]
    return None


def _heading(*lines: object) -> list[Any]:
    text = "\n".join(line for line in lines if line and isinstance(line, str))
    return [{"type": "text", "text": text}] if text else []


def _as_blocks(value: object) -> list[Any]:
    content = _as_content(value)
    if isinstance(content, list):
        return content
    return [{"type": "text", "text": content}] if content else []


def _hand_down_cache_control(block: dict[str, Any], inner: list[Any]) -> list[Any]:
    """Mark the end of what is inside of a block, as the block is marked."""
    cache_control = _cache_control(block)
    if not cache_control or not inner or not isinstance(inner[-1], dict):
        return inner
    return [*inner[:-1], {"cache_control": cache_control, **inner[-1]}]


# -- single blocks -----------------------------------------------------------------------------


def read_text(block: object) -> str | None:
    """Return the text of a block, `None` if it is none."""
    if isinstance(block, str):
        return block
    text_field = _text_field(block) if isinstance(block, dict) else None
    return None if text_field is None else block[text_field]  # type: ignore[index]


def _text_field(block: dict[str, Any]) -> str | None:
    """Return where the text of a block stands, `None` if it is no text."""
    type_ = block.get("type")
    text_field = "text" if type_ is None else _TEXTS.get(str(type_))
    return text_field if text_field and isinstance(block.get(text_field), str) else None


def _convert_block(block: Any, context: CallContext) -> dict[str, Any] | None:
    """Return a content part, or `None` for what only its own provider can read.

    Raises:
        ValueError: If the block cannot be sent.
    """
    if isinstance(block, str):
        return {"type": "text", "text": block}
    if not isinstance(block, dict):
        msg = f"A content block is a {type(block).__name__}; expected text or a dict."
        raise ValueError(msg)  # noqa: TRY004 - a value in the user's data
    if (text_field := _text_field(block)) is not None:
        return _with_cache_control(_text(block, text_field), block, context)
    type_ = block.get("type")
    if not isinstance(type_, str):
        keys = ", ".join(sorted(map(str, block)))
        msg = f'A content block has no `type`, only: {keys}. Text is {{"type": "text", "text": …}}.'
        raise ValueError(msg)  # noqa: TRY004 - a value in the user's data
    if type_ in _OF_OTHERS or type_ == "text":  # a text without text is none
        return None
    part = convert_media(block, context.vendor) or dict(block)
    return _with_cache_control(part, block, context)


def _text(block: dict[str, Any], text_field: str) -> dict[str, Any]:
    part = {"type": "text", "text": block[text_field]}
    extras = block.get("extras")
    for place in (block, extras if isinstance(extras, dict) else {}):
        if "prompt_cache_breakpoint" in place:
            part.setdefault("prompt_cache_breakpoint", place["prompt_cache_breakpoint"])
    return part


def _cache_control(block: dict[str, Any]) -> Any:
    extras = block.get("extras")
    return block.get("cache_control") or (
        extras.get("cache_control") if isinstance(extras, dict) else None
    )


def _with_cache_control(
    part: dict[str, Any], block: dict[str, Any], context: CallContext
) -> dict[str, Any]:
    cache_control = _cache_control(block)
    if not cache_control:
        return part
    part = {key: value for key, value in part.items() if key != "cache_control"}
    if context.vendor.cache_control is False:
        context.record_change("cache_control", "left out", "refuses it")
    else:
        part["cache_control"] = cache_control
    return part
