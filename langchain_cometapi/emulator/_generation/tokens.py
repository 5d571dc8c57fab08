"""Token counts by a simple rule: four characters are a token, rounded up for each text."""

from __future__ import annotations

CHARS_PER_TOKEN = 4


def count_tokens(text: str) -> int:
    """Return the number of tokens of a text.

    Args:
        text: A text.
    """
    return -(-len(text) // CHARS_PER_TOKEN)
