"""What a model thought: captured from an answer, marked with its origin, sent back by rule."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

from langchain_cometapi._extras import TOOL_CALL_EXTRA_CONTENT
from langchain_cometapi._vendors import get_vendor

if TYPE_CHECKING:
    from langchain_core.messages import AIMessage

    from langchain_cometapi._vendors import Vendor

ReplayReasoning = Literal["auto"] | bool

ORIGIN = "reasoning_origin"
"""Key in `response_metadata` for where captured reasoning came from."""

# Where reasoning stands, in the order of preference: the field and, where its value is a list
# of items, the keys of their text.
_DIALECTS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("reasoning_content", ()),
    ("reasoning", ()),
    ("reasoning_details", ("text", "summary")),
    ("thinking_blocks", ("thinking",)),
)


# Forms that may hold a signature beside the text that has come in another field, too.
_SIGNED_FORMS = ("reasoning_details", "thinking_blocks")


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

    The first dialect seen is read to the end: the same thought under another name is not a
    second one.
    """

    __slots__ = ("_dialect",)

    def __init__(self) -> None:
        """Start without a dialect."""
        self._dialect: tuple[str, tuple[str, ...]] | None = None

    @property
    def field(self) -> str | None:
        """The field the reasoning came in."""
        return self._dialect[0] if self._dialect else None

    def read(self, message: dict[str, Any]) -> str:
        """Return the reasoning text of a message or a delta, else `""`."""
        if self._dialect is not None:
            return _read_dialect(message, self._dialect)
        for dialect in _DIALECTS:
            if text := _read_dialect(message, dialect):
                self._dialect = dialect
                return text
        return ""


def _read_dialect(message: dict[str, Any], dialect: tuple[str, tuple[str, ...]]) -> str:
    field, keys = dialect
    value = message.get(field)
    if isinstance(value, str):
        return value
    if not isinstance(value, list):
        return ""
    items = [item for item in value if isinstance(item, dict)]
    texts = [item[key] for item in items for key in keys if isinstance(item.get(key), str)]
    return "".join(texts)


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
    field = message.response_metadata[ORIGIN].get("field")
    value = message.additional_kwargs.get(field) if field else None
    if field in ("reasoning_content", "reasoning"):
        value = get_reasoning(message)
    if value:
        body[field] = value
    for signed in _SIGNED_FORMS:
        if value := message.additional_kwargs.get(signed):
            body[signed] = value


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
