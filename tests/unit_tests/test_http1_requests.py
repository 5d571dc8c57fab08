"""Requests as bytes: what is sent, and what is refused before it is."""

from __future__ import annotations

import pytest

from langchain_cometapi._http1_request import RequestWriter, get_origin
from langchain_cometapi._sdk import httpx
from tests.support import KEY


def test_head_of_a_request() -> None:
    request = httpx.Request(
        "POST",
        "https://example.com:8443/v1/x%20y?a=b#c",
        headers=[("X-A", "b"), ("x-a", "c"), ("Empty", "")],
        content=b"hello",
    )
    writer = RequestWriter(request)
    assert writer.head == (
        b"POST /v1/x%20y?a=b HTTP/1.1\r\n"
        b"Host: example.com:8443\r\n"
        b"X-A: b\r\n"
        b"x-a: c\r\n"
        b"Empty: \r\n"
        b"Content-Length: 5\r\n"
        b"\r\n"
    )
    assert writer.write(b"hello") + writer.end() == b"hello"


def test_chunks_of_a_request() -> None:
    request = httpx.Request("POST", "https://example.com/", content=iter([b"a"]))
    writer = RequestWriter(request)
    assert b"\r\nTransfer-Encoding: chunked\r\n" in writer.head
    assert writer.write(b"x" * 26) == b"1a\r\n" + b"x" * 26 + b"\r\n"
    assert writer.write(b"") == b""
    assert writer.end() == b"0\r\n\r\n"


@pytest.mark.parametrize(
    "headers",
    [
        [("host", "a"), ("host", "b")],
        [("host", "a, b")],
        [],
        [("host", "a"), ("content-length", "2"), ("content-length", "3")],
        [("host", "a"), ("content-length", "+2")],
        [("host", "a"), ("content-length", "")],
        [("host", "a"), ("content-length", "2"), ("transfer-encoding", "chunked")],
        [("host", "a"), ("transfer-encoding", "gzip")],
        [("host", "a"), ("transfer-encoding", "gzip, chunked")],
    ],
)
def test_what_a_host_may_read_as_two_requests_is_not_sent(headers: list[tuple[str, str]]) -> None:
    request = httpx.Request("POST", "https://example.com/")
    request.headers = httpx.Headers(headers)
    with pytest.raises(httpx.LocalProtocolError, match="A request has one `host`"):
        RequestWriter(request)


@pytest.mark.parametrize("pieces", [[b"hell"], [b"hell", b"o!"], [b"hello", b"!"], []])
def test_a_body_is_as_long_as_it_says(pieces: list[bytes]) -> None:
    request = httpx.Request("POST", "https://example.com/", headers={"content-length": "5"})
    writer = RequestWriter(request)
    with pytest.raises(httpx.LocalProtocolError, match="not as long as"):  # noqa: PT012
        for piece in pieces:
            writer.write(piece)
        writer.end()


def test_what_the_response_must_know() -> None:
    writer = RequestWriter(httpx.Request("POST", "https://example.com/"))
    assert (writer.expects_body, writer.keeps_alive) == (True, True)
    headers = {"connection": "TE, Close"}
    writer = RequestWriter(httpx.Request("HEAD", "https://example.com/", headers=headers))
    assert (writer.expects_body, writer.keeps_alive) == (False, False)


@pytest.mark.parametrize("bad", [b"\r", b"\n", b"\0", b"\r\nx: y"])
def test_what_would_begin_another_header_is_not_sent(bad: bytes) -> None:
    for name, value in ((b"x" + bad, b"y"), (b"authorization", KEY.encode() + bad)):
        request = httpx.Request("GET", "https://example.com/")
        request.headers = httpx.Headers([(name, value)])
        with pytest.raises(httpx.LocalProtocolError, match="holds what cannot be sent") as caught:
            RequestWriter(request)
        assert KEY not in str(caught.value)


@pytest.mark.parametrize("name", [b"", b"x y", b"x:", b"\xe9"])
def test_a_name_that_is_none_is_not_sent(name: bytes) -> None:
    request = httpx.Request("GET", "https://example.com/")
    request.headers = httpx.Headers([(name, b"y")])
    with pytest.raises(httpx.LocalProtocolError):
        RequestWriter(request)


@pytest.mark.parametrize("method", ["GET /x HTTP/1.1\r\nHost:", "G T", "G\0", ""])
def test_a_method_that_is_none_is_not_sent(method: str) -> None:
    with pytest.raises(httpx.LocalProtocolError, match="The URL or the method"):
        RequestWriter(httpx.Request(method, "https://example.com/"))


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
