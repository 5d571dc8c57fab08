"""What a message carries beside text and tool calls: kept as it came, whole and once.

Vendors add fields as they please: `images`, `annotations`, `audio`, `reasoning_details`,
`thinking_blocks`, `extra_content`. Core adds up equal keys of chunks, which joins two equal
strings and sums two equal numbers, so the fields of a stream are put together here and
leave in its last chunk.
"""

from __future__ import annotations

from typing import Any

# Read elsewhere, or without a meaning of its own.
_READ_ELSEWHERE = frozenset(
    {
        "role",
        "content",
        "tool_calls",
        "reasoning_content",
        "reasoning",
        "refusal",
        "function_call",
        "logprobs",
    }
)

# Fragments of these strings follow each other; any other string is sent whole, if repeatedly.
_GROWING = frozenset({"text", "thinking", "summary", "data", "transcript"})

TOOL_CALL_EXTRA_CONTENT = "tool_call_extra_content"
"""Key in `additional_kwargs`: what each tool call brought beside its function, by its id."""


class Extras:
    """The extra fields of one message, collected over its deltas."""

    __slots__ = ("fields",)

    def __init__(self) -> None:
        """Start without any."""
        self.fields: dict[str, Any] = {}

    def push(self, message: dict[str, Any]) -> None:
        """Take in the extra fields of a message or a delta."""
        for name, value in message.items():
            if name in _READ_ELSEWHERE or value is None or value in ("", [], {}):
                continue
            self.fields[name] = _merge(name, self.fields.get(name), value)


def _merge(name: str, known: Any, new: Any) -> Any:
    if known is None or new is None:
        return new if known is None else known
    if isinstance(known, dict) and isinstance(new, dict):
        merged = {key: _merge(key, value, new.get(key)) for key, value in known.items()}
        return {**merged, **{key: value for key, value in new.items() if key not in known}}
    if isinstance(known, list) and isinstance(new, list):
        return _merge_lists(known, new)
    if isinstance(known, str) and isinstance(new, str):
        return known + new if name in _GROWING else known
    return new


def _merge_lists(known: list[Any], new: list[Any]) -> list[Any]:
    merged = list(known)
    for item in new:
        place = next((n for n, other in enumerate(merged) if _continues(other, item)), None)
        if place is None:
            merged.append(item)
        else:
            merged[place] = _merge("", merged[place], item)
    return merged


def _continues(known: Any, new: Any) -> bool:
    """Whether an item goes on where a known one stopped: the same type at the same index."""
    if not isinstance(known, dict) or not isinstance(new, dict):
        return False
    if known.get("type") != new.get("type"):
        return False
    if "index" in new:
        return bool(known.get("index") == new["index"])
    # Anthropic-style blocks have no index: a block goes on until it is signed.
    return bool(new.get("type") == "thinking" and "signature" not in known)
