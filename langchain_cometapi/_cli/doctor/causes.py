"""Why a connection failed, and what to do about it."""

from __future__ import annotations

import errno
import socket
import ssl
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterator

Where = Literal["proxy", "connection", "tls"]

_MAX_CHAIN = 20
_UNREACHABLE = frozenset({errno.ENETUNREACH, errno.EHOSTUNREACH, errno.ENETDOWN})
_BROKEN = frozenset({"ReadError", "WriteError", "RemoteProtocolError", "LocalProtocolError"})
"""Names of the HTTP library's exceptions for a connection that was made, and then broke."""
_SILENT = frozenset({"ReadTimeout", "WriteTimeout", "PoolTimeout", "CometAPITimeoutError"})
"""Names of the exceptions for one on which nothing more came."""

# OpenSSL, `X509_V_ERR_*`.
_NOT_YET_VALID = 9
_EXPIRED = 10
_UNTRUSTED = frozenset({18, 19, 20, 21})
_OTHER_HOST = frozenset({62, 64})

URL_SETTINGS = "--base-url or COMETAPI_BASE_URL"
"""Where a wrong base URL is corrected."""

_PROXY_AUTHENTICATION = 407
_FIRST_SERVER_ERROR = 500

_TRUST = (
    "If you know this host, or a proxy that opens TLS stands in between: save the certificate of "
    "its authority as a PEM file, and set SSL_CERT_FILE to the path of the file."
)


@dataclass(frozen=True)
class Proxy:
    """The proxy of a request, without its password.

    Attributes:
        name: The variable that names it, or what else does.
        url: Its URL.
    """

    name: str
    url: str


_UNKNOWN_PROXY = Proxy("the settings of the system", "of the system")


@dataclass(frozen=True)
class Cause:
    """Why a connection failed.

    Attributes:
        where: The check that it belongs to.
        what: What happened.
        advice: What to do.
        is_setting: Whether it was found before anything was sent.
    """

    where: Where
    what: str
    advice: str
    is_setting: bool = False


def chain(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error, and those that led to it."""
    for _ in range(_MAX_CHAIN):
        if error is None:
            return
        yield error
        error = error.__cause__ or error.__context__


def find_cause(error: BaseException, *, url: str, proxy: Proxy | None, timeout: float) -> Cause:
    """Return why a connection to a URL failed.

    Args:
        error: The exception of the HTTP library, or one that was raised from it.
        url: The base URL.
        proxy: The proxy that the request goes through.
        timeout: Seconds that were waited.
    """
    found = list(chain(error))
    tls = next((one for one in found if isinstance(one, ssl.SSLError)), None)
    if tls is not None:
        return _explain_tls(tls, proxy)
    names = {type(one).__name__ for one in found}
    if "ProxyError" in names:
        return _explain_refusal(found, proxy)
    peer = _Peer.find(url, proxy)
    what, question = _describe(found, names, peer.name, timeout)
    return Cause(peer.where, what, f"{question} {peer.advice}".lstrip())


def _describe(
    found: list[BaseException], names: set[str], peer: str, timeout: float
) -> tuple[str, str]:
    """Return what happened, and a question that may lead to the reason."""
    broken = next((one for one in found if isinstance(one, OSError) and one.errno), None)
    table = (
        (
            isinstance(broken, socket.gaierror),
            f"{peer} was not found: {getattr(broken, 'strerror', '')}.",
            "",
        ),
        (
            isinstance(broken, ConnectionRefusedError),
            f"{peer} refuses connections: nothing listens there.",
            "",
        ),
        (
            broken is not None and broken.errno in _UNREACHABLE,
            f"{peer} cannot be reached: {getattr(broken, 'strerror', '')}.",
            "",
        ),
        (
            "ConnectTimeout" in names,
            f"{peer} did not accept a connection in time.",
            "Does a firewall drop it?",
        ),
        (
            bool(names & _SILENT),
            f"{peer} accepted a connection, and sent no complete response in {timeout:g} s.",
            "Is it a gateway? If it is only slow, raise --timeout.",
        ),
        (
            bool(names & _BROKEN),
            f"{peer} closed the connection in place of a response.",
            "Does it speak https in place of http?",
        ),
        (True, f"{peer} could not be connected to: {_innermost(found)}", ""),
    )
    return next((what, question) for holds, what, question in table if holds)


@dataclass(frozen=True)
class _Peer:
    """Whom a connection is made to, the check of that, and where to correct it."""

    name: str
    where: Where
    advice: str

    @classmethod
    def find(cls, url: str, proxy: Proxy | None) -> _Peer:
        if proxy is None:
            advice = (
                f"Check host and port in {URL_SETTINGS}, and the network; if a proxy is the only "
                "way out, set HTTPS_PROXY."
            )
            return cls(f"The host {urlsplit(url).netloc}", "connection", advice)
        advice = (
            f"Correct or unset {proxy.name}, or put the host into NO_PROXY if it is reached "
            "without a proxy."
        )
        return cls(f"The proxy {proxy.url}", "proxy", advice)


def _explain_tls(error: ssl.SSLError, proxy: Proxy | None) -> Cause:
    code = getattr(error, "verify_code", None)
    reason = str(getattr(error, "verify_message", "") or error.reason or error)
    if code in _UNTRUSTED:
        return Cause("tls", f"This machine does not trust the certificate: {reason}.", _TRUST)
    if code in _OTHER_HOST:
        what = f"The certificate is that of another host: {reason}"
        return Cause("tls", what, f"Check the host in {URL_SETTINGS}.")
    if code == _EXPIRED:
        advice = "Check the clock of this machine; if it is right, the host must renew it."
        return Cause("tls", "The certificate has expired.", advice)
    if code == _NOT_YET_VALID:
        what = "The certificate is not valid yet."
        return Cause("tls", what, "The clock of this machine is slow: set it.")
    if isinstance(error, ssl.SSLCertVerificationError):
        return Cause("tls", f"The certificate was not accepted: {reason}", _TRUST)
    what = f"There is no TLS connection: {reason}"
    advice = "Does the host speak http in place of https at this port?"
    if proxy is not None:
        advice += f" Is the proxy of {proxy.name} itself reached by http://?"
    return Cause("tls", what, advice)


def explain_proxy_status(status: int | None, reason: str, proxy: Proxy) -> Cause:
    """Return what a proxy means that does not let a request through.

    Args:
        status: Its status.
        reason: Its status and phrase.
        proxy: The proxy.
    """
    what = f"The proxy {proxy.url} refused the connection: {reason}."
    if status == _PROXY_AUTHENTICATION:
        advice = (
            f"Put user and password into {proxy.name}: http://user:password@host:port, with "
            "special characters percent-encoded."
        )
    elif status is not None and status >= _FIRST_SERVER_ERROR:
        advice = f"The proxy does not reach the host. Check the host in {URL_SETTINGS}."
    else:
        advice = (
            f"Ask who runs the proxy to allow the host; else correct or unset {proxy.name}, or put "
            "the host into NO_PROXY."
        )
    return Cause("proxy", what, advice)


def _explain_refusal(found: list[BaseException], proxy: Proxy | None) -> Cause:
    # The library says no more than "407 Proxy Authentication Required".
    reason = next((str(one) for one in found if str(one)), "no reason")
    number = reason.partition(" ")[0]
    status = int(number) if number.isdecimal() else None
    return explain_proxy_status(status, reason, proxy or _UNKNOWN_PROXY)


def _innermost(found: list[BaseException]) -> str:
    texts = [str(one) for one in found if str(one)]
    return f"{texts[-1].rstrip('.')}." if texts else f"{type(found[-1]).__name__}."
