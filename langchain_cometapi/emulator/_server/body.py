"""Request bodies, parsed as JSON."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from typing import Any, Final

from langchain_cometapi.emulator._errors import GatewayError, unreadable

MAX_BODY_BYTES: Final = 64 * 1024 * 1024
"""The longest body that is accepted, above what any vendor takes; OpenAI's limit is 50 MB."""

_MAX_DISCARDED_BYTES = 4 * MAX_BODY_BYTES

_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


class NotJson:
    """The value of a body that is not JSON, or too long to be read."""


async def read_body(chunks: AsyncIterator[bytes]) -> bytes | None:
    """Return a body, or `None` if it is too long.

    What is too long is discarded as it comes: a client that is still sending when the connection
    is closed sees no response.

    Args:
        chunks: The body as it comes.
    """
    size = 0
    kept: list[bytes] = []
    async for chunk in chunks:
        size += len(chunk)
        if size > _MAX_DISCARDED_BYTES:
            break
        if size > MAX_BODY_BYTES:
            kept.clear()
        else:
            kept.append(chunk)
    return b"".join(kept) if size <= MAX_BODY_BYTES else None


def too_long() -> GatewayError:
    """Return the error for a body that is too long; its words are the emulator's own."""
    msg = f"request body too large: more than {MAX_BODY_BYTES} bytes"
    return GatewayError(413, msg, code="request_body_too_large")


def parse_body(raw: bytes) -> Any:
    """Return the parsed JSON of a body, `None` if it is empty, or `NotJson`.

    Args:
        raw: The body.
    """
    if not raw:
        return None
    try:
        body = json.loads(raw, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return NotJson()
    if _SURROGATE.search(raw):
        # A lone surrogate cannot be encoded in a response; the gateway's parser replaces it, too.
        text = json.dumps(body, ensure_ascii=False)
        body = json.loads(text.encode("utf-8", "replace"))
    return body


def _no_constant(name: str) -> Any:
    # Python accepts NaN and Infinity; JSON has neither.
    raise ValueError(name)


def require_json(body: Any) -> Any:
    """Return a parsed body.

    Args:
        body: The result of `parse_body`.

    Raises:
        GatewayError: If the body was not JSON.
    """
    if isinstance(body, NotJson):
        msg = "the request body is not valid JSON"
        raise unreadable(msg)
    return body
