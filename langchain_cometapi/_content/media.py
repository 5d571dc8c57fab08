"""Pictures, audio, video and files of every dialect, as parts of a chat completion."""

from __future__ import annotations

import base64
import mimetypes
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from langchain_cometapi._vendors.registry import Vendor

# Types of blocks, of LangChain, OpenAI (both APIs), Anthropic and Google, and what is in them.
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

MEDIA_PARTS = frozenset({"image_url", "input_audio", "video_url", "file"})
"""Types of the parts that are sent for them."""

# Kind: the field of a vendor's row, the word for it, the way out.
_COLUMNS = {
    "image": ("images", "images", "Ask a model that sees, or describe the image in text."),
    "audio": ("audio", "audio", "Ask a model that hears, or send a transcript."),
    "file": ("files", "files", "Send the text of the file."),
    "video": (
        "video",
        "video",
        "Use the vendor's native route, or send single frames as images to a model that sees.",
    ),
}

_AUDIO_FORMATS = {"mpeg": "mp3", "mpga": "mp3", "x-mp3": "mp3"}
_AUDIO_FORMATS |= dict.fromkeys(("x-wav", "wave", "vnd.wave", "x-pn-wav"), "wav")

_PDF = "application/pdf"

# Types of files that are text beside those of `text/`.
_TEXT_TYPES = ("application/json", "application/xml", "application/yaml", "application/x-yaml")
_TEXT_ENDINGS = ("+json", "+xml", "+yaml")


@dataclass(frozen=True)
class _Medium:
    """What a block says of its medium, in whatever words; empty where it says nothing."""

    kind: str
    mime_type: str
    data: str
    url: str
    file_id: str
    filename: str
    detail: str


def convert_media(block: dict[str, Any], vendor: Vendor) -> dict[str, Any] | None:
    """Return the part for a medium, or `None` if the block is none.

    Raises:
        ValueError: If it cannot be sent to this model, or lacks what is needed.
    """
    if not is_media(block):
        return None
    medium = _read(block)
    text = _read_text(block, medium, vendor)
    if text is not None:
        return {"type": "text", "text": text}
    _check(medium, vendor)
    if medium.kind == "image":
        return _image(block, medium)
    if medium.kind == "audio":
        return _audio(medium)
    if medium.kind == "video":
        return _video(block, medium)
    return _file(block, medium)


def is_media(block: object, *, but: str = "") -> bool:
    """Whether a block is a medium of any dialect.

    Args:
        block: The block.
        but: A kind that does not count: image, audio, video or file.
    """
    type_ = block.get("type") if isinstance(block, dict) else None
    return isinstance(type_, str) and _KINDS.get(type_, but) != but


def read_text_file(block: dict[str, Any], vendor: Vendor) -> str | None:
    """Return the text of a medium that is sent as text, `None` if it is none.

    Raises:
        ValueError: If it is not written as text.
    """
    return _read_text(block, _read(block), vendor)


def _read(block: dict[str, Any]) -> _Medium:
    type_ = block["type"]
    inside = (type_, "image_url", "video_url", "source", "extras", "metadata")
    nested = (block.get(key) for key in inside)
    places = [block, *(place for place in nested if isinstance(place, dict))]

    def find(*keys: str, kinds: type | tuple[type, ...] = str) -> Any:
        values = (place.get(key) for place in places for key in keys)
        return next((v for v in values if v and isinstance(v, kinds)), "")

    data = find("base64", "data", "file_data", kinds=(str, bytes))
    if isinstance(data, bytes):
        data = base64.b64encode(data).decode()
    # The last ones are the words of those who write the URL itself where others have a dict.
    url = find("url", "file_uri", "file_url", type_, "image_url", "video_url")
    if data.startswith(("data:", "http:", "https:")):
        data, url = "", data
    mime_type = find("mime_type", "media_type")
    if not mime_type and (format_ := find("format")):
        mime_type = f"{_KINDS[type_]}/{format_}"
    filename = find("filename") or (find("title") if type_ == "document" else "")
    mime_type = _mime_type(mime_type, url, filename)
    file_id = find("file_id") or (find("id") if block.get("source_type") == "id" else "")
    kind = _kind(type_, mime_type)
    return _Medium(kind, mime_type, data, url, file_id, filename, find("detail"))


def _mime_type(said: str, url: str, filename: str) -> str:
    """Return the type of a medium by what is said of it, or by its name.

    Core calls every file of OpenAI's form a PDF, whatever it is: the name knows better.
    """
    if url.startswith("data:"):
        said, url = url[5:100].partition(",")[0].partition(";")[0], ""
    if said and said != _PDF:
        return said
    return mimetypes.guess_type(filename or urlsplit(url).path)[0] or said


