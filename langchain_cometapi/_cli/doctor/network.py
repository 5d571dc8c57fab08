"""Checks of the way to the host: proxy, connection, TLS, clock, and whether it takes the key."""

from __future__ import annotations

import email.utils
import os
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from urllib.request import getproxies

from langchain_cometapi._cli.doctor.causes import (
    URL_SETTINGS,
    Cause,
    Proxy,
    Where,
    explain_proxy_status,
    find_cause,
)
from langchain_cometapi._cli.doctor.check import Check
from langchain_cometapi._client.error_advice import WRONG_PATH
from langchain_cometapi._client.errors import ErrorResponse
from langchain_cometapi._client.http_clients import TransportSettings, build_client
from langchain_cometapi._client.redaction import Redactor, clean_url
from langchain_cometapi._client.sdk import as_timeout, httpx
from langchain_cometapi._credentials import KEY_PAGE
from langchain_cometapi._version import __version__
from langchain_cometapi.exceptions import CometAPIConnectionError

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_SKEW = 30.0
"""Seconds that a clock may be wrong before it is worth a warning."""

_CONNECT_SECONDS = 10.0
_MAX_BYTES = 1024 * 1024
_CODINGS = frozenset({"content-encoding", "content-length", "transfer-encoding"})
_NETWORK_CHECKS = ("proxy", "connection", "tls", "clock")
_UNAUTHORIZED, _PROXY_AUTHENTICATION = 401, 407
_TRUST_VARIABLES = ("SSL_CERT_FILE", "SSL_CERT_DIR")
_PROXY_NAMES = ("http_proxy", "https_proxy", "all_proxy")


@dataclass
class Probe:
    """What one request for the list of models found out, with the key if there is one.

    Attributes:
        url: The base URL.
        proxy: The proxy that it went through.
        cause: Why there was no response.
        status: The status of the response.
        title: The title of the page that came in place of JSON; it may be empty.
        said: What an error body says.
        location: Where it redirects to.
        seconds: How long it took.
        skew: Seconds by which this clock is ahead of the server's.
        tls: The version of TLS.
    """

    url: str
    proxy: Proxy | None = None
    cause: Cause | None = None
    status: int | None = None
    title: str | None = None
    said: str | None = None
    location: str | None = None
    seconds: float = 0.0
    skew: float | None = None
    tls: str | None = None

    @property
    def is_key_refused(self) -> bool:
        """Whether the host does not know the key."""
        return self.status == _UNAUTHORIZED

    @property
    def is_key_accepted(self) -> bool:
        """Whether the host knows the key."""
        return self.status == httpx.codes.OK and self.title is None

    def checks(self) -> Iterator[Check]:
        """Yield the checks of the way to the host."""
        for name in _NETWORK_CHECKS:
            yield self._check(name)

    def _check(self, name: str) -> Check:
        failed = self.cause.where if self.cause else None
        if self.cause and failed == name:
            return Check(name, "failed", self.cause.what, self.cause.advice)
        if failed and _NETWORK_CHECKS.index(name) > _NETWORK_CHECKS.index(failed):
            return Check(name, "skipped", f"{_LABELS[failed]} failed")
        return {
            "proxy": self._check_proxy,
            "connection": self._check_connection,
            "tls": self._check_tls,
            "clock": self._check_clock,
        }[name]()

    def _check_proxy(self) -> Check:
        details = {"variable": self.proxy.name if self.proxy else None}
        if self.proxy is not None:
            message = f"{self.proxy.url} (from {self.proxy.name})"
            return Check("proxy", "ok", message, details=details)
        names = [name for name in _proxy_variables() if "no_proxy" not in name.lower()]
        message = f"none for this host, though {', '.join(names)} is set" if names else "none"
        return Check("proxy", "ok", message, details=details)

    def _check_connection(self) -> Check:
        if self.cause is not None:  # what failed comes later, and needs a connection
            if self.cause.is_setting:
                return Check("connection", "skipped", "TLS cannot be set up")
            return Check("connection", "ok", "the host accepts connections")
        details = {"seconds": round(self.seconds, 3), "status": self.status}
        said = f"GET /models took {self.seconds:.2f} s"
        if self.location is not None:
            message = f"{said}, and redirects to {self.location}, which is never followed."
            advice = f"If you trust where it leads, correct {URL_SETTINGS}."
            return Check("connection", "warning", message, advice, details)
        if self.title is not None:
            page = f' ("{self.title}")' if self.title else ""
            message = f"{said}, and returned an HTML page{page} with status {self.status}."
            return Check("connection", "warning", message, WRONG_PATH, details)
        if self.status in {200, _UNAUTHORIZED}:
            return Check("connection", "ok", said, details=details)
        message = f"{said}, and returned status {self.status}: {self.said or 'no message'}"
        is_path = self.status in {404, 405}
        return Check("connection", "warning", message, WRONG_PATH if is_path else None, details)

    def _check_tls(self) -> Check:
        host = urlsplit(self.url).hostname or ""
        if self.tls is not None:
            trusted = next(
                (n for n in ("SSL_CERT_FILE", "SSL_CERT_DIR") if os.environ.get(n)), None
            )
            by = f"by the certificates of {trusted}" if trusted else "by those this machine trusts"
            return Check("tls", "ok", f"verified {by}, {self.tls}", details={"version": self.tls})
        if _is_local(host):
            return Check("tls", "ok", "none, and none is needed: the host is this machine")
        return Check(
            "tls",
            "warning",
            "none: key and texts can be read on their way.",
            f"Use https:// in {URL_SETTINGS}.",
        )

    def _check_clock(self) -> Check:
        if self.skew is None:
            return Check("clock", "skipped", "the response has no date")
        details = {"skew_seconds": round(self.skew, 1)}
        if abs(self.skew) <= MAX_SKEW:
            message = f"within {max(1, round(abs(self.skew)))} s of the host's"
            return Check("clock", "ok", message, details=details)
        direction = "ahead of" if self.skew > 0 else "behind"
        return Check(
            "clock",
            "warning",
            f"{abs(self.skew):.0f} s {direction} the host's.",
            "Set the clock of this machine: with a wrong one certificates seem invalid, and waits "
            "are too long or too short.",
            details,
        )


