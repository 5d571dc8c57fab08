"""Request bodies."""

from __future__ import annotations

import json
import re
from typing import Any

from langchain_cometapi.emulator._errors import unreadable

_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


class NotJson:
    """Stands for a body that is not JSON."""


def parse_body(raw: bytes) -> Any:
    if not raw:
        return None
    try:
        body = json.loads(raw, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return NotJson()
    if _SURROGATE.search(raw):
        # A lone surrogate cannot be sent back; the gateway's JSON reader replaces it as well.
        text = json.dumps(body, ensure_ascii=False)
        body = json.loads(text.encode("utf-8", "replace"))
    return body


def _no_constant(name: str) -> Any:
    # Python reads NaN and Infinity; JSON has neither.
    raise ValueError(name)


def require_json(body: Any) -> Any:
    if isinstance(body, NotJson):
        msg = "the request body is not valid JSON"
        raise unreadable(msg)
    return body
