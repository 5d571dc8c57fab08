"""Media blocks of every dialect, read into one record."""

from __future__ import annotations

from typing import Any

import pytest

from langchain_cometapi._content.media import Medium, is_media, read_medium

URL = "https://x.example/a"
HIGH = {"url": URL, "detail": "high"}


def medium(kind: str, block: dict[str, Any], **fields: str) -> Medium:
    names = ("mime_type", "data", "url", "file_id", "filename", "detail")
    values = {**dict.fromkeys(names, ""), **fields}
    return Medium(kind=kind, block_type=block["type"], **values)


PNG = {"mime_type": "image/png"}
NAMED = {"filename": "b"}
WAV = {"data": "QQ==", "mime_type": "audio/wav"}
CSV = {"mime_type": "text/csv"}
PDF = {"type": "base64", "media_type": "application/pdf", "data": "QQ=="}
DIALECTS: list[tuple[dict[str, Any], str, dict[str, str]]] = [
    # LangChain's standard blocks, v1 and v0
    (
        {"type": "image", "base64": "QQ==", **PNG, "extras": {"detail": "low"}},
        "image",
        {"data": "QQ==", **PNG, "detail": "low"},
    ),
    (
        {"type": "file", "source_type": "id", "id": "f1", "metadata": {"filename": "a.csv"}},
        "file",
        {"file_id": "f1", "filename": "a.csv", **CSV},
    ),
    ({"type": "audio", "id": "block-1", "url": URL}, "audio", {"url": URL}),
    # OpenAI's chat completions
    ({"type": "image_url", "image_url": {"url": URL, "detail": "high"}}, "image", HIGH),
    ({"type": "video_url", "video_url": URL}, "video", {"url": URL}),
    ({"type": "input_audio", "input_audio": {"data": "QQ==", "format": "wav"}}, "audio", WAV),
    (
        {"type": "file", "file": {"file_data": "QQ==", "filename": "a.pdf"}},
        "file",
        {"data": "QQ==", "filename": "a.pdf", "mime_type": "application/pdf"},
    ),
    # OpenAI's Responses API
    ({"type": "input_image", "image_url": URL, "detail": "high"}, "image", HIGH),
    (
        {"type": "input_file", "file_url": f"{URL}.pdf", "filename": "b"},
        "file",
        {"url": f"{URL}.pdf", "filename": "b"},
    ),
    ({"type": "input_file", "file_id": "f1"}, "file", {"file_id": "f1"}),
    # Anthropic
    (
        {"type": "document", "title": "B", "source": PDF},
        "file",
        {"data": "QQ==", "mime_type": "application/pdf", "filename": "B"},
    ),
    (
        {"type": "image", "title": "B", "source": {"type": "url", "url": URL}},
        "image",
        {"url": URL},
    ),
    # Google
    ({"type": "media", **PNG, "data": b"A"}, "image", {"data": "QQ==", **PNG}),
    ({"type": "media", **WAV}, "audio", WAV),
    (
        {"type": "media", "mime_type": "video/mp4", "file_uri": URL},
        "video",
        {"url": URL, "mime_type": "video/mp4"},
    ),
    ({"type": "media", **CSV, "file_uri": URL}, "file", {"url": URL, **CSV}),
    # one dialect's type with another one's fields
    ({"type": "image", "image_url": {"url": URL}}, "image", {"url": URL}),
    (
        {"type": "file", "file_data": "QQ==", "media_type": "text/csv"},
        "file",
        {"data": "QQ==", **CSV},
    ),
]


@pytest.mark.parametrize(("block", "kind", "fields"), DIALECTS)
def test_medium_of_a_dialect_is_read(
    block: dict[str, Any], kind: str, fields: dict[str, str]
) -> None:
    assert is_media(block)
    assert read_medium(block) == medium(kind, block, **fields)


@pytest.mark.parametrize(
    "url", ["data:image/png;base64,QQ==", "https://x.example/a.png", "http://x.example/a.png"]
)
def test_medium_with_a_url_as_its_data_has_a_url(url: str) -> None:
    block = {"type": "input_file", "file_data": url}
    assert read_medium(block) == medium("file", block, url=url, mime_type="image/png")


def test_medium_with_a_data_url_has_its_mime_type() -> None:
    block = {"type": "file", "url": "data:text/csv,a", "mime_type": "video/mp4", "filename": "a"}
    found = read_medium(block)
    assert (found.kind, found.mime_type) == ("file", "text/csv")


@pytest.mark.parametrize("value", [None, 5, ["x"], {}, b"x"])
def test_medium_with_fields_of_a_wrong_type_is_read_without_them(value: Any) -> None:
    block = {"type": "image", "url": value, "mime_type": value, "file_id": value, "source": value}
    assert read_medium({**block, "image_url": value}) == medium("image", block)


@pytest.mark.parametrize(
    "block", ["image", None, {}, {"type": "text"}, {"type": ["image"]}, {"type": "custom"}]
)
def test_block_of_another_type_is_no_medium(block: Any) -> None:
    assert not is_media(block)
    assert not is_media(block, except_kind="image")


def test_medium_of_an_excepted_kind_does_not_count() -> None:
    assert not is_media({"type": "input_audio"}, except_kind="audio")
    assert is_media({"type": "input_audio"}, except_kind="image")
