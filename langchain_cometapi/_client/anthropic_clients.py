"""The clients of Anthropic's SDK, isolated from its environment variables; its route and errors.

Imported by the class that needs the extra alone.
"""

from __future__ import annotations

import inspect
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, get_args

import anthropic
import langchain_anthropic.chat_models as partner
from anthropic.resources.beta.messages import Messages as BetaMessages
from anthropic.resources.messages import Messages
from langchain_core.messages import AIMessageChunk
from langchain_core.messages.ai import subtract_usage
from pydantic_core import to_json

from langchain_cometapi import exceptions as exc
from langchain_cometapi._client.checks import check_headers, check_query, check_timeout
from langchain_cometapi._client.json_body import repair_body
from langchain_cometapi._client.native_calls import NativeSettings, current_call
from langchain_cometapi._client.repeats import AsyncReportedRepeats, ReportedRepeats
from langchain_cometapi._client.route import Route
from langchain_cometapi._client.sdk import as_timeout
from langchain_cometapi._client.shared_clients import PLACEHOLDER_KEY, AttemptError
from langchain_cometapi._version import __version__

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

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
    """Check the names of parameters and the options of the call; prepare a timeout, in place.

    Raises:
        CometAPIUnsentRequestError: If the SDK has no such parameter, or an option cannot be used.
    """
    known = BETA_PARAMETERS if payload.get("betas") else _PARAMETERS
    if unknown := sorted(payload.keys() - known):
        more = "needs a beta (`betas`)" if unknown[0] in BETA_PARAMETERS else "is unknown"
        msg = f"The parameter `{unknown[0]}` {more}; `extra_body` takes any field of the API."
        raise exc.CometAPIUnsentRequestError(msg)
    check_headers(payload.get("extra_headers"), "extra_headers")
    check_query(payload.get("extra_query"), "extra_query")
    if "timeout" in payload:
        check_timeout(payload["timeout"])
        payload["timeout"] = as_timeout(payload["timeout"])


def repair(payload: dict[str, Any]) -> None:
    """Put U+FFFD in place of half a surrogate pair, in place; the SDK cannot write one."""
    body = {name: payload[name] for name in payload.keys() - (OPTIONS - {"extra_body"})}
    try:
        to_json(body)
    except (ValueError, RecursionError):
        payload.update(repair_body(body))


def join_betas(payload: dict[str, Any], default_headers: Mapping[str, str] | None) -> None:
    """Add the betas of the header `anthropic-beta` to those of `betas`, in place.

    The SDK sends only one of the two, and LangChain's class adds to `betas` what a tool needs.
    """
    if not payload.get("betas"):
        return
    for headers in (payload.get("extra_headers") or {}, default_headers or {}):
        named = [name for name in headers if name.lower() == "anthropic-beta"]
        if named:
            listed = ",".join(str(headers[name]) for name in named).split(",")
            own = [beta.strip() for beta in listed if beta.strip()]
            payload["betas"] = list(dict.fromkeys([*own, *payload["betas"]]))
            break
    if extra := payload.get("extra_headers"):
        kept = {name: value for name, value in extra.items() if name.lower() != "anthropic-beta"}
        payload["extra_headers"] = kept


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


def complete_event(event: Any) -> None:
    """Add to the usage at the end of a stream what was reported at its start alone.

    Anthropic repeats the input tokens in `message_delta`; its reference shows streams, and other
    hosts send them, that tell of output tokens there and of nothing else, or of nothing at all.

    Raises:
        CometAPIStreamTruncatedError: If the message ends without a reason.
    """
    call = current_call.get()
    if call is None:
        return
    if event.type == "message_start":
        call.usage = event.message.usage
    elif event.type == "message_delta":
        call.is_stopped = call.is_stopped or bool(event.delta.stop_reason)
        if event.usage is None:
            event.usage = call.usage
        elif call.usage is not None:
            for name in type(call.usage).model_fields:
                if getattr(event.usage, name, None) is None:
                    setattr(event.usage, name, getattr(call.usage, name))
    elif event.type == "message_stop" and not call.is_stopped:
        raise call.failure.build(
            exc.CometAPIStreamTruncatedError,
            "The stream ended before the model had finished (no `stop_reason`)",
            advice="See `partial_message` for what had arrived.",
        )


def read_event(event: Any, read: Callable[[Any], Any]) -> Any:
    """Return the chunk for an event, with what is newer than LangChain's class.

    Anthropic allows several `message_delta`, each with the tokens so far; core adds them up.

    Args:
        event: The event.
        read: The method of LangChain's class.

    Returns:
        The chunk or `None`, and the event that its block has begun with.
    """
    complete_event(event)
    message, start = read(event)
    call = current_call.get()
    if message is not None:
        if message.usage_metadata is not None and call is not None:
            reported, call.reported = call.reported, message.usage_metadata
            message.usage_metadata = (
                _subtract(call.reported, reported) if reported else call.reported
            )
    elif start is not event and (block := _read_unknown(event, start)) is not None:
        metadata = {"model_provider": "anthropic"}
        message = AIMessageChunk(content=[block], response_metadata=metadata)
        start = event if event.type == "content_block_start" else start
    return message, start


def _subtract(usage: Any, reported: Any) -> Any:
    """Return the usage that was not reported before, without what is 0; `None` if there is none.

    Core's events (`stream_events`) keep the last details that they get.
    """
    added: dict[str, Any] = dict(subtract_usage(usage, reported))
    for name in [name for name, value in added.items() if isinstance(value, dict)]:
        details = {kind: tokens for kind, tokens in added.pop(name).items() if tokens}
        added |= {name: details} if details else {}
    return added if any(added.values()) else None


def _read_unknown(event: Any, start: Any) -> dict[str, Any] | None:
    """Return the content of an event that is unknown; `None` if it has none.

    Args:
        event: The event.
        start: The event that the block has begun with.
    """
    if event.type == "content_block_start" and event.content_block is not None:
        content = event.content_block.model_dump(exclude_unset=True, warnings=False)
    elif event.type == "content_block_delta":
        content = event.delta.model_dump(exclude_unset=True, warnings=False)
        block = getattr(start, "content_block", None)
        content["type"] = getattr(block, "type", content.get("type"))
    else:
        return None
    return {**content, "index": event.index}


class ReadMessage:
    """A message of the SDK, which LangChain's class dumps: unknown blocks as they have come.

    The SDK reads a block of a newer type as a text, and warns when that is dumped.
    """

    def __init__(self, message: Any) -> None:
        """Wrap a message."""
        self._message = message
        self.usage = message.usage

    def model_dump(self) -> dict[str, Any]:
        """Return the fields of the message."""
        dumped: dict[str, Any] = self._message.model_dump(warnings=False)
        blocks = zip(self._message.content, dumped["content"], strict=True)
        dumped["content"] = [
            known if _is_known(block) else block.model_dump(exclude_unset=True, warnings=False)
            for block, known in blocks
        ]
        return dumped


def _is_known(block: Any) -> bool:
    return block.type in get_args(type(block).model_fields["type"].annotation)
