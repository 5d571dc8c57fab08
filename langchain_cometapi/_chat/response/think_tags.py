"""Reads `<think>...</think>` at the head of the content as reasoning."""

from __future__ import annotations

import re
from typing import Any

_OPEN = ("<think>", "<thought>")
_CLOSE = {"<think>": "</think>", "<thought>": "</thought>"}
_TAG = re.compile(r"<(/?)(?:think|thought)>")
_LONGEST = max(map(len, _CLOSE.values()))


class ThinkTagReader:
    """Splits the content of one message, cut anywhere, into reasoning and text.

    Only a tag at the very head counts: further on it may be what the text is about. Where the
    first tag is a closing one, the chat template has written the opening one into the prompt: what
    comes before it is reasoning. As long as such a tag may come, text is not passed on.
    """

    __slots__ = (
        "_close_tag",
        "_newlines",
        "_partial",
        "_pieces",
        "_state",
        "_window",
        "is_marked",
        "may_lack_opening",
        "received",
        "text_start",
    )

    def __init__(self, *, is_marked: bool = False) -> None:
        """Start at the head of the content.

        Args:
            is_marked: Whether the host marks content as reasoning besides the tags, see
                `push_unmarked`.
        """
        self.is_marked = is_marked
        self._state = "head"
        self._close_tag = ""
        self._pieces: list[str] = []
        """Content at the head that may still become reasoning or text."""
        self._window = ""
        """The end of the waiting content, where a tag may have begun."""
        self._partial = ""
        """What may be the beginning of the closing tag."""
        self._newlines = 0
        """Line ends of the reasoning that may be those before the closing tag."""
        self.may_lack_opening = True
        """Whether a closing tag may come without an opening one."""
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
        return {
            "head": self._read_head,
            "waiting": self._read_waiting,
            "opened": self._read_opened,
            "reasoning": self._read_reasoning,
            "after": self._read_after,
        }[self._state](content)

    def push_unmarked(self, content: str) -> tuple[str, str]:
        """Take in a piece of content that is not marked as reasoning, after some that was.

        The reasoning ends here, with its closing tag or without one.
        """
        if self._state not in ("opened", "reasoning"):
            return self.push(content)
        head = (self._partial + content).lstrip()
        if head.startswith(self._close_tag) or self._close_tag.startswith(head):
            return self.push(content)
        reasoning, self._partial, self._newlines = self._partial, "", 0
        self.received += len(content)
        return reasoning, self._start_text(content)

    def release(self) -> str:
        """Return the text that waits, as no closing tag will come."""
        if self._state != "waiting":
            return ""
        return self._start_text(self._take_pieces())

    def _take_pieces(self) -> str:
        waiting = "".join(self._pieces)
        self._pieces.clear()
        return waiting

    def _read_head(self, content: str) -> tuple[str, str]:
        self._pieces.append(content)
        if not content or content.isspace():
            return "", ""
        whole = "".join(self._pieces)
        head = whole.lstrip()
        for tag in _OPEN:
            if head.startswith(tag):
                self._pieces.clear()
                self._state, self._close_tag = "opened", _CLOSE[tag]
                return self._read_opened(head[len(tag) :])
        if any(tag.startswith(head) for tag in _OPEN):
            return "", ""
        self._pieces.clear()
        if self.is_marked:
            self._state, self._close_tag = "reasoning", "</thought>"
            return self._read_reasoning(whole)
        self._state = "waiting"
        return self._read_waiting(whole)

    def _read_waiting(self, content: str) -> tuple[str, str]:
        if not self.may_lack_opening:
            return "", self._start_text(self._take_pieces() + content)
        self._pieces.append(content)
        window = self._window + content
        self._window = window[-_LONGEST:]
        if _TAG.search(window) is None:
            return "", ""
        whole = self._take_pieces()
        tag = _TAG.search(whole)
        if tag is None or not tag[1]:
            return "", self._start_text(whole)
        self._state = "after"
        return whole[: tag.start()].strip("\n"), self._read_after(whole[tag.end() :])[1]

    def _read_opened(self, content: str) -> tuple[str, str]:
        content = content.lstrip("\n")
        if not content:
            return "", ""
        self._state = "reasoning"
        return self._read_reasoning(content)

    def _read_reasoning(self, content: str) -> tuple[str, str]:
        content, self._partial = self._partial + content, ""
        reasoning, closed, text = content.partition(self._close_tag)
        if not closed:
            # A part of the closing tag may be at the end.
            end = len(reasoning)
            tail = range(max(0, end - len(self._close_tag) + 1), end)
            end = next((n for n in tail if self._close_tag.startswith(reasoning[n:])), end)
            reasoning, self._partial = reasoning[:end], reasoning[end:]
        body = reasoning.rstrip("\n")
        added = "\n" * self._newlines + body if body else ""
        self._newlines = len(reasoning) - len(body) + (0 if body else self._newlines)
        if closed:
            self._state = "after"
            return added, self._read_after(text)[1]
        return added, ""

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
        if self._state == "reasoning":
            return "\n" * self._newlines + self._partial, ""
        return "", self._take_pieces()


def take_reasoning_mark(message: dict[str, Any]) -> tuple[bool, dict[str, Any]]:
    """Return whether Google marks content as reasoning, and the message without the mark.

    `{"content": "<thought>...", "extra_content": {"google": {"thought": true}}}` (Google, OpenAI
    compatibility, 2026-11). Left in the message, the mark would be about all of its content.
    """
    extra = message.get("extra_content")
    google = extra.get("google") if isinstance(extra, dict) else None
    if not isinstance(google, dict) or "thought" not in google:
        return False, message
    rest = {name: value for name, value in google.items() if name != "thought"}
    others = {name: value for name, value in extra.items() if name != "google"}  # type: ignore[union-attr]
    extra_content = {**others, **({"google": rest} if rest else {})}
    return bool(google["thought"]), {**message, "extra_content": extra_content}
