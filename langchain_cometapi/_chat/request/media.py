"""Images, audio, video and files as content parts of a chat completion."""

from __future__ import annotations

import base64
import mimetypes
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from langchain_cometapi._chat.request.native_features import advise_native
from langchain_cometapi._content.media import PDF, Medium, is_media, read_medium
from langchain_cometapi.exceptions import CometAPIUnsentRequestError

if TYPE_CHECKING:
    from collections.abc import Callable

    from langchain_cometapi._vendors.registry import Vendor

MEDIA_PARTS = frozenset({"image_url", "input_audio", "video_url", "file"})
"""Types of the parts of a request that hold media."""

# Kind of a medium -> field of a vendor's row, which is also the word for it, and what to do where
# the model does not take it.
_MODALITIES = {
    "image": ("images", "Ask a model that sees, or describe the image in text."),
    "audio": ("audio", "Ask a model that hears, or send a transcript."),
    "file": ("files", "Send the text of the file."),
    "video": ("video", "Send single frames as images to a model that sees."),
}

_AUDIO_FORMATS = {"mpeg": "mp3", "mpga": "mp3", "x-mp3": "mp3"}
_AUDIO_FORMATS |= dict.fromkeys(("x-wav", "wave", "vnd.wave", "x-pn-wav"), "wav")

# MIME types of text files besides those of `text/`.
_TEXT_TYPES = ("application/json", "application/xml", "application/yaml", "application/x-yaml")
_TEXT_ENDINGS = ("+json", "+xml", "+yaml")


def convert_media(
    block: dict[str, Any], vendor: Vendor, route: str = "chat"
) -> dict[str, Any] | None:
    """Return the content part for a medium, or `None` if the block is not a medium.

    Args:
        block: The block.
        vendor: The row of the model.
        route: The name of the route, for errors.

    Raises:
        CometAPIUnsentRequestError: If it cannot be sent to this model, or lacks what is needed.
    """
    if not is_media(block):
        return None
    medium = read_medium(block)
    text = _read_text(medium, vendor)
    if text is not None:
        return {"type": "text", "text": text}
    check_modality(medium, vendor, route)
    return dict(block) if _is_part(block, medium) else _CONVERTERS[medium.kind](medium)


def convert_stored_image(block: dict[str, Any], vendor: Vendor) -> dict[str, Any] | None:
    """Return the input of an image with a file id, `None` for all else.

    The Responses route needs its type, an image; the chat route takes any id as a file.

    Raises:
        CometAPIUnsentRequestError: If the model takes no images.
    """
    if not is_media(block):
        return None
    medium = read_medium(block)
    if medium.kind != "image" or not medium.file_id:
        return None
    check_modality(medium, vendor, "Responses")
    detail = {"detail": medium.detail} if medium.detail else {}
    return {"type": "input_image", "file_id": medium.file_id, **detail}


def read_text_file(block: dict[str, Any], vendor: Vendor) -> str | None:
    """Return the text of a medium that is sent as text, `None` if it is sent as a file.

    Raises:
        CometAPIUnsentRequestError: If its base64 is not UTF-8 text.
    """
    return _read_text(read_medium(block), vendor)


def _read_text(medium: Medium, vendor: Vendor) -> str | None:
    """Return the text of a text file where the model takes no files or the block is text."""
    is_text_file = medium.kind == "file" and _is_text_type(medium.mime_type)
    is_sent_as_text = medium.block_type == "text-plain" or (is_text_file and vendor.files is False)
    if not is_sent_as_text or medium.file_id:
        return None
    if medium.data:
        return _decode(medium.data)
    if not medium.url.startswith("data:"):
        return None
    head, _, data = medium.url.partition(",")
    return _decode(data) if head.endswith(";base64") else unquote(data)


def _is_text_type(mime_type: str) -> bool:
    plain = mime_type.partition(";")[0].strip().lower()
    return plain.startswith("text/") or plain in _TEXT_TYPES or plain.endswith(_TEXT_ENDINGS)


def _decode(data: str) -> str:
    try:
        return base64.b64decode(data).decode()
    except ValueError:
        msg = "A file of text has base64 that is not UTF-8 text. Pass the text as `text`."
        raise CometAPIUnsentRequestError(msg) from None


