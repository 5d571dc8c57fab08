"""Annotations, citations and search results of any vendor as LangChain's standard citations."""

from __future__ import annotations

import json
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

_NAMES = {
    "url": "url",
    "title": "title",
    "filename": "title",
    "document_title": "title",
    "start_index": "start_index",
    "end_index": "end_index",
    "cited_text": "cited_text",
}
"""Field of an annotation -> field of a citation; any other becomes one of its extras."""

_SOURCES = ("citations", "search_results")
"""Fields of a message, or of the whole response, that list its sources."""


@dataclass(slots=True)
class PlacedBlock:
    """A content block, and where it stands in the whole text as the model sent it.

    Offsets of the annotations in the block count from its own start.
    """

    block: dict[str, Any]
    start: int = 0
    length: int = 0

    @property
    def is_text(self) -> bool:
        """Whether it is a text block."""
        return bool(self.block["type"] == "text")


def list_texts(placed: list[PlacedBlock], start: int = 0) -> list[PlacedBlock]:
    """Return the text blocks among others.

    Args:
        placed: The blocks. An empty text is added if there is none, for annotations to stand in.
        start: Where the empty text stands.
    """
    texts = [one for one in placed if one.is_text]
    if not texts:
        texts = [PlacedBlock({"type": "text", "text": ""}, start)]
        placed += texts
    return texts


def create_citation(annotation: Any) -> dict[str, Any]:
    """Return an annotation, a citation or a search result as a standard citation."""
    if isinstance(annotation, str):
        return {"type": "citation", "url": annotation}
    if not isinstance(annotation, dict):
        return {"type": "non_standard_annotation", "value": {"value": annotation}}
    kind = annotation.get("type")
    if kind in ("citation", "non_standard_annotation"):
        return annotation
    facts = {name: value for name, value in annotation.items() if name != "type"}
    if isinstance(kind, str) and isinstance(nested := facts.get(kind), dict):
        del facts[kind]
        facts |= nested
    if not _is_citation(kind, facts):
        return {"type": "non_standard_annotation", "value": annotation}
    citation: dict[str, Any] = {"type": "citation"}
    extras: dict[str, Any] = {}
    for name, value in facts.items():
        standard = _NAMES.get(name)
        if standard is None or standard in citation:
            extras[name] = value
        elif value is not None:
            citation[standard] = value
    return {**citation, "extras": extras} if extras else citation


def _is_citation(kind: Any, facts: dict[str, Any]) -> bool:
    if isinstance(facts.get("url"), str) or "filename" in facts or "cited_text" in facts:
        return True
    # OpenAI names what it cites (`file_citation`), Anthropic the place (`char_location`).
    return isinstance(kind, str) and kind.endswith(("citation", "_location"))


def gather_citations(extras: dict[str, Any], metadata: dict[str, Any]) -> list[dict[str, Any]]:
    """Return all citations in the fields of a message, each source once.

    Args:
        extras: Its `additional_kwargs`.
        metadata: Its `response_metadata`.
    """
    annotations = extras.get("annotations")
    found = [create_citation(one) for one in annotations] if isinstance(annotations, list) else []
    by_url: dict[str, dict[str, Any]] = {}
    for known in found:
        if isinstance(url := known.get("url"), str):
            by_url.setdefault(url, known)
    seen = set(map(_identify, found))
    for place in (extras, metadata):
        for name in _SOURCES:
            sources = place.get(name)
            for raw in sources if isinstance(sources, list) else ():
                source = create_citation(raw)
                url = source.get("url")
                if isinstance(url, str):
                    if url in by_url:
                        _add_facts(by_url[url], source)
                        continue
                    by_url[url] = source
                if (key := _identify(source)) not in seen:
                    seen.add(key)
                    found.append(source)
    return found


def _add_facts(known: dict[str, Any], source: dict[str, Any]) -> None:
    """Add the facts of a search result to the citation with its URL."""
    extras = {**source.get("extras", {}), **known.get("extras", {})}
    known.update({**source, **known, **({"extras": extras} if extras else {})})


def _identify(citation: Any) -> str:
    """Return a key that is equal for citations of the same source."""
    return json.dumps(citation, sort_keys=True, default=str)


def place_citations(texts: Sequence[PlacedBlock], citations: list[dict[str, Any]]) -> None:
    """Add each citation to the text it is about.

    Args:
        texts: The text blocks of a message, at least one, in their order.
        citations: With offsets from the start of the whole text, or without any.
    """
    known = [set(map(_identify, text.block.get("annotations", ()))) for text in texts]
    came_with_content = set().union(*known)
    starts = [text.start for text in texts]
    for citation in citations:
        start = citation.get("start_index")
        if not isinstance(start, int):
            if _identify(citation) in came_with_content:
                continue
            start = starts[-1]  # without a place it is about all of the text: at its end
        place = max(0, bisect_right(starts, start) - 1)
        text = texts[place]
        end = text.length if text is not texts[-1] else None
        moved = move_offsets(citation, -text.start, end)
        annotations = text.block.setdefault("annotations", [])
        if (key := _identify(moved)) not in known[place]:
            known[place].add(key)
            annotations.append(moved)


def move_offsets(annotation: Any, by: int, end: int | None = None) -> Any:
    """Return an annotation or a citation with moved offsets.

    Args:
        annotation: The annotation; its offsets may be in an object inside it.
        by: How far. Offsets that would be negative stay as they are.
        end: What no offset may exceed: the end of a text that another follows.
    """
    if not isinstance(annotation, dict):
        return annotation
    moved = {
        name: move_offsets(value, by, end) if isinstance(value, dict) else value
        for name, value in annotation.items()
    }
    start = moved.get("start_index")
    if isinstance(start, int) and start + by < 0:
        return moved
    for name in ("start_index", "end_index"):
        if isinstance(index := moved.get(name), int):
            moved[name] = index + by if end is None else min(index + by, end)
    return moved
