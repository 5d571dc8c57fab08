"""Checks of the text and the names in messages, by what single vendors refuse."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_cometapi.emulator._routes.chat.request.tools import check_tool_name

if TYPE_CHECKING:
    from langchain_cometapi.emulator._rules.base import FamilyRules

# Fields of an assistant message that say something without text.
_OTHER_CONTENT = ("tool_calls", "refusal", "audio")


def check_texts(messages: list[dict[str, Any]], rules: FamilyRules) -> None:
    """Check the names and the text of each message.

    Args:
        messages: Messages that are valid by themselves.
        rules: The family's rules.

    Raises:
        GatewayError: With the vendor's wording for the first broken rule.
    """
    for index, message in enumerate(messages):
        _check_names(message, index, rules)
        content, role = message.get("content"), message["role"]
        if isinstance(content, list):
            if rules.string_error is not None and role in rules.string_roles:
                raise rules.string_error.error(message=f"messages[{index}]")
            _check_parts(content, index, role, rules)
        elif rules.empty_message_error is not None and _says_nothing(message, rules):
            raise rules.empty_message_error.error(index=index, position=0, role=role)


def _check_names(message: dict[str, Any], index: int, rules: FamilyRules) -> None:
    refused = rules.named_roles is not None and message["role"] not in rules.named_roles
    if rules.name_error is not None and refused and message.get("name") is not None:
        raise rules.name_error.error()
    for position, call in enumerate(message.get("tool_calls") or ()):
        path = f"messages[{index}].tool_calls[{position}].function"
        check_tool_name(call["function"]["name"], path, index, rules)


def _check_parts(parts: list[dict[str, Any]], index: int, role: str, rules: FamilyRules) -> None:
    if rules.empty_text_error is None:
        return
    for position, part in enumerate(parts):
        if part["type"] == "text" and _is_empty(part["text"], rules):
            raise rules.empty_text_error.error(index=index, position=position, role=role)


def _says_nothing(message: dict[str, Any], rules: FamilyRules) -> bool:
    """Return whether a message has neither text nor calls; results of tools may be empty."""
    content = message.get("content")
    if not isinstance(content, str) or message["role"] == "tool":
        return False
    return _is_empty(content, rules) and not any(map(message.get, _OTHER_CONTENT))


def _is_empty(text: str, rules: FamilyRules) -> bool:
    return not (text.strip() if rules.blank_is_empty else text)
