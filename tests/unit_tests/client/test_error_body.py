"""The error bodies in `tests/errors`: what each becomes, whole and in a stream."""

from __future__ import annotations

import json
from typing import Any

import pytest

from langchain_cometapi import CometAPIEmbeddings
from langchain_cometapi._client.error_body import MAX_BYTES, ErrorBody, load_body, preview
from langchain_cometapi.exceptions import (
    CometAPIContentFilterError,
    CometAPIError,
    CometAPIStreamError,
)
from scripts import error_bodies
from tests.support import (
    EMBEDDING_WAYS,
    WAYS,
    Gateway,
    all_ways,
    answer,
    ask,
    ask_and_fail,
    chunk,
    completion,
    embed_query,
    raw,
    sse,
    stream,
)

ROWS: list[Any] = [
    pytest.param(row, id=f"{name}-{number}-{row['vendor']}")
    for name, rows in error_bodies.read_tables().items()
    for number, row in enumerate(rows)
]
DECIDING = [
    row
    for row in ROWS
    if not row.values[0].get("by_status") and list(row.values[0]["body"]) != ["message"]
]
"""Without those whose one field `message` may be anything where no status says what it is."""
WITH_200 = [row for row in ROWS if row.values[0]["status"] == 200]


def _respond(row: dict[str, Any]) -> Any:
    body, status = row["body"], row["status"]
    if isinstance(body, str):
        return raw(body.encode(), status, "text/html; charset=UTF-8")
    return answer(body, status)


def _check(error: CometAPIError, row: dict[str, Any]) -> None:
    assert type(error).__name__.replace("CometAPIStream", "CometAPI") == row["class"]
    assert (error.is_retryable, error.retry_after) == (row["is_retryable"], row.get("retry_after"))


async def _check_response(row: dict[str, Any], way: str) -> None:
    error = await ask_and_fail(Gateway(_respond(row)), way)
    _check(error, row)
    assert error.status_code == row["status"]
    assert error.body == row["body"]


@pytest.mark.parametrize("row", ROWS)
async def test_body_of_a_response_makes_its_error(row: dict[str, Any]) -> None:
    await _check_response(row, "invoke")


@all_ways
@pytest.mark.parametrize("row", ROWS[::25])
async def test_error_of_a_body_is_the_same_in_all_ways(row: dict[str, Any], way: str) -> None:
    await _check_response(row, way)


@pytest.mark.parametrize("row", DECIDING)
async def test_body_inside_of_a_stream_makes_the_same_error(row: dict[str, Any]) -> None:
    bodies = row["body"] if isinstance(row["body"], list) else [row["body"]]
    error = await ask_and_fail(Gateway(stream(chunk("Hel"), *bodies)), "stream")
    bases = [kind.__name__ for kind in type(error).__bases__]
    assert bases == ["CometAPIStreamError", row["class"]]
    _check(error, row)
    assert error.partial_message is not None
    assert error.partial_message.text == "Hel"


@pytest.mark.parametrize("way", ["stream", "astream"])
@pytest.mark.parametrize(
    "choices", [None, [], [{"index": 0, "delta": {}, "finish_reason": "stop"}]]
)
async def test_failed_report_at_the_end_of_a_stream_is_an_error(choices: Any, way: str) -> None:
    report = {"status_code": 1027, "status_msg": "output new_sensitive"}
    chunks = [chunk("Hel"), {**chunk(), "choices": choices, "base_resp": report}]
    pieces = [sse(one, done=False) for one in chunks]
    error = await ask_and_fail(Gateway(raw(pieces, content_type="text/event-stream")), way)
    assert isinstance(error, CometAPIContentFilterError)
    assert "output new_sensitive" in str(error)


@pytest.mark.parametrize("row", WITH_200)
async def test_body_with_status_200_makes_the_same_error_of_embeddings(row: dict[str, Any]) -> None:
    model = Gateway(_respond(row)).make(CometAPIEmbeddings, model="text-embedding-3-small")
    for way in EMBEDDING_WAYS:
        with pytest.raises(CometAPIError) as raised:
            await embed_query(model, way, "text")
        _check(raised.value, row)


def test_page_is_that_of_the_rows() -> None:
    page = error_bodies.PAGE.read_text(encoding="utf-8")
    assert page == error_bodies.render(), "run `python -m scripts.error_bodies`"


# -- success is no error ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "extra",
    [
        {"base_resp": {"status_code": 0, "status_msg": ""}},
        {"base_resp": {"status_code": 0}, "code": 0, "msg": "success"},
        {"code": 200, "msg": "ok"},
        {"code": "success", "message": "done"},
        {"error": None, "message": None},
        {"success": True, "msg": "ok"},
    ],
    ids=repr,
)
async def test_report_of_success_is_no_error(extra: dict[str, Any]) -> None:
    for way in WAYS:
        is_stream = way.endswith("stream")
        whole = {**completion(), **extra}
        body = stream({**chunk("Hello", "stop"), **extra}) if is_stream else answer(whole)
        assert (await ask(Gateway(body).model(), way)).text == "Hello"


