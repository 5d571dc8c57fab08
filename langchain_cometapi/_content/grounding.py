"""The places that Google's search grounding is about, in characters."""

from __future__ import annotations

from typing import Any


def count_characters(grounding: Any, text: str) -> None:
    """Count the offsets of segments in characters of the message's text, in place.

    Google counts bytes of UTF-8, within one part of the content (ai.google.dev, `Segment`), and
    leaves a 0 out. LangChain's citations have the offsets as they are here. A segment that is not
    found stays as it is.

    Args:
        grounding: The `grounding_metadata` of a message.
        text: The text of the message so far.
    """
    supports = grounding.get("grounding_supports") if isinstance(grounding, dict) else None
    encoded = text.encode(errors="surrogatepass")
    for support in supports or ():
        segment = support.get("segment") if isinstance(support, dict) else None
        if not isinstance(segment, dict) or not isinstance(segment.get("end_index"), int):
            continue
        first, last = segment.get("start_index") or 0, segment["end_index"]
        quoted = segment.get("text") or encoded[first:last].decode(errors="ignore")
        start = len(encoded[:first].decode(errors="ignore"))
        if not text.startswith(quoted, start):
            start = text.find(quoted)
        if start >= 0:
            segment.update(start_index=start, end_index=start + len(quoted))
