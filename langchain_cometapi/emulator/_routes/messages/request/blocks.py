"""Content blocks: which there are, and what each may have (the types of Anthropic's SDK)."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from langchain_cometapi.emulator._routes.messages.request.fields import (
    Field,
    Fields,
    anything,
    array,
    boolean,
    check_object,
    dictionary,
    one_of,
    record,
    refuse,
    tagged,
    text,
    whole,
)
from langchain_cometapi.emulator._routes.messages.request.media import (
    check_document_source,
    check_image_source,
)
from langchain_cometapi.emulator._sealed import is_sealed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

Block = dict[str, Any]

CACHE_CONTROL: Fields = MappingProxyType(
    {"type": Field(one_of("ephemeral"), required=True), "ttl": Field(one_of("5m", "1h"))}
)

_MARK = Field(record(CACHE_CONTROL), nullable=True)
_CITATIONS_CONFIG = Field(record({"enabled": Field(boolean)}), nullable=True)
_CITATIONS = (
    *("char_location", "content_block_location", "page_location"),
    *("search_result_location", "web_search_result_location"),
)
_OPTIONAL_TEXT = Field(text, nullable=True)
_REQUIRED = Field(anything, required=True)


_SEARCH_RESULT: Fields = {
    "type": Field(one_of("web_search_result"), required=True),
    "encrypted_content": Field(text, required=True),
    "title": Field(text, required=True),
    "url": Field(text, required=True),
    "page_age": _OPTIONAL_TEXT,
}


def check_blocks(value: Any, path: str, kinds: Mapping[str, Fields]) -> None:
    """Check an array of blocks.

    Args:
        value: The array.
        path: Where it is.
        kinds: The fields of each kind of block that it may have.

    Raises:
        GatewayError: For the first broken rule.
    """
    array(value, path)
    for index, block in enumerate(value):
        _check_block(block, f"{path}.{index}", kinds)


def _check_block(block: Any, path: str, kinds: Mapping[str, Fields]) -> None:
    kind = tagged(block, path, kinds)
    if kind == "text" and not block["text"] and block.get("cache_control"):
        refuse(f"{path}.text", "cache_control cannot be set for empty text blocks")
    if kind == "document" and isinstance(block["source"].get("content"), list):
        inner = {name: _RESULT_BLOCKS[name] for name in ("text", "image")}
        check_blocks(block["source"]["content"], f"{path}.document.source.content.content", inner)
    if kind in ("tool_use", "server_tool_use", "mcp_tool_use"):
        dictionary(block["input"], f"{path}.{kind}.input")
    if kind == "web_search_tool_result" and isinstance(block["content"], list):
        for index, result in enumerate(block["content"]):
            _check_search_result(result, path, index)


def _check_search_result(result: Any, path: str, index: int) -> None:
    inner = f"{path}.web_search_tool_result.content.{index}"
    check_object(result, inner, _SEARCH_RESULT)
    if not is_sealed(result["encrypted_content"]):  # code-yeongyu/senpi#150
        refuse(path, "Invalid `encrypted_content` in `search_result` block")


def _text_or(kinds: Callable[[], Mapping[str, Fields]]) -> Callable[[Any, str], None]:
    def check(value: Any, path: str) -> None:
        if not isinstance(value, str):
            check_blocks(value, path, kinds())

    return check


def _texts(value: Any, path: str) -> None:
    check_blocks(value, path, TEXT_BLOCKS)


def _citations(value: Any, path: str) -> None:
    array(value, path)
    for index, citation in enumerate(value):
        kind = citation.get("type") if isinstance(citation, dict) else None
        if kind not in _CITATIONS:
            expected = ", ".join(f"'{name}'" for name in _CITATIONS)
            refuse(
                f"{path}.{index}",
                f"Input tag '{kind}' found using 'type' does not match any of the expected tags:"
                f" {expected}",
            )
        encrypted = citation.get("encrypted_index")
        if encrypted is not None and not is_sealed(encrypted):
            refuse(f"{path}.{index}", "Invalid `encrypted_index`")  # the emulator's words


_TEXT: Fields = {
    "text": Field(text, required=True),
    "cache_control": _MARK,
    "citations": Field(_citations, nullable=True),
}

TEXT_BLOCKS: Mapping[str, Fields] = MappingProxyType({"text": _TEXT})
"""What a system prompt has."""

_TOOL_CHANGE: Fields = {"tool": Field(dictionary, required=True), "cache_control": _MARK}

SYSTEM_BLOCKS: Mapping[str, Fields] = MappingProxyType(
    {"text": _TEXT, "tool_addition": _TOOL_CHANGE, "tool_removal": _TOOL_CHANGE}
)
"""What a message of the role "system" has that changes the tools; the emulator calls the same."""

_RESULT_BLOCKS: dict[str, Fields] = {
    "text": _TEXT,
    "image": {
        "source": Field(check_image_source, required=True),
        "cache_control": _MARK,
        "transformations": Field(dictionary, nullable=True),
    },
    "document": {
        "source": Field(check_document_source, required=True),
        "cache_control": _MARK,
        "citations": _CITATIONS_CONFIG,
        "context": _OPTIONAL_TEXT,
        "title": _OPTIONAL_TEXT,
    },
    "search_result": {
        "content": Field(_texts, required=True),
        "source": Field(text, required=True),
        "title": Field(text, required=True),
        "cache_control": _MARK,
        "citations": _CITATIONS_CONFIG,
    },
    "tool_reference": {"tool_name": Field(text, required=True), "cache_control": _MARK},
    "browser_state": {name: Field(anything) for name in ("changes", "tabs", "cache_control")},
}
_CALL: Fields = {
    "id": Field(text, required=True),
    "input": _REQUIRED,
    "name": Field(text, required=True),
    "cache_control": _MARK,
    "caller": Field(dictionary, nullable=True),
}
_SERVER_RESULT: Fields = {
    "content": _REQUIRED,
    "tool_use_id": Field(text, required=True),
    "cache_control": _MARK,
    "caller": Field(dictionary, nullable=True),
}
SERVER_RESULTS = (
    *("bash_code_execution_tool_result", "code_execution_tool_result"),
    *("text_editor_code_execution_tool_result", "tool_search_tool_result"),
    *("web_fetch_tool_result", "web_search_tool_result", "advisor_tool_result"),
)

USER_BLOCKS: Mapping[str, Fields] = MappingProxyType(
    {
        **{
            kind: fields
            for kind, fields in _RESULT_BLOCKS.items()
            if kind in ("text", "image", "document", "search_result")
        },
        "tool_result": {
            "tool_use_id": Field(text, required=True),
            "cache_control": _MARK,
            "content": Field(_text_or(lambda: _RESULT_BLOCKS)),
            "is_error": Field(boolean),
            "toolset_name": _OPTIONAL_TEXT,
        },
        "container_upload": {"file_id": Field(text, required=True), "cache_control": _MARK},
    }
)
"""What a message of the user has."""

ASSISTANT_BLOCKS: Mapping[str, Fields] = MappingProxyType(
    {
        "text": _TEXT,
        "thinking": {
            "signature": Field(text, required=True),
            "thinking": Field(text, required=True),
        },
        "redacted_thinking": {"data": Field(text, required=True)},
        "tool_use": {**_CALL, "toolset_name": _OPTIONAL_TEXT},
        "server_tool_use": _CALL,
        **dict.fromkeys(SERVER_RESULTS, _SERVER_RESULT),
        "mcp_tool_use": {**_CALL, "server_name": Field(text, required=True)},
        "mcp_tool_result": {**_SERVER_RESULT, "is_error": Field(boolean)},
        "compaction": {"content": Field(anything), "cache_control": _MARK},
        "fallback": {"message_index": Field(whole()), "from": Field(anything)},
    }
)
"""What a message of the model has."""

ALL_BLOCKS: Mapping[str, Fields] = MappingProxyType({**USER_BLOCKS, **ASSISTANT_BLOCKS})
"""The blocks of both."""
