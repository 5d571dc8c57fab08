"""Encrypted reasoning: texts that only the emulator can create and read."""

from __future__ import annotations

import base64
import hashlib
from typing import Final

_PREFIX: Final = "gAAAAAemulator"
_DIGEST_LENGTH: Final = 32
_SECRET: Final = b"cometapi-emulator:"


def seal(text: str) -> str:
    """Return a text as encrypted content.

    Args:
        text: The text.
    """
    raw = text.encode()
    return _PREFIX + base64.urlsafe_b64encode(_digest(raw) + raw).decode()


def unseal(content: str) -> str | None:
    """Return the text in an encrypted content; `None` if `seal` has not created it.

    Args:
        content: The encrypted content.
    """
    try:
        raw = base64.urlsafe_b64decode(content.removeprefix(_PREFIX).encode())
    except ValueError:
        return None
    digest, text = raw[:_DIGEST_LENGTH], raw[_DIGEST_LENGTH:]
    return text.decode() if content.startswith(_PREFIX) and digest == _digest(text) else None


def is_sealed(content: str) -> bool:
    """Return whether an encrypted content was created by `seal`.

    Args:
        content: The encrypted content.
    """
    return unseal(content) is not None


def _digest(raw: bytes) -> bytes:
    return hashlib.sha256(_SECRET + raw).digest()
