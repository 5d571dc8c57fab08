"""TLS: a model trusts whom `SSL_CERT_FILE` names, and says why it does not trust another."""

from __future__ import annotations

import gc
import json
import ssl
from typing import TYPE_CHECKING

import pytest
import trustme

from langchain_cometapi import ChatCometAPI, CometAPIConnectionError, _http_clients, _pools
from tests.integration_tests.callers import WAYS, ask_anyhow
from tests.integration_tests.raw_callers import KINDS, Caller
from tests.integration_tests.raw_host import Host, answering
from tests.support import chunk, completion, sse

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

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
    _pools._sync_pools.close()
    gc.collect()  # a warning about anything not closed is an error


def identify(authority: trustme.CA, name: str = "localhost") -> ssl.SSLContext:
    """Return the context of a host of this name, which would rather speak HTTP/2."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    context.set_alpn_protocols(["h2", "http/1.1"])
    return context


def converse(line: Line) -> None:
    """Answer as a model does, whole or in a stream."""
    assert isinstance(line.socket, ssl.SSLSocket)
    assert line.socket.selected_alpn_protocol() == "http/1.1"
    while (request := line.receive()) is not None:
        streamed = json.loads(request.body).get("stream")
        body = sse(chunk("Hello", "stop")) if streamed else json.dumps(completion()).encode()
        kind = b"text/event-stream" if streamed else b"application/json"
        head = b"HTTP/1.1 200 OK\r\ncontent-type: %b\r\ncontent-length: %d\r\n\r\n"
        line.send(head % (kind, len(body)) + body)


def build(host: Host) -> ChatCometAPI:
    return ChatCometAPI(model="m", base_url=f"{host.url}/v1", max_retries=0)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.usefixtures("carrier", "_trusted")
def test_a_model_over_tls(authority: trustme.CA, way: str) -> None:
    with Host(converse, tls=identify(authority)) as host:
        model = build(host)
        assert [ask_anyhow(model, way) for _ in range(2)] == ["Hello", "Hello"]
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
def test_whom_a_model_does_not_trust(
    authority: trustme.CA, stranger: bool, reason: str, way: str
) -> None:
    by, name = (trustme.CA(), "localhost") if stranger else (authority, "elsewhere.example")
    with Host(converse, tls=identify(by, name)) as host:
        with pytest.raises(CometAPIConnectionError) as caught:
            ask_anyhow(build(host), way)
        assert reason in str(caught.value)
        assert host.wait_for_connections(0)
        assert host.requests == []


@pytest.fixture(params=KINDS)
def trusting(request: pytest.FixtureRequest, authority: trustme.CA) -> Iterator[Caller]:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    with Caller(request.param, tls=context) as caller:
        yield caller


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3], ids=str)
def test_connections_are_kept_over_tls(
    authority: trustme.CA, trusting: Caller, version: ssl.TLSVersion
) -> None:
    """The tickets that a host sends for other connections do not spoil the one they came by."""
    context = identify(authority)
    context.minimum_version = context.maximum_version = version
    body = bytes(1_000_000)
    answer = b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % len(body) + body
    with Host(answering(answer), tls=context) as host:
        for _ in range(3):
            response = trusting.post(host.url, body)
            assert response.content == body
        assert [request.body for request in host.requests] == [body] * 3
        assert host.accepted == 1
        stream = response.extensions["network_stream"]
        assert stream.get_extra_info("ssl_object").version() == version.name.replace("v1_", "v1.")
        trusting.close()
        assert host.wait_for_connections(0)
