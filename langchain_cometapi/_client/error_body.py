"""Reads what an error body says, in whatever form and however deep a gateway wraps it.

A gateway passes on the errors of its vendors, and often of another gateway between the two:
enveloped, un-enveloped, in a list, as JSON inside of a text. Each is read by its structure; the
words of all of them are kept for `error_rules`. Nothing that a body holds raises an error here, and
of a large one only the head is read.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pydantic_core import from_json

from langchain_cometapi._client.retry_after import read_retry_after, read_retry_words

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_BYTES = 64 * 1024
"""How much of an error body is looked at and kept; vendors send some hundred bytes."""

_MAX_LAYERS = 24
"""How many objects of a body are read; the deepest known has five."""

_PREVIEW_LENGTH = 200
_MAX_MESSAGE = 2000
_MAX_WORDS = 8000
_MAX_CODE = 200
_MAX_DIGITS = 18

_MESSAGE_FIELDS = (
    "message",
    "msg",
    "status_msg",  # MiniMax
    "status_message",
    "error_msg",
    "errmsg",
    "Message",  # Amazon
    "faultstring",  # Apigee
)
_CODE_FIELDS = ("code", "status_code", "error_code", "errcode", "errorcode", "Code")
_TYPE_FIELDS = ("type", "__type", "error_type")
_REASON_FIELDS = ("status", "reason", "http_code")
_INNER_FIELDS = (
    "error",
    "base_resp",  # MiniMax
    "detail",  # FastAPI
    "details",  # Google
    "errors",  # Cloudflare, older Google
    "metadata",  # OpenRouter
    "raw",  # OpenRouter: the body of the vendor, as text
    "innererror",  # Azure
    "provider_specific_fields",  # LiteLLM
    "param",  # Vercel: an object with the error of the vendor
    "fault",  # Apigee
    "cause",
    "body",
    "response",
    "upstream_error",
)
_JSON_START = re.compile(r"\{\s*[\"']")
_QUOTED_FIELD = re.compile(
    r"""["'](code|type|status|reason|status_code)["']\s*:\s*["']?([\w.:-]{1,80})"""
)
_MINIMAX_CODE = re.compile(r"\((1\d{3}|2\d{3})\)\s*$")


@dataclass(frozen=True)
class ErrorBody:
    """Message, code, type and parameter of an error body, and what its class depends on."""

    message: str | None = None
    code: str | None = None
    type: str | None = None
    param: str | None = None
    codes: frozenset[str] = field(default=frozenset(), compare=False)
    """Codes, types and statuses of all layers, in letters and digits alone and in lower case."""
    words: str = field(default="", compare=False)
    """The messages of all layers, in lower case."""
    retry_after: float | None = field(default=None, compare=False)
    """Seconds that the body asks to wait, in a field of its own or in words."""

    @classmethod
    def read(cls, body: object) -> ErrorBody:
        """Return what a body says: enveloped, un-enveloped, nested or plain text.

        Args:
            body: A JSON value or a text; of a text, the head is enough.
        """
        return _Reader().read(body)


class _Reader:
    """Collects what the layers of one body say, from the outermost to the innermost."""

    def __init__(self) -> None:
        self._layers = 0
        self._messages: list[str] = []
        self._codes: list[str] = []
        self._known: set[str] = set()
        self._type: str | None = None
        self._param: str | None = None
        self._code: str | None = None
        self._retry_after: float | None = None

    def read(self, body: object) -> ErrorBody:
        self._visit(body, where="")
        words = "\n".join(text[:_MAX_WORDS] for text in self._messages).lower()[: 2 * _MAX_WORDS]
        if self._retry_after is None:
            self._retry_after = read_retry_words(words)
        message = self._describe()
        return ErrorBody(
            preview(message) if isinstance(body, str) and message else message,
            self._code,
            self._type,
            self._param,
            frozenset(self._known),
            words,
            self._retry_after,
        )

    def _describe(self) -> str | None:
        """Return the outermost message, and the innermost one if it says more."""
        if not self._messages:
            return None
        first, last = self._messages[0], self._messages[-1]
        text = first if last in first else f"{first}: {last}"
        return text if len(text) <= _MAX_MESSAGE else f"{text[:_MAX_MESSAGE]}..."

    def _visit(self, value: object, where: str) -> None:
        self._layers += 1
        if self._layers > _MAX_LAYERS:
            return
        if isinstance(value, list):
            for item in value:
                self._visit(item, where)
        elif isinstance(value, dict):
            self._read_object(value, where)
        elif isinstance(value, str):
            self._read_text(value)

    def _read_object(self, layer: dict[Any, Any], where: str) -> None:
        if self._retry_after is None:
            self._retry_after = read_retry_after(layer)
        for name in (*_CODE_FIELDS, *_TYPE_FIELDS, *_REASON_FIELDS):
            if (code := read_code(layer.get(name))) is not None:
                self._add_code(code, name, where)
        if self._param is None and where != "base_resp":
            self._param = read_code(layer.get("param"))
        for name in _MESSAGE_FIELDS:
            if isinstance(text := layer.get(name), str):
                self._read_text(text)
        self._read_inner(layer, where)

    def _read_inner(self, layer: dict[Any, Any], where: str) -> None:
        for name in _INNER_FIELDS:
            inner = layer.get(name)
            if name == "detail" and isinstance(inner, list):
                # FastAPI: what is wrong says nothing without where it is.
                self._add_message(preview(json.dumps(inner)))
            elif isinstance(inner, (dict, list)) or (isinstance(inner, str) and name != "param"):
                self._visit(inner, name)
            elif name == "error" and (code := read_code(inner)) is not None:
                self._add_code(code, "code", where)

    def _add_code(self, code: str, name: str, where: str) -> None:
        if where == "base_resp":
            self._known.add(f"minimax{code}")
        else:
            self._known.update(_normalize(code))
        if name in _TYPE_FIELDS:
            # Anthropic's envelope has the type `error`, and the error itself has another.
            self._type = code if self._type in (None, "error") else self._type
        elif name in _CODE_FIELDS:
            self._code = self._code or code

    def _read_text(self, text: str) -> None:
        """Read a message, and the JSON in it: a gateway quotes the body of a vendor."""
        text = text[:MAX_BYTES].strip()
        if not text:
            return
        start = _JSON_START.search(text)
        quoted = None if start is None else _load_quoted(text[start.start() :])
        if start is not None and quoted is not None:
            if prefix := text[: start.start()].strip(" :-\n"):
                self._add_message(prefix)
            self._visit(quoted, where="")
            return
        for _, code in _QUOTED_FIELD.findall(text) if start is not None else ():
            self._known.update(_normalize(code))
        if found := _MINIMAX_CODE.search(text):
            self._known.add(f"minimax{found[1]}")
        self._add_message(text)

    def _add_message(self, text: str) -> None:
        if text not in self._messages:
            self._messages.append(text)


def _load_quoted(text: str) -> dict[Any, Any] | None:
    """Return the object that a text begins with; its end may be missing."""
    try:
        value, _ = json.JSONDecoder(strict=False).raw_decode(text)
    except (ValueError, RecursionError):
        value = _load_head(text)
    return value if isinstance(value, dict) and value else None


def _load_head(text: str | bytes) -> Any:
    """Return the JSON of a text that was cut somewhere, or `None`."""
    try:
        return from_json(text, allow_partial="trailing-strings")
    except ValueError:
        return None


def load_body(content: bytes, encoding: str = "utf-8") -> object:
    """Return the JSON value of an error body, else its text; of a large one, its head.

    Args:
        content: The bytes of the body.
        encoding: The encoding that its headers name.
    """
    text = _decode(content[:MAX_BYTES], encoding)
    if len(content) > MAX_BYTES:
        return _load_head(text) or text
    try:
        return json.loads(text.removeprefix("\ufeff"), strict=False, parse_int=_parse_int)
    except (ValueError, RecursionError):
        return text


def _parse_int(digits: str) -> int | str:
    return int(digits) if len(digits) <= _MAX_DIGITS else digits


def _decode(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding, "replace")
    except LookupError:  # the header names an unknown encoding
        return data.decode("utf-8", "replace")


def _normalize(code: str) -> Iterator[str]:
    """Yield a code in letters and digits alone, and each of its beginnings that end at a dot."""
    parts = code.rpartition("#")[2].split(".")[:4]
    for end in range(1, len(parts) + 1):
        if plain := re.sub(r"\W|_", "", "".join(parts[:end])).lower():
            yield plain


def read_code(value: object) -> str | None:
    """Return a code as text; it comes as text, `""`, `null` or a number of any length."""
    if value is None or value == "" or isinstance(value, (bool, dict, list)):
        return None
    if isinstance(value, int) and abs(value) >= 10**_MAX_DIGITS:
        return None
    text = value if isinstance(value, str) else json.dumps(value)
    return text if len(text) <= _MAX_CODE else f"{text[:_MAX_CODE]}..."


def preview(text: str) -> str:
    """Return the beginning of a text on one line."""
    is_long = len(text) > MAX_BYTES
    text = " ".join(text[:MAX_BYTES].split())
    return text if len(text) <= _PREVIEW_LENGTH and not is_long else f"{text[:_PREVIEW_LENGTH]}..."
