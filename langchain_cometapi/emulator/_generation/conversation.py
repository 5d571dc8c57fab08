"""Texts and tool results in the messages of a chat request."""

from __future__ import annotations

import json
from typing import Any

_DOCUMENT_LENGTH = 200
_SCHEMA_KEYWORDS = frozenset(
    {"$ref", "additionalProperties", "allOf", "anyOf", "const", "enum", "items", "oneOf"}
    | {"properties", "type"}
)


def joined_text(content: Any) -> str:
    """Return the text of a message's content, its text parts joined by line breaks.

    Args:
        content: A string, a list of content parts, or `None`.
    """
    if isinstance(content, str):
        return content
    if not isinstance(content, list):
        return ""
    return "\n".join(part["text"] for part in content if part.get("type") == "text")


def without_result_media(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return a conversation without the user messages that continue the results of tools.

    Where a tool message takes text alone, its images and files come in a user message right after
    it. That is not a new turn: a model that took it for one would call the tool again, forever.

    Args:
        messages: The conversation.
    """
    return [
        message
        for index, message in enumerate(messages)
        if not (index and messages[index - 1]["role"] == "tool" and _is_user_media(message))
    ]


def _is_user_media(message: dict[str, Any]) -> bool:
    content = message.get("content")
    return (
        message["role"] == "user"
        and isinstance(content, list)
        and any(part["type"] != "text" for part in content)
    )


def last_user_text(messages: list[dict[str, Any]]) -> str:
    """Return the text of the newest user message, or of any newest message with text.

    Args:
        messages: The conversation.
    """
    for roles in (("user",), ("system", "developer", "assistant", "tool")):
        for message in reversed(messages):
            text = joined_text(message.get("content"))
            if message["role"] in roles and text:
                return text
    return ""


def stated_schema(messages: list[dict[str, Any]], *, by_user: bool) -> dict[str, Any] | None:
    """Return the JSON Schema that a message states, or `None`.

    Args:
        messages: The conversation.
        by_user: Whether user messages are read, too, as in JSON mode; otherwise only system
            messages are.
    """
    roles = ("system", "developer", "user") if by_user else ("system", "developer")
    for message in messages:
        if message["role"] in roles:
            schema, _, _ = split_statement(joined_text(message.get("content")))
            if schema is not None:
                return schema
    return None


def split_statement(text: str) -> tuple[dict[str, Any] | None, str, str]:
    """Return the JSON Schema that a text states, and the text before and after it.

    Args:
        text: A text; its schema follows the words "JSON Schema".
    """
    before, words, rest = text.partition("JSON Schema")
    start = rest.find("{")
    if words and start >= 0:
        try:
            schema, end = json.JSONDecoder().raw_decode(rest, start)
        except ValueError:
            return None, text, ""
        if isinstance(schema, dict) and _SCHEMA_KEYWORDS & schema.keys():
            return schema, before, rest[end:]
    return None, text, ""


def tool_results(messages: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Return the name and text of the tool results at the end of a conversation, oldest first.

    Args:
        messages: The conversation.
    """
    names: dict[str, str] = {}
    for message in messages:
        for call in message.get("tool_calls") or ():
            names[call["id"]] = call["function"]["name"]
    found: list[tuple[str, str]] = []
    for message in reversed(messages):
        if message["role"] != "tool":
            break
        text = joined_text(message["content"]) or "(no text)"
        found.append((names.get(message["tool_call_id"], "tool"), text))
    return found[::-1]


def called_since_user(messages: list[dict[str, Any]]) -> set[str]:
    """Return the names of the tools called since the newest user message.

    Args:
        messages: The conversation.
    """
    names: set[str] = set()
    for message in reversed(messages):
        if message["role"] == "user":
            break
        names.update(call["function"]["name"] for call in message.get("tool_calls") or ())
    return names


def split_document(messages: list[dict[str, Any]]) -> tuple[str, str]:
    """Return a question and the document it is about, which is empty if there is none.

    The question is the newest user message. If that message contains the document too, the question
    is its first line or its last. The document consists of all other long texts.

    Args:
        messages: The conversation.
    """
    prompt = last_user_text(messages).strip()
    texts = [
        joined_text(message["content"])
        for message in messages
        if message["role"] in ("system", "developer", "user")
    ]
    if texts and texts[-1].strip() == prompt:
        texts.pop()
    question = prompt
    if len(prompt) > _DOCUMENT_LENGTH and "\n" in prompt:
        first, _, rest = prompt.partition("\n")
        body, _, last = prompt.rpartition("\n")
        question, own = (first, rest) if "?" in first and "?" not in last else (last, body)
        if len(question) < len(own):
            texts.append(own)
    document = "\n\n".join(text for text in texts if len(text) > _DOCUMENT_LENGTH)
    return question, document
