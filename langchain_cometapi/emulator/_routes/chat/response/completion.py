"""A chat completion and its JSON body."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from langchain_cometapi.emulator._names import SYSTEM_FINGERPRINT
from langchain_cometapi.emulator._routes.chat.response.logprobs import token_logprobs

if TYPE_CHECKING:
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
    """

    reasoning: str | None
    content: str | None
    calls: list[dict[str, Any]]
    audio: dict[str, Any] | None
    finish: str
    tokens: CompletionCount


@dataclass(frozen=True)
class Completion:
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

    def _message(self, choice: Choice) -> dict[str, Any]:
        message: dict[str, Any] = {"role": "assistant", "content": choice.content}
        if self.request.row.rules.usage_style == "full":
            message["refusal"] = None
            message["annotations"] = []
        if choice.reasoning is not None:
            message["reasoning_content"] = choice.reasoning
        if choice.calls:
            message["tool_calls"] = choice.calls
        if choice.audio:
            message["audio"] = choice.audio
        return message
