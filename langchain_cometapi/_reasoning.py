"""What a model thought: captured from an answer, marked with its origin, sent back by rule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

from langchain_cometapi._extras import (
    REASONING_CONTENT_PARTS,
    TOOL_CALL_EXTRA_CONTENT,
    TOOL_CALL_EXTRAS,
)
from langchain_cometapi._vendors import get_vendor

if TYPE_CHECKING:
    from langchain_core.messages import AIMessage

    from langchain_cometapi._vendors import Vendor

ReplayReasoning = Literal["auto"] | bool

ORIGIN = "reasoning_origin"
"""Key in `response_metadata` for where captured reasoning came from."""

# Where reasoning stands, in the order of preference.
_FIELDS = ("reasoning_content", "reasoning", "thinking", "reasoning_details", "thinking_blocks")

# Fields of plain text: what is not read from them stands nowhere else.
_TEXT_FIELDS = _FIELDS[:3]

# Where the text of an item or an object stands.
_TEXT_KEYS = ("text", "thinking", "reasoning", "summary", "content")

# Forms that may hold a signature beside the text that has come in another field, too.
_SIGNED_FORMS = ("reasoning_details", "thinking_blocks", "reasoning", "thinking")

_TAGS = "<think>"
"""Stands for tags in the content where a field is named."""


@dataclass(frozen=True)
class Origin:
    """Whose reasoning it is: the family understands it, the endpoint has issued it."""

    family: str
    endpoint: str

    @classmethod
    def of(cls, model: str, base_url: str) -> Origin:
        """Return the origin of what a model at a base URL says."""
        return cls(get_vendor(model).family, urlsplit(base_url).netloc)

    def mark(self, field: str) -> dict[str, str]:
        """Return what is kept beside captured reasoning."""
        return {"family": self.family, "endpoint": self.endpoint, "field": field}

    def fits(self, message: AIMessage) -> bool:
        """Whether a message's reasoning was captured here."""
        mark = message.response_metadata.get(ORIGIN)
        return isinstance(mark, dict) and (mark.get("family"), mark.get("endpoint")) == (
            self.family,
            self.endpoint,
        )


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
        for name in _TEXT_FIELDS:
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
    return any(extras.get(name) for name in (*bound, *_SIGNED_FORMS))


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


def replay(
    message: AIMessage,
    body: dict[str, Any],
    vendor: Vendor,
    origin: Origin,
    mode: ReplayReasoning,
) -> None:
    """Add to an encoded assistant turn what its model thought, where the vendor's row says so.

    What another family thought, or the same one elsewhere, is not sent: signatures bind, and
    thoughts are read by their own kind only. Where a field is demanded all the same, the row
    says what stands in for it.
    """
    if mode is False:
        return
    own = origin.fits(message)
    has_calls = bool(body.get("tool_calls"))
    demanded = vendor.reasoning_replay == "all" or (
        vendor.reasoning_replay == "tool_calls" and has_calls
    )
    if demanded:
        reasoning = get_reasoning(message) if own else ""
        body["reasoning_content"] = reasoning or vendor.foreign_reasoning
    elif mode is True and own:
        _replay_as_it_came(message, body)
    if has_calls:
        _replay_extra_content(message, body, vendor, own=own)


def _replay_as_it_came(message: AIMessage, body: dict[str, Any]) -> None:
    extras = message.additional_kwargs
    field = message.response_metadata[ORIGIN].get("field")
    if field in _TEXT_FIELDS and (text := get_reasoning(message)):
        body[field] = text
    for signed in _SIGNED_FORMS:
        value = extras.get(signed)
        if value and not isinstance(value, str):
            body[signed] = value
    if parts := extras.get(REASONING_CONTENT_PARTS):
        body["reasoning_content"] = parts
    if signature := extras.get("signature"):
        body["signature"] = signature
    others = extras.get(TOOL_CALL_EXTRAS) or {}
    for call in body.get("tool_calls") or ():
        own = others.get(call["id"]) or {}
        call.update({k: v for k, v in own.items() if k not in ("type", "function", "custom")})


def _replay_extra_content(
    message: AIMessage, body: dict[str, Any], vendor: Vendor, *, own: bool
) -> None:
    if own:
        extra_content = message.additional_kwargs.get(TOOL_CALL_EXTRA_CONTENT) or {}
        for call in body["tool_calls"]:
            if extra := extra_content.get(call["id"]):
                call["extra_content"] = extra
        if extra := message.additional_kwargs.get("extra_content"):
            body["extra_content"] = extra
    first = body["tool_calls"][0]
    stand_in = vendor.foreign_extra_content
    if vendor.signed_tool_calls and stand_in and "extra_content" not in first:
        first["extra_content"] = dict(stand_in)
