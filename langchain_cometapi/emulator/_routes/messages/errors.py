"""Errors of the Messages route, in Anthropic's form."""

from __future__ import annotations

from typing import Any

from typing_extensions import override

from langchain_cometapi.emulator._errors import GatewayError, PassedOnError

# Anthropic's page on errors, 2026-11.
_KINDS = {
    400: "invalid_request_error",
    401: "authentication_error",
    402: "billing_error",
    403: "permission_error",
    404: "not_found_error",
    409: "conflict_error",
    413: "request_too_large",
    429: "rate_limit_error",
    500: "api_error",
    503: "api_error",
    504: "timeout_error",
    529: "overloaded_error",
}
_SERVER_ERROR = 500

_GATEWAY_ERRORS = frozenset(
    {(500, "convert_request_failed"), (500, "invalid_request"), (503, "model_not_found")}
)
"""Errors that the gateway raises before any vendor is asked."""


class _AnthropicError(GatewayError):
    """An error whose body is in Anthropic's form."""

    def __init__(self, error: GatewayError) -> None:
        super().__init__(error.status, error.message)
        self._error = error

    @override
    def envelope(self, request_id: str) -> Any:
        return error_body(self._error, request_id)


def in_anthropics_form(error: GatewayError) -> GatewayError:
    """Return the same error with a body in Anthropic's form.

    Args:
        error: The error.
    """
    return _AnthropicError(error)


def error_body(error: GatewayError, request_id: str) -> Any:
    """Return the body of an error.

    Args:
        error: The error.
        request_id: The id of the failed request.
    """
    if isinstance(error, PassedOnError) or (error.status, error.code) in _GATEWAY_ERRORS:
        return error.envelope(request_id)
    fallback = "api_error" if error.status >= _SERVER_ERROR else "invalid_request_error"
    kind = error.kind if error.kind == "emulator_error" else _KINDS.get(error.status, fallback)
    return {
        "type": "error",
        "error": {"type": kind, "message": error.message},
        # Anthropic's own id, which is not that of the gateway.
        "request_id": f"req_emulator{request_id}",
    }
