"""The clients of Anthropic's SDK, isolated from its environment variables; its route and errors.

Imported by the class that needs the extra alone.
"""

from __future__ import annotations

import inspect
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

import anthropic
import langchain_anthropic.chat_models as partner
from anthropic.resources.beta.messages import Messages as BetaMessages
from anthropic.resources.messages import Messages

from langchain_cometapi import exceptions as exc
from langchain_cometapi._client.native_calls import NativeSettings, current_call
from langchain_cometapi._client.repeats import AsyncReportedRepeats, ReportedRepeats
from langchain_cometapi._client.route import Route
from langchain_cometapi._client.sdk import as_timeout
from langchain_cometapi._client.shared_clients import PLACEHOLDER_KEY, AttemptError
from langchain_cometapi._version import __version__

if TYPE_CHECKING:
    from langchain_cometapi._client.responses import JSONResponse
    from langchain_cometapi._client.route import JSON

_MAX_WAIT = 60.0
"""Seconds of a `retry-after` that are waited for, as in the SDK of OpenAI."""


def _check(response: JSONResponse) -> None:
    """Check that a response is a message.

    Raises:
        CometAPIUnexpectedResponseError: If it is something else.
    """
    if response.events:
        raise response.failure.build(
            exc.CometAPIUnexpectedResponseError,
            "A stream came instead of a message",
            advice="If this host streams always, pass `streaming=True`.",
            is_retryable=False,
        )
    if not isinstance(response.data.get("content"), list):
        raise response.failure.from_body(response.content, "The response has no `content`")


def _is_last(event: JSON) -> bool:
    return event.get("type") == "message_stop"


MESSAGES = Route(
    "/messages",
    result_field="content",
    event_field="type",
    has_content=lambda event: event.get("type") != "ping",
    is_last=_is_last,
    is_finish=_is_last,
    whole="message",
    check=_check,
)


COUNT_TOKENS = Route("/messages/count_tokens", result_field="input_tokens")


FOREIGN = MappingProxyType(
    {
        "anthropic_api_key": "api_key",
        "anthropic_api_url": "base_url",
        "anthropic_proxy": "openai_proxy",
        "default_request_timeout": "timeout",
    }
)
"""What LangChain's class has for a connection to Anthropic, and our names for it."""

_PARAMETERS = frozenset(inspect.signature(Messages.create).parameters)
BETA_PARAMETERS = frozenset(inspect.signature(BetaMessages.create).parameters) | _PARAMETERS
OPTIONS = frozenset({"betas", "extra_body", "extra_headers", "extra_query", "timeout"})
"""Parameters of the SDK that are no fields of the body."""

ERROR_CLASSES = MappingProxyType(
    {
        exc.CometAPIContextOverflowError: (partner.AnthropicContextOverflowError,),
        exc.CometAPIInvalidRequestError: (partner.AnthropicInvalidRequestError,),
        exc.CometAPIAuthenticationError: (partner.AnthropicAuthenticationError,),
        exc.CometAPIPermissionDeniedError: (partner.AnthropicPermissionDeniedError,),
        exc.CometAPIModelNotFoundError: (partner.AnthropicModelNotFoundError,),
        exc.CometAPIRateLimitError: (partner.AnthropicRateLimitError,),
        exc.CometAPIOverloadedError: (partner.AnthropicOverloadedError,),
        exc.CometAPIServerError: (partner.AnthropicAPIError,),
        exc.CometAPITimeoutError: (partner.AnthropicTimeoutError,),
        exc.CometAPIConnectionError: (partner.AnthropicConnectionError,),
        exc.CometAPIUnexpectedResponseError: (anthropic.APIResponseValidationError,),
        exc.CometAPIError: (anthropic.APIError,),
    }
)
"""What our errors are in LangChain's package, whose classes are the SDK's; the first that fits."""

_OTHER_STATUSES = (
    anthropic.PaymentRequiredError,
    anthropic.RequestTimeoutError,
    anthropic.ConflictError,
    anthropic.ContentTooLargeError,
    anthropic.UnprocessableEntityError,
)
"""Classes of the SDK for statuses that LangChain's package has none for."""