def check_modality(medium: Medium, vendor: Vendor, route: str) -> None:
    """Refuse what the model would refuse, or the gateway would drop silently.

    Args:
        medium: The medium.
        vendor: The row of the model.
        route: The name of the route, for errors.

    Raises:
        CometAPIUnsentRequestError: If the model does not take the medium, by its block or by its
            MIME type.
    """
    for kind in (medium.kind, medium.mime_type.partition("/")[0]):
        field, advice = _MODALITIES.get(kind, ("", ""))
        if field and getattr(vendor, field) is False:
            if vendor.native is not None and field in vendor.native.media:
                advice = advise_native(vendor, advice[0].lower() + advice[1:])
            msg = (
                f"This model of the family {vendor.family} takes no {field} on CometAPI's "
                f"{route} route, so it is not sent. {advice}"
            )
            raise CometAPIUnsentRequestError(msg)


# -- parts ---------------------------------------------------------------------------------------


def _is_part(block: dict[str, Any], medium: Medium) -> bool:
    """Return whether a block is already a part, which keeps its other fields, such as limits."""
    if medium.kind == "image" and not medium.file_id:
        # A URL that cannot be sent is found when the whole request is checked.
        return block["type"] == "image_url" and not isinstance(block.get("image_url"), str)
    is_video_part = block["type"] == "video_url" and isinstance(block.get("video_url"), dict)
    return medium.kind == "video" and is_video_part and bool(medium.url)


def _create_image(medium: Medium) -> dict[str, Any]:
    if medium.file_id:  # only the vendor knows what kind of file it is
        return _create_file(medium)
    image = {"url": medium.url or _create_data_url(medium)}
    if medium.detail:
        image["detail"] = medium.detail
    return {"type": "image_url", "image_url": image}


def _create_audio(medium: Medium) -> dict[str, Any]:
    data = medium.data
    if medium.url.startswith("data:"):
        data = medium.url.partition(",")[2]
    if not data or not medium.mime_type:
        how = "by URL" if medium.url else "by file id" if medium.file_id else "without its type"
        msg = (
            f"Audio cannot be sent {how} on this route. Pass its content and type: "
            '{"type": "audio", "base64": ..., "mime_type": "audio/wav"}.'
        )
        raise CometAPIUnsentRequestError(msg)
    format_ = medium.mime_type.rpartition("/")[2]
    audio = {"data": data, "format": _AUDIO_FORMATS.get(format_, format_)}
    return {"type": "input_audio", "input_audio": audio}


def _create_video(medium: Medium) -> dict[str, Any]:
    if medium.file_id:
        msg = (
            "Video cannot be sent by file id on this route. Pass its URL or its content: "
            '{"type": "video", "base64": ..., "mime_type": "video/mp4"}.'
        )
        raise CometAPIUnsentRequestError(msg)
    url = medium.url or _create_data_url(medium, "video/mp4")
    return {"type": "video_url", "video_url": {"url": url}}


def _create_file(medium: Medium) -> dict[str, Any]:
    if medium.file_id:
        return {"type": "file", "file": {"file_id": medium.file_id}}
    file_data = medium.url or _create_data_url(medium, PDF)
    ending = mimetypes.guess_extension(medium.mime_type or PDF) or ""
    # OpenAI refuses a file without a name.
    file = {"file_data": file_data, "filename": medium.filename or f"file{ending}"}
    return {"type": "file", "file": file}


_CONVERTERS: dict[str, Callable[[Medium], dict[str, Any]]] = {
    "image": _create_image,
    "audio": _create_audio,
    "video": _create_video,
    "file": _create_file,
}


def _create_data_url(medium: Medium, default_type: str = "") -> str:
    if not medium.data:
        ways = "`base64` or `url`" if medium.kind == "video" else "`base64`, `url` or `file_id`"
        msg = f"A block of the type {medium.block_type!r} needs {ways}."
        raise CometAPIUnsentRequestError(msg)
    mime_type = medium.mime_type or default_type
    if not mime_type:
        msg = (
            f"A block of the type {medium.block_type!r} with base64 needs `mime_type`: image/png "
            "or so."
        )
        raise CometAPIUnsentRequestError(msg)
    return f"data:{mime_type};base64,{medium.data}"
