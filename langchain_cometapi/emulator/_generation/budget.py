"""The limit of what may be generated."""

from __future__ import annotations

from langchain_cometapi.emulator._generation.tokens import CHARS_PER_TOKEN, count_tokens


class Budget:
    """The characters that may still be generated.

    Attributes:
        exceeded: Whether something did not fit.
    """

    def __init__(self, tokens: int | None) -> None:
        """Start with a number of tokens.

        Args:
            tokens: The limit; `None` for no limit.
        """
        self._remaining = None if tokens is None else tokens * CHARS_PER_TOKEN
        self.exceeded = False

    def spend(self, tokens: int) -> int:
        """Subtract hidden tokens.

        Args:
            tokens: How many are wanted.

        Returns:
            How many there were.
        """
        return count_tokens(self.cut(" " * (tokens * CHARS_PER_TOKEN)))

    def cut(self, text: str) -> str:
        """Return as much of a text as fits, and subtract it.

        Args:
            text: The whole text.
        """
        if self._remaining is None:
            return text
        if len(text) > self._remaining:
            self.exceeded = True
        text = text[: self._remaining]
        # Usage counts whole tokens, and so does the limit.
        self._remaining -= min(self._remaining, count_tokens(text) * CHARS_PER_TOKEN)
        return text
