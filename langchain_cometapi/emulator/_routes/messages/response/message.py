"""A message and its JSON body."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from langchain_cometapi.emulator._faults.emulated_response import REFUSAL, PlainResponse
from langchain_cometapi.emulator._routes.messages.errors import error_body
from langchain_cometapi.emulator._routes.messages.response.events import (
    event,
    events,
    first_events,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from langchain_cometapi.emulator._errors import GatewayError
    from langchain_cometapi.emulator._routes.messages.request.messages_request import (
        MessagesRequest,
    )


@dataclass(frozen=True)
class Message(PlainResponse):
    """A message, to be sent at once or as events.

    Attributes:
        request: The request.
        id: The message's id.
        content: The blocks.
        inputs: The input of each call as the model has written it, by the index of its block.
        stop_reason: Why it ends.
        stop_sequence: The sequence that has ended it.
        usage: The usage object.
        container: Where code was run.
        stop_details: What a refusal says.
    """

    request: MessagesRequest
    id: str
    content: list[dict[str, Any]]
    inputs: dict[int, str]
    stop_reason: str
    stop_sequence: str | None
    usage: dict[str, Any]
    container: dict[str, Any] | None = None
    stop_details: dict[str, Any] | None = None

    @property
    def family(self) -> str:
        """The name of the model's family."""
        return self.request.row.rules.name

    @property
    def is_streamed(self) -> bool:
        """Whether the request asks for events."""
        return self.request.stream

    def head(self) -> dict[str, Any]:
        """Return the body at the beginning of a stream."""
        usage = {**self.usage, "output_tokens": min(1, self.usage["output_tokens"])}
        usage.pop("output_tokens_details")
        usage.pop("server_tool_use", None)
        return {
            **self.body(),
            "content": [],
            "stop_reason": None,
            "stop_sequence": None,
            "stop_details": None,
            "usage": usage,
        }

    def end(self) -> dict[str, Any]:
        """Return the fields with which a stream ends."""
        fields = {
            "stop_reason": self.stop_reason,
            "stop_sequence": self.stop_sequence,
            "stop_details": self.stop_details,
        }
        return fields if self.container is None else {**fields, "container": self.container}

    def edits(self) -> dict[str, Any]:
        """Return what was edited of the context: nothing, where a request asks for that."""
        asked = "context_management" in self.request.parameters
        return {"context_management": {"applied_edits": []}} if asked else {}

    def body(self) -> dict[str, Any]:
        """Return the JSON body of the whole message."""
        return {
            "id": self.id,
            "type": "message",
            "role": "assistant",
            "model": self.request.row.id,
            "content": self.content,
            **self.end(),
            **self.edits(),
            "usage": self.usage,
        }

    def unfinished_body(self) -> dict[str, Any]:
        """Return the body of a message that has not ended."""
        return {**self.body(), "stop_reason": None}

    def body_without_result(self) -> dict[str, Any]:
        """Return a body with null in place of the content."""
        return {**self.body(), "content": None}

    def refused(self) -> Message:
        """Return the same message of a model that refuses."""
        details = {"type": "refusal", "category": None, "explanation": REFUSAL}
        usage = {**self.usage, "output_tokens": 0, "output_tokens_details": {"thinking_tokens": 0}}
        return replace(
            self,
            content=[],
            inputs={},
            stop_reason="refusal",
            stop_sequence=None,
            stop_details=details,
            usage=usage,
        )

    def error_body(
        self,
        error: GatewayError,
        request_id: str,
        retry_after: float | None,  # noqa: ARG002
    ) -> Any:
        """Return the body of an error, in Anthropic's form.

        Args:
            error: The error.
            request_id: The id of the failed request.
            retry_after: What the header says, and the body does not.
        """
        return error_body(error, request_id)

    def events(self, *, unfinished: bool = False) -> Iterator[str]:
        """Yield the server-sent events as text.

        Args:
            unfinished: Whether to omit the stop reason and the event that ends the message.
        """
        yield from events(self, unfinished=unfinished)

    def first_events(self, after: int) -> tuple[list[str], str]:
        """Return the events up to a number of deltas, and the one after them.

        Args:
            after: How many deltas; 0 for no event at all.
        """
        return first_events(self, after)

    def error_events(self, body: Any, after: int) -> Iterator[str]:  # noqa: ARG002
        """Yield the event with which a stream ends in an error.

        Args:
            body: The body of the error.
            after: How many deltas came before.
        """
        fields = {name: value for name, value in body.items() if name != "type"}
        yield event("error", **fields)

    def failed_events(self, status: int, message: str, after: int) -> Iterator[str]:  # noqa: ARG002
        """Yield nothing: a message has no status."""
        yield from ()
