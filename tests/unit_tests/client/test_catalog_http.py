"""How the catalogue is read over HTTP: limits, redirects, failures."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from langchain_cometapi._catalog.reading import CatalogReply, CatalogRequest
from langchain_cometapi._client import catalog_http
from langchain_cometapi._client.catalog_http import MAX_BYTES, afetch, fetch
from langchain_cometapi._client.sdk import httpx
from tests.support import KEY, Body, Gateway

REQUEST = CatalogRequest("https://a.example/api/models")
SIGNED = CatalogRequest("https://a.example/v1/models", needs_key=True)

Fetch = Callable[..., CatalogReply]
Serve = Callable[..., Gateway]


def _afetch(*args: Any) -> CatalogReply:
    return asyncio.run(afetch(*args))


@pytest.fixture(params=[fetch, _afetch], ids=["sync", "async"])
def get(request: pytest.FixtureRequest) -> Fetch:
    way: Fetch = request.param
    return way


class Endless(Body):
    """A body that never ends, and counts what was read of it."""

    def __init__(self, piece: bytes = b" " * 65536) -> None:
        super().__init__([piece])
        self.piece = piece
        self.read = 0

    def __iter__(self) -> Iterator[bytes]:
        while True:
            self.read += len(self.piece)
            yield self.piece


def test_body_is_read_up_to_its_limit(get: Fetch, serve: Serve) -> None:
    serve(httpx.Response(200, stream=Body([b"x" * MAX_BYTES])))
    assert len(get(REQUEST).content) == MAX_BYTES


def test_body_without_an_end_is_cut_off(get: Fetch, serve: Serve) -> None:
    body = Endless()
    serve(httpx.Response(200, stream=body))
    reply = get(REQUEST)
    assert reply == CatalogReply(problem=f"it is longer than {MAX_BYTES} bytes")
    assert body.read <= MAX_BYTES + 2 * len(body.piece)
    assert body.closed


@pytest.mark.parametrize("length", [str(MAX_BYTES + 1), "9" * 5000])
def test_body_that_says_it_is_too_long_is_not_read(get: Fetch, serve: Serve, length: str) -> None:
    body = Endless()
    serve(httpx.Response(200, headers={"Content-Length": length}, stream=body))
    assert "longer" in (get(REQUEST).problem or "")
    assert body.read == 0
    assert body.closed


def test_compressed_body_is_limited_by_what_it_holds(get: Fetch, serve: Serve) -> None:
    small, large = gzip.compress(b"{}"), gzip.compress(b" " * (MAX_BYTES + 1))
    headers = {"Content-Encoding": "gzip"}
    serve(*(httpx.Response(200, headers=headers, stream=Body([b])) for b in (small, large)))
    assert get(REQUEST).content == b"{}"
    assert "longer" in (get(REQUEST).problem or "")


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, br"])
def test_body_in_a_compression_that_was_not_asked_for_is_not_read(
    get: Fetch, serve: Serve, encoding: str
) -> None:
    body = Endless()
    serve(httpx.Response(200, headers={"Content-Encoding": encoding}, stream=body))
    assert "compressed" in (get(REQUEST).problem or "")
    assert body.read == 0


def test_body_that_drips_is_given_up(
    get: Fetch, serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = iter(range(0, 10_000, 7))
    clock = SimpleNamespace(monotonic=lambda: next(seconds))
    monkeypatch.setattr(catalog_http, "time", clock)
    body = Endless(b" ")
    serve(httpx.Response(200, stream=body))
    assert "takes longer than 60 s" in (get(REQUEST).problem or "")
    assert body.read < 20
    assert body.closed


@pytest.mark.parametrize("status", [204, 301, 302, 303, 307, 308, 304, 401, 404, 429, 500, 503])
def test_response_that_is_no_catalogue_is_not_read_nor_followed(
    get: Fetch, serve: Serve, status: int
) -> None:
    body = Endless()
    headers = {"Location": "https://b.example/"}
    gateway = serve(httpx.Response(status, headers=headers, stream=body))
    assert get(REQUEST) == CatalogReply(status)
    assert len(gateway.requests) == 1
    assert body.read == 0
    assert body.closed


@pytest.mark.parametrize(
    "error", [httpx.ConnectError("refused"), OSError("no route"), RuntimeError("no sockets here")]
)
def test_failure_is_a_reply(get: Fetch, serve: Serve, error: Exception) -> None:
    serve(error)
    assert get(REQUEST) == CatalogReply(problem=f"{type(error).__name__}: {error}")


def test_connection_that_breaks_in_the_body_is_a_reply(get: Fetch, serve: Serve) -> None:
    body = Body([b"{", httpx.ReadError("broken")])
    serve(httpx.Response(200, stream=body))
    assert get(REQUEST) == CatalogReply(problem="ReadError: broken")
    assert body.closed


def test_key_is_sent_only_with_a_request_that_needs_one(get: Fetch, serve: Serve) -> None:
    gateway = serve(httpx.Response(200, json={}))
    get(REQUEST, KEY)
    get(SIGNED, KEY)
    assert [r.headers.get("authorization") for r in gateway.requests] == [None, f"Bearer {KEY}"]


def test_proxy_that_cannot_be_used_is_a_reply(get: Fetch, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "http://user:hunter2@proxy.example:99999")
    problem = get(REQUEST).problem or ""
    assert "HTTPS_PROXY" in problem
    assert "hunter2" not in problem
