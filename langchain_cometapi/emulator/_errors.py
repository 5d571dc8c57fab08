"""Errors as CometAPI words and wraps them, and its request ids."""

from __future__ import annotations

import secrets
import string
import time
from typing import Any

_ALPHABET = string.ascii_letters
_NANO = 1_000_000_000


def new_request_id() -> str:
    """Make a request id in CometAPI's form: UTC time to the nanosecond, then eight letters."""
    seconds, nanos = divmod(time.time_ns(), _NANO)
    stamp = time.strftime("%Y%m%d%H%M%S", time.gmtime(seconds))
    return f"{stamp}{nanos:09d}" + "".join(secrets.choice(_ALPHABET) for _ in range(8))


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
