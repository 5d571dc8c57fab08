"""`CometAPIEmbeddings` against the emulator, and in what others build on embeddings."""

from __future__ import annotations

import asyncio
import gc
import math
import warnings
from typing import TYPE_CHECKING, Any

import pytest
from langchain_classic.embeddings import CacheBackedEmbeddings
from langchain_core.stores import InMemoryByteStore
from langchain_core.vectorstores import InMemoryVectorStore

from langchain_cometapi import (
    ChatCometAPI,
    CometAPIContextOverflowError,
    CometAPIEmbeddings,
    CometAPIInvalidRequestError,
    CometAPIUnsentRequestError,
)
from tests.support import EMBEDDING_WAYS, embed_documents

with warnings.catch_warnings():
    warnings.filterwarnings("ignore", "`langchain-community` is being sunset", DeprecationWarning)
    from langchain_community.vectorstores import FAISS

if TYPE_CHECKING:
    from langchain_core.vectorstores import VectorStore

    from langchain_cometapi.emulator import CometAPIEmulator

MODEL = "text-embedding-3-small"
TEXTS = [
    "Rivers carry water from the mountains to the sea",
    "A compiler turns source code into machine code",
    "Bread is baked from flour, water and yeast",
    "The violin has four strings and is played with a bow",
]
QUESTIONS = {
    "What turns source code into something else?": 1,
    "Which rivers reach the sea?": 0,
    "How many strings has a violin?": 3,
    "How is bread baked?": 2,
}


def make(**kwargs: Any) -> CometAPIEmbeddings:
    return CometAPIEmbeddings(model=MODEL, **kwargs)


# -- the service -------------------------------------------------------------------------------


@pytest.mark.live
async def test_vectors_are_normal_and_the_same_both_ways() -> None:
    model = make()
    vectors = model.embed_documents(TEXTS)
    assert [len(vector) for vector in vectors] == [1536] * 4
    assert all(math.hypot(*vector) == pytest.approx(1, abs=1e-3) for vector in vectors)
    found = await model.aembed_documents(TEXTS)
    for one, other in zip(vectors, found, strict=True):
        assert one == pytest.approx(other, abs=1e-2)


@pytest.mark.live
async def test_vectors_have_the_dimensions_asked_for() -> None:
    model = make(dimensions=64)
    assert len(model.embed_query("one")) == len(await model.aembed_query("one")) == 64


@pytest.mark.parametrize("way", EMBEDDING_WAYS)
async def test_error_is_of_its_kind_and_names_its_text(way: str) -> None:
    with pytest.raises(CometAPIInvalidRequestError, match="does not support the v1/embeddings"):
        await embed_documents(CometAPIEmbeddings(model="gpt-5.4-mini"), way, ["one"])
    ada = CometAPIEmbeddings(model="text-embedding-ada-002", dimensions=8)
    with pytest.raises(CometAPIInvalidRequestError, match="dimensions"):
        await embed_documents(ada, way, ["one"])
    model = make(chunk_size=2, max_concurrency=1)
    with pytest.raises(CometAPIContextOverflowError, match="longest is text 2"):
        await embed_documents(model, way, ["a", "b", "word " * 20_000, "c"])


@pytest.mark.parametrize(
    ("model", "limit"), [("gemini-embedding-001", 100), ("text-embedding-v4", 10)]
)
def test_many_texts_to_a_model_that_takes_few(
    model: str, limit: int, emulator: CometAPIEmulator
) -> None:
    texts = [f"text {n}" for n in range(limit * 2 + 1)]
    assert len(CometAPIEmbeddings(model=model).embed_documents(texts)) == len(texts)
    assert max(len(request.body["input"]) for request in emulator.requests) == limit
    with pytest.raises(CometAPIInvalidRequestError, match=rf"lower `chunk_size` to {limit}\."):
        CometAPIEmbeddings(model=model, chunk_size=1000).embed_documents(texts)


async def test_advice_for_a_model_that_does_not_chat_works() -> None:
    with pytest.raises(CometAPIUnsentRequestError, match="pass it to `CometAPIEmbeddings`"):
        await ChatCometAPI(model=MODEL).ainvoke("Hi")
    assert len(CometAPIEmbeddings(model=MODEL).embed_query("Hi")) == 1536
    with pytest.raises(CometAPIInvalidRequestError, match="pass one that has as `model`, such as"):
        CometAPIEmbeddings(model="gpt-5.4-mini").embed_query("Hi")


def test_model_serves_several_loops_and_closes_its_connections(emulator: CometAPIEmulator) -> None:
    gc.collect()  # models of other tests keep the connections they share
    model = make(dimensions=8)

    async def use() -> list[list[float]]:
        async with model:
            return await model.aembed_documents(TEXTS, chunk_size=1)

    with model:
        assert [asyncio.run(use()) for _ in range(3)] == [model.embed_documents(TEXTS)] * 3
    assert len(emulator.requests) == 13
    assert emulator.wait_for_connections(0)


# -- vector stores -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "build",
    [
        InMemoryVectorStore,
        lambda model: FAISS.from_texts(["Something else altogether"], model),
    ],
    ids=["in memory", "FAISS"],
)
async def test_vector_store_is_filled_and_searched(build: Any) -> None:
    store: VectorStore = build(make(encoding_format="base64", chunk_size=2))
    store.add_texts(TEXTS[:2])
    await store.aadd_texts(TEXTS[2:])
    for question, position in QUESTIONS.items():
        (found,) = store.similarity_search(question, k=1)
        (later,) = await store.asimilarity_search(question, k=1)
        assert found.page_content == later.page_content == TEXTS[position]


# -- a cache -----------------------------------------------------------------------------------


async def test_cache_of_embeddings_asks_once(emulator: CometAPIEmulator) -> None:
    model = make(chunk_size=2)
    cached = CacheBackedEmbeddings.from_bytes_store(
        model,
        InMemoryByteStore(),
        namespace=model.model,
        key_encoder="sha256",
        query_embedding_cache=True,
    )
    vectors = cached.embed_documents(TEXTS)
    assert len(emulator.requests) == 2
    assert cached.embed_documents(TEXTS) == await cached.aembed_documents(TEXTS) == vectors
    assert len(emulator.requests) == 2
    again = await cached.aembed_documents([*TEXTS, "new"])
    assert again[:4] == vectors
    assert emulator.requests[-1].body["input"] == ["new"]
    assert cached.embed_query("one") == await cached.aembed_query("one")
    assert len(emulator.requests) == 4
