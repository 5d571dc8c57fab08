"""The requests of `ChatCometAPI`: from messages and parameters to a payload, and `explain()`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from langchain_core.language_models import LanguageModelInput
from langchain_core.language_models._utils import _normalize_messages
from langchain_core.messages import BaseMessage
from typing_extensions import override

from langchain_cometapi._base.arguments import (
    refuse_constructor_arguments,
    refuse_other_model,
)
from langchain_cometapi._base.chat_fields import N_WHEN_STREAMING, ChatFields
from langchain_cometapi._base.routes import CHAT, RESPONSES, ROUTES, ChatRoute
from langchain_cometapi._base.run_events import begin_request, find_run_manager
from langchain_cometapi._base.token_counts import add_estimate
from langchain_cometapi._chat.request.encode import RequestExplanation
from langchain_cometapi._chat.request.other_routes import check_output_version
from langchain_cometapi._chat.request.override import without_overridden
from langchain_cometapi._chat.request.response_format import find_class
from langchain_cometapi._chat.request.stream_options import StreamOptions
from langchain_cometapi._client.resources import (
    AsyncResource,
    Resource,
    describe_query,
    request_body,
)
from langchain_cometapi._client.retry_events import RetryEvents
from langchain_cometapi._context import CallContext, Change
from langchain_cometapi._vendors.registry import get_vendor
from langchain_cometapi.exceptions import CometAPIError, CometAPIUnsentRequestError

# The SDK's own limits, in seconds.
_CONNECT, _WRITE_AND_POOL = (5.0,), (600.0, 600.0)


@dataclass(slots=True)
class ChatCall:
    """A request that is ready to be sent.

    Attributes:
        route: Where it goes.
        payload: Its JSON body, and options of the SDK.
        context: What is known of the call.
        stream_options: Of a stream whose usage must be asked for.
        events: Reports its repeats to the run, if that has handlers.
    """

    route: ChatRoute
    payload: dict[str, Any]
    context: CallContext
    stream_options: StreamOptions | None = None
    events: RetryEvents | None = None

    def sent_payload(self) -> dict[str, Any]:
        """Return the payload to send."""
        return (
            self.payload if self.stream_options is None else self.stream_options.apply(self.payload)
        )

    def drop_options_if_refused(self, error: CometAPIError) -> bool:
        """Return whether to repeat the request, now without options that the user did not set."""
        return self.stream_options is not None and self.stream_options.drop_if_refused(error)


def _find_store(parameters: dict[str, Any]) -> Any:
    """Return `store`, which a user may pass in `extra_body`."""
    extra_body = parameters.get("extra_body")
    if isinstance(extra_body, dict) and "store" in extra_body:
        return extra_body["store"]
    return parameters.get("store")


class ChatRequests(ChatFields):
    """Chooses the route of a call, and builds its payload and context."""

    @override
    def _use_responses_api(self, payload: dict[str, Any]) -> bool:
        return self._choose_endpoint(payload.get("model") or self.model_name) == "responses"

    @override
    def _get_request_payload(
        self,
        input_: LanguageModelInput,
        *,
        stop: list[str] | None = None,
        **kwargs: Any,
    ) -> dict[str, Any]:
        call = self._prepare(self._convert_input(input_).to_messages(), stop, kwargs)
        self._warn(call)
        return call.payload

    def _warn(self, call: ChatCall) -> None:
        if call.context.changes:
            self._parameter_warnings.warn(call.context.changes, call.context.model)

    def _resource(self, call: ChatCall) -> Resource:
        return call.route.resource(self._root_client(), self._chunk_timeout(call), call.events)

    def _async_resource(self, call: ChatCall) -> AsyncResource:
        client = self._root_async_client()
        return call.route.async_resource(client, self._chunk_timeout(call), call.events)

    def _chunk_timeout(self, call: ChatCall) -> float | None:
        """Return the seconds that a stream may be without content."""
        longer = call.context.vendor.response_timeout
        if longer is None or "stream_chunk_timeout" in self.model_fields_set:
            return self.stream_chunk_timeout
        return longer

    def _prepare(
        self, messages: list[BaseMessage], stop: list[str] | None, kwargs: dict[str, Any]
    ) -> ChatCall:
        """Choose the route of a call and encode its request."""
        parameters = self._get_parameters(stop, kwargs)
        model = parameters["model"]
        route = ROUTES[self._choose_endpoint(model)]
        if route is RESPONSES and self.use_previous_response_id:
            parameters.setdefault("use_previous_response_id", True)
        if route is CHAT:
            check_output_version(self.output_version, model, get_vendor(model))
        context = CallContext.create(
            model,
            str(self.cometapi_api_base),
            think_tags=self.think_tags,
            replay_reasoning=self.replay_reasoning,
            strict_params=self.strict_params,
            include_response_headers=self.include_response_headers,
            audio=parameters.get("audio"),
            store=_find_store(parameters),
            schema_class=find_class(parameters.get("response_format")),
            output_version=self.output_version,
            stream_truncation=self.stream_truncation,
        )
        payload = route.encode_request(messages, parameters, context)
        seconds = context.vendor.response_timeout
        if seconds is not None and self.request_timeout is None:
            payload.setdefault("timeout", (*_CONNECT, seconds, *_WRITE_AND_POOL))
        return ChatCall(route, payload, context)

    def _get_parameters(self, stop: list[str] | None, kwargs: dict[str, Any]) -> dict[str, Any]:
        """Return the parameters of the model, overwritten by those of the call."""
        refuse_constructor_arguments(type(self), kwargs)
        parameters = self._default_params
        passed = {**kwargs} if stop is None else {**kwargs, "stop": stop}
        if passed.get("model") is None:
            passed.pop("model", None)
        parameters = {**without_overridden(parameters, passed), **passed}
        refuse_other_model(self.model_kwargs, parameters.get("extra_body"))
        return parameters

    def explain(
        self,
        messages: LanguageModelInput,
        *,
        stop: list[str] | None = None,
        stream: bool | None = None,
        **kwargs: Any,
    ) -> RequestExplanation:
        """Return the request that `invoke` would send, and send nothing.

        It works on a model with bound tools or parameters too, and on the first step of a model
        `with_structured_output`: `structured.first.explain(...)`.

        Args:
            messages: The input of `invoke`.
            stop: Stop sequences.
            stream: Whether to explain the request of `stream`.
            **kwargs: Further parameters of the call.

        Returns:
            Method, URL and JSON body, and what the rules of the model's vendor rename, drop or
            replace, and why. The key is not in it.

        Raises:
            CometAPIUnsentRequestError: If something cannot be sent to this model.
        """
        # Core does the same to the messages and parameters of every call.
        history = _normalize_messages(self._convert_input(messages).to_messages())
        kwargs.pop("ls_structured_output_format", None)
        stream_usage = kwargs.pop("stream_usage", None)
        stream = (self.streaming if stream is None else stream) and self._may_stream(kwargs)
        if stream:
            call = self._encode_stream(history, stop, stream_usage, kwargs)
        else:
            call = self._prepare(history, stop, {**kwargs, "stream": False})
        return self._describe_request(call.route.path, call.sent_payload(), call.context.changes)

    def _may_stream(self, kwargs: dict[str, Any]) -> bool:
        if self.disable_streaming == "tool_calling":
            return not kwargs.get("tools")
        return not self.disable_streaming

    def _describe_request(
        self, path: str, payload: dict[str, Any], changes: Sequence[Change]
    ) -> RequestExplanation:
        query = {**(self.default_query or {}), **(payload.get("extra_query") or {})}
        hidden = dict.fromkeys(query, "REDACTED")  # they may hold secrets
        url = f"{self.cometapi_api_base}{path}{describe_query(hidden)}"
        return RequestExplanation("POST", url, request_body(payload), tuple(changes))

    def _prepare_invoke(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None,
        kwargs: dict[str, Any],
        run_manager: Any = None,
    ) -> ChatCall:
        # Without `stream=False`, a model with `streaming=True` would ask for a stream here.
        parameters = {k: v for k, v in kwargs.items() if k != "stream_usage"}
        call = self._prepare(messages, stop, {**parameters, "stream": False})
        self._warn(call)
        call.events = begin_request(run_manager, call.context.model)
        call.context = add_estimate(call.context, messages, call.payload, kwargs)
        return call

    def _prepare_stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None,
        stream_usage: bool | None,
        kwargs: dict[str, Any],
        run_manager: Any = None,
    ) -> ChatCall:
        call = self._encode_stream(messages, stop, stream_usage, kwargs)
        self._warn(call)
        call.events = begin_request(run_manager or find_run_manager(), call.context.model)
        call.context = add_estimate(call.context, messages, call.payload, kwargs)
        return call

    def _encode_stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None,
        stream_usage: bool | None,
        kwargs: dict[str, Any],
    ) -> ChatCall:
        kwargs = {**kwargs, "stream": True}
        wanted = self._should_stream_usage(stream_usage, **kwargs)
        call = self._prepare(messages, stop, kwargs)
        if (call.payload.get("n") or 1) > 1:
            raise CometAPIUnsentRequestError(N_WHEN_STREAMING)
        if call.route.has_stream_options:
            call.stream_options = StreamOptions(call.payload, call.context.base_url, wanted=wanted)
        return call
