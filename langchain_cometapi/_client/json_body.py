"""The JSON of a request's body: whatever text a history has, it can be sent.

A model may write half of a surrogate pair, and a stream may cut one. Neither can be written as
UTF-8, so a history with such a half could never be sent again.
"""

from __future__ import annotations

from typing import Any

from pydantic_core import to_json

from langchain_cometapi._json import replace_surrogates
from langchain_cometapi.exceptions import CometAPIUnsentRequestError

JSON = dict[str, Any]


def dump_body(body: JSON) -> bytes:
    """Return a body as JSON, written several times faster than the SDK does.

    Raises:
        CometAPIUnsentRequestError: If a parameter cannot be JSON; it is named.
    """
    try:
        return to_json(body)
    except ValueError:
        pass
    try:
        return to_json(replace_surrogates(body))
    except ValueError as error:
        wrong = ", ".join(f"`{name}`" for name in body if not _is_serializable(body[name]))
        msg = f"{wrong} cannot be sent as JSON: {error}"
    except RecursionError:
        msg = "The request cannot be sent as JSON: it is nested too deeply."
    raise CometAPIUnsentRequestError(msg)


def _is_serializable(value: object) -> bool:
    try:
        to_json(value)
    except ValueError:
        return False
    return True


def repair_body(body: JSON) -> JSON:
    """Return a copy of a body as it is sent: U+FFFD stands for half a surrogate pair."""
    try:
        repaired: JSON = replace_surrogates(body)
    except RecursionError:
        return body  # it is refused when it is sent
    return repaired
