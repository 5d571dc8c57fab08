"""Answers from documents, with citations that are checked: `python examples/retrieval.py`.

The documents are those of this project. Each answer quotes its sources, and a quotation that is
not in its source is shown as such.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from langchain_core.documents import Document
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.vectorstores import InMemoryVectorStore
from langchain_text_splitters import MarkdownHeaderTextSplitter, RecursiveCharacterTextSplitter
from pydantic import BaseModel, Field

from langchain_cometapi import ChatCometAPI, CometAPIEmbeddings

from _service import call, choose_service

DOCS = Path(__file__).resolve().parents[1] / "docs"
QUESTIONS = (
    "Where is the cost of a response that the gateway states?",
    "What does register() add to the list of LangChain's providers?",
)
PROMPT = ChatPromptTemplate.from_messages(
    [
        ("system", "Answer from these passages alone, and quote each that you use.\n\n{passages}"),
        ("human", "{question}"),
    ]
)


class Citation(BaseModel):
    source: str = Field(description="the name of the passage, as in the brackets before it")
    quotation: str = Field(description="words of the passage, copied exactly")


class CitedAnswer(BaseModel):
    """An answer and the passages that it rests on."""

    answer: str
    citations: list[Citation] = Field(min_length=1)


def read_documents() -> list[Document]:
    """Return the sections of the documentation in pieces that can be embedded, each with a name."""
    sections = MarkdownHeaderTextSplitter([("#", "page"), ("##", "section")], strip_headers=False)
    pieces = RecursiveCharacterTextSplitter(chunk_size=3000, chunk_overlap=200)
    documents = []
    for path in sorted(DOCS.glob("*.md")):
        for section in sections.split_text(path.read_text(encoding="utf-8")):
            name = f"{path.name}#{section.metadata.get('section', '')}"
            for number, piece in enumerate(pieces.split_documents([section]), start=1):
                piece.metadata["name"] = name if number == 1 else f"{name} ({number})"
                documents.append(piece)
    return documents


def answer(store: InMemoryVectorStore, question: str) -> None:
    found = {one.metadata["name"]: one.page_content for one in store.similarity_search(question)}
    passages = "\n\n".join(f"[{name}]\n{text}" for name, text in found.items())
    reader = ChatCometAPI(model="claude-sonnet-5-5").with_structured_output(CitedAnswer)
    result: Any = (PROMPT | reader).invoke({"passages": passages, "question": question})
    print(f"\n{question}\n  {result.answer}")
    for citation in result.citations:
        print(f"  - {check(citation, found)}")


def check(citation: Citation, found: dict[str, str]) -> str:
    """Return a citation as it is printed, with what is wrong with it."""
    source = " ".join(found.get(citation.source, "").split())
    is_there = " ".join(citation.quotation.split()) in source
    return f'"{citation.quotation}" ({citation.source}{"" if is_there else ": NOT THERE"})'


def main() -> None:
    choose_service(OFFLINE)
    documents = read_documents()
    store = InMemoryVectorStore(CometAPIEmbeddings(model="text-embedding-3-small"))
    store.add_documents(documents)
    print(f"{len(documents)} pieces of {len(list(DOCS.glob('*.md')))} documents")
    for question in sys.argv[1:] or QUESTIONS:
        answer(store, question)


OFFLINE: dict[str, list[dict[str, Any]]] = {  # what the emulator replies in place of the model
    "claude-sonnet-5-5": [
        {
            "tool_calls": [
                call(
                    "CitedAnswer",
                    answer="Some responses have it in `usage.cost`; where it is missing, it is not "
                    "known, and never 0.",
                    citations=[
                        {
                            "source": "cost.md#What the gateway says",
                            "quotation": "for some models, in `usage.cost`",
                        },
                        {
                            "source": "cost.md#What the gateway says",
                            "quotation": "the cost is always 0",  # no document says that
                        },
                    ],
                )
            ]
        },
        {
            "tool_calls": [
                call(
                    "CitedAnswer",
                    answer="One provider, `cometapi`, for chat models and for embeddings.",
                    citations=[
                        {
                            "source": "model-strings.md#",
                            "quotation": "`register()` adds `cometapi` to it",
                        }
                    ],
                )
            ]
        },
    ],
}


if __name__ == "__main__":
    main()
