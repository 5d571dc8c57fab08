"""A response and its JSON body."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from langchain_cometapi.emulator._routes.generate_content.errors import emulated_error_body
from langchain_cometapi.emulator._routes.generate_content.response.stream import (
    chunks,
    to_event,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from langchain_cometapi.emulator._errors import GatewayError
    from langchain_cometapi.emulator._routes.generate_content.request.generate_content_request import (  # noqa: E501
        GenerateContentRequest,
    )
    from langchain_cometapi.emulator._routes.generate_content.response.usage import Usage

Message = dict[str, Any]

_BLOCKED = "HARM_CATEGORY_DANGEROUS_CONTENT"


@dataclass(frozen=True)
class Candidate:
    """One candidate.

    Attributes:
        parts: Its parts.
        finish: Why it ended.
        fields: What the candidate says besides, such as where its text is from.
        text_tokens: Tokens of its text and its function calls.
        image_tokens: Tokens of its images.
    """

    parts: list[Message]
    finish: str
    fields: Message = field(default_factory=dict)
    text_tokens: int = 0
    image_tokens: int = 0


@dataclass(frozen=True)
class ContentResponse:
    """A response, to be sent at once or in parts.

    Attributes:
        request: The request.
        id: The response's id.
        candidates: The candidates.
        usage: The token counts.
        feedback: Why the prompt was blocked; `None` if it was not.
    """

    request: GenerateContentRequest
    id: str
    candidates: list[Candidate]
    usage: Usage
    feedback: Message | None = None

    @property
    def family(self) -> str:
        """The name of the vendor, whose errors are other ones on this route."""
        return "gemini_native"

    @property
    def is_streamed(self) -> bool:
        """Whether the request asks for events; a JSON array is sent at once."""
        return self.request.stream and not self.request.as_array

    def tail(self) -> Message:
        """Return the fields that each part of a response has."""
        return {"modelVersion": self.request.row.id, "responseId": self.id}

    def body(self) -> Any:
        """Return the JSON body of a response that is not streamed."""
        return list(chunks(self)) if self.request.as_array else self.whole()

    def whole(self) -> Message:
        """Return the JSON body of the whole response."""
        text = sum(candidate.text_tokens for candidate in self.candidates)
        images = sum(candidate.image_tokens for candidate in self.candidates)
        usage = self.usage.body(text, images)
        if self.feedback is not None:
            return {"promptFeedback": self.feedback, "usageMetadata": usage, **self.tail()}
        entries = [
            entry(index, candidate.parts, candidate.finish, candidate.fields)
            for index, candidate in enumerate(self.candidates)
        ]
        return {"candidates": entries, "usageMetadata": usage, **self.tail()}

    def unfinished_body(self) -> Any:
        """Return the body of a response that has not ended."""
        if self.request.as_array:
            return list(chunks(self, unfinished=True))
        body = self.whole()
        for one in body.get("candidates", ()):
            one.pop("finishReason", None)
        return body

    def body_without_result(self) -> Message:
        """Return a body with null in place of the candidates."""
        return {**self.whole(), "candidates": None}

    def refused(self) -> ContentResponse:
        """Return the same response, stopped by the safety filters."""
        ratings = [{"category": _BLOCKED, "probability": "HIGH", "blocked": True}]
        message = "The CometAPI emulator was asked to refuse this."
        fields = {"finishMessage": message, "safetyRatings": ratings}
        candidates = [Candidate([], "SAFETY", fields) for _ in self.candidates]
        return replace(self, candidates=candidates)

    def filtered(self) -> ContentResponse:
        """Return the response to a prompt that is blocked."""
        ratings = [{"category": _BLOCKED, "probability": "HIGH", "blocked": True}]
        feedback = {"blockReason": "SAFETY", "safetyRatings": ratings}
        usage = replace(self.usage, thoughts=0, tools=0)
        return replace(self, candidates=[], usage=usage, feedback=feedback)

    def error_body(
        self,
        error: GatewayError,
        request_id: str,  # noqa: ARG002
        retry_after: float | None = None,
    ) -> Any:
        """Return the body of an HTTP error.

        Args:
            error: The error.
            request_id: The id of the request.
            retry_after: How many seconds to wait; `None` if it does not say that.
        """
        body = emulated_error_body(error, retry_after)
        return [body] if self.request.as_array else body

    def failed_body(self, status: int, message: str) -> None:
        """Return `None`: a response has no status."""

    def events(self, *, unfinished: bool = False) -> Iterator[str]:
        """Yield the parts as text.

        Args:
            unfinished: Whether to omit what says that the response has ended.
        """
        yield from map(to_event, chunks(self, unfinished=unfinished))

    def first_events(self, after: int) -> tuple[list[str], str]:
        """Return a number of parts, but not the last, and the one after them.

        Args:
            after: How many parts.
        """
        *events, last = self.events()
        return events[:after], events[after] if after < len(events) else last

    def error_events(self, body: Any, after: int) -> Iterator[str]:  # noqa: ARG002
        """Yield the part with which a stream ends in an error.

        Args:
            body: The body of the error, in a list where that is the form of a stream.
            after: How many parts came before.
        """
        yield to_event(body[0] if isinstance(body, list) else body)

    def failed_events(self, status: int, message: str, after: int) -> Iterator[str]:  # noqa: ARG002
        """Yield nothing: a response has no status."""
        yield from ()


def entry(index: int, parts: list[Message], finish: str | None, fields: Message) -> Message:
    """Return a candidate as JSON.

    Args:
        index: Its index.
        parts: Its parts; without any it has no content.
        finish: Why it ended; `None` if it has not.
        fields: What it says besides.
    """
    content = {"content": {"parts": parts, "role": "model"}} if parts else {}
    ending = {"finishReason": finish} if finish else {}
    return {**content, **ending, "index": index, **fields}
