"""Key and base URL: from arguments, else from `COMETAPI_*`, and from nothing else.

The names and the rules (explicit beats environment, an explicit blank is an error, a
blank variable counts as unset, white space and a BOM are stripped) are those of the
vendor's own SDK, `cometapi` 0.1.4 (read 2026-11). `COMETAPI_API_KEY` and
`COMETAPI_API_BASE` are what LlamaIndex and LiteLLM users have set already.

`COMET_API_KEY` is never read: it belongs to Comet ML, and sending it here would hand one
company's secret to another.
"""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable
from functools import lru_cache
from typing import TypeAlias, cast
from urllib.parse import urlsplit, urlunsplit

from pydantic import SecretStr

from langchain_cometapi.exceptions import CometAPIInvalidKeyError, CometAPIUnsentRequestError

DEFAULT_BASE_URL = "https://api.cometapi.com/v1"
KEY_PAGE = "https://www.cometapi.com/console/token"
MODEL_LIST_URL = "https://api.cometapi.com/api/models"

API_KEY_VARIABLES = ("COMETAPI_KEY", "COMETAPI_API_KEY")
BASE_URL_VARIABLES = ("COMETAPI_BASE_URL", "COMETAPI_API_BASE")

APIKey: TypeAlias = SecretStr | Callable[[], str] | Callable[[], Awaitable[str]]

_COMET_ML_VARIABLE = "COMET_API_KEY"

_BLANK = " \t\r\n\f\v\ufeff"


class EnvironmentKey(SecretStr):
    """A key that was read from the environment, and that no pickle contains.

    A pickle of it becomes the key of the environment where it is loaded.
    """

    def __reduce__(self) -> tuple[Callable[[], EnvironmentKey], tuple[()]]:
        return _read_environment, ()

    def __copy__(self) -> EnvironmentKey:
        return self

    def __deepcopy__(self, _: object) -> EnvironmentKey:
        return self

    def __eq__(self, other: object) -> bool:
        """Compare by the key, whatever it was read from."""
        if not isinstance(other, SecretStr):
            return NotImplemented
        return self.get_secret_value() == other.get_secret_value()

    __hash__ = SecretStr.__hash__


def _read_environment() -> EnvironmentKey:
    try:
        key = resolve_api_key(None)
    except CometAPIInvalidKeyError as error:
        msg = f"It was pickled without the key of its environment. {error}"
        raise CometAPIInvalidKeyError(msg) from None
    return cast("EnvironmentKey", key)


def _first_set(variables: tuple[str, ...]) -> str | None:
    for variable in variables:
        if value := os.environ.get(variable, "").strip(_BLANK):
            return value
    return None


def resolve_api_key(explicit: APIKey | str | None) -> APIKey:
    """Return the key to use.

    Args:
        explicit: What the user passed, or `None`.

    Returns:
        The stripped key, or the user's callable untouched.

    Raises:
        CometAPIInvalidKeyError: If the explicit key is blank, or if there is no key at all.
    """
    if explicit is None:
        value = _first_set(API_KEY_VARIABLES)
        if value is None:
            msg = (
                "No CometAPI key: pass `api_key`, or set the environment variable "
                f"{' or '.join(API_KEY_VARIABLES)}. Create keys at {KEY_PAGE}."
            )
            raise CometAPIInvalidKeyError(f"{msg} {describe_unread_key()}".rstrip())
        return EnvironmentKey(check_key(value))
    if isinstance(explicit, EnvironmentKey):
        return explicit
    if isinstance(explicit, str):
        explicit = SecretStr(explicit)
    if not isinstance(explicit, SecretStr):
        return explicit
    value = explicit.get_secret_value().strip(_BLANK)
    if not value:
        msg = (
            "`api_key` is blank. Pass a CometAPI key, or leave it out to use the environment "
            f"variable {' or '.join(API_KEY_VARIABLES)}. Create keys at {KEY_PAGE}."
        )
        raise CometAPIInvalidKeyError(msg)
    check_key(value)
    return explicit if value == explicit.get_secret_value() else SecretStr(value)


