"""The Responses route: posts a payload and returns a response or its stream."""

from __future__ import annotations

from typing import TYPE_CHECKING

from langchain_cometapi._client.resources import AsyncResource, Resource
from langchain_cometapi._client.route import Route
from langchain_cometapi._responses.statuses import FAILED, OTHER_ROUTE, UNFINISHED
from langchain_cometapi.exceptions import CometAPIUnexpectedResponseError

if TYPE_CHECKING:
    from langchain_cometapi._client.responses import JSONResponse
    from langchain_cometapi._client.route import JSON

_WAITING = frozenset(
    {
        "response.created",
        "response.queued",
        "response.in_progress",
        "response.heartbeat",
        "keepalive",
        "ping",
    }
)
_LAST = frozenset(
    {
        "response.completed",
        "response.incomplete",
        "response.failed",
        "response.cancelled",
        "error",
    }
)


def has_content(event: JSON) -> bool:
    """Whether an event is more than a sign of life."""
    kind = event.get("type")
    return not (isinstance(kind, str) and kind in _WAITING)


def is_last(event: JSON) -> bool:
    """Whether an event ends its response; `[DONE]` does not follow for certain."""
    kind = event.get("type")
    return isinstance(kind, str) and kind in _LAST


def _check_response(response: JSONResponse) -> None:
    """Check that a response is one of this route.

    Raises:
        CometAPIError: If it has no output, or has failed.
    """
    if response.events:  # a stream, which is checked as it is read
        return
    data, failure = response.data, response.failure
    if (status := data.get("status")) in FAILED:
        error = {"message": f"The response has the status {status!r}."}
        raise failure.from_error_object({"error": error}, in_stream=False)
    if not isinstance(data.get("output"), list):
        if "choices" in data:
            raise failure.build(
                CometAPIUnexpectedResponseError,
                "A chat completion came instead of a response",
                advice=OTHER_ROUTE,
                is_retryable=False,
            )
        raise failure.from_body(response.content, "The response has no `output`")
    if status in UNFINISHED:
        raise failure.from_body(
            response.content, f"The response is not finished: its status is {status!r}"
        )


ROUTE = Route(
    "/responses",
    result_field="output",
    event_field="type",
    has_content=has_content,
    is_last=is_last,
    check=_check_response,
)


class Responses(Resource):
    """Posts payloads to the Responses route over a synchronous client."""

    route = ROUTE


class AsyncResponses(AsyncResource):
    """The asynchronous twin of `Responses`."""

    route = ROUTE
