"""LangChain messages, whoever made them, as this gateway and the vendor of the model take them."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any, TypeAlias

from langchain_core.messages import (
    AIMessage,
    ChatMessage,
    FunctionMessage,
    HumanMessage,
    SystemMessage,
    ToolMessage,
)

from langchain_cometapi._chat.request.parts import (
    convert_content,
    convert_said,
    holds_media,
    is_type,
    read_result,
)
from langchain_cometapi._content.origin import PROVIDER, replay
from langchain_cometapi._vendors.registry import get_vendor

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from langchain_core.messages import BaseMessage

    from langchain_cometapi._context import CallContext

# A message and its place in the user's history.
_Numbered: TypeAlias = "tuple[int, BaseMessage]"

CALLS = ("tool_use", "tool_call", "function_call")
"""Blocks in a content that are tool calls: Anthropic's, LangChain's, the Responses API's."""

# What is sent for the name of a call that has none, as `null` is refused.
_NO_NAME = "unnamed_tool"

_MEDIA_DROPPED = (
    "is sent the text of assistant messages alone, so the pictures and other media in them are "
    "left out; to ask about one, pass it in a user message"
)

# What a model made stands here if it does not stand in the content; sound has rules of its own.
_MADE = ("images", "videos", "files")

_NOBODY: frozenset[str] = frozenset()

_to_json = json.JSONEncoder(ensure_ascii=False).encode


def convert_messages(messages: Sequence[BaseMessage], context: CallContext) -> list[dict[str, Any]]:
    """Convert a history to the messages of a request.

    Args:
        messages: The history; nothing in it is changed.
        context: The model that is asked; what is changed for it is recorded there.

    Raises:
        ValueError: If a content block cannot be sent to this model.
        TypeError: If a message is of no known class.
    """
    history = _split_results(messages)
    encoded = []
    for (number, message), answered in zip(history, _answered(history), strict=True):
        try:
            body = _convert_message_to_dict(message, context, answered)
        except ValueError as error:
            msg = f"Message {number}: {error}"
            raise ValueError(msg) from error
        if isinstance(message, AIMessage):
            replay(message, body, context.vendor, context.origin, context.replay_reasoning)
        encoded.append(body)
    return encoded


def _split_results(messages: Sequence[BaseMessage]) -> list[_Numbered]:
    """Part Anthropic's tool results, which stand in user messages, from the rest of these.

    The results of calls in parallel may stand in several. All of them go first, as nothing may
    come between a call and its result.
    """
    history: list[_Numbered] = []
    rests: list[_Numbered] = []
    for number, message in enumerate(messages):
        results = _results(message)
        if not results:
            if rests and not isinstance(message, ToolMessage):
                history += rests
                rests = []
            history.append((number, message))
            continue
        history += [(number, result) for result in results]
        if rest := [block for block in message.content if not is_type(block, "tool_result")]:
            rests.append((number, message.model_copy(update={"content": rest})))
    return history + rests


def _results(message: BaseMessage) -> list[ToolMessage]:
    if not isinstance(message, HumanMessage) or not isinstance(message.content, list):
        return []
    return [
        ToolMessage([block], tool_call_id=block.get("tool_use_id") or "")
        for block in message.content
        if isinstance(block, dict) and is_type(block, "tool_result")
    ]


def _answered(history: list[_Numbered]) -> list[frozenset[str]]:
    """Return for each message the calls that the tool messages right after it answer."""
    answered: list[frozenset[str]] = []
    after = _NOBODY
    for _, message in reversed(history):
        answered.append(after)
        after = after | {message.tool_call_id} if isinstance(message, ToolMessage) else _NOBODY
    return answered[::-1]


def _convert_message_to_dict(
    message: BaseMessage, context: CallContext, answered: Collection[str]
) -> dict[str, Any]:
    if isinstance(message, AIMessage):
        body = _convert_ai_message(message, context, answered)
    elif isinstance(message, ToolMessage):
        content = convert_content(_unwrap_result(message.content), context)
        return {"role": "tool", "tool_call_id": message.tool_call_id, "content": content}
    else:
        body = {
            "role": _role(message, context),
            "content": convert_content(message.content, context),
        }
    if (name := message.name or message.additional_kwargs.get("name")) is not None:
        body["name"] = name
    return body


def _unwrap_result(content: str | list[Any]) -> str | list[Any]:
    """Take the content out of an Anthropic block around it, as text where it is one."""
    if isinstance(content, list) and len(content) == 1 and is_type(content[0], "tool_result"):
        return content if content[0].get("cache_control") else read_result(content[0])
    return content