def _kind(type_: str, mime_type: str) -> str:
    main = mime_type.partition("/")[0]
    if main == "video" or (type_ == "media" and main in _COLUMNS):
        return main
    return _KINDS[type_]


def _read_text(block: dict[str, Any], medium: _Medium, vendor: Vendor) -> str | None:
    """Return the text of a text file, where files are not taken or the block calls it text."""
    of_text = block["type"] == "text-plain" or (
        medium.kind == "file" and vendor.files is False and _is_text(medium.mime_type)
    )
    if not of_text or medium.file_id:
        return None
    if medium.data:
        return _decode(medium.data)
    if not medium.url.startswith("data:"):
        return None
    said, _, data = medium.url.partition(",")
    return _decode(data) if said.endswith(";base64") else unquote(data)


def _is_text(mime_type: str) -> bool:
    plain = mime_type.partition(";")[0].strip().lower()
    return plain.startswith("text/") or plain in _TEXT_TYPES or plain.endswith(_TEXT_ENDINGS)


def _check(medium: _Medium, vendor: Vendor) -> None:
    """Refuse what the model would refuse, or the gateway drop without a word."""
    for kind in (medium.kind, medium.mime_type.partition("/")[0]):
        field, word, way_out = _COLUMNS.get(kind, ("", "", ""))
        if field and getattr(vendor, field) is False:
            msg = (
                f"This model of the family {vendor.family} takes no {word} on CometAPI's chat "
                f"route, so it is not sent. {way_out}"
            )
            raise ValueError(msg)


def _image(block: dict[str, Any], medium: _Medium) -> dict[str, Any]:
    if medium.file_id:  # only the vendor knows what kind of file it is
        return {"type": "file", "file": {"file_id": medium.file_id}}
    if block["type"] == "image_url" and not isinstance(block.get("image_url"), str):
        return dict(block)
    image = {"url": medium.url or _data_url(block, medium)}
    if medium.detail:
        image["detail"] = medium.detail
    return {"type": "image_url", "image_url": image}


def _audio(medium: _Medium) -> dict[str, Any]:
    data = medium.data
    if medium.url.startswith("data:"):
        data = medium.url.partition(",")[2]
    if not data or not medium.mime_type:
        how = "by URL" if medium.url else "by file id" if medium.file_id else "without its type"
        msg = (
            f"Audio cannot be sent {how} on this route. Pass its content and type: "
            '{"type": "audio", "base64": ..., "mime_type": "audio/wav"}.'
        )
        raise ValueError(msg)
    format_ = medium.mime_type.rpartition("/")[2]
    audio = {"data": data, "format": _AUDIO_FORMATS.get(format_, format_)}
    return {"type": "input_audio", "input_audio": audio}


def _video(block: dict[str, Any], medium: _Medium) -> dict[str, Any]:
    if block["type"] == "video_url" and isinstance(block.get("video_url"), dict) and medium.url:
        return dict(block)
    if medium.file_id:
        msg = (
            "Video cannot be sent by file id on this route. Pass its URL or its content: "
            '{"type": "video", "base64": ..., "mime_type": "video/mp4"}.'
        )
        raise ValueError(msg)
    url = medium.url or _data_url(block, medium, "video/mp4")
    return {"type": "video_url", "video_url": {"url": url}}


def _file(block: dict[str, Any], medium: _Medium) -> dict[str, Any]:
    if medium.file_id:
        return {"type": "file", "file": {"file_id": medium.file_id}}
    file_data = medium.url or _data_url(block, medium, _PDF)
    ending = mimetypes.guess_extension(medium.mime_type or _PDF) or ""
    # OpenAI refuses a file without a name.
    file = {"file_data": file_data, "filename": medium.filename or f"file{ending}"}
    return {"type": "file", "file": file}


def _data_url(block: dict[str, Any], medium: _Medium, default_type: str = "") -> str:
    mime_type = medium.mime_type or default_type
    if not medium.data:
        ways = "`base64` or `url`" if medium.kind == "video" else "`base64`, `url` or `file_id`"
        msg = f"A block of the type {block['type']!r} needs {ways}."
        raise ValueError(msg)
    if not mime_type:
        msg = (
            f"A block of the type {block['type']!r} with base64 needs `mime_type`: image/png or so."
        )
        raise ValueError(msg)
    return f"data:{mime_type};base64,{medium.data}"


def _decode(data: str) -> str:
    try:
        return base64.b64decode(data).decode()
    except ValueError:
        msg = "A file of text has base64 that is no UTF-8 text. Pass the text as `text`."
        raise ValueError(msg) from None
