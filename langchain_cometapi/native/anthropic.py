"""`ChatCometAPIAnthropic`: Claude over `/v1/messages`, a subclass of `ChatAnthropic`."""

from __future__ import annotations

from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import anthropic
from langchain_anthropic import ChatAnthropic
from langchain_core.language_models import LanguageModelInput
from pydantic import Field, SecretStr, model_validator
from typing_extensions import override

from langchain_cometapi._base.native_model import NativeModel
from langchain_cometapi._catalog.profiles import get_profile
from langchain_cometapi._chat.request.encode import RequestExplanation
from langchain_cometapi._chat.request.native_history import adapt_history
from langchain_cometapi._chat.request.native_rules import adapt_messages_request
from langchain_cometapi._client.anthropic_clients import (
    BETA_PARAMETERS,
    COUNT_TOKENS,
    ERROR_CLASSES,
    MESSAGES,
    OPTIONS,
    AnthropicSettings,
    check_parameters,
    list_more_classes,
)
from langchain_cometapi._client.native_calls import NativeCall
from langchain_cometapi._client.shared_clients import PLACEHOLDER_KEY
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
    anthropic_api_key: SecretStr = Field(
        default=SecretStr(PLACEHOLDER_KEY), exclude=True, repr=False
    )
    anthropic_api_url: None = Field(default=None, exclude=True, repr=False)
    anthropic_proxy: None = Field(default=None, exclude=True, repr=False)
    default_request_timeout: None = Field(default=None, exclude=True, repr=False)

    _endpoint = "messages"
    _example = "claude-sonnet-5-5"
    _foreign = MappingProxyType(
        {
            "anthropic_api_key": "api_key",
            "anthropic_api_url": "base_url",
            "anthropic_proxy": "openai_proxy",
            "default_request_timeout": "timeout",
        }
    )
    _parameters = BETA_PARAMETERS - {"stream"}
    _settings_type = AnthropicSettings
    _route = MESSAGES
    _sdk_errors = (anthropic.AnthropicError,)
    _error_classes = ERROR_CLASSES

    @model_validator(mode="before")
    @classmethod
    @override
    def set_default_max_tokens(cls, values: dict[str, Any]) -> Any:
        """Set the tokens that the API must be told: the most that the model writes."""
        if values.get("max_tokens", values.get("max_tokens_to_sample")) is not None:
            return values
        model = str(values.get("model") or values.get("model_name") or "")
        profile = get_profile(model, "messages") or {}
        return {**values, "max_tokens": profile.get("max_output_tokens") or 4096}

    @model_validator(mode="before")
    @classmethod
    @override
    def _resolve_gateway(cls, values: Any) -> Any:
        """Leave LangSmith's gateway out: CometAPI is one."""
        return values

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
            history = adapt_history(messages, context, "messages")
            payload = super()._get_request_payload(history, stop=stop, **kwargs)
        except CometAPIUnsentRequestError:
            raise
        except ValueError as error:
            raise CometAPIUnsentRequestError(str(error)) from None
        check_parameters(payload)
        adapt_messages_request(payload, context)
        return payload, context

    def explain(
        self, messages: LanguageModelInput, *, stop: list[str] | None = None, **kwargs: Any
    ) -> RequestExplanation:
        """Return the request that `invoke` would send, and send nothing; see `ChatCometAPI`.

        Raises:
            CometAPIUnsentRequestError: If something cannot be sent to this model.
        """
        payload, context = self._prepare(messages, stop, kwargs)
        body = {k: v for k, v in payload.items() if k not in OPTIONS} | payload.get(
            "extra_body", {}
        )
        settings: Any = self._client_settings()
        url = f"{settings.root}/v1{MESSAGES.path}"
        return RequestExplanation("POST", url, body, tuple(context.changes))

    @override
    def _more_classes(self, error: Exception) -> tuple[type[Exception], ...]:
        return list_more_classes(error)

    @override
    def get_num_tokens_from_messages(self, messages: Any, *args: Any, **kwargs: Any) -> int:
        """Return the input tokens, which Anthropic's route for that counts.

        Raises:
            CometAPIError: If the gateway does not serve it: CometAPI documents none (2026-11).
        """
        call = NativeCall(self.model, COUNT_TOKENS)
        count = super().get_num_tokens_from_messages
        return self._run(call, partial(count, messages, *args, **kwargs))
