"""Checks of tool call ids, in calls and in results."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from langchain_cometapi.emulator._errors import GatewayError
    from langchain_cometapi.emulator._rules.base import CallIdRules, Refusal


class _CallId(NamedTuple):
    """A tool call id and where it stands.

    Attributes:
        text: The id.
        message_index: Index of its message.
        is_call: Whether it stands in a call rather than in a result.
        path: Its path in OpenAI's notation.
        block: The path of its content block in Anthropic's notation.
        field: Its path in that block.
    """

    text: str
    message_index: int
    is_call: bool
    path: str
    block: str
    field: str


def check_call_ids(messages: list[dict[str, Any]], rules: CallIdRules) -> None:
    """Check tool call ids as the model's vendor does.

    Args:
        messages: Messages that are valid by themselves.
        rules: What the vendor requires of the ids.

    Raises:
        GatewayError: With the vendor's wording for the first id that is malformed or repeated.
    """
    seen: set[tuple[int | None, str]] = set()
    for call_id in _call_ids(messages):
        if rules.pattern is not None and not re.fullmatch(rules.pattern, call_id.text):
            raise _error(rules.pattern_error, call_id, rules)
        if rules.max_length is not None and len(call_id.text) > rules.max_length:
            raise _error(rules.length_error, call_id, rules)
        if call_id.is_call:
            scope = None if rules.unique_in_conversation else call_id.message_index
            if (scope, call_id.text) in seen:
                raise _error(rules.duplicate_error, call_id, rules)
            seen.add((scope, call_id.text))


def _error(refusal: Refusal, call_id: _CallId, rules: CallIdRules) -> GatewayError:
    return refusal.error(
        id=call_id.text,
        length=len(call_id.text),
        path=call_id.path,
        block=call_id.block,
        field=call_id.field,
        pattern=rules.pattern,
        max_length=rules.max_length,
    )


def _call_ids(messages: list[dict[str, Any]]) -> Iterator[_CallId]:
    """Yield every id; Anthropic counts no system messages, and all results of a turn as one."""
    turn = -1
    blocks = 0
    last_role = None
    for index, message in enumerate(messages):
        role = message["role"]
        if role in ("system", "developer"):
            continue
        if role != "tool" or last_role != "tool":
            turn += 1
            blocks = 0
        last_role = role
        if role == "tool":
            path = f"messages[{index}].tool_call_id"
            block = f"messages.{turn}.content.{blocks}"
            blocks += 1
            text = message["tool_call_id"]
            yield _CallId(text, index, False, path, block, "tool_result.tool_use_id")
            continue
        content = message.get("content")
        content_blocks = len(content) if isinstance(content, list) else int(bool(content))
        for position, call in enumerate(message.get("tool_calls") or ()):
            path = f"messages[{index}].tool_calls[{position}].id"
            block = f"messages.{turn}.content.{content_blocks + position}"
            yield _CallId(call["id"], index, True, path, block, "tool_use.id")
