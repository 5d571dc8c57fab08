"""Checks of each message by itself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from langchain_cometapi.emulator._errors import (
    GatewayError,
    empty_array,
    invalid_value,
    missing_parameter,
    vendor_error,
    wrong_type,
)

if TYPE_CHECKING:
    from collections.abc import Collection

    from langchain_cometapi.emulator._rules.base import FamilyRules, Refusal


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
    """The content part types that a message may have.

    Attributes:
        allowed: The types.
        error: The 400 for any other type; OpenAI's if `None`.
        image_error: The 400 for an image; that of other types if `None`.
    """

    allowed: Collection[str]
    error: Refusal | None
    image_error: Refusal | None = None


def check_messages(messages: list[Any], rules: FamilyRules) -> None:
    """Check each message as the model's vendor does.

    Args:
        messages: The request's `messages`.
        rules: The family's rules.

    Raises:
        GatewayError: With the vendor's wording for the first broken rule.
    """
    if not messages:
        raise empty_array(path="messages")
    for index, message in enumerate(messages):
        _check_message(message, f"messages[{index}]", rules)


def _check_message(message: Any, path: str, rules: FamilyRules) -> None:
    if not isinstance(message, dict):
        raise wrong_type(message, "an object", path)
    role = message.get("role")
    if role is None:
        raise missing_parameter(path, "role")
    if not isinstance(role, str) or role not in rules.roles:
        raise invalid_value(role, rules.roles)
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
            raise missing_parameter(path, "tool_call_id")
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
        raise empty_array(path)
    for index, call in enumerate(calls):
        _check_call(call, f"{path}[{index}]")


def _check_call(call: Any, path: str) -> None:
    if not isinstance(call, dict):
        raise wrong_type(call, "an object", path)
    if call.get("type") != "function":
        raise invalid_value(call.get("type"), {"function"})
    function = call.get("function")
    if not isinstance(function, dict):
        raise missing_parameter(path, "function")
    for value, name in (
        (call.get("id"), "id"),
        (function.get("name"), "function.name"),
        (function.get("arguments"), "function.arguments"),
    ):
        if value is None:
            raise missing_parameter(path, name)
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
        raise empty_array(path=f"{path}.content")
    for index, part in enumerate(content):
        part_path = f"{path}.content[{index}]"
        if not isinstance(part, dict):
            raise wrong_type(part, "an object", part_path)
        kind = part.get("type")
        if kind is None:
            raise missing_parameter(part_path, "type")
        if not isinstance(kind, str) or kind not in parts.allowed:
            raise _wrong_part(kind, path, parts)
        _check_part(part, kind, part_path)


def _wrong_part(kind: Any, message: str, parts: _Parts) -> GatewayError:
    refusal = parts.error
    if kind == "image_url" and parts.image_error is not None:
        refusal = parts.image_error
    if refusal is None:
        return invalid_value(kind, parts.allowed)
    return refusal.error(message=message, kind=kind)


def _check_part(part: dict[str, Any], kind: str, path: str) -> None:
    if kind in ("text", "refusal"):
        if not isinstance(part.get(kind), str):
            raise missing_parameter(path, kind)
        return
    value = part.get(kind)
    if not isinstance(value, dict):
        raise missing_parameter(path, kind)
    _check_media(value, kind, path)


def _check_media(value: dict[str, Any], kind: str, path: str) -> None:
    if kind == "file":
        if not isinstance(value.get("file_data") or value.get("file_id"), str):
            raise missing_parameter(path, "file.file_data")
        return
    for name in _PART_FIELDS[kind]:
        if not isinstance(value.get(name), str):
            raise missing_parameter(path, f"{kind}.{name}")
    if kind == "image_url" and not value["url"].startswith(("http://", "https://", "data:")):
        msg = f"Invalid '{path}.image_url.url'. Expected a valid URL, but got another value."
        raise vendor_error(msg, "invalid_value")
