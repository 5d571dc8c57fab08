"""Images and documents."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from tests.unit_tests.emulator.messages_client import MessagesClient, said, text

PNG = b"\x89PNG\r\n\x1a\n"
QUESTION = text("What is this?")


def data(raw: bytes, media_type: str) -> dict[str, Any]:
    return {
        "type": "base64",
        "media_type": media_type,
        "data": base64.b64encode(raw).decode(),
    }


def plain(words: str) -> dict[str, Any]:
    return {"type": "text", "media_type": "text/plain", "data": words}


def content(block: Any) -> dict[str, Any]:
    return {"type": "content", "content": [block]}


@pytest.mark.parametrize(
    ("kind", "source", "words"),
    [
        ("image", data(PNG, "image/bmp"), "image.source.base64.media_type: Input should be 'image"),
        ("image", data(PNG, "image/jpeg"), "the image appears to be a image/png image"),
        ("image", data(b"", "image/png"), "image cannot be empty"),
        (
            "image",
            {"type": "base64", "media_type": "image/png", "data": "data:image/png;base64,AAAA"},
            "image.source.base64.data: Invalid base64 data",
        ),
        (
            "image",
            {"type": "base64", "media_type": "image/png", "data": "AAA\u00e9"},
            "image.source.base64.data: Invalid base64 data",
        ),
        ("document", content(None), "document.source.content.content.0: Input should be a valid"),
        ("document", content({"type": "text"}), "content.content.0.text.text: Field required"),
        (
            "document",
            content({"type": "document"}),
            "content.content.0: Input tag 'document' found using 'type' does not match",
        ),
        ("image", {"type": "url", "url": "ftp://a"}, "Only HTTP and HTTPS URLs are supported."),
        ("image", {"type": "url", "url": "data:image/png;base64,AAAA"}, "Only HTTP and HTTPS"),
        ("image", {"type": "path"}, "image.source: Input tag 'path' found using 'type' does not"),
        ("image", "https://a.example/b.png", "image.source: Input should be a valid dictionary"),
        ("document", data(PNG, "application/pdf"), "The PDF specified was not valid."),
        ("document", data(b"a", "text/plain"), "Input should be 'application/pdf'"),
        ("document", plain(""), "document.source.text.data: text cannot be empty"),
        ("document", {**plain("a"), "media_type": "text/html"}, "Input should be 'text/plain'"),
        ("document", {"type": "url", "url": 1}, "document.source.url.url: Input should be a valid"),
    ],
)
def test_source_is_refused(client: MessagesClient, kind: str, source: Any, words: str) -> None:
    message = client.error(messages=[said([{"type": kind, "source": source}, QUESTION])])
    assert message.startswith(f"messages.0.content.0.{kind}.source")
    assert words in message


@pytest.mark.parametrize("kind", ["image", "document"])
def test_files_are_not_there(client: MessagesClient, kind: str) -> None:
    source = {"type": "file", "file_id": "file_1"}
    response = client.post(messages=[said([{"type": kind, "source": source}, QUESTION])])
    assert response.status_code == 404
    assert response.json()["error"] == {
        "type": "not_found_error",
        "message": "File not found: file_1",
    }


@pytest.mark.parametrize(
    "block",
    [
        {"type": "image", "source": data(PNG, "image/png")},
        {"type": "image", "source": {"type": "url", "url": "https://a.example/b.png"}},
        {"type": "document", "source": data(b"%PDF-1.7", "application/pdf"), "title": "T"},
        {"type": "document", "source": {"type": "url", "url": "https://a.example/b.pdf"}},
    ],
    ids=str,
)
def test_media_are_named_in_the_answer(client: MessagesClient, block: dict[str, Any]) -> None:
    message = client.message(messages=[said([block, QUESTION])])
    assert message["content"][-1]["text"].endswith(f"What is this? (with 1 {block['type']})")


def test_citations_are_enabled_for_all_documents_or_none(client: MessagesClient) -> None:
    documents = [
        {"type": "document", "source": plain("One."), "citations": {"enabled": enabled}}
        for enabled in (True, False)
    ]
    words = client.error(messages=[said([*documents, QUESTION])])
    assert words == "citations must be enabled on all or none of the documents in a request"
