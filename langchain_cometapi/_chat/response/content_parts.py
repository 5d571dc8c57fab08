"""Content that is a list: parts of text, reasoning and media."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from langchain_cometapi._chat.response.think_tags import take_reasoning_mark
from langchain_cometapi._content.citations import move_offsets
from langchain_cometapi._content.media_blocks import MEDIA_TYPES
from langchain_cometapi._content.merging import is_empty

_TEXT_TYPES = ("text", "output_text")
_REASONING_TYPES = ("thinking", "redacted_thinking", "reasoning")
_NAMED_TYPES = (*MEDIA_TYPES, "refusal", "thinking")
"""A part without a type has one of these if it has a field of that name."""

_PART_FIELDS = ("type", "text", "index", "annotations")
"""Fields of a text part that are not extra fields, or are read elsewhere."""


@dataclass(slots=True)
class ContentParts:
    """What the parts of content hold.

    Attributes:
        content: Text; a list of parts only if one of them is not text.
        reasoning_blocks: The parts that are reasoning.
        text_fields: The extra fields of each text part, to be fields of the message.
    """

    content: str | list[Any] = ""
    reasoning_blocks: list[dict[str, Any]] = field(default_factory=list)
    text_fields: list[dict[str, Any]] = field(default_factory=list)


def read_content_parts(content: object, position: int = 0) -> ContentParts:
    """Return what the parts of content hold.

    Args:
        content: Parts, or a single one.
        position: Where they start in the whole text; offsets of annotations move by it.
    """
    read = ContentParts()
    parts: list[Any] = []
    texts: list[str] = []
    is_text = True
    for raw in content if isinstance(content, list) else [content]:
        if is_empty(raw):
            continue
        part = _normalize(raw) if isinstance(raw, dict) else to_text(raw)
        if isinstance(part, dict) and part.get("type") in _REASONING_TYPES:
            read.reasoning_blocks.append(part)
            continue
        parts.append(part)
        text = part if isinstance(part, str) else _get_text(part)
        if text is None:
            is_text = False
            continue
        if isinstance(part, dict):
            read.text_fields.append(_read_text_fields(part, position))
        texts.append(text)
        position += len(text)
    if is_text:
        read.content = "".join(texts)
        return read
    # The parts stay and keep their fields; only annotations, which count in the whole text, leave.
    read.content = parts
    read.text_fields = [
        {name: value for name, value in fields.items() if name == "annotations"}
        for fields in read.text_fields
    ]
    return read


def to_text(value: object) -> str:
    """Return a value as text where core joins nothing but text."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def read_function_call(call: object) -> dict[str, str]:
    """Return a call of the old kind, or a fragment of one, all of it as text."""
    fields = call if isinstance(call, dict) else {"arguments": call}
    return {name: to_text(value) for name, value in fields.items() if value is not None}


def get_part_text(part: object) -> str:
    """Return the text of a part, `""` if it has none."""
    if isinstance(part, str):
        return part
    text = part.get("text") if isinstance(part, dict) else None
    return text if isinstance(text, str) else ""


def _normalize(part: dict[str, Any]) -> dict[str, Any]:
    """Return a part as core can read it: its type is a string, and the text of a text part, too."""
    part = dict(part)
    type_, text = part.pop("type", None), part.get("text")
    if not type_:
        named = (name for name in _NAMED_TYPES if name in part)
        kind = None if text is not None else next(named, None)
        type_ = kind or ("text" if "text" in part else None)
    if type_ in _TEXT_TYPES:
        part["text"] = "" if text is None else to_text(text)
        is_reasoning, part = take_reasoning_mark(part)
        if is_reasoning:
            text = part.pop("text")
            rest = {name: value for name, value in part.items() if not is_empty(value)}
            return {**rest, "type": "thinking", "thinking": text}
    return {"type": to_text(type_), **part} if type_ else part


def _get_text(part: dict[str, Any]) -> str | None:
    """Return the text of a text part, `None` for any other part."""
    return part.get("text") if part.get("type") in _TEXT_TYPES else None


def _read_text_fields(part: dict[str, Any], position: int) -> dict[str, Any]:
    fields = {k: v for k, v in part.items() if k not in _PART_FIELDS and not is_empty(v)}
    annotations = part.get("annotations")
    if isinstance(annotations, list) and annotations:
        fields["annotations"] = [move_offsets(one, position) for one in annotations]
    return fields
