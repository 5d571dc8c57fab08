"""A response and its JSON body."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from langchain_cometapi.emulator._faults.emulated_response import REFUSAL, PlainResponse
from langchain_cometapi.emulator._routes.responses.response.events import events, first_events
from langchain_cometapi.emulator._routes.responses.response.numbering import Numbering

if TYPE_CHECKING:
    from collections.abc import Iterator

    from langchain_cometapi.emulator._routes.responses.request.responses_request import (
        ResponsesRequest,
    )

_DEFAULTS: dict[str, Any] = {
    "background": False,
    "instructions": None,
    "max_output_tokens": None,
    "max_tool_calls": None,
    "parallel_tool_calls": True,
    "previous_response_id": None,
    "prompt_cache_key": None,
    "safety_identifier": None,
    "store": True,
    "temperature": 1.0,
    "tool_choice": "auto",
    "tools": [],
    "top_logprobs": 0,
    "top_p": 1.0,
    "truncation": "disabled",
    "user": None,
    "metadata": {},
}
_ERROR_CODES = {429: "rate_limit_exceeded"}


@dataclass(frozen=True)
class ModelResponse(PlainResponse):
    """A response, to be sent at once or as events.

    Attributes:
        request: The request.
        id: The response's id.
        created: Unix time.
        output: The output items.
        usage: The usage object.
        is_cut: Whether the limit of tokens has cut the output.
    """

    request: ResponsesRequest
    id: str
    created: int
    output: list[dict[str, Any]]
    usage: dict[str, Any]
    is_cut: bool

    @property
    def family(self) -> str:
        """The name of the model's family."""
        return self.request.row.rules.name

    @property
    def is_streamed(self) -> bool:
        """Whether the request asks for events."""
        return self.request.stream

    def head(self) -> dict[str, Any]:
        """Return the body at the beginning of a stream, without output and usage."""
        return self._body("in_progress", None, [], None)

    def body(self) -> dict[str, Any]:
        """Return the JSON body of the whole response."""
        details = {"reason": "max_output_tokens"} if self.is_cut else None
        status = "incomplete" if self.is_cut else "completed"
        return self._body(status, details, self.output, self.usage)

    def unfinished_body(self) -> dict[str, Any]:
        """Return the body of a response that has not ended."""
        return {**self.body(), "status": "in_progress", "usage": None}

    def body_without_result(self) -> dict[str, Any]:
        """Return a body with null in place of the output."""
        return {**self.body(), "output": None}

    def refused(self) -> ModelResponse:
        """Return the same response of a model that refuses."""
        messages = [item for item in self.output if item["type"] == "message"]
        message = {
            "id": f"msg_{self.id}",
            "type": "message",
            "status": "completed",
            "role": "assistant",
            **(messages[0] if messages else {}),
            "content": [{"type": "refusal", "refusal": REFUSAL}],
        }
        # What reasoning led to must follow it.
        kept = [item for item in self.output if item["type"] == "reasoning" and messages]
        return replace(self, output=[*kept, message])

    def failed_body(self, status: int, message: str) -> dict[str, Any]:
        """Return the body of a response that has failed.

        Args:
            status: The HTTP status of such an error.
            message: Its message.
        """
        code = _ERROR_CODES.get(status, "server_error")
        body = self._body("failed", None, [], None)
        return {**body, "error": {"code": code, "message": message}}

    def events(self, *, unfinished: bool = False) -> Iterator[str]:
        """Yield the server-sent events as text.

        Args:
            unfinished: Whether to omit the event that ends the response.
        """
        yield from events(self, unfinished=unfinished)

    def first_events(self, after: int) -> tuple[list[str], str]:
        """Return the events up to a number of deltas, and the one after them.

        Args:
            after: How many deltas.
        """
        return first_events(self, after)

    def error_events(self, body: Any, after: int) -> Iterator[str]:
        """Yield the events with which a stream ends in an error.

        Args:
            body: The gateway's envelope.
            after: How many deltas came before.
        """
        error = body["error"]
        fields = {name: error[name] or None for name in ("code", "message", "param")}
        yield self._numbering(after).event("error", **fields)

    def failed_events(self, status: int, message: str, after: int) -> Iterator[str]:
        """Yield the event with which the stream of a failed response ends.

        Args:
            status: The HTTP status of such an error.
            message: Its message.
            after: How many deltas came before.
        """
        response = self.failed_body(status, message)
        yield self._numbering(after).event("response.failed", response=response)

    def _numbering(self, after: int) -> Numbering:
        sent, _ = first_events(self, after)
        return Numbering(max(len(sent) - 1, 0))  # the first is a comment

    def _body(
        self,
        status: str,
        details: dict[str, Any] | None,
        output: list[dict[str, Any]],
        usage: dict[str, Any] | None,
    ) -> dict[str, Any]:
        request = self.request
        sent = request.parameters
        reasoning = sent.get("reasoning") or {}
        text = sent.get("text") or {}
        return {
            "id": self.id,
            "object": "response",
            "created_at": self.created,
            "status": status,
            "error": None,
            "incomplete_details": details,
            "model": request.row.served_name,
            "output": output,
            **{name: sent.get(name, value) for name, value in _DEFAULTS.items()},
            "reasoning": {"effort": request.effort, "summary": reasoning.get("summary")},
            "service_tier": request.service_tier,
            "text": {
                "format": text.get("format") or {"type": "text"},
                "verbosity": text.get("verbosity", "medium"),
            },
            "usage": usage,
        }
