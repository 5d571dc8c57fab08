"""Calls of tools and their results."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from langchain_cometapi.emulator._routes.messages.request.blocks import SERVER_RESULTS
from langchain_cometapi.emulator._routes.messages.request.fields import refuse

if TYPE_CHECKING:
    from langchain_cometapi.emulator._routes.messages.request.conversation import Turn

# farion1231/cc-switch#1181, maximhq/bifrost#5097
_ID = r"^[a-zA-Z0-9_-]+$"
_SERVER_ID = r"^srvtoolu_[a-zA-Z0-9_]+$"


def check_calls(turns: list[Turn]) -> None:
    """Check that each call has its result, right after it, and that each result has a call.

    Args:
        turns: The conversation.

    Raises:
        GatewayError: For the first broken rule.
    """
    seen: set[str] = set()
    pending: list[str] = []
    last_index = 0
    for turn in turns:
        if turn.role == "user":
            _check_results(turn, pending, last_index)
            pending = []
        elif turn.role == "assistant":
            _raise_if_missing(pending, last_index)
            pending = _read_calls(turn, seen)
            last_index = turn.index
    _raise_if_missing(pending, last_index)


def _read_calls(turn: Turn, seen: set[str]) -> list[str]:
    calls: list[str] = []
    for path, block in turn.blocks:
        kind = block["type"]
        if kind in ("tool_use", "server_tool_use", "mcp_tool_use"):
            pattern = _SERVER_ID if kind == "server_tool_use" else _ID
            if not re.fullmatch(pattern, block["id"]):
                refuse(f"{path}.{kind}.id", f"String should match pattern '{pattern}'")
            if block["id"] in seen:  # anthropics/claude-code#20693
                refuse(path, "`tool_use` ids must be unique")
            seen.add(block["id"])
            if kind == "tool_use":
                calls.append(block["id"])
        elif kind in SERVER_RESULTS and block["tool_use_id"] not in seen:
            # anthropics/claude-code#64383
            refuse(
                path,
                f"unexpected `tool_use_id` found in `{kind}` blocks: {block['tool_use_id']}. Each"
                f" `{kind}` block must have a corresponding `server_tool_use` block before it.",
            )
    return calls


def _check_results(turn: Turn, pending: list[str], call_index: int) -> None:
    results: list[str] = []
    leading = True
    for path, block in turn.blocks:
        if block["type"] != "tool_result":
            leading = False
            continue
        call_id = block["tool_use_id"]
        if not re.fullmatch(_ID, call_id):
            refuse(f"{path}.tool_result.tool_use_id", f"String should match pattern '{_ID}'")
        if call_id not in pending:  # tghamm/Anthropic.SDK#184
            refuse(
                path,
                f"unexpected `tool_use_id` found in `tool_result` blocks: {call_id}. Each"
                " `tool_result` block must have a corresponding `tool_use` block in the previous"
                " message.",
            )
        if call_id in results:
            refuse(
                path,
                "each tool_use must have a single result. Found multiple `tool_result` blocks with"
                f" id: {call_id}",
            )
        if leading:
            results.append(call_id)
    # Results after text do not count: they must come first in their message.
    _raise_if_missing([call_id for call_id in pending if call_id not in results], call_index)


def _raise_if_missing(calls: list[str], index: int) -> None:
    if calls:  # anthropics/claude-code#6575
        refuse(
            f"messages.{index}",
            "`tool_use` ids were found without `tool_result` blocks immediately after:"
            f" {', '.join(calls)}. Each `tool_use` block must have a corresponding `tool_result`"
            " block in the next message.",
        )
