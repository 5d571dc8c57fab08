"""Fragments of tool calls, and what LangChain makes of them."""

from __future__ import annotations

from typing import Any

from langchain_core.messages import AIMessageChunk

from langchain_cometapi._chat.response.tool_call_stream import ToolCallStream
from tests.support import merge, normal_id

ABSENT = ...  # unlike an `object()`, it has one name in all processes


def fragment(
    index: object = ABSENT, id_: Any = ABSENT, name: Any = ABSENT, arguments: Any = ABSENT
) -> dict[str, Any]:
    """A fragment as it is on the wire, with these fields alone."""
    function = {"name": name, "arguments": arguments}
    whole = {
        "index": index,
        "id": id_,
        "type": "function",
        "function": {key: value for key, value in function.items() if value is not ABSENT},
    }
    return {key: value for key, value in whole.items() if value is not ABSENT}


def merge_fragments(
    *deltas: list[Any], finish_reason: str | None = "tool_calls"
) -> tuple[AIMessageChunk, dict[str, str]]:
    """What LangChain sees of these deltas, merged, and why calls must not run."""
    stream = ToolCallStream()
    chunks = [stream.push(delta) for delta in deltas]
    last, errors = stream.close(finish_reason)
    messages = [AIMessageChunk(content="", tool_call_chunks=part) for part in (*chunks, last)]
    return merge(messages), errors


def read_calls(*deltas: list[Any]) -> list[tuple[str, dict[str, Any], str | None]]:
    """The valid calls these deltas make; there must be no other."""
    message, errors = merge_fragments(*deltas)
    assert message.invalid_tool_calls == []
    assert errors == {}
    return [(call["name"], call["args"], normal_id(call["id"])) for call in message.tool_calls]
