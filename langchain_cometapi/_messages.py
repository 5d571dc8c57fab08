"""LangChain messages, whoever made them, as this gateway and the vendor of the model take them."""

from __future__ import annotations

import json
import mimetypes
from typing import TYPE_CHECKING, Any

from langchain_core.messages import (
    AIMessage,
    ChatMessage,
    FunctionMessage,
    HumanMessage,
    SystemMessage,
    ToolMessage,
    convert_to_openai_data_block,
    is_data_content_block,
)

from langchain_cometapi._reasoning import replay

if TYPE_CHECKING:
    from collections.abc import Sequence

    from langchain_core.messages import BaseMessage

    from langchain_cometapi._reasoning import Origin, ReplayReasoning
    from langchain_cometapi._vendors import Vendor

# Parts of what another model or provider said that nobody else can read. The tool calls among
# them stand in `tool_calls`, too.
_OF_OTHERS = frozenset(
    {
        "thinking",
        "redacted_thinking",
        "reasoning",
        "reasoning_content",
        "tool_use",
        "tool_call",
        "tool_call_chunk",
        "invalid_tool_call",
        "server_tool_call",
        "server_tool_call_chunk",
        "server_tool_result",
        "function_call",
        "code_interpreter_call",
    }
)


# Blocks of text, LangChain's and the Responses API's, and where their text stands.
_TEXTS = {
    "text": "text",
    "text-plain": "text",
    "output_text": "text",
    "input_text": "text",
    "refusal": "refusal",
}

_AUDIO_FORMATS = {"mpeg": "mp3", "mpga": "mp3", "x-mp3": "mp3"}
_AUDIO_FORMATS |= dict.fromkeys(("x-wav", "wave", "vnd.wave", "x-pn-wav"), "wav")


def convert_messages(
    messages: Sequence[BaseMessage], vendor: Vendor, origin: Origin, mode: ReplayReasoning
) -> list[dict[str, Any]]:
    """Convert a history to the messages of a request.

    Args:
        messages: The history; nothing in it is changed.
        vendor: The row of the model that is asked.
        origin: Family and endpoint that the request goes to.
        mode: Whether reasoning goes back; see `ChatCometAPI.replay_reasoning`.

    Raises:
        ValueError: If a content block cannot be sent to this model.
        TypeError: If a message is of no known class.
    """
    history = [part for message in messages for part in _split_results(message)]
    answered = {m.tool_call_id for m in history if isinstance(m, ToolMessage)}
    encoded = []
    for message in history:
        body = _convert_message_to_dict(message, vendor, answered)
        if isinstance(message, AIMessage):
            replay(message, body, vendor, origin, mode)
        encoded.append(body)
    return encoded


def _split_results(message: BaseMessage) -> list[BaseMessage]:
    """Part Anthropic's tool results, which stand in a user message, from the rest of it."""
    if not isinstance(message, HumanMessage) or not isinstance(message.content, list):
        return [message]
    results = [block for block in message.content if _is(block, "tool_result")]
    if not results:
        return [message]
    parts: list[BaseMessage] = [
        ToolMessage(block.get("content") or "", tool_call_id=block.get("tool_use_id", ""))
        for block in results
        if isinstance(block, dict)
    ]
    if rest := [block for block in message.content if not _is(block, "tool_result")]:
        parts.append(message.model_copy(update={"content": rest}))
    return parts


def _unwrap_result(content: str | list[Any]) -> str | list[Any]:
    """Take the content out of an Anthropic block around it."""
    if isinstance(content, list) and len(content) == 1 and _is(content[0], "tool_result"):
        inner: str | list[Any] = content[0].get("content") or ""
        return inner
    return content


def _is(block: object, kind: str) -> bool:
    return isinstance(block, dict) and block.get("type") == kind


def _convert_message_to_dict(
    message: BaseMessage, vendor: Vendor, answered: set[str]
) -> dict[str, Any]:
    if isinstance(message, AIMessage):
        body = _convert_ai_message(message, vendor, answered)
    elif isinstance(message, ToolMessage):
        content = _convert_content(_unwrap_result(message.content), vendor)
        return {"role": "tool", "tool_call_id": message.tool_call_id, "content": content}
    else:
        body = {
            "role": _role(message, vendor),
            "content": _convert_content(message.content, vendor),
        }
    if (name := message.name or message.additional_kwargs.get("name")) is not None:
        body["name"] = name
    return body


