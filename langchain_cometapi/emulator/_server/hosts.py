"""The host names that the emulator answers to: this machine's, and those in `allowed_hosts`.

A web page can point its own name at 127.0.0.1 (DNS rebinding), and then a browser lets the page
read what the emulator has recorded. The request names the page's host, though.
"""

from __future__ import annotations

from collections.abc import Collection
from ipaddress import ip_address
from urllib.parse import urlsplit

from langchain_cometapi.emulator._errors import GatewayError

ANY_HOST = "*"
"""Allows every host."""

_WILDCARD_ADDRESSES = frozenset({"", "0.0.0.0", "::"})  # noqa: S104 - compared, not bound


def allowed_names(host: str, further: Collection[str]) -> frozenset[str]:
    """Return the names that are allowed besides those of this machine.

    Args:
        host: The address that the emulator listens on.
        further: Names that the user allows.
    """
    names = {host, *further} - _WILDCARD_ADDRESSES
    return frozenset(name.lower().rstrip(".") for name in names)


def check_host(header: str | None, allowed: Collection[str]) -> None:
    """Check that a request is meant for this emulator.

    Args:
        header: Its `Host`; a request without one comes from no browser.
        allowed: The result of `allowed_names`.

    Raises:
        GatewayError: If it is not.
    """
    if header is None or ANY_HOST in allowed:
        return
    name = _read_name(header)
    if name in allowed or _is_local(name):
        return
    msg = (
        f"the emulator does not know the host {header!r}; allow it with"
        " `CometAPIEmulator(allowed_hosts=[...])` or `--allowed-host`"
    )
    raise GatewayError(403, msg, kind="emulator_error")


def _read_name(header: str) -> str:
    try:
        return (urlsplit(f"//{header}").hostname or "").rstrip(".")
    except ValueError:
        return ""


def _is_local(name: str) -> bool:
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return False
