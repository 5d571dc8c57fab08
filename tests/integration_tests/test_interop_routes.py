"""Proxies and TLS: a model's request takes the way that one of the library's own client takes.

`make test_interop` runs this with both of the HTTP libraries.
"""

from __future__ import annotations

import asyncio
import urllib.request
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeAlias

import pytest
import trustme

from langchain_cometapi import ChatCometAPI, CometAPIConnectionError
from langchain_cometapi._client.sdk import httpx
from tests.integration_tests.callers import ASYNC, MODEL, WAYS, ask_anyhow
from tests.integration_tests.raw_host import Host
from tests.integration_tests.routes import answer_with, forward, identify, refuse

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

pytestmark = pytest.mark.interop

KEY = "sk-interop-0123456789"

_PROXY = "http://127.0.0.1:{proxy}"
_DEAD = "http://127.0.0.1:{dead}"
DEAD_ROUTE = {"ALL_PROXY": _DEAD}

ROUTES: list[tuple[dict[str, str], str]] = [
    ({}, ""),
    ({"HTTP_PROXY": _PROXY}, "http"),
    ({"http_proxy": _PROXY}, "http"),
    ({"HTTPS_PROXY": _PROXY}, "https"),
    ({"https_proxy": _PROXY}, "https"),
    ({"ALL_PROXY": _PROXY}, "http https"),
    ({"all_proxy": _PROXY}, "http https"),
    (DEAD_ROUTE, ""),
    ({"HTTP_PROXY": _DEAD, "http_proxy": _PROXY}, "http"),
    ({"HTTPS_PROXY": _DEAD, "https_proxy": _PROXY}, "https"),
    ({**DEAD_ROUTE, "HTTP_PROXY": _PROXY, "HTTPS_PROXY": _PROXY}, "http https"),
    ({"ALL_PROXY": "127.0.0.1:{proxy}"}, "http https"),
    ({"ALL_PROXY": "http://user:p%40ss@127.0.0.1:{proxy}"}, "http https"),
    ({"ALL_PROXY": _PROXY, "NO_PROXY": ""}, "http https"),
    ({"ALL_PROXY": _PROXY, "NO_PROXY": "*"}, ""),
    ({"ALL_PROXY": _PROXY, "no_proxy": "127.0.0.1, localhost"}, ""),
    ({"ALL_PROXY": _PROXY, "NO_PROXY": "localhost"}, "http"),
    ({"ALL_PROXY": _PROXY, "NO_PROXY": "http://127.0.0.1"}, "https"),
    ({"ALL_PROXY": _PROXY, "NO_PROXY": "elsewhere.example"}, "http https"),
]
"""Variables of the environment, and the schemes whose requests go through the proxy.

The host is 127.0.0.1 for HTTP, and localhost for HTTPS.
"""


@dataclass(frozen=True)
class Trip:
    """What a request met on its way."""

    at_proxy: list[tuple[str | None, ...]]
    at_host: list[str]
    outcome: str
    """`ok`, a status, or the name of the library's exception."""

    reason: str


def watch(host: Host, proxy: Host, send: Callable[[], object]) -> Trip:
    """Send a request, and return which way it took and how it ended."""
    host.requests.clear()
    proxy.requests.clear()
    try:
        send()
        outcome = reason = "ok"
    except Exception as error:  # noqa: BLE001 - to be compared
        outcome, reason = _describe(error)
    names = ("host", "authorization", "proxy-authorization")
    return Trip(
        [(request.line, *map(request.headers.get, names)) for request in proxy.requests],
        [request.line for request in host.requests],
        outcome,
        reason,
    )


def _describe(error: BaseException) -> tuple[str, str]:
    """Return the status that an exception stands for, or the library's exception behind it."""
    response = getattr(error, "response", None)
    if response is not None:
        return str(response.status_code), ""
    cause = error.__cause__ or error.__context__
    if isinstance(error, httpx.TransportError) or cause is None:
        return type(error).__name__, str(error)
    return _describe(cause)


def post(url: str, way: str, proxy: str | None) -> None:
    """Send a request by the library's own client, as a program without a model would."""
    options: dict[str, Any] = {"json": {}, "headers": {"authorization": f"Bearer {KEY}"}}

    async def send() -> httpx.Response:
        async with httpx.AsyncClient(proxy=proxy) as client:
            return await client.post(url, **options)

    if way in ASYNC:
        asyncio.run(send()).raise_for_status()
        return
    with httpx.Client(proxy=proxy) as client:
        client.post(url, **options).raise_for_status()


