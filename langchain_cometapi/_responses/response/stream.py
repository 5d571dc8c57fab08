"""The guard of a Responses stream: whatever a gateway does to it, what leaves is whole or an error.

One sans-IO object per stream. Only `response.completed` and `response.incomplete` end a response;
a stream that stops without one of them is cut off.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from langchain_core.messages import AIMessage

from langchain_cometapi._content.origin import PROVIDER
from langchain_cometapi._responses.response.items import read_str
from langchain_cometapi._responses.response.metadata import read_finish_reason
from langchain_cometapi._responses.response.output_reader import OutputDelta, OutputReader
from langchain_cometapi._responses.statuses import FAILED, OTHER_ROUTE, UNFINISHED
from langchain_cometapi.exceptions import (
    CometAPIStreamTruncatedError,
    CometAPIUnexpectedResponseError,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from langchain_cometapi._client.errors import Failure
    from langchain_cometapi._context import Truncation
    from langchain_cometapi.exceptions import CometAPIError

logger = logging.getLogger(__name__)

_TRUNCATED = (
    "See `partial_message` for what had arrived. Where the host never sends `response.completed`, "
    'pass `stream_truncation="warn"` or `"ignore"`.'
)

_ENDS = {"response.completed": "completed", "response.incomplete": "incomplete"}
_ERRORS = ("error", "response.failed", "response.error", "response.cancelled")


@dataclass(slots=True)
class ResponseEnd:
    """What is known of a response when its stream has ended.

    Attributes:
        response: The response of the last event; if it has none, that of the first event.
        delta: What had to wait for the end.
        errors: Why a tool call must not run, by the id of the call.
    """

    response: dict[str, Any]
    delta: OutputDelta
    errors: dict[str, str]


class ResponseGuard:
    """Guards the events of one stream, and reads them."""

    __slots__ = ("_failure", "_numbering", "_truncation", "is_finished", "reader", "response")

    def __init__(
        self,
        failure: Failure,
        truncation: Truncation,
        tool_names: Mapping[str, str] | None = None,
    ) -> None:
        """Start a stream.

        Args:
            failure: Builds the errors of the request.
            truncation: What to do with a stream that stops before the response has ended.
            tool_names: The own names of tools that were sent under another, by that other name.
        """
        self.reader = OutputReader(tool_names)
        self.response: dict[str, Any] = {}
        """The response as the last event has it, without its output."""
        self.is_finished = False
        self._failure = failure
        self._truncation = truncation
        self._numbering = _Numbering()

    def push_text(self, event: dict[str, Any]) -> tuple[str, int] | None:
        """Take in an event that only continues a text, as nearly all events do.

        Returns:
            The piece and the index of its block; `None` for any other event, which was not taken
            in then.
        """
        if self.is_finished or event.get("type") != "response.output_text.delta":
            return None
        piece = event.get("delta")
        part = self.reader.get_open_text(event)
        if part is None or not piece or not isinstance(piece, str):
            return None
        if self._numbering.is_repeated(event):
            return None
        part.text.push(piece)
        return piece, part.index

    def push(self, event: dict[str, Any]) -> OutputDelta:
        """Take in an event and return what it adds to the message.

        Raises:
            CometAPIError: If it carries an error.
        """
        if self.is_finished:  # nothing that follows is about the message, be it an error
            return OutputDelta()
        kind = read_str(event.get("type"))
        if not kind:
            kind, event = self._read_without_type(event)
        response = event.get("response")
        response = response if isinstance(response, dict) else {}
        has_failed = response.get("error") or response.get("status") in FAILED
        if has_failed or _is_error(kind):
            raise self._failure.from_error_object(
                _find_error(event, response),
                in_stream=True,
                partial_message=self.partial_message(),
            )
        if self._numbering.is_repeated(event):
            return OutputDelta()
        self.response |= {k: v for k, v in response.items() if k != "output" and v is not None}
        if kind not in _ENDS:
            return self.reader.push(event)
        self.is_finished = True
        if kind == "response.incomplete" or response.get("status") != "incomplete":
            self.response["status"] = _ENDS[kind]
        return self.reader.read_output(response.get("output"))

    def _read_without_type(self, event: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        """Return the type of an event without a `type`, and the event in the usual form.

        Raises:
            CometAPIUnexpectedResponseError: If it is of the chat route.
        """
        if isinstance(event.get("output"), list):  # a whole response to a request for a stream
            has_ended = event.get("status") not in UNFINISHED
            return "response.completed" if has_ended else "", {"response": event}
        if "choices" in event:
            raise self._failure.build(
                CometAPIUnexpectedResponseError,
                "A chat completion came instead of the events of a response",
                advice=OTHER_ROUTE,
                partial_message=self.partial_message(),
                is_retryable=False,
            )
        return "", event

    def close(self) -> ResponseEnd:
        """End the stream.

        Raises:
            CometAPIStreamTruncatedError: If the response has not ended.
        """
        if not self.is_finished:
            if self._truncation != "ignore":
                error = self._failure.build(
                    CometAPIStreamTruncatedError,
                    "The stream stopped before the response had ended (no `response.completed`)",
                    partial_message=self.partial_message(),
                    advice=_TRUNCATED,
                )
                if self._truncation == "error":
                    raise error
                logger.warning("%s", error)
            self.response["status"] = "incomplete"
        reason = read_finish_reason(self.response, has_calls=True)
        delta, errors = self.reader.close(reason)
        return ResponseEnd(self.response, delta, errors)

    def raise_unless_finished(self, error: CometAPIError) -> None:
        """Raise an error of the connection or the reader.

        Raises:
            CometAPIError: The same, with what has come of the message so far, unless the response
                had ended already.
        """
        if self.is_finished:
            return
        if error.partial_message is None:
            error.partial_message = self.partial_message()
        raise error

    def partial_message(self) -> AIMessage:
        """Return the message so far; its tool calls are all invalid."""
        extras = {"reasoning_content": self.reader.reasoning, "refusal": self.reader.refusal}
        metadata = {
            key: self.response[field]
            for field, key in (("id", "id"), ("model", "model_name"))
            if read_str(self.response.get(field))
        }
        return AIMessage(
            content=self.reader.text,
            additional_kwargs={name: text for name, text in extras.items() if text},
            invalid_tool_calls=self.reader.list_unfinished("the stream ended before its answer"),
            response_metadata={"model_provider": PROVIDER, **metadata},
        )


class _Numbering:
    """Finds events that come twice, by their `sequence_number`.

    Some hosts number all events alike, or again for each item: then a number says nothing, and two
    pieces of a text that are the same are both meant.
    """

    __slots__ = ("_is_numbered", "_seen")

    def __init__(self) -> None:
        self._is_numbered = True
        self._seen: dict[int, tuple[object, ...]] = {}

    def is_repeated(self, event: dict[str, Any]) -> bool:
        """Whether the same event came before under the same number."""
        number = event.get("sequence_number")
        if not self._is_numbered or not isinstance(number, int):
            return False
        what = (event.get("type"), event.get("item_id"), event.get("delta"))
        before = self._seen.setdefault(number, what)
        if before is what or (before == what and len(self._seen) == 1):
            return False
        if before == what:
            return True
        self._is_numbered = False
        self._seen.clear()
        return False


def _is_error(kind: str) -> bool:
    """Whether an event is an error, perhaps one without an envelope (`rate_limit_error`)."""
    return kind in _ERRORS or kind.endswith("_error")


def _find_error(event: dict[str, Any], response: dict[str, Any]) -> dict[str, Any]:
    """Return the error of an event: of its response, of its own, or the event itself."""
    if error := response.get("error"):
        return {"error": error}
    if event.get("error"):
        return event
    left_out = ["sequence_number", "response"]
    if event.get("type") in _ERRORS:
        left_out.append("type")
    fields = {k: v for k, v in event.items() if k not in left_out}
    status = response.get("status") or "failed"
    return {"error": fields or {"message": f"The response has the status {status!r}."}}
