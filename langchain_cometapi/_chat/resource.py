"""The chat route: posts a payload and returns a completion or its stream."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, overload

from langchain_cometapi._client.resources import AsyncResource, Resource
from langchain_cometapi._client.route import Route
from langchain_cometapi._content.finish_reasons import Finish, read_finish_reason

if TYPE_CHECKING:
    from langchain_cometapi._client.responses import JSONResponse
    from langchain_cometapi._client.route import JSON
    from langchain_cometapi._client.streams import AsyncChunkStream, ChunkStream


def has_content(chunk: JSON) -> bool:
    """Whether a chunk is more than a heartbeat: it has content, a finish reason or usage."""
    choices = chunk.get("choices")
    for choice in choices if isinstance(choices, list) else ():
        if not isinstance(choice, dict) or choice.get("finish_reason"):
            return True
        delta = choice.get("delta") or choice.get("message")
        if isinstance(delta, dict):
            for name in delta:
                if delta[name] and name != "role":
                    return True
    return bool(chunk.get("usage"))


def _check_completion(response: JSONResponse) -> None:
    """Check that a response is a completion, or the events of one.

    Raises:
        CometAPIError: If it has no choices, or one of them is an error.
    """
    if response.events:
        return
    choices = response.data.get("choices")
    if not choices or not isinstance(choices, list) or not isinstance(choices[0], dict):
        raise response.failure.from_body(response.content, "The response has no `choices`")
    for choice in choices:
        if isinstance(choice, dict) and (
            choice.get("error") or read_finish_reason(choice.get("finish_reason")) is Finish.ERROR
        ):
            raise response.failure.from_error_object(choice, in_stream=False)


ROUTE = Route(
    "/chat/completions",
    result_field="choices",
    has_content=has_content,
    check=_check_completion,
)


class Completions(Resource):
    """Posts payloads to the chat route over a synchronous client."""

    route = ROUTE

    @overload
    def create(self, *, stream: Literal[True], **payload: Any) -> ChunkStream: ...
    @overload
    def create(self, *, stream: Literal[False] = ..., **payload: Any) -> JSONResponse: ...

    def create(self, **payload: Any) -> JSONResponse | ChunkStream:
        """Send one request.

        Args:
            **payload: The JSON body as it is, and the SDK's `extra_headers`, `extra_query`,
                `extra_body` and `timeout` (seconds).

        Returns:
            The completion, or its stream if the payload has `stream`.

        Raises:
            CometAPIError: If there is no response, or it is not a completion.
        """
        response: JSONResponse | ChunkStream = self.post(payload)
        return response


class AsyncCompletions(AsyncResource):
    """The asynchronous twin of `Completions`."""

    route = ROUTE

    @overload
    async def create(self, *, stream: Literal[True], **payload: Any) -> AsyncChunkStream: ...
    @overload
    async def create(self, *, stream: Literal[False] = ..., **payload: Any) -> JSONResponse: ...

    async def create(self, **payload: Any) -> JSONResponse | AsyncChunkStream:
        """Send one request; see `Completions.create`."""
        response: JSONResponse | AsyncChunkStream = await self.post(payload)
        return response
