"""`CometAPIEmbeddings`: requests, batches, arguments and the progress bar."""

from __future__ import annotations

import asyncio
import sys
from typing import Any, Self

import pytest
from pydantic import ValidationError

from langchain_cometapi import CometAPIEmbeddings, CometAPIError, embeddings
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
    await embed_query(make(gateway, timeout=7), way, "one", timeout=9)
    assert gateway.requests[0].extensions["timeout"]["read"] == 9
    assert gateway.bodies == [{"model": MODEL, "input": ["one"]}]


def test_asynchronous_key_is_refused_by_synchronous_calls() -> None:
    async def key() -> str:
        return KEY

    with pytest.raises(ValueError, match="asynchronous callable"):
        make(Gateway(embed), api_key=key, chunk_size=1).embed_documents(TEXTS)


# -- batches --------------------------------------------------------------------------------------


@each_way
@pytest.mark.parametrize("of_call", [False, True])
async def test_texts_are_split_by_chunk_size(way: str, of_call: bool) -> None:
    gateway = Gateway(embed)
    model = make(gateway, max_concurrency=1, **({} if of_call else {"chunk_size": 3}))
    found = await embed_documents(model, way, TEXTS, **({"chunk_size": 3} if of_call else {}))
    assert found == VECTORS
    assert [body["input"] for body in gateway.bodies] == [TEXTS[:3], TEXTS[3:6], TEXTS[6:]]


@each_way
async def test_texts_are_split_by_estimated_tokens(way: str) -> None:
    gateway = Gateway(embed)
    texts = [letter * 400_000 for letter in "abcd"]  # about 100,000 tokens each
    found = await embed_documents(make(gateway, max_concurrency=1), way, [*texts, "short"])
    assert found == [vector(text) for text in [*texts, "short"]]
    assert [len(body["input"]) for body in gateway.bodies] == [2, 3]


@each_way
async def test_character_of_another_script_counts_as_a_token(way: str) -> None:
    gateway = Gateway(embed)
    model = make(gateway, max_concurrency=1)
    await embed_documents(model, way, ["人工智能是计算机科学" * 50] * 1000)
    assert [len(body["input"]) for body in gateway.bodies] == [500, 500]


@each_way
@pytest.mark.parametrize("size", [-1, 0, 5000])
async def test_chunk_size_out_of_range_is_refused(way: str, size: int) -> None:
    with pytest.raises(ValueError, match=f"`chunk_size` is {size}; it must be from 1 to 2048"):
        await embed_documents(make(Gateway(embed)), way, ["a"], chunk_size=size)


@each_way
async def test_batches_run_concurrently_and_limited(way: str) -> None:
    crowd = Crowd(3, embed)
    respond: Any = crowd if way == "sync" else crowd.later
    texts = [f"text {n}" for n in range(9)]
    model = make(Gateway(respond), chunk_size=1, max_concurrency=3)
    assert await embed_documents(model, way, texts) == [vector(text) for text in texts]
    assert crowd.peak == 3


def test_model_serves_several_event_loops() -> None:
    model = make(Gateway(embed), chunk_size=2)
    for _ in range(3):
        assert asyncio.run(model.aembed_documents(TEXTS)) == VECTORS


# -- arguments ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"model": None}, "`model` is required, for example `model='text-embedding-3-small'"),
        ({"openai_api_key": "sk-x"}, "`openai_api_key` is OpenAI's"),
        ({"openai_api_base": "https://x"}, "`openai_api_base` is OpenAI's"),
        ({"dimension": 3}, "Did you mean `dimensions`.*`model_kwargs="),
        ({"dimensions": 0}, "greater than or equal to 1"),
        ({"chunk_size": 0}, "greater than or equal to 1"),
        ({"chunk_size": 4096}, "less than or equal to 2048"),
        ({"max_concurrency": 0}, "greater than or equal to 1"),
        ({"max_retries": -1}, "greater than or equal to 0"),
        ({"encoding_format": "int8"}, "'float' or 'base64'"),
    ],
)
def test_wrong_argument_is_refused_without_showing_the_key(
    wrong: dict[str, Any], says: str
) -> None:
    with pytest.raises(ValidationError, match=says) as raised:
        CometAPIEmbeddings(**{"model": MODEL, "api_key": KEY, **wrong})
    assert KEY not in str(raised.value)


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
