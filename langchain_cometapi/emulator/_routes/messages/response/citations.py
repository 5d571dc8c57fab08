"""Citations of documents and search results."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_cometapi.emulator._generation.conversation import last_user_text
from langchain_cometapi.emulator._generation.passages import best_passage, passages

if TYPE_CHECKING:
    from langchain_cometapi.emulator._routes.messages.request.documents import Document
    from langchain_cometapi.emulator._routes.messages.request.messages_request import (
        MessagesRequest,
    )

Citation = dict[str, Any]

_UNREAD = "A page that the emulator cannot read."


def quote_document(request: MessagesRequest) -> tuple[str, Citation] | None:
    """Return what a document says to the question, and where; `None` without such a document.

    Args:
        request: A valid request.
    """
    if not request.documents or request.messages[-1]["role"] != "user":
        return None
    question = last_user_text(request.turns)
    for document in request.documents:
        quote = best_passage(question, document.text)
        if quote is not None:
            return quote, _cite(document, quote)
    document = request.documents[0]
    found = passages(document.text)
    quote = found[0].text if found else document.text.strip() or _UNREAD
    return quote, _cite(document, quote)


def _cite(document: Document, quote: str) -> Citation:
    block = document.block
    title = block.get("title")
    if block["type"] == "search_result":
        return {
            "type": "search_result_location",
            "cited_text": quote,
            "search_result_index": document.index,
            "source": block["source"],
            "title": title,
            "start_block_index": 0,
            "end_block_index": len(block["content"]),
        }
    head: Citation = {
        "cited_text": quote,
        "document_index": document.index,
        "document_title": title,
    }
    source = block["source"]
    if source["type"] == "content":
        content = source["content"]
        end = 1 if isinstance(content, str) else len(content)
        place = {"start_block_index": 0, "end_block_index": end}
        return {"type": "content_block_location", **head, **place}
    if source["type"] != "text":
        place = {"start_page_number": 1, "end_page_number": 2}
        return {"type": "page_location", **head, **place, "file_id": None}
    start = document.text.find(quote)
    if start < 0:  # a quotation that runs over several lines
        head["cited_text"], start = document.text, 0
    place = {"start_char_index": start, "end_char_index": start + len(head["cited_text"])}
    return {"type": "char_location", **head, **place, "file_id": None}
