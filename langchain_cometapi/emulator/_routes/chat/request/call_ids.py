"""Checks of the ids of tool calls, in calls and in results."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from langchain_cometapi.emulator._errors import GatewayError, vendor_error

if TYPE_CHECKING:
    from collections.abc import Iterator

    from langchain_cometapi.emulator._rules.base import CallIdRules, Refusal


class _Id(NamedTuple):
    """An id, and where it stands.

    Attributes:
        text: The id.
        message: Index of its message.
        is_call: Whether it stands in a call, and not in a result.
        path: Where OpenAI has it.
        block: Where Anthropic has the block that it is the id of.
        field: What Anthropic calls it in there.
    """

    text: str
    message: int
    is_call: bool
    path: str
    block: str
    field: str


def check_call_ids(messages: list[dict[str, Any]], rules: CallIdRules) -> None:
    """Check the ids of tool calls as the model's vendor does.

    Args:
        messages: Messages that are valid by themselves.
        rules: What the vendor wants of ids.

    Raises:
        GatewayError: With the vendor's wording for the first id that is malformed or repeated.
    """
    known: set[tuple[int | None, str]] = set()
    for one in _ids(messages):
        if rules.pattern is not None and not re.fullmatch(rules.pattern, one.text):
            raise _refusal(rules.malformed, one, rules)
        if rules.longest is not None and len(one.text) > rules.longest:
            raise _refusal(rules.too_long, one, rules)
        if one.is_call:
            key = (None if rules.unique else one.message, one.text)
            if key in known:
                raise _refusal(rules.repeated, one, rules)
            known.add(key)


def _refusal(refusal: Refusal, one: _Id, rules: CallIdRules) -> GatewayError:
    places = {"path": one.path, "block": one.block, "field": one.field}
    limits = {"pattern": rules.pattern, "longest": rules.longest}
    text = refusal.text.format(id=one.text, length=len(one.text), **places, **limits)
    return vendor_error(text, refusal.code)


def _ids(messages: list[dict[str, Any]]) -> Iterator[_Id]:
    """Yield every id; Anthropic has no system messages, and all results of a turn in one."""
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
            yield _Id(message["tool_call_id"], index, False, path, block, "tool_result.tool_use_id")
            continue
        content = message.get("content")
        before = len(content) if isinstance(content, list) else int(bool(content))
        for position, call in enumerate(message.get("tool_calls") or ()):
            path = f"messages[{index}].tool_calls[{position}].id"
            block = f"messages.{turn}.content.{before + position}"
            yield _Id(call["id"], index, True, path, block, "tool_use.id")
