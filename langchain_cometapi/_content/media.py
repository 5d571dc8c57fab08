"""Images, audio, video and files of every dialect, read into one record."""

from __future__ import annotations

import base64
import mimetypes
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Callable

# Block type of any dialect -> kind of its medium, unless its MIME type says otherwise.
_KINDS = {
    "image": "image",
    "image_url": "image",
    "input_image": "image",
    "audio": "audio",
    "input_audio": "audio",
    "video": "video",
    "video_url": "video",
    "input_video": "video",
    "file": "file",
    "input_file": "file",
    "document": "file",
    "text-plain": "file",
    "media": "file",
}

PDF = "application/pdf"


@dataclass(frozen=True, kw_only=True)
class Medium:
    """The medium of a content block; a field is `""` where the block does not have it.

    Attributes:
        kind: image, audio, video or file.
        block_type: The type of the block, as the user wrote it.
        mime_type: Its MIME type.
        data: Its content in base64.
        url: Where it is, or a data URL.
        file_id: Its id at the vendor.
        filename: Its name.
        detail: How closely OpenAI's models look at an image.
    """

    kind: str
    block_type: str
    mime_type: str
    data: str
    url: str
    file_id: str
    filename: str
    detail: str


def is_media(block: object, *, except_kind: str = "") -> bool:
    """Return whether a block is a medium of any dialect.

    Args:
        block: The block.
        except_kind: A kind that does not count: image, audio, video or file.
    """
    type_ = block.get("type") if isinstance(block, dict) else None
    return isinstance(type_, str) and _KINDS.get(type_, except_kind) != except_kind


def read_medium(block: dict[str, Any]) -> Medium:
    """Return the medium of a block for which `is_media` holds.

    Users mix dialects, as in `{"type": "image", "image_url": {"url": ...}}`, so each reader gets
    the block, and the first that finds a field wins.
    """
    fields: dict[str, str] = {}
    for read in _READERS.values():
        for name, value in read(block).items():
            if isinstance(value, bytes):
                value = base64.b64encode(value).decode() if name == "data" else ""  # noqa: PLW2901
            if value and isinstance(value, str):
                fields.setdefault(name, value)
    block_type, data, url = block["type"], fields.get("data", ""), fields.get("url", "")
    if data.startswith(("data:", "http:", "https:")):
        data, url = "", data
    mime_type = fields.get("mime_type", "")
    if not mime_type and (format_ := fields.get("format")):
        mime_type = f"{_KINDS[block_type]}/{format_}"
    filename = fields.get("filename", "")
    mime_type = _find_mime_type(mime_type, url, filename)
    return Medium(
        kind=_find_kind(block_type, mime_type),
        block_type=block_type,
        mime_type=mime_type,
        data=data,
        url=url,
        file_id=fields.get("file_id", ""),
        filename=filename,
        detail=fields.get("detail", ""),
    )


# -- dialects ------------------------------------------------------------------------------------


def _read_langchain(block: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of LangChain's blocks.

    v1: `{"type": "image", "base64": ..., "mime_type": "image/png", "extras": {"detail": "low"}}`;
    v0: `{"type": "file", "source_type": "id", "id": ..., "metadata": {"filename": ...}}`.
    """
    more = {**_as_dict(block.get("metadata")), **_as_dict(block.get("extras"))}
    id_ = block.get("id") if block.get("source_type") == "id" else None
    return {
        "data": block.get("base64") or block.get("data"),
        "url": block.get("url"),
        "file_id": block.get("file_id") or id_,
        "mime_type": block.get("mime_type") or block.get("media_type"),
        "format": block.get("format"),
        "filename": block.get("filename") or more.get("filename"),
        "detail": block.get("detail") or more.get("detail"),
    }


def _read_chat_completions(block: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a part of a chat completion, under the name of its type.

    `{"type": "image_url", "image_url": {"url": ...}}`, or the URL itself in place of the object;
    `{"type": "input_audio", "input_audio": {"data": ..., "format": "wav"}}`;
    `{"type": "file", "file": {"file_data": ..., "filename": ...}}`.
    """
    inner = next((block[n] for n in (block["type"], "image_url", "video_url") if block.get(n)), "")
    if not isinstance(inner, dict):
        return {"url": inner}
    names = ("url", "file_id", "mime_type", "format", "filename", "detail")
    fields = {name: inner.get(name) for name in names}
    return {"data": inner.get("file_data") or inner.get("data"), **fields}


def _read_responses(block: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a part of the Responses API.

    `{"type": "input_file", "file_data": ..., "filename": ...}`; an `input_image` has its
    `image_url` where a chat completion has it.
    """
    names = ("file_id", "filename", "detail")
    fields = {name: block.get(name) for name in names}
    return {"data": block.get("file_data"), "url": block.get("file_url"), **fields}


def _read_anthropic(block: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of Anthropic's blocks.

    `{"type": "document", "title": ..., "source": {"type": "base64", "media_type": ..., ...}}`.
    """
    source = _as_dict(block.get("source"))
    return {
        "data": source.get("data"),
        "url": source.get("url"),
        "file_id": source.get("file_id"),
        "mime_type": source.get("media_type"),
        "filename": block.get("title") if block["type"] == "document" else None,
    }


def _read_google(block: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of `langchain-google-genai`'s blocks.

    `{"type": "media", "mime_type": "video/mp4", "file_uri": ...}`, or `data` with bytes.
    """
    return {
        "data": block.get("data"),
        "url": block.get("file_uri"),
        "mime_type": block.get("mime_type"),
    }


_READERS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "LangChain": _read_langchain,
    "OpenAI chat completions": _read_chat_completions,
    "OpenAI Responses API": _read_responses,
    "Anthropic": _read_anthropic,
    "Google": _read_google,
}
"""Dialect -> reader of its blocks."""


def _as_dict(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


# -- kinds ---------------------------------------------------------------------------------------


def _find_mime_type(mime_type: str, url: str, filename: str) -> str:
    """Return the MIME type of a medium: that of its data URL, its block's own, or by its name.

    Core declares each file of OpenAI's form a PDF, so the name decides against that.
    """
    if url.startswith("data:"):
        mime_type, url = url[5:100].partition(",")[0].partition(";")[0], ""
    if mime_type and mime_type != PDF:
        return mime_type
    return mimetypes.guess_type(filename or urlsplit(url).path)[0] or mime_type


def _find_kind(block_type: str, mime_type: str) -> str:
    main = mime_type.partition("/")[0]
    if main == "video" or (block_type == "media" and main in ("image", "audio")):
        return main
    return _KINDS[block_type]