def describe_unread_key() -> str:
    """Return what to do if `COMET_API_KEY` is the only variable for a key; else an empty text."""
    if _first_set(API_KEY_VARIABLES) is not None or _first_set((_COMET_ML_VARIABLE,)) is None:
        return ""
    return (
        f"{_COMET_ML_VARIABLE} is set, but is not read, because it is the variable of Comet ML: "
        f"if it holds a key of CometAPI, set {API_KEY_VARIABLES[0]} to that."
    )


def check_key(key: str) -> str:
    """Return the key if a header can contain it.

    Raises:
        CometAPIInvalidKeyError: If not. The HTTP library would raise too, and quote the key.
    """
    if key.isascii() and key.isprintable() and " " not in key:
        return key
    msg = (
        "`api_key` (or COMETAPI_KEY) contains a blank, a line break or another character that no "
        f"key has; more than the key may have been pasted. Create keys at {KEY_PAGE}."
    )
    raise CometAPIInvalidKeyError(msg)


def resolve_base_url(explicit: str | None) -> str:
    """Return the base URL to use, with its version path and without a closing slash.

    Args:
        explicit: What the user passed, or `None`.

    Raises:
        CometAPIUnsentRequestError: If the explicit URL is blank, or is not an HTTP URL.
    """
    if explicit is None:
        return normalize_base_url(_first_set(BASE_URL_VARIABLES) or DEFAULT_BASE_URL)
    value = explicit.strip(_BLANK)
    if not value:
        msg = (
            "`base_url` is blank. Pass a URL, or leave it out to use the environment variable "
            f"{' or '.join(BASE_URL_VARIABLES)}, else {DEFAULT_BASE_URL}."
        )
        raise CometAPIUnsentRequestError(msg)
    return normalize_base_url(value)


@lru_cache(maxsize=64)
def normalize_base_url(url: str) -> str:
    """Return a base URL with the usual mistakes repaired.

    A bare host gets `/v1`: without it the service responds with an HTML page, not with an
    error (facts of 2026-11, section 3.2). A pasted endpoint loses `/chat/completions`.
    """
    try:
        parts = urlsplit(url if "://" in url else f"https://{url}")
        is_usable = parts.scheme in {"http", "https"} and _is_host(parts.hostname, parts.port)
    except ValueError:
        is_usable = False
    if not is_usable:
        msg = (
            "`base_url` (or COMETAPI_BASE_URL) is not an HTTP URL with a host and, if any, a port "
            f"from 0 to 65535; expected something like {DEFAULT_BASE_URL}."
        )
        raise CometAPIUnsentRequestError(msg)
    if parts.username is not None or parts.password is not None:
        msg = (
            "`base_url` (or COMETAPI_BASE_URL) has a user name or a password, which logs would "
            "show. Leave them out; a host that wants them takes "
            '`default_headers={"Authorization": "Basic ..."}`, which is sent instead of the key.'
        )
        raise CometAPIUnsentRequestError(msg)
    if parts.query or parts.fragment:
        msg = (
            "`base_url` (or COMETAPI_BASE_URL) has a query or a fragment, which would stand before "
            "the path of each request. Pass query parameters as `default_query`."
        )
        raise CometAPIUnsentRequestError(msg)
    path = parts.path.rstrip("/").removesuffix("/chat/completions") or "/v1"
    return urlunsplit((parts.scheme, parts.netloc, path, "", ""))


def _is_host(host: str | None, _: int | None) -> bool:
    """Whether a host can be looked up, and has a port in range, which reading it has checked.

    Raises:
        ValueError: If it cannot.
    """
    if not host or any(character.isspace() or character == "\\" for character in host):
        return False
    if ":" not in host:
        host.encode("idna")  # a label that is empty or too long is an error
    return True


def output_version_from_env() -> str | None:
    """Return `LC_OUTPUT_VERSION`, LangChain's own variable, where it has a meaning here.

    `responses/v1` is what the Responses route returns by default, and the chat route lacks it.
    """
    value = os.environ.get("LC_OUTPUT_VERSION", "").strip(_BLANK)
    return value if value in {"v0", "v1"} else None