class Network:
    """Hosts whose authority is trusted, and the variables that say which way leads to them."""

    def __init__(self, authority: trustme.CA, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self._authority = authority
        self._folder = folder
        self._patch = patch
        for name in urllib.request.getproxies_environment().keys() | {"no"}:
            for variable in (f"{name}_proxy", f"{name}_proxy".upper()):
                patch.delenv(variable, raising=False)
        authority.cert_pem.write_to_path(str(folder / "trusted.pem"))
        trustme.CA().cert_pem.write_to_path(str(folder / "other.pem"))
        with Host(refuse) as gone:
            self._dead_port = gone.port

    def start_host(self, scheme: str, name: str = "localhost") -> Host:
        """Start a gateway; the name is the one that its certificate says."""
        tls = identify(self._authority, name) if scheme == "https" else None
        return Host(answer_with("home"), tls=tls)

    def set_route(self, variables: Mapping[str, str], proxy: Host) -> None:
        """Set variables of the environment."""
        for name, value in {"SSL_CERT_FILE": "{folder}/trusted.pem", **variables}.items():
            places = {"proxy": proxy.port, "dead": self._dead_port, "folder": self._folder}
            self._patch.setenv(name, value.format(**places))


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def network(authority: trustme.CA, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Network:
    return Network(authority, tmp_path, monkeypatch)


Compare: TypeAlias = "Callable[..., Trip]"


@pytest.fixture(
    params=[*((way, "httpx") for way in WAYS), *((way, "aiohttp") for way in ASYNC)],
    ids=" over ".join,
)
def compare(request: pytest.FixtureRequest) -> Compare:
    """Return how a request of the library's own client fares, after one of a model's did alike."""
    way, carrier = request.param

    def compare(host: Host, proxy: Host, openai_proxy: str | None = None) -> Trip:
        url = f"{host.url}/v1"
        model = ChatCometAPI(
            model=MODEL,
            api_key=KEY,
            base_url=url,
            max_retries=0,
            openai_proxy=openai_proxy,
            http_transport=carrier,
        )
        expected = watch(host, proxy, lambda: post(f"{url}/chat/completions", way, openai_proxy))
        with model:
            taken = watch(host, proxy, lambda: ask_anyhow(model, way))
        if carrier == "aiohttp":  # it says the same in other words
            expected = replace(expected, reason=taken.reason)
        assert taken == expected
        return taken

    return compare


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize(("variables", "proxied"), ROUTES, ids=str)
def test_proxies_of_the_environment_are_those_of_the_library(
    network: Network, variables: Mapping[str, str], proxied: str, scheme: str, compare: Compare
) -> None:
    with network.start_host(scheme) as host, Host(forward) as proxy:
        network.set_route(variables, proxy)
        trip = compare(host, proxy)
    assert bool(trip.at_proxy) == (scheme in proxied.split())
    assert trip.outcome == ("ConnectError" if variables == DEAD_ROUTE else "ok")


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("variables", [{}, {"NO_PROXY": "*"}, DEAD_ROUTE], ids=str)
@pytest.mark.parametrize("user", ["", "user:p%40ss@"])
def test_openai_proxy_is_used_as_the_library_uses_a_proxy(
    network: Network, variables: Mapping[str, str], user: str, scheme: str, compare: Compare
) -> None:
    with network.start_host(scheme) as host, Host(forward) as proxy:
        network.set_route(variables, proxy)
        trip = compare(host, proxy, f"http://{user}127.0.0.1:{proxy.port}")
    assert (len(trip.at_proxy), trip.outcome) == (1, "ok")


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_refusal_of_a_proxy_is_that_of_the_library(
    network: Network, scheme: str, compare: Compare
) -> None:
    with network.start_host(scheme) as host, Host(refuse) as proxy:
        network.set_route({"ALL_PROXY": _PROXY}, proxy)
        trip = compare(host, proxy)
    assert (len(trip.at_proxy), trip.at_host) == (1, [])
    assert trip.outcome == ("407" if scheme == "http" else "ProxyError")


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("scheme", ["http", "https"])
def test_socks_proxy_without_its_package_names_what_to_install(
    network: Network, scheme: str, way: str
) -> None:
    """The library alone raises an `ImportError`, which no handler of errors expects."""
    with network.start_host(scheme) as host, Host(refuse) as proxy:
        network.set_route({"ALL_PROXY": "socks5://127.0.0.1:{proxy}"}, proxy)
        with (
            ChatCometAPI(model=MODEL, api_key=KEY, base_url=f"{host.url}/v1") as model,
            pytest.raises(CometAPIConnectionError, match=r"\[socks\]"),
        ):
            ask_anyhow(model, way)
        assert (proxy.accepted, host.requests) == (0, [])


@pytest.mark.parametrize(
    ("file", "name", "reason"),
    [
        ("trusted.pem", "localhost", "ok"),
        ("other.pem", "localhost", "unable to get local issuer certificate"),
        ("trusted.pem", "elsewhere.example", "Hostname mismatch"),
        ("missing.pem", "localhost", "No such file"),
    ],
)
def test_tls_trust_is_that_of_the_library(
    network: Network, file: str, name: str, reason: str, compare: Compare
) -> None:
    with network.start_host("https", name) as host, Host(forward) as proxy:
        network.set_route({"SSL_CERT_FILE": f"{{folder}}/{file}"}, proxy)
        trip = compare(host, proxy)
    assert reason in trip.reason
    assert bool(trip.at_host) == (reason == "ok")
