"""Content blocks of any dialect, as LangChain's own class for a vendor reads them."""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import unquote_to_bytes

from langchain_cometapi._chat.request.assistant_messages import MEDIA_DROPPED
from langchain_cometapi._chat.request.blocks import (
    ITEM_INPUTS,
    TOOL_CALL_BLOCKS,
    find_text_field,
    get_cache_control,
    is_provider_block,
    open_blocks,
)
from langchain_cometapi._chat.request.media import check_modality, read_text_file
from langchain_cometapi._content.media import PDF, Medium, is_media, read_medium
from langchain_cometapi.exceptions import CometAPIUnsentRequestError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from langchain_cometapi._context import CallContext

NativeEndpoint = Literal["messages", "generate_content"]

Content = str | list[Any]


@dataclass(frozen=True)
class NativeDialect:
    """What LangChain's class for a vendor reads (langchain-anthropic 1.7, google-genai 4.4).

    Attributes:
        route: The name of the route, for errors.
        providers: What its own messages have as `model_provider`.
        own_blocks: The types of its own blocks in messages that are not the model's.
        model_blocks: A regular expression of those in the model's.
        signed_reasoning: Whether the vendor refuses reasoning without a signature.
        text_documents: Whether text files have a block of their own.
        leading_system: Whether a system message is sent only if the history starts with one.
        joins_model_turns: Whether calls may not come right after another message of the model.
        media: Which media the route takes, where that is not what the row says of chat.
    """

    route: str
    providers: frozenset[str]
    own_blocks: frozenset[str]
    model_blocks: str
    signed_reasoning: bool = False
    text_documents: bool = False
    leading_system: bool = False
    joins_model_turns: bool = False
    media: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))


DIALECTS: dict[NativeEndpoint, NativeDialect] = {
    "messages": NativeDialect(
        route="Messages",
        providers=frozenset({"anthropic"}),
        own_blocks=frozenset(
            {"container_upload", "document", "search_result", "text-plain", "tool_reference"}
        ),
        model_blocks=r"text|(redacted_)?thinking|\w*tool_use|\w+_tool_result|compaction",
        signed_reasoning=True,
        text_documents=True,
        # Its reference has blocks of images and documents alone.
        media=MappingProxyType({"audio": False, "video": False}),
    ),
    "generate_content": NativeDialect(
        route="generateContent",
        providers=frozenset({"google_genai", "google_vertexai"}),
        own_blocks=frozenset({"media"}),
        model_blocks=r"text|thinking|reasoning|executable_code|code_execution_result|image_url"
        r"|media|function_call_signature",
        leading_system=True,
        # "function call turn comes immediately after a user turn or after a function response turn"
        # (google-gemini/gemini-cli#4504): not after another message, as of a second agent.
        joins_model_turns=True,
        media=MappingProxyType({"video": True}),
    ),
}

_CALL_BLOCKS = frozenset({*TOOL_CALL_BLOCKS, "tool_call_chunk", "invalid_tool_call"})

# What is added to a medium, in the block or in its `extras`.
_MEDIA_OPTIONS = (
    "cache_control",
    "citations",
    "context",
    "media_processing",
    "media_resolution",
    "title",
)


# -- messages that are not the model's -----------------------------------------------------------


def translate_system(content: Content, context: CallContext, dialect: NativeDialect) -> Content:
    """Return the content of a system message as the class for the vendor reads it: text.

    LangChain's class for Claude leaves out other blocks, also those that are text.

    Raises:
        CometAPIUnsentRequestError: If there is a medium in it, which no vendor reads there.
    """
    if isinstance(content, str):
        return content
    texts: list[Any] = []
    for block in open_blocks(content):
        if isinstance(block, dict) and (name := find_text_field(block)) is not None:
            texts += _create_text(block, name)
        elif isinstance(block, dict) and is_media(block):
            msg = (
                f"A system message has a block of the type {block['type']!r}, and the "
                f"{dialect.route} route reads text alone there. Put it into a user message."
            )
            raise CometAPIUnsentRequestError(msg)
        else:
            texts += _translate_block(block, context, dialect)
    return texts


def translate_content(content: Content, context: CallContext, dialect: NativeDialect) -> Content:
    """Return the content of a user or tool message as the class for the vendor reads it.

    Raises:
        CometAPIUnsentRequestError: If a medium cannot be sent to this model.
    """
    if isinstance(content, str):
        return content
    return [new for block in content for new in _translate_block(block, context, dialect)]


def _translate_block(block: Any, context: CallContext, dialect: NativeDialect) -> Iterator[Any]:
    if isinstance(block, str):
        yield from _create_text({"type": "text", "text": block}, "text")
    elif not isinstance(block, dict) or block.get("type") in dialect.own_blocks:
        yield block
    elif (opened := list(open_blocks([block]))) != [block]:
        for inner in opened:
            yield from _translate_block(inner, context, dialect)
    elif (name := find_text_field(block)) is not None:
        yield from _create_text(block, name)
    elif is_media(block):
        yield _translate_medium(block, context, dialect)
    elif block.keys() == {"cachePoint"}:  # Bedrock's
        context.record_change("cachePoint", "left out", "takes `cache_control` of blocks instead")
    elif block.get("type") in ITEM_INPUTS:
        reason = f"has no {block['type']!r} outside of the Responses route"
        context.record_change("messages", "dropped", reason)
    elif not is_provider_block(block):
        yield block


