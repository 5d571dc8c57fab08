"""Ids of tool calls: one for each call, in the form that a family takes."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import re


def make_unique_id(id_: str, seen_before: int, pattern: re.Pattern[str] | None = None) -> str:
    """Return an id that no other tool call has.

    The first call with an id keeps it. A new id depends on the old one and its count alone, so it
    is the same whenever a response is read and in each request of a conversation, as vendors'
    prompt caches want it.

    Args:
        id_: The id that the gateway sent.
        seen_before: How many calls before this one came with it.
        pattern: What the whole id must match; any id will do if `None`.
    """
    if not seen_before and (pattern is None or pattern.fullmatch(id_)):
        return id_
    numbered = f"{id_}#{seen_before}" if seen_before else id_
    encoded = numbered.encode(errors="surrogatepass")  # JSON may hold half a surrogate pair
    return f"call_{hashlib.sha256(encoded).hexdigest()[:24]}"
