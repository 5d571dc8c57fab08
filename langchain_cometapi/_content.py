"""The content of an answer where it is no string: parts of text, thoughts, media."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from langchain_cometapi._extras import is_empty

_TEXTS = ("text", "output_text")
_THOUGHTS = ("thinking", "redacted_thinking", "reasoning")
_MEDIA = ("image_url", "input_audio", "audio", "video_url", "file", "refusal", "thinking")


@dataclass
class Content:
    """What content says."""

    said: str | list[Any]
    """Text; a list of parts only if one of them is no text."""
    thoughts: list[dict[str, Any]] = field(default_factory=list)
    beside: list[dict[str, Any]] = field(default_factory=list)
    """What text parts carry beside their text, each as fields of the message."""


def read_content(content: object, offset: int = 0) -> Content:
    """Read content that is no string.

    Args:
        content: Parts, or a single one.
        offset: How much text the message has said before; offsets of annotations move by it.
    """
    read = Content("")
    parts: list[Any] = []
    texts: list[str] = []
    is_text = True
    for raw in content if isinstance(content, list) else [content]:
        if not isinstance(raw, (str, dict)) or not raw:
            continue
        part = raw if isinstance(raw, str) else _with_type(raw)
        if isinstance(part, dict) and part.get("type") in _THOUGHTS:
            read.thoughts.append(part)
            continue
        parts.append(part)
        text = part if isinstance(part, str) else _read_text(part)
        if text is None:
            is_text = False
            continue
        if isinstance(part, dict):
            read.beside.append(_read_beside(part, offset))
        texts.append(text)
        offset += len(text)
    if is_text:
        read.said = "".join(texts)
    else:  # the parts stay and keep what they carry, but for what has a place in the text
        read.said = parts
        read.beside = [{k: v for k, v in one.items() if k == "annotations"} for one in read.beside]
    return read


def _with_type(part: dict[str, Any]) -> dict[str, Any]:
    """Name the type of a part that came without one, if it can be seen."""
    if part.get("type") or "text" in part:
        return part
    kind = next((name for name in _MEDIA if name in part), None)
    return {**part, "type": kind} if kind else part


def _read_text(part: dict[str, Any]) -> str | None:
    """Return the text of a part, or `None` if it is no text."""
    text = part.get("text")
    if part.get("type") in _TEXTS:
        return "" if text is None else text if isinstance(text, str) else None
    return text if not part.get("type") and isinstance(text, str) else None


def _read_beside(part: dict[str, Any], offset: int) -> dict[str, Any]:
    named = ("type", "text", "index", "annotations")
    beside = {k: v for k, v in part.items() if k not in named and not is_empty(v)}
    found = part.get("annotations")
    if isinstance(found, list) and found:
        beside["annotations"] = [move_annotation(one, offset) for one in found]
    return beside


def move_annotation(annotation: Any, offset: int) -> Any:
    """Return an annotation with moved offsets; those that would be negative stay as they are."""
    if not isinstance(annotation, dict):
        return annotation
    shifted = {
        name: move_annotation(value, offset) if isinstance(value, dict) else value
        for name, value in annotation.items()
    }
    if isinstance(start := shifted.get("start_index"), int) and start + offset < 0:
        return shifted
    for name in ("start_index", "end_index"):
        if isinstance(shifted.get(name), int):
            shifted[name] = shifted[name] + offset
    return shifted