def _role(message: BaseMessage, vendor: Vendor) -> str:
    if isinstance(message, HumanMessage):
        return "user"
    if isinstance(message, SystemMessage):
        role = str(message.additional_kwargs.get("__openai_role__", "system"))
        return "system" if role == "developer" and vendor.developer_role is False else role
    if isinstance(message, ChatMessage):
        return message.role
    if isinstance(message, FunctionMessage):
        return "function"
    msg = f"Messages of the type {type(message).__name__} cannot be sent."
    raise TypeError(msg)


# -- what a model said -------------------------------------------------------------------------


def _convert_ai_message(message: AIMessage, vendor: Vendor, answered: set[str]) -> dict[str, Any]:
    extras = message.additional_kwargs
    body: dict[str, Any] = {
        "role": "assistant",
        "content": _convert_said(message.content, vendor) or extras.get("refusal") or "",
    }
    calls = [
        _convert_tool_call(call["id"], call["name"], json.dumps(call["args"], ensure_ascii=False))
        for call in message.tool_calls or _calls_in_content(message)
    ]
    # A call that could not run has an answer only if somebody wrote one, and a call without an
    # answer is refused.
    calls += [
        _convert_tool_call(call["id"], call["name"], _as_arguments(call["args"]))
        for call in message.invalid_tool_calls
        if call["id"] in answered
    ]
    if not calls and not message.invalid_tool_calls:
        kept = ("id", "type", "function")
        calls = [{k: v for k, v in c.items() if k in kept} for c in extras.get("tool_calls") or ()]
    if calls:
        body["tool_calls"] = calls
    elif "function_call" in extras:
        body["function_call"] = extras["function_call"]
    if calls or "function_call" in body:
        body["content"] = body["content"] or None
    if isinstance(audio := extras.get("audio"), dict) and audio.get("id"):
        body["audio"] = {"id": audio["id"]}  # OpenAI takes audio back by reference only
    return body


def _calls_in_content(message: AIMessage) -> list[dict[str, Any]]:
    """Return the calls of a hand-written Anthropic history, which stand in its content alone."""
    if message.invalid_tool_calls or not isinstance(message.content, list):
        return []
    return [
        {"id": block.get("id"), "name": block.get("name"), "args": block.get("input") or {}}
        for block in message.content
        if isinstance(block, dict) and block.get("type") == "tool_use"
    ]


def _convert_said(content: str | list[Any], vendor: Vendor) -> str | list[dict[str, Any]]:
    """Return what a model said as text; nothing else of it can be told to another."""
    if isinstance(content, str):
        return content
    texts = [_convert_block(block, vendor) for block in content if _is_text(block)]
    parts = [part for part in texts if part is not None]
    if any(part.keys() > {"type", "text"} for part in parts):
        return parts
    return "".join(part["text"] for part in parts)


def _is_text(block: object) -> bool:
    return isinstance(block, str) or (isinstance(block, dict) and block.get("type") in _TEXTS)


def _convert_tool_call(id_: str | None, name: str | None, arguments: str) -> dict[str, Any]:
    return {"type": "function", "id": id_, "function": {"name": name, "arguments": arguments}}


def _as_arguments(arguments: str | None) -> str:
    """Return arguments that can be sent: an object, whatever the model had written."""
    try:
        if isinstance(json.loads(arguments or ""), dict):
            return arguments or "{}"
    except ValueError:
        pass
    return json.dumps({"invalid_arguments": arguments}, ensure_ascii=False)


# -- what a user, a system or a tool says ------------------------------------------------------


def _convert_content(content: str | list[Any], vendor: Vendor) -> str | list[dict[str, Any]]:
    if isinstance(content, str):
        return content
    parts = (_convert_block(block, vendor) for block in content)
    return [part for part in parts if part is not None] or ""  # an empty list is refused


def _convert_block(block: Any, vendor: Vendor) -> dict[str, Any] | None:
    """Return a content part, or `None` for what only its own provider can read.

    Raises:
        ValueError: If the block cannot be sent.
    """
    if isinstance(block, str):
        return {"type": "text", "text": block}
    if not isinstance(block, dict):
        msg = f"A content block is a {type(block).__name__}; expected text or a dict."
        raise ValueError(msg)  # noqa: TRY004 - a value in the user's data
    kind = block.get("type")
    if kind in _OF_OTHERS:
        return None
    if kind == "non_standard" and isinstance(block.get("value"), dict):
        return _convert_block(block["value"], vendor)
    part = _convert_text(block) or _convert_media(block) or dict(block)
    if part["type"] == "video_url" and vendor.video is False:
        msg = (
            f"CometAPI drops video for {vendor.family} models on the chat route, so it is not "
            "sent. Use the vendor's native route, or send single frames as images."
        )
        raise ValueError(msg)
    return _with_cache_control(part, block, vendor)


