"""`<think>...</think>` at the head of the content: thoughts of hosts without a field for them."""

from __future__ import annotations

_OPEN, _CLOSE = "<think>", "</think>"


class ThinkTagReader:
    """Parts the content of one message into thought and answer, cut anywhere.

    Only a tag at the very head counts: further on it may be what the answer is about.
    """

    __slots__ = ("_held", "_state")

    def __init__(self) -> None:
        """Start at the head of the content."""
        self._held = ""
        self._state = "head"

    @property
    def is_done(self) -> bool:
        """Whether all that follows is answer."""
        return self._state == "answer"

    def push(self, text: str) -> tuple[str, str]:
        """Take in a piece of content and return what it adds to thought and to answer."""
        if self._state == "answer":
            return "", text
        held, self._held = self._held + text, ""
        read = {
            "head": self._read_head,
            "opened": self._read_opened,
            "thought": self._read_thought,
            "after": self._read_after,
        }[self._state]
        return read(held)

    def _read_head(self, held: str) -> tuple[str, str]:
        head = held.lstrip()
        if head.startswith(_OPEN):
            self._state = "opened"
            return self._read_opened(head[len(_OPEN) :])
        if _OPEN.startswith(head):
            self._held = held
            return "", ""
        self._state = "answer"
        return "", held

    def _read_opened(self, held: str) -> tuple[str, str]:
        held = held.lstrip("\n")
        if not held:
            return "", ""
        self._state = "thought"
        return self._read_thought(held)

    def _read_thought(self, held: str) -> tuple[str, str]:
        thought, closed, answer = held.partition(_CLOSE)
        if closed:
            self._state = "after"
            return thought.rstrip("\n"), self._read_after(answer)[1]
        # A part of the closing tag, or of the line end before it, may be at the end.
        end = len(thought)
        tail = range(max(0, end - len(_CLOSE)), end)
        end = next((n for n in tail if _CLOSE.startswith(thought[n:])), end)
        keep = len(thought[:end].rstrip("\n"))
        self._held = thought[keep:]
        return thought[:keep], ""

    def _read_after(self, held: str) -> tuple[str, str]:
        """Drop the blank lines between thought and answer."""
        answer = held.lstrip("\n")
        if answer:
            self._state = "answer"
        return "", answer

    def close(self) -> tuple[str, str]:
        """Return what is held back at the end: a thought that was not closed, or an answer."""
        held, self._held = self._held, ""
        return (held, "") if self._state == "thought" else ("", held)
