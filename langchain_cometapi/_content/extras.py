"""What a message carries beside text and tool calls: kept as it came, whole and once.

Vendors add fields as they please: `images`, `annotations`, `audio`, `reasoning_details`,
`thinking_blocks`, `extra_content`. Core adds up equal keys of chunks, which joins two equal
strings and sums two equal numbers, so the fields of a stream are put together here and
leave in its last chunk.
"""

from __future__ import annotations

from typing import Any

from langchain_cometapi._content.media_blocks import join_base64

COMMON = frozenset({"role", "content", "tool_calls"})
"""Fields of the deltas that make up nearly all of a stream."""

PASSED_ON = ("refusal", "function_call")
"""Fields that core merges rightly, and that users want as they come."""

# These are no extras: read elsewhere, or without a meaning of its own.
_READ_ELSEWHERE = COMMON.union(PASSED_ON)

# Strings under these names are reasoning text; a list or an object may hold more than text.
_REASONING = frozenset({"reasoning_content", "reasoning", "thinking"})

# Fragments of these strings follow each other, be they equal or not.
_GROWING = frozenset(
    {"text", "thinking", "reasoning", "summary", "data", "transcript", "encrypted_content"}
)

# These strings name something: a later one is no continuation.
_NAMES = frozenset({"id", "type", "object", "model", "name", "role", "format", "thought_signature"})

# Lists of things that are each sent whole, if repeatedly: nothing in them goes on.
_WHOLE = frozenset({"annotations", "citations", "images", "search_results"})

# Items of these types go on in the next fragment also without an index, until they are signed.
_THOUGHTS = frozenset(
    {"thinking", "reasoning", "reasoning.text", "reasoning.summary", "text", "summary_text"}
)

TOOL_CALL_EXTRA_CONTENT = "tool_call_extra_content"
"""Key in `additional_kwargs`: the `extra_content` of each tool call, by its id."""

TOOL_CALL_EXTRAS = "tool_call_extras"
"""Key in `additional_kwargs`: any other field of each tool call that is not standard, by its id."""

REASONING_CONTENT_PARTS = "reasoning_content_parts"
"""Key in `additional_kwargs`: a `reasoning_content` that is no string; its own key is its text."""


class Extras:
    """The extra fields of one message, collected over its deltas."""

    __slots__ = ("fields",)

    def __init__(self) -> None:
        """Start without any."""
        self.fields: dict[str, Any] = {}

    def push(self, message: dict[str, Any], *, whole: bool = False) -> None:
        """Take in the extra fields of a message or a delta.

        Args:
            message: The message or the delta.
            whole: Whether it repeats what the deltas before it have said.
        """
        for name, value in message.items():
            if name in _READ_ELSEWHERE or is_empty(value):
                continue
            if name in _REASONING and isinstance(value, str):
                continue
            key = REASONING_CONTENT_PARTS if name == "reasoning_content" else name
            self.fields[key] = merge_values(key, self.fields.get(key), value, whole=whole)


def is_empty(value: object) -> bool:
    """Whether a value says nothing: `0` and `False` do say something."""
    return value is None or (isinstance(value, (str, list, dict)) and not value)


def merge_values(name: str, known: Any, new: Any, *, whole: bool = False) -> Any:
    """Put together what two deltas say under one name.

    Args:
        name: The name.
        known: What is known so far.
        new: What the later delta says.
        whole: Whether the later one may repeat the text of the earlier one.
    """
    if is_empty(known) or is_empty(new):
        return new if is_empty(known) else known
    if isinstance(known, dict) and isinstance(new, dict):
        merged = {k: merge_values(k, v, new.get(k), whole=whole) for k, v in known.items()}
        return {**merged, **{key: value for key, value in new.items() if key not in known}}
    if isinstance(known, list) and isinstance(new, list):
        return _merge_lists(name, known, new, whole=whole)
    if isinstance(known, str) and isinstance(new, str):
        return _merge_strings(name, known, new, whole=whole)
    return new


def _merge_strings(name: str, known: str, new: str, *, whole: bool) -> str:
    if name in _NAMES:
        return known
    if whole and (new.startswith(known) or new in known):
        return max(known, new, key=len)
    if whole and name == "data" and join_base64(known) == new:
        return new
    # A string that does not grow may be repeated with every delta.
    return known if known == new and name not in _GROWING else known + new


def _merge_lists(name: str, known: list[Any], new: list[Any], *, whole: bool) -> list[Any]:
    merged = list(known)
    for item in new:
        place = None if name in _WHOLE else _find_open(merged, item)
        if place is not None and not (whole and item in known):
            merged[place] = merge_values("", merged[place], item, whole=whole)
        elif item not in known:
            merged.append(item)
    return merged


def _find_open(items: list[Any], new: object) -> int | None:
    """Return the place of the last item that a new one goes on with."""
    places = range(len(items) - 1, -1, -1)
    return next((place for place in places if _continues(items[place], new)), None)


def _continues(known: object, new: object) -> bool:
    """Whether an item goes on where a known one stopped: the same type at the same index."""
    if not isinstance(known, dict) or not isinstance(new, dict):
        return False
    if known.get("type") != new.get("type") or known.get("index") != new.get("index"):
        return False
    if new.get("index") is None and (known.get("type") not in _THOUGHTS or known.get("signature")):
        return False
    return not _contradict("", known, new)


def _contradict(name: str, known: object, new: object) -> bool:
    """Whether two items are two: one says what the other cannot, such as another id."""
    if is_empty(known) or is_empty(new) or name in _GROWING:
        return False
    if isinstance(known, dict) and isinstance(new, dict):
        return any(_contradict(key, known[key], new[key]) for key in known.keys() & new.keys())
    if isinstance(known, list) and isinstance(new, list):
        return False
    return known != new
