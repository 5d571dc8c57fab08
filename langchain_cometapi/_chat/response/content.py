"""The content of an answer where it is no string: parts of text, thoughts, media."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from langchain_cometapi._content.extras import is_empty
from langchain_cometapi._content.media_blocks import MEDIA_TYPES

_TEXTS = ("text", "output_text")
_THOUGHTS = ("thinking", "redacted_thinking", "reasoning")
_NAMED_TYPES = (*MEDIA_TYPES, "refusal", "thinking")
"""Types that a part without one has if it has a field of that name."""


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
        if is_empty(raw):
            continue
        part = _normalize(raw) if isinstance(raw, dict) else write(raw)
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


def write(value: object) -> str:
    """Return what stands where a text was due as text: core joins nothing else."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def read_function_call(call: object) -> dict[str, str]:
    """Return a call of the old kind, or a fragment of one, with texts only: core joins them."""
    said = call if isinstance(call, dict) else {"arguments": call}
    return {name: write(value) for name, value in said.items() if value is not None}


def _normalize(part: dict[str, Any]) -> dict[str, Any]:
    """Return a part as core can read it: the type a string, and so is the text of a text."""
    part = dict(part)
    type_, text = part.pop("type", None), part.get("text")
    if not type_:
        named = (name for name in _NAMED_TYPES if name in part)
        kind = None if text is not None else next(named, None)
        type_ = kind or ("text" if "text" in part else None)
    if type_ in _TEXTS:
        part["text"] = "" if text is None else write(text)
    return {"type": write(type_), **part} if type_ else part


def _read_text(part: dict[str, Any]) -> str | None:
    """Return the text of a part, or `None` if it is no text."""
    return part.get("text") if part.get("type") in _TEXTS else None


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
