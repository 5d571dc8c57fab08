"""Streams ask for token usage, and a model that refuses to be asked is remembered."""

from __future__ import annotations

from typing import Any

from langchain_cometapi.exceptions import CometAPIInvalidRequestError

_refusing: set[tuple[str, str]] = set()
"""Base URL and model of those that answered 400 about `stream_options`."""


class StreamOptions:
    """Whether one request asks for usage."""

    __slots__ = ("_key", "_wanted")

    def __init__(self, payload: dict[str, Any], base_url: str, *, wanted: bool) -> None:
        """Decide for a payload.

        Args:
            payload: The request; options the user set in it are left as they are.
            base_url: The gateway, because what a model refuses here it may accept there.
            wanted: Whether usage is asked for at all.
        """
        self._key = (base_url, payload["model"])
        self._wanted = wanted and "stream_options" not in payload

    def apply(self, payload: dict[str, Any]) -> dict[str, Any]:
        """Return the payload to send."""
        if self._wanted and self._key not in _refusing:
            return {**payload, "stream_options": {"include_usage": True}}
        return payload

    def blamed_by(self, error: Exception) -> bool:
        """Whether to repeat the request: its options were ours, and are what it failed for."""
        blamed = (
            self._wanted
            and self._key not in _refusing
            and isinstance(error, CometAPIInvalidRequestError)
            and ("stream_options" in str(error) or error.param == "stream_options")
        )
        if blamed:
            _refusing.add(self._key)
        return blamed
