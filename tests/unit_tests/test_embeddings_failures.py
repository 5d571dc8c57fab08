"""`CometAPIEmbeddings` when something is wrong: where, and what was done all the same."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from langchain_cometapi import (
    CometAPIContextOverflowError,
    CometAPIEmbeddings,
    CometAPIError,
    CometAPIInvalidRequestError,
)
from tests.support import Gateway, answer

if TYPE_CHECKING:
    from langchain_cometapi._client.sdk import httpx

BOTH = pytest.mark.parametrize("way", ["sync", "async"])


def embed(request: httpx.Request) -> httpx.Response:
    texts = json.loads(request.content)["input"]
    for index, text in enumerate(texts):
        if text.startswith("fail: "):
            message = text.removeprefix("fail: ").format(index)
            return answer({"error": {"message": message, "code": None}}, 400)
    data = [{"index": index, "embedding": [float(len(t)), 1.0]} for index, t in enumerate(texts)]
    return answer({"data": data})


def make(**kwargs: Any) -> tuple[Gateway, CometAPIEmbeddings]:
    gateway = Gateway(embed)
    options = {"model": "text-embedding-3-small", "max_concurrency": 1, **kwargs}
    return gateway, gateway.make(CometAPIEmbeddings, **options)


async def run(made: CometAPIEmbeddings, way: str, texts: Any, **kwargs: Any) -> list[list[float]]:
    if way == "sync":
        return made.embed_documents(texts, **kwargs)
    return await made.aembed_documents(texts, **kwargs)


@BOTH
@pytest.mark.parametrize(
    ("message", "kind"),
    [
        (
            "Invalid 'input[{}]': maximum input length is 8192 tokens.",
            CometAPIContextOverflowError,
        ),
        ("Invalid 'input[{}]': string must not be empty", CometAPIInvalidRequestError),
    ],
)
async def test_the_text_is_named_among_all(way: str, message: str, kind: type[Exception]) -> None:
    _, made = make(chunk_size=3)
    texts = ["a", "b", "c", "d", f"fail: {message}", "f"]
    with pytest.raises(kind, match=r"It is about text 4 of 6\. 3 were embedded \(0 to 2\)"):
        await run(made, way, texts)


@BOTH
async def test_too_much_in_one_request(way: str) -> None:
    _, made = make()
    told = "fail: Requested 500000 tokens, max 300000 tokens per request"
    with pytest.raises(CometAPIError, match="lower `chunk_size`"):
        await run(made, way, ["a", told])


@BOTH
async def test_what_was_done_in_runs(way: str) -> None:
    _, made = make(chunk_size=1, max_concurrency=4)
    with pytest.raises(CometAPIError) as raised:
        await run(made, way, ["a", "b", "fail: no"])
    partial = raised.value.return_partial or []
    assert partial[2] is None
    done = [text for text, found in zip("ab", partial, strict=False) if found]
    assert f"{len(done) or 'None'} were embedded" in str(raised.value)


@BOTH
async def test_other_failures_hand_over_what_is_paid_for(way: str) -> None:
    keys = iter(["sk-1", "sk-2"])
    _, made = make(chunk_size=1, api_key=lambda: next(keys, None) or 1 / 0)
    with pytest.raises(ZeroDivisionError) as raised:
        await run(made, way, ["a", "bb", "ccc"])
    assert raised.value.return_partial == [[1.0, 1.0], [2.0, 1.0], None]  # type: ignore[attr-defined]


@BOTH
@pytest.mark.parametrize(
    ("texts", "words"),
    [
        (["ok", "\ud800"], "Text 1 holds half a character"),
        (["ok", " "], "Text 1 is empty or blank"),
        ((text for text in ["a"]), "a list of texts is needed, and this is a generator"),
    ],
)
async def test_texts_that_cannot_be_sent(way: str, texts: Any, words: str) -> None:
    gateway, made = make()
    with pytest.raises(ValueError, match=f"(?i){words}"):
        await run(made, way, texts)
    assert gateway.requests == []


@BOTH
@pytest.mark.parametrize("size", [-1, 0, 5000])
async def test_a_batch_of_no_size(way: str, size: int) -> None:
    with pytest.raises(ValueError, match=f"`chunk_size` is {size}; it must be from 1 to 2048"):
        await run(make()[1], way, ["a"], chunk_size=size)


@BOTH
async def test_other_scripts_weigh_more(way: str) -> None:
    gateway, made = make()
    await run(made, way, ["人工智能是计算机科学" * 50] * 1000)
    assert [len(body["input"]) for body in gateway.bodies] == [500, 500]


@BOTH
async def test_large_numbers_are_finite(way: str) -> None:
    large = {"data": [{"index": None, "embedding": [1e308, 1e308]}]}
    made = Gateway(answer(large)).make(CometAPIEmbeddings, model="m")
    assert await run(made, way, ["a"]) == [[1e308, 1e308]]
