"""Reads reasoning from a response, and finds it in a message."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Any

from langchain_cometapi._content.extras import TOOL_CALL_EXTRA_CONTENT, TOOL_CALL_EXTRAS

if TYPE_CHECKING:
    from langchain_core.messages import AIMessage

# The fields of reasoning, in the order of preference.
_FIELDS = ("reasoning_content", "reasoning", "thinking", "reasoning_details", "thinking_blocks")

# Fields of plain text; they are not extra fields.
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

    __slots__ = ("_echoes", "_joined", "_other_texts", "_pieces", "_source")

    def __init__(self) -> None:
        """Start without a field."""
        self._source: str | None = None
        self._pieces: list[str] = []
        self._echoes: dict[str, _Echo] = {}
        """Text under another name that is also in the reasoning so far, by that name."""
        self._joined: set[str] = set()
        """Other names whose text is part of the reasoning."""
        self._other_texts: dict[str, list[str]] = {}
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
        return {
            f"other_{name}" if name == taken else name: "".join(pieces)
            for name, pieces in self._other_texts.items()
        }

    def read(self, message: dict[str, Any]) -> str:
        """Return what a message or a delta adds to the reasoning, else `""`."""
        if self._source is None:
            fields = (name for name in _FIELDS if read_text(message.get(name)))
            self._source = next(fields, None)
            if self._source is None:
                return ""
        text = read_text(message.get(self._source))
        self._add(text)
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
        self._add(text)
        return text

    def _add(self, text: str, *, source: str = "") -> None:
        """Add text to the reasoning, and to every echo but that of the field it came in."""
        self._pieces.append(text)
        if text and self._echoes:
            for name, echo in self._echoes.items():
                if name != source:
                    echo.push_known(text)

    def _read_other(self, name: str, value: str, *, is_alone: bool) -> str:
        """Return what text under another name adds to the reasoning.

        Args:
            name: The name.
            value: The text.
            is_alone: Whether the field of the reasoning is empty in this delta.
        """
        if name in self._other_texts:
            self._other_texts[name].append(value)
            return ""
        if name in self._joined:
            self._add(value)
            return value
        echo = self._echoes.get(name)
        if echo is None:
            echo = self._echoes[name] = _Echo(self._pieces)
        echo.push(value)
        if echo.is_same:
            added = echo.take_surplus() if is_alone else ""
            self._add(added, source=name)
            return added
        del self._echoes[name]
        if is_alone:
            self._joined.add(name)
            added = "".join(echo.pieces)
            self._add(added)
            return added
        self._other_texts[name] = echo.pieces
        return ""


class _Echo:
    """Text of a second field, which may repeat the reasoning; each character is compared once."""

    __slots__ = ("_has_begun", "_known", "_new", "is_same", "pieces")

    def __init__(self, known: list[str]) -> None:
        """Start with the reasoning so far."""
        self.pieces: list[str] = []
        """The text."""
        self.is_same = True
        """Whether the text and the reasoning are equal as far as both have come."""
        self._known = _TextQueue()
        """Reasoning that the text has not repeated yet."""
        self._new = _TextQueue()
        """Text after the end of the reasoning so far."""
        for text in known:
            self._known.push(text)

    def push_known(self, text: str) -> None:
        """Take in what was added to the reasoning."""
        self._known.push(text)
        self._compare()

    def push(self, text: str) -> None:
        """Take in a piece of the text."""
        self.pieces.append(text)
        self._new.push(text)
        self._compare()
        if self._new and not self._known.has_begun:
            self.is_same = False  # there is no earlier reasoning to continue

    def _compare(self) -> None:
        while self._known and self._new:
            length = min(self._known.length, self._new.length)
            if self._known.take(length) != self._new.take(length):
                self.is_same = False
                return

    def take_surplus(self) -> str:
        """Remove and return the text after the end of the reasoning, to which it now belongs."""
        surplus = []
        while self._new:
            surplus.append(self._new.take(self._new.length))
        return "".join(surplus)


class _TextQueue:
    """A queue of text: added at the end, taken from the start, without leading blanks."""

    __slots__ = ("_pieces", "_start", "has_begun")

    def __init__(self) -> None:
        self._pieces: deque[str] = deque()
        self._start = 0
        self.has_begun = False
        """Whether more than blanks has come."""

    def __bool__(self) -> bool:
        return bool(self._pieces)

    @property
    def length(self) -> int:
        """Characters of the first piece."""
        return len(self._pieces[0]) - self._start

    def push(self, text: str) -> None:
        if not self.has_begun:
            text = text.lstrip()
            self.has_begun = bool(text)
        if text:
            self._pieces.append(text)

    def take(self, length: int) -> str:
        """Take characters of the first piece away."""
        piece, start = self._pieces[0], self._start
        self._start += length
        if self._start == len(piece):
            self._pieces.popleft()
            self._start = 0
        return piece[start : start + length]


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
    """Whether extra fields have reasoning or signatures, which only their origin may get back."""
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
