"""`<think>...</think>` at the head of the content: reasoning of hosts without a field for it."""

from __future__ import annotations

_OPEN, _CLOSE = "<think>", "</think>"


class ThinkTagReader:
    """Splits the content of one message, cut anywhere, into reasoning and text.

    Only a tag at the very head counts: further on it may be what the text is about.
    """

    __slots__ = ("_buffered", "_state", "received", "text_start")

    def __init__(self) -> None:
        """Start at the head of the content."""
        self._buffered = ""
        self._state = "head"
        self.received = 0
        """How many characters of content have come."""
        self.text_start = 0
        """Where in the content the text starts; 0 until it has."""

    @property
    def is_done(self) -> bool:
        """Whether all that follows is text."""
        return self._state == "text"

    def push(self, content: str) -> tuple[str, str]:
        """Take in a piece of content and return what it adds to reasoning and to text."""
        self.received += len(content)
        if self._state == "text":
            return "", content
        content, self._buffered = self._buffered + content, ""
        read = {
            "head": self._read_head,
            "opened": self._read_opened,
            "reasoning": self._read_reasoning,
            "after": self._read_after,
        }[self._state]
        return read(content)

    def _read_head(self, content: str) -> tuple[str, str]:
        head = content.lstrip()
        if head.startswith(_OPEN):
            self._state = "opened"
            return self._read_opened(head[len(_OPEN) :])
        if _OPEN.startswith(head):
            self._buffered = content
            return "", ""
        return "", self._start_text(content)

    def _read_opened(self, content: str) -> tuple[str, str]:
        content = content.lstrip("\n")
        if not content:
            return "", ""
        self._state = "reasoning"
        return self._read_reasoning(content)

    def _read_reasoning(self, content: str) -> tuple[str, str]:
        reasoning, closed, text = content.partition(_CLOSE)
        if closed:
            self._state = "after"
            return reasoning.rstrip("\n"), self._read_after(text)[1]
        # A part of the closing tag, or of the line end before it, may be at the end.
        end = len(reasoning)
        tail = range(max(0, end - len(_CLOSE)), end)
        end = next((n for n in tail if _CLOSE.startswith(reasoning[n:])), end)
        keep = len(reasoning[:end].rstrip("\n"))
        self._buffered = reasoning[keep:]
        return reasoning[:keep], ""

    def _read_after(self, content: str) -> tuple[str, str]:
        """Drop the blank lines between reasoning and text."""
        text = content.lstrip("\n")
        return "", self._start_text(text) if text else ""

    def _start_text(self, text: str) -> str:
        self._state = "text"
        self.text_start = self.received - len(text)
        return text

    def close(self) -> tuple[str, str]:
        """Return what is buffered at the end: reasoning that was not closed, or text."""
        buffered, self._buffered = self._buffered, ""
        return (buffered, "") if self._state == "reasoning" else ("", buffered)
