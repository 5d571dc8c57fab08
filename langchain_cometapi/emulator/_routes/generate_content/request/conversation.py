"""Contents as messages of the chat route, which responses are generated from."""

from __future__ import annotations

from typing import Any

from langchain_cometapi.emulator._json import to_json
from langchain_cometapi.emulator._routes.generate_content.request.contents import modality_of

Message = dict[str, Any]

_KINDS = {"IMAGE": "image_url", "VIDEO": "video_url", "AUDIO": "input_audio", "DOCUMENT": "file"}


def to_messages(contents: list[Message], instruction: Message | None) -> list[Message]:
    """Return a conversation in the words of the chat route.

    Args:
        contents: The contents.
        instruction: The system instruction; `None` without one.
    """
    messages: list[Message] = []
    if instruction is not None:
        text = "\n".join(part["text"] for part in instruction["parts"])
        messages.append({"role": "system", "content": text})
    for content in contents:
        if content["role"] == "user":
            messages += _from_user(content["parts"], messages)
        else:
            messages.append(_from_model(content["parts"], len(messages)))
    return messages


def _from_model(parts: list[Message], index: int) -> Message:
    texts = [part["text"] for part in parts if "text" in part and not part.get("thought")]
    calls = [part["functionCall"] for part in parts if "functionCall" in part]
    message: Message = {"role": "assistant", "content": "".join(texts)}
    if calls:
        message["tool_calls"] = [
            {
                "id": call.get("id") or f"call_{index}_{position}",
                "type": "function",
                "function": {"name": call["name"], "arguments": to_json(call.get("args", {}))},
            }
            for position, call in enumerate(calls)
        ]
    return message


def _from_user(parts: list[Message], before: list[Message]) -> list[Message]:
    """Return the results of tools, and what else the turn has."""
    calls = (before[-1].get("tool_calls") or []) if before else []
    pending = [call["id"] for call in calls]
    messages: list[Message] = []
    content: list[Message] = []
    for part in parts:
        if "functionResponse" not in part:
            content.append(_part(part))
            continue
        response = part["functionResponse"]
        call_id = response.get("id")
        if call_id not in pending:
            call_id = pending[0]
        pending.remove(call_id)
        given = response["response"]
        result = [{"type": "text", "text": _result(given)}]
        result += [_part(inner) for inner in response.get("parts", ())]
        messages.append({"role": "tool", "tool_call_id": call_id, "content": result})
    if content:
        messages.append({"role": "user", "content": content})
    return messages


def _result(given: Message) -> str:
    """Return what a function returned; SDKs wrap values that are no objects."""
    for name in ("output", "result"):
        if set(given) == {name}:
            value = given[name]
            return value if isinstance(value, str) else to_json(value)
    return to_json(given)


def _part(part: Message) -> Message:
    if "text" in part:
        return {"type": "text", "text": part["text"]}
    media = part.get("inlineData") or part.get("fileData")
    if media is None:
        return {"type": "text", "text": ""}
    media_type = str(media.get("mimeType", "video/mp4")).lower().partition(";")[0]
    modality = modality_of(media_type) or "TEXT"
    kind = _KINDS.get(modality, "file")
    return {"type": kind, kind: media}
