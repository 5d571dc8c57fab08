"""Token usage of streams: asked for until a model refuses, which is remembered."""

from __future__ import annotations

from typing import Any

from langchain_cometapi.exceptions import CometAPIInvalidRequestError

_refusing: set[tuple[str, str]] = set()
"""Base URL and model of those that answered 400 about `stream_options`."""


class StreamOptions:
    """The `stream_options` of one request."""

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

    def drop_if_refused(self, error: Exception) -> bool:
        """Return whether to repeat the request without these options, from now on.

        That is so if the user did not set them, and the gateway refused the request for them.
        """
        is_refused = (
            self._wanted
            and self._key not in _refusing
            and isinstance(error, CometAPIInvalidRequestError)
            and ("stream_options" in str(error) or error.param == "stream_options")
        )
        if is_refused:
            _refusing.add(self._key)
        return is_refused