def _create_text(block: dict[str, Any], name: str) -> Iterator[dict[str, Any]]:
    """Yield a block of text, unless it is empty."""
    text = block[name]
    if not text or text.isspace():
        return
    if block.get("type") == "text":
        yield block
        return
    cache_control = get_cache_control(block)
    yield {
        "type": "text",
        "text": text,
        **({"cache_control": cache_control} if cache_control else {}),
    }


def _translate_medium(
    block: dict[str, Any], context: CallContext, dialect: NativeDialect
) -> dict[str, Any]:
    """Return LangChain's standard block of a medium of any dialect."""
    medium = read_medium(block)
    check_modality(medium, context.vendor, dialect.route)
    if dialect.text_documents:
        text = read_text_file(block, replace(context.vendor, files=False))
        if text is not None:
            plain = {"type": "text-plain", "text": text, "mime_type": "text/plain"}
            return {**plain, **_read_options(block, medium)}
    if isinstance(block.get("source"), dict) and dialect.text_documents:
        return block  # Anthropic's own image
    source = _read_source(medium)
    is_standard = block["type"] == medium.kind and source.items() <= block.items()
    if is_standard and "source_type" not in block:
        return block
    return {"type": medium.kind, **source, **_read_options(block, medium)}


def _read_source(medium: Medium) -> dict[str, str]:
    """Return the fields of a standard block that say where a medium is.

    Raises:
        CometAPIUnsentRequestError: If it is nowhere, or its type is not known.
    """
    mime_type = medium.mime_type or (PDF if medium.kind == "file" else "")
    typed = {"mime_type": mime_type} if mime_type else {}
    if medium.file_id:
        return {"file_id": medium.file_id, **typed}
    data = medium.data
    if medium.url.startswith("data:"):
        head, _, data = medium.url.partition(",")
        if not head.endswith(";base64"):
            data = base64.b64encode(unquote_to_bytes(data)).decode()
    elif medium.url:
        return {"url": medium.url, **({"mime_type": medium.mime_type} if medium.mime_type else {})}
    if not data or not mime_type:
        what = "its MIME type, such as `mime_type`: image/png" if data else "`base64` or `url`"
        msg = f"A block of the type {medium.block_type!r} needs {what}."
        raise CometAPIUnsentRequestError(msg)
    return {"base64": data, **typed}


def _read_options(block: dict[str, Any], medium: Medium) -> dict[str, Any]:
    extras = block.get("extras")
    places = (block, extras if isinstance(extras, dict) else {})
    found = {n: place[n] for n in _MEDIA_OPTIONS for place in places if place.get(n) is not None}
    if medium.filename and medium.kind == "file":
        found.setdefault("title", medium.filename)
    return found


# -- the model's messages ------------------------------------------------------------------------


def clean_model_content(
    content: Content,
    context: CallContext,
    dialect: NativeDialect,
    calls: Collection[str],
    *,
    is_v1: bool,
    is_own: bool,
) -> Content:
    """Return the content of a message of the vendor's own, without what it would refuse.

    Args:
        content: The content.
        context: The call; media that are left out are recorded there.
        dialect: The dialect.
        calls: The ids of the tool calls that are sent: those with a result, and new ones.
        is_v1: Whether it has LangChain's standard blocks, as a v1 output of the class.
        is_own: Whether the message says that it is the vendor's; if not, blocks of other vendors
            are left out, but for their text.
    """
    if isinstance(content, str):
        return "" if content.isspace() else content
    kept: list[Any] = []
    for block in content:
        if _is_readable(block, dialect, calls, is_v1=is_v1, is_own=is_own):
            kept.append(block)
        elif not is_own and isinstance(block, dict):
            kept += _read_foreign(block, context)
    if dialect.signed_reasoning:  # whose class sends a newer block as it is, with that of a stream
        return [
            {name: value for name, value in block.items() if name != "index"}
            if isinstance(block, dict)
            else block
            for block in kept
        ]
    return kept


def _read_foreign(block: dict[str, Any], context: CallContext) -> Iterator[dict[str, Any]]:
    """Yield the text of a block that the class does not read in a message of the model."""
    for inner in open_blocks([block]):
        if isinstance(inner, dict) and (name := find_text_field(inner)) is not None:
            yield from _create_text(inner, name)
        elif isinstance(inner, dict) and is_media(inner):
            context.record_change("messages", "dropped", MEDIA_DROPPED)


def _is_readable(
    block: Any, dialect: NativeDialect, calls: Collection[str], *, is_v1: bool, is_own: bool
) -> bool:
    if not isinstance(block, dict):
        return bool(block)
    type_ = str(block.get("type"))
    if type_ in _CALL_BLOCKS:
        return type_ != "invalid_tool_call" and block.get("id") in calls and (is_own or is_v1)
    if type_ == "input_json_delta":  # the remains of a stream
        return False
    if (dialect.signed_reasoning and type_ == "thinking") or type_ == "reasoning":
        if type_ == "reasoning" and not is_v1:
            return False
        extras = block.get("extras")
        return bool(
            extras.get("signature")
            if type_ == "reasoning" and isinstance(extras, dict)
            else block.get("signature")
        )
    return is_own or re.fullmatch(dialect.model_blocks, type_) is not None
