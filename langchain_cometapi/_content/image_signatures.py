"""The signatures of Gemini's images in LangChain's standard blocks, which have no place for them.

Gemini wants the signature of an image back with it (ai.google.dev, thought signatures; 2026), but
LangChain loses it where `output_version` is v1.
"""

from __future__ import annotations

from typing import Any

KEY = "cometapi_image_signatures"
"""Key of `additional_kwargs` for the signatures of the images of a message, in their order."""


def keep_signatures(message: Any) -> None:
    """Keep the signatures of images that are about to become standard blocks.

    Args:
        message: A message or a chunk, as LangChain's class has read it.
    """
    if not isinstance(message.content, list):
        return
    images = [block for block in message.content if _is(block, "image_url")]
    if images:  # signed or not: core appends the lists of chunks
        signatures = [(image.get("extras") or {}).get("signature") or "" for image in images]
        message.additional_kwargs[KEY] = signatures


def restore_signatures(content: Any, signatures: Any) -> Any:
    """Return the content of a message with its signed images as LangChain's class sends them.

    Args:
        content: The content, in standard blocks.
        signatures: What `keep_signatures` has kept, if anything.
    """
    count = sum(_is(block, "image") for block in content)
    if not isinstance(signatures, list) or len(signatures) != count:
        return content  # the user has changed the images
    remaining = iter(signatures)
    return [_sign(block, next(remaining)) if _is(block, "image") else block for block in content]


def _is(block: Any, type_: str) -> bool:
    return isinstance(block, dict) and block.get("type") == type_


def _sign(block: dict[str, Any], signature: str) -> dict[str, Any]:
    if not signature or "base64" not in block:
        return block
    media = {"type": "media", "mime_type": block.get("mime_type"), "data": block["base64"]}
    return {"type": "non_standard", "value": {**media, "extras": {"signature": signature}}}
