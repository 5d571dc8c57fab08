"""Citations of documents and search results."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from tests.unit_tests.emulator.messages_client import (
    CITED,
    LOOP,
    MIDDLE,
    MessagesClient,
    document,
    plain,
    returned,
    said,
    text,
)

QUESTION = text("What colour is the grass?")
GREEN = "The grass is green."
FACTS = f"The sky is blue. {GREEN}"
PDF = base64.b64encode(b"%PDF-1.7").decode()
OTHER = document(plain("Cats sleep."), **CITED)
SENTENCES = [text("The sky is blue."), text(GREEN)]
SEARCH = {
    "type": "search_result",
    "source": "https://a.example",
    "title": "Facts",
    "content": [text(FACTS)],
    **CITED,
}
DOCUMENT = {"document_index": 0, "document_title": None, "file_id": None}
BLOCKS = {"start_block_index": 0, "end_block_index": 1}


@pytest.mark.parametrize(
    ("blocks", "kind", "words", "place"),
    [
        (
            [document(plain(FACTS), title="Facts", **CITED)],
            "char_location",
            GREEN,
            {**DOCUMENT, "document_title": "Facts", "start_char_index": 17, "end_char_index": 36},
        ),
        (
            [OTHER, document(plain("The grass\nis green."), **CITED)],
            "char_location",
            "The grass\nis green.",
            {**DOCUMENT, "document_index": 1, "start_char_index": 0, "end_char_index": 19},
        ),
        (
            [document({"type": "base64", "media_type": "application/pdf", "data": PDF}, **CITED)],
            "page_location",
            "A page that the emulator cannot read.",
            {**DOCUMENT, "start_page_number": 1, "end_page_number": 2},
        ),
        (
            [document({"type": "content", "content": SENTENCES}, **CITED)],
            "content_block_location",
            GREEN,
            {"document_index": 0, "document_title": None, **BLOCKS, "end_block_index": 2},
        ),
        (
            [SEARCH],
            "search_result_location",
            GREEN,
            {"search_result_index": 0, "source": "https://a.example", "title": "Facts", **BLOCKS},
        ),
    ],
)
def test_document_is_cited(
    client: MessagesClient, blocks: list[Any], kind: str, words: str, place: dict[str, Any]
) -> None:
    messages = [said([*blocks, QUESTION])]
    opening, quote = content = client.message(model=MIDDLE, messages=messages)["content"]
    assert "citations" not in opening
    assert quote["citations"] == [{"type": kind, "cited_text": words, **place}]
    # What was cited can be sent back, with citations of any form.
    client.message(model=MIDDLE, messages=[*messages, said(content, "assistant"), said("Thanks")])


def test_document_is_not_cited_unless_asked(client: MessagesClient) -> None:
    block = document(plain(FACTS), citations=None)
    message = client.message(model=MIDDLE, messages=[said([block, QUESTION])])
    assert all("citations" not in part for part in message["content"])


def test_results_of_tools_are_read_and_not_cited(client: MessagesClient) -> None:
    messages = [*LOOP[:2], said([returned(content=[SEARCH])])]
    (answer,) = client.message(model=MIDDLE, messages=messages)["content"]
    assert answer["text"].endswith(f"f returned {FACTS}")