def _role(message: BaseMessage, context: CallContext) -> str:
    if isinstance(message, HumanMessage):
        return "user"
    if isinstance(message, FunctionMessage):
        return "function"
    if isinstance(message, SystemMessage):
        role = str(message.additional_kwargs.get("__openai_role__", "system"))
    elif isinstance(message, ChatMessage):
        role = message.role
    else:
        msg = f"Messages of the type {type(message).__name__} cannot be sent."
        raise TypeError(msg)
    if role == "developer" and context.vendor.developer_role is False:
        context.record_change("developer", "renamed", "takes it as `system`")
        return "system"
    return role


# -- what a model said -------------------------------------------------------------------------


def _convert_ai_message(
    message: AIMessage, context: CallContext, answered: Collection[str]
) -> dict[str, Any]:
    extras = message.additional_kwargs
    body: dict[str, Any] = {
        "role": "assistant",
        "content": convert_said(message.content, context) or extras.get("refusal") or "",
    }
    if calls := _read_calls(message, answered):
        body["tool_calls"] = calls
    elif "function_call" in extras:
        body["function_call"] = extras["function_call"]
    if calls or "function_call" in body:
        body["content"] = body["content"] or None
    audio = extras.get("audio")
    if isinstance(audio, dict):
        _add_audio(body, audio, message, context)
    made = any(extras.get(name) for name in _MADE)
    if made or holds_media(message.content, but_audio=isinstance(audio, dict)):
        context.record_change("messages", "dropped", _MEDIA_DROPPED)
    return body


def _add_audio(
    body: dict[str, Any], audio: dict[str, Any], message: AIMessage, context: CallContext
) -> None:
    """Send back what was spoken: by its id where that is known, else in words.

    Nobody takes the sound itself back.
    """
    if audio.get("id") and _knows_audio(audio, message, context):
        body["audio"] = {"id": audio["id"]}
    elif not body["content"]:
        body["content"] = audio.get("transcript") or body["content"]


def _knows_audio(audio: dict[str, Any], message: AIMessage, context: CallContext) -> bool:
    expires_at = audio.get("expires_at")
    if isinstance(expires_at, int | float) and expires_at <= time.time():
        return False
    metadata = message.response_metadata
    name = metadata.get("model_name")
    if metadata.get("model_provider") == PROVIDER and name and isinstance(name, str):
        return get_vendor(name).family == context.vendor.family
    return context.vendor.audio_ids is True


def _read_calls(message: AIMessage, answered: Collection[str]) -> list[dict[str, Any]]:
    if message.tool_calls or message.invalid_tool_calls:
        calls = [_tool_call(call["id"], call["name"], call["args"]) for call in message.tool_calls]
        # A call that could not run has an answer only if somebody wrote one, and a call without
        # an answer is refused.
        bad = [call for call in message.invalid_tool_calls if call["id"] in answered]
        return calls + [_tool_call(call["id"], call["name"], call["args"]) for call in bad]
    # Calls in other places were made by hand, or are what is left after somebody has taken all
    # of them back: their answers tell.
    found = list(_calls_in_content(message.content)) or list(_raw_calls(message))
    return [c for c in found if isinstance(c.get("id"), str) and c["id"] in answered]


def _raw_calls(message: AIMessage) -> Iterator[dict[str, Any]]:
    calls = message.additional_kwargs.get("tool_calls")
    for call in calls if isinstance(calls, list) else ():
        function = call.get("function") if isinstance(call, dict) else None
        if isinstance(function, dict) and function.get("name"):
            yield {key: value for key, value in call.items() if key in {"id", "type", "function"}}


def _calls_in_content(content: str | list[Any]) -> Iterator[dict[str, Any]]:
    for block in content if isinstance(content, list) else ():
        if not isinstance(block, dict) or block.get("type") not in CALLS:
            continue
        id_ = block.get("call_id") or block.get("id")
        keys = ("input", "partial_json", "args", "arguments")  # a stream leaves `input` empty
        arguments: Any = next((block[key] for key in keys if block.get(key)), {})
        yield _tool_call(id_, block.get("name"), arguments)


def _tool_call(id_: str | None, name: str | None, arguments: Any) -> dict[str, Any]:
    written = _to_json(arguments) if isinstance(arguments, dict) else _as_arguments(arguments)
    function = {"name": name or _NO_NAME, "arguments": written}
    return {"type": "function", "id": id_, "function": function}


def _as_arguments(arguments: Any) -> str:
    """Return arguments that can be sent: an object, whatever the model had written."""
    try:
        if isinstance(arguments, str) and isinstance(json.loads(arguments), dict):
            return arguments
    except ValueError:
        pass
    return _to_json({"invalid_arguments": arguments})
