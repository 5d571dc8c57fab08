"""A chat completion and its JSON body."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Any

from langchain_cometapi.emulator._faults.emulated_response import REFUSAL, PlainResponse
from langchain_cometapi.emulator._json import to_json
from langchain_cometapi.emulator._names import SYSTEM_FINGERPRINT
from langchain_cometapi.emulator._routes.chat.response.logprobs import token_logprobs
from langchain_cometapi.emulator._routes.chat.response.stream import events

if TYPE_CHECKING:
    from collections.abc import Iterator

    from langchain_cometapi.emulator._generation.usage import CompletionCount
    from langchain_cometapi.emulator._routes.chat.request.chat_request import ChatRequest


@dataclass(frozen=True)
class Choice:
    """One choice of a completion.

    Attributes:
        reasoning: Reasoning text, if the model returns it.
        content: The text; next to tool calls an empty string or `None`, by vendor.
        calls: OpenAI-shaped tool calls.
        audio: OpenAI's audio object, if audio was requested.
        finish: The `finish_reason`.
        tokens: Token counts of this choice.
        refusal: What the model says in place of the content, if it refuses.
    """

    reasoning: str | None
    content: str | None
    calls: list[dict[str, Any]]
    audio: dict[str, Any] | None
    finish: str
    tokens: CompletionCount
    refusal: str | None = None


@dataclass(frozen=True)
class Completion(PlainResponse):
    """A chat completion, to be sent at once or in chunks.

    Attributes:
        request: The request.
        id: The completion's id.
        created: Unix time.
        choices: The choices.
        usage: The usage object.
    """

    request: ChatRequest
    id: str
    created: int
    choices: list[Choice]
    usage: dict[str, Any]

    @property
    def family(self) -> str:
        """The name of the model's family."""
        return self.request.row.rules.name

    @property
    def is_streamed(self) -> bool:
        """Whether the request asks for events."""
        return self.request.stream

    def head(self, kind: str) -> dict[str, Any]:
        """Return the first fields of the response, or of each chunk.

        Args:
            kind: The `object` value.
        """
        head: dict[str, Any] = {
            "id": self.id,
            "object": kind,
            "created": self.created,
            "model": self.request.row.served_name,
            "system_fingerprint": SYSTEM_FINGERPRINT,
        }
        if self.request.row.rules.usage_style == "full":
            head["service_tier"] = self.request.service_tier
        return head

    def body(self) -> dict[str, Any]:
        """Return the JSON body of a response that is not streamed."""
        return {
            **self.head("chat.completion"),
            "choices": [
                {
                    "index": index,
                    "message": self._message(choice),
                    "logprobs": token_logprobs(self.request, choice.content),
                    "finish_reason": choice.finish,
                }
                for index, choice in enumerate(self.choices)
            ],
            "usage": self.usage,
        }

    def unfinished_body(self) -> dict[str, Any]:
        """Return the body of a response that has not ended."""
        body = self.body()
        for choice in body["choices"]:
            choice["finish_reason"] = None
        return body

    def body_without_result(self) -> dict[str, Any]:
        """Return a body with null in place of the choices."""
        return {**self.body(), "choices": None}

    def refused(self) -> Completion:
        """Return the same completion of a model that refuses."""
        choices = [
            replace(choice, content=None, calls=[], audio=None, finish="stop", refusal=REFUSAL)
            for choice in self.choices
        ]
        return replace(self, choices=choices)

    def events(self, *, unfinished: bool = False) -> Iterator[str]:
        """Yield the server-sent events as text.

        Args:
            unfinished: Whether to omit the usage and the chunks with a finish reason.
        """
        yield from events(self, unfinished=unfinished)

    def first_events(self, after: int) -> tuple[list[str], str]:
        """Return the comment and a number of chunks, and the chunk after them.

        Args:
            after: How many chunks; 0 for no event at all.
        """
        comment, *data = islice(events(self), after + 2)
        return [comment, *data[:after]] if after else [], data[-1]

    def error_events(self, body: Any, after: int) -> Iterator[str]:  # noqa: ARG002
        """Yield the events with which a stream ends in an error.

        Args:
            body: The gateway's envelope.
            after: How many chunks came before.
        """
        yield f"data: {to_json(body)}\n\n"
        yield "data: [DONE]\n\n"

    def failed_events(self, status: int, message: str, after: int) -> Iterator[str]:  # noqa: ARG002
        """Yield nothing: a chat completion has no status."""
        yield from ()

    def _message(self, choice: Choice) -> dict[str, Any]:
        message: dict[str, Any] = {"role": "assistant", "content": choice.content}
        if self.request.row.rules.usage_style == "full":
            message["refusal"] = choice.refusal
            message["annotations"] = []
        if choice.reasoning is not None:
            message["reasoning_content"] = choice.reasoning
        if choice.calls:
            message["tool_calls"] = choice.calls
        if choice.audio:
            message["audio"] = choice.audio
        return message
