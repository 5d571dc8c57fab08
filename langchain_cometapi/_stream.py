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

from langchain_cometapi._extras import TOOL_CALL_EXTRA_CONTENT, Extras
from langchain_cometapi._metadata import read_choice, read_identity, read_usage
from langchain_cometapi._reasoning import ReasoningReader
from langchain_cometapi._think_tags import ThinkTagReader
from langchain_cometapi._tool_calls import ToolCallStream
from langchain_cometapi.exceptions import CometAPIStreamTruncatedError, CometAPITimeoutError

if TYPE_CHECKING:
    from langchain_core.messages import ToolCallChunk

    from langchain_cometapi._errors import Failure
    from langchain_cometapi.exceptions import CometAPIError

Truncation = Literal["error", "warn", "ignore"]

logger = logging.getLogger(__name__)

_TAGGED = "reasoning_content"
"""Where thoughts from tags go, as if the host had a field for them."""

_PLAIN = {"role", "content", "tool_calls"}
"""Fields of the deltas that make up nearly all of a stream."""

_ANSWERS = ("content", "reasoning_content", "reasoning", "tool_calls")
"""Fields that show that an answer has begun."""

_STREAMED = {*_PLAIN, "refusal", "function_call"}
"""Fields that core merges rightly, and that users want as they come."""


@dataclass
class StreamEnd:
    """What is known of an answer when its stream has ended."""

    finish_reason: str | None
    identity: dict[str, Any]
    usage: dict[str, Any] | None
    tool_call_chunks: list[ToolCallChunk] = field(default_factory=list)
    tool_call_errors: dict[str, str] = field(default_factory=dict)
    extras: dict[str, Any] = field(default_factory=dict)
    reasoning_field: str | None = None
    held_text: str = ""
    held_reasoning: str = ""
    said_something: bool = True


class StreamGuard:
    """Normalises and guards the chunks of one stream."""

    __slots__ = (
        "_choice_index",
        "_extras",
        "_failure",
        "_identity",
        "_reasoning",
        "_reasoning_reader",
        "_said_other",
        "_started",
        "_text",
        "_think_tags",
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
        self._think_tags = ThinkTagReader() if think_tags else None
        self._failure = failure
        self._truncation = truncation
        self._identity: dict[str, Any] = {}
        self._usage: dict[str, Any] | None = None
        self._text: list[str] = []
        self._reasoning: list[str] = []
        self._reasoning_reader = ReasoningReader()
        self._extras = Extras()
        self._tool_calls = ToolCallStream()
        self._choice_index: object = None
        self._said_other = False
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
        delta = self._delta(choice)
        if not delta:
            return None
        if self._think_tags is not None:
            delta = self._part_thought(delta, self._think_tags)
        if isinstance(content := delta.get("content"), str):
            self._text.append(content)
        elif content:
            self._said_other = True
        if not delta.keys() <= _PLAIN:
            delta = self._read_extras(delta)
        if logprobs := choice.get("logprobs"):
            delta = {**delta, "logprobs": logprobs}
        calls = delta.get("tool_calls")
        return delta, self._tool_calls.push(calls) if calls else []

    def _delta(self, choice: dict[str, Any]) -> dict[str, Any] | None:
        delta = choice.get("delta")
        if isinstance(delta, dict):
            self._started = self._started or any(map(delta.get, _ANSWERS))
            return delta
        # A whole completion as reply to a stream request; after deltas it would say all twice.
        message = choice.get("message")
        return message if isinstance(message, dict) and not self._started else None

    def _part_thought(self, delta: dict[str, Any], tags: ThinkTagReader) -> dict[str, Any]:
        content = delta.get("content")
        if not isinstance(content, str) or self._reasoning_reader.field not in (None, _TAGGED):
            return delta
        thought, answer = tags.push(content)
        delta = {**delta, "content": answer}
        return {**delta, _TAGGED: thought} if thought else delta

    def _read_extras(self, delta: dict[str, Any]) -> dict[str, Any]:
        self._extras.push(delta)
        if reasoning := self._reasoning_reader.read(delta):
            self._reasoning.append(reasoning)
        kept = {name: value for name, value in delta.items() if name in _STREAMED}
        return {**kept, "reasoning_content": reasoning}

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
            raise self._failure.of_error_object(
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
            error = self._failure.of_truncation(self.partial_message())
            if self._truncation == "error":
                raise error
            logger.warning("%s", error)
        thought, answer = self._think_tags.close() if self._think_tags else ("", "")
        self._text.append(answer)
        self._reasoning.append(thought)
        chunks, errors = self._tool_calls.close(self.finish_reason)
        return StreamEnd(
            self.finish_reason,
            self._identity,
            self._usage,
            chunks,
            errors,
            extras=self._all_extras(),
            reasoning_field=self._reasoning_reader.field,
            held_text=answer,
            held_reasoning=thought,
            said_something=bool(self._tool_calls) or any(self._text) or self._said_other,
        )

    def _all_extras(self) -> dict[str, Any]:
        if calls := self._tool_calls.extra_content:
            return {**self._extras.fields, TOOL_CALL_EXTRA_CONTENT: calls}
        return self._extras.fields

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
        if reasoning := "".join(self._reasoning):
            extras = {"reasoning_content": reasoning, **extras}
        return AIMessage(
            content="".join(self._text),
            additional_kwargs=extras,
            invalid_tool_calls=self._tool_calls.unfinished("the stream ended before its answer"),
            response_metadata={"model_provider": "cometapi", **self._identity},
        )
