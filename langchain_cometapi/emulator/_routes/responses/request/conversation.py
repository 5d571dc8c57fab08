"""Input items as messages of the chat route, which responses are generated from."""

from __future__ import annotations

from typing import Any

Item = dict[str, Any]

_CALLS = frozenset(
    {"apply_patch_call", "computer_call", "custom_tool_call", "function_call", "shell_call"}
)
"""The calls that the client answers."""

_TEXT_PARTS = {"input_text": "text", "output_text": "text", "refusal": "refusal"}


def to_messages(items: list[Item], instructions: str | None) -> list[dict[str, Any]]:
    """Return a conversation in the words of the chat route.

    Args:
        items: The items; those of built-in tools are left out.
        instructions: The request's `instructions`, or `None`.
    """
    messages: list[dict[str, Any]] = []
    if instructions:
        messages.append({"role": "system", "content": instructions})
    for item in items:
        kind = item["type"]
        if kind == "message":
            _add_message(item, messages)
        elif kind in _CALLS:
            arguments = item.get("arguments", item.get("input", ""))
            function = {"name": item.get("name", kind), "arguments": arguments}
            call = {"id": item["call_id"], "type": "function", "function": function}
            _assistant(messages).setdefault("tool_calls", []).append(call)
        elif kind.removesuffix("_output") in _CALLS:
            messages.append(_result(item))
        elif kind == "reasoning" and item.get("content"):
            text = "".join(part["text"] for part in item["content"])
            _assistant(messages)["reasoning_content"] = text
    return messages


def _add_message(item: Item, messages: list[dict[str, Any]]) -> None:
    content = _content(item["content"])
    if item["role"] == "assistant":
        message = _assistant(messages)
        if message["content"] is None:
            message["content"] = content
            return
    messages.append({"role": item["role"], "content": content})


def _result(item: Item) -> dict[str, Any]:
    output = item.get("output", "")
    if not isinstance(output, str) and not item["type"].startswith(("custom", "function")):
        output = "(no text)"
    return {"role": "tool", "tool_call_id": item["call_id"], "content": _content(output)}


def _assistant(messages: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the message of the turn that the conversation is in."""
    if not messages or messages[-1]["role"] != "assistant":
        messages.append({"role": "assistant", "content": None})
    return messages[-1]


def _content(content: str | list[Item]) -> str | list[Item]:
    return content if isinstance(content, str) else [_part(part) for part in content]


def _part(part: Item) -> Item:
    kind = part["type"]
    marks = {key: part[key] for key in ("prompt_cache_breakpoint",) if part.get(key)}
    if kind in _TEXT_PARTS:
        name = _TEXT_PARTS[kind]
        return {"type": name, name: part[name], **marks}
    if kind == "input_image":
        image = {"url": part.get("image_url") or part.get("file_id"), "detail": part.get("detail")}
        return {"type": "image_url", "image_url": image, **marks}
    file = {key: value for key, value in part.items() if key not in ("type", *marks)}
    return {"type": "file", "file": file, **marks}
