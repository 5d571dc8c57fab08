"""What no vendor accepts is said here, before anything is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

_ROLES = frozenset({"system", "developer", "user", "assistant", "tool", "function"})


def check_messages(messages: list[dict[str, Any]]) -> None:
    """Check encoded messages.

    Raises:
        ValueError: If there are none, if a role is unknown, if a tool result has no call
            before it, or if an image is given as the path of a file.
    """
    if not messages:
        msg = "There are no messages to send."
        raise ValueError(msg)
    calls: set[object] = set()
    for number, message in enumerate(messages):
        role = message["role"]
        if role not in _ROLES:
            known = ", ".join(sorted(_ROLES))
            msg = f"Message {number} has the unknown role {role!r}; known are {known}."
            raise ValueError(msg)
        if role == "assistant":
            calls.update(call.get("id") for call in message.get("tool_calls") or ())
        elif role == "tool" and message.get("tool_call_id") not in calls:
            msg = (
                f"Message {number} is the result of the tool call "
                f"{message.get('tool_call_id')!r}, and no assistant message before it made "
                "that call. If the history was trimmed, trim call and results together."
            )
            raise ValueError(msg)
        if isinstance(content := message.get("content"), list):
            _check_images(content, number)


def _check_images(content: Iterable[object], number: int) -> None:
    for part in content:
        if not isinstance(part, dict) or part.get("type") != "image_url":
            continue
        image = part.get("image_url")
        url = image.get("url") if isinstance(image, dict) else image
        if not isinstance(url, str) or url.startswith("file:") or ":" not in url[:32]:
            shown = url if isinstance(url, str) and len(url) < 200 else type(url).__name__  # noqa: PLR2004
            msg = (
                f"Message {number} has an image that cannot be sent: {shown!r} is no URL. Pass an "
                "http(s) or data URL, or the file's content: "
                '{"type": "image", "base64": ..., "mime_type": "image/png"}.'
            )
            raise ValueError(msg)
