"""Errors as CometAPI words and wraps them, and its request ids."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection


_JSON_NAMES: dict[type, str] = {
    dict: "an object",
    list: "an array",
    str: "a string",
    bool: "a boolean",
    int: "an integer",
    float: "a decimal",
    type(None): "null",
}


class GatewayError(Exception):
    """A refusal; the application turns it into the gateway's JSON envelope.

    Args:
        status: HTTP status.
        message: Text for the caller, without the request id.
        code: The envelope's `code`.
        kind: The envelope's `type`.
        with_request_id: Whether the message ends with the request id.
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        code: str = "",
        kind: str = "comet_api_error",
        with_request_id: bool = True,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code
        self.kind = kind
        self.with_request_id = with_request_id

    def envelope(self, request_id: str) -> dict[str, Any]:
        """Return the response body.

        Args:
            request_id: The id of the failed request.
        """
        message = self.message
        if self.with_request_id:
            message = f"{message} (request id: {request_id})"
        return {
            "error": {"message": message, "type": self.kind, "param": "", "code": self.code},
        }


def vendor_error(message: str, code: str = "invalid_request_error") -> GatewayError:
    """Return the 400 with which an upstream vendor refuses a request.

    Args:
        message: The vendor's wording.
        code: The vendor's error code.
    """
    return GatewayError(400, message, code=code)


def malformed(message: str) -> GatewayError:
    """Return the 500 that CometAPI sends for a request it cannot read.

    Args:
        message: What is wrong.
    """
    return GatewayError(500, message, code="invalid_request")


def rate_limited() -> GatewayError:
    """Return the 429 of the rate-limited key and model."""
    msg = "the CometAPI emulator was asked to answer as if a rate limit were exceeded"
    return GatewayError(429, msg, code="rate_limit_exceeded")


def json_name(value: Any) -> str:
    """Return what a JSON value is called in OpenAI's error messages.

    Args:
        value: Any parsed JSON value.
    """
    return _JSON_NAMES[type(value)]


def wrong_type(value: Any, expected: str, name: str) -> GatewayError:
    """Return OpenAI's error for a value of the wrong type.

    Args:
        value: What the parameter is.
        expected: What it should be, with its article.
        name: Path of the parameter.
    """
    msg = f"Invalid type for '{name}': expected {expected}, but got {json_name(value)} instead."
    return vendor_error(msg, "invalid_type")


def missing_parameter(path: str, name: str) -> GatewayError:
    msg = f"Missing required parameter: '{path}.{name}'."
    return vendor_error(msg, "missing_required_parameter")


def invalid_value(value: Any, known: Collection[str]) -> GatewayError:
    names = ", ".join(f"'{name}'" for name in sorted(known))
    msg = f"Invalid value: '{value}'. Supported values are: {names}."
    return vendor_error(msg, "invalid_value")
