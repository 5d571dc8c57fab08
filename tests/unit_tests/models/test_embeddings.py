"""`CometAPIEmbeddings`: requests, batches and the progress bar."""

from __future__ import annotations

import math
import sys
from typing import Any, Self

import pytest

from langchain_cometapi import CometAPIError, CometAPIUnsentRequestError, embeddings
from tests.support import KEY, Crowd, Gateway, embed_documents, embed_query
from tests.unit_tests.models.embeddings_gateway import (
    MODEL,
    TEXTS,
    VECTORS,
    each_way,
    embed,
    make,
    vector,
)

# -- requests -------------------------------------------------------------------------------------


@each_way
async def test_call_without_settings_sends_model_and_texts_alone(way: str) -> None:
    gateway = Gateway(embed)
    model = make(gateway)
    assert await embed_documents(model, way, ["one", "two"]) == [vector("one"), vector("two")]
    assert await embed_query(model, way, "three") == vector("three")
    assert gateway.bodies == [
        {"model": MODEL, "input": ["one", "two"]},
        {"model": MODEL, "input": ["three"]},
    ]
    for request in gateway.requests:
        assert str(request.url) == "https://api.cometapi.com/v1/embeddings"
        assert request.headers["authorization"] == f"Bearer {KEY}"


@each_way
async def test_fields_are_sent_and_replaced_by_those_of_the_call(way: str) -> None:
    gateway = Gateway(embed)
    model = make(
        gateway, dimensions=4, encoding_format="base64", model_kwargs={"user": "me", "x": None}
    )
    fields = {"model": MODEL, "dimensions": 4, "encoding_format": "base64", "user": "me"}
    assert await embed_documents(model, way, ["one"]) == [vector("one", 4)]
    assert await embed_query(model, way, "one") == vector("one", 4)
    passed: dict[str, Any] = {"dimensions": 2, "encoding_format": "float", "user": "you"}
    assert await embed_documents(model, way, ["one"], model="other", **passed) == [vector("one", 2)]
    assert await embed_query(model, way, "one", model="other", **passed) == vector("one", 2)
    sent, changed = {**fields, "input": ["one"]}, {"model": "other", **passed, "input": ["one"]}
    assert gateway.bodies == [sent, sent, changed, changed]


@each_way
async def test_instructions_are_prefixes_of_the_texts(way: str) -> None:
    gateway = Gateway(embed)
    model = make(gateway, query_instruction="query: ", embed_instruction="passage: ")
    await embed_documents(model, way, ["one", "two"])
    await embed_query(model, way, "three")
    assert [body["input"] for body in gateway.bodies] == [
        ["passage: one", "passage: two"],
        ["query: three"],
    ]


@each_way
async def test_empty_list_makes_no_request(way: str) -> None:
    gateway = Gateway(embed)
    assert await embed_documents(make(gateway), way, []) == []
    assert gateway.requests == []


@each_way
async def test_timeout_of_a_call_replaces_that_of_the_model(way: str) -> None:
    gateway = Gateway(embed)
    await embed_query(make(gateway, timeout=7), way, "one", timeout=9, model=None)
    assert gateway.requests[0].extensions["timeout"]["read"] == 9
    assert gateway.bodies == [{"model": MODEL, "input": ["one"]}]


@pytest.mark.parametrize(
    ("parameters", "words"),
    [
        ({"dimensions": "many"}, "`dimensions` is a str; expected a whole number"),
        ({"user": 5}, "`user` is a int; expected a text"),
        ({"custom": {"a": {1}}}, r"`custom`\['a'\] is a set, which JSON does not have"),
        ({"extra_body": {"custom": math.inf}}, "`custom` of `extra_body` is inf"),
    ],
)
def test_parameter_that_no_host_reads_is_refused(parameters: dict[str, Any], words: str) -> None:
    gateway = Gateway(embed)
    for call in (
        lambda: make(gateway).embed_documents(["a"], **parameters),
        lambda: make(gateway).embed_query("a", **parameters),
        lambda: make(gateway).model_copy(update={"model_kwargs": parameters}).embed_query("a"),
    ):
        with pytest.raises(CometAPIUnsentRequestError, match=words):
            call()
    assert gateway.requests == []


