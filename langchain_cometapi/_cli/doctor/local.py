"""Checks of this machine: versions, key and base URL."""

from __future__ import annotations

import os
import platform
import sys
from importlib import metadata
from typing import TYPE_CHECKING

from pydantic import SecretStr

from langchain_cometapi._cli.doctor.check import Check
from langchain_cometapi._credentials import (
    API_KEY_VARIABLES,
    BASE_URL_VARIABLES,
    DEFAULT_BASE_URL,
    KEY_PAGE,
    resolve_api_key,
    resolve_base_url,
)
from langchain_cometapi._version import __version__
from langchain_cometapi.exceptions import CometAPIError, CometAPIInvalidKeyError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from packaging.requirements import Requirement

    from langchain_cometapi._cli.options import Service

PACKAGE = "langchain-cometapi"
_COMET_ML = "COMET_API_KEY"
_OLDEST_PYTHON = (3, 11)


def check_versions() -> Check:
    """Check the versions of Python and of the packages that requests depend on."""
    from langchain_cometapi._client.sdk import httpx

    library = httpx.__name__
    versions = {"python": platform.python_version(), PACKAGE: __version__}
    for name in ("langchain-core", "langchain-openai", "openai", library):
        versions[name] = metadata.version(name)
    wrong = find_misfits(versions)
    if sys.version_info < _OLDEST_PYTHON:
        wrong.append(f"Python {versions['python']} (needs 3.11 or later)")
    message = ", ".join(
        f"{'Python' if name == 'python' else name} {version}" for name, version in versions.items()
    )
    if not wrong:
        return Check("versions", "ok", message, details=versions)
    return Check(
        "versions",
        "failed",
        f"{message}. These do not fit: {'; '.join(wrong)}.",
        f'pip install --upgrade "{PACKAGE}"',
        versions,
    )


def find_misfits(versions: Mapping[str, str], extra: str = "") -> list[str]:
    """Return which of these versions another package does not accept, in words.

    Args:
        versions: The installed versions, by package.
        extra: The extra of this package whose requirements are asked, too.
    """
    known = dict(versions)
    if extra:  # it may ask for a newer SDK than the package itself
        known["openai"] = metadata.version("openai")
    return [
        f"{requirement.name} {known[requirement.name]} (needs {requirement.specifier})"
        for requirement in _requirements(extra)
        if requirement.name in known
        and not requirement.specifier.contains(known[requirement.name], prereleases=True)
    ]


def _requirements(extra: str) -> Iterator[Requirement]:
    """Yield what the packages that requests depend on ask for, as far as that is known."""
    from packaging.requirements import Requirement

    for package in (PACKAGE, "langchain-openai", "openai"):
        try:
            texts = metadata.requires(package) or []
        except metadata.PackageNotFoundError:  # it runs from its sources
            continue
        for text in texts:
            requirement = Requirement(text)
            if requirement.marker is None or requirement.marker.evaluate({"extra": extra}):
                yield requirement


def _set_variables(names: tuple[str, ...]) -> list[str]:
    return [name for name in names if os.environ.get(name, "").strip()]


def check_base_url(service: Service) -> tuple[Check, str | None]:
    """Check the base URL, and return what requests are sent to."""
    name = next(iter(_set_variables(BASE_URL_VARIABLES)), None)
    if service.is_emulator:
        origin, entered = "the emulator's", service.base_url
    elif service.base_url is not None:
        origin, entered = "from --base-url", service.base_url
    elif name is not None:
        origin, entered = f"from {name}", os.environ[name]
    else:
        origin, entered = "the default", DEFAULT_BASE_URL
    try:
        url = resolve_base_url(service.base_url)
    except CometAPIError as error:  # it may have a password, and is not quoted
        advice = "Correct it, or unset it to use the default." if name else None
        return Check("base_url", "failed", f"{origin}: {error}", advice), None
    details = {"origin": origin, "base_url": url}
    written = (entered or "").strip()
    if written == url:
        return Check("base_url", "ok", f"{url} ({origin})", details=details), url
    message = f"{url} ({origin}, which says {written})"
    return Check("base_url", "ok", message, details=details), url


def find_key_origin(service: Service) -> str | None:
    """Return where the key is from, for people."""
    if service.is_emulator:
        return "the emulator's"
    names = _set_variables(API_KEY_VARIABLES)
    return f"from {names[0]}" if names else None


def check_key(service: Service) -> Check:
    """Check that there is a key which can be one; it is not sent, and not shown."""
    origin = find_key_origin(service)
    try:
        resolve_api_key(service.api_key)
    except CometAPIInvalidKeyError as error:
        if origin is not None:
            return Check("key", "failed", f"{origin}: {error}")
        message = f"None of {' and '.join(API_KEY_VARIABLES)} is set."
        advice = f"Set COMETAPI_KEY; create keys at {KEY_PAGE}."
        if _set_variables((_COMET_ML,)):
            message += f" {_COMET_ML} is set, which belongs to Comet ML and is never read."
            advice += f" If {_COMET_ML} has a CometAPI key, set COMETAPI_KEY to it."
        return Check("key", "failed", message, advice)
    names = _set_variables(API_KEY_VARIABLES)
    values = {os.environ[name].strip() for name in names}
    message = f"{origin}"
    if not service.is_emulator and len(values) > 1:
        message += f"; {names[1]} has another one, which is not read"
    return Check("key", "ok", message, details={"origin": origin})


def find_key(service: Service) -> str | None:
    """Return the key, to be sent and never shown; `None` if there is none that can be one."""
    try:
        key = resolve_api_key(service.api_key)
    except CometAPIInvalidKeyError:
        return None
    return key.get_secret_value() if isinstance(key, SecretStr) else None
