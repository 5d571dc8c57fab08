"""Content blocks of any dialect: their text, and the blocks inside of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from langchain_core.messages import AIMessage

TOOL_CALL_BLOCKS = ("tool_use", "tool_call", "function_call", "custom_tool_call")
"""Blocks that are tool calls: Anthropic's, LangChain's, the Responses API's."""

# Blocks that only their own provider can read, and tool calls, which have a field of their own.
_PROVIDER_BLOCKS = frozenset(
    {
        *TOOL_CALL_BLOCKS,
        "thinking",
        "redacted_thinking",
        "reasoning",
        "reasoning_content",
        "tool_call_chunk",
        "invalid_tool_call",
        "server_tool_call",
        "server_tool_call_chunk",
        "server_tool_result",
        "code_interpreter_call",
    }
)

# Items of the Responses route that call a tool of the user and are in no tool call of
# LangChain's.
_ITEM_CALLS = frozenset(
    {"apply_patch_call", "computer_call", "local_shell_call", "shell_call", "tool_search_call"}
)

ITEM_INPUTS = frozenset(
    {
        "additional_tools",
        "apply_patch_call_output",
        "computer_call_output",
        "configuration_update",
        "item_reference",
        "local_shell_call_output",
        "mcp_approval_response",
        "shell_call_output",
        "tool_search_output",
    }
)
"""Items of the Responses route that a user puts into a message as blocks."""

TOOL_OUTPUT_BLOCKS = ("custom_tool_call_output", "function_call_output")
"""Blocks that are the result of a tool's call, in the form of an item."""

# Blocks of text, LangChain's and the Responses API's -> the field with their text.
_TEXT_FIELDS = {
    "text": "text",
    "text-plain": "text",
    "output_text": "text",
    "input_text": "text",
    "refusal": "refusal",
}

# Sources of Anthropic's documents that are text -> the field with the text.
_TEXT_SOURCES = {"text": "data", "content": "content"}


def is_type(block: object, *types: str) -> bool:
    """Return whether a content block is of one of these types."""
    return isinstance(block, dict) and block.get("type") in types


def is_provider_block(block: object) -> bool:
    """Return whether only a block's own provider can read it, or another field carries it."""
    return is_type(block, *_PROVIDER_BLOCKS)


def find_text_field(block: dict[str, Any]) -> str | None:
    """Return the field with the text of a block, or `None` if the block is not text."""
    type_ = block.get("type")
    field = "text" if type_ is None else _TEXT_FIELDS.get(str(type_))
    return field if field and isinstance(block.get(field), str) else None


def read_text(block: object) -> str | None:
    """Return the text of a block, or `None` if the block is not text."""
    if isinstance(block, str):
        return block
    if not isinstance(block, dict) or (field := find_text_field(block)) is None:
        return None
    text: str = block[field]
    return text


def get_cache_control(block: dict[str, Any]) -> Any:
    """Return the `cache_control` of a block, `None` if it has none."""
    extras = block.get("extras")
    return block.get("cache_control") or (
        extras.get("cache_control") if isinstance(extras, dict) else None
    )


def read_tool_result(block: dict[str, Any]) -> str | list[Any]:
    """Return the content of Anthropic's `tool_result`, introduced by `Error:` if it is one.

    Only Anthropic has a field for errors, and not on this route.
    """
    content = _as_content(block.get("content"))
    inner = [{"text": content}] if isinstance(content, str) else content
    texts = [item.get("text") for item in inner if isinstance(item, dict)]
    if not block.get("is_error") or any("error" in str(text).lower() for text in texts):
        return content
    if isinstance(content, str):
        return f"Error: {content}" if content else "Error"
    return [{"type": "text", "text": "Error:"}, *content]


def list_item_calls(message: AIMessage) -> dict[str, str]:
    """Return the call items of a message that are not among its `tool_calls`, with their types."""
    calls: dict[str, str] = {}
    if isinstance(message.content, str):
        return calls
    # There, `output_version="v0"` has them.
    outputs = message.additional_kwargs.get("tool_outputs")
    for block in (*message.content, *(outputs if isinstance(outputs, list) else ())):
        if not isinstance(block, dict):
            continue
        inner = block.get("value") if block.get("type") == "non_standard" else block
        if isinstance(inner, dict) and inner.get("type") in _ITEM_CALLS:
            # A local shell names the item, which has no `call_id` in an output.
            for id_ in (inner.get("call_id"), inner.get("id")):
                if isinstance(id_, str):
                    calls[id_] = inner["type"]
    return calls


def open_blocks(content: Iterable[Any]) -> Iterator[Any]:
    """Yield the blocks of a content; a block that contains blocks is replaced by them."""
    for block in content:
        inner = _get_inner_blocks(block) if isinstance(block, dict) else None
        if inner is None:
            yield block
        else:
            yield from open_blocks(_pass_on_cache_control(block, inner))


def _get_inner_blocks(block: dict[str, Any]) -> list[Any] | None:
    type_, source = block.get("type"), block.get("source")
    if type_ == "non_standard" and isinstance(block.get("value"), dict):
        return [block["value"]]
    if type_ == "tool_result" or type_ in TOOL_OUTPUT_BLOCKS:
        is_anthropic = type_ == "tool_result"
        return _as_blocks(read_tool_result(block) if is_anthropic else block.get("output"))
    if block.keys() == {"json"}:  # Bedrock's, of a tool's result
        return _as_blocks(block["json"])
    if type_ == "search_result":
        return [*_create_heading(block.get("title"), source), *_as_blocks(block.get("content"))]
    if type_ == "document" and isinstance(source, dict) and is_type(source, *_TEXT_SOURCES):
        text = source.get(_TEXT_SOURCES[source["type"]])
        return [*_create_heading(block.get("title")), *_as_blocks(text)]
    return None


def _create_heading(*lines: object) -> list[Any]:
    text = "\n".join(line for line in lines if line and isinstance(line, str))
    return [{"type": "text", "text": text}] if text else []


def _as_content(value: object) -> str | list[Any]:
    """Return any JSON value as a content: text, or a list of blocks."""
    if isinstance(value, str | list):
        return value
    if isinstance(value, dict) and isinstance(value.get("type"), str):
        return [value]
    return "" if value is None else json.dumps(value, ensure_ascii=False, default=str)


def _as_blocks(value: object) -> list[Any]:
    content = _as_content(value)
    if isinstance(content, list):
        return content
    return [{"type": "text", "text": content}] if content else []


def _pass_on_cache_control(block: dict[str, Any], inner: list[Any]) -> list[Any]:
    """Return the inner blocks, the last of them with the `cache_control` of the outer one."""
    cache_control = get_cache_control(block)
    if not cache_control or not inner or not isinstance(inner[-1], dict):
        return inner
    return [*inner[:-1], {"cache_control": cache_control, **inner[-1]}]
