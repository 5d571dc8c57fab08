"""Assistant messages, of any model and any provider, as the body of a request has them."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

from langchain_cometapi._chat.request.blocks import TOOL_CALL_BLOCKS
from langchain_cometapi._chat.request.json_values import write_arguments
from langchain_cometapi._chat.request.parts import contains_media, convert_assistant_content
from langchain_cometapi._content.origin import PROVIDER
from langchain_cometapi._vendors.registry import get_vendor

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from langchain_core.messages import AIMessage

    from langchain_cometapi._context import CallContext

GENERATED_MEDIA_KEYS = ("images", "videos", "files")
"""Keys of `additional_kwargs` with generated media; audio has rules of its own."""

MEDIA_DROPPED = (
    "is sent the text of assistant messages alone, so the images and other media in them are "
    "left out; to ask about one, pass it in a user message"
)

# Sent for the name of a call that has none, as `null` is refused.
_NO_NAME = "unnamed_tool"

# Where a block has the arguments of a call; streamed blocks leave `input` empty.
_ARGUMENT_FIELDS = ("input", "partial_json", "args", "arguments")

CUSTOM_INPUT = "__arg1"
"""Argument of LangChain's calls that holds the text of a call of a custom tool."""

# What Google's packages of LangChain write as `model_provider`.
_GOOGLE = frozenset({"google_genai", "google_vertexai"})

_RAW_CALL_FIELDS = frozenset({"id", "type", "function"})


def convert_assistant_message(
    message: AIMessage, context: CallContext, answered: Collection[str]
) -> dict[str, Any]:
    """Return an assistant message as it is sent, without reasoning.

    Args:
        message: The message.
        context: The call; media that are left out are recorded there.
        answered: Ids of the tool calls that have a result right after the message.
    """
    extras = message.additional_kwargs
    body: dict[str, Any] = {
        "role": "assistant",
        "content": convert_assistant_content(message.content, context)
        or extras.get("refusal")
        or "",
    }
    if calls := find_calls(message, answered):
        body["tool_calls"] = calls
    elif "function_call" in extras and not _is_of_google(message):
        body["function_call"] = extras["function_call"]
    if calls or "function_call" in body:
        body["content"] = body["content"] or None
    if not extras and isinstance(message.content, str):  # as most are
        return body
    audio = extras.get("audio")
    except_kind = ""
    if isinstance(audio, dict):
        _add_audio(body, audio, message, context)
        except_kind = "audio"  # sent back, as far as it can be
    is_generated = any(extras.get(key) for key in GENERATED_MEDIA_KEYS)
    is_generated |= isinstance(audio, bytes)  # Gemini's
    has_items = context.keeps_items_of(message)  # `create_own_items` sends images, too
    if is_generated or contains_media(
        message.content, except_kind=except_kind, except_items=has_items
    ):
        context.record_change("messages", "dropped", MEDIA_DROPPED)
    return body


def _is_of_google(message: AIMessage) -> bool:
    """Return whether `langchain-google-genai` made a message.

    It repeats the last tool call as `function_call`, also where the call is invalid or was removed.
    """
    return message.response_metadata.get("model_provider") in _GOOGLE


# -- audio ---------------------------------------------------------------------------------------


def _add_audio(
    body: dict[str, Any], audio: dict[str, Any], message: AIMessage, context: CallContext
) -> None:
    """Add generated audio: its id where the model knows it, else its transcript.

    No model takes the data of generated audio back.
    """
    if audio.get("id") and _is_known_audio(audio, message, context):
        body["audio"] = {"id": audio["id"]}
    elif not body["content"]:
        body["content"] = audio.get("transcript") or body["content"]


def _is_known_audio(audio: dict[str, Any], message: AIMessage, context: CallContext) -> bool:
    """Return whether the id of generated audio has not expired and is of the model's family."""
    expires_at = audio.get("expires_at")
    if isinstance(expires_at, int | float) and expires_at <= time.time():
        return False
    metadata = message.response_metadata
    name = metadata.get("model_name")
    if metadata.get("model_provider") == PROVIDER and name and isinstance(name, str):
        return get_vendor(name).family == context.vendor.family
    return context.vendor.audio_ids is True


# -- tool calls ----------------------------------------------------------------------------------


def find_calls(message: AIMessage, answered: Collection[str]) -> list[dict[str, Any]]:
    """Return the tool calls of a message as they are sent: the valid ones, then others.

    A call without a result is refused. Invalid calls have one only if the user has added it, so
    they are sent only then. So are calls that are in no field of LangChain: the user has added
    them, or has removed the parsed ones to take them back.
    """
    if message.tool_calls or message.invalid_tool_calls:
        invalid = [call for call in message.invalid_tool_calls if call["id"] in answered]
        calls = [*message.tool_calls, *invalid]
        return [_create_call(call["id"], call["name"], call["args"]) for call in calls]
    if isinstance(message.content, str) and "tool_calls" not in message.additional_kwargs:
        return []
    found = list(_read_call_blocks(message.content)) or list(_read_raw_calls(message))
    return [call for call in found if isinstance(call.get("id"), str) and call["id"] in answered]


def _read_raw_calls(message: AIMessage) -> Iterator[dict[str, Any]]:
    """Yield the calls in `additional_kwargs`, in OpenAI's form."""
    calls = message.additional_kwargs.get("tool_calls")
    for call in calls if isinstance(calls, list) else ():
        function = call.get("function") if isinstance(call, dict) else None
        if isinstance(function, dict) and function.get("name"):
            yield {key: value for key, value in call.items() if key in _RAW_CALL_FIELDS}


def _read_call_blocks(content: str | list[Any]) -> Iterator[dict[str, Any]]:
    """Yield the calls in the content, of any dialect."""
    for block in content if isinstance(content, list) else ():
        if isinstance(block, dict) and block.get("type") in TOOL_CALL_BLOCKS:
            id_ = block.get("call_id") or block.get("id")
            arguments: Any = next((block[n] for n in _ARGUMENT_FIELDS if block.get(n)), {})
            if block["type"] == "custom_tool_call":
                arguments = {CUSTOM_INPUT: arguments or ""}
            yield _create_call(id_, block.get("name"), arguments)


def _create_call(id_: str | None, name: str | None, arguments: Any) -> dict[str, Any]:
    name = name or _NO_NAME
    if not isinstance(arguments, dict):
        if _is_json_object(arguments):
            return _create_raw_call(id_, name, arguments)
        arguments = {"invalid_arguments": arguments}
    return _create_raw_call(id_, name, write_arguments(arguments, name))


def _create_raw_call(id_: str | None, name: str, arguments: str) -> dict[str, Any]:
    return {"type": "function", "id": id_, "function": {"name": name, "arguments": arguments}}


def _refuse_constant(name: str) -> None:
    raise ValueError(name)  # `NaN`, which Python reads and no vendor does


def _load_strictly(text: str) -> Any:
    return json.loads(text, parse_constant=_refuse_constant)


def _is_json_object(text: Any) -> bool:
    try:
        return isinstance(text, str) and isinstance(_load_strictly(text), dict)
    except (ValueError, RecursionError):
        return False
