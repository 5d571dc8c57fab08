"""`CometAPIEmbeddings` when something fails: which text it was, and what was embedded."""

from __future__ import annotations

import asyncio
import json
import pickle
import re
import time
from typing import TYPE_CHECKING, Any

import pytest

from langchain_cometapi import (
    CometAPIContextOverflowError,
    CometAPIError,
    CometAPIInvalidRequestError,
    CometAPIUnsentRequestError,
    embeddings,
)
from langchain_cometapi._embeddings.vectors import Batch
from langchain_cometapi._vendors.registry import get_vendor
from tests.support import Crowd, Gateway, answer, embed_documents, embed_query
from tests.unit_tests.models.embeddings_gateway import MODEL, TEXTS, each_way, embed, make, vector

if TYPE_CHECKING:
    from langchain_cometapi._client.sdk import httpx

# -- texts that cannot be embedded ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("texts", "says"),
    [
        (["a", "b", " \n"], "Text 2 is empty or blank"),
        (["a", "\ud800"], "Text 1 holds half a character"),
        (["a", None], "Text 1 is a NoneType"),
        ([3], "Text 0 is a int"),
        ("text", "A list of texts is needed, and this is a str"),
        ((text for text in ["a"]), "A list of texts is needed, and this is a generator"),
    ],
)
def test_text_that_cannot_be_embedded_is_named(texts: Any, says: str) -> None:
    gateway = Gateway(embed)
    model = make(gateway, embed_instruction="passage: ", chunk_size=1)
    with pytest.raises(CometAPIUnsentRequestError, match=says):
        model.embed_documents(texts)
    assert gateway.requests == []


@each_way
@pytest.mark.parametrize("text", ["", None])
async def test_query_that_cannot_be_embedded_is_refused(way: str, text: Any) -> None:
    gateway = Gateway(embed)
    with pytest.raises(CometAPIUnsentRequestError, match="Text 0 is"):
        await embed_query(make(gateway, query_instruction="query: "), way, text)
    assert gateway.requests == []


# -- errors of the gateway ------------------------------------------------------------------------


@each_way
async def test_text_that_is_too_long_is_named(way: str) -> None:
    message = "This model's maximum context length is 8191 tokens."
    body = {"error": {"message": message, "code": "context_length_exceeded"}}
    model = make(Gateway(embed, answer(body, 400)), chunk_size=2, max_concurrency=1)
    says = "texts 2 to 3 of 5; the longest is text 3, of about 25 tokens"
    with pytest.raises(CometAPIContextOverflowError, match=says) as raised:
        await embed_documents(model, way, ["a", "b", "c", "d" * 100, "e"])
    assert message.rstrip(".") in str(raised.value)
    assert raised.value.return_partial == [vector("a"), vector("b"), None, None, None]


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("maximum input length is 8192 tokens.", CometAPIContextOverflowError),
        ("string must not be empty", CometAPIInvalidRequestError),
    ],
)
def test_text_that_the_gateway_quotes_is_named_by_its_position(
    message: str, kind: type[Exception]
) -> None:
    model = make(Gateway(embed), chunk_size=3, max_concurrency=1)
    texts = ["a", "b", "c", "d", f"fail: Invalid 'input[{{}}]': {message}", "f"]
    with pytest.raises(kind, match=r"It is about text 4 of 6\. 3 were embedded \(0 to 2\)"):
        model.embed_documents(texts)


def test_too_many_tokens_in_a_request_suggest_a_lower_chunk_size() -> None:
    text = "fail: Requested 500000 tokens, max 300000 tokens per request"
    with pytest.raises(CometAPIError, match=r"lower `chunk_size`\. None were embedded"):
        make(Gateway(embed)).embed_documents(["a", text])


