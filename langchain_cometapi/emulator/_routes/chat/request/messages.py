"""Checks of a conversation: each message by itself, then their order."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from langchain_cometapi.emulator._errors import vendor_error
from langchain_cometapi.emulator._routes.chat.request.call_ids import check_call_ids
from langchain_cometapi.emulator._routes.chat.request.parameters import wrong_type

if TYPE_CHECKING:
    from collections.abc import Collection

    from langchain_cometapi.emulator._errors import GatewayError
    from langchain_cometapi.emulator._rules.registry import FamilyRules, Refusal
    from langchain_cometapi.emulator._state import EmulatorState

GOOGLE_DUMMY_SIGNATURE = "skip_thought_signature_validator"
"""The value Google documents for tool calls that another model made."""

_UNSIGNED = (
    "Function call is missing a thought_signature in functionCall parts. This is required for"
    " tools to work correctly, and missing thought_signature may lead to degraded model"
    " performance. Additional data, function call `default_api:{name}` , position {index}."
)
_NAME = re.compile(r"[^\s<|\\/>]{1,64}")
_TEXT_PARTS = frozenset({"text"})
_ASSISTANT_PARTS = frozenset({"text", "refusal"})
_KNOWN_KEYS = {
    "system": frozenset({"role", "content", "name"}),
    "developer": frozenset({"role", "content", "name"}),
    "user": frozenset({"role", "content", "name"}),
    "assistant": frozenset({"role", "content", "name", "tool_calls", "refusal", "audio"}),
    "tool": frozenset({"role", "content", "name", "tool_call_id"}),
}
_PART_FIELDS = {
    "image_url": ("url",),
    "video_url": ("url",),
    "input_audio": ("data", "format"),
}


class _Parts(NamedTuple):
    """Which types of content parts a message may have.

    Attributes:
        allowed: The types.
        error: The 400 for any other, if not OpenAI's.
        image_error: The 400 for a picture, if not the same.
    """

    allowed: Collection[str]
    error: Refusal | None
    image_error: Refusal | None = None


def joined_text(content: Any) -> str:
    """Return the text of a message's content, its text parts joined by line breaks.

    Args:
        content: A string, a list of parts, or `None`.
    """
    if isinstance(content, str):
        return content
    if not isinstance(content, list):
        return ""
    return "\n".join(part["text"] for part in content if part.get("type") == "text")


def check_messages(
    messages: list[Any], rules: FamilyRules, state: EmulatorState, *, thinking: bool
) -> None:
    """Check a conversation as the model's vendor does.

    Args:
        messages: The request's `messages`.
        rules: The family's rules.
        state: The emulator's memory of issued reasoning and signatures.
        thinking: Whether the model thinks on this request.

    Raises:
        GatewayError: With the vendor's wording for the first broken rule.
    """
    if not messages:
        msg = (
            "Invalid 'messages': empty array. Expected an array with minimum length 1,"
            " but got an empty array instead."
        )
        raise vendor_error(msg, "empty_array")
    for index, message in enumerate(messages):
        _check_message(message, f"messages[{index}]", rules)
    check_call_ids(messages, rules.call_ids)
    _check_order(messages)
    users = (index for index, message in enumerate(messages) if message["role"] == "user")
    turn_start = max(users, default=-1)
    for index, message in enumerate(messages):
        if message["role"] == "assistant":
            _check_reasoning(message, index, rules, state, thinking=thinking)
            _check_signatures(message, index, rules, state, demanded=index > turn_start)


def _check_message(message: Any, path: str, rules: FamilyRules) -> None:
    if not isinstance(message, dict):
        raise wrong_type(message, "an object", path)
    role = message.get("role")
    if role is None:
        raise _missing(path, "role")
    if not isinstance(role, str) or role not in rules.roles:
        raise _invalid_value(role, rules.roles)
    if rules.strict_fields:
        unknown = sorted(message.keys() - _KNOWN_KEYS[role])
        if unknown:
            msg = f"Unknown parameter: '{path}.{unknown[0]}'."
            raise vendor_error(msg, "unknown_parameter")
    name = message.get("name")
    if name is not None and (not isinstance(name, str) or not _NAME.fullmatch(name)):
        msg = (
            f"Invalid '{path}.name': string does not match pattern. Expected a string that"
            " matches the pattern '^[^\\s<|\\\\/>]+$'."
        )
        raise vendor_error(msg, "invalid_value")
    if role == "assistant":
        _check_assistant(message, path, rules)
    elif role == "tool":
        if not isinstance(message.get("tool_call_id"), str):
            raise _missing(path, "tool_call_id")
        allowed = rules.user_parts if rules.tool_parts is None else rules.tool_parts
        parts = _Parts(allowed, rules.part_error, rules.tool_image_error)
        _check_content(message.get("content"), path, parts)
    else:
        allowed = rules.user_parts if role == "user" else _TEXT_PARTS
        _check_content(message.get("content"), path, _Parts(allowed, rules.part_error))


def _check_assistant(message: dict[str, Any], path: str, rules: FamilyRules) -> None:
    calls = message.get("tool_calls")
    if calls is not None:
        _check_calls(calls, f"{path}.tool_calls")
    reasoning = message.get("reasoning_content")
    if reasoning is not None and not isinstance(reasoning, str):
        raise wrong_type(reasoning, "a string", f"{path}.reasoning_content")
    content = message.get("content")
    if content is None and (calls or message.get("refusal") or message.get("audio")):
        return
    _check_content(content, path, _Parts(_ASSISTANT_PARTS, rules.part_error))


def _check_calls(calls: Any, path: str) -> None:
    if not isinstance(calls, list):
        raise wrong_type(calls, "an array", path)
    if not calls:
        msg = (
            f"Invalid '{path}': empty array. Expected an array with minimum length 1,"
            " but got an empty array instead."
        )
        raise vendor_error(msg, "empty_array")
    for index, call in enumerate(calls):
        _check_call(call, f"{path}[{index}]")


def _check_call(call: Any, path: str) -> None:
    if not isinstance(call, dict):
        raise wrong_type(call, "an object", path)
    if call.get("type") != "function":
        raise _invalid_value(call.get("type"), {"function"})
    function = call.get("function")
    if not isinstance(function, dict):
        raise _missing(path, "function")
    for value, name in (
        (call.get("id"), "id"),
        (function.get("name"), "function.name"),
        (function.get("arguments"), "function.arguments"),
    ):
        if value is None:
            raise _missing(path, name)
        if not isinstance(value, str):
            raise wrong_type(value, "a string", f"{path}.{name}")


def _check_content(content: Any, path: str, parts: _Parts) -> None:
    if isinstance(content, str):
        return
    if content is None:
        msg = f"Invalid value for 'content': expected a string, got null. ('{path}.content')"
        raise vendor_error(msg)
    if not isinstance(content, list):
        raise wrong_type(content, "one of a string or array of objects", f"{path}.content")
    if not content:
        msg = (
            f"Invalid '{path}.content': empty array. Expected an array with minimum length 1,"
            " but got an empty array instead."
        )
        raise vendor_error(msg, "empty_array")
    for index, part in enumerate(content):
        part_path = f"{path}.content[{index}]"
        if not isinstance(part, dict):
            raise wrong_type(part, "an object", part_path)
        kind = part.get("type")
        if kind is None:
            raise _missing(part_path, "type")
        if not isinstance(kind, str) or kind not in parts.allowed:
            raise _wrong_part(kind, path, parts)
        _check_part(part, kind, part_path)


def _wrong_part(kind: Any, message: str, parts: _Parts) -> GatewayError:
    refusal = parts.error
    if kind == "image_url" and parts.image_error is not None:
        refusal = parts.image_error
    if refusal is None:
        return _invalid_value(kind, parts.allowed)
    return vendor_error(refusal.text.format(message=message, kind=kind), refusal.code)


def _check_part(part: dict[str, Any], kind: str, path: str) -> None:
    if kind in ("text", "refusal"):
        if not isinstance(part.get(kind), str):
            raise _missing(path, f"{kind}")
        return
    holder = part.get(kind)
    if not isinstance(holder, dict):
        raise _missing(path, kind)
    _check_medium(holder, kind, path)


def _check_medium(holder: dict[str, Any], kind: str, path: str) -> None:
    if kind == "file":
        if not isinstance(holder.get("file_data") or holder.get("file_id"), str):
            raise _missing(path, "file.file_data")
        return
    for name in _PART_FIELDS[kind]:
        if not isinstance(holder.get(name), str):
            raise _missing(path, f"{kind}.{name}")
    if kind == "image_url" and not holder["url"].startswith(("http://", "https://", "data:")):
        msg = f"Invalid '{path}.image_url.url'. Expected a valid URL, but got another value."
        raise vendor_error(msg, "invalid_value")


def _check_order(messages: list[dict[str, Any]]) -> None:
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


def _check_reasoning(
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


def _check_signatures(
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


def _missing(path: str, name: str) -> GatewayError:
    msg = f"Missing required parameter: '{path}.{name}'."
    return vendor_error(msg, "missing_required_parameter")


def _invalid_value(value: Any, known: Collection[str]) -> GatewayError:
    names = ", ".join(f"'{name}'" for name in sorted(known))
    msg = f"Invalid value: '{value}'. Supported values are: {names}."
    return vendor_error(msg, "invalid_value")
