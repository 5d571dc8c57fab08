"""The passages of a document, and which of them answers a question."""

from __future__ import annotations

import re
from dataclasses import dataclass

from langchain_cometapi.emulator._generation.words import content_stems

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[^\W_a-z]|[`\"'(*\[])")


@dataclass(frozen=True)
class Passage:
    """A part of a document that can be quoted.

    Attributes:
        text: The sentence, bullet or code block.
        heading: The heading above it.
    """

    text: str
    heading: str


def passages(document: str) -> list[Passage]:
    """Return the sentences, bullets, table rows and code blocks of a Markdown document.

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
        found.extend(
            Passage(sentence, heading) for sentence in _SENTENCE_END.split(text) if sentence
        )

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
    """Return the passage that shares most words with a question, or `None` if none shares any.

    A word counts more the fewer passages have it; words of a heading count half.

    Args:
        question: The question.
        document: The document.
    """
    candidates = passages(document)
    wanted = content_stems(question)
    bodies = [content_stems(candidate.text) for candidate in candidates]
    headings = [content_stems(candidate.heading) for candidate in candidates]
    frequency = {
        word: sum(word in body or word in head for body, head in zip(bodies, headings, strict=True))
        for word in wanted
    }
    best: tuple[float, str] | None = None
    for candidate, body, head in zip(candidates, bodies, headings, strict=True):
        score = sum(1 / frequency[word] for word in wanted & body)
        score += sum(0.5 / frequency[word] for word in (wanted & head) - body)
        # Of equal passages the one with the fewest other words wins.
        score += 0.01 * len(wanted & body) / len(body)
        if score and (best is None or score > best[0]):
            best = (score, candidate.text)
    return best[1] if best else None
