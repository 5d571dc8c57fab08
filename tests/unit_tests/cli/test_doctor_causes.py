"""Why a connection failed: each cause is named, belongs to a check, and has advice."""

from __future__ import annotations

import errno
import os
import socket
import ssl
from typing import Any

import pytest

from langchain_cometapi._cli.doctor.causes import Proxy, explain_proxy_status, find_cause
from langchain_cometapi._client.sdk import httpx

URL = "https://gateway.example/v1"
PROXY = Proxy("HTTPS_PROXY", "http://proxy.example:3128")


def wrap(inner: BaseException, outer: type[Exception] = httpx.ConnectError) -> BaseException:
    """Return the library's exception that was raised from another one."""
    error = outer(str(inner))
    error.__cause__ = inner
    return error


def os_error(number: int) -> OSError:
    return OSError(number, os.strerror(number))


def refuse_certificate(code: int, message: str) -> BaseException:
    error: Any = ssl.SSLCertVerificationError(1, f"certificate verify failed: {message}")
    error.verify_code, error.verify_message = code, message
    return wrap(error)


def fail_tls(reason: str) -> BaseException:
    error = ssl.SSLError(1, f"[SSL: {reason}] the end")
    error.reason = reason
    return wrap(error)


FAILURES = [
    (wrap(socket.gaierror(-2, "Name or service not known")), "was not found: Name", "HTTPS_PROXY"),
    (wrap(os_error(errno.ECONNREFUSED)), "refuses connections", "host and port"),
    (wrap(os_error(errno.ENETUNREACH)), "cannot be reached", "the network"),
    (wrap(os_error(errno.EHOSTUNREACH)), "cannot be reached", "the network"),
    (httpx.ConnectTimeout("timed out"), "did not accept a connection in time", "firewall"),
    (httpx.ReadTimeout("timed out"), "no complete response in 5 s", "--timeout"),
    (wrap(os_error(errno.ECONNRESET), httpx.ReadError), "closed the connection", "https"),
    (httpx.RemoteProtocolError("Server disconnected"), "closed the connection", "https"),
    (httpx.ConnectError("odd"), "connected to: odd.", "host and port"),
]


@pytest.mark.parametrize(("error", "what", "advice"), FAILURES)
def test_failure_is_one_of_the_connection_or_else_of_the_proxy(
    error: BaseException, what: str, advice: str
) -> None:
    direct, proxied = (
        find_cause(error, url=URL, proxy=proxy, timeout=5) for proxy in (None, PROXY)
    )
    assert (direct.where, proxied.where) == ("connection", "proxy")
    assert what in direct.what
    assert what in proxied.what
    assert "gateway.example" in direct.what
    assert PROXY.url in proxied.what
    assert advice in direct.advice
    assert "Correct or unset HTTPS_PROXY" in proxied.advice
    assert "NO_PROXY" in proxied.advice


@pytest.mark.parametrize("proxy", [None, PROXY], ids=["direct", "proxy"])
@pytest.mark.parametrize(
    ("error", "what", "advice"),
    [
        (refuse_certificate(18, "self-signed certificate"), "does not trust", "SSL_CERT_FILE"),
        (refuse_certificate(19, "self-signed in chain"), "does not trust", "SSL_CERT_FILE"),
        (refuse_certificate(20, "unable to get issuer"), "does not trust", "SSL_CERT_FILE"),
        (refuse_certificate(10, "certificate has expired"), "has expired", "clock"),
        (refuse_certificate(9, "not yet valid"), "not valid yet", "clock"),
        (refuse_certificate(62, "Hostname mismatch"), "another host", "--base-url"),
        (refuse_certificate(7, "bad signature"), "not accepted: bad signature", "SSL_CERT_FILE"),
        (fail_tls("WRONG_VERSION_NUMBER"), "no TLS connection: WRONG_VERSION", "http in place of"),
    ],
)
def test_failure_of_tls_is_named(
    error: BaseException, what: str, advice: str, proxy: Proxy | None
) -> None:
    cause = find_cause(error, url=URL, proxy=proxy, timeout=5)
    assert cause.where == "tls"
    assert what in cause.what
    assert advice in cause.advice


@pytest.mark.parametrize(
    ("reason", "advice"),
    [
        ("407 Proxy Authentication Required", "http://user:password@host:port"),
        ("403 Forbidden", "to allow the host"),
        ("502 Bad Gateway", "does not reach the host"),
        ("odd", "to allow the host"),
    ],
)
def test_refusal_of_a_proxy_has_its_status(reason: str, advice: str) -> None:
    cause = find_cause(httpx.ProxyError(reason), url=URL, proxy=PROXY, timeout=5)
    assert (cause.where, cause.what) == (
        "proxy",
        f"The proxy {PROXY.url} refused the connection: {reason}.",
    )
    assert advice in cause.advice


def test_refusal_without_a_tunnel_is_explained_alike() -> None:
    cause = explain_proxy_status(407, "407 Any", PROXY)
    assert cause == find_cause(httpx.ProxyError("407 Any"), url=URL, proxy=PROXY, timeout=5)
