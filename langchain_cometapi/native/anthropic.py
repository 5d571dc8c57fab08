"""`ChatCometAPIAnthropic`: Claude over `/v1/messages`, a subclass of `ChatAnthropic`."""

from __future__ import annotations

from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import anthropic
from langchain_anthropic import ChatAnthropic
from langchain_core.language_models import LanguageModelInput, ModelProfile
from langchain_core.outputs import ChatResult
from pydantic import Field, SecretStr, model_validator
from typing_extensions import override

from langchain_cometapi._base.native_model import NativeModel
from langchain_cometapi._catalog.profiles import get_max_tokens
from langchain_cometapi._chat.request.encode import RequestExplanation
from langchain_cometapi._chat.request.native_history import write_request
from langchain_cometapi._chat.request.native_rules import adapt_messages_request
from langchain_cometapi._client import anthropic_clients as sdk
from langchain_cometapi._context import CallContext
from langchain_cometapi.exceptions import CometAPIUnsentRequestError


class ChatCometAPIAnthropic(NativeModel, ChatAnthropic):
    """Claude over its own protocol: thinking, prompt caching, citations and server tools.

    It takes the parameters of `ChatAnthropic` (extra `anthropic`) and the connection of
    `ChatCometAPI`: `COMETAPI_KEY`, `base_url`, `timeout`, `max_retries`, `default_headers`. No
    variable of Anthropic's is read.

    ```python
    from langchain_cometapi import ChatCometAPIAnthropic

    model = ChatCometAPIAnthropic(model="claude-sonnet-5-5", effort="medium")
    ```

    The API requires `max_tokens`; without it, the most that the profile of the model allows is
    sent, else 4096. Every error is a `CometAPIError`, and the one of `anthropic` and of
    `langchain_anthropic`, too.
    """

    if TYPE_CHECKING:

        def __init__(self, *, model: str, **kwargs: Any) -> None: ...

    # What the parent has for a connection of its own: never read, and refused by `build_extra`.
    # It is empty, because a dump would ask for ANTHROPIC_API_KEY for any other.
    anthropic_api_key: SecretStr = Field(SecretStr(""), exclude=True, repr=False)
    anthropic_api_url: None = Field(None, exclude=True, repr=False)
    anthropic_proxy: None = Field(None, exclude=True, repr=False)
    default_request_timeout: None = Field(None, exclude=True, repr=False)

    mcp_servers: list[dict[str, Any]] | None = Field(None, repr=False)
    """Servers of tools for the request, with their tokens, which a `repr` must not show."""

    _endpoint = "messages"
    _example = "claude-sonnet-5-5"
    _foreign = sdk.FOREIGN
    _unset = MappingProxyType({"max_tokens": get_max_tokens})
    _parameters = sdk.BETA_PARAMETERS - {"stream"}
    _settings_type = sdk.AnthropicSettings
    _route = sdk.MESSAGES
    _sdk_errors = (anthropic.AnthropicError,)
    _error_classes = sdk.ERROR_CLASSES
    _more_classes = staticmethod(sdk.list_more_classes)

    @model_validator(mode="before")
    @classmethod
    @override
    def set_default_max_tokens(cls, values: Any) -> Any:
        """Leave the tokens to be found when they are read, so that they follow the model."""
        return values

    _resolve_gateway = set_default_max_tokens  # nor is LangSmith's gateway put in

    @override
    def _resolve_model_profile(self) -> ModelProfile | None:
        profile = super()._resolve_model_profile()
        if profile is not None and "context-1m-2025-08-07" in (self.betas or ()):
            return {**profile, "max_input_tokens": 1_000_000}  # as the parent does
        return profile

    @property
    @override
    def _client(self) -> Any:
        return self._root_client()

    @property
    @override
    def _async_client(self) -> Any:
        return self._root_async_client()

    @property
    @override
    def lc_secrets(self) -> dict[str, str]:
        """Return the secrets and the variables they are loaded from."""
        return {**super().lc_secrets, "mcp_servers": "COMETAPI_MCP_SERVERS"}

    @override
    def _make_message_chunk_from_anthropic_event(self, event: Any, **kwargs: Any) -> Any:
        read = super()._make_message_chunk_from_anthropic_event
        return sdk.read_event(event, partial(read, **kwargs))

    @override
    def _format_output(self, data: Any, **kwargs: Any) -> ChatResult:
        return super()._format_output(sdk.ReadMessage(data), **kwargs)

    @override
    def _get_request_payload(
        self, input_: LanguageModelInput, *, stop: list[str] | None = None, **kwargs: Any
    ) -> dict[str, Any]:
        payload, context = self._prepare(input_, stop, kwargs)
        self._parameter_warnings.warn(context.changes, context.model)
        return payload

    def _prepare(
        self, input_: LanguageModelInput, stop: list[str] | None, kwargs: dict[str, Any]
    ) -> tuple[dict[str, Any], CallContext]:
        """Return the parameters for the SDK, by the rules of the model's row.

        Raises:
            CometAPIUnsentRequestError: If the model or the SDK would not take them.
        """
        model, base_url = kwargs.get("model") or self.model, str(self.cometapi_api_base)
        context = CallContext.create(model, base_url, strict_params=self.strict_params)
        messages = self._convert_input(input_).to_messages()
        try:
            write = partial(super()._get_request_payload, stop=stop, **kwargs)
            payload: dict[str, Any] = write_request(write, messages, context, "messages")
        except CometAPIUnsentRequestError:
            raise
        except ValueError as error:
            raise CometAPIUnsentRequestError(str(error)) from None
        is_set = "max_tokens" in {*self.model_fields_set, *self.model_kwargs, *kwargs}
        if not is_set or payload.get("max_tokens") is None:
            payload["max_tokens"] = get_max_tokens(payload["model"])
        sdk.check_parameters(payload)
        sdk.join_betas(payload, self.default_headers)
        adapt_messages_request(payload, context)
        sdk.repair(payload)
        return payload, context

    @override
    def _write(
        self, messages: list[Any], stop: list[str] | None, kwargs: dict[str, Any]
    ) -> RequestExplanation:
        payload, context = self._prepare(messages, stop, kwargs)
        body = {k: v for k, v in payload.items() if k not in sdk.OPTIONS} | payload.get(
            "extra_body", {}
        )
        settings: Any = self._client_settings()
        url = f"{settings.root}/v1{sdk.MESSAGES.path}"
        return RequestExplanation("POST", url, body, tuple(context.changes))
