"""The stream guard: whatever a gateway does to a stream, what leaves here is whole or an error.

One sans-IO object per stream. `push` takes a chunk as it came and returns its delta, tool
calls re-indexed; `close` returns what is known of the whole response, each fact once: finish
reason, ids, usage. Both raise instead of passing an error on as text.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from langchain_core.messages import AIMessage

from langchain_cometapi._chat.response.message_reader import MessageReader
from langchain_cometapi._chat.response.metadata import (
    read_choice,
    read_identity,
    read_usage,
)
from langchain_cometapi._content.finish_reasons import Finish, read_finish_reason
from langchain_cometapi._content.merging import append_value, build, build_fields
from langchain_cometapi._content.origin import PROVIDER
from langchain_cometapi.exceptions import CometAPIStreamTruncatedError, CometAPITimeoutError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from langchain_cometapi._chat.response.message_reader import Delta, MessageEnd
    from langchain_cometapi._client.errors import Failure
    from langchain_cometapi._context import Truncation
    from langchain_cometapi.exceptions import CometAPIError

logger = logging.getLogger(__name__)


@dataclass(slots=True)
class StreamEnd:
    """What is known of a response when its stream has ended."""

    message: MessageEnd
    finish_reason: str | None
    identity: dict[str, Any]
    usage: dict[str, Any] | None
    logprobs: Any


class StreamGuard:
    """Normalises and guards the chunks of one stream."""

    __slots__ = (
        "_choice_index",
        "_failure",
        "_has_started",
        "_identity",
        "_logprobs",
        "_message",
        "_truncation",
        "_usage",
        "finish_reason",
    )

    def __init__(
        self,
        failure: Failure,
        truncation: Truncation,
        *,
        think_tags: bool = False,
        tool_names: Mapping[str, str] | None = None,
        choice_index: object = None,
    ) -> None:
        """Start a stream.

        Args:
            failure: Builds the errors of the request.
            truncation: What to do with a stream that ends without a finish reason.
            think_tags: Whether reasoning may come in tags at the head of the content.
            tool_names: The own names of tools that were sent under another, by that other name.
            choice_index: The choice to read, by default the first that comes.
        """
        self._message = MessageReader(think_tags=think_tags, tool_names=tool_names)
        self._failure = failure
        self._truncation = truncation
        self._identity: dict[str, Any] = {}
        self._usage: dict[str, Any] | None = None
        self._logprobs: Any = None
        self._choice_index = choice_index
        self._has_started = False
        self.finish_reason: str | None = None

    def push(self, chunk: dict[str, Any]) -> Delta | None:
        """Take in a chunk.

        Returns:
            What it adds to the message, or `None` if it has no delta.

        Raises:
            CometAPIError: If it carries an error.
        """
        read_identity(chunk, self._identity)
        if chunk.get("usage"):
            self._add_usage(chunk)
        choice = self._choose(chunk.get("choices"))
        if choice is None:
            return None
        if choice.get("usage"):  # Kimi
            self._add_usage(choice)
        read_choice(choice, self._identity)
        self._read_finish_reason(choice, chunk)
        if logprobs := choice.get("logprobs"):
            self._logprobs = append_value(self._logprobs, logprobs)
        delta, message = choice.get("delta"), choice.get("message")
        if not isinstance(delta, dict):
            delta = {"content": delta} if isinstance(delta, str) else {}
        if message and isinstance(message, str):
            message = {"content": message}
        if not self._has_started:
            self._has_started = any(value for name, value in delta.items() if name != "role")
        if message and isinstance(message, dict):
            if self._has_started:
                return self._message.read_summary(message, delta)
            # A whole completion as reply to a stream request, or deltas under another name.
            delta = {**delta, **message}
        return self._message.read(delta) if delta else None

    def _add_usage(self, source: dict[str, Any]) -> None:
        self._usage = {**(self._usage or {}), **(read_usage(source) or {})} or None

    def _choose(self, choices: object) -> dict[str, Any] | None:
        """Return the one choice this stream is about: the first that was seen."""
        for choice in choices if isinstance(choices, list) else ():
            if not isinstance(choice, dict):
                continue
            index = choice.get("index")
            if self._choice_index is None:
                index = index if isinstance(index, (int, str)) else None
                self._choice_index = index
            if index is None or index == self._choice_index:
                return choice
        return None

    def _read_finish_reason(self, choice: dict[str, Any], chunk: dict[str, Any]) -> None:
        reason = choice.get("finish_reason")
        if reason is None and not choice.get("error"):
            return
        if choice.get("error") or read_finish_reason(reason) is Finish.ERROR:
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
            error = self._failure.build(
                CometAPIStreamTruncatedError,
                "The stream ended before the model had finished (no `finish_reason`)",
                advice=(
                    "See `partial_message` for what had arrived. If this host never sends a finish "
                    'reason, pass `stream_truncation="warn"` or `"ignore"`.'
                ),
                partial_message=self.partial_message(),
            )
            if self._truncation == "error":
                raise error
            logger.warning("%s", error)
        message = self._message.close(self.finish_reason)
        return StreamEnd(
            message,
            self.finish_reason,
            build_fields(self._identity),
            self._usage,
            build(self._logprobs),
        )

    def raise_unless_finished(self, error: CometAPIError) -> None:
        """Raise an error of the connection or the reader.

        Raises:
            CometAPIError: The same, with what has come of the message so far, unless the message
                was whole already and the connection broke or fell silent after it.
        """
        may_come_after = isinstance(error, (CometAPIStreamTruncatedError, CometAPITimeoutError))
        if may_come_after and self.finish_reason is not None:
            return
        if error.partial_message is None:
            error.partial_message = self.partial_message()
        raise error

    def partial_message(self) -> AIMessage:
        """Return the message so far; its tool calls are all invalid."""
        message, extras = self._message, self._message.extras
        if reasoning := message.reasoning.text:
            extras = {"reasoning_content": reasoning, **extras}
        return AIMessage(
            content=message.text,
            additional_kwargs=extras,
            invalid_tool_calls=message.tool_calls.list_unfinished(
                "the stream ended before its answer"
            ),
            response_metadata={"model_provider": PROVIDER, **build_fields(self._identity)},
        )
