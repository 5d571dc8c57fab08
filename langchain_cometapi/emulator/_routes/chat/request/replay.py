"""Reasoning and signatures that a request sends back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_cometapi.emulator._errors import vendor_error

if TYPE_CHECKING:
    from langchain_cometapi.emulator._rules.base import FamilyRules
    from langchain_cometapi.emulator._state import EmulatorState

GOOGLE_DUMMY_SIGNATURE = "skip_thought_signature_validator"
"""The value Google documents for tool calls that another model made."""

_UNSIGNED = (
    "Function call is missing a thought_signature in functionCall parts. This is required for"
    " tools to work correctly, and missing thought_signature may lead to degraded model"
    " performance. Additional data, function call `default_api:{name}` , position {index}."
)


def check_reasoning(
    message: dict[str, Any],
    index: int,
    rules: FamilyRules,
    state: EmulatorState,
    *,
    thinking: bool,
) -> None:
    demanded = rules.replay_turns == "all" or message.get("tool_calls")
    if rules.replay_error is None or not thinking or not demanded:
        return
    reasoning = message.get("reasoning_content")
    if not reasoning:
        raise vendor_error(rules.replay_error.format(index=index))
    # White space is what careful clients send for turns that another model took; an empty
    # string is refused (NousResearch/hermes-agent#18263).
    if reasoning.strip() and not state.issued_reasoning(rules.name, reasoning):
        msg = (
            f"reasoning_content in assistant message at index {index} was not issued by this"
            f" model family ({rules.name})"
        )
        raise vendor_error(msg)


def check_signatures(
    message: dict[str, Any],
    index: int,
    rules: FamilyRules,
    state: EmulatorState,
    *,
    demanded: bool,
) -> None:
    """Check the signatures of one message: every one sent, and that the first call has one.

    Of calls in parallel Google signs, and asks back, the first; in the current turn alone.
    """
    if not rules.signs_tool_calls:
        return
    for position, call in enumerate(message.get("tool_calls") or ()):
        extra = call.get("extra_content")
        google = extra.get("google") if isinstance(extra, dict) else None
        signature = google.get("thought_signature") if isinstance(google, dict) else None
        if not signature:
            if demanded and position == 0:
                msg = _UNSIGNED.format(name=call["function"]["name"], index=index)
                raise vendor_error(msg)
            continue
        if signature == GOOGLE_DUMMY_SIGNATURE:
            continue
        if not state.issued_signature(call["id"], signature):
            msg = f"Thought signature is not valid for the function call {call['id']}."
            raise vendor_error(msg)
