"""`CometAPIEmbeddings` against the emulator, and in what others build on embeddings."""

from __future__ import annotations

import asyncio
import gc
import math
import time
import warnings
from itertools import pairwise
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
    CometAPIModelNotFoundError,
    CometAPIUnsentRequestError,
)

with warnings.catch_warnings():
    warnings.filterwarnings("ignore", "`langchain-community` is being sunset", DeprecationWarning)
    from langchain_community.vectorstores import FAISS

if TYPE_CHECKING:
    from collections.abc import Callable

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


async def test_vectors_are_the_same_in_both_encodings() -> None:
    plain, packed = make(), make(encoding_format="base64")
    assert plain.embed_documents(TEXTS) == packed.embed_documents(TEXTS)
    assert await plain.aembed_query("one") == await packed.aembed_query("one")


async def test_many_texts_are_sent_in_batches(emulator: CometAPIEmulator) -> None:
    texts = [f"text {n}" for n in range(100)]
    model = make(dimensions=8, chunk_size=7)
    vectors = model.embed_documents(texts)
    sizes = sorted(len(request.body["input"]) for request in emulator.requests)
    assert sizes == [2, *[7] * 14]
    assert await model.aembed_documents(texts) == vectors
    assert vectors == [model.embed_query(text) for text in texts]


@pytest.mark.parametrize("way", ["sync", "async"])
async def test_error_is_of_its_kind_and_names_its_text(way: str) -> None:
    async def embed(model: CometAPIEmbeddings, texts: list[str]) -> Any:
        if way == "sync":
            return model.embed_documents(texts)
        return await model.aembed_documents(texts)

    with pytest.raises(CometAPIInvalidRequestError, match="does not support the v1/embeddings"):
        await embed(CometAPIEmbeddings(model="gpt-5.4-mini"), ["one"])
    with pytest.raises(CometAPIModelNotFoundError):
        await embed(CometAPIEmbeddings(model="no-such-model"), ["one"])
    with pytest.raises(CometAPIInvalidRequestError, match="dimensions"):
        await embed(CometAPIEmbeddings(model="text-embedding-ada-002", dimensions=8), ["one"])
    with pytest.raises(CometAPIContextOverflowError, match="longest is text 2") as raised:
        await embed(make(chunk_size=2, max_concurrency=1), ["a", "b", "word " * 20_000, "c"])
    done = raised.value.return_partial
    assert done is not None
    assert [vector is not None for vector in done] == [True, True, False, False]


@pytest.mark.parametrize(
    ("model", "limit"), [("gemini-embedding-001", 100), ("text-embedding-v4", 10)]
)
async def test_many_texts_to_a_model_that_takes_few(
    model: str, limit: int, emulator: CometAPIEmulator
) -> None:
    texts = [f"text {n}" for n in range(limit * 2 + 1)]
    assert len(CometAPIEmbeddings(model=model).embed_documents(texts)) == len(texts)
    assert len(await CometAPIEmbeddings(model=model).aembed_documents(texts)) == len(texts)
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
    deadline = time.monotonic() + 5
    while emulator.open_connections and time.monotonic() < deadline:
        time.sleep(0.01)
    assert emulator.open_connections == 0


# -- vector stores -----------------------------------------------------------------------------

STORES: dict[str, Callable[[CometAPIEmbeddings], VectorStore]] = {
    "in memory": InMemoryVectorStore,
    "FAISS": lambda model: FAISS.from_texts(["Something else altogether"], model),
}


@pytest.mark.parametrize("store", STORES.values(), ids=STORES)
async def test_vector_store_is_filled_and_searched(store: Any) -> None:
    made: VectorStore = store(make(encoding_format="base64", chunk_size=2))
    made.add_texts(TEXTS[:2])
    await made.aadd_texts(TEXTS[2:])
    for question, position in QUESTIONS.items():
        (found,) = made.similarity_search(question, k=1)
        (later,) = await made.asimilarity_search(question, k=1)
        assert found.page_content == later.page_content == TEXTS[position]
    retriever = made.as_retriever(search_kwargs={"k": 2})
    first, _ = retriever.invoke("Which rivers reach the sea?")
    assert first.page_content == TEXTS[0]


async def test_vector_store_that_was_saved_is_loaded_and_searched(tmp_path: Any) -> None:
    FAISS.from_texts(TEXTS, make()).save_local(str(tmp_path))
    loaded = FAISS.load_local(str(tmp_path), make(), allow_dangerous_deserialization=True)
    scored = loaded.similarity_search_with_score("How is bread baked?", k=4)
    assert scored[0][0].page_content == TEXTS[2]
    assert all(one[1] <= other[1] for one, other in pairwise(scored))


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