# -- how deep, how large ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrap",
    [
        lambda inner: {"error": inner},
        lambda inner: {"error": {"error": inner}},
        lambda inner: {"error": {"message": json.dumps({"error": inner})}},
        lambda inner: {"error": {"message": f"upstream said: {json.dumps(inner)} (502)"}},
        lambda inner: {"error": {"message": "x", "metadata": {"raw": json.dumps(inner)}}},
        lambda inner: {"error": {"message": "x", "metadata": {"raw": {"error": inner}}}},
        lambda inner: {"detail": {"error": inner}},
        lambda inner: {"errors": [inner], "success": False},
        lambda inner: {"error": {"message": json.dumps({"error": {"message": json.dumps(inner)}})}},
        lambda inner: f"Error code: 429 - { ({'error': inner})!r}",
        lambda inner: json.loads('{"error":' * 20 + json.dumps(inner) + "}" * 20),
    ],
)
def test_code_is_found_however_deep_it_is(wrap: Any) -> None:
    body = wrap({"code": "1113", "message": "?"})
    assert "1113" in ErrorBody.read(body).codes


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"error": {"message": "Provider returned error", "metadata": {"raw": "Busy"}}}, ": Busy"),
        ({"error": {"message": 'Wrapped: {"error": {"message": "inner"}}'}}, "Wrapped: inner"),
        ({"detail": [{"msg": "field required", "loc": ["body"]}]}, "field required"),
        ({"success": False, "errors": [{"code": 7003, "message": "No route"}]}, "No route"),
    ],
)
def test_message_says_what_the_innermost_one_says(body: object, message: str) -> None:
    assert message in str(ErrorBody.read(body).message)


def test_large_body_is_read_as_far_as_its_head() -> None:
    error = {"error": {"message": "Too long", "code": "context_length_exceeded", "x": "y" * 10**6}}
    body = load_body(json.dumps(error).encode())
    assert isinstance(body, dict)
    assert ErrorBody.read(body).code == "context_length_exceeded"
    text = load_body(b"x" * 10**6)
    assert isinstance(text, str)
    assert len(text) == MAX_BYTES


def test_small_body_that_is_cut_is_text() -> None:
    assert load_body(b'{"error":{"code":"con') == '{"error":{"code":"con'


@pytest.mark.parametrize(
    "body",
    [
        b'{"error":{"code":' + b"9" * 5000 + b',"message":"m"}}',
        b'{"error":{"message":"m","code":1e400,"param":{"a":1}}}',
        b'{"error":{"message":"m","x":' + b"[" * 5000 + b"]" * 5000 + b"}}",
        b'{"error":{"message":"m","x":' + b'{"error":' * 900 + b"1" + b"}" * 900 + b"}}",
        b'{"error":{"message":"m \\ud83d","code":"\\ude00"}}',
        b'{"error":"m ' + b'{"' * 20000 + b'"}',
        b'{"error":{"message":"model' + b"'" * 60000 + b'"}}',
        b'{"error":{"message":"' + b"maximum tokens " * 4000 + b'"}}',
        b'{"error":["m",1,null,true,[[]],{}]}',
        b'{"error":{"message":{"a":["m"]},"code":[1],"type":{},"details":"m"}}',
        b"m\xff\xfe\x00" * 100,
        b'\xef\xbb\xbf{"error":{"message":"m"}}',
    ],
)
async def test_hostile_body_makes_an_error_that_can_be_written(body: bytes) -> None:
    for way, status in (("invoke", 400), ("astream", 500)):
        error = await ask_and_fail(Gateway(raw(body, status)), way)
        assert "m" in str(error)
        assert len(str(error)) < 3000
        repr(vars(error)).encode()
        json.dumps(error.body).encode()
        assert not isinstance(error, CometAPIStreamError)


@pytest.mark.parametrize("content_type", ["text/html; charset=utf-8", "text/plain"])
@pytest.mark.parametrize("status", [200, 502])
async def test_page_is_known_by_its_type_or_its_first_character(
    content_type: str, status: int
) -> None:
    page = b" <p>busy</p>" if content_type == "text/plain" else b"busy"
    error = await ask_and_fail(Gateway(raw(page, status, content_type)))
    assert "an HTML page" in str(error) or "An HTML page" in str(error)
    said = await ask_and_fail(Gateway(raw(b"busy <p>", status, "text/plain")))
    assert "HTML page" not in str(said)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"error code: 1020", "error code: 1020"),
        (b"<html><body><h1>403 <b>Forbidden</b></h1></body></html>", "403 Forbidden"),
        (b"<html><head><title></title></head><h1>Blocked</h1></html>", "Blocked"),
        (b"<?xml version='1.0'?><Error><Message>Access Denied</Message></Error>", "Access Denied"),
    ],
)
async def test_page_without_a_title_says_what_it_has(body: bytes, said: str) -> None:
    error = await ask_and_fail(Gateway(raw(body, 403, "text/html")))
    assert f'It says "{said}".' in " ".join(str(error).split())


def test_preview_has_a_text_of_200_characters_whole() -> None:
    assert preview("x" * 200) == "x" * 200
    assert preview("x" * 201) == "x" * 200 + "..."
    assert preview(" a\n\n b ") == "a b"
