"""The stream guard: whatever a gateway does to a stream, what leaves here is sound.

One sans-IO object per stream. `push` takes a chunk as it came and returns its delta, tool
calls re-indexed; `close` returns what holds for the answer as a whole, each exactly once:
finish reason, ids, usage. Both raise instead of passing an error on as text.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from langchain_core.messages import AIMessage

from langchain_cometapi._chat.response.message_reader import AnswerReader
from langchain_cometapi._chat.response.metadata import (
    add_logprobs,
    read_choice,
    read_identity,
    read_usage,
)
from langchain_cometapi._chat.response.tool_call_stream import ToolCallStream
from langchain_cometapi._content.origin import PROVIDER
from langchain_cometapi.exceptions import CometAPIStreamTruncatedError, CometAPITimeoutError

if TYPE_CHECKING:
    from langchain_core.messages import ToolCallChunk

    from langchain_cometapi._client.errors import Failure
    from langchain_cometapi.exceptions import CometAPIError

Truncation = Literal["error", "warn", "ignore"]

logger = logging.getLogger(__name__)


@dataclass
class StreamEnd:
    """What is known of an answer when its stream has ended."""

    finish_reason: str | None
    identity: dict[str, Any]
    usage: dict[str, Any] | None
    tool_call_chunks: list[ToolCallChunk] = field(default_factory=list)
    tool_call_errors: dict[str, str] = field(default_factory=dict)
    logprobs: Any = None
    extras: dict[str, Any] = field(default_factory=dict)
    reasoning_field: str | None = None
    reasoning_length: int = 0
    held_text: str = ""
    held_reasoning: str = ""
    said_something: bool = True


class StreamGuard:
    """Normalises and guards the chunks of one stream."""

    __slots__ = (
        "_answer",
        "_choice_index",
        "_failure",
        "_identity",
        "_logprobs",
        "_started",
        "_tool_calls",
        "_truncation",
        "_usage",
        "finish_reason",
    )

    def __init__(
        self, failure: Failure, truncation: Truncation, *, think_tags: bool = False
    ) -> None:
        """Start a stream.

        Args:
            failure: Builds the errors of the request.
            truncation: What to do with a stream that ends without a finish reason.
            think_tags: Whether thoughts come as tags at the head of the content.
        """
        self._answer = AnswerReader(think_tags=think_tags)
        self._failure = failure
        self._truncation = truncation
        self._identity: dict[str, Any] = {}
        self._usage: dict[str, Any] | None = None
        self._logprobs: Any = None
        self._tool_calls = ToolCallStream()
        self._choice_index: object = None
        self._started = False
        self.finish_reason: str | None = None

    def push(self, chunk: dict[str, Any]) -> tuple[dict[str, Any], list[ToolCallChunk]] | None:
        """Take in a chunk.

        Returns:
            Its delta and the fragments of tool calls in it, or `None` if it has no delta.

        Raises:
            CometAPIError: If it carries an error.
        """
        read_identity(chunk, self._identity)
        if usage := read_usage(chunk):
            self._usage = {**(self._usage or {}), **usage}
        choice = self._choose(chunk.get("choices"))
        if choice is None:
            return None
        if usage := read_usage(choice):  # Kimi
            self._usage = {**(self._usage or {}), **usage}
        read_choice(choice, self._identity)
        self._finish(choice, chunk)
        if logprobs := choice.get("logprobs"):
            self._logprobs = add_logprobs(self._logprobs, logprobs)
        delta = choice.get("delta")
        if not isinstance(delta, dict):
            delta = {}
        if not self._started:
            self._started = any(value for name, value in delta.items() if name != "role")
        message = choice.get("message")
        if isinstance(message, dict):
            return self._push_message(message, delta)
        if not delta:
            return None
        delta = self._answer.read(delta)
        calls = delta.get("tool_calls")
        return delta, self._tool_calls.push(calls) if calls else []

    def _push_message(
        self, message: dict[str, Any], delta: dict[str, Any]
    ) -> tuple[dict[str, Any], list[ToolCallChunk]] | None:
        if not self._started:
            # A whole completion as reply to a stream request, or deltas under another name.
            delta = self._answer.read({**delta, **message})
        else:
            # A summary of the deltas: what they have said, it would say twice.
            has_calls = bool(self._tool_calls)
            delta = self._answer.read_closing(message, delta, has_calls=has_calls)
        chunks = self._tool_calls.push(delta.get("tool_calls"))
        self._tool_calls.push_extras(message.get("tool_calls"))
        return (delta, chunks) if delta else None

    def _choose(self, choices: object) -> dict[str, Any] | None:
        """Return the one choice this stream is about: the first that was seen."""
        for choice in choices if isinstance(choices, list) else ():
            if not isinstance(choice, dict):
                continue
            index = choice.get("index")
            if self._choice_index is None:
                self._choice_index = index
            if index is None or index == self._choice_index:
                return choice
        return None

    def _finish(self, choice: dict[str, Any], chunk: dict[str, Any]) -> None:
        reason = choice.get("finish_reason")
        if choice.get("error") or reason == "error":
            body = choice if choice.get("error") else chunk
            raise self._failure.from_error_object(
                body, in_stream=True, partial_message=self.partial_message()
            )
        if isinstance(reason, str) and reason not in ("", "null") and self.finish_reason is None:
            self.finish_reason = reason

    def close(self) -> StreamEnd:
        """End the stream.

        Raises:
            CometAPIStreamTruncatedError: If there was no finish reason.
        """
        if self.finish_reason is None and self._truncation != "ignore":
            error = self._failure.from_truncation(self.partial_message())
            if self._truncation == "error":
                raise error
            logger.warning("%s", error)
        thought, answer = self._answer.close()
        chunks, errors = self._tool_calls.close(self.finish_reason)
        return StreamEnd(
            self.finish_reason,
            self._identity,
            self._usage,
            chunks,
            errors,
            logprobs=self._logprobs,
            extras=self._all_extras(),
            reasoning_field=self._answer.reasoning.field,
            reasoning_length=len(self._answer.reasoning.text),
            held_text=answer,
            held_reasoning=thought,
            said_something=bool(self._tool_calls) or self._answer.said_something,
        )

    def _all_extras(self) -> dict[str, Any]:
        return {**self._answer.extras, **self._tool_calls.extras}

    def settle(self, error: CometAPIError) -> None:
        """Deal with an error of the connection or the reader.

        Raises:
            CometAPIError: The same, with what the stream has said so far, unless the answer
                was whole already and the connection broke or fell silent after it.
        """
        after_the_end = isinstance(error, (CometAPIStreamTruncatedError, CometAPITimeoutError))
        if after_the_end and self.finish_reason is not None:
            return
        if error.partial_message is None:
            error.partial_message = self.partial_message()
        raise error

    def partial_message(self) -> AIMessage:
        """Return what the stream has said so far; its tool calls are all invalid."""
        extras = self._all_extras()
        if reasoning := self._answer.reasoning.text:
            extras = {"reasoning_content": reasoning, **extras}
        return AIMessage(
            content="".join(self._answer.text),
            additional_kwargs=extras,
            invalid_tool_calls=self._tool_calls.list_unfinished(
                "the stream ended before its answer"
            ),
            response_metadata={"model_provider": PROVIDER, **self._identity},
        )
