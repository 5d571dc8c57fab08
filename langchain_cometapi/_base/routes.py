"""The routes that a chat model calls, with the same interface."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from langchain_cometapi._chat import resource as _chat
from langchain_cometapi._chat import tokens as _chat_tokens
from langchain_cometapi._chat.request import encode as _chat_request
from langchain_cometapi._chat.response import converter as _chat_converter
from langchain_cometapi._chat.response import decode as _chat_response
from langchain_cometapi._responses import resource as _responses
from langchain_cometapi._responses import tokens as _responses_tokens
from langchain_cometapi._responses.request import encode as _responses_request
from langchain_cometapi._responses.response import converter as _responses_converter
from langchain_cometapi._responses.response import decode as _responses_response

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage
    from langchain_core.outputs import ChatGenerationChunk, ChatResult

    from langchain_cometapi._chat.tokens import MessageParts
    from langchain_cometapi._client.errors import Failure
    from langchain_cometapi._client.resources import AsyncResource, Resource
    from langchain_cometapi._client.responses import JSONResponse, ResponseInfo
    from langchain_cometapi._context import CallContext
    from langchain_cometapi._vendors.base import Endpoint
    from langchain_cometapi.exceptions import CometAPIError


class StreamConverter(Protocol):
    """Converts the events of one stream; see `ChunkConverter` of the chat route."""

    def convert(self, event: dict[str, Any], /) -> ChatGenerationChunk | None:
        """Return the chunk of an event, or `None` if it adds nothing to the message."""

    def convert_end(self, info: ResponseInfo, /) -> ChatGenerationChunk:
        """Return the last chunk, which carries all metadata once."""

    def raise_unless_finished(self, error: CometAPIError, /) -> None:
        """Raise an error of the connection or the reader, unless the message is whole."""


@dataclass(frozen=True)
class ChatRoute:
    """One way to call a chat model.

    Attributes:
        endpoint: Its name in a vendor's row.
        resource: Posts payloads over a synchronous client.
        async_resource: Posts payloads over an asynchronous client.
        encode_request: Returns the payload of messages and parameters.
        create_result: Returns the messages of a whole response.
        converter: Converts the events of a stream.
        read_message: Returns what is counted of a message.
        has_stream_options: Whether usage of streams must be asked for.
    """

    endpoint: Endpoint
    resource: type[Resource]
    async_resource: type[AsyncResource]
    encode_request: Callable[[Sequence[BaseMessage], dict[str, Any], CallContext], dict[str, Any]]
    create_result: Callable[[JSONResponse, CallContext], ChatResult]
    converter: Callable[[Failure, CallContext], StreamConverter]
    read_message: Callable[[BaseMessage, CallContext], MessageParts]
    has_stream_options: bool = False

    @property
    def path(self) -> str:
        """The path below the base URL."""
        return self.resource.route.path


CHAT = ChatRoute(
    endpoint="chat",
    resource=_chat.Completions,
    async_resource=_chat.AsyncCompletions,
    encode_request=_chat_request.encode_request,
    create_result=_chat_response.create_chat_result,
    converter=_chat_converter.ChunkConverter,
    read_message=_chat_tokens.read_message,
    has_stream_options=True,
)

RESPONSES = ChatRoute(
    endpoint="responses",
    resource=_responses.Responses,
    async_resource=_responses.AsyncResponses,
    encode_request=_responses_request.encode_request,
    create_result=_responses_response.create_chat_result,
    converter=_responses_converter.ChunkConverter,
    read_message=_responses_tokens.read_message,
)

ROUTES = {route.endpoint: route for route in (CHAT, RESPONSES)}
