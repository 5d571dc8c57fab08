"""Images, audio, video and files that a model returns, in any form, as standard content blocks."""

from __future__ import annotations

import base64
import binascii
import mimetypes
import re
from typing import Any

_KINDS = {
    "image": ("image", "image_url", "output_image", "input_image"),
    "audio": ("audio", "audio_url", "output_audio", "input_audio"),
    "video": ("video", "video_url", "output_video"),
    "file": ("file", "file_url", "output_file", "input_file"),
}
_KIND_OF_TYPE = {name: kind for kind, names in _KINDS.items() for name in names}

MEDIA_TYPES = tuple(_KIND_OF_TYPE)
"""The types of content parts that are media."""

_FIELDS = {"images": "image", "audio": "audio", "videos": "video", "files": "file"}
"""Field of a message -> the kind of media in it."""

_DATA = ("b64_json", "base64", "data", "file_data")
_TYPES = ("mime_type", "media_type", "format")
_DEFAULT_TYPES = {
    "image": "image/png",
    "audio": "audio/wav",
    "video": "video/mp4",
    "file": "application/octet-stream",
}
_FORMATS = {"mp3": "audio/mpeg"}
_STANDARD = {"base64", "url", "file_id", "source_type", "source"}
"""A part with a type and one of these fields is in a form that core knows already."""

_DATA_URL = re.compile(r"data:([^;,]*)[^,]*,(.*)", re.DOTALL)


def create_media_block(item: Any, kind: str | None = None) -> dict[str, Any] | None:
    """Return an image, audio, video or file as a standard block.

    Args:
        item: A part of the content, or an item of a field such as `images`.
        kind: Its kind if it has no type of its own.

    Returns:
        The block, or `None` if it is something else, or in a form that core knows.
    """
    facts = {"url": item} if isinstance(item, str) else dict(item)
    type_ = facts.pop("type", None)
    type_ = type_ if isinstance(type_, str) else ""  # a list cannot be a key
    if kind is None and type_ in _KINDS and facts.keys() & _STANDARD:
        return None
    kind = _KIND_OF_TYPE.get(type_, kind)
    if kind is None:
        return None
    for name in _KINDS[kind]:
        inner = facts.pop(name, None)
        if isinstance(inner, dict):
            facts |= inner
        elif inner is not None:
            facts["url"] = inner
    return _create_block(kind, facts)


def _create_block(kind: str, facts: dict[str, Any]) -> dict[str, Any] | None:
    block: dict[str, Any] = {"type": kind}
    for name in _TYPES:
        if _is_text(value := facts.pop(name, None)):
            mime_type = value if "/" in value else f"{kind}/{value}"
            block.setdefault("mime_type", _FORMATS.get(value, mime_type))
    data = next((facts.pop(name) for name in _DATA if _is_text(facts.get(name))), None)
    if data is None and _is_text(facts.get("url")) and facts["url"].startswith("data:"):
        data = facts.pop("url")
    if data is not None:
        if url := _DATA_URL.fullmatch(data):
            data = url[2]
            block["mime_type"] = url[1] or block.get("mime_type")
        block["base64"] = join_base64(data)
        block["mime_type"] = block.get("mime_type") or _guess_type(kind, facts)
    elif _is_text(facts.get("url")):
        block["url"] = facts.pop("url")
    elif _is_text(facts.get("file_id")):
        block["file_id"] = facts.pop("file_id")
    else:
        return None
    if facts.get("id"):
        block["id"] = facts.pop("id")
    if extras := {k: v for k, v in facts.items() if v is not None and k not in ("index", "id")}:
        block["extras"] = extras
    return block


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value)


def _guess_type(kind: str, facts: dict[str, Any]) -> str:
    name = facts.get("filename")
    guess = mimetypes.guess_type(name)[0] if isinstance(name, str) else None
    return guess or _DEFAULT_TYPES[kind]


def join_base64(data: str) -> str:
    """Return base64 that came in pieces, each padded by itself, as a single one."""
    if "=" not in data.rstrip("="):
        return data
    try:
        pieces = [base64.b64decode(piece) for piece in re.findall(r"[^=]+=*", data)]
    except binascii.Error:
        return data
    return base64.b64encode(b"".join(pieces)).decode()


