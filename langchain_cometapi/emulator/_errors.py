"""Errors in the gateway's envelope, in CometAPI's wording or in a vendor's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from typing_extensions import override

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
    """An HTTP error response; the application sends it in the gateway's JSON envelope.

    Args:
        status: HTTP status.
        message: The error message, without the request id.
        code: The envelope's `code`.
        kind: The envelope's `type`.
        param: The envelope's `param`, the path of what is refused.
        with_request_id: Whether the message ends with the request id.
    """

    def __init__(
        self,
        status: int,
        message: str,
        *,
        code: str = "",
        kind: str = "comet_api_error",
        param: str = "",
        with_request_id: bool = True,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code
        self.kind = kind
        self.param = param
        self.with_request_id = with_request_id

    def envelope(self, request_id: str) -> Any:
        """Return the response body.

        Args:
            request_id: The id of the failed request.
        """
        message = self.message
        if self.with_request_id:
            message = f"{message} (request id: {request_id})"
        return {
            "error": {
                "message": message,
                "type": self.kind,
                "param": self.param,
                "code": self.code,
            },
        }


class PassedOnError(GatewayError):
    """An error that the gateway passes on in the body of the vendor.

    Args:
        status: HTTP status.
        body: The vendor's body.
    """

    def __init__(self, status: int, body: Any) -> None:
        super().__init__(status, str(body))
        self._body = body

    @override
    def envelope(self, request_id: str) -> Any:
        return self._body


def vendor_error(
    message: str, code: str = "invalid_request_error", param: str = ""
) -> GatewayError:
    """Return the 400 of a vendor that refuses a request.

    Args:
        message: The vendor's wording.
        code: The vendor's error code.
        param: The path of what is refused, where the vendor names it.
    """
    return GatewayError(400, message, code=code, param=param)


def unreadable(message: str) -> GatewayError:
    """Return the 500 that CometAPI sends for a request that it cannot read.

    Args:
        message: What is wrong.
    """
    return GatewayError(500, message, code="invalid_request")


def rate_limited() -> GatewayError:
    """Return the 429 of the rate-limited key and model."""
    msg = "the CometAPI emulator was asked to answer as if a rate limit were exceeded"
    return GatewayError(429, msg, code="rate_limit_exceeded")


def json_name(value: Any) -> str:
    """Return the name of a JSON value's type in OpenAI's error messages.

    Args:
        value: A parsed JSON value.
    """
    return _JSON_NAMES[type(value)]


def wrong_type(value: Any, expected: str, name: str) -> GatewayError:
    """Return OpenAI's error for a value of the wrong type.

    Args:
        value: The parameter's value.
        expected: The expected type, with its article.
        name: Path of the parameter.
    """
    msg = f"Invalid type for '{name}': expected {expected}, but got {json_name(value)} instead."
    return vendor_error(msg, "invalid_type", name)


def missing_parameter(path: str, name: str) -> GatewayError:
    """Return OpenAI's error for a parameter that is missing.

    Args:
        path: Path of the object; empty for the body.
        name: The parameter that it lacks.
    """
    full_path = f"{path}.{name}" if path else name
    msg = f"Missing required parameter: '{full_path}'."
    return vendor_error(msg, "missing_required_parameter", full_path)


def empty_array(path: str) -> GatewayError:
    """Return OpenAI's error for an array without items.

    Args:
        path: Path of the parameter.
    """
    msg = (
        f"Invalid '{path}': empty array. Expected an array with minimum length 1,"
        " but got an empty array instead."
    )
    return vendor_error(msg, "empty_array", path)


def invalid_value(value: Any, supported: Collection[str], param: str = "") -> GatewayError:
    """Return OpenAI's error for a value that is not one of those supported.

    Args:
        value: The parameter's value.
        supported: The supported values.
        param: Path of the parameter.
    """
    names = ", ".join(f"'{name}'" for name in sorted(supported))
    msg = f"Invalid value: '{value}'. Supported values are: {names}."
    return vendor_error(msg, "invalid_value", param)


def unknown_parameter(path: str) -> GatewayError:
    """Return OpenAI's error for a parameter that it does not know.

    Args:
        path: Path of the parameter.
    """
    return vendor_error(f"Unknown parameter: '{path}'.", "unknown_parameter", path)