@pytest.mark.parametrize(
    ("model", "limit", "message"),
    [
        (
            "gemini-embedding-001",
            100,
            "* BatchEmbedContentsRequest.requests: at most 100 requests can be in one batch",
        ),
        (
            "text-embedding-v4",
            10,
            "Value error, batch size is invalid, it should not be larger than 10.: input.contents",
        ),
        ("some-embeddings", 32, "Invalid 'input': array too long. Expected at most 32 items"),
        ("some-embeddings", 96, "too many texts: the maximum number of texts is 96"),
    ],
)
def test_advice_for_too_many_texts_works(model: str, limit: int, message: str) -> None:
    def respond(request: httpx.Request) -> httpx.Response:
        if len(json.loads(request.content)["input"]) > limit:
            return answer({"error": {"message": message, "code": "InvalidParameter"}}, 400)
        return embed(request)

    gateway, texts = Gateway(respond), ["a"] * 250
    with pytest.raises(CometAPIInvalidRequestError) as raised:
        make(gateway, model=model, chunk_size=250).embed_documents(texts)
    advised = re.search(r"lower `chunk_size` to (\d+)\.", str(raised.value))
    assert advised is not None
    assert int(advised[1]) == limit
    assert len(make(gateway, model=model, chunk_size=limit).embed_documents(texts)) == 250
    assert len(make(gateway, model=model).embed_documents(texts, chunk_size=limit)) == 250


@each_way
async def test_failed_batch_names_what_was_embedded(way: str) -> None:
    gateway = Gateway(embed)
    model = make(gateway, chunk_size=2, max_concurrency=1)
    with pytest.raises(CometAPIInvalidRequestError) as raised:
        await embed_documents(model, way, ["a", "b", "c", "d", "e", "fail"])
    error = raised.value
    assert str(error).endswith(
        "It is about texts 4 to 5 of 6. "
        "4 were embedded (0 to 3); `return_partial` holds their vectors."
    )
    assert error.args == (str(error),)
    assert error.return_partial == [*map(vector, "abcd"), None, None]
    restored = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert type(restored) is type(error)
    assert (str(restored), restored.return_partial) == (str(error), error.return_partial)


@each_way
async def test_request_that_runs_when_another_fails_is_kept(way: str) -> None:
    crowd = Crowd(2, embed)
    respond: Any = crowd if way == "sync" else crowd.later
    model = make(Gateway(respond), chunk_size=1, max_concurrency=2)
    with pytest.raises(CometAPIInvalidRequestError, match="1 were embedded") as raised:
        await embed_documents(model, way, ["fail", "b"])
    assert raised.value.return_partial == [None, vector("b")]


@each_way
async def test_failure_keeps_the_rest_from_starting(way: str) -> None:
    def respond(request: httpx.Request) -> httpx.Response:
        time.sleep(0.001)
        return embed(request)

    gateway = Gateway(respond)
    model = make(gateway, chunk_size=1, max_concurrency=2)
    with pytest.raises(CometAPIInvalidRequestError, match="It is about text 1 of 500"):
        await embed_documents(model, way, ["a", "fail", *["b"] * 498])
    assert len(gateway.requests) < 100


def test_first_of_several_failures_is_raised() -> None:
    first, second = Batch(0, ["a"]), Batch(1, ["b"])
    job = embeddings._Job([first, second], [None, None], get_vendor(MODEL), bar=None)
    job.fail(second, ValueError("earlier"))
    job.fail(first, ValueError("later"))
    with pytest.raises(ValueError, match="earlier"):
        job.result()


# -- other failures -------------------------------------------------------------------------------


@each_way
async def test_other_exception_has_what_was_embedded_and_stops_the_rest(way: str) -> None:
    keys = iter(["sk-1", "sk-2"])
    gateway = Gateway(embed)
    model = make(
        gateway, chunk_size=1, max_concurrency=1, api_key=lambda: next(keys, None) or 1 / 0
    )
    before = asyncio.all_tasks()
    with pytest.raises(ZeroDivisionError) as raised:
        await embed_documents(model, way, TEXTS)
    error: Any = raised.value
    assert error.return_partial == [*map(vector, TEXTS[:2]), *[None] * 5]
    assert len(gateway.requests) == 2
    assert asyncio.all_tasks() == before


async def test_cancelling_leaves_no_task() -> None:
    async def never(_: httpx.Request) -> httpx.Response:
        await asyncio.sleep(60)
        raise AssertionError

    respond: Any = never
    model = make(Gateway(respond), chunk_size=1, max_concurrency=2)
    before = asyncio.all_tasks()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(model.aembed_documents(TEXTS), 0.05)
    assert asyncio.all_tasks() == before
