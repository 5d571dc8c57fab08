"""What a model thought: read from an answer, and found again in a message."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_cometapi._content.extras import TOOL_CALL_EXTRA_CONTENT, TOOL_CALL_EXTRAS

if TYPE_CHECKING:
    from langchain_core.messages import AIMessage

# Where reasoning stands, in the order of preference.
_FIELDS = ("reasoning_content", "reasoning", "thinking", "reasoning_details", "thinking_blocks")

# Fields of plain text: what is not read from them stands nowhere else.
TEXT_FIELDS = _FIELDS[:3]

# Where the text of an item or an object stands.
_TEXT_KEYS = ("text", "thinking", "reasoning", "summary", "content")

# Forms that may hold a signature beside the text that has come in another field, too.
SIGNED_FORMS = ("reasoning_details", "thinking_blocks", "reasoning", "thinking")

_TAGS = "<think>"
"""Stands for tags in the content where a field is named."""


class ReasoningReader:
    """Reads the reasoning text of one message, sent under one name or several.

    The first field seen is read to the end. The same thought under another name is not a second
    one; a different one is read where the first field is silent, else it is kept aside.
    """

    __slots__ = ("_aside", "_joined", "_pieces", "_repeated", "_source")

    def __init__(self) -> None:
        """Start without a field."""
        self._source: str | None = None
        self._pieces: list[str] = []
        self._repeated: dict[str, str] = {}
        """What another name has said so far that the text says, too."""
        self._joined: set[str] = set()
        """Names whose text goes into the text, as it differs."""
        self._aside: dict[str, str] = {}

    @property
    def field(self) -> str | None:
        """The field the reasoning came in; tags stand in for the usual one."""
        return "reasoning_content" if self._source == _TAGS else self._source

    @property
    def text(self) -> str:
        """The reasoning so far."""
        return "".join(self._pieces)

    @property
    def aside(self) -> dict[str, str]:
        """Text that came beside the reasoning and differs, by its name."""
        taken = "reasoning_content"  # the key of the reasoning itself
        return {f"other_{k}" if k == taken else k: text for k, text in self._aside.items()}

    def read(self, message: dict[str, Any]) -> str:
        """Return what a message or a delta adds to the reasoning, else `""`."""
        if self._source is None:
            fields = (name for name in _FIELDS if read_text(message.get(name)))
            self._source = next(fields, None)
            if self._source is None:
                return ""
        text = read_text(message.get(self._source))
        self._pieces.append(text)
        rest = ""
        for name in TEXT_FIELDS:
            value = message.get(name)
            if name != self._source and isinstance(value, str) and value:
                rest += self._read_other(name, value, beside=bool(text))
        return text + rest

    def read_tagged(self, thought: str) -> str:
        """Return what a thought in tags adds to the reasoning."""
        if self._source is None and thought:
            self._source = _TAGS
        if self._source != _TAGS:
            return self._read_other(_TAGS, thought, beside=False) if thought else ""
        self._pieces.append(thought)
        return thought

    def _read_other(self, name: str, value: str, *, beside: bool) -> str:
        """Return what text under a second name adds to the reasoning."""
        if name in self._aside:
            self._aside[name] += value
            return ""
        said = value if name in self._joined else self._repeated.pop(name, "") + value
        added = said
        if name not in self._joined:
            known, new = self.text.lstrip(), said.lstrip()
            if known.startswith(new) or (known and new.startswith(known)):
                self._repeated[name] = said
                added = "" if beside else new[len(known) :]
            elif beside:
                self._aside[name] = said
                return ""
            else:
                self._joined.add(name)
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
    """Whether extra fields of a message hold thoughts or signatures, which bind to an origin."""
    bound = (TOOL_CALL_EXTRA_CONTENT, TOOL_CALL_EXTRAS, "extra_content", "signature")
    return any(extras.get(name) for name in (*bound, *SIGNED_FORMS))


def get_reasoning(message: AIMessage) -> str:
    """Return the reasoning text of a message, wherever it stands."""
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
