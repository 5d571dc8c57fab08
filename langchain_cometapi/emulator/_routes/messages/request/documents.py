"""The documents of a conversation that may be cited."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from langchain_cometapi.emulator._errors import vendor_error
from langchain_cometapi.emulator._routes.messages.request.words import document_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from langchain_cometapi.emulator._routes.messages.request.blocks import Block
    from langchain_cometapi.emulator._routes.messages.request.conversation import Turn


@dataclass(frozen=True)
class Document:
    """A document, or a search result.

    Attributes:
        block: Its block.
        index: Its number among those of its kind.
        text: Its text; empty if the emulator cannot read it, as that of a PDF.
    """

    block: Block
    index: int
    text: str


def list_documents(turns: list[Turn]) -> list[Document]:
    """Return the documents of a conversation that may be cited.

    Args:
        turns: The conversation.
    """
    counts = {"document": 0, "search_result": 0}
    found: list[Document] = []
    for block in _sources(turns):
        index = counts[block["type"]]
        counts[block["type"]] += 1
        if _is_cited(block):
            found.append(Document(block, index, document_text(block)))
    return found


def check_citations(turns: list[Turn], *, has_format: bool) -> None:
    """Check where citations are asked for.

    Args:
        turns: The conversation.
        has_format: Whether the request has a format of the text.

    Raises:
        GatewayError: If only some documents may be cited, or citations are asked for together with
            a format: Anthropic's pages say that these are refused; the words are the emulator's.
    """
    cited = {_is_cited(block) for block in _sources(turns) if block["type"] == "document"}
    if len(cited) > 1:
        msg = "citations must be enabled on all or none of the documents in a request"
        raise vendor_error(msg)
    if has_format and any(map(_is_cited, _sources(turns))):
        msg = "citations cannot be used together with output_config.format"
        raise vendor_error(msg)


def _is_cited(block: Block) -> bool:
    return bool((block.get("citations") or {}).get("enabled"))


def _sources(turns: list[Turn]) -> Iterator[Block]:
    for turn in turns:
        if turn.role != "user":
            continue
        for _, block in turn.blocks:
            inner = block.get("content") if block["type"] == "tool_result" else None
            for one in (block, *(inner if isinstance(inner, list) else ())):
                if one["type"] in ("document", "search_result"):
                    yield one
