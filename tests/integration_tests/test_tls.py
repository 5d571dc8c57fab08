"""TLS: a model trusts whom `SSL_CERT_FILE` names, and says why it does not trust another."""

from __future__ import annotations

import asyncio
import gc
import socket
import ssl
import sys
from typing import TYPE_CHECKING

import pytest
import trustme

from langchain_cometapi import ChatCometAPI, CometAPIConnectionError, catalog
from langchain_cometapi._client import http_clients as _http_clients
from langchain_cometapi._client import pools as _pools
from tests.integration_tests.callers import WAYS, ask_anyhow
from tests.integration_tests.raw_host import Host, answering, echo, reply
from tests.integration_tests.routes import identify

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.integration_tests.raw_callers import Caller
    from tests.integration_tests.raw_host import Line


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def _trusted(
    authority: trustme.CA,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    quick_collections: None,
) -> Iterator[None]:
    """The authority is the only one that models trust."""
    path = tmp_path / "authority.pem"
    authority.cert_pem.write_to_path(str(path))
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    monkeypatch.setattr(_http_clients, "_ssl_contexts", {})
    yield
    _pools.sync_pools.close()
    gc.collect()  # a warning about anything not closed is an error


def prefer_http2(authority: trustme.CA, name: str = "localhost") -> ssl.SSLContext:
    """Return the TLS context of a host of this name, which would rather speak HTTP/2."""
    context = identify(authority, name)
    context.set_alpn_protocols(["h2", "http/1.1"])
    return context


def converse(line: Line) -> None:
    """Answer as a model does, whole or in a stream."""
    assert isinstance(line.socket, ssl.SSLSocket)
    assert line.socket.selected_alpn_protocol() == "http/1.1"
    echo(line)


def build(host: Host) -> ChatCometAPI:
    return ChatCometAPI(model="m", base_url=f"{host.url}/v1", max_retries=0)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.usefixtures("carrier", "_trusted")
def test_host_that_is_trusted_is_asked_over_tls(authority: trustme.CA, way: str) -> None:
    with Host(converse, tls=prefer_http2(authority)) as host:
        model = build(host)
        assert [ask_anyhow(model, way) for _ in range(2)] == ["Hi", "Hi"]
        model.close()
        assert host.wait_for_connections(0)
        (first, _) = host.requests
        assert first.line == "POST /v1/chat/completions HTTP/1.1"


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    ("stranger", "reason"),
    [
        (True, "certificate verify failed: unable to get local issuer certificate"),
        (False, "Hostname mismatch, certificate is not valid for 'localhost'"),
    ],
    ids=["unknown authority", "another host"],
)
@pytest.mark.usefixtures("carrier", "_trusted")
def test_host_that_is_not_trusted_is_an_error_with_the_reason(
    authority: trustme.CA, stranger: bool, reason: str, way: str
) -> None:
    by, name = (trustme.CA(), "localhost") if stranger else (authority, "elsewhere.example")
    with Host(converse, tls=prefer_http2(by, name)) as host:
        with pytest.raises(CometAPIConnectionError) as caught:
            ask_anyhow(build(host), way)
        assert reason in str(caught.value)
        assert host.wait_for_connections(0)
        assert host.requests == []


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3], ids=str)
@pytest.mark.usefixtures("_trusted")
def test_connection_is_kept_over_tls(
    authority: trustme.CA, caller: Caller, version: ssl.TLSVersion
) -> None:
    """The tickets that a host sends for other connections do not spoil the one they came by."""
    context = prefer_http2(authority)
    context.minimum_version = context.maximum_version = version
    text = "x" * 1_000_000
    with Host(converse, tls=context) as host:
        model = caller.build(host.url)
        for streaming in (False, True, False):
            assert caller.ask(model, text, streaming=streaming) == text
        assert host.accepted == 1
        caller.close()
        assert caller.wait_for(host.wait_for_connections, 0)


@pytest.mark.skipif(sys.platform != "linux", reason="needs TCP_CORK")
@pytest.mark.parametrize("streaming", [False, True], ids=["whole", "streamed"])
@pytest.mark.usefixtures("_trusted")
def test_second_response_in_a_record_of_its_own_is_nobodys(
    authority: trustme.CA, caller: Caller, streaming: bool
) -> None:
    """Both records arrive at once: the second is in memory, and the socket says nothing of it."""

    def reply_twice(line: Line) -> None:
        while (request := line.receive()) is not None:
            line.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 1)
            line.send(reply(request))
            line.send(reply(request, "somebody else's"))
            line.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_CORK, 0)

    with Host(reply_twice, tls=prefer_http2(authority)) as host:
        model = caller.build(host.url)
        texts = [str(number) for number in range(4)]
        assert [caller.ask(model, text, streaming=streaming) for text in texts] == texts
        caller.close()
        assert caller.wait_for(host.wait_for_connections, 0)


CATALOGUE = b'HTTP/1.1 200 OK\r\ncontent-length: 40\r\n\r\n{"success": true, "data": [{"id": "a"}]}'


@pytest.mark.parametrize("is_trusted", [True, False])
@pytest.mark.usefixtures("_trusted")
def test_catalogue_is_read_from_a_host_that_is_trusted(
    authority: trustme.CA, is_trusted: bool, caplog: pytest.LogCaptureFixture
) -> None:
    by = authority if is_trusted else trustme.CA()
    with Host(answering(CATALOGUE), tls=prefer_http2(by)) as host:
        url = f"{host.url}/v1"
        read = [catalog.list_models(base_url=url, refresh=True)]
        read.append(asyncio.run(catalog.alist_models(base_url=url, refresh=True)))
        assert host.wait_for_connections(0)
    for cards in read:
        assert {card.source for card in cards} == {"live" if is_trusted else "snapshot"}
    assert ("certificate verify failed" in caplog.text) is not is_trusted
