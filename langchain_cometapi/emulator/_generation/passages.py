"""The passages of a document, and the one that answers a question."""

from __future__ import annotations

import re
from dataclasses import dataclass

from langchain_cometapi.emulator._generation.words import content_stems

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[^\W_a-z]|[`\"'(*\[])")


@dataclass(frozen=True)
class Passage:
    """A quotable piece of a document.

    Attributes:
        text: The sentence, bullet or code block.
        heading: The heading it stands under.
    """

    text: str
    heading: str


def passages(document: str) -> list[Passage]:
    """Cut a (Markdown) document into sentences, bullets, table rows and code blocks.

    Args:
        document: The whole text.
    """
    found: list[Passage] = []
    heading = ""
    paragraph: list[str] = []
    code: list[str] | None = None

    def flush() -> None:
        text = " ".join(paragraph)
        paragraph.clear()
        found.extend(Passage(piece, heading) for piece in _SENTENCE_END.split(text) if piece)

    for raw in document.splitlines():
        line = raw.strip()
        if line.startswith("```"):
            if code is None:
                flush()
                code = []
            else:
                found.append(Passage("\n".join(code), heading))
                code = None
        elif code is not None:
            code.append(raw)
        elif line.startswith("#"):
            flush()
            heading = line.lstrip("# ")
        elif not line:
            flush()
        else:
            if line.startswith(("- ", "* ", "+ ", "|")) or re.match(r"\d+[.)] ", line):
                flush()
            paragraph.append(line)
    flush()
    if code:
        found.append(Passage("\n".join(code), heading))
    return [passage for passage in found if content_stems(passage.text)]


def best_passage(question: str, document: str) -> str | None:
    """Return the passage of a document that shares most with a question.

    Rare words weigh more than words the whole document is full of; a heading's words count half.

    Args:
        question: The question.
        document: The document.

    Returns:
        The passage, or `None` if no word is shared.
    """
    pieces = passages(document)
    wanted = content_stems(question)
    bodies = [content_stems(piece.text) for piece in pieces]
    headings = [content_stems(piece.heading) for piece in pieces]
    spread = {
        word: sum(word in body or word in head for body, head in zip(bodies, headings, strict=True))
        for word in wanted
    }
    best: tuple[float, str] | None = None
    for piece, body, head in zip(pieces, bodies, headings, strict=True):
        score = sum(1 / spread[word] for word in wanted & body)
        score += sum(0.5 / spread[word] for word in (wanted & head) - body)
        # Of equals, the one with the least besides.
        score += 0.01 * len(wanted & body) / len(body)
        if score and (best is None or score > best[0]):
            best = (score, piece.text)
    return best[1] if best else None
