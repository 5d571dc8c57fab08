"""Checks of the reasoning and the signatures that a request sends back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_cometapi.emulator._errors import vendor_error

if TYPE_CHECKING:
    from langchain_cometapi.emulator._rules.base import FamilyRules
    from langchain_cometapi.emulator._state import EmulatorState


def check_replay(
    messages: list[dict[str, Any]], rules: FamilyRules, state: EmulatorState, *, thinking: bool
) -> None:
    """Check that assistant messages carry the reasoning and signatures that the vendor requires.

    Args:
        messages: Messages that are valid by themselves.
        rules: The family's rules.
        state: The emulator's memory of issued reasoning and signatures.
        thinking: Whether thinking is on for this request.

    Raises:
        GatewayError: If reasoning or a signature is missing, or was not issued by this emulator.
    """
    newest_user = max(
        (index for index, message in enumerate(messages) if message["role"] == "user"), default=-1
    )
    for index, message in enumerate(messages):
        if message["role"] == "assistant":
            if thinking:
                _check_reasoning(message, index, rules, state)
            _check_signatures(message, index, rules, state, required=index > newest_user)


def _check_reasoning(
    message: dict[str, Any], index: int, rules: FamilyRules, state: EmulatorState
) -> None:
    required = rules.reasoning_turns == "all" or message.get("tool_calls")
    if rules.reasoning_missing_error is None or not required:
        return
    reasoning = message.get("reasoning_content")
    if not reasoning:
        raise rules.reasoning_missing_error.error(index=index)
    # Clients send white space for messages that another model wrote; only an empty string is
    # refused (NousResearch/hermes-agent#18263).
    if reasoning.strip() and not state.was_reasoning_issued(rules.name, reasoning):
        msg = (
            f"reasoning_content in assistant message at index {index} was not issued by this"
            f" model family ({rules.name})"
        )
        raise vendor_error(msg)


def _check_signatures(
    message: dict[str, Any],
    index: int,
    rules: FamilyRules,
    state: EmulatorState,
    *,
    required: bool,
) -> None:
    """Check every signature sent; only the first of parallel calls can be required to have one."""
    if rules.signatures is None:
        return
    for position, call in enumerate(message.get("tool_calls") or ()):
        extra = call.get("extra_content")
        google = extra.get("google") if isinstance(extra, dict) else None
        signature = google.get("thought_signature") if isinstance(google, dict) else None
        if not signature:
            if required and position == 0:
                name = call["function"]["name"]
                raise rules.signatures.missing_error.error(name=name, index=index)
        elif signature != rules.signatures.placeholder and not state.was_signature_issued(
            call["id"], signature
        ):
            raise rules.signatures.invalid_error.error(id=call["id"])
