"""Errors in Google's form, `{"error": {"code": ..., "message": ..., "status": ...}}`."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any, NoReturn

from langchain_cometapi.emulator._errors import GatewayError, PassedOnError

# google.rpc.Code, by the HTTP status that Google maps it to.
_STATUSES = {
    400: "INVALID_ARGUMENT",
    401: "UNAUTHENTICATED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    409: "ABORTED",
    429: "RESOURCE_EXHAUSTED",
    499: "CANCELLED",
    500: "INTERNAL",
    501: "UNIMPLEMENTED",
    503: "UNAVAILABLE",
    504: "DEADLINE_EXCEEDED",
}
_MESSAGES = {
    429: "Resource has been exhausted (e.g. check quota).",
    500: "An internal error has occurred. Please retry or report in"
    " https://developers.generativeai.google/guide/troubleshooting",
    503: "The model is overloaded. Please try again later.",
    504: "The request timed out. Please try again.",
}
_TYPES = "type.googleapis.com/google.rpc."

_CLIENT_ERROR, _SERVER_ERROR = 400, 500


def google_error(
    message: str, code: int = 400, details: list[dict[str, Any]] | None = None
) -> PassedOnError:
    """Return an error in Google's form.

    Args:
        message: Google's wording.
        code: HTTP status.
        details: What there is besides; nothing by default.
    """
    return PassedOnError(code, error_body(message, code, details))


def refuse(message: str, code: int = 400) -> NoReturn:
    """Raise an error in Google's form.

    Args:
        message: Google's wording.
        code: HTTP status.

    Raises:
        PassedOnError: Always.
    """
    raise google_error(message, code)


def error_body(
    message: str, code: int, details: list[dict[str, Any]] | None = None
) -> dict[str, Any]:
    """Return the body of an error.

    Args:
        message: Google's wording.
        code: HTTP status.
        details: What there is besides; nothing by default.
    """
    status = _STATUSES.get(code)
    if status is None:
        status = "FAILED_PRECONDITION" if _CLIENT_ERROR <= code < _SERVER_ERROR else "UNKNOWN"
    error: dict[str, Any] = {"code": code, "message": message, "status": status}
    if details:
        error["details"] = details
    return {"error": error}


def emulated_error_body(error: GatewayError, retry_after: float | None) -> dict[str, Any]:
    """Return the body of an error that the emulator was asked for.

    Args:
        error: The error of the other routes.
        retry_after: How many seconds to wait; `None` for no such detail.
    """
    message = _MESSAGES.get(error.status, error.message)
    details = [retry_info(retry_after)] if retry_after is not None else None
    if details:
        message += f" Please retry in {retry_after:g}s."
    return error_body(message, error.status, details)


def retry_info(seconds: float) -> dict[str, Any]:
    """Return the detail of an error that says how long to wait.

    Args:
        seconds: How long.
    """
    return {"@type": f"{_TYPES}RetryInfo", "retryDelay": f"{seconds:g}s"}


def invalid_key() -> PassedOnError:
    """Return the error for a key that is not valid, or missing."""
    info = {
        "@type": f"{_TYPES}ErrorInfo",
        "reason": "API_KEY_INVALID",
        "domain": "googleapis.com",
        "metadata": {"service": "generativelanguage.googleapis.com"},
    }
    msg = "API key not valid. Please pass a valid API key."
    return google_error(msg, HTTPStatus.UNAUTHORIZED, [info])


def key_in_query() -> PassedOnError:
    """Return the error for a key in the URL; its words are the emulator's own."""
    msg = "The key must be in the header x-goog-api-key, or in Authorization; not in the query."
    return google_error(msg, HTTPStatus.UNAUTHORIZED)


def several_keys() -> PassedOnError:
    """Return the error for a request with more than one credential."""
    return google_error("Multiple authentication credentials received. Please pass only one.")


def in_googles_form(error: GatewayError, *, as_array: bool) -> GatewayError:
    """Return an error as this route sends it.

    Google's own errors are in an array where the response would be one, and so is what Google says
    of too many requests. What the gateway itself says stays as it is.

    Args:
        error: The error.
        as_array: Whether the response would be an array.
    """
    if error.status == HTTPStatus.TOO_MANY_REQUESTS and not isinstance(error, PassedOnError):
        error = PassedOnError(error.status, emulated_error_body(error, None))
    if error.code == "invalid_json_schema":
        error = google_error(error.message)
    if as_array and isinstance(error, PassedOnError):
        return PassedOnError(error.status, [error.envelope("")])
    return error
