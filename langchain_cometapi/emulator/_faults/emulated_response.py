"""What faults need to know of a response, whichever route it is of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator

    from langchain_cometapi.emulator._errors import GatewayError

REFUSAL: Final = "I'm sorry, but the CometAPI emulator was asked to refuse this."
"""What a model says that refuses."""


class EmulatedResponse(Protocol):
    """A response without a fault."""

    @property
    def family(self) -> str:
        """The name of the model's family."""

    @property
    def is_streamed(self) -> bool:
        """Whether the request asks for events."""

    def body(self) -> dict[str, Any]:
        """Return the JSON body."""

    def unfinished_body(self) -> dict[str, Any]:
        """Return the body of a response that has not ended."""

    def body_without_result(self) -> dict[str, Any]:
        """Return a body with null in place of what was generated."""

    def refused(self) -> EmulatedResponse:
        """Return the same response of a model that refuses."""

    def filtered(self) -> EmulatedResponse | None:
        """Return the response to a prompt that is blocked; `None` if that is an HTTP error."""

    def error_body(self, error: GatewayError, request_id: str, retry_after: float | None) -> Any:
        """Return the body of an HTTP error that a fault sends.

        Args:
            error: The error.
            request_id: The id of the request.
            retry_after: How many seconds to wait; `None` if it does not say that.
        """

    def failed_body(self, status: int, message: str) -> dict[str, Any] | None:
        """Return the body of a failed response; `None` if the route has no such thing.

        Args:
            status: The HTTP status of such an error.
            message: Its message.
        """

    def events(self, *, unfinished: bool = False) -> Iterator[str]:
        """Yield the server-sent events as text.

        Args:
            unfinished: Whether to omit what says that the response has ended.
        """

    def first_events(self, after: int) -> tuple[list[str], str]:
        """Return the events up to a number of chunks, and the one after them.

        Args:
            after: How many chunks; 0 for no event at all.
        """

    def error_events(self, body: Any, after: int) -> Iterator[str]:
        """Yield the events with which a stream ends in an error.

        Args:
            body: The body of the error.
            after: How many chunks came before.
        """

    def failed_events(self, status: int, message: str, after: int) -> Iterator[str]:
        """Yield the events with which the stream of a failed response ends.

        Args:
            status: The HTTP status of such an error.
            message: Its message.
            after: How many chunks came before.
        """


class PlainResponse:
    """What a response is on a route that has neither of these, and the gateway's own errors."""

    def filtered(self) -> None:
        """Return `None`: a blocked prompt is an HTTP error."""

    def failed_body(self, status: int, message: str) -> Any:
        """Return `None`: the response has no status."""

    def error_body(
        self,
        error: GatewayError,
        request_id: str,
        retry_after: float | None,  # noqa: ARG002
    ) -> Any:
        """Return the body of an HTTP error, the gateway's envelope.

        Args:
            error: The error.
            request_id: The id of the request.
            retry_after: What the header says, and the body does not.
        """
        return error.envelope(request_id)