# -- batches --------------------------------------------------------------------------------------


@each_way
async def test_texts_are_split_by_chunk_size(way: str) -> None:
    gateway = Gateway(embed)
    model = make(gateway, max_concurrency=1, chunk_size=3)
    assert await embed_documents(model, way, TEXTS) == VECTORS
    assert await embed_documents(model, way, TEXTS, chunk_size=4) == VECTORS
    sent = [body["input"] for body in gateway.bodies]
    assert sent == [TEXTS[:3], TEXTS[3:6], TEXTS[6:], TEXTS[:4], TEXTS[4:]]


@pytest.mark.parametrize(
    ("texts", "sizes"),
    [
        ([letter * 400_000 for letter in "abcd"], [2, 2]),  # about 100,000 tokens each
        (["人工智能是计算机科学" * 50] * 1000, [500, 500]),  # each character is a token
    ],
    ids=["ASCII", "another script"],
)
def test_texts_are_split_by_estimated_tokens(texts: list[str], sizes: list[int]) -> None:
    gateway = Gateway(embed)
    found = make(gateway, max_concurrency=1).embed_documents(texts)
    assert found == [vector(text) for text in texts]
    assert [len(body["input"]) for body in gateway.bodies] == sizes


@pytest.mark.parametrize("size", [-1, 0, 5000])
def test_chunk_size_of_a_call_out_of_range_is_refused(size: int) -> None:
    with pytest.raises(ValueError, match=f"`chunk_size` is {size}; it must be from 1 to 2048"):
        make(Gateway(embed)).embed_documents(["a"], chunk_size=size)


@each_way
async def test_batches_run_concurrently_and_limited(way: str) -> None:
    crowd = Crowd(3, embed)
    respond: Any = crowd if way == "sync" else crowd.later
    texts = [f"text {n}" for n in range(9)]
    model = make(Gateway(respond), chunk_size=1, max_concurrency=3)
    assert await embed_documents(model, way, texts) == [vector(text) for text in texts]
    assert crowd.peak == 3


# -- the progress bar -----------------------------------------------------------------------------


@each_way
async def test_progress_bar_counts_texts_and_is_closed(
    way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Any] = []

    class Bar:
        def __init__(self, **kwargs: Any) -> None:
            seen.append(kwargs)

        def __enter__(self) -> Self:
            return self

        def __exit__(self, *_: object) -> None:
            seen.append("closed")

        def update(self, number: int) -> None:
            seen.append(number)

    monkeypatch.setattr(embeddings, "_tqdm", lambda: Bar)
    model = make(Gateway(embed), show_progress_bar=True, chunk_size=3, max_concurrency=1)
    assert await embed_documents(model, way, TEXTS) == VECTORS
    assert seen == [{"total": 7, "unit": "text"}, 3, 3, 1, "closed"]
    seen.clear()
    with pytest.raises(CometAPIError):
        await embed_documents(model, way, ["fail"])
    assert seen == [{"total": 1, "unit": "text"}, "closed"]


@each_way
async def test_progress_bar_of_tqdm_shows_all_texts(
    way: str, capsys: pytest.CaptureFixture[str]
) -> None:
    model = make(Gateway(embed), show_progress_bar=True, chunk_size=3)
    assert await embed_documents(model, way, TEXTS) == VECTORS
    assert "7/7" in capsys.readouterr().err


def test_progress_bar_without_tqdm_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    with pytest.raises(ImportError, match="pip install tqdm"):
        make(Gateway(embed), show_progress_bar=True)
    assert make(Gateway(embed)).embed_documents(TEXTS) == VECTORS
