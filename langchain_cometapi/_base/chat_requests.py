"""The requests of `ChatCometAPI`: from messages and parameters to a payload, and `explain()`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from langchain_core.language_models import LanguageModelInput
from langchain_core.language_models._utils import _normalize_messages
from langchain_core.messages import BaseMessage
from typing_extensions import override

from langchain_cometapi._base.chat_fields import N_WHEN_STREAMING, ChatFields
from langchain_cometapi._chat.request.encode import RequestExplanation, encode_request
from langchain_cometapi._chat.request.parameters import INFERRED, TOKEN_LIMITS
from langchain_cometapi._chat.request.stream_options import StreamOptions
from langchain_cometapi._chat.request.validation import check_endpoint
from langchain_cometapi._client.json_body import repair_body
from langchain_cometapi._client.resources import describe_query, request_body
from langchain_cometapi._context import CallContext, Change
from langchain_cometapi._vendors.registry import get_vendor
from langchain_cometapi.exceptions import CometAPIUnsentRequestError


class ChatRequests(ChatFields):
    """Chooses the route of a call, and builds its payload and context."""

    @override
    def _use_responses_api(self, payload: dict[str, Any]) -> bool:
        """Return `use_responses_api`; neither the model's name nor a parameter decides."""
        return self.use_responses_api is True

    @override
    def _get_request_payload(
        self,
        input_: LanguageModelInput,
        *,
        stop: list[str] | None = None,
        **kwargs: Any,
    ) -> dict[str, Any]:
        parameters = self._get_parameters(stop, kwargs)
        if self._use_responses_api(parameters):
            model = parameters["model"]
            check_endpoint(model, get_vendor(model), "responses")
            kwargs.pop(INFERRED, None)
            responses: dict[str, Any] = super()._get_request_payload(input_, stop=stop, **kwargs)
            return repair_body(responses)
        messages = self._convert_input(input_).to_messages()
        payload, context = self._encode(messages, stop, kwargs)
        self._warn(context)
        return payload

    def _warn(self, context: CallContext) -> None:
        self._parameter_warnings.warn(context.changes, context.model)

    def _encode(
        self, messages: list[BaseMessage], stop: list[str] | None, kwargs: dict[str, Any]
    ) -> tuple[dict[str, Any], CallContext]:
        parameters = self._get_parameters(stop, kwargs)
        context = CallContext.create(
            parameters["model"],
            str(self.cometapi_api_base),
            think_tags=self.think_tags,
            replay_reasoning=self.replay_reasoning,
            strict_params=self.strict_params,
            include_response_headers=self.include_response_headers,
            audio=parameters.get("audio"),
        )
        return encode_request(messages, parameters, context), context

    def _get_parameters(self, stop: list[str] | None, kwargs: dict[str, Any]) -> dict[str, Any]:
        """Return the parameters of the model, overwritten by those of the call."""
        parameters = self._default_params
        passed = {**kwargs} if stop is None else {**kwargs, "stop": stop}
        if passed.get("model") is None:
            passed.pop("model", None)
        if any(passed.get(name) is not None for name in TOKEN_LIMITS):
            # The call's limit replaces the model's, under whichever name each is passed.
            parameters = {k: v for k, v in parameters.items() if k not in TOKEN_LIMITS}
        return {**parameters, **passed}

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
        if self._use_responses_api(self._get_parameters(stop, {**kwargs})):
            payload = self._get_request_payload(history, stop=stop, **kwargs, stream=stream)
            return self._describe_request("/responses", payload, [])
        if stream:
            payload, context, options = self._encode_stream(history, stop, stream_usage, kwargs)
            payload = options.apply(payload)
        else:
            payload, context = self._encode(history, stop, {**kwargs, "stream": False})
        return self._describe_request("/chat/completions", payload, context.changes)

    def _may_stream(self, kwargs: dict[str, Any]) -> bool:
        if self.disable_streaming == "tool_calling":
            return not kwargs.get("tools")
        return not self.disable_streaming

    def _describe_request(
        self, path: str, payload: dict[str, Any], changes: Sequence[Change]
    ) -> RequestExplanation:
        query = {**(self.default_query or {}), **(payload.get("extra_query") or {})}
        url = f"{self.cometapi_api_base}{path}{describe_query(query)}"
        return RequestExplanation("POST", url, request_body(payload), tuple(changes))

    def _encode_invoke(
        self, messages: list[BaseMessage], stop: list[str] | None, kwargs: dict[str, Any]
    ) -> tuple[dict[str, Any], CallContext]:
        # Without `stream=False`, a model with `streaming=True` would ask for a stream here.
        parameters = {k: v for k, v in kwargs.items() if k != "stream_usage"}
        payload, context = self._encode(messages, stop, {**parameters, "stream": False})
        self._warn(context)
        return payload, context

    def _encode_stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None,
        stream_usage: bool | None,
        kwargs: dict[str, Any],
    ) -> tuple[dict[str, Any], CallContext, StreamOptions]:
        kwargs = {**kwargs, "stream": True}
        wanted = self._should_stream_usage(stream_usage, **kwargs)
        payload, context = self._encode(messages, stop, kwargs)
        if (payload.get("n") or 1) > 1:
            raise CometAPIUnsentRequestError(N_WHEN_STREAMING)
        return payload, context, StreamOptions(payload, context.base_url, wanted=wanted)
