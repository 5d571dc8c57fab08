"""Checks that each tool call gets one result, right after it."""

from __future__ import annotations

from typing import Any

from langchain_cometapi.emulator._errors import vendor_error


def check_order(messages: list[dict[str, Any]]) -> None:
    """Check the order of tool calls and tool results.

    Args:
        messages: Messages that are valid by themselves.

    Raises:
        GatewayError: If a result has no call before it, or a call no result after it.
    """
    pending_ids: list[str] = []
    for message in messages:
        if message["role"] == "tool":
            call_id = message["tool_call_id"]
            if call_id not in pending_ids:
                msg = (
                    "Invalid parameter: messages with role 'tool' must be a response to a"
                    " preceeding message with 'tool_calls'."
                )
                raise vendor_error(msg)
            pending_ids.remove(call_id)
            continue
        _raise_if_pending(pending_ids)
        pending_ids = [call["id"] for call in message.get("tool_calls") or ()]
    _raise_if_pending(pending_ids)


def _raise_if_pending(pending_ids: list[str]) -> None:
    if pending_ids:
        msg = (
            "An assistant message with 'tool_calls' must be followed by tool messages responding"
            " to each 'tool_call_id'. The following tool_call_ids did not have response messages:"
            f" {', '.join(pending_ids)}"
        )
        raise vendor_error(msg)
