"""Text in the form that a vendor takes: as one string, and never empty where that is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_cometapi.exceptions import CometAPIUnsentRequestError

if TYPE_CHECKING:
    from langchain_cometapi._context import CallContext

_NO_OUTPUT = "(no output)"

# Fields of an assistant message that say something without text.
_OTHER_CONTENT = ("tool_calls", "function_call", "audio", "refusal")


def adapt_texts(messages: list[dict[str, Any]], context: CallContext) -> list[dict[str, Any]]:
    """Return messages with their texts as the model takes them.

    Args:
        messages: The encoded messages; they are changed.
        context: The call; what is changed is recorded there.

    Raises:
        CometAPIUnsentRequestError: If the last message is empty and the model takes none such.
    """
    vendor = context.vendor
    if vendor.string_roles:
        for message in messages:
            if isinstance(message["content"], list) and message["role"] in vendor.string_roles:
                _join_parts(message, context)
    return _leave_out_empty(messages, context) if vendor.empty_messages is False else messages


def _join_parts(message: dict[str, Any], context: CallContext) -> None:
    """Write a content of text parts as one string."""
    parts, role = message["content"], message["role"]
    if any(part.get("type") != "text" for part in parts):
        return
    for name in {name for part in parts for name in part.keys() - {"type", "text"}}:
        reason = f"takes text alone in messages of the role {role!r}"
        context.record_change(name, "left out", reason)
    # An assistant's text may be split in the middle of a sentence, where its sources change.
    separator = "" if role == "assistant" else "\n"
    message["content"] = separator.join(part["text"] for part in parts)


def _leave_out_empty(messages: list[dict[str, Any]], context: CallContext) -> list[dict[str, Any]]:
    kept = []
    for number, message in enumerate(messages):
        content = message["content"]
        if content and not (isinstance(content, str) and content.isspace()):
            kept.append(message)
        elif any(message.get(name) for name in _OTHER_CONTENT):
            message["content"] = None
            kept.append(message)
        elif message["role"] in ("tool", "function"):
            message["content"] = _NO_OUTPUT
            context.record_change("messages", "rewritten", "takes no empty result of a tool")
            kept.append(message)
        elif number == len(messages) - 1 and message["role"] == "user":
            msg = (
                f"Message {number} is empty, which {context.model} refuses. Put text into it, or "
                "take it out."
            )
            raise CometAPIUnsentRequestError(msg)
        else:
            context.record_change("messages", "left out", "takes no empty messages")
    if not kept:
        msg = f"All messages are empty, which {context.model} refuses. Put text into one."
        raise CometAPIUnsentRequestError(msg)
    return kept
