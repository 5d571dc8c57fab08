"""Bytes to responses, like `h11` does it, however they are cut; and nothing can be smuggled."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import h11
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from langchain_cometapi._http1_response import ResponseReader
from langchain_cometapi._sdk import httpx
from tests.support import cut

if TYPE_CHECKING:
    from collections.abc import Iterable

Fields = list[tuple[bytes, bytes]]


@dataclass(frozen=True)
class Outcome:
    """What came of a response, all of it."""

    status: int | None
    headers: Fields
    body: bytes
    whole: bool = True
    """Whether it was accepted to its end."""
    kept: bool = True
    """Whether the connection may be used again."""


def read(pieces: Iterable[bytes], *, method: str = "POST") -> Outcome:
    """Read a response whose host closes the connection behind it."""
    reader = ResponseReader(expects_body=method != "HEAD")
    body = b""
    try:
        for piece in pieces:
            body += reader.feed(piece)
            reader.check()
        kept = reader.done and reader.keep_alive
        if not reader.done:
            reader.close()
    except httpx.RemoteProtocolError:
        headers = [] if reader.status is None else reader.headers
        return Outcome(reader.status, headers, body, whole=False, kept=False)
    return Outcome(reader.status, reader.headers, body, kept=kept)


def read_cut(data: bytes, *, method: str = "POST") -> Outcome:
    """Read a response in one piece, in two, cut anywhere, and byte by byte: it is the same."""
    outcome = read([data], method=method)
    for place in range(1, len(data)):
        assert read(cut(data, place), method=method) == outcome, place
    assert read(cut(data, *range(1, len(data))), method=method) == outcome
    return outcome


# -- side by side with h11 ----------------------------------------------------------------------


def read_with_h11(pieces: Iterable[bytes], *, method: str = "POST") -> Outcome:
    connection = h11.Connection(h11.CLIENT)
    connection.send(h11.Request(method=method, target="/", headers=[("host", "x")]))
    connection.send(h11.EndOfMessage())
    status: int | None = None
    headers: Fields = []
    body = b""
    ended = closed = False
    try:
        for piece in (*pieces, b""):  # nothing is the end of the connection
            if piece or not ended:
                connection.receive_data(piece)
                closed = not piece
            while not ended:
                event = connection.next_event()
                if event is h11.NEED_DATA:
                    break
                if isinstance(event, h11.Response):
                    status, headers = event.status_code, [*event.headers.raw_items()]
                elif isinstance(event, h11.Data):
                    body += event.data
                ended = isinstance(event, h11.EndOfMessage)
    except h11.RemoteProtocolError:
        return Outcome(status, headers, body, whole=False, kept=False)
    unread, _ = connection.trailing_data
    kept = connection.their_state is h11.DONE and not (unread or closed)
    return Outcome(status, headers, body, kept=kept)


STARTS = [
    b"HTTP/1.1 200 OK",
    b"HTTP/1.1 200",
    b"HTTP/1.1 200 ",
    b"HTTP/1.1 500 \xc3\xa9 \t x",
    b"HTTP/1.0 200 OK",
    b"HTTP/1.1 204 No Content",
    b"HTTP/1.1 304 Not Modified",
    b"HTTP/1.1 99 x",
    b"HTP/1.1 200 OK",
]
INTERIM = [b"", b"HTTP/1.1 100 Continue\r\n\r\n", b"HTTP/1.1 103 Early Hints\r\nlink: x\r\n\r\n"]
FRAMES = [
    [],
    [b"Content-Length: 5"],
    [b"content-length: 0"],
    [b"content-length: 5", b"content-length: 5"],
    [b"content-length: 5", b"content-length: 7"],
    [b"content-length: +5"],
    [b"Transfer-Encoding: chunked"],
    [b"Transfer-Encoding: chunked", b"content-length: 7"],
    [b"transfer-encoding: gzip"],
    [b"transfer-encoding: chunked", b"transfer-encoding: chunked"],
]
FIELDS = [
    b"a: b",
    b"A:b \t ",
    b"x:",
    b"x: 1\r\n  2",
    b"x: \xff\xfe",
    b"Connection: keep-alive, Close",
    b"no field",
    b"a : b",
]
CHUNKS = [b"5\r\nhello\r\n", b"0A;x=y\r\n0123456789\r\n", b"1 \r\n\n\r\n", b"01\r\nz\r\n"]
BAD_CHUNKS = [b"5\r\nhelloo\r\n", b"zz\r\n", b"-1\r\n", b"5\nhello\n", b"\r\n", b""]
ENDS = [b"0\r\n\r\n", b"000;x\r\n\r\n", b"0\r\nT: x\r\nu: y\r\n\r\n", b"0\r\nT: x\n\n", b""]

# Where h11 accepts what is refused here: what cannot stand in the extensions of a chunk.
_ODD_EXTENSION = re.compile(rb";[^\n]*[\0\r](?!\n)")


def mostly(usual: list[Any], others: list[Any]) -> st.SearchStrategy[Any]:
    return st.integers(0, 9).flatmap(lambda n: st.sampled_from(others if n == 9 else usual))


@st.composite
def responses(draw: st.DrawFn) -> bytes:
    """A response as hosts send it, or nearly so."""
    end = draw(mostly([b"\r\n"], [b"\n"]))
    head = draw(st.permutations([*draw(st.sampled_from(FRAMES)), *draw(fields)]))
    data: bytes = draw(st.sampled_from(INTERIM))
    data += end.join([draw(mostly(STARTS[:-2], STARTS[-2:])), *head, b"", b""])
    data += b"".join(draw(st.lists(mostly(CHUNKS, BAD_CHUNKS), max_size=4)))
    if draw(mostly([False], [True])):  # a slip
        place = draw(st.integers(0, len(data)))
        slip = draw(st.sampled_from([b"\r", b"\n", b"\0", b" ", b":", b"x", b"0"]))
        data = data[:place] + slip + data[place:]
    data += draw(st.sampled_from(ENDS))
    data += draw(mostly([b""], [b"HTTP/1.1 200 OK\r\n\r\n"]))
    return data[: draw(mostly([None], [*range(0, 200, 7)]))]


fields = st.lists(mostly(FIELDS[:-2], FIELDS[-2:]), max_size=3)


def normal(outcome: Outcome) -> Outcome:
    """Leave out what h11 does otherwise.

    It drops a repeated length, and keeps a connection after a body that is chunked and has one.
    """
    headers = [*dict.fromkeys((name.lower(), value) for name, value in outcome.headers)]
    kept = outcome.kept and not {b"content-length", b"transfer-encoding"} <= dict(headers).keys()
    return replace(outcome, headers=headers, kept=kept)


@settings(max_examples=1000, deadline=None, database=None, derandomize=True)
@given(
    data=responses(),
    places=st.sets(st.integers(1, 300), max_size=8),
    method=mostly(["POST"], ["HEAD"]),
)
def test_like_h11(data: bytes, places: set[int], method: str) -> None:
    assume(not _ODD_EXTENSION.search(data))
    pieces = cut(data, *(place for place in places if place < len(data)))
    outcome = read(pieces, method=method)
    assert outcome == read([data], method=method)
    assert normal(outcome) == normal(read_with_h11(pieces, method=method))


# -- what must come of a response ---------------------------------------------------------------

OK = b"HTTP/1.1 200 OK\r\n"
TWO_LENGTHS = (b"transfer-encoding: chunked", b"content-length: 5")
CHUNKED = OK + b"transfer-encoding: chunked\r\n\r\n"


def framed(*fields: bytes, body: bytes = b"") -> bytes:
    return OK + b"".join(field + b"\r\n" for field in fields) + b"\r\n" + body


@pytest.mark.parametrize(
    ("data", "body", "kept"),
    [
        (framed(b"content-length: 5", body=b"hello"), b"hello", True),
        (framed(b"content-length: 5, 5", body=b"hello"), b"hello", True),
        (
            framed(b"content-length: 5", b"Content-Length: 5", body=b"hello"),
            b"hello",
            True,
        ),
        (framed(b"content-length: 0"), b"", True),
        (framed(b"connection: close", b"content-length: 5", body=b"hello"), b"hello", False),
        (framed(b"connection: x, CLOSE", b"content-length: 0"), b"", False),
        (framed(body=b"to the end"), b"to the end", False),
        (framed(), b"", False),
        (CHUNKED + b"5\r\nhello\r\n1\r\n!\r\n0\r\n\r\n", b"hello!", True),
        (CHUNKED + b'5 ;a;b="c"\r\nhello\r\n0;d\r\nT: x\r\nU:\r\n\r\n', b"hello", True),
        (CHUNKED + b"0000000000000005\r\nhello\r\n00\r\n\r\n", b"hello", True),
        (CHUNKED + b"2\r\n\r\n\r\n0\r\n\r\n", b"\r\n", True),
        # Another reader of these bytes may see their end elsewhere.
        (framed(*TWO_LENGTHS, body=b"2\r\nhi\r\n0\r\n\r\n"), b"hi", False),
        (b"HTTP/1.0 200 OK\r\ncontent-length: 2\r\n\r\nhi", b"hi", False),
        (b"HTTP/1.0 200 OK\r\nconnection: keep-alive\r\n\r\nhi", b"hi", False),
        (
            b"HTTP/1.1 100\r\n\r\nHTTP/1.1 103 x\r\nlink: y\r\n\r\n" + framed(body=b"hi"),
            b"hi",
            False,
        ),
        (b"HTTP/1.1 200\ncontent-length: 2\n\nhi", b"hi", True),
        (b"HTTP/1.1 204 None\r\ncontent-length: 5\r\n\r\n", b"", True),
        (b"HTTP/1.1 304 Same\r\ntransfer-encoding: chunked\r\n\r\n", b"", True),
        # Bytes behind the end belong to nothing.
        (framed(b"content-length: 5", body=b"hello!"), b"hello", False),
        (framed(b"content-length: 0", body=OK), b"", False),
        (CHUNKED + b"0\r\n\r\n" + OK, b"", False),
        (CHUNKED + b"0\r\nT: x\r\n\r\n\n", b"", False),
        (b"HTTP/1.1 204 None\r\n\r\nhello", b"", False),
    ],
    ids=repr,
)
def test_accepted(data: bytes, body: bytes, kept: bool) -> None:
    outcome = read_cut(data)
    assert (outcome.body, outcome.whole, outcome.kept) == (body, True, kept)


def test_head_has_no_body() -> None:
    for field in (b"content-length: 5", b"transfer-encoding: chunked", b"x: y"):
        outcome = read_cut(framed(field), method="HEAD")
        assert (outcome.status, outcome.body, outcome.kept) == (200, b"", True)
    assert not read_cut(framed(body=b"hello"), method="HEAD").kept


def test_status_headers_and_reason() -> None:
    reader = ResponseReader()
    data = b"HTTP/1.0 404 Nicht da\r\nX-A:  b c\t\r\nx-a:\r\nFolded: d\r\n\t e\r\n\r\n"
    assert reader.feed(data) == b""
    assert reader.status == 404
    assert reader.headers == [(b"X-A", b"b c"), (b"x-a", b""), (b"Folded", b"d e")]
    assert reader.extensions == {"http_version": b"HTTP/1.0", "reason_phrase": b"Nicht da"}
    assert not reader.done
    reader.close()
    assert reader.done


# -- what must be refused -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "head",
    [
        # Lengths of which two readers could take different ones.
        framed(b"content-length: 5", b"content-length: 6"),
        framed(b"content-length: 5, 6"),
        framed(b"content-length: 5,"),
        framed(b"content-length:"),
        framed(b"content-length: -5"),
        framed(b"content-length: +5"),
        framed(b"content-length: 0x5"),
        framed(b"content-length: 5_0"),
        framed(b"content-length: 5 5"),
        framed(b"content-length: \xb2"),
        framed(b"content-length: " + b"9" * 20),
        framed(b"content-length: 5, 6", b"transfer-encoding: chunked"),
        # Codings of which nobody knows the end.
        framed(b"transfer-encoding: gzip"),
        framed(b"transfer-encoding: chunked, gzip"),
        framed(b"transfer-encoding: gzip, chunked"),
        framed(b"transfer-encoding: chunked, chunked"),
        framed(b"transfer-encoding: chunked", b"transfer-encoding: identity"),
        framed(b"transfer-encoding: xchunked"),
        framed(b"transfer-encoding:"),
        framed(b"transfer-encoding: \x0bchunked"),
        # Fields that another reader would take for others.
        framed(b"content-length : 5"),
        framed(b"content-length\t: 5"),
        framed(b" content-length: 5"),
        framed(b"content length: 5"),
        framed(b"content-length"),
        framed(b": 5"),
        framed(b"a: b\rcontent-length: 5"),
        framed(b"a: b\r\r"),
        framed(b"a: b\0"),
        framed(b"a\0: b"),
        framed(b"\xe9: b"),
        # Status lines that are none.
        b"HTTP/2.0 200 OK\r\n\r\n",
        b"HTTP/1.2 200 OK\r\n\r\n",
        b"http/1.1 200 OK\r\n\r\n",
        b"HTTP/1.1  200 OK\r\n\r\n",
        b"HTTP/1.1 2000 OK\r\n\r\n",
        b"HTTP/1.1 099 OK\r\n\r\n",
        b"HTTP/1.1 200OK\r\n\r\n",
        b"HTTP/1.1 200 O\rK\r\n\r\n",
        b"HTTP/1.1 200 O\0K\r\n\r\n",
        b"\r\nHTTP/1.1 200 OK\r\n\r\n",
        b"ICY 200 OK\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\n\r\n" + framed(),
        b"HTTP/1.1 100 Continue\r\na\r\n\r\n" + framed(),
        # No head at all.
        b"",
        b"HTTP/1.1 200 OK\r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n",
    ],
    ids=repr,
)
def test_refused_head(head: bytes) -> None:
    assert read_cut(head) == Outcome(None, [], b"", whole=False, kept=False)


@pytest.mark.parametrize(
    ("rest", "body"),
    [
        (b"0x2\r\nhi\r\n", b""),
        (b"+2\r\nhi\r\n", b""),
        (b"-2\r\nhi\r\n", b""),
        (b" 2\r\nhi\r\n", b""),
        (b"1_0\r\nhi\r\n", b""),
        (b"\r\nhi\r\n", b""),
        (b"g\r\nhi\r\n", b""),
        (b";x\r\nhi\r\n", b""),
        (b"\xb2\r\nhi\r\n", b""),
        (b"0" * 16 + b"2\r\nhi\r\n", b""),
        (b"f" * 17 + b"\r\nhi\r\n", b""),
        (b"2;a\0b\r\nhi\r\n", b""),
        (b"2;a\rb\r\nhi\r\n", b""),
        (b"2\nhi\n0\n\n", b""),
        # Longer than it says, shorter, or cut.
        (b"2\r\nhi!\r\n0\r\n\r\n", b"hi"),
        (b"2\r\nhi0\r\n\r\n", b"hi"),
        (b"2\r\nhi\n0\r\n\r\n", b"hi"),
        (b"2\r\nhi\rx0\r\n\r\n", b"hi"),
        (b"3\r\nhi\r\n0\r\n\r\n", b"hi\r"),
        (b"5\r\nhi", b"hi"),
        (b"2\r\nhi\r\n", b"hi"),
        (b"2\r\nhi\r\n0\r\n", b"hi"),
        (b"2\r\nhi\r\n0\r\nT: x\r\n", b"hi"),
        (b"f" * 16 + b"\r\nhi", b"hi"),
        # What came before a fault is not lost.
        (b"2\r\nhi\r\n1\r\n!\r\nzz\r\n", b"hi!"),
        (b"2\r\nhi\r\n0x0\r\n\r\n", b"hi"),
    ],
    ids=repr,
)
def test_refused_chunks(rest: bytes, body: bytes) -> None:
    headers = [(b"transfer-encoding", b"chunked")]
    assert read_cut(CHUNKED + rest) == Outcome(200, headers, body, whole=False, kept=False)


def test_refused_length() -> None:
    """Cut, or so huge that it must be."""
    for length in (b"6", b"9" * 19):
        outcome = read_cut(framed(b"content-length: " + length, body=b"hello"))
        assert (outcome.body, outcome.whole) == (b"hello", False)


@pytest.mark.parametrize("rest", [b"\r\nzz\r\n", b"zz"], ids=repr)
def test_a_fault_behind_body_is_told_next(rest: bytes) -> None:
    """It does not take the end of the connection to see it."""
    reader = ResponseReader()
    assert reader.feed(CHUNKED + b"2\r\nhi" + rest) == b"hi"
    with pytest.raises(httpx.RemoteProtocolError, match="no valid chunk: b'zz'"):
        reader.check()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", r"disconnected without a response\."),
        (b"HTTP", r"disconnected while sending the head of its response\."),
        (framed(b"content-length: 5", body=b"hi"), r"disconnected while sending the body"),
    ],
)
def test_the_end_too_early(data: bytes, message: str) -> None:
    reader = ResponseReader()
    reader.feed(data)
    with pytest.raises(httpx.RemoteProtocolError, match=message):
        reader.close()


# -- limits -------------------------------------------------------------------------------------

LINE, HEAD = 16 * 1024, 100 * 1024


@pytest.mark.parametrize(
    ("start", "unit", "limit"),
    [
        (b"HTTP/1.1 200 ", b"x", HEAD),
        (OK, b"a: b\r\n", HEAD),
        (OK + b"a: ", b"x", HEAD),
        (CHUNKED, b"0", LINE),
        (CHUNKED + b"5;", b"x", LINE),
        (CHUNKED + b"0\r\n", b"a: b\r\n", HEAD),
        (CHUNKED + b"0\r\na: ", b"x", HEAD),
    ],
    ids=["reason", "fields", "field", "size", "extension", "trailers", "trailer"],
)
def test_what_has_no_end_is_refused(start: bytes, unit: bytes, limit: int) -> None:
    reader = ResponseReader()
    reader.feed(start)
    fed = 0

    def feed() -> None:
        nonlocal fed
        while fed < 2 * limit:
            reader.feed(unit * 100)
            reader.check()
            fed += len(unit) * 100

    with pytest.raises(httpx.RemoteProtocolError):
        feed()
    assert limit * 0.9 < fed < limit * 1.1


@pytest.mark.parametrize("excess", [0, 1])
@pytest.mark.parametrize(
    ("start", "end", "limit", "body"),
    [
        (OK + b"a: ", b"\r\ncontent-length: 0\r\n\r\n", HEAD, b""),
        (b"2\r\nhi\r\n2;", b"\r\nhi\r\n0\r\n\r\n", LINE, b"hi"),
        (b"2\r\nhi\r\n0\r\na: ", b"\r\n\r\n", HEAD, b"hi"),
    ],
    ids=["head", "line of a chunk", "trailers"],
)
def test_a_limit_is_the_same_however_it_is_reached(
    start: bytes, end: bytes, limit: int, body: bytes, excess: int
) -> None:
    """Each is as long as it may be, or one byte longer."""
    if limit == LINE:
        size = limit - len(b"2;")
    else:
        size = limit - len(start.removeprefix(b"2\r\nhi\r\n0\r\n") + end)
    data = (b"" if start.startswith(OK) else CHUNKED) + start + b"x" * (size + excess) + end
    outcome = read([data])
    assert outcome.whole is outcome.kept is (not excess)
    assert outcome.body.startswith(body)
    last = len(data) - len(end)
    for place in (last - 1, last, last + 1, last + 2, len(data) - 1):
        assert read(cut(data, place)) == outcome, place
    assert read(cut(data, *range(1000, len(data), 1000))) == outcome
