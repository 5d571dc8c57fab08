"""Texts in the formats that JSON schemas name."""

from __future__ import annotations

import datetime as dt
import ipaddress
import re
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

_DATE = r"\d{4}-\d{2}-\d{2}"
_TIME = r"\d{2}:\d{2}:\d{2}(?:\.\d+)?"
_ZONE = r"(?:Z|[+-]\d{2}:\d{2})"


@dataclass(frozen=True)
class TextFormat:
    """A format of texts.

    Attributes:
        pattern: What a text in this format looks like.
        sample: Returns a text in this format; another one for each number.
        parse: Raises `ValueError` for what only looks like the format.
    """

    pattern: str
    sample: Callable[[int], str]
    parse: Callable[[str], Any] = str

    def find(self, text: str) -> str | None:
        """Return the first part of a text that is in this format.

        Args:
            text: A text.
        """
        found = (match.group() for match in re.finditer(self.pattern, text))
        return next(filter(self._is_right, found), None)

    def _is_right(self, text: str) -> bool:
        try:
            self.parse(text)
        except ValueError:
            return False
        return True


def _day(number: int) -> str:
    return str(dt.date(2026, 1, 1) + dt.timedelta(days=number))


def _clock(number: int) -> str:
    return f"{number // 3600 % 24:02d}:{number // 60 % 60:02d}:{number % 60:02d}"


def _identifier(number: int, version: int = 4) -> str:
    return f"00000000-0000-{version}000-8000-{number:012d}"


_URI = TextFormat(r"https?://[^\s'\"<>)]+", lambda n: f"https://example.com/{n or ''}")
_EMAIL = TextFormat(r"[\w.+-]+@[\w-]+\.[\w.-]*\w", lambda n: f"emulator{n or ''}@example.com")
_UUID = TextFormat(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", _identifier, uuid.UUID)
_NOWHERE = r"(?!)"


def _versioned(version: int) -> TextFormat:
    return TextFormat(_NOWHERE, lambda n: _identifier(n, version))


FORMATS = {
    "base64": TextFormat(_NOWHERE, lambda n: f"ZW11bGF0{n:04d}"),
    "base64url": TextFormat(_NOWHERE, lambda n: f"ZW11bGF0{n:04d}"),
    "date": TextFormat(_DATE, _day, dt.date.fromisoformat),
    "date-time": TextFormat(
        rf"{_DATE}T{_TIME}{_ZONE}",
        lambda n: f"{_day(n)}T00:00:00Z",
        dt.datetime.fromisoformat,
    ),
    "directory-path": TextFormat(_NOWHERE, lambda _: "."),
    "duration": TextFormat(
        r"\bP(?=[\dT])(?:\d+Y)?(?:\d+M)?(?:\d+D)?(?:T(?:\d+H)?(?:\d+M)?(?:\d+S)?)?",
        lambda n: f"PT{n + 1}S",
    ),
    "email": _EMAIL,
    "hostname": TextFormat(
        r"\b(?:[a-z0-9-]+\.)+[a-z]{2,}\b", lambda n: f"host{n or ''}.example.com"
    ),
    "idn-email": _EMAIL,
    "ipv4": TextFormat(
        r"\d{1,3}(?:\.\d{1,3}){3}", lambda n: f"192.0.2.{n % 255 + 1}", ipaddress.IPv4Address
    ),
    "ipv4interface": TextFormat(_NOWHERE, lambda n: f"192.0.2.{n % 255 + 1}/24"),
    "ipv4network": TextFormat(_NOWHERE, lambda n: f"192.0.{n % 255}.0/24"),
    "ipv6": TextFormat(
        r"[0-9a-fA-F:]*:[0-9a-fA-F:]+", lambda n: f"2001:db8::{n + 1:x}", ipaddress.IPv6Address
    ),
    "ipv6interface": TextFormat(_NOWHERE, lambda n: f"2001:db8::{n + 1:x}/64"),
    "ipv6network": TextFormat(_NOWHERE, lambda n: f"2001:db8:{n:x}::/64"),
    "iri": _URI,
    "json-pointer": TextFormat(_NOWHERE, lambda n: f"/emulated/{n}"),
    "json-string": TextFormat(_NOWHERE, str),
    "multi-host-uri": _URI,
    "regex": TextFormat(_NOWHERE, lambda n: f"^emulated{n or ''}$"),
    "time": TextFormat(rf"\b{_TIME}{_ZONE}?", lambda n: f"{_clock(n)}Z", dt.time.fromisoformat),
    "uri": _URI,
    "uri-reference": _URI,
    "url": _URI,
    "uuid": _UUID,
    **{f"uuid{version}": _versioned(version) for version in range(1, 9)},
}
"""The formats that texts are generated in; of others nothing is known."""
