"""Citations of documents and search results."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from tests.unit_tests.emulator.messages_client import (
    MIDDLE,
    MessagesClient,
    called,
    joined,
    returned,
    said,
    text,
)

QUESTION = text("What colour is the grass?")
FACTS = "The sky is blue. The grass is green."
PDF = base64.b64encode(b"%PDF-1.7").decode()
ON = {"enabled": True}


def document(source: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {"type": "document", "source": source, "citations": ON, **fields}


PLAIN = {"type": "text", "media_type": "text/plain", "data": FACTS}
OTHER = {**PLAIN, "data": "Cats sleep all day."}
PARTS = {"type": "content", "content": [text("The sky is blue."), text("The grass is green.")]}
SEARCH = {
    "type": "search_result",
    "source": "https://a.example",
    "title": "Facts",
    "content": [text(FACTS)],
    "citations": ON,
}


@pytest.mark.parametrize("way", ["whole", "stream"])
@pytest.mark.parametrize(
    ("blocks", "expected"),
    [
        (
            [document(PLAIN, title="Facts")],
            {
                "type": "char_location",
                "cited_text": "The grass is green.",
                "document_index": 0,
                "document_title": "Facts",
                "start_char_index": 17,
                "end_char_index": 36,
                "file_id": None,
            },
        ),
        (
            [document(OTHER), document({**PLAIN, "data": "The grass\nis green."})],
            {
                "type": "char_location",
                "cited_text": "The grass\nis green.",
                "document_index": 1,
                "document_title": None,
                "start_char_index": 0,
                "end_char_index": 19,
                "file_id": None,
            },
        ),
        (
            [document({"type": "base64", "media_type": "application/pdf", "data": PDF})],
            {
                "type": "page_location",
                "cited_text": "A page that the emulator cannot read.",
                "document_index": 0,
                "document_title": None,
                "start_page_number": 1,
                "end_page_number": 2,
                "file_id": None,
            },
        ),
        (
            [document(PARTS)],
            {
                "type": "content_block_location",
                "cited_text": "The grass is green.",
                "document_index": 0,
                "document_title": None,
                "start_block_index": 0,
                "end_block_index": 2,
            },
        ),
        (
            [SEARCH],
            {
                "type": "search_result_location",
                "cited_text": "The grass is green.",
                "search_result_index": 0,
                "source": "https://a.example",
                "title": "Facts",
                "start_block_index": 0,
                "end_block_index": 1,
            },
        ),
    ],
)
def test_document_is_cited(
    client: MessagesClient, blocks: list[dict[str, Any]], expected: dict[str, Any], way: str
) -> None:
    body = {"model": MIDDLE, "messages": [said([*blocks, QUESTION])]}
    message = client.message(**body) if way == "whole" else joined(client.stream(**body))
    opening, quote = message["content"]
    assert "citations" not in opening
    assert quote["citations"] == [expected]
    # What was cited can be sent back, with citations of any form.
    messages = [*body["messages"], said(message["content"], "assistant"), said("Thanks")]
    client.message(model=MIDDLE, messages=messages)


def test_document_is_not_cited_unless_asked(client: MessagesClient) -> None:
    block = {**document(PLAIN), "citations": None}
    message = client.message(model=MIDDLE, messages=[said([block, QUESTION])])
    assert all("citations" not in part for part in message["content"])


def test_results_of_tools_are_read_and_not_cited(client: MessagesClient) -> None:
    messages = [said("Hi"), said([called()], "assistant"), said([returned(content=[SEARCH])])]
    (answer,) = client.message(model=MIDDLE, messages=messages)["content"]
    assert answer["text"].endswith(f"f returned {FACTS}")