def check_parameters(payload: dict[str, Any]) -> None:
    """Check the names of parameters, and prepare a timeout, in place.

    Raises:
        CometAPIUnsentRequestError: If the SDK has no such parameter.
    """
    known = BETA_PARAMETERS if payload.get("betas") else _PARAMETERS
    if unknown := sorted(payload.keys() - known):
        more = "needs a beta (`betas`)" if unknown[0] in BETA_PARAMETERS else "is unknown"
        msg = f"The parameter `{unknown[0]}` {more}; `extra_body` takes any field of the API."
        raise exc.CometAPIUnsentRequestError(msg)
    if "timeout" in payload:
        payload["timeout"] = as_timeout(payload["timeout"])


def list_more_classes(error: Exception) -> tuple[type[Exception], ...]:
    """Return what an error of the SDK is besides the class in `ERROR_CLASSES`."""
    return (type(error), SDKAttributes) if type(error) in _OTHER_STATUSES else (SDKAttributes,)


class _AnthropicAttemptError(AttemptError, anthropic.AnthropicError):
    """An `AttemptError` that passes through the SDK unchanged."""


class SDKAttributes(Exception):  # noqa: N818 - a part of other exceptions
    """What each status error of the SDK has besides what ours have."""

    body: Any
    details = None
    error_code = None
    workspace_id = None

    @property
    def api_message(self) -> str | None:
        """The message in the body."""
        error = self.body.get("error") if isinstance(self.body, dict) else None
        return error.get("message") if isinstance(error, dict) else None


class _Isolated:
    """Discards what the SDK's constructor, also in `copy()`, reads from `ANTHROPIC_*` variables.

    Four private names of the SDK are overridden; tests pin them.
    """

    _tracer = None
    """No spans: those of LangChain's callbacks are complete, and these show the query of URLs."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._custom_headers: Any = dict(options.get("default_headers") or {})
        self.webhook_key = options.get("webhook_key")

    @property
    def user_agent(self) -> str:
        return f"langchain-cometapi/{__version__} anthropic/{anthropic.__version__}"

    def platform_headers(self) -> dict[str, str]:
        """Return no headers: the gateway learns nothing about the user's machine."""
        return {}

    def _calculate_nonstreaming_timeout(self, *_: Any) -> Any:
        """Return the own timeout: the SDK's refuses a high `max_tokens` without a stream."""
        return self.timeout  # type: ignore[attr-defined]

    def _parse_retry_after_header(self, response_headers: Any = None) -> float | None:
        """Return the seconds to wait, unless they are too many to wait for without a word."""
        seconds: float | None = super()._parse_retry_after_header(response_headers)  # type: ignore[misc]
        return seconds if seconds is None or seconds <= _MAX_WAIT else None


class _Client(_Isolated, ReportedRepeats, anthropic.Anthropic):
    """The SDK's synchronous client, isolated."""


class _AsyncClient(_Isolated, AsyncReportedRepeats, anthropic.AsyncAnthropic):
    """The SDK's asynchronous client, isolated."""


class AnthropicSettings(NativeSettings):
    """Builds the clients of Anthropic's SDK; they have no key."""

    key_header = "x-api-key"
    failed = _AnthropicAttemptError

    def build_sync(self) -> Any:
        """Build the synchronous client."""
        http_client = self.http(is_async=False)
        return _Client(api_key=PLACEHOLDER_KEY, http_client=http_client, **self.options())

    def build_async(self) -> Any:
        """Build the asynchronous client."""
        http_client = self.http(is_async=True)
        return _AsyncClient(api_key=PLACEHOLDER_KEY, http_client=http_client, **self.options())


def complete_usage(event: Any) -> None:
    """Add to the usage at the end of a stream what was told at its start alone.

    Anthropic repeats the input tokens in `message_delta`; its reference shows streams, and other
    hosts send them, that tell of output tokens there and of nothing else.
    """
    call = current_call.get()
    if call is None:
        return
    if event.type == "message_start":
        call.usage = event.message.usage
    elif event.type == "message_delta" and event.usage is not None and call.usage is not None:
        for name in type(call.usage).model_fields:
            if getattr(event.usage, name, None) is None:
                setattr(event.usage, name, getattr(call.usage, name))
