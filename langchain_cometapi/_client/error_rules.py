"""Reads error bodies, and chooses a class of exception by rules.

The body decides before the status does, because the gateway's status is not reliable: a
malformed request comes as 500, an unknown model as 503 (facts of 2026-11, section 3.2).
"""

from __future__ import annotations

import json
from dataclasses import dataclass

from langchain_cometapi import exceptions as exc

_PREVIEW_LENGTH = 200


@dataclass(frozen=True)
class _Rule:
    """A class of exception, and the codes and phrases of the bodies it stands for."""

    kind: type[exc.CometAPIError]
    codes: frozenset[str]
    phrases: tuple[str, ...] = ()
    statuses: frozenset[int | None] | None = None
    """Statuses the rule holds for (`None` inside a stream); all of them if not set."""


_CLIENT_SIDE = frozenset({None, 200, 400, 413, 422, 429, 500})

# The first rule that fits decides. Codes and phrases are compared in lower case.
# Sources: [facts] CometAPI's documented and observed errors; [new-api] the gateway software
# CometAPI is built on, types/error.go; otherwise the vendor whose wording it is.
_RULES = (
    _Rule(
        exc.CometAPIContextOverflowError,
        frozenset({"context_length_exceeded", "context_window_exceeded"}),  # OpenAI
        (
            "context_length_exceeded",
            "maximum input length",  # OpenAI, embeddings
            "maximum context length",  # OpenAI, DeepSeek, vLLM
            "exceeds the context window",  # OpenAI Responses
            "input tokens exceed the configured limit",  # OpenAI
            "prompt is too long",  # Anthropic
            "input length and `max_tokens` exceed context limit",  # Anthropic
            "exceeds the maximum number of tokens",  # Gemini
            "maximum prompt length",  # Grok
            "exceeded model token limit",  # Kimi
            "range of input length should be",  # Qwen
            "prompt exceeds max length",  # GLM
            "contextwindowexceedederror",  # LiteLLM
            "reduce the length of the messages",  # Groq, OpenAI-compatible hosts
        ),
        _CLIENT_SIDE,
    ),
    _Rule(
        exc.CometAPIContentFilterError,
        frozenset(
            {
                "content_filter",
                "content_policy_violation",
                "sensitive_words_detected",  # [new-api]
                "prompt_blocked",  # [new-api]
                "data_inspection_failed",  # Qwen
            }
        ),
        (
            "content management policy",  # Azure OpenAI
            "content exists risk",  # DeepSeek
            "may contain inappropriate content",  # Qwen
            "sensitive words detected",  # [new-api]
        ),
    ),
    _Rule(
        exc.CometAPIInsufficientBalanceError,
        frozenset(
            {
                "insufficient_quota",  # OpenAI
                "insufficient_user_quota",  # [new-api]
                "pre_consume_token_quota_failed",  # [new-api]
                "insufficient_balance",
            }
        ),
        (
            "quota is not enough",  # [facts] un-enveloped 403
            "quota [",  # [new-api] "user [...] quota [...] preConsumedQuota [...] is not enough"
            "insufficient user quota",  # [new-api]
            "insufficient balance",  # DeepSeek
            "credit balance is too low",  # Anthropic
            "exceeded your current quota",  # OpenAI
        ),
        frozenset({None, 200, 400, 402, 403, 429}),
    ),
    _Rule(
        exc.CometAPIModelNotFoundError,
        frozenset({"model_not_found"}),  # [facts] with status 503
        ("no available channel",),  # [facts]
    ),
    _Rule(
        exc.CometAPIOverloadedError,
        frozenset({"overloaded_error", "server_overloaded", "engine_overloaded_error"}),
        (
            "currently busy",  # [facts] code bad_response_status_code
            "overloaded",  # Anthropic, Kimi
            "负载已饱和",  # [facts] "current group upstream load saturated"
            "upstream load saturated",
        ),
        frozenset({None, 200, 429, 500, 502, 503, 504, 529}),
    ),
    _Rule(
        exc.CometAPIRateLimitError,
        frozenset(
            {
                "rate_limit_exceeded",
                "rate_limit_error",
                "token_concurrency_limit_reached",  # [new-api]
                "too_many_requests",
            }
        ),
    ),
    _Rule(
        exc.CometAPIAuthenticationError,
        frozenset({"invalid_api_key", "authentication_error"}),
        ("invalid token", "incorrect api key"),  # [facts]
        frozenset({None, 200, 401, 403}),
    ),
    _Rule(
        exc.CometAPIPermissionDeniedError,
        frozenset({"permission_denied", "permission_error", "access_denied"}),  # [facts]
    ),
    _Rule(
        exc.CometAPIInvalidRequestError,
        frozenset(
            {
                "invalid_request",  # [facts] with status 500
                "invalid_request_error",
                "convert_request_failed",  # [facts]
                "read_request_body_failed",  # [new-api]
                "unsupported_parameter",
                "unsupported_value",
                "unknown_parameter",
            }
        ),
        statuses=frozenset({None, 200, 400, 413, 422, 500}),
    ),
)

