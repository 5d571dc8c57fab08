"""A response as plain JSON, with its headers and what builds its errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from langchain_cometapi._client.error_rules import is_error
from langchain_cometapi._client.errors import get_request_id
from langchain_cometapi._client.sse import ChunkReader
from langchain_cometapi._json import TooDeepError, load_json

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Self

    from langchain_cometapi._client.errors import Failure
    from langchain_cometapi._client.route import JSON, Route

_STREAM_BEGINS = (b"data:", b"event:", b"id:", b"retry:", b":", b"\xef\xbb\xbfdata:")


@dataclass(frozen=True)
class ResponseInfo:
    """The headers of a response, and how often its request was repeated."""

    headers: Mapping[str, str]
    request_id: str | None
    retries: int

    @classmethod
    def read(cls, response: Any) -> Self:
        """Return the info of one of the HTTP library's responses."""
        return cls(
            headers=response.headers,
            request_id=get_request_id(response.headers),
            retries=int(response.request.headers.get("x-stainless-retry-count", 0)),
        )


@dataclass(frozen=True)
class JSONResponse:
    """A JSON object, the body that it was read from, and what builds the errors of its request.

    Attributes:
        data: The object; the first event if the body is a stream.
        content: The body.
        info: What its headers say.
        failure: Builds the errors of its request.
        events: The events of a body that is a stream although none was asked for.
    """

    data: JSON
    content: bytes
    info: ResponseInfo
    failure: Failure
    events: tuple[JSON, ...] = ()

    @classmethod
    def read(cls, response: Any, failure: Failure, route: Route) -> Self:
        """Return the JSON of one of the HTTP library's responses.

        Args:
            response: The response, read to its end.
            failure: Builds the errors of its request.
            route: The endpoint it came from.

        Raises:
            CometAPIError: If the body is an error, or something else than a JSON object.
        """
        content: bytes = response.content
        data, reason = None, "The response is JSON, but not an object"
        try:
            data = load_json(content)
        except TooDeepError as error:
            raise failure.from_body(content, f"The response is {error}") from None
        except ValueError:
            events = _read_events(content, failure, route.event_field or route.result_field)
            if events:
                return cls(events[0], content, ResponseInfo.read(response), failure, tuple(events))
            reason = "The response is not JSON"
        if is_error(data, route.result_field):
            raise failure.from_error_object(data, in_stream=False)
        if not isinstance(data, dict):
            # Not while the parser's is handled: that one holds all of the body.
            raise failure.from_body(content, reason)
        return cls(data, content, ResponseInfo.read(response), failure)


def _read_events(content: bytes, failure: Failure, result_field: str | None) -> list[JSON]:
    """Return the events of a body that is a stream, none if it is something else.

    Raises:
        CometAPIError: If the stream carries an error.
    """
    reader = ChunkReader(failure, result_field)
    events = [*reader.feed(content), *reader.close()]
    if reader.error is not None and (events or content.lstrip().startswith(_STREAM_BEGINS)):
        raise reader.error
    return events
