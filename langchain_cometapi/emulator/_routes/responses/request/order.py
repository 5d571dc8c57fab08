"""Checks that each tool call has an output, and each output a call."""

from __future__ import annotations

from typing import Any

from langchain_cometapi.emulator._errors import vendor_error

_CALLS = {
    "function_call": "function call",
    "custom_tool_call": "custom tool call",
    "computer_call": "computer call",
    "shell_call": "shell call",
    "apply_patch_call": "apply patch call",
}


def check_order(items: list[dict[str, Any]]) -> None:
    """Check the tool calls and outputs of a whole conversation.

    Args:
        items: The resolved items.

    Raises:
        GatewayError: If an output has no call before it, or is not its first, or a call has none.
    """
    pending: dict[str, str] = {}
    called: set[tuple[str, str]] = set()
    answered: set[str] = set()
    for item in items:
        kind, call_id = item["type"], item.get("call_id")
        if call_id is None:
            continue
        if kind in _CALLS:
            called.add((kind, call_id))
            pending[call_id] = kind
            continue
        call_kind = kind.removesuffix("_output")
        if call_kind not in _CALLS:
            continue
        if (call_kind, call_id) not in called:
            # continuedev/continue#10092, microsoft/vscode#320060.
            msg = f"No tool call found for {_CALLS[call_kind]} output with call_id {call_id}."
            raise vendor_error(msg, param="input")
        if call_id in answered:  # NousResearch/hermes-agent#102629, mnfst/llm-gateway#2858
            msg = (
                f"Duplicate {kind} for call_id '{call_id}'. Each {call_kind} must have exactly one"
                f" matching {kind}"
            )
            raise vendor_error(msg, param="input")
        answered.add(call_id)
        pending.pop(call_id, None)
    for call_id, kind in pending.items():
        msg = f"No tool output found for {_CALLS[kind]} {call_id}."  # tjardoo/openai-client#124
        raise vendor_error(msg, param="input")