def _convert_text(block: dict[str, Any]) -> dict[str, Any] | None:
    field = _TEXTS.get(str(block.get("type")))
    if field is None or field not in block:
        return None
    part = {"type": "text", "text": block[field]}
    extras = block.get("extras")
    for place in (block, extras if isinstance(extras, dict) else {}):
        if "prompt_cache_breakpoint" in place:
            part.setdefault("prompt_cache_breakpoint", place["prompt_cache_breakpoint"])
    return part


def _convert_media(block: dict[str, Any]) -> dict[str, Any] | None:
    kind, source = block.get("type"), block.get("source")
    if kind in ("image", "document") and isinstance(source, dict):
        return _convert_anthropic_media(kind, source)
    if kind in ("input_image", "input_file"):
        return _convert_responses_media(block)
    if kind == "media":
        block = _from_google_media(block)
    return _convert_standard_media(block) if is_data_content_block(block) else None


def _from_google_media(block: dict[str, Any]) -> dict[str, Any]:
    """Return the standard block for one of langchain-google-genai's own."""
    mime_type = str(block.get("mime_type") or "")
    main = mime_type.partition("/")[0]
    media = {"base64": block["data"]} if "data" in block else {"url": block.get("file_uri")}
    kind = main if main in ("image", "audio", "video") else "file"
    return {"type": kind, "mime_type": mime_type, **media}


def _convert_standard_media(block: dict[str, Any]) -> dict[str, Any]:
    kind, mime_type = block["type"], str(block.get("mime_type") or "")
    if kind == "video" or (kind == "file" and mime_type.startswith("video/")):
        url = block.get("url") or _data_url(block, "video/mp4")
        return {"type": "video_url", "video_url": {"url": url}}
    if kind == "file" and "url" in block:
        return _file(block, file_data=block["url"])
    if kind == "audio" and "url" in block:
        msg = (
            "Audio cannot be sent by URL on this route. Download it and pass its content: "
            '{"type": "audio", "base64": ..., "mime_type": "audio/wav"}.'
        )
        raise ValueError(msg)
    if kind == "file" and ("base64" in block or block.get("source_type") == "base64"):
        return _file(block, file_data=_data_url(block, "application/pdf"))
    part = convert_to_openai_data_block(block)
    if audio := part.get("input_audio"):
        audio["format"] = _AUDIO_FORMATS.get(audio["format"], audio["format"])
    return part


def _convert_responses_media(block: dict[str, Any]) -> dict[str, Any]:
    if block["type"] == "input_image":
        image = {"url": block.get("image_url")}
        if "detail" in block:
            image["detail"] = block["detail"]
        return {"type": "image_url", "image_url": image}
    if "file_id" in block:
        return {"type": "file", "file": {"file_id": block["file_id"]}}
    return _file(block, file_data=str(block.get("file_data") or block.get("file_url")))


def _convert_anthropic_media(kind: str, source: dict[str, Any]) -> dict[str, Any] | None:
    if source.get("type") == "text":
        return {"type": "text", "text": source.get("data", "")}
    if "file_id" in source:
        return {"type": "file", "file": {"file_id": source["file_id"]}}
    url = source.get("url") or _data_url(
        {"base64": source.get("data"), "mime_type": source.get("media_type")}, "image/png"
    )
    if kind == "document":
        return _file({"mime_type": source.get("media_type")}, file_data=url)
    return {"type": "image_url", "image_url": {"url": url}}


def _data_url(block: dict[str, Any], default_type: str) -> str:
    data = block.get("base64") or block.get("data")
    if not data:
        msg = f"A {block.get('type', 'media')} block needs `base64`, `url` or `file_id`."
        raise ValueError(msg)
    return f"data:{block.get('mime_type') or default_type};base64,{data}"


def _file(block: dict[str, Any], **file: str) -> dict[str, Any]:
    """Return a file part; OpenAI refuses a file without a name."""
    places = (block, block.get("extras"), block.get("metadata"))
    names = (p["filename"] for p in places if isinstance(p, dict) and p.get("filename"))
    ending = mimetypes.guess_extension(block.get("mime_type") or "application/pdf") or ""
    return {"type": "file", "file": {**file, "filename": next(names, f"file{ending}")}}


def _with_cache_control(
    part: dict[str, Any], block: dict[str, Any], vendor: Vendor
) -> dict[str, Any]:
    extras = block.get("extras")
    cache_control = block.get("cache_control") or (
        extras.get("cache_control") if isinstance(extras, dict) else None
    )
    part = {key: value for key, value in part.items() if key != "cache_control"}
    if cache_control and vendor.cache_control is not False:
        part["cache_control"] = cache_control
    return part
