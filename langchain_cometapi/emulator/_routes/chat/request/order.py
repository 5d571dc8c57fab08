"""The order of tool calls and their results."""

from __future__ import annotations

from typing import Any

from langchain_cometapi.emulator._errors import vendor_error


def check_order(messages: list[dict[str, Any]]) -> None:
    open_ids: list[str] = []
    answerable: set[str] = set()
    for message in messages:
        if message["role"] == "tool":
            call_id = message["tool_call_id"]
            if call_id not in answerable:
                msg = (
                    "Invalid parameter: messages with role 'tool' must be a response to a"
                    " preceeding message with 'tool_calls'."
                )
                raise vendor_error(msg)
            answerable.discard(call_id)
            open_ids.remove(call_id)
            continue
        _require_answered(open_ids)
        open_ids = [call["id"] for call in message.get("tool_calls") or ()]
        answerable = set(open_ids)
    _require_answered(open_ids)


def _require_answered(open_ids: list[str]) -> None:
    if open_ids:
        msg = (
            "An assistant message with 'tool_calls' must be followed by tool messages responding"
            " to each 'tool_call_id'. The following tool_call_ids did not have response messages:"
            f" {', '.join(open_ids)}"
        )
        raise vendor_error(msg)
