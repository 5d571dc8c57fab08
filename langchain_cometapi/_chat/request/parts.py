"""The content of a message in any dialect, as the parts of a chat completion."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_cometapi._chat.request.blocks import (
    ITEM_INPUTS,
    find_text_field,
    get_cache_control,
    is_provider_block,
    is_type,
    open_blocks,
    read_text,
)
from langchain_cometapi._chat.request.json_values import check_json
from langchain_cometapi._chat.request.media import convert_media, convert_stored_image
from langchain_cometapi._content.media import is_media
from langchain_cometapi.exceptions import CometAPIUnsentRequestError

if TYPE_CHECKING:
    from langchain_cometapi._context import CallContext

# Output of a built-in tool of the Responses API that holds an image.
_IMAGE_CALL = "image_generation_call"


def convert_content(content: str | list[Any], context: CallContext) -> str | list[dict[str, Any]]:
    """Return the content of a user, system or tool message as it is sent.

    Raises:
        CometAPIUnsentRequestError: If a block cannot be sent to this model.
    """
    if isinstance(content, str):
        return content
    parts = (_convert_block(block, context) for block in open_blocks(content))
    # An empty list is refused, and so is an empty text next to an image.
    return [part for part in parts if part is not None and not _is_empty(part, context)] or ""


def convert_assistant_content(
    content: str | list[Any], context: CallContext
) -> str | list[dict[str, Any]]:
    """Return the content of an assistant message as it is sent: its text alone.

    Parts stay apart only where one has more than its text, such as `cache_control`.
    """
    if isinstance(content, str):
        return content
    blocks = (block for block in open_blocks(content) if read_text(block) is not None)
    converted = (_convert_block(block, context) for block in blocks)
    parts = [part for part in converted if part is not None]
    if any(part.keys() > {"type", "text"} for part in parts):
        return [part for part in parts if not _is_empty(part, context)]
    return "".join(part["text"] for part in parts)


def _is_empty(part: dict[str, Any], context: CallContext) -> bool:
    """Return whether a part is a text without characters, or of blanks where that is refused."""
    if part["type"] != "text":
        return False
    text: str = part["text"]
    return not text or (context.vendor.empty_messages is False and text.isspace())


def contains_media(
    content: str | list[Any], *, except_kind: str = "", except_items: bool = False
) -> bool:
    """Return whether a content has media as blocks.

    Args:
        content: The content.
        except_kind: A kind that does not count: image, audio, video or file.
        except_items: Whether images that are items of the Responses route do not count.
    """
    if isinstance(content, str):
        return False
    return any(
        is_media(block, except_kind=except_kind) or is_type(block, _IMAGE_CALL)
        for block in open_blocks(content)
        if read_text(block) is None and not (except_items and _is_image_item(block))
    )


def _is_image_item(block: Any) -> bool:
    """Whether a block is a generated image as the Responses route or LangChain has it."""
    is_image = is_type(block, "image") and str(block.get("id")).startswith("ig_")
    return is_image or is_type(block, _IMAGE_CALL)


def _convert_block(block: Any, context: CallContext) -> dict[str, Any] | None:
    """Return a content part, or `None` for a block that only its own provider can read.

    Raises:
        CometAPIUnsentRequestError: If the block cannot be sent.
    """
    if isinstance(block, str):
        return {"type": "text", "text": block}
    if not isinstance(block, dict):
        msg = f"A content block is a {type(block).__name__}; expected text or a dict."
        raise CometAPIUnsentRequestError(msg)
    if (text_field := find_text_field(block)) is not None:
        text = {"type": "text", "text": block[text_field]}
        return _add_cache_control(_add_breakpoint(text, block), block, context)
    type_ = block.get("type")
    if "cachePoint" in block and type_ is None:  # Bedrock's
        context.record_change("cachePoint", "left out", "takes `cache_control` of blocks instead")
        return None
    if is_provider_block(block) or type_ == "text":  # a text block without text is left out, too
        return None
    if type_ in ITEM_INPUTS and context.endpoint == "chat":
        context.record_change("messages", "dropped", f"has no {type_!r} on the chat route")
        return None
    if not isinstance(type_, str):
        keys = ", ".join(sorted(map(str, block)))
        msg = f'A content block has no `type`, only: {keys}. Text is {{"type": "text", "text": …}}.'
        raise CometAPIUnsentRequestError(msg)
    if context.endpoint == "responses":
        part = convert_stored_image(block, context.vendor)
        part = part or convert_media(block, context.vendor, "Responses") or dict(block)
    else:
        part = convert_media(block, context.vendor) or dict(block)
    if not _has_no_url(part):
        check_json(part, f"In a content block of the type {type_!r}, block")
    return _add_cache_control(_add_breakpoint(part, block), block, context)


def _has_no_url(part: dict[str, Any]) -> bool:
    """Return whether an image has another value for its URL, which has an error of its own."""
    if "image_url" not in part:
        return False
    image = part["image_url"]
    return not isinstance(image.get("url") if isinstance(image, dict) else image, str)


def _add_breakpoint(part: dict[str, Any], block: dict[str, Any]) -> dict[str, Any]:
    """Return a part with OpenAI's `prompt_cache_breakpoint` of its block."""
    extras = block.get("extras")
    for fields in (block, extras if isinstance(extras, dict) else {}):
        if "prompt_cache_breakpoint" in fields:
            part.setdefault("prompt_cache_breakpoint", fields["prompt_cache_breakpoint"])
    return part


def _add_cache_control(
    part: dict[str, Any], block: dict[str, Any], context: CallContext
) -> dict[str, Any]:
    """Return a part with the `cache_control` of its block, without where it is an error."""
    cache_control = get_cache_control(block)
    if not cache_control:
        return part
    part = {key: value for key, value in part.items() if key != "cache_control"}
    if context.vendor.cache_control is False:
        context.record_change("cache_control", "left out", "refuses it")
    else:
        part["cache_control"] = cache_control
    return part
