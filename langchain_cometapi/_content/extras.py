"""Extra fields of messages: kept as they came, whole and once.

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

# These are no extra fields: they are read elsewhere.
_READ_ELSEWHERE = COMMON.union(PASSED_ON)

# Strings under these names are reasoning; a list or an object may hold more than text.
_REASONING_FIELDS = frozenset({"reasoning_content", "reasoning", "thinking"})

# Fragments of these strings follow each other, even equal ones.
_GROWING = frozenset(
    {"text", "thinking", "reasoning", "summary", "data", "transcript", "encrypted_content"}
)

# These strings name something: a later one does not continue it.
_NAMES = frozenset({"id", "type", "object", "model", "name", "role", "format", "thought_signature"})

# Items of these lists come whole, perhaps repeatedly: none of them goes on.
_WHOLE = frozenset({"annotations", "citations", "images", "search_results"})

# Items of these types go on in the next fragment also without an index, until they are signed.
_GROWING_TYPES = frozenset(
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

    def push(self, message: dict[str, Any], *, repeats: bool = False) -> None:
        """Take in the extra fields of a message or a delta.

        Args:
            message: The message or the delta.
            repeats: Whether it repeats the deltas before it.
        """
        for name, value in message.items():
            if name in _READ_ELSEWHERE or is_empty(value):
                continue
            if name in _REASONING_FIELDS and isinstance(value, str):
                continue
            key = REASONING_CONTENT_PARTS if name == "reasoning_content" else name
            self.fields[key] = merge_values(key, self.fields.get(key), value, repeats=repeats)


def is_empty(value: object) -> bool:
    """Whether a value holds nothing; `0` and `False` are values."""
    return value is None or (isinstance(value, (str, list, dict)) and not value)


def merge_values(name: str, known: Any, new: Any, *, repeats: bool = False) -> Any:
    """Return the value of a field that two deltas have.

    Args:
        name: The field.
        known: Its value so far.
        new: Its value in the later delta.
        repeats: Whether the later one may repeat the text of the earlier one.
    """
    if is_empty(known) or is_empty(new):
        return new if is_empty(known) else known
    if isinstance(known, dict) and isinstance(new, dict):
        merged = {k: merge_values(k, v, new.get(k), repeats=repeats) for k, v in known.items()}
        return {**merged, **{key: value for key, value in new.items() if key not in known}}
    if isinstance(known, list) and isinstance(new, list):
        return _merge_lists(name, known, new, repeats=repeats)
    if isinstance(known, str) and isinstance(new, str):
        return _merge_strings(name, known, new, repeats=repeats)
    return new


def _merge_strings(name: str, known: str, new: str, *, repeats: bool) -> str:
    if name in _NAMES:
        return known
    if repeats and (new.startswith(known) or new in known):
        return max(known, new, key=len)
    if repeats and name == "data" and join_base64(known) == new:
        return new
    # A string that does not grow may be repeated with every delta.
    return known if known == new and name not in _GROWING else known + new


def _merge_lists(name: str, known: list[Any], new: list[Any], *, repeats: bool) -> list[Any]:
    merged = list(known)
    for item in new:
        place = None if name in _WHOLE else _find_open(merged, item)
        if place is not None and not (repeats and item in known):
            merged[place] = merge_values("", merged[place], item, repeats=repeats)
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
    may_grow = known.get("type") in _GROWING_TYPES and not known.get("signature")
    if new.get("index") is None and not may_grow:
        return False
    return not _contradict("", known, new)


def _contradict(name: str, known: object, new: object) -> bool:
    """Whether two items are different ones: a field of both differs, such as the id."""
    if is_empty(known) or is_empty(new) or name in _GROWING:
        return False
    if isinstance(known, dict) and isinstance(new, dict):
        return any(_contradict(key, known[key], new[key]) for key in known.keys() & new.keys())
    if isinstance(known, list) and isinstance(new, list):
        return False
    return known != new
