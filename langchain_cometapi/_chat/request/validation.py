"""Checks of requests that every vendor would refuse, before anything is sent."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_cometapi.exceptions import CometAPIUnsentRequestError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from langchain_cometapi._vendors.registry import Endpoint, Vendor

_ROLES = frozenset({"system", "developer", "user", "assistant", "tool", "function"})

# Endpoint -> how to use it; this package has no way to the others.
_WAYS = {
    "chat": '`endpoint="chat"` (and no `use_responses_api`)',
    "responses": '`endpoint="responses"` (and no `use_responses_api`)',
    "embeddings": "it to `CometAPIEmbeddings`",
}


def check_endpoint(model: str, vendor: Vendor, endpoint: Endpoint) -> None:
    """Check that CometAPI serves a model at an endpoint.

    Raises:
        CometAPIUnsentRequestError: If it is known to serve the model at other endpoints only.
    """
    if vendor.endpoints is None or endpoint in vendor.endpoints:
        return
    ways = [way for name, way in _WAYS.items() if name in vendor.endpoints]
    served = ", ".join(sorted(vendor.endpoints))
    advice = f"pass {' or '.join(ways)}" if ways else "no class of this package calls that route"
    msg = f"CometAPI serves {model} by {served}, not by {endpoint}: {advice}."
    raise CometAPIUnsentRequestError(msg)


def check_messages(
    messages: list[dict[str, Any]], is_known_call: Callable[[str], bool] | None = None
) -> None:
    """Check encoded messages.

    Args:
        messages: The messages.
        is_known_call: Whether the call of this id, which no message has, is known to the server.

    Raises:
        CometAPIUnsentRequestError: If there are none, if a role is unknown, if a call has not
            exactly one result right after it, or if an image is the path of a file.
    """
    if not messages:
        msg = "There are no messages to send."
        raise CometAPIUnsentRequestError(msg)
    calls = _OpenCalls(is_known_call)
    for number, message in enumerate(messages):
        role = message["role"]
        if role not in _ROLES:
            known = ", ".join(sorted(_ROLES))
            msg = f"Message {number} has the unknown role {role!r}; known are {known}."
            raise CometAPIUnsentRequestError(msg)
        if role == "tool":
            calls.add_result(message.get("tool_call_id"), number)
        elif calls.waiting or calls.answered:
            calls.close(number)
        if role == "assistant":
            calls.open(message.get("tool_calls") or (), number)
        if isinstance(content := message.get("content"), list):
            _check_images(content, number)
    if calls.answered:  # calls at the very end may be what the user asks about
        calls.close(len(messages))


class _OpenCalls:
    """The tool calls of the last assistant message, and which of them have a result."""

    def __init__(self, is_known_call: Callable[[str], bool] | None) -> None:
        """Start without calls; see `check_messages`."""
        self.is_known_call = is_known_call
        self.number = 0
        self.waiting: list[object] = []
        self.answered: set[object] = set()

    def open(self, calls: Iterable[dict[str, Any]], number: int) -> None:
        """Start the calls of an assistant message."""
        self.number = number
        self.waiting = [call.get("id") for call in calls]
        self.answered = set()

    def add_result(self, id_: object, number: int) -> None:
        """Take the result of a call.

        Raises:
            CometAPIUnsentRequestError: If it is of no call, or a second one.
        """
        if not isinstance(id_, str):
            msg = (
                f"Message {number} is the result of a tool call and does not say of which. Pass a "
                "`ToolMessage(..., tool_call_id=...)` with the id of the call."
            )
            raise CometAPIUnsentRequestError(msg)
        if id_ in self.waiting:
            self.waiting.remove(id_)
            self.answered.add(id_)
            return
        if id_ in self.answered:
            msg = (
                f"Message {number} is a second result of the tool call {id_!r} of message "
                f"{self.number}; a call has one. Join the two."
            )
        elif self.is_known_call is not None and self.is_known_call(id_):
            return
        else:
            msg = (
                f"Message {number} is the result of the tool call {id_!r}, and no assistant "
                "message before it has that call. If the history was trimmed, trim call and "
                "results together; nothing but results may stand between them."
            )
        raise CometAPIUnsentRequestError(msg)

    def close(self, number: int) -> None:
        """Go on to a message that is not a result.

        Raises:
            CometAPIUnsentRequestError: If a call has no result.
        """
        if self.waiting:
            ids = ", ".join(repr(id_) for id_ in self.waiting)
            msg = (
                f"Message {self.number} makes the tool calls {ids}, and there is no result of "
                f"them before message {number}. Put a "
                f"`ToolMessage(..., tool_call_id={self.waiting[0]!r})` right after it, or take "
                "the call out of the message."
            )
            raise CometAPIUnsentRequestError(msg)
        self.answered = set()


def _check_images(content: Iterable[object], number: int) -> None:
    for part in content:
        if not isinstance(part, dict) or part.get("type") != "image_url":
            continue
        image = part.get("image_url")
        url = image.get("url") if isinstance(image, dict) else image
        if not isinstance(url, str) or url.startswith("file:") or ":" not in url[:32]:
            shown = url if isinstance(url, str) and len(url) < 200 else type(url).__name__  # noqa: PLR2004
            msg = (
                f"Message {number} has an image that cannot be sent: {shown!r} is not a URL. Pass "
                "an http(s) or data URL, or the file's content: "
                '{"type": "image", "base64": ..., "mime_type": "image/png"}.'
            )
            raise CometAPIUnsentRequestError(msg)