_KIND_BY_STATUS: dict[int, type[exc.CometAPIError]] = {
    401: exc.CometAPIAuthenticationError,
    402: exc.CometAPIInsufficientBalanceError,
    403: exc.CometAPIPermissionDeniedError,
    404: exc.CometAPIModelNotFoundError,
    408: exc.CometAPITimeoutError,
    409: exc.CometAPIServerError,  # a lock timeout to the SDK, which tries again
    429: exc.CometAPIRateLimitError,
    451: exc.CometAPIContentFilterError,
    529: exc.CometAPIOverloadedError,
}


@dataclass(frozen=True)
class ErrorBody:
    """Message, code, type and parameter of an error body."""

    message: str | None = None
    code: str | None = None
    type: str | None = None
    param: str | None = None

    @classmethod
    def read(cls, body: object) -> ErrorBody:
        """Return what a body says: enveloped, un-enveloped, nested or plain text."""
        if isinstance(body, list):  # Gemini wraps its error in a list
            body = body[0] if body else None
        if isinstance(body, dict):
            inner = body.get("error") or body.get("detail") or body
            if isinstance(inner, str):
                return cls(inner, _text(body.get("code")), _text(body.get("type")))
            if isinstance(inner, dict):
                message = inner.get("message") or inner.get("msg") or inner.get("detail")
                return cls(
                    _text(message),
                    _text(inner.get("code")),
                    _text(inner.get("type")),
                    _text(inner.get("param")),
                )
            return cls(preview(json.dumps(inner)))
        return cls(preview(body)) if isinstance(body, str) and body.strip() else cls()


def is_error(body: object, result_field: str | None = None) -> bool:
    """Whether a JSON value is an error object, in an envelope or without one.

    Args:
        body: The value.
        result_field: A field that no error without an envelope has.
    """
    if not isinstance(body, dict):
        return False
    if body.get("error"):
        return True
    if result_field in body:
        return False
    described = any(name in body for name in ("code", "type", "status"))
    return body.get("object") == "error" or (isinstance(body.get("message"), str) and described)


def _text(value: object) -> str | None:
    """Return a code as text; it comes as text, `""`, `null` or a number."""
    if value is None or value == "" or isinstance(value, bool):
        return None
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def preview(text: str) -> str:
    """Return the beginning of a text on one line."""
    text = " ".join(text.split())
    return text if len(text) <= _PREVIEW_LENGTH else f"{text[:_PREVIEW_LENGTH]}..."


def classify(status: int | None, body: ErrorBody) -> type[exc.CometAPIError]:
    """Return the class for a status (`None` inside a stream) and an error body."""
    message = (body.message or "").lower()
    codes = {value.lower() for value in (body.code, body.type) if value}
    for rule in _RULES:
        if rule.statuses is not None and status not in rule.statuses:
            continue
        if rule.codes & codes or any(phrase in message for phrase in rule.phrases):
            return rule.kind
    if body.code and body.code.isdecimal():  # some channels put the status into the code
        upstream = int(body.code)
        if status in {None, 200} and 400 <= upstream <= 599:  # noqa: PLR2004
            return _kind_of_status(upstream)
    return exc.CometAPIServerError if status in {None, 200} else _kind_of_status(status)


def _kind_of_status(status: int) -> type[exc.CometAPIError]:
    if kind := _KIND_BY_STATUS.get(status):
        return kind
    if status >= 500:  # noqa: PLR2004
        return exc.CometAPIServerError
    if status >= 400:  # noqa: PLR2004
        return exc.CometAPIInvalidRequestError
    return exc.CometAPIUnexpectedResponseError
