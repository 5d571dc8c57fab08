"""The smallest files of each kind, in place of what the standard suite would download."""

from __future__ import annotations

import base64
import struct
import zlib
from typing import Any

import httpx

_PNG_HEAD = b"\x89PNG\r\n\x1a\n"


def _png_part(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


PNG = b"".join(
    [
        _PNG_HEAD,
        _png_part(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)),
        _png_part(b"IDAT", zlib.compress(b"\x00\xff\x80\x00")),
        _png_part(b"IEND", b""),
    ]
)
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
WAV = (
    b"RIFF"
    + struct.pack("<I", 44)
    + b"WAVEfmt "
    + struct.pack("<IHHIIHH", 16, 1, 1, 8000, 8000, 1, 8)
    + b"data"
    + struct.pack("<I", 8)
    + b"\x80" * 8
)
WAV_BASE64 = base64.b64encode(WAV).decode()


def serve(url: str, **_: Any) -> httpx.Response:
    """Answer a download of the standard suite from memory."""
    path = httpx.URL(url).path.lower()
    body = PDF if path.endswith(".pdf") else WAV if path.endswith((".wav", ".mp3")) else PNG
    return httpx.Response(200, content=body, request=httpx.Request("GET", url))