def create_media_blocks(extras: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the images, audio, videos and files in the fields of a message."""
    blocks = []
    for name, kind in _FIELDS.items():
        field = extras.get(name)
        for item in field if isinstance(field, list) else [field] if field else ():
            block = create_media_block(item, kind) if isinstance(item, (str, dict)) else None
            if block is not None:
                blocks.append(block)
            elif name != "audio":  # audio may be no more than an id and a transcript
                value = item if isinstance(item, dict) else {"value": item}
                blocks.append({"type": "non_standard", "value": value})
    return blocks


# -- media in Markdown ---------------------------------------------------------------------------

_MAX_ALT_LENGTH = 200
_TARGET_END = re.compile(r"[()\s]")
_IMAGE = re.compile(
    # Of limited length, as each `![` would be followed to the end of the text otherwise.
    rf"!\[([^\]\n]{{0,{_MAX_ALT_LENGTH}}})\]\((data:[^,()\s]{{0,200}};base64,[^()\s]+)\)"
)


class MarkdownMedia:
    """Takes `![alt](data:image/png;base64,...)` out of text that comes in pieces.

    Text is buffered only from `![` on, and only for as long as it may become such an image.
    """

    __slots__ = ("_buffered", "_in_data")

    def __init__(self) -> None:
        """Start a text."""
        self._buffered: list[str] = []
        self._in_data = False

    def push(self, text: str) -> list[tuple[dict[str, Any], int]]:
        """Take in a piece of text.

        Returns:
            Text and media blocks, each with the length of the text it was.
        """
        if not self._buffered and "![" not in text:
            return _text_block(text)
        self._buffered.append(text)
        if self._in_data and not re.search(r"[)\s]", text):
            return []  # do not search megabytes again with each piece
        whole = "".join(self._buffered)
        blocks, rest = _split_media(whole)
        start = _find_open_image(rest)
        self._buffered = [rest[start:]] if start < len(rest) else []
        self._in_data = "](data:" in rest[start:]
        return [*blocks, *_text_block(rest[:start])]

    def close(self) -> list[tuple[dict[str, Any], int]]:
        """Return what is buffered at the end of the text."""
        buffered, self._buffered, self._in_data = "".join(self._buffered), [], False
        return _text_block(buffered)


def read_markdown(text: str) -> list[tuple[dict[str, Any], int]]:
    """Return the blocks of a whole text, each with the length of the text it was."""
    blocks, rest = _split_media(text)
    return [*blocks, *_text_block(rest)]


def _text_block(text: str) -> list[tuple[dict[str, Any], int]]:
    return [({"type": "text", "text": text}, len(text))] if text else []


def _split_media(text: str) -> tuple[list[tuple[dict[str, Any], int]], str]:
    """Return the blocks up to the last whole image, and the text after it."""
    blocks: list[tuple[dict[str, Any], int]] = []
    end = 0
    for found in _IMAGE.finditer(text):
        kind = found[2][len("data:") :].partition("/")[0]
        item = {"url": found[2]} | ({"alt": found[1]} if found[1] else {})
        block = create_media_block(item, kind if kind in _KINDS else "file")
        if block is not None:
            blocks += [*_text_block(text[end : found.start()]), (block, len(found[0]))]
            end = found.end()
    return blocks, text[end:]


def _find_open_image(text: str) -> int:
    """Return where an image begins that is not whole yet, else the end of the text."""
    start = text.find("![")
    while start >= 0:
        end = text.find("](", start + 2, start + 2 + _MAX_ALT_LENGTH + 2)
        if end >= 0:
            alt, target = text[start + 2 : end], end + 2
            if text.startswith("data:", target):
                may_go_on = not _TARGET_END.search(text, target)
            else:
                may_go_on = "data:".startswith(text[target : target + len("data:")])
            if may_go_on and "]" not in alt and "\n" not in alt:
                return start
        else:
            alt = text[start + 2 : start + 2 + _MAX_ALT_LENGTH + 1]
            if len(alt) <= _MAX_ALT_LENGTH and "\n" not in alt and "]" not in alt[:-1]:
                return start
        start = text.find("![", start + 2)
    return len(text)
