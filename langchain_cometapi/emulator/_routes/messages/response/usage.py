"""Token counts of a prompt, and what of it is read from the prompt cache or written to it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from langchain_cometapi.emulator._routes.messages.request.caching import Segment
    from langchain_cometapi.emulator._routes.messages.request.messages_request import (
        MessagesRequest,
    )
    from langchain_cometapi.emulator._state import EmulatorState

_LOOK_BACK = 20
"""Blocks before a mark among which an earlier prefix is looked for (Anthropic, prompt caching)."""


@dataclass(frozen=True)
class PromptUse:
    """Token counts of a prompt.

    Attributes:
        fresh: Tokens that are neither read nor written.
        read: Tokens read from the cache.
        written: Tokens written to it, by their lifetime.
    """

    fresh: int
    read: int
    written: dict[str, int]

    def usage(self) -> dict[str, Any]:
        """Return the fields of the usage object."""
        return {
            "input_tokens": self.fresh,
            "cache_creation_input_tokens": sum(self.written.values()),
            "cache_read_input_tokens": self.read,
            "cache_creation": {
                f"ephemeral_{ttl}_input_tokens": tokens for ttl, tokens in self.written.items()
            },
        }


def use_cache(request: MessagesRequest, state: EmulatorState) -> PromptUse:
    """Return a prompt's token counts, and store its marked prefixes.

    A prefix is stored for its model. It does not expire: a test cannot wait for that.

    Args:
        request: A valid request.
        state: The emulator's memory.
    """
    segments = request.segments
    sizes = list(accumulate(segment.tokens for segment in segments))
    marks = [
        index
        for index, segment in enumerate(segments)
        if segment.ttl and sizes[index] >= request.rules.min_cached
    ]
    read, written = 0, {"5m": 0, "1h": 0}
    if marks:
        digest = hashlib.sha256(request.row.id.encode())
        keys = []
        for segment in segments[: marks[-1] + 1]:
            digest.update(f"{len(segment.key)}:{segment.key}".encode())
            keys.append(digest.hexdigest())
        found = _find_prefix(segments, keys, marks, state)
        read = 0 if found is None else sizes[found]
        end = read
        for ttl in ("1h", "5m"):  # prefixes of an hour come first
            last = max((sizes[index] for index in marks if segments[index].ttl == ttl), default=0)
            written[ttl] = max(last - end, 0)
            end = max(last, end)
        for index in marks:
            state.cache_prefix(keys[index])
    fresh = sizes[-1] - read - sum(written.values())
    return PromptUse(fresh, read, written)


def _find_prefix(
    segments: list[Segment], keys: list[str], marks: list[int], state: EmulatorState
) -> int | None:
    for mark in reversed(marks):
        # The beginnings of messages are no blocks.
        blocks = [index for index in range(mark, -1, -1) if segments[index].is_block]
        for index in blocks[:_LOOK_BACK]:
            if state.is_prefix_cached(keys[index]):
                return index
    return None
