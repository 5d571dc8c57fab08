"""Tokens of messages and tools: of what is sent of them, by what counts the model's texts."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any, NamedTuple

from langchain_core.messages import AIMessage, RemoveMessage, ToolMessage

from langchain_cometapi._chat.request.assistant_messages import convert_assistant_message
from langchain_cometapi._chat.request.blocks import is_provider_block, open_blocks, read_text
from langchain_cometapi._chat.request.media import read_text_file
from langchain_cometapi._chat.request.replay import create_reasoning_fields
from langchain_cometapi._content import reasoning
from langchain_cometapi._content.media import is_media, read_medium
from langchain_cometapi._content.tokens import TOKENS_PER_IMAGE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from langchain_core.messages import BaseMessage

    from langchain_cometapi._content.tokens import TextCounter
    from langchain_cometapi._context import CallContext
    from langchain_cometapi._vendors.registry import Vendor


class MessageParts(NamedTuple):
    """What is counted of a message.

    Attributes:
        texts: Its texts: content, names and arguments of calls, reasoning that goes back.
        media: The tokens of each of its images, files and other media.
    """

    texts: list[str]
    media: list[int]


class TokenCount(NamedTuple):
    """The tokens of a request.

    Attributes:
        text: Of texts and what stands around messages.
        media: Of images, files and other media.
    """

    text: int
    media: int

    def scale(self, factor: float) -> int:
        """Return the sum, with the text's tokens times a factor."""
        return math.ceil(self.text * factor) + self.media


def count_request(
    messages: Sequence[BaseMessage],
    tools: Iterable[dict[str, Any]],
    context: CallContext,
    counter: TextCounter,
    read: Callable[[BaseMessage, CallContext], MessageParts],
) -> TokenCount:
    """Return the tokens of messages and tools.

    Args:
        messages: The messages, in any dialect that can be sent.
        tools: The tools as they are sent, on either route.
        context: The call.
        counter: Counts the texts.
        read: Returns what is counted of a message on the route of the call.
    """
    text = counter.per_request if messages else 0
    media = 0
    for message in messages:
        if isinstance(message, RemoveMessage):
            continue
        parts = read(message, context)
        text += counter.per_message + counter.count("\n".join(filter(None, parts.texts)))
        media += sum(parts.media)
    definitions = [counter.count(_write_tool(tool)) for tool in tools]
    if definitions:
        text += sum(definitions) + (context.vendor.tokens_for_tools or 0)
    return TokenCount(text, media)


def _write_tool(tool: dict[str, Any]) -> str:
    """Return the definition of a tool, without what is only around it."""
    inner = tool.get("function")
    definition = inner if isinstance(inner, dict) else tool
    bare = {name: value for name, value in definition.items() if name != "type"} or definition
    return write_json(bare)


def write_json(value: Any) -> str:
    """Return a value as JSON as vendors write it, for its length."""
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)
    except RecursionError:  # refused when it is sent
        return ""


def read_message(message: BaseMessage, context: CallContext) -> MessageParts:
    """Return what is counted of a message on the chat route."""
    if not isinstance(message, AIMessage):
        return read_input(message, context)
    body = encode_assistant(message, context)
    has_calls = bool(body.get("tool_calls"))
    fields = create_reasoning_fields(message, context, has_calls=has_calls)
    texts = [*read_body_texts(message, body), *map(reasoning.read_text, fields.values())]
    return MessageParts(texts, [])


def read_input(message: BaseMessage, context: CallContext) -> MessageParts:
    """Return what is counted of a message that the model has not written."""
    parts = MessageParts([], [])
    if message.name and not isinstance(message, ToolMessage):
        parts.texts.append(message.name)
    if isinstance(message.content, str):
        parts.texts.append(message.content)
        return parts
    for block in open_blocks(message.content):
        if is_provider_block(block):
            continue
        if (text := _find_text(block, context.vendor)) is not None:
            parts.texts.append(text)
        elif is_media(block):
            parts.media.append(count_medium(block, context.vendor))
        else:
            parts.texts.append(write_json(block))
    return parts


def _find_text(block: Any, vendor: Vendor) -> str | None:
    text = read_text(block)
    if text is not None or not is_media(block):
        return text
    try:
        return read_text_file(block, vendor)
    except ValueError:  # raised again when it is sent
        return None


def count_medium(block: dict[str, Any], vendor: Vendor) -> int:
    """Return the tokens of a medium.

    What a minute of audio or a page costs is known of few models, so each medium counts as an
    image of 1024 x 1024 pixels does.
    """
    tokens = vendor.tokens_per_image or TOKENS_PER_IMAGE
    if vendor.tokens_per_low_image is not None and read_medium(block).detail == "low":
        return vendor.tokens_per_low_image
    return tokens


class _Everything(frozenset[str]):
    """The ids of all calls: a part of a history need not have the results of its calls."""

    def __contains__(self, _: object) -> bool:
        return True


_ANSWERED = _Everything()


def encode_assistant(message: AIMessage, context: CallContext) -> dict[str, Any]:
    """Return an assistant message as the chat route sends it, without reasoning."""
    try:
        return convert_assistant_message(message, context, _ANSWERED)
    except ValueError:  # raised again when it is sent, as is the other
        return {"content": f"{message.text}{message.tool_calls}"}
    except RecursionError:
        return {"content": message.text}


def read_body_texts(message: AIMessage, body: dict[str, Any]) -> list[str]:
    """Return the texts of an assistant message, and name and arguments of each of its calls.

    Args:
        message: The message.
        body: The same as the chat route sends it.
    """
    content = body["content"] or ""
    texts = [message.name] if message.name else []
    texts += [content] if isinstance(content, str) else filter(None, map(read_text, content))
    if "audio" in body:  # the server has it, under its id
        texts.append(str(message.additional_kwargs["audio"].get("transcript") or ""))
    functions = [call["function"] for call in body.get("tool_calls") or ()]
    if older := body.get("function_call"):
        functions.append(older)
    texts += [f"{function.get('name')} {function.get('arguments')}" for function in functions]
    return texts