_LABELS = {"proxy": "the proxy", "connection": "the connection", "tls": "TLS"}


def refuse_key(probe: Probe, origin: str | None) -> Check:
    """Return the check of a key that the host does not know."""
    message = f"{origin}: the host does not accept it. HTTP {probe.status}: {probe.said}"
    variable = (origin or "COMETAPI_KEY").removeprefix("from ")
    advice = f"Correct {variable}; create keys at {KEY_PAGE}."
    return Check("key", "failed", message, advice, {"origin": origin})


def probe_host(url: str, key: str | None, timeout: float) -> Probe:
    """Ask a host for its models, over the connections that models use.

    Args:
        url: The base URL.
        key: The key, if there is one.
        timeout: Seconds to wait.
    """
    probe = Probe(url)
    try:
        client = build_client(TransportSettings())
    except CometAPIConnectionError as error:
        where: Where = "tls" if isinstance(error.__cause__, OSError) else "proxy"
        advice = "Correct the variable, or unset it."
        probe.cause = Cause(where, str(error), advice, is_setting=True)
        return probe
    with client:
        probe.proxy = find_proxy(client, url)
        headers = {"accept": "application/json", "user-agent": f"langchain-cometapi/{__version__}"}
        if key is not None:
            headers["authorization"] = f"Bearer {key}"
        limits = as_timeout((min(_CONNECT_SECONDS, timeout), timeout, timeout, timeout))
        request = client.build_request("GET", f"{url}/models", headers=headers, timeout=limits)
        started = time.monotonic()
        try:
            response = client.send(request, stream=True, follow_redirects=False)
            try:
                probe.tls = _tls_version(response)
                response = _read_whole(response, started + timeout)
            finally:
                response.close()
        except httpx.HTTPError as error:
            probe.cause = find_cause(error, url=url, proxy=probe.proxy, timeout=timeout)
            return probe
        probe.seconds = time.monotonic() - started
    _read(probe, response)
    return probe


def _read_whole(response: Any, deadline: float) -> Any:
    """Return a response with its body, as far as that is looked at.

    Raises:
        ReadTimeout: If it does not end in time, though bytes keep coming.
    """
    content = bytearray()
    try:
        for piece in response.iter_bytes():
            content += piece
            if len(content) > _MAX_BYTES:
                break
            if time.monotonic() > deadline:
                msg = "The body does not end."
                raise httpx.ReadTimeout(msg, request=response.request)
    finally:
        response.close()
    kept = [(k, v) for k, v in response.headers.multi_items() if k not in _CODINGS]
    return httpx.Response(
        response.status_code, headers=kept, content=bytes(content), request=response.request
    )


def _read(probe: Probe, response: Any) -> None:
    """Read what a response says, without the secrets of its request."""
    probe.status = response.status_code
    probe.skew = _read_skew(response.headers, datetime.now(UTC))
    if response.has_redirect_location:
        probe.location = clean_url(response.headers.get("location")) or "no location"
        return
    if probe.status == _PROXY_AUTHENTICATION and probe.proxy is not None:
        probe.cause = explain_proxy_status(
            probe.status, f"{probe.status} {response.reason_phrase}".strip(), probe.proxy
        )
        return
    secrets = Redactor(response.request)
    parsed = ErrorResponse(response)
    probe.title = None if parsed.title is None else secrets.text(parsed.title)
    if probe.status != httpx.codes.OK:
        probe.said = secrets.text(parsed.read.message or "")


def _read_skew(headers: Any, now: datetime) -> float | None:
    """Return the seconds by which this clock is ahead, as far as a response tells."""
    try:
        sent = email.utils.parsedate_to_datetime(headers["date"])
        age = float(headers.get("age", 0))  # of a response that a cache has kept
    except (KeyError, TypeError, ValueError):
        return None
    if sent.tzinfo is None:
        sent = sent.replace(tzinfo=UTC)
    return (now - sent).total_seconds() - age


def _tls_version(response: Any) -> str | None:
    stream = response.extensions.get("network_stream")
    connection = None if stream is None else stream.get_extra_info("ssl_object")
    return None if connection is None else str(connection.version())


def find_proxy(client: Any, url: str) -> Proxy | None:
    """Return the proxy that the HTTP library takes for a URL, without its password."""
    if client._transport_for_url(httpx.URL(url)) is client._transport:
        return None
    scheme = urlsplit(url).scheme
    found = getproxies()
    kind = scheme if scheme in found else "all"
    names = [name for name in _proxy_variables() if name.lower() == f"{kind}_proxy"]
    address = found.get(kind, "")
    shown = clean_url(address if "://" in address else f"http://{address}")
    return Proxy(names[0] if names else "the settings of the system", shown or "of an odd URL")


def _proxy_variables() -> list[str]:
    """Return the variables about proxies that are set; of two, the one in lower case counts."""
    names = [name for name in os.environ if name.lower() in _PROXY_NAMES and os.environ[name]]
    return sorted(names, reverse=True)


def _is_local(host: str) -> bool:
    if host.rstrip(".").lower() == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
