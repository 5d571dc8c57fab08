"""Request bodies, parsed as JSON."""

from __future__ import annotations

import json
import re
from typing import Any

from langchain_cometapi.emulator._errors import unreadable

_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


class NotJson:
    """The value of a body that is not JSON."""


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
