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
from langchain_cometapi._responses.response.output_reader import OutputDelta, OutputReader
from langchain_cometapi.exceptions import CometAPIStreamTruncatedError, CometAPITimeoutError

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
_ENDS = ("response.completed", "response.incomplete")
_ERRORS = ("error", "response.failed", "response.error")


@dataclass(slots=True)
class ResponseEnd:
    """What is known of a response when its stream has ended.

    Attributes:
        response: The response of the last event; what the first one had of it if there is none.
        delta: What had to wait for the end.
        errors: Why a tool call must not run, by the id of the call.
    """

    response: dict[str, Any]
    delta: OutputDelta
    errors: dict[str, str]


class ResponseGuard:
    """Guards the events of one stream, and reads them."""

    __slots__ = ("_failure", "_seen", "_truncation", "is_finished", "reader", "response")

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
        self._seen: dict[int, tuple[object, ...]] = {}

    def push(self, event: dict[str, Any]) -> OutputDelta:
        """Take in an event and return what it adds to the message.

        Raises:
            CometAPIError: If it carries an error.
        """
        kind = read_str(event.get("type"))
        if not kind and "output" in event:  # a whole response to a request for a stream
            kind, event = "response.completed", {"response": event}
        if kind in _ERRORS:
            raise self._failure.from_error_object(
                _find_error(event), in_stream=True, partial_message=self.partial_message()
            )
        if self.is_finished or self._is_repeated(event, kind):
            return OutputDelta()
        response = event.get("response")
        if not isinstance(response, dict):
            return self.reader.push(event)
        self.response |= {k: v for k, v in response.items() if k != "output" and v is not None}
        if kind not in _ENDS:
            return OutputDelta()
        self.is_finished = True
        if kind == "response.incomplete":
            self.response["status"] = "incomplete"
        return self.reader.read_output(response.get("output"))

    def _is_repeated(self, event: dict[str, Any], kind: str) -> bool:
        """Whether the same event came before under the same number."""
        number = event.get("sequence_number")
        if not isinstance(number, int):
            return False
        # Some hosts number every event alike.
        what = (kind, event.get("item_id"), event.get("output_index"), event.get("delta"))
        if self._seen.get(number) == what:
            return True
        self._seen[number] = what
        return False

    def close(self) -> ResponseEnd:
        """End the stream.

        Raises:
            CometAPIStreamTruncatedError: If the response has not ended.
        """
        if not self.is_finished:
            if self._truncation != "ignore":
                error = self._failure.build(
                    CometAPIStreamTruncatedError,
                    "The stream stopped before the response had ended",
                    partial_message=self.partial_message(),
                    advice=_TRUNCATED,
                )
                if self._truncation == "error":
                    raise error
                logger.warning("%s", error)
            self.response["status"] = "incomplete"
        reason = "length" if self.response.get("status") == "incomplete" else "tool_calls"
        chunks, errors = self.reader.tool_calls.close(reason)
        return ResponseEnd(self.response, OutputDelta(tool_call_chunks=chunks), errors)

    def raise_unless_finished(self, error: CometAPIError) -> None:
        """Raise an error of the connection or the reader.

        Raises:
            CometAPIError: The same, with what has come of the message so far, unless the response
                had ended already and the connection broke or fell silent after it.
        """
        may_come_after = isinstance(error, (CometAPIStreamTruncatedError, CometAPITimeoutError))
        if may_come_after and self.is_finished:
            return
        if error.partial_message is None:
            error.partial_message = self.partial_message()
        raise error

    def partial_message(self) -> AIMessage:
        """Return the message so far; its tool calls are all invalid."""
        reasoning = self.reader.reasoning
        metadata = {
            key: self.response[field]
            for field, key in (("id", "id"), ("model", "model_name"))
            if read_str(self.response.get(field))
        }
        return AIMessage(
            content=self.reader.text,
            additional_kwargs={"reasoning_content": reasoning} if reasoning else {},
            invalid_tool_calls=self.reader.tool_calls.list_unfinished(
                "the stream ended before its answer"
            ),
            response_metadata={"model_provider": PROVIDER, **metadata},
        )


def _find_error(event: dict[str, Any]) -> dict[str, Any]:
    """Return the error of an event: of its response, of its own, or the event itself."""
    response = event.get("response")
    inner = response.get("error") if isinstance(response, dict) else None
    if isinstance(inner, dict):
        return {"error": inner}
    if isinstance(event.get("error"), dict):
        return event
    fields = {k: v for k, v in event.items() if k not in ("type", "sequence_number", "response")}
    return {"error": fields} if fields else {"error": {"message": "The response failed."}}
