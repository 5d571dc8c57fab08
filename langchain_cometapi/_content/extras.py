"""Extra fields of messages: kept as they came, whole and once.

Vendors add fields as they please: `images`, `annotations`, `audio`, `reasoning_details`,
`thinking_blocks`, `extra_content`. Core adds up equal keys of chunks, which joins two equal
strings and sums two equal numbers, so the fields of a stream are put together here and
leave in its last chunk.
"""

from __future__ import annotations

from typing import Any

from langchain_cometapi._content.merging import build_fields, is_empty, merge_value

COMMON = frozenset({"role", "content", "tool_calls"})
"""Fields of the deltas that make up nearly all of a stream."""

PASSED_ON = ("refusal", "function_call")
"""Fields that core merges rightly, and that users want as they come."""

# These are not extra fields: they are read elsewhere.
_READ_ELSEWHERE = COMMON.union(PASSED_ON)

# Strings under these names are reasoning; a list or an object may hold more than text.
_REASONING_FIELDS = frozenset({"reasoning_content", "reasoning", "thinking"})

TOOL_CALL_EXTRA_CONTENT = "tool_call_extra_content"
"""Key in `additional_kwargs`: the `extra_content` of each tool call, by its id."""

TOOL_CALL_EXTRAS = "tool_call_extras"
"""Key in `additional_kwargs`: any other field of each tool call that is not standard, by its id."""

REASONING_CONTENT_PARTS = "reasoning_content_parts"
"""Key in `additional_kwargs`: a `reasoning_content` that is not text; its own key has its text."""


class Extras:
    """The extra fields of one message, collected over its deltas."""

    __slots__ = ("_fields",)

    def __init__(self) -> None:
        """Start without any."""
        self._fields: dict[str, Any] = {}

    @property
    def fields(self) -> dict[str, Any]:
        """The fields so far."""
        return build_fields(self._fields)

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
            self._fields[key] = merge_value(key, self._fields.get(key), value, repeats=repeats)
