"""The key of a request, which Google's SDKs send in a header of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from langchain_cometapi.emulator._routes.generate_content.errors import (
    invalid_key,
    key_in_query,
    several_keys,
)

if TYPE_CHECKING:
    from collections.abc import Mapping


def read_key(headers: Mapping[str, str], query: Mapping[str, str]) -> str:
    """Return the key of a request.

    Args:
        headers: The headers.
        query: The parameters of the query.

    Raises:
        PassedOnError: If there is none, or more than one, or it is in the query, from where it gets
            into logs; CometAPI documents the headers alone.
    """
    if "key" in query:
        raise key_in_query()
    own, authorization = headers.get("x-goog-api-key"), headers.get("authorization")
    if own is not None and authorization is not None:
        raise several_keys()
    if own is not None:
        return own
    scheme, _, key = (authorization or "").partition(" ")
    if scheme.lower() != "bearer" or not key.strip():
        raise invalid_key()
    return key.strip()
