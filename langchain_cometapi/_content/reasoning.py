"""Reasoning: read from a response, and found again in a message."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_cometapi._content.extras import TOOL_CALL_EXTRA_CONTENT, TOOL_CALL_EXTRAS

if TYPE_CHECKING:
    from langchain_core.messages import AIMessage

# The fields of reasoning, in the order of preference.
_FIELDS = ("reasoning_content", "reasoning", "thinking", "reasoning_details", "thinking_blocks")

# Those of plain text, which are no extra fields.
TEXT_FIELDS = _FIELDS[:3]

# The fields of an item or an object that hold its text.
_TEXT_KEYS = ("text", "thinking", "reasoning", "summary", "content")

# Fields that may hold a signature as well as text that has come in another field, too.
SIGNED_FORMS = ("reasoning_details", "thinking_blocks", "reasoning", "thinking")

_TAGS = "<think>"
"""Stands for tags in the content where a field is named."""


class ReasoningReader:
    """Reads the reasoning text of one message, sent under one name or several.

    The first field seen is read to the end. The same text under another name is not read twice;
    a different one is read where the first field is silent, else it is kept under its own name.
    """

    __slots__ = ("_joined", "_other_texts", "_pieces", "_repeated", "_source")

    def __init__(self) -> None:
        """Start without a field."""
        self._source: str | None = None
        self._pieces: list[str] = []
        self._repeated: dict[str, str] = {}
        """Text under another name that is also in the reasoning so far, by that name."""
        self._joined: set[str] = set()
        """Other names whose text is part of the reasoning."""
        self._other_texts: dict[str, str] = {}
        """Text under another name that is not part of the reasoning, by that name."""

    @property
    def field(self) -> str | None:
        """The field the reasoning came in; tags stand for the usual one."""
        return "reasoning_content" if self._source == _TAGS else self._source

    @property
    def text(self) -> str:
        """The reasoning so far."""
        return "".join(self._pieces)

    @property
    def other_fields(self) -> dict[str, str]:
        """Text that came with the reasoning and differs from it, by its key."""
        taken = "reasoning_content"  # the key of the reasoning itself
        return {f"other_{k}" if k == taken else k: text for k, text in self._other_texts.items()}

    def read(self, message: dict[str, Any]) -> str:
        """Return what a message or a delta adds to the reasoning, else `""`."""
        if self._source is None:
            fields = (name for name in _FIELDS if read_text(message.get(name)))
            self._source = next(fields, None)
            if self._source is None:
                return ""
        text = read_text(message.get(self._source))
        self._pieces.append(text)
        added = text
        for name in TEXT_FIELDS:
            value = message.get(name)
            if name != self._source and isinstance(value, str) and value:
                added += self._read_other(name, value, is_alone=not text)
        return added

    def read_tagged(self, text: str) -> str:
        """Return what reasoning in tags adds to the reasoning."""
        if not text:
            return ""
        if self._source is None:
            self._source = _TAGS
        if self._source != _TAGS:
            return self._read_other(_TAGS, text, is_alone=True)
        self._pieces.append(text)
        return text

    def _read_other(self, name: str, value: str, *, is_alone: bool) -> str:
        """Return what text under another name adds to the reasoning.

        Args:
            name: The name.
            value: The text.
            is_alone: Whether the field of the reasoning is silent in this delta.
        """
        if name in self._other_texts:
            self._other_texts[name] += value
            return ""
        if name in self._joined:
            self._pieces.append(value)
            return value
        whole = self._repeated.pop(name, "") + value
        known, new = self.text.lstrip(), whole.lstrip()
        if known.startswith(new) or (known and new.startswith(known)):
            self._repeated[name] = whole
            added = new[len(known) :] if is_alone else ""
        elif is_alone:
            self._joined.add(name)
            added = whole
        else:
            self._other_texts[name] = whole
            return ""
        self._pieces.append(added)
        return added


def read_text(value: object) -> str:
    """Return the text of reasoning: a string, an object with text, or a list of these."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "".join(map(read_text, value))
    if isinstance(value, dict):
        return next(filter(None, (read_text(value.get(key)) for key in _TEXT_KEYS)), "")
    return ""


def is_bound(extras: dict[str, Any]) -> bool:
    """Whether extra fields hold reasoning or signatures, which only their origin may get back."""
    bound = (TOOL_CALL_EXTRA_CONTENT, TOOL_CALL_EXTRAS, "extra_content", "signature")
    return any(extras.get(name) for name in (*bound, *SIGNED_FORMS))


def get_reasoning(message: AIMessage) -> str:
    """Return the reasoning text of a message, in whichever form."""
    reasoning = message.additional_kwargs.get("reasoning_content")
    if isinstance(reasoning, str):
        return reasoning
    if not isinstance(message.content, list):
        return ""
    return "".join(
        block.get("reasoning") or ""
        for block in message.content
        if isinstance(block, dict) and block.get("type") == "reasoning"
    )
