"""Bytes to events to chunks: fields, line ends and cuts; `test_sse_noise.py` has whole streams."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from langchain_cometapi._client import sse
from langchain_cometapi._client.errors import Failure
from langchain_cometapi._client.sdk import httpx
from langchain_cometapi._client.sse import ChunkReader, SSEReader
from langchain_cometapi.exceptions import CometAPIError, CometAPIUnexpectedResponseError
from tests.support import Gateway, cut, merge, raw


def read(*pieces: bytes) -> tuple[list[bytes], list[bytes]]:
    """The events of these pieces, and the stray lines."""
    reader = SSEReader()
    events = [event for piece in pieces for event in reader.feed(piece)]
    return [*events, *reader.close()], reader.stray


def _bytes(body: bytes) -> list[bytes]:
    """One piece for each byte."""
    return [bytes([byte]) for byte in body]


def _pieces(body: bytes) -> list[list[bytes]]:
    """The body whole, and cut at each place."""
    return [[body], *(cut(body, at) for at in range(1, len(body)))]


EVENTS = [
    (b"data: a\n\ndata: b\n\n", [b"a", b"b"]),
    (b"data:a\n\n", [b"a"]),
    (b"data:  a\n\n", [b" a"]),
    (b"data: a\r\n\r\ndata: b\r\n\r\n", [b"a", b"b"]),
    (b"data: a\r\rdata: b\r\r", [b"a", b"b"]),
    (b"data: a\n\r\ndata: b\r\n\ndata: c\r\r\n", [b"a", b"b", b"c"]),
    (b"\xef\xbb\xbfdata: a\n\n", [b"a"]),
    (b"\xef\xbb\xbf: comment\ndata: a\n\n", [b"a"]),
    (b": PING\n\n:\n\ndata: a\n\n", [b"a"]),
    (b"event: message\nid: 1\nretry: 10\ndata: a\n\n", [b"a"]),
    (b"id: 1\ndata: a\nretry: 10\n: x\nevent: x\n\n", [b"a"]),
    (b"id\nretry\nevent\ndata: a\n\n", [b"a"]),
    (b"data: a\ndata: b\n\n", [b"a\nb"]),
    (b"data: a\n: between\ndata: b\n\n", [b"a\nb"]),
    (b"data\n\n", [b""]),
    (b"data:\n\n", [b""]),
    (b"\n\n\n", []),
    (b"", []),
    (b"data: a", [b"a"]),
    (b"data: a\n", [b"a"]),
    (b"data: a\n\ndata: b", [b"a", b"b"]),
    (
        b"data: \xef\xbb\xbf\xe2\x80\xa8x\x0b\x0c\x85\n\n",
        [b"\xef\xbb\xbf\xe2\x80\xa8x\x0b\x0c\x85"],
    ),
]


@pytest.mark.parametrize(("body", "events"), EVENTS, ids=repr)
def test_stream_is_read_into_the_same_events_wherever_it_is_cut(
    body: bytes, events: list[bytes]
) -> None:
    assert read(*_bytes(body)) == (events, [])
    for places in itertools.combinations_with_replacement(range(len(body) + 1), 2):
        assert read(*cut(body, *places)) == (events, []), places


def test_event_is_complete_with_its_blank_line() -> None:
    reader = SSEReader()
    assert reader.feed(b"data: a\n") == []
    assert reader.feed(b"\n") == [b"a"]
    assert reader.feed(b"data: b\r\n\r") == [b"b"]
    assert reader.feed(b"\n") == []
    assert reader.close() == []


def test_byte_order_mark_amid_a_stream_is_none() -> None:
    later = b"\xef\xbb\xbfdata: b"
    assert read(b"data: a\n\n", later + b"\n\n") == ([b"a"], [later])


def test_line_end_of_one_byte_after_a_line_end_of_two_is_a_line_of_its_own() -> None:
    reader = SSEReader()
    assert [reader.feed(piece) for piece in (b"data: a\r", b"\n", b"\n")] == [[], [], [b"a"]]


@pytest.mark.parametrize(
    ("body", "stray"),
    [
        (b'{"error": {}}\n', [b'{"error": {}}']),
        (b'{"error": {}}', [b'{"error": {}}']),
        (b"<html>\n<body>\n", [b"<html>", b"<body>"]),
        (b"datax: 1\n\n", [b"datax: 1"]),
    ],
    ids=repr,
)
def test_line_that_is_no_field_is_stray(body: bytes, stray: list[bytes]) -> None:
    assert read(body) == read(*_bytes(body)) == ([], stray)


# -- chunks -------------------------------------------------------------------------------------


def failure() -> Failure:
    request = httpx.Request("POST", "https://api.cometapi.com/v1/chat/completions")
    headers = {"content-type": "text/event-stream"}
    return Failure(
        model="gpt-5.4-mini", response=httpx.Response(200, headers=headers, request=request)
    )


def chunks(*pieces: bytes) -> tuple[list[dict[str, Any]], bool]:
    """The JSON objects of these pieces, and whether the stream said it was done."""
    reader = ChunkReader(failure(), "choices")
    parts = [chunk for piece in pieces for chunk in reader.feed(piece)]
    parts += reader.close()
    if reader.error:
        raise reader.error
    return parts, reader.done


@pytest.mark.parametrize(
    ("body", "expected", "done"),
    [
        (b'data: {"a":1}\n\ndata: {"a":2}\n\ndata: [DONE]\n\n', [1, 2], True),
        (b'data: {"a":1}\n\ndata: {"a":2}\n\n', [1, 2], False),
        (b'data: {"a":1}\n\ndata: {"a":2}', [1, 2], False),
        (b'data: {"a":1}\n\ndata: [DONE]', [1], True),
        (b'data: {"a":1}\n\ndata: [DONE]\n\ndata: {"a":2}\n\n', [1], True),
        (b'data: {"a":1}\n\ndata: [DONE]\n\nnonsense', [1], True),
        (b'data: {"a":1}\ndata: {"a":2}\ndata: [DONE]\n\n', [1, 2], True),
        (b'data: {"a":1}\ndata: {"a":2}\ndata: [DONE]\n', [1, 2], True),
        (b'data: {"a":1}\ndata: {"a":2}\n', [1, 2], False),
        (b'data: {"a":1}\ndata: {"a"', [1], False),
        (b'data: {\ndata: "a":1}\n\n', [1], False),
        (b'data: {"a":1}\n\n{"choices": cut\ndata: {"a":2}\n\n', [1, 2], False),
        (b'data: {"b": {}\ndata: ,"c": [\ndata: {}],"a":1}\n\n', [1], False),
        (b'data:\n\ndata: {"a":1}\n\n', [1], False),
        (b'{"a":1}\n', [1], False),
        (b'{"a":1}', [1], False),
        (b'{\n  "a": 1\n}\n', [1], False),
        (b'data: {"a":1}\n\ndata: {"a"', [1], False),
        (b'data: {"a":1}\n\ndata: [DO', [1], False),
        (b'data: {"a":1}\n\n{"a":2,"choices":[]}\n', [1, 2], False),
    ],
    ids=repr,
)
def test_body_is_read_into_its_chunks(body: bytes, expected: list[int], *, done: bool) -> None:
    for pieces in ([body], _bytes(body)):
        parts, was_done = chunks(*pieces)
        assert ([part["a"] for part in parts], was_done) == (expected, done)


def event(number: int, end: bytes = b"\n\n") -> bytes:
    return b'data: {"choices":[0],"a":%d}%b' % (number, end)


@pytest.mark.parametrize(
    "pieces",
    [
        (event(1), event(2), event(3)),
        (event(1), event(2, b"\n"), event(3)),
        (event(1), event(2, b"\r\n\r"), b"\n", event(3)),
        (event(1), event(2) + event(3)),
        (event(1, b"\n"), event(2), event(3)),
        (b": PING\n\n", event(1), event(2), event(3)),
    ],
    ids=repr,
)
def test_event_that_arrives_alone_is_read_in_its_turn(pieces: tuple[bytes, ...]) -> None:
    parts, _ = chunks(*pieces)
    assert [part["a"] for part in parts] == [1, 2, 3]


def test_event_that_arrives_alone_after_the_end_is_not_read() -> None:
    parts, is_done = chunks(event(1), b"data: [DONE]\n\n", event(2))
    assert ([part["a"] for part in parts], is_done) == ([1], True)


def test_event_that_arrives_alone_after_half_a_character_comes_after_it() -> None:
    half, rest = (
        b'data: {"choices":[{"index":0,"delta":{"content":"%b"}}]}\n\n' % text
        for text in (b"\\ud83d", b"x")
    )
    parts, _ = chunks(event(1), half, rest)
    assert parts == chunks(event(1) + half + rest)[0]


@pytest.mark.parametrize(
    "body",
    [
        b'{"object":"error","message":"busy"}',
        b'{"message":"busy","code":null}',
        b'{"choices":[0],"error":{"message":"busy"}}',
    ],
    ids=repr,
)
def test_error_that_arrives_alone_is_an_error(body: bytes) -> None:
    with pytest.raises(CometAPIError, match="busy"):
        chunks(event(1), b"data: " + body + b"\n\n")


@pytest.mark.parametrize(
    ("body", "texts"),
    [
        (b'{"a":1,"choices":[]}\ndata: {"a":2,"choices":[]}\n\ndata: [DONE]\n\n', [1, 2]),
        (b'data: {"a":1,"choices":[]}\n{"a":2,"choices":[]}\n\ndata: [DONE]\n\n', [1, 2]),
        (b'{"a":1,"choices":[]}\n\n{"a":2,"choices":[]}\n\ndata: [DONE]\n\n', [1, 2]),
        (b' data: {"a":1,"choices":[]}\n\n\tdata: {"a":2,"choices":[]}\n\n', [1, 2]),
    ],
    ids=repr,
)
def test_bare_and_indented_objects_are_read_in_their_turn(body: bytes, texts: list[int]) -> None:
    for pieces in _pieces(body):
        parts, _ = chunks(*pieces)
        assert [part["a"] for part in parts] == texts, pieces


def test_bare_error_before_the_end_is_an_error_however_it_is_cut() -> None:
    for pieces in _pieces(b'{"error":{"message":"busy"}}\n\ndata: [DONE]\n\n'):
        with pytest.raises(CometAPIError, match="busy"):
            chunks(event(1), *pieces)


@pytest.mark.parametrize(
    ("body", "texts"),
    [
        (b'data: {"a":"\\ud83d"}\n\ndata: {"a":"\\ude00"}\n\n', ["\ufffd", "\ufffd"]),
        (b'data: {"type":["x"],"item_id":{},"delta":"\\ud83d"}\n\n', ["", "\ufffd"]),
    ],
    ids=["outside of a delta", "place that is none"],
)
def test_half_a_surrogate_pair_without_its_other_half_is_replaced(
    body: bytes, texts: list[str]
) -> None:
    parts, _ = chunks(body)
    assert [part.get("a", part.get("delta")) for part in parts] == texts


def test_bare_objects_are_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    parsed: list[bytes] = []

    def is_json(line: bytes) -> bool:
        parsed.append(line)
        return False

    monkeypatch.setattr(sse, "_is_json", is_json)
    reader = ChunkReader(failure(), "choices")
    reader.feed(b'data: {"choices":[]}\n\n')
    for _ in range(5):
        reader.feed(b'{"choices": cut\n')
        reader.feed(b"data: ")
        reader.feed(b'{"choices":[]}\n\n')
    assert len(parsed) == 5


@pytest.mark.parametrize(
    "piece",
    [b"noise\n", b"n" * 2**20, b"data: " + b"x" * 2**20 + b"\n", b"noise\n" * 2**17],
    ids=["lines", "one line", "data without an end", "many lines at once"],
)
@pytest.mark.parametrize("events", [0, 1])
def test_what_is_no_event_is_limited_in_bytes(
    piece: bytes, events: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sse, "MAX_BYTES", 2**21)
    monkeypatch.setattr(sse, "_MAX_NOISE", 2**18)
    reader = ChunkReader(failure(), "choices")
    for _ in range(events):
        assert reader.feed(b'data: {"choices":[1]}\n\n')
    for _ in range(2**22 // len(piece)):
        assert reader.feed(piece) == []
        if reader.error is not None:
            break
    assert isinstance(reader.error, CometAPIUnexpectedResponseError)
    assert len(str(reader.error)) < 400
    assert len(str(reader.error.body)) <= 1000


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "An empty body instead of a stream"),
        (b": PING\n\n", "An empty body instead of a stream"),
        (b"text\n", "Text instead of a stream"),
        (b"<html></html>", "An HTML page instead of a completion"),
        (b"[1]", "Text instead of a stream"),
        (b'{"a":', "Text instead of a stream"),
        (b"data: text\n\n", "The stream has an event that is not JSON"),
        (b"data: [1]\n\n", "The stream has JSON that is not an object"),
        (b"data: 1\n\n", "The stream has JSON that is not an object"),
        (b'data: "\\ud83d"\n\n', "The stream has JSON that is not an object"),
        (b'data: ["\\ud83d"]\n\n', "The stream has JSON that is not an object"),
    ],
    ids=repr,
)
def test_body_that_is_no_stream_is_an_error(body: bytes, says: str) -> None:
    for pieces in ([body], _bytes(body)):
        with pytest.raises(CometAPIError, match=r"model gpt-5\.4-mini") as raised:
            chunks(*pieces)
        assert says in str(raised.value)


def test_padding_and_empty_values_are_ignored() -> None:
    body = (
        b'data:   {"choices":[{"delta":{"content":"Hi"},"finish_reason":"stop"}]} \n\n'
        b"data: null\n\ndata: []\n\ndata:\t[DONE] \n\n"
    )
    model = Gateway(raw(body, content_type="text/event-stream")).model()
    assert merge(model.stream("Hi")).text == "Hi"
