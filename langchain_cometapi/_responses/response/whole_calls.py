"""The tool calls of a whole response."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from langchain_core.messages.tool import invalid_tool_call, tool_call

from langchain_cometapi._chat.response.tool_calls import check_call, make_id
from langchain_cometapi._content.ids import make_unique_id
from langchain_cometapi._responses.response.call_item import (
    ARGUMENTS,
    find_defect,
    read_arguments,
)
from langchain_cometapi._responses.response.items import CALL_TYPES, read_kind, read_str

if TYPE_CHECKING:
    from collections.abc import Mapping

    from langchain_core.messages import InvalidToolCall, ToolCall

    from langchain_cometapi._responses.response.items import Block


def read_calls(
    output: list[dict[str, Any]], finish_reason: str, tool_names: Mapping[str, str]
) -> tuple[list[ToolCall], list[InvalidToolCall], list[str]]:
    """Return the calls of the user's own tools.

    Args:
        output: The items of a response.
        finish_reason: Why the model stopped, in the words of the chat route.
        tool_names: The own names of tools that were sent under another, by that other name.

    Returns:
        The calls that may run, those that must not, and the ids of all calls in their order.
    """
    valid: list[ToolCall] = []
    invalid: list[InvalidToolCall] = []
    ids: list[str] = []
    seen: Counter[str] = Counter()
    for item in output:
        kind = read_kind(item)
        if kind not in CALL_TYPES:
            continue
        call_id = read_str(item.get("call_id"))
        id_ = make_unique_id(call_id, seen[call_id]) if call_id else make_id()
        seen[call_id] += 1
        ids.append(id_)
        wire_name = read_str(item.get("name"))
        name = tool_names.get(wire_name, wire_name) or None
        arguments = item.get(ARGUMENTS[kind])
        parsed, error = check_call(
            name,
            arguments,
            finish_reason,
            is_custom=kind == "custom_tool_call",
            is_last=item is output[-1],
        )
        error = error or find_defect(item)
        if error is None and name:
            valid.append(tool_call(name=name, args=parsed, id=id_))
        else:
            text = read_arguments(item, ARGUMENTS[kind])
            invalid.append(invalid_tool_call(name=name, args=text, id=id_, error=error))
    return valid, invalid, ids


def set_call_ids(blocks: list[Block], ids: list[str]) -> None:
    """Give the blocks of calls the ids of the calls, by which core finds the one for the other.

    They differ from those on the wire where a host sends none, or the same one twice.
    """
    of_calls = (block for block in blocks if block["type"] in CALL_TYPES)
    for block, id_ in zip(of_calls, ids, strict=True):
        block["call_id"] = id_
