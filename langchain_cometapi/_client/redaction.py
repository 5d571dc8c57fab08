"""Removes the secrets of a request from the texts and objects of an error.

Some gateways quote the key, and some a header or a parameter that the user set. The secrets are
read from the request itself, so no caller has to pass them.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote, quote_plus, urlsplit, urlunsplit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

REDACTED = "sk-***"
_MIN_LENGTH = 8
"""Shorter values are invented for local servers, and would be found in any text."""

# Headers that the SDK and the HTTP library write by themselves, and that say nothing secret.
_PLAIN_HEADERS = frozenset(
    {
        "accept",
        "accept-encoding",
        "accept-language",
        "anthropic-beta",
        "anthropic-version",
        "connection",
        "content-length",
        "content-type",
        "host",
        "idempotency-key",
        "user-agent",
        "x-goog-api-client",
    }
)
_PLAIN_PREFIX = "x-stainless-"
_SCHEME = re.compile(r"[A-Za-z][\w-]*\s+(\S+)")

_MAX_DEPTH = 64
_MAX_CHARACTERS = 64 * 1024
_MAX_DIGITS = 18
_CUT = "..."

SECRET_PARAMETERS = ("extra_headers", "extra_query", "http_options")
"""Parameters of a call that may hold a key."""


def digest(value: object) -> str:
    """Return a short hash of a secret, so that two secrets can be told apart."""
    hashed = hashlib.blake2b(repr(value).encode(errors="replace"), digest_size=8).hexdigest()
    return f"**REDACTED** {hashed}"


def hide_values(
    parameters: Mapping[str, Any], hide: Callable[[object], str] = lambda _: "**REDACTED**"
) -> dict[str, Any]:
    """Return the parameters of a call as traces, dumps and a `repr` may show them.

    Args:
        parameters: The parameters.
        hide: Returns what stands for a value that may be a key.
    """
    shown = dict(parameters)
    for name in SECRET_PARAMETERS:
        if value := shown.get(name):
            is_dict = isinstance(value, Mapping)
            shown[name] = {n: hide(v) for n, v in value.items()} if is_dict else hide(value)
    return shown


def clean_url(url: object) -> str | None:
    """Return a URL without user, password, query and fragment; `None` if it is not a URL."""
    if url is None:
        return None
    try:
        parts = urlsplit(str(url))
    except ValueError:  # the gateway's `Location` may be broken, such as `http://[::1`
        return None
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


class Redactor:
    """Replaces the secrets of one request in texts and JSON values."""

    __slots__ = ("_pattern",)

    def __init__(self, request: Any) -> None:
        """Find the secrets of a request.

        Args:
            request: One of the HTTP library's, or `None`.
        """
        secrets = set() if request is None else set(_find_secrets(request))
        found = sorted((s for s in secrets if len(s) >= _MIN_LENGTH), key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, found))) if found else None

    def text(self, text: str) -> str:
        """Return a text without the secrets, whose characters can all be encoded."""
        if not text.isascii():
            # Half a surrogate pair cannot be written to a log: it becomes U+FFFD.
            text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        return text if self._pattern is None else self._pattern.sub(REDACTED, text)

    def optional(self, text: str | None) -> str | None:
        """Return a text, if there is one, without the secrets."""
        return None if text is None else self.text(text)

    def value(self, value: object) -> object:
        """Return a JSON value without the secrets, bounded in depth and characters."""
        return _Copy(self).copy(value, 0)

    def content(self, content: bytes, body: object) -> bytes:
        """Return the bytes of a body without the secrets, which JSON may spell in its own way.

        Args:
            content: The bytes, or the first of them.
            body: What was read of them.
        """
        if self._pattern is None:
            return content
        if isinstance(body, (dict, list)) and (copy := self.value(body)) != body:
            return json.dumps(copy).encode()
        return self.text(content.decode("utf-8", "replace")).encode()


class _Copy:
    """Copies a JSON value up to a number of characters."""

    def __init__(self, redactor: Redactor) -> None:
        self._redactor = redactor
        self._remaining = _MAX_CHARACTERS

    def copy(self, value: object, depth: int) -> object:
        if isinstance(value, str):
            return self._copy_text(value)
        if isinstance(value, (dict, list)) and (depth >= _MAX_DEPTH or self._remaining <= 0):
            return _CUT
        self._remaining -= 1
        if isinstance(value, list):
            return [self.copy(item, depth + 1) for item in self._take(value)]
        if isinstance(value, dict):
            return {
                self._copy_text(str(name)): self.copy(value[name], depth + 1)
                for name in self._take(value)
            }
        if isinstance(value, int) and abs(value) >= 10**_MAX_DIGITS:
            return _CUT  # Python does not write a number of thousands of digits
        return value

    def _take(self, items: Any) -> Iterator[Any]:
        for item in items:
            if self._remaining <= 0:
                return
            yield item

    def _copy_text(self, text: str) -> str:
        text = self._redactor.text(text[: _MAX_CHARACTERS * 2])
        kept = text if len(text) <= self._remaining else f"{text[: max(self._remaining, 0)]}{_CUT}"
        self._remaining -= len(kept)
        return kept


def _find_secrets(request: Any) -> Iterator[str]:
    """Yield what a request has in its headers and its query, as it may be quoted."""
    for name, value in request.headers.multi_items():
        if name in _PLAIN_HEADERS or name.startswith(_PLAIN_PREFIX):
            continue
        yield from _spell(value)
        if found := _SCHEME.fullmatch(value):
            yield from _spell(found[1])
    query = urlsplit(str(request.url)).query
    for _, value in parse_qsl(query):
        yield from _spell(value)


def _spell(value: str) -> Iterator[str]:
    """Yield a value as it is and as it is written in URLs and in JSON."""
    yield value
    yield quote(value, safe="")
    yield quote_plus(value)
    yield value.replace("/", "\\/")
    yield value.replace("\\", "\\\\").replace('"', '\\"')
