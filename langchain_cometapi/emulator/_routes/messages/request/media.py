"""Images and documents: their sources."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any

from langchain_cometapi.emulator._errors import GatewayError
from langchain_cometapi.emulator._routes.messages.request.fields import (
    Field,
    Fields,
    array,
    one_of,
    refuse,
    tagged,
    text,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

_IMAGES = ("image/jpeg", "image/png", "image/gif", "image/webp")
_BEGINNINGS = {
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG": "image/png",
    b"GIF8": "image/gif",
    b"RIFF": "image/webp",
}
_PDF = b"%PDF"
_NOT_FOUND = 404


def _base64(*media_types: str) -> Fields:
    return {
        "data": Field(text, required=True),
        "media_type": Field(one_of(*media_types), required=True),
    }


def _url(value: Any, path: str) -> None:
    text(value, path)
    if not value.startswith(("http://", "https://")):
        refuse(path, "Only HTTP and HTTPS URLs are supported.")


def _no_file(value: Any, path: str) -> None:
    # No document of CometAPI names the Files API, so no file is there.
    text(value, path)
    msg = f"File not found: {value}"
    raise GatewayError(_NOT_FOUND, msg, code="not_found_error")


def _content(value: Any, path: str) -> None:
    if not isinstance(value, str):
        array(value, path)


_COMMON: dict[str, Fields] = {
    "url": {"url": Field(_url, required=True)},
    "file": {"file_id": Field(_no_file, required=True)},
}
_IMAGE_SOURCES: Mapping[str, Fields] = {"base64": _base64(*_IMAGES), **_COMMON}
_DOCUMENT_SOURCES: Mapping[str, Fields] = {
    "base64": _base64("application/pdf"),
    "text": {
        "data": Field(text, required=True),
        "media_type": Field(one_of("text/plain"), required=True),
    },
    "content": {"content": Field(_content, required=True)},
    **_COMMON,
}


def _decode(source: dict[str, Any], path: str) -> bytes:
    try:
        return base64.b64decode(source["data"], validate=True)
    except ValueError:  # also for characters that are not ASCII
        refuse(f"{path}.base64.data", "Invalid base64 data")


def check_image_source(value: Any, path: str) -> None:
    """Check where an image is.

    Args:
        value: The source.
        path: Where it stands.

    Raises:
        GatewayError: For the first broken rule.
    """
    if tagged(value, path, _IMAGE_SOURCES) != "base64":
        return
    raw, given = _decode(value, path), value["media_type"]
    if not raw:
        refuse(f"{path}.base64", "image cannot be empty")
    for beginning, found in _BEGINNINGS.items():
        if raw.startswith(beginning) and found != given:
            refuse(
                f"{path}.base64",
                f"The image was specified using the {given} media type, but the image appears to"
                f" be a {found} image",
            )


def check_document_source(value: Any, path: str) -> None:
    """Check where a document is.

    Args:
        value: The source.
        path: Where it stands.

    Raises:
        GatewayError: For the first broken rule.
    """
    kind = tagged(value, path, _DOCUMENT_SOURCES)
    if kind == "base64" and not _decode(value, path).startswith(_PDF):
        refuse(f"{path}.base64.data", "The PDF specified was not valid.")
    if kind == "text" and not value["data"]:
        refuse(f"{path}.text.data", "text cannot be empty")
