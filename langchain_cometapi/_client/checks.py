"""Checks of a connection's settings, which the HTTP library would fail on at the first call.

Its own errors name no setting, and some of them quote a value that may be a secret.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from openai._qs import stringify

from langchain_cometapi._client.sdk import httpx, openai
from langchain_cometapi.exceptions import CometAPIUnsentRequestError

# They are written for each request: one of a user would make two requests of one, be dropped
# in silence, or be taken for the SDK's.
_RESERVED_HEADERS = ("content-length", "transfer-encoding", "x-stainless-retry-count")
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")  # RFC 9110, section 5.1
_HEADER_VALUE = re.compile(r"(?:[!-~](?:[ \t!-~]*[!-~])?)?")  # what the HTTP libraries send
_MAX_SECONDS = 1e9
_TIMEOUTS = 4  # connect, read, write, pool


def _check_mapping(values: object, setting: str) -> None:
    if values and not isinstance(values, Mapping):
        msg = f"`{setting}` is a {type(values).__name__}; pass a dict."
        raise CometAPIUnsentRequestError(msg)


def check_headers(headers: Mapping[Any, Any] | None, setting: str) -> None:
    """Check that headers can be sent.

    Args:
        headers: By name; `Omit` of the SDK leaves one out.
        setting: Where the user has set them, for the error.

    Raises:
        CometAPIUnsentRequestError: If one cannot; its name is in the error, its value is not.
    """
    _check_mapping(headers, setting)
    for name, value in (headers or {}).items():
        if not isinstance(name, str) or not _HEADER_NAME.fullmatch(name):
            msg = f"`{setting}` has {name!r}, which is not the name of a header."
            raise CometAPIUnsentRequestError(msg)
        if name.lower() in _RESERVED_HEADERS:
            msg = f"Leave the header `{name}` out: it is written for each request."
            raise CometAPIUnsentRequestError(msg)
        if isinstance(value, openai.Omit):
            continue
        if not isinstance(value, (str, bytes)):
            msg = f"The header `{name}` of `{setting}` is a {type(value).__name__}; pass text."
            raise CometAPIUnsentRequestError(msg)
        text = value if isinstance(value, str) else value.decode("latin-1")
        if not _HEADER_VALUE.fullmatch(text):
            msg = (
                f"The header `{name}` of `{setting}` cannot be sent: its value has a line break, "
                "a blank at an end, or a character outside of ASCII. Strip it, and percent-encode "
                "other characters."
            )
            raise CometAPIUnsentRequestError(msg)


def check_query(query: Mapping[str, Any] | None, setting: str) -> None:
    """Check that query parameters can be written into a URL.

    Raises:
        CometAPIUnsentRequestError: If they cannot.
    """
    _check_mapping(query, setting)
    for name, value in (query or {}).items():
        try:
            httpx.QueryParams(stringify({name: value}, array_format="brackets"))
        except (TypeError, ValueError):
            msg = f"`{name!s}` of `{setting}` cannot be written into a URL; pass text or a number."
            raise CometAPIUnsentRequestError(
                msg.encode("ascii", "backslashreplace").decode()
            ) from None


def check_timeout(timeout: Any) -> None:
    """Check that the HTTP library can wait for a timeout.

    Args:
        timeout: Seconds, up to four of them in a tuple, or the object of an HTTP library.

    Raises:
        CometAPIUnsentRequestError: If it cannot.
    """
    if hasattr(timeout, "as_dict"):
        values = [*timeout.as_dict().values()]
    elif isinstance(timeout, (tuple, list)):
        values = [*timeout]
        if not 2 <= len(values) <= _TIMEOUTS:  # noqa: PLR2004
            values = [timeout]
    else:
        values = [timeout]
    for value in values:
        if value is not None and not _is_seconds(value):
            msg = (
                f"`timeout` is {timeout!r}; pass seconds, such as 60, or `(connect, read)`, and "
                "`None` for no limit."
            )
            raise CometAPIUnsentRequestError(msg)


def _is_seconds(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return 0 <= value <= _MAX_SECONDS  # not so for NaN


def check_retries(number: Any) -> None:
    """Check a number of retries.

    Raises:
        CometAPIUnsentRequestError: If it is not a number of retries.
    """
    if isinstance(number, bool) or not isinstance(number, int) or number < 0:
        msg = f"`max_retries` is {number!r}; pass a whole number, 0 for no retries."
        raise CometAPIUnsentRequestError(msg)


def check_http_client(client: Any, setting: str, base: str) -> None:
    """Check that the user's own client is one of a known HTTP library.

    Args:
        client: The client.
        setting: Where the user has set it.
        base: The name of its class: `Client`, or `AsyncClient`.

    Raises:
        CometAPIUnsentRequestError: If it is not.
    """
    libraries = [sys.modules[name] for name in ("httpx2", "httpx") if name in sys.modules]
    if not isinstance(client, tuple(getattr(library, base) for library in libraries)):
        msg = f"`{setting}` is a {type(client).__name__}; pass an `{httpx.__name__}.{base}(...)`."
        raise CometAPIUnsentRequestError(msg)


@lru_cache(maxsize=64)
def check_base_url(url: str) -> None:
    """Check that the HTTP library takes a base URL.

    Raises:
        CometAPIUnsentRequestError: If it does not.
    """
    try:
        httpx.URL(url)
    except (httpx.InvalidURL, ValueError) as error:
        msg = f"`base_url` (or COMETAPI_BASE_URL) is not a URL: {error}"
        msg = msg.encode("ascii", "backslashreplace").decode()
        raise CometAPIUnsentRequestError(msg) from None


@lru_cache(maxsize=64)
def is_proxy(url: str) -> bool:
    """Return whether a text is the URL of a proxy that the HTTP library knows."""
    try:
        proxy = httpx.Proxy(url)
    except (httpx.InvalidURL, ValueError):
        return False
    # Which it finds out when it connects, and aiohttp before.
    return bool(proxy.url.host) and (proxy.url.port is None or proxy.url.port <= 65535)  # noqa: PLR2004
