"""The headers of a request: its keys, the version of the API, the betas that it asks for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from langchain_cometapi.emulator._routes.messages.request.fields import refuse
from langchain_cometapi.emulator._rules.messages import API_VERSIONS

if TYPE_CHECKING:
    from collections.abc import Mapping

_BETA = r"[a-z0-9]+(-[a-z0-9]+)*-\d{4}-\d{2}-\d{2}"


def read_keys(headers: Mapping[str, str]) -> list[str]:
    """Return the keys that a request sends: one in `x-api-key`, one in `Authorization`, or both.

    Args:
        headers: The headers of a request, with lower-case names.
    """
    keys = [headers["x-api-key"]] if "x-api-key" in headers else []
    if "authorization" in headers:
        scheme, _, key = headers["authorization"].partition(" ")
        keys.append(key.strip() if scheme.lower() == "bearer" else "")
    return keys


def read_betas(headers: Mapping[str, str]) -> list[str]:
    """Return the betas that the headers ask for.

    Args:
        headers: The headers of a request, with lower-case names.

    Raises:
        GatewayError: If the version is missing or unknown, or a beta is unknown.
    """
    version = headers.get("anthropic-version")
    if version is None:
        refuse("anthropic-version", "header is required")
    if version not in API_VERSIONS:
        refuse("anthropic-version", f'"{version}" is not a valid version')
    named = headers.get("anthropic-beta", "").split(",")
    betas = [beta.strip() for beta in named if beta.strip()]
    wrong = [beta for beta in betas if not re.fullmatch(_BETA, beta)]
    if wrong:
        names = ", ".join(f"`{beta}`" for beta in wrong)
        refuse("", f"Unexpected value(s) {names} for the `anthropic-beta` header.")
    return betas


def has_beta(betas: list[str], *names: str) -> bool:
    """Return whether a request asks for one of several betas.

    Args:
        betas: The betas that it asks for.
        *names: Beginnings of their names, which are the same in each version.
    """
    return any(beta.startswith(names) for beta in betas)
