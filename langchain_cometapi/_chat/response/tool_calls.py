"""The tool calls of a whole message, and the check that every tool call has to pass."""

from __future__ import annotations

import json
import uuid
from collections import Counter
from typing import TYPE_CHECKING, Any

from langchain_core.messages.tool import invalid_tool_call, tool_call

from langchain_cometapi._chat.response.arguments import ArgumentsError, parse_arguments
from langchain_cometapi._chat.response.wire_calls import list_calls, name_call_extras, read_call
from langchain_cometapi._content.finish_reasons import Finish, is_cut, read_finish_reason
from langchain_cometapi._content.ids import make_unique_id

if TYPE_CHECKING:
    from langchain_core.messages import InvalidToolCall, ToolCall


def check_call(
    name: str | None,
    arguments: object,
    finish_reason: object,
    *,
    is_custom: bool,
    is_last: bool,
) -> tuple[dict[str, Any], str | None]:
    """Return the parsed arguments of a call, and the reason if it must not run.

    Args:
        name: The tool it names.
        arguments: Its arguments; the input of a custom tool.
        finish_reason: Of its message.
        is_custom: Whether its input is free text.
        is_last: Whether it is the last call, which alone is cut off.
    """
    if not name:
        return {}, "the call names no tool"
    may_be_cut = is_last and is_cut(finish_reason)
    if is_custom:
        # Free text does not show whether it is whole.
        reason = "the input may not be whole" if may_be_cut else None
        return wrap_input(arguments), reason and _explain(reason, finish_reason)
    try:
        parsed = parse_arguments(arguments)
    except ArgumentsError as error:
        return {}, _explain(str(error), finish_reason)
    if may_be_cut and arguments in (None, ""):
        return {}, _explain("the arguments had not begun", finish_reason)
    return parsed, None


_CUT_BY = {
    Finish.LENGTH: "the token limit",
    Finish.FILTER: "a content filter",
    Finish.REFUSAL: "a refusal",
    Finish.BROKEN: "the host",
}


def _explain(reason: str, finish_reason: object) -> str:
    by = _CUT_BY.get(read_finish_reason(finish_reason))
    return f"cut off by {by} (finish_reason {finish_reason!r}): {reason}" if by else reason


def wrap_input(text: object) -> dict[str, Any]:
    """Return the input of a custom tool, which is free text, as LangChain has it in `args`."""
    return {"__arg1": "" if text is None else text}


def read_tool_calls(
    raw_calls: object, finish_reason: object
) -> tuple[list[ToolCall], list[InvalidToolCall], dict[str, Any]]:
    """Return the tool calls of a whole message.

    Returns:
        The calls that may run, those that must not, and the extra fields of both as keys of
        `additional_kwargs`.
    """
    valid: list[ToolCall] = []
    invalid: list[InvalidToolCall] = []
    extra_content: dict[str, Any] = {}
    extras: dict[str, Any] = {}
    seen: Counter[str] = Counter()
    calls = [read_call(raw) for raw in list_calls(raw_calls)]
    for call in calls:
        id_ = make_unique_id(call.id, seen[call.id]) if call.id else make_id()
        seen[call.id or ""] += 1
        if call.extra_content:
            extra_content[id_] = call.extra_content
        if call.extras:
            extras[id_] = call.extras
        parsed, error = check_call(
            call.name,
            call.arguments,
            finish_reason,
            is_custom=call.is_custom,
            is_last=call is calls[-1],
        )
        if error is None and call.name:
            valid.append(tool_call(name=call.name, args=parsed, id=id_))
            continue
        text = call.arguments if isinstance(call.arguments, str) else json.dumps(call.arguments)
        invalid.append(invalid_tool_call(name=call.name, args=text, id=id_, error=error))
    return valid, invalid, name_call_extras(extra_content, extras)


def make_id() -> str:
    """Return a new id, for a call that came without one."""
    return f"call_{uuid.uuid4().hex[:24]}"
