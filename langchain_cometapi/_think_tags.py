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

    def push(self, text: str) -> tuple[str, str]:
        """Take in a piece of content and return what it adds to thought and to answer."""
        if self._state == "answer":
            return "", text
        held = self._held + text
        if self._state == "head":
            head = held.lstrip()
            if head.startswith(_OPEN):
                self._state, held = "thought", head[len(_OPEN) :].lstrip("\n")
            elif _OPEN.startswith(head):
                self._held = held
                return "", ""
            else:
                self._state, self._held = "answer", ""
                return "", held
        if self._state == "after":
            return "", self._answer(held)
        thought, closed, answer = held.partition(_CLOSE)
        if closed:
            self._state, self._held = "after", ""
            return thought.rstrip("\n"), self._answer(answer)
        # A part of the closing tag, or of the line end before it, may be at the end.
        keep = next(n for n in range(len(thought) + 1) if _may_close(thought[n:]))
        self._held = thought[keep:]
        return thought[:keep], ""

    def _answer(self, text: str) -> str:
        """Drop the blank lines between thought and answer."""
        text = text.lstrip("\n")
        if text:
            self._state = "answer"
        return text

    def close(self) -> tuple[str, str]:
        """Return what is held back at the end: a thought that was not closed, or an answer."""
        held, self._held = self._held, ""
        return (held, "") if self._state == "thought" else ("", held)


def _may_close(text: str) -> bool:
    return _CLOSE.startswith(text.lstrip("\n"))
