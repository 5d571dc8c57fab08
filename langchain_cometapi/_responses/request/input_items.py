"""Messages of the chat route as input items."""

from __future__ import annotations

from typing import Any

Item = dict[str, Any]


def convert_message(message: dict[str, Any]) -> list[Item]:
    """Return the input items of an encoded message of the chat route."""
    role = message["role"]
    if role == "tool":
        output = _convert_parts(message["content"])
        call_id = message["tool_call_id"]
        return [{"type": "function_call_output", "call_id": call_id, "output": output}]
    if role != "assistant":
        content = _convert_parts(message["content"])
        return [{"type": "message", "role": role, "content": content}]
    items: list[Item] = []
    if content := _convert_answer(message.get("content")):
        items.append({"type": "message", "role": "assistant", "content": content})
    return items + [_convert_call(call) for call in message.get("tool_calls") or ()]


def _convert_answer(content: str | list[dict[str, Any]] | None) -> list[Item]:
    parts = [{"text": content}] if isinstance(content, str) else content or []
    return [
        {"type": "output_text", "text": part["text"], "annotations": []}
        for part in parts
        if part.get("text")
    ]


def _convert_call(call: dict[str, Any]) -> Item:
    function = call["function"]
    return {
        "type": "function_call",
        "call_id": call["id"],
        "name": function["name"],
        "arguments": function["arguments"],
    }


def _convert_parts(content: str | list[dict[str, Any]]) -> str | list[Item]:
    return content if isinstance(content, str) else [_convert_part(part) for part in content]


def _convert_part(part: dict[str, Any]) -> Item:
    kind = part.get("type")
    kept = {k: v for k, v in part.items() if k == "prompt_cache_breakpoint"}
    if kind == "text":
        return {"type": "input_text", "text": part["text"], **kept}
    if kind == "image_url":
        image = part["image_url"]
        image = {"url": image} if isinstance(image, str) else dict(image)
        return {"type": "input_image", "image_url": image.pop("url"), **image, **kept}
    if kind == "file":
        return {"type": "input_file", **part["file"], **kept}
    return part
