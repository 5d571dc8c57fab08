"""Requests as bytes: what is sent, and what is refused before it is."""

from __future__ import annotations

import pytest

from langchain_cometapi._http1 import get_origin, is_chunked, write_chunk, write_head
from langchain_cometapi._sdk import httpx
from tests.support import KEY


def test_head_of_a_request() -> None:
    request = httpx.Request(
        "POST",
        "https://example.com:8443/v1/x%20y?a=b#c",
        headers=[("X-A", "b"), ("x-a", "c"), ("Empty", "")],
        content=b"hello",
    )
    assert write_head(request) == (
        b"POST /v1/x%20y?a=b HTTP/1.1\r\n"
        b"Host: example.com:8443\r\n"
        b"X-A: b\r\n"
        b"x-a: c\r\n"
        b"Empty: \r\n"
        b"Content-Length: 5\r\n"
        b"\r\n"
    )
    assert not is_chunked(request)


def test_chunks_of_a_request() -> None:
    request = httpx.Request("POST", "https://example.com/", content=iter([b"a"]))
    assert b"\r\nTransfer-Encoding: chunked\r\n" in write_head(request)
    assert is_chunked(request)
    assert write_chunk(b"x" * 26) == b"1a\r\n" + b"x" * 26 + b"\r\n"
    assert write_chunk(b"") == b"0\r\n\r\n"


@pytest.mark.parametrize("bad", [b"\r", b"\n", b"\0", b"\r\nx: y"])
def test_what_would_begin_another_header_is_not_sent(bad: bytes) -> None:
    for name, value in ((b"x" + bad, b"y"), (b"authorization", KEY.encode() + bad)):
        request = httpx.Request("GET", "https://example.com/")
        request.headers = httpx.Headers([(name, value)])
        with pytest.raises(httpx.LocalProtocolError, match="holds what cannot be sent") as caught:
            write_head(request)
        assert KEY not in str(caught.value)


@pytest.mark.parametrize("name", [b"", b"x y", b"x:", b"\xe9"])
def test_a_name_that_is_none_is_not_sent(name: bytes) -> None:
    request = httpx.Request("GET", "https://example.com/")
    request.headers = httpx.Headers([(name, b"y")])
    with pytest.raises(httpx.LocalProtocolError):
        write_head(request)


@pytest.mark.parametrize("method", ["GET /x HTTP/1.1\r\nHost:", "G T", "G\0", ""])
def test_a_method_that_is_none_is_not_sent(method: str) -> None:
    with pytest.raises(httpx.LocalProtocolError, match="The URL or the method"):
        write_head(httpx.Request(method, "https://example.com/"))


@pytest.mark.parametrize(
    ("url", "origin"),
    [
        ("http://example.com/x", (b"http", b"example.com", 80)),
        ("HTTPS://Example.com", (b"https", b"example.com", 443)),
        ("https://example.com:80/", (b"https", b"example.com", 80)),
        ("http://[::1]/", (b"http", b"::1", 80)),
        ("http://[::1]:8080/", (b"http", b"::1", 8080)),
        ("https://b\u00fccher.example", (b"https", b"xn--bcher-kva.example", 443)),
    ],
)
def test_origin(url: str, origin: tuple[bytes, bytes, int]) -> None:
    assert get_origin(httpx.Request("GET", url)) == origin


@pytest.mark.parametrize("url", ["ftp://example.com/", "//example.com/", "/v1", "ws://x"])
def test_other_schemes(url: str) -> None:
    with pytest.raises(httpx.UnsupportedProtocol, match="neither http:// nor https://"):
        get_origin(httpx.Request("GET", url))
