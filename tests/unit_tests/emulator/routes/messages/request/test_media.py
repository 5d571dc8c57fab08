"""Images and documents."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from tests.unit_tests.emulator.messages_client import (
    CITED,
    MessagesClient,
    document,
    plain,
    said,
    text,
)
from tests.unit_tests.emulator.refusals import refuses

PNG = b"\x89PNG\r\n\x1a\n"
QUESTION = text("What is this?")
NOT_CITED = {"citations": {"enabled": False}}
NO_BASE64 = "image.source.base64.data: Invalid base64 data"


def data(raw: bytes, media_type: str) -> dict[str, Any]:
    return encoded(base64.b64encode(raw).decode(), media_type)


def encoded(words: str, media_type: str = "image/png") -> dict[str, Any]:
    return {"type": "base64", "media_type": media_type, "data": words}


def url(words: Any) -> dict[str, Any]:
    return {"type": "url", "url": words}


def image(source: Any) -> dict[str, Any]:
    return {"type": "image", "source": source}


def asked(*blocks: dict[str, Any]) -> dict[str, Any]:
    """A request that asks what these blocks are."""
    return {"messages": [said([*blocks, QUESTION])]}


def parts(block: Any) -> dict[str, Any]:
    """A request about a document that has one block as its content."""
    return asked(document({"type": "content", "content": [block]}))


test_source_is_refused = refuses(
    (asked(image(data(PNG, "image/bmp"))), "source.base64.media_type: Input should be 'image/"),
    (asked(image(data(PNG, "image/jpeg"))), "the image appears to be a image/png image"),
    (asked(image(data(b"", "image/png"))), "image cannot be empty"),
    (asked(image(encoded("data:image/png;base64,AAAA"))), NO_BASE64),
    (asked(image(encoded("AAA\u00e9"))), NO_BASE64),
    (asked(image(url("ftp://a"))), "image.source.url.url: Only HTTP and HTTPS URLs are supported."),
    (asked(image({"type": "path"})), "image.source: Input tag 'path' found using 'type' does not"),
    (asked(image("https://a.example/b.png")), "image.source: Input should be a valid dictionary"),
    (asked(document(data(PNG, "application/pdf"))), "The PDF specified was not valid."),
    (asked(document(data(b"a", "text/plain"))), "Input should be 'application/pdf'"),
    (asked(document(plain(""))), "document.source.text.data: text cannot be empty"),
    (asked(document({**plain("a"), "media_type": "text/html"})), "Input should be 'text/plain'"),
    (asked(document(url(1))), "document.source.url.url: Input should be a valid string"),
    (parts(None), "document.source.content.content.0: Input should be a valid"),
    (parts({"type": "text"}), "document.source.content.content.0.text.text: Field required"),
    (parts({"type": "document"}), "content.content.0: Input tag 'document' found"),
    (
        asked(document(plain("One."), **CITED), document(plain("Two."))),
        "citations must be enabled on all or none of the documents in a request",
    ),
    (
        asked(document(plain("One."), **CITED), document(plain("Two."), **NOT_CITED)),
        "citations must be enabled on all or none of the documents in a request",
    ),
)


@pytest.mark.parametrize("kind", ["image", "document"])
def test_files_are_not_there(client: MessagesClient, kind: str) -> None:
    response = client.post(**asked({"type": kind, "source": {"type": "file", "file_id": "file_1"}}))
    assert response.status_code == 404
    expected = {"type": "not_found_error", "message": "File not found: file_1"}
    assert response.json()["error"] == expected


@pytest.mark.parametrize(
    "block",
    [
        image(data(PNG, "image/png")),
        image(url("https://a.example/b.png")),
        document(data(b"%PDF-1.7", "application/pdf"), title="T"),
        document(url("https://a.example/b.pdf")),
    ],
    ids=str,
)
def test_media_are_named_in_the_answer(client: MessagesClient, block: dict[str, Any]) -> None:
    message = client.message(**asked(block))
    assert message["content"][-1]["text"].endswith(f"What is this? (with 1 {block['type']})")
